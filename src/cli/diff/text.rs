//! Changes as people and spreadsheets read them.

use std::fmt::Write as _;

use super::Answered;
use super::question::{Ends, Question};
use crate::answer::{Cause, Change, Row, Sort, Step, Turn};
use crate::cli::desk::Asked;
use crate::cli::log::{extent, minute, noted};
use crate::cli::safe::safe;
use crate::cli::state::status_words;
use crate::cli::table::Table;
use crate::history::History;
use crate::record::Record;

/// What the program says to people.
pub(super) fn text(answered: &Answered, changes: &[Change]) -> String {
    let Answered { asked, question, before } = answered;
    let first = before.as_ref().map_or(0, |(records, _)| *records);
    let mut out = heading(asked, question, first);
    for change in changes {
        out += &answered.block(change);
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
fn heading(asked: &Asked, question: &Question, first: usize) -> String {
    let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}")).unwrap_or_default();
    let order = "Measures in the order of declaration";
    match &question.ends {
        Ends::Days(from, to) => format!(
            "In the world: from {from} to {to}{public} · {}\n\
             {order}, changes by the day of the new answer.\n\n",
            extent(asked)
        ),
        Ends::Known(..) => {
            let (from, to) = question.points();
            let from = from.unwrap_or_else(|| "the empty ledger".to_owned());
            let to = to.unwrap_or_else(|| "everything recorded".to_owned());
            let (at, all) = (question.at, asked.all_records());
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

impl Answered<'_> {
    fn block(&self, change: &Change) -> String {
        let from = self.words(change, change.from.as_ref(), self.before.as_ref().map(|it| &it.1));
        let to = self.words(change, change.to.as_ref(), None);
        let turn = match change.change {
            Turn::Changed => format!("{from} → {to}"),
            Turn::ChangedBack => format!("{from}: changed and changed back"),
        };
        let turn = if self.asked.desk.is_utf8() { turn } else { turn.replace('→', "->") };
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
            causes.iter().map(|cause| cause_words(cause, change, &self.asked)).collect();
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

    /// An answer in words, with its attributes where they are part of the change.
    fn words(&self, change: &Change, row: Option<&Row>, history: Option<&History>) -> String {
        let Some(row) = row else { return "not tracked".to_owned() };
        let history = history.unwrap_or(&self.asked.history);
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

/// What made a change: `@81 world event: termination-notice-suspended on 2019-11-22`.
fn cause_words(cause: &Cause, change: &Change, asked: &Asked) -> String {
    let number = cause.number;
    let said = cause.said.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
    let reason = cause.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let other = cause.measure.as_ref().filter(|measure| **measure != change.measure);
    let other = other.map(|measure| format!(", {measure}")).unwrap_or_default();
    let what = what(cause, asked.entry(number).map(|entry| &entry.record));
    format!("@{number} {}{what}{other}{said}{reason}", sort_words(cause.cause))
}

/// The event and its date; else what sort of record, and of which other.
fn what(cause: &Cause, record: Option<&Record>) -> String {
    let date = cause.effective.as_ref().map(|date| format!(" on {}", date.text));
    let date = date.unwrap_or_default();
    let of = cause.of.map(|of| format!("@{of}")).unwrap_or_default();
    match (&cause.act, record) {
        (Some(act), _) => format!("{act}{date}"),
        (None, Some(Record::Source(record))) => format!("{} on {of}", record.source.name()),
        (None, Some(Record::Settlement(record))) => format!("{} of {of}", record.field),
        (None, Some(Record::Kind(record))) => record.kind.clone(),
        (None, Some(Record::Amendment(record))) => {
            let fields: Vec<&str> = record.set.keys().map(String::as_str).collect();
            format!("{of} amended, {}", fields.join(", "))
        }
        (None, Some(Record::Retraction(_))) => format!("{of} retracted"),
        (None, Some(Record::Measure(record))) => record.measure.clone(),
        (None, Some(Record::Event(_) | Record::Alias(_) | Record::Review(_)) | None) => {
            cause.record_type.to_owned()
        }
    }
}

/// The sort of a cause before its words; an event of the world needs none.
fn sort_words(sort: Sort) -> String {
    match sort {
        Sort::Event | Sort::Other => String::new(),
        Sort::Planned
        | Sort::Contested
        | Sort::WorldEvent
        | Sort::LateFact
        | Sort::CorrectedSource
        | Sort::OwnMistake
        | Sort::Retraction
        | Sort::NewSource
        | Sort::Settlement
        | Sort::Declared
        | Sort::KindDefinition => format!("{}: ", sort_word(sort).replace('-', " ")),
    }
}

/// The word of a sort, as JSON has it.
fn sort_word(sort: Sort) -> String {
    let word = serde_json::to_value(sort).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

/// The columns that spreadsheets get; part of the contract. `cause`, `act`, `record` and `when`
/// have one value for each cause, in the same order.
pub(super) fn table(changes: &[Change]) -> Table {
    let mut table = Table::new(&[
        "measure",
        "title",
        "kind",
        "change",
        "from_standing",
        "from_status",
        "from_possible",
        "from_flags",
        "to_standing",
        "to_status",
        "to_possible",
        "to_flags",
        "because",
        "cause",
        "act",
        "record",
        "when",
    ]);
    for change in changes {
        let turn = match change.change {
            Turn::Changed => "changed",
            Turn::ChangedBack => "changed-back",
        };
        let list = |value: &dyn Fn(&Cause) -> String| {
            change.cause.iter().map(value).collect::<Vec<_>>().join(";")
        };
        let mut cells = vec![
            change.measure.clone(),
            change.title.clone(),
            change.kind.clone(),
            turn.to_owned(),
        ];
        cells.extend(answer_cells(change.from.as_ref()));
        cells.extend(answer_cells(change.to.as_ref()));
        let because = change.because.iter().map(u64::to_string).collect::<Vec<_>>();
        cells.push(because.join(";"));
        cells.push(list(&|cause| sort_word(cause.cause)));
        cells.push(list(&|cause| cause.act.clone().unwrap_or_default()));
        cells.push(list(&|cause| cause.number.to_string()));
        cells.push(list(&when));
        table.row(cells);
    }
    table
}

fn answer_cells(row: Option<&Row>) -> [String; 4] {
    let cells = row.map(|row| {
        let possible = row.possible.iter().cloned().collect::<Vec<_>>().join(";");
        [row.standing.clone(), row.status.clone(), possible, row.flags.join(";")]
    });
    cells.unwrap_or_default()
}

fn when(cause: &Cause) -> String {
    let day = cause.on.map(|day| day.to_string());
    day.or(cause.recorded.map(minute)).unwrap_or_default()
}
