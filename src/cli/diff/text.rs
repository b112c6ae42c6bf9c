//! Changes as people and spreadsheets read them.

use std::fmt::Write as _;

use crate::answer::{Cause, Change, Row, Step, Turn};
use crate::ask::Asked;
use crate::ask::diff::{Answer, Between, Ends};
use crate::cli::log::noted;
use crate::cli::safe::safe;
use crate::export::{cause_words, status_words};
use crate::history::History;
use crate::record::Record;

/// What the program says to people.
pub(super) fn text(answer: &Answer<'_>, utf8: bool, changes: &[Change]) -> String {
    let Answer { asked, between, before } = answer;
    let told = Told { answer, utf8 };
    let first = before.as_ref().map_or(0, |(records, _)| *records);
    let mut out = heading(asked, between, first);
    for change in changes {
        out += &told.block(change);
        out.push('\n');
    }
    out += &summary(changes);
    out += &noted(asked);
    if let Some(record) = changes.iter().rev().find_map(|change| change.because.last()) {
        let hint = asked.command(&format!("show @{record}"));
        out += &["One cause in full:  ", &hint, "\n"].concat();
    }
    out
}

/// The axis, both ends, and how many records the answer rests on.
fn heading(asked: &Asked, between: &Between, first: usize) -> String {
    let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}")).unwrap_or_default();
    let order = "Measures in the order of declaration";
    match &between.ends {
        Ends::Days(from, to) => format!(
            "In the world: from {from} to {to}{public} · {}\n\
             {order}, changes by the day of the new answer.\n\n",
            asked.extent()
        ),
        Ends::Known(..) => {
            let (from, to) = between.points();
            let from = from.unwrap_or_else(|| "the empty ledger".to_owned());
            let to = to.unwrap_or_else(|| "everything recorded".to_owned());
            let (at, all) = (between.at, asked.all_records());
            format!(
                "What we learned about {at}: from {from} to {to}{public} · {first} and {} of {all} records\n\
                 {order}, changes by the day recorded (UTC).\n\n",
                asked.records
            )
        }
    }
}

fn summary(changes: &[Change]) -> String {
    let back = changes.iter().filter(|change| change.change == Turn::ChangedBack).count();
    let answers = |count: usize| match count {
        1 => "1 answer".to_owned(),
        _ => format!("{count} answers"),
    };
    match (changes.len() - back, back) {
        (0, 0) => "Nothing changed.\n".to_owned(),
        (changed, 0) => format!("{} changed.\n", answers(changed)),
        (0, back) => format!("{} changed and changed back.\n", answers(back)),
        (changed, back) => {
            format!("{} changed, {back} changed and changed back.\n", answers(changed))
        }
    }
}

/// What the parts of the text share.
struct Told<'t> {
    answer: &'t Answer<'t>,
    utf8: bool,
}

impl Told<'_> {
    fn block(&self, change: &Change) -> String {
        let from =
            self.words(change, change.from.as_ref(), self.answer.before.as_ref().map(|it| &it.1));
        let to = self.words(change, change.to.as_ref(), None);
        let turn = match change.change {
            Turn::Changed => format!("{from} → {to}"),
            Turn::ChangedBack => format!("{from}: changed and changed back"),
        };
        let turn = if self.utf8 { turn } else { turn.replace('→', "->") };
        let title = if change.title == change.measure {
            change.title.clone()
        } else {
            format!("{} · {}", change.title, change.measure)
        };
        let mut out = format!("{}\n  {}\n", safe(&title), safe(&turn));
        let mut causes = change.cause.iter();
        for step in &change.steps {
            let made = causes.by_ref().take(count(step, change)).collect::<Vec<_>>();
            out += &self.step(change, step, &made);
        }
        out
    }

    /// When, what made it so, and (where that is not said above) the new answer.
    fn step(&self, change: &Change, step: &Step, causes: &[&Cause]) -> String {
        let when = step.on.map(|day| day.to_string());
        let when = when.or(step.recorded.map(|instant| instant.day().to_string()));
        let when = when.unwrap_or_default();
        let mut lines: Vec<String> =
            causes.iter().map(|cause| cause_words(cause, change, self.record(cause))).collect();
        if change.steps.len() > 1 {
            lines.push(format!("so: {}", self.words(change, step.to.as_ref(), None)));
        }
        let mut out = String::new();
        for (place, line) in lines.iter().enumerate() {
            let when = if place == 0 { when.as_str() } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "    {when:10}  {}", safe(line));
        }
        out
    }

    fn record(&self, cause: &Cause) -> Option<&Record> {
        self.answer.asked.entry(cause.number).map(|entry| &entry.record)
    }

    /// An answer in words, with its attributes where they are part of the change.
    fn words(&self, change: &Change, row: Option<&Row>, history: Option<&History>) -> String {
        let Some(row) = row else { return "not tracked".to_owned() };
        let history = history.unwrap_or(&self.answer.asked.history);
        let mut words = status_words(row, history);
        if attributes_turn(change) {
            for (name, value) in &row.attributes {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let value =
                    if row.possible_attributes.contains(name) { "undetermined" } else { &value };
                words += &[", ", name, " ", value].concat();
            }
        }
        words
    }
}

/// How many causes a step has: they stand in the order of the steps.
fn count(step: &Step, change: &Change) -> usize {
    let of_step = |cause: &&Cause| cause.on == step.on && cause.recorded == step.recorded;
    change.cause.iter().filter(of_step).count()
}

fn attributes_turn(change: &Change) -> bool {
    let steps = change.steps.iter().map(|step| step.to.as_ref());
    let mut answers = steps.chain([change.from.as_ref(), change.to.as_ref()]).flatten();
    let first = answers.next();
    answers.any(|row| {
        first.is_some_and(|first| {
            (&first.attributes, &first.possible_attributes)
                != (&row.attributes, &row.possible_attributes)
        })
    })
}
