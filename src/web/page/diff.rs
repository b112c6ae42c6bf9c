//! `/diff/A..B`: what changed in the world. `/diff/learned/K1..K2`: what changed in our knowledge.
//! Two questions, never one answer.

use maud::{Markup, html};

use super::Page;
use super::piece::{count, long, measure, record, status};
use crate::answer::{Cause, Change, Row, Step, Turn};
use crate::ask::diff::{Answer, Ends};
use crate::ask::{Complaint, Meant};
use crate::export::{cause_words, status_words};
use crate::history::History;
use crate::proof::quoted;
use crate::web::address::{Address, Query};
use crate::web::answer::diff_question;
use crate::web::site::Site;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let question = diff_question(&address.route, query);
    let (answer, changes) = question.ask(site, Meant::ForPeople)?;
    let (heading, told, command) = heading(&answer);
    let main = html! {
        h1 { (heading) }
        p.lead { (told) }
        p { (summary(&changes)) }
        @for change in &changes { (block(&answer, change, query)) }
    };
    Ok(Page::new(heading, &answer.asked, main).command(&answer.asked, &command))
}

/// What is asked, what that means, and the same as a command.
fn heading(answer: &Answer<'_>) -> (String, String, String) {
    let between = &answer.between;
    match &between.ends {
        Ends::Days(from, to) => (
            format!("In the world, from {} to {}", long(*from), long(*to)),
            "What happened between the two days, as far as it is known.".to_owned(),
            format!("diff {from} {to}"),
        ),
        Ends::Known(..) => {
            let (from, to) = between.points();
            let range =
                format!("{}..{}", from.clone().unwrap_or_default(), to.clone().unwrap_or_default());
            let from = from.unwrap_or_else(|| "the empty ledger".to_owned());
            let to = to.unwrap_or_else(|| "everything recorded".to_owned());
            (
                format!("What we learned about {}", long(between.at)),
                format!("How our answer about that one day changed, from {from} to {to}."),
                format!("diff --learned {} --at {}", quoted(&range), between.at),
            )
        }
    }
}

fn summary(changes: &[Change]) -> String {
    let back = changes.iter().filter(|change| change.change == Turn::ChangedBack).count();
    match (changes.len() - back, back) {
        (0, 0) => "Nothing changed.".to_owned(),
        (changed, 0) => format!("{} changed.", count(changed, "answer", "answers")),
        (changed, back) => {
            let changed = count(changed, "answer", "answers");
            format!("{changed} changed, {back} changed and changed back.")
        }
    }
}

fn block(answer: &Answer<'_>, change: &Change, query: &Query) -> Markup {
    let before = answer.before.as_ref().map(|(_, history)| history);
    let now = &answer.asked.history;
    let mut causes = change.cause.iter();
    html! {
        section.change {
            h2 { (measure(&change.measure, &change.title, query)) }
            p {
                (side(change.from.as_ref(), before.unwrap_or(now)))
                @match change.change {
                    Turn::Changed => { " → " (side(change.to.as_ref(), now)) },
                    Turn::ChangedBack => ": changed and changed back",
                }
            }
            ol.events {
                @for step in &change.steps {
                    (one(answer, change, step, &causes.by_ref().take(made(step, change)).collect::<Vec<_>>(), query))
                }
            }
        }
    }
}

fn side(row: Option<&Row>, history: &History) -> Markup {
    html! {
        @match row {
            Some(row) => (status(&row.standing, &status_words(row, history))),
            None => "not tracked",
        }
    }
}

/// How many causes a step has: they stand in the order of the steps.
fn made(step: &Step, change: &Change) -> usize {
    let of_step = |cause: &&Cause| cause.on == step.on && cause.recorded == step.recorded;
    change.cause.iter().filter(of_step).count()
}

/// When, what made it so, and the new answer.
fn one(
    answer: &Answer<'_>,
    change: &Change,
    step: &Step,
    causes: &[&Cause],
    query: &Query,
) -> Markup {
    let when = step.on.or(step.recorded.map(crate::time::Instant::day));
    let words = |cause: &Cause| {
        let entry = answer.asked.entry(cause.number);
        let words = cause_words(cause, change, entry.map(|entry| &entry.record));
        words.strip_prefix(&format!("@{} ", cause.number)).map_or(words.clone(), str::to_owned)
    };
    html! {
        li {
            p {
                @if let Some(when) = when { strong { (long(when)) } ": " }
                (side(step.to.as_ref(), &answer.asked.history))
            }
            @for cause in causes { p { (record(cause.number, query)) " " (words(cause)) } }
            @if let Some(day) = step.on { (super::home::ways(day, query)) }
        }
    }
}
