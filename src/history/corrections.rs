//! What later records change in the ones they are about: amendments, settlements, sources.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{History, Names, subject};
use crate::record::{Entry, Record, Reference, Source};

/// The corrections that stand, by the record they are about, in record order.
#[derive(Debug, Default)]
pub struct Corrections<'e> {
    corrections: BTreeMap<u64, Vec<Correction<'e>>>,
    sources: BTreeMap<u64, Vec<(u64, &'e Source)>>,
}

/// One amendment or settlement.
#[derive(Debug)]
pub(super) enum Correction<'e> {
    Amended(u64, &'e Map<String, Value>),
    Settled(u64, &'e str, &'e Value),
}

impl Correction<'_> {
    pub(super) fn record(&self) -> u64 {
        match self {
            Self::Amended(record, _) | Self::Settled(record, _, _) => *record,
        }
    }
}

/// Lays the attributes that were settled over those of the event: others stay as they are.
fn lay_over(body: &mut Map<String, Value>, settled: &Value) {
    let mut set = body.get("set").and_then(Value::as_object).cloned().unwrap_or_default();
    set.extend(settled.as_object().cloned().unwrap_or_default());
    if !set.is_empty() {
        body.insert("set".to_owned(), Value::Object(set));
    }
}

impl<'e> Corrections<'e> {
    /// The corrections among some records, of which a history was made.
    #[must_use]
    pub fn of(entries: &'e [Entry], history: &History) -> Self {
        Self::in_force(entries, history.names(), |record| history.is_retracted(record))
    }

    pub(super) fn in_force(
        entries: &'e [Entry],
        names: &Names,
        retracted: impl Fn(u64) -> bool,
    ) -> Self {
        let mut found = Self::default();
        for entry in entries.iter().filter(|entry| !retracted(entry.seq)) {
            found.add(entry, |of| subject(entries, names, names.resolve(of).ok()?));
        }
        found
    }

    fn add(&mut self, entry: &'e Entry, about: impl Fn(&Reference) -> Option<u64>) {
        let (of, correction) = match &entry.record {
            Record::Amendment(r) => (&r.of, Correction::Amended(entry.seq, &r.set)),
            Record::Settlement(r) => (&r.of, Correction::Settled(entry.seq, &r.field, &r.value)),
            Record::Source(r) => {
                if let Some(event) = about(&r.of) {
                    self.sources.entry(event).or_default().push((entry.seq, &r.source));
                }
                return;
            }
            Record::Measure(_)
            | Record::Event(_)
            | Record::Retraction(_)
            | Record::Kind(_)
            | Record::Alias(_)
            | Record::Review(_) => return,
        };
        if let Some(subject) = about(of) {
            self.corrections.entry(subject).or_default().push(correction);
        }
    }

    /// The amendments and settlements of a record.
    pub(super) fn corrections(&self, record: u64) -> &[Correction<'e>] {
        self.corrections.get(&record).map_or(&[], Vec::as_slice)
    }

    /// The sources that later records added to an event, with those records.
    pub(super) fn sources(&self, record: u64) -> &[(u64, &'e Source)] {
        self.sources.get(&record).map_or(&[], Vec::as_slice)
    }

    /// What a record says with its corrections up to record `through` (inclusive), as JSON.
    #[must_use]
    pub fn amended(&self, entry: &Entry, through: u64) -> Map<String, Value> {
        self.corrected(entry, |correction| correction.record() <= through)
    }

    /// What a record says as amended, with no settlement counted in.
    pub(super) fn unsettled(&self, entry: &Entry) -> Map<String, Value> {
        self.corrected(entry, |correction| matches!(correction, Correction::Amended(..)))
    }

    fn corrected(
        &self,
        entry: &Entry,
        counts: impl Fn(&Correction<'_>) -> bool,
    ) -> Map<String, Value> {
        let mut body = entry.record.body();
        for correction in self.corrections(entry.seq).iter().filter(|c| counts(c)) {
            match correction {
                Correction::Amended(_, set) => {
                    let fields = set.iter().map(|(field, value)| (field.clone(), value.clone()));
                    body.extend(fields);
                }
                Correction::Settled(_, "occurred", _) => {}
                Correction::Settled(_, "set", value) => lay_over(&mut body, value),
                Correction::Settled(_, field, value) => {
                    body.insert((*field).to_owned(), (*value).clone());
                }
            }
        }
        body
    }
}
