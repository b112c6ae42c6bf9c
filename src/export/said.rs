//! A record in a few words.

use crate::history::History;
use crate::record::{Entry, Event, Modality, Record, Reference, numbered};

/// What a record says, in one line: `kr-jp.gsomia restored on 2023-03-21`.
#[must_use]
pub fn said(entry: &Entry, history: &History, entries: &[Entry]) -> String {
    let named = |reference: &Reference| match history.names().resolve(reference) {
        Ok(seq) => about(seq, entries),
        Err(_) => reference.to_string(),
    };
    match &entry.record {
        Record::Measure(measure) => format!("measure {} ({})", measure.measure, measure.kind),
        Record::Event(event) => of_event(event),
        Record::Amendment(amendment) => {
            let fields: Vec<&str> = amendment.set.keys().map(String::as_str).collect();
            format!("{} amended: {}", named(&amendment.of), fields.join(", "))
        }
        Record::Retraction(retraction) => format!("{} retracted", named(&retraction.of)),
        Record::Source(record) => {
            let source = record.source.name();
            format!("source for {}: {source}", named(&record.of))
        }
        Record::Settlement(settled) => {
            format!("{} settled: {} is {}", named(&settled.of), settled.field, settled.value)
        }
        Record::Kind(kind) => format!("kind {}", kind.kind),
        Record::Alias(alias) => format!("{} is another id of {}", alias.measure, alias.of),
        Record::Review(review) => {
            format!("{} reviewed through {}", review.measure, review.through)
        }
    }
}

fn of_event(event: &Event) -> String {
    let expected = match event.modality {
        Modality::Expected => " expected",
        Modality::Occurred => "",
    };
    let status = event.status.as_ref().map(|status| {
        let status = status.as_deref().unwrap_or("none");
        format!(" to {status}")
    });
    format!(
        "{} {}{}{expected} on {}",
        event.measure,
        event.act,
        status.unwrap_or_default(),
        event.effective
    )
}

/// A record that another one names: its number and what it is.
fn about(seq: u64, entries: &[Entry]) -> String {
    match numbered(entries, seq).map(|entry| &entry.record) {
        Some(Record::Event(event)) => format!("@{seq} ({})", of_event(event)),
        Some(Record::Measure(measure)) => format!("@{seq} (measure {})", measure.measure),
        Some(record) => format!("@{seq} ({})", record.kind()),
        None => format!("@{seq}"),
    }
}
