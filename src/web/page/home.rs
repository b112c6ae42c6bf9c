//! `/`: what holds, what changed last, what is due; and where to go on.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::lanes::{MOST, Wanted, shown};
use super::piece::{count, dated, long, measure, record};
use super::{Page, Turning};
use crate::answer::{Due, DueState, Row};
use crate::ask::state::Answer;
use crate::ask::{Asker as _, Complaint, Meant};
use crate::export::{due_state, due_words};
use crate::time::Day;
use crate::web::address::{Address, Query, Route};
use crate::web::answer::{agenda_question, state_question};
use crate::web::site::Site;

/// How many of the last changes are shown.
const CHANGES: usize = 6;
/// How many things due are shown.
const DUE: usize = 6;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let answer = state_question(query).ask(site, Meant::ForPeople)?;
    let Answer { asked, rows, at, .. } = &answer;
    let due = due(site, query)?;
    let wanted = Wanted { measures: shown(rows), query, from: None, to: None, at: Some(*at) };
    let lanes = if rows.is_empty() { None } else { Some(wanted.read(site)?) };
    let drawn = lanes.as_ref().map_or(&[][..], |lanes| &lanes.lanes);
    let mut page = Page::new("Overview", asked, html! {})
        .command(asked, &format!("state --at {at}"))
        .on(*at, drawn);
    page.later = answer.later.len();
    page.lead = Some(html! {
        h1.answer { (sentence(rows, *at, site.today())) }
        (coverage(&answer))
    });
    page.main = html! {
        @if rows.is_empty() { (empty(&answer)) }
        @if let Some(lanes) = &lanes { (wanted.draw(lanes)) }
        div.columns {
            section aria-labelledby="h-changes" { (changes(&page.changes, *at, query)) }
            section aria-labelledby="h-due" { (awaited(&due, query)) }
        }
        section aria-labelledby="h-table" {
            h2 #h-table { (if rows.len() > MOST { "The first measures" } else { "Every measure" }) }
            (super::state::table(&answer, &rows[..rows.len().min(MOST)], query))
            @if rows.len() > MOST {
                p { a href=(query.to(&Route::State)) { "All " (rows.len()) " measures" } }
            }
        }
        (examples(rows, &page.changes, *at, query))
    };
    Ok(page)
}

/// The answer in one sentence: `On 1 January 2020, 5 of 11 measures are active, 3 suspended.`
fn sentence(rows: &[Row], at: Day, today: Day) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.standing.as_str()).or_default() += 1;
    }
    let is = if at <= today { "is" } else { "will be, as announced so far," };
    let are = if at <= today { "are" } else { "will be, as announced so far," };
    let when = if at == today { "Today".to_owned() } else { format!("On {}", long(at)) };
    let active = counts.remove("active").unwrap_or(0);
    let verb = if active == 1 { is } else { are };
    let rest: Vec<String> = ["suspended", "pending", "undetermined", "mixed", "ended", "none"]
        .into_iter()
        .filter_map(|word| counts.get(word).map(|count| format!("{count} {}", worded(word))))
        .collect();
    let rest = if rest.is_empty() { String::new() } else { format!("; {}", rest.join(", ")) };
    format!("{when}, {active} of {} {verb} active{rest}.", count(rows.len(), "measure", "measures"))
}

fn worded(standing: &str) -> &str {
    match standing {
        "none" => "not in being",
        "mixed" => "mixed in their parts",
        other => other,
    }
}

fn empty(answer: &Answer<'_>) -> Markup {
    let asker = answer.asked.asker;
    html! {
        p { "Nothing is recorded yet. Declare a measure, then append what happened:" }
        pre { code {
            (asker.command("measure add ID --kind KIND --title TEXT")) "\n"
            (asker.command("append ID ACT --on DATE --source URL"))
        } }
    }
}

/// The last turnings up to the day, the newest first.
fn changes(turnings: &[Turning], at: Day, query: &Query) -> Markup {
    let last = turnings.iter().rev().filter(|turning| turning.day <= at).take(CHANGES);
    html! {
        h2 #h-changes { "Last changes" }
        ul.plain {
            @for turning in last {
                li {
                    strong { (long(turning.day)) }
                    ul { @for words in &turning.words { li { (words) } } }
                    (ways(turning.day, query))
                }
            }
        }
    }
}

/// What leads on from a change: the day itself, what changed on it, and since.
pub(super) fn ways(day: Day, query: &Query) -> Markup {
    let before = day.plus(-1).unwrap_or(day);
    let known = query.with("at", None);
    html! {
        p.ways {
            a href=(query.with("at", Some(&day.to_string())).to(&Route::State))
                aria-label={ "view on this day, " (long(day)) } { "view on this day" }
            " · "
            a href=(known.to(&Route::Diff(format!("{before}..{day}"))))
                aria-label={ "what changed on " (long(day)) } { "what changed" }
            " · "
            a href=(known.to(&Route::Diff(format!("{day}.."))))
                aria-label={ "compare with today: " (long(day)) } { "compare with today" }
        }
    }
}

fn due(site: &Site, query: &Query) -> Result<Vec<Due>, Complaint> {
    let mut rows = agenda_question(query).ask(site)?.rows;
    rows.retain(|row| row.state != DueState::Settled && row.state != DueState::Lapsed);
    Ok(rows)
}

fn awaited(due: &[Due], query: &Query) -> Markup {
    html! {
        h2 #h-due { "Due and overdue" }
        @if due.is_empty() { p { "Nothing is due." } }
        ul.plain {
            @for row in due.iter().take(DUE) {
                li.late[matches!(row.state, DueState::Overdue | DueState::Unconfirmed)] {
                    @match &row.due { Some(date) => (dated(date)), None => "no date given", }
                    " " (measure(&row.measure, &row.title, query)) ": " (due_words(row)) ", "
                    (due_state(row)) " " (record(row.record, query))
                }
            }
        }
        @if due.len() > DUE {
            p { a href=(query.to(&Route::Agenda)) { "All " (due.len()) " in the agenda" } }
        }
    }
}

/// Three questions to begin with.
fn examples(rows: &[Row], turnings: &[Turning], at: Day, query: &Query) -> Markup {
    let first = rows.iter().find(|row| !row.because.is_empty());
    let last = turnings.iter().rev().find(|turning| turning.day <= at);
    html! {
        section.examples aria-labelledby="h-ask" {
            h2 #h-ask { "Ask something" }
            ul {
                @if let Some(row) = first {
                    li {
                        a href=(query.to(&Route::Why(row.measure.clone()))) {
                            "Why is “" (row.title) "” " (row.label) "?"
                        }
                    }
                }
                @if let Some(turning) = last {
                    li {
                        a href=(query.with("at", turning.day.plus(-1).map(|day| day.to_string()).as_deref()).to(&Route::Home)) {
                            "How did things stand on the day before " (long(turning.day)) "?"
                        }
                    }
                }
                li { a href=(query.to(&Route::Conflicts)) { "Where do sources disagree?" } }
            }
        }
    }
}

/// How much is known, and from when.
fn coverage(answer: &Answer<'_>) -> Markup {
    let standpoint = &answer.asked.standpoint;
    html! {
        p.small {
            (count(answer.rows.len(), "measure", "measures")) " from "
            (count(usize::try_from(standpoint.records).unwrap_or(usize::MAX), "record", "records"))
            @if let (Some(from), Some(to)) = (standpoint.recorded_from, standpoint.recorded_to) {
                ", recorded from " (long(from.day())) " to " (long(to.day()))
            }
            ". A measure that is not listed is not tracked; that says nothing about the world."
        }
    }
}
