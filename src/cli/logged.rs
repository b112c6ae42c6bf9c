//! One record as a row of the log: the measure it is about, what it says.

use crate::answer::Dated;
use crate::history::History;
use crate::record::{Entry, Event, Modality, Record, Reference, Source, numbered};

/// What a record says, cut to a row.
#[derive(Debug)]
pub(super) struct Logged<'e> {
    /// The record.
    pub(super) entry: &'e Entry,
    /// The id of the measure it is about, directly or through the record it corrects.
    pub(super) measure: Option<String>,
    /// The event, if it is one; as it was recorded.
    pub(super) event: Option<&'e Event>,
    /// The record that it corrects or adds to.
    pub(super) of: Option<u64>,
    /// Whether it is withdrawn.
    pub(super) retracted: bool,
}

impl<'e> Logged<'e> {
    /// The row of one record among those that were known.
    pub(super) fn of(entry: &'e Entry, entries: &'e [Entry], history: &History) -> Self {
        let event = if let Record::Event(event) = &entry.record { Some(event) } else { None };
        let of = target(&entry.record).and_then(|of| history.names().resolve(of).ok());
        Self {
            measure: measure(entry, entries, history),
            retracted: history.is_retracted(entry.seq),
            entry,
            event,
            of,
        }
    }

    /// The date of its effect in the world, for events.
    pub(super) fn effective(&self) -> Option<Dated> {
        self.event.map(|event| Dated::from(&event.effective))
    }

    /// What it says, for people.
    pub(super) fn words(&self) -> String {
        let words = self.plain_words();
        let of = self.of.map(|of| format!("@{of}: ")).unwrap_or_default();
        let withdrawn = if self.retracted { " (retracted)" } else { "" };
        format!("{of}{words}{withdrawn}")
    }

    /// The same without the record it is of, and without whether it is withdrawn.
    pub(super) fn plain_words(&self) -> String {
        match &self.entry.record {
            Record::Measure(measure) => format!("kind {}", measure.kind),
            Record::Event(event) if event.modality == Modality::Expected => {
                format!("{} (expected)", event.act)
            }
            Record::Event(event) => event.act.clone(),
            Record::Amendment(amendment) => {
                let fields: Vec<&str> = amendment.set.keys().map(String::as_str).collect();
                fields.join(", ")
            }
            Record::Retraction(retraction) => retraction.because.clone(),
            Record::Source(record) => source_name(&record.source).to_owned(),
            Record::Settlement(settlement) => format!("{} settled", settlement.field),
            Record::Kind(kind) => format!("kind {}", kind.kind),
            Record::Alias(alias) => format!("also {}", alias.measure),
            Record::Review(review) => format!("nothing newer through {}", review.through),
        }
    }
}

/// The record that a correction or a later source names.
pub(super) fn target(record: &Record) -> Option<&Reference> {
    match record {
        Record::Amendment(record) => Some(&record.of),
        Record::Retraction(record) => Some(&record.of),
        Record::Source(record) => Some(&record.of),
        Record::Settlement(record) => Some(&record.of),
        Record::Measure(_)
        | Record::Event(_)
        | Record::Kind(_)
        | Record::Alias(_)
        | Record::Review(_) => None,
    }
}

/// What a source is called: its publisher, else its title, else its address.
pub(super) fn source_name(source: &Source) -> &str {
    let names = [&source.publisher, &source.title, &source.url];
    let name = names.into_iter().find_map(Option::as_deref);
    name.unwrap_or("a source")
}

/// The measure a record is about; corrections are followed to the record that they are about.
fn measure(entry: &Entry, entries: &[Entry], history: &History) -> Option<String> {
    let mut at = entry;
    for _ in 0..entries.len() {
        let Some(of) = target(&at.record) else { break };
        at = numbered(entries, history.names().resolve(of).ok()?)?;
    }
    let id = match &at.record {
        Record::Measure(measure) => &measure.measure,
        Record::Event(event) => &event.measure,
        Record::Alias(alias) => &alias.of,
        Record::Review(review) => &review.measure,
        Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_) => return None,
    };
    let known = history.measure(id);
    let id = known.map_or(id.as_str(), |known| history.measures()[known].id());
    Some(id.to_owned())
}
