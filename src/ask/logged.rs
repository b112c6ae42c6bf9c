//! One record as a row of the log: the measure it is about, what it says.

use crate::answer::Dated;
use crate::history::{History, about};
use crate::record::{Entry, Event, Modality, Record};

/// What a record says, cut to a row.
#[derive(Debug)]
pub(crate) struct Logged<'e> {
    /// The record.
    pub(crate) entry: &'e Entry,
    /// The id of the measure it is about, directly or through the record it corrects.
    pub(crate) measure: Option<String>,
    /// The event, if it is one; as it was recorded.
    pub(crate) event: Option<&'e Event>,
    /// The record that it corrects or adds to.
    pub(crate) of: Option<u64>,
    /// Whether it is withdrawn.
    pub(crate) retracted: bool,
}

impl<'e> Logged<'e> {
    /// The row of one record among those that were known.
    pub(crate) fn of(entry: &'e Entry, entries: &'e [Entry], history: &History) -> Self {
        let event = if let Record::Event(event) = &entry.record { Some(&**event) } else { None };
        let of = entry.record.corrects().and_then(|of| history.names().resolve(of).ok());
        Self {
            measure: measure(entry, entries, history),
            retracted: history.is_retracted(entry.seq),
            entry,
            event,
            of,
        }
    }

    /// The date of its effect in the world, for events.
    pub(crate) fn effective(&self) -> Option<Dated> {
        self.event.map(|event| Dated::from(&event.effective))
    }

    /// What it says, for people.
    pub(crate) fn words(&self) -> String {
        let words = self.plain_words();
        let of = self.of.map(|of| format!("@{of}: ")).unwrap_or_default();
        let withdrawn = if self.retracted { " (retracted)" } else { "" };
        format!("{of}{words}{withdrawn}")
    }

    /// The same without the record it is of, and without whether it is withdrawn.
    pub(crate) fn plain_words(&self) -> String {
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
            Record::Source(record) => record.source.name().to_owned(),
            Record::Settlement(settlement) => format!("{} settled", settlement.field),
            Record::Kind(kind) => format!("kind {}", kind.kind),
            Record::Alias(alias) => format!("also {}", alias.measure),
            Record::Review(review) => format!("nothing newer through {}", review.through),
        }
    }
}

/// The measure a record is about; corrections are followed to the record that they are about.
fn measure(entry: &Entry, entries: &[Entry], history: &History) -> Option<String> {
    let id = about(entries, history.names(), entry)?.record.measure()?;
    let known = history.measure(id);
    Some(known.map_or(id, |known| history.measures()[known].id()).to_owned())
}
