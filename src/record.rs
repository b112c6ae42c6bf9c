//! All that can be said: the nine records of the ledger (`docs/glossary.md`).
//!
//! A record is read from its JSON form with every problem named ([`read`]), and is written again
//! in one fixed order of keys with defaults left out ([`Record::body`]). Whether what it says fits
//! the ledger (is the measure declared? does the kind know the act?) is asked later, by
//! [`crate::history`].

mod event;
mod fields;
mod json;
mod lines;
mod mentions;
mod names;
mod others;
mod quick;
mod reference;
mod refusal;

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

pub use event::{Event, Modality, Plan, Says, Source, Stance};
pub use fields::MOST_LIST_ITEMS;
pub use json::{MOST_DEPTH, parse_object};
pub use lines::{MOST_LINE_BYTES, next_line, read_line, without_bom};
pub use mentions::Mentions;
pub use names::{is_key, is_measure_id, is_word};
pub use others::{
    Alias, Amendment, Initial, KindRecord, Measure, Retraction, Review, Settlement, SourceRecord,
};
pub(crate) use quick::quick;
pub use reference::Reference;
pub use refusal::{Code, Refusal};

use crate::time::Instant;
use fields::Fields;

/// One thing said, without its place in a ledger.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// Something whose status is tracked.
    Measure(Measure),
    /// One development: an act on a measure, with its dates and sources. Shared with the histories
    /// in which it stands as it was recorded.
    Event(Arc<Event>),
    /// Our record of an event (or of a measure) was wrong: what it should say.
    Amendment(Amendment),
    /// A record that should not exist.
    Retraction(Retraction),
    /// More evidence for an event, or evidence against it.
    Source(SourceRecord),
    /// Which side is followed where sources disagree, and why.
    Settlement(Settlement),
    /// A kind of measure, defined or extended.
    Kind(KindRecord),
    /// A second id for a measure.
    Alias(Alias),
    /// Nothing newer was found through a day.
    Review(Review),
}

impl Record {
    /// The word in the record's `record` field.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Measure(_) => "measure",
            Self::Event(_) => "event",
            Self::Amendment(_) => "amendment",
            Self::Retraction(_) => "retraction",
            Self::Source(_) => "source",
            Self::Settlement(_) => "settlement",
            Self::Kind(_) => "kind",
            Self::Alias(_) => "alias",
            Self::Review(_) => "review",
        }
    }

    /// What is said, as JSON with its keys in their fixed order and defaults left out.
    #[must_use]
    pub fn body(&self) -> Map<String, Value> {
        let value = match self {
            Self::Measure(record) => serde_json::to_value(record),
            Self::Event(record) => serde_json::to_value(&**record),
            Self::Amendment(record) => serde_json::to_value(record),
            Self::Retraction(record) => serde_json::to_value(record),
            Self::Source(record) => serde_json::to_value(record),
            Self::Settlement(record) => serde_json::to_value(record),
            Self::Kind(record) => serde_json::to_value(record),
            Self::Alias(record) => serde_json::to_value(record),
            Self::Review(record) => serde_json::to_value(record),
        };
        let mut body = Map::new();
        body.insert("record".to_owned(), self.kind().into());
        if let Ok(Value::Object(rest)) = value {
            body.extend(rest);
        }
        body
    }

    /// The same without the word `record`, as text.
    pub(crate) fn write_body(&self, bytes: &mut Vec<u8>) {
        let written = match self {
            Self::Measure(record) => serde_json::to_writer(bytes, record),
            Self::Event(record) => serde_json::to_writer(bytes, record),
            Self::Amendment(record) => serde_json::to_writer(bytes, record),
            Self::Retraction(record) => serde_json::to_writer(bytes, record),
            Self::Source(record) => serde_json::to_writer(bytes, record),
            Self::Settlement(record) => serde_json::to_writer(bytes, record),
            Self::Kind(record) => serde_json::to_writer(bytes, record),
            Self::Alias(record) => serde_json::to_writer(bytes, record),
            Self::Review(record) => serde_json::to_writer(bytes, record),
        };
        // What was read from JSON can be written to memory again.
        debug_assert!(written.is_ok(), "a record that cannot be written");
    }

    /// The record that a correction or a later source is about.
    #[must_use]
    pub fn corrects(&self) -> Option<&Reference> {
        match self {
            Self::Amendment(record) => Some(&record.of),
            Self::Retraction(record) => Some(&record.of),
            Self::Source(record) => Some(&record.of),
            Self::Settlement(record) => Some(&record.of),
            Self::Measure(_)
            | Self::Event(_)
            | Self::Kind(_)
            | Self::Alias(_)
            | Self::Review(_) => None,
        }
    }

    /// The id of the measure that a record is about, by what it says itself.
    #[must_use]
    pub fn measure(&self) -> Option<&str> {
        match self {
            Self::Measure(measure) => Some(&measure.measure),
            Self::Event(event) => Some(&event.measure),
            Self::Alias(alias) => Some(&alias.of),
            Self::Review(review) => Some(&review.measure),
            Self::Amendment(_)
            | Self::Retraction(_)
            | Self::Source(_)
            | Self::Settlement(_)
            | Self::Kind(_) => None,
        }
    }

    /// Every reference the record makes, in the order of its fields, to be rewritten.
    pub(crate) fn references_mut(&mut self) -> Vec<&mut Reference> {
        match self {
            Self::Event(event) => {
                let event = Arc::make_mut(event);
                event.after.iter_mut().chain(&mut event.cancels).chain(&mut event.settles).collect()
            }
            Self::Amendment(record) => vec![&mut record.of],
            Self::Retraction(record) => vec![&mut record.of],
            Self::Source(record) => vec![&mut record.of],
            Self::Settlement(record) => vec![&mut record.of],
            Self::Measure(_) | Self::Kind(_) | Self::Alias(_) | Self::Review(_) => Vec::new(),
        }
    }
}

/// A record to be recorded: what is said, and what its writer says about the record itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What is said.
    pub record: Record,
    /// The writer's stable name for the record, unique in the ledger.
    pub key: Option<String>,
    /// The id it already has in another ledger (an import keeps it).
    pub id: Option<Uuid>,
    /// When another ledger recorded it; counts only where the clock is simulated.
    pub recorded: Option<Instant>,
    /// Who recorded it.
    pub by: Option<String>,
    /// Which of several inputs it came from, counted from 0: repetitions are told by input.
    pub input: usize,
}

impl Draft {
    /// A draft of a record that has no name yet.
    #[must_use]
    pub fn new(record: Record) -> Self {
        Self { record, key: None, id: None, recorded: None, by: None, input: 0 }
    }
}

/// A record in its place in a ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The record's number, from 1, without gaps.
    pub seq: u64,
    /// Its id (`UUIDv7` where this ledger made it).
    pub id: Uuid,
    /// When this ledger recorded it; never less than that of the record before.
    pub recorded: Instant,
    /// Who recorded it.
    pub by: Option<String>,
    /// The writer's stable name for it.
    pub key: Option<String>,
    /// What is said.
    pub record: Record,
}

/// The record of a number among some, in record order; there may be gaps.
#[must_use]
pub fn numbered(entries: &[Entry], seq: u64) -> Option<&Entry> {
    let place = usize::try_from(seq).ok()?.checked_sub(1)?;
    let at_its_place = entries.get(place).filter(|entry| entry.seq == seq);
    let found = || entries.binary_search_by_key(&seq, |entry| entry.seq).ok();
    at_its_place.or_else(|| entries.get(found()?))
}

/// Reads one JSON object as a draft, naming every problem it has.
pub fn read(object: &Map<String, Value>) -> Result<Draft, Vec<Refusal>> {
    let mut fields = Fields::new(object);
    let kind = fields.required_text("record");
    let key = fields.key("key");
    let id = fields.parsed("id", "a record id (UUID)", |text| Uuid::try_parse(text).ok());
    let recorded = fields.instant("recorded");
    let by = fields.text("by");
    fields.ignore(&["seq", "prev"]);
    let record = match kind.as_deref() {
        Some("measure") => others::measure(&mut fields).map(Record::Measure),
        Some("event") => event::event(&mut fields).map(|event| Record::Event(event.into())),
        Some("amendment") => others::amendment(&mut fields).map(Record::Amendment),
        Some("retraction") => others::retraction(&mut fields).map(Record::Retraction),
        Some("source") => others::source_record(&mut fields).map(Record::Source),
        Some("settlement") => others::settlement(&mut fields).map(Record::Settlement),
        Some("kind") => others::kind(&mut fields).map(Record::Kind),
        Some("alias") => others::alias(&mut fields).map(Record::Alias),
        Some("review") => others::review(&mut fields).map(Record::Review),
        Some(other) => return Err(vec![refusal::unknown_record(other)]),
        None => return Err(fields.into_problems()),
    };
    let problems = fields.into_problems();
    match record {
        Some(record) if problems.is_empty() => {
            Ok(Draft { record, key, id, recorded, by, input: 0 })
        }
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests;
