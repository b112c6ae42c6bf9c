//! What made a change, in words.

use crate::answer::{Cause, Change, Sort};
use crate::record::Record;

/// What made a change: `@81 world event: termination-notice-suspended on 2019-11-22`.
#[must_use]
pub fn cause_words(cause: &Cause, change: &Change, record: Option<&Record>) -> String {
    let number = cause.number;
    let said = cause.said.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
    let reason = cause.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let other = cause.measure.as_ref().filter(|measure| **measure != change.measure);
    let other = other.map(|measure| format!(", {measure}")).unwrap_or_default();
    let what = what(cause, record);
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
#[must_use]
pub fn sort_word(sort: Sort) -> String {
    let word = serde_json::to_value(sort).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}
