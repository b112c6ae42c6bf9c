//! What later records did to one: corrections, evidence, and events that refer to it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::history::{Corrections, History};
use crate::record::{Entry, Record, Reference};

/// One record that did something to the one shown.
#[derive(Debug)]
pub(crate) struct Chapter<'e> {
    pub(crate) entry: &'e Entry,
    /// What it does: `amends`, `retracts`, `adds a source`, `settles`, `cancels`, …
    pub(crate) does: &'static str,
    /// The record it names; not always the one shown (a retraction of an amendment of it).
    pub(crate) of: Option<u64>,
    pub(crate) because: Option<&'e str>,
    pub(crate) reason: Option<&'e str>,
    /// For each field that it changes in the record shown, what was there and what it sets.
    pub(crate) changes: Vec<(String, Value, Value)>,
    /// Whether it is itself withdrawn.
    pub(crate) retracted: bool,
}

impl Chapter<'_> {
    pub(crate) fn to_json(&self) -> Value {
        let changes: Map<String, Value> = self
            .changes
            .iter()
            .map(|(field, from, to)| (field.clone(), json!([from, to])))
            .collect();
        let source = if let Record::Source(record) = &self.entry.record {
            json!(record.source)
        } else {
            Value::Null
        };
        json!({
            "record": self.entry.seq,
            "type": self.entry.record.kind(),
            "does": self.does,
            "of": self.of,
            "because": self.because,
            "reason": self.reason,
            "changes": changes,
            "source": source,
            "retracted": self.retracted,
            "recorded": self.entry.recorded,
            "by": self.entry.by,
        })
    }
}

/// Every record that is about one, directly or through its corrections, in record order.
pub(crate) fn story<'e>(
    shown: &'e Entry,
    entries: &'e [Entry],
    history: &History,
) -> Vec<Chapter<'e>> {
    let corrections = Corrections::of(entries, history);
    let about = corrected(shown.seq, entries, history);
    let chapter = |entry: &'e Entry| {
        let (does, of) = deed(entry, shown, &about, history)?;
        let (because, reason) = why(&entry.record);
        Some(Chapter {
            does,
            of,
            because,
            reason,
            changes: changes(entry, shown, &corrections),
            retracted: history.is_retracted(entry.seq),
            entry,
        })
    };
    entries.iter().filter_map(chapter).collect()
}

/// The record and everything that corrects it, or corrects what corrects it.
fn corrected(shown: u64, entries: &[Entry], history: &History) -> BTreeSet<u64> {
    let mut about = BTreeSet::from([shown]);
    loop {
        let before = about.len();
        for entry in entries {
            let of = entry.record.corrects().and_then(|of| history.names().resolve(of).ok());
            if of.is_some_and(|of| about.contains(&of)) {
                about.insert(entry.seq);
            }
        }
        if about.len() == before {
            return about;
        }
    }
}

/// What a record does to the one shown, and to which record directly; `None` where nothing.
fn deed(
    entry: &Entry,
    shown: &Entry,
    about: &BTreeSet<u64>,
    history: &History,
) -> Option<(&'static str, Option<u64>)> {
    let does = match &entry.record {
        Record::Amendment(_) => "amends",
        Record::Retraction(_) => "retracts",
        Record::Source(_) => "adds a source to",
        Record::Settlement(_) => "settles",
        Record::Event(_) => return refers(entry, shown, history),
        Record::Alias(alias) if is_measure(shown, &alias.of, history) => {
            return Some(("gives another id to", Some(shown.seq)));
        }
        Record::Review(review) if is_measure(shown, &review.measure, history) => {
            return Some(("says that nothing newer was found about", Some(shown.seq)));
        }
        Record::Alias(_) | Record::Review(_) | Record::Measure(_) | Record::Kind(_) => return None,
    };
    let of = entry.record.corrects().and_then(|of| history.names().resolve(of).ok())?;
    about.contains(&of).then_some((does, Some(of)))
}

/// How an event refers to the event shown.
fn refers(entry: &Entry, shown: &Entry, history: &History) -> Option<(&'static str, Option<u64>)> {
    let event = &history.events()[history.event_of(entry.seq)?].event;
    let names = |list: &[Reference]| {
        list.iter().any(|reference| history.names().resolve(reference) == Ok(shown.seq))
    };
    let ways = [
        ("cancels the plans of", &event.cancels),
        ("settles", &event.settles),
        ("did not happen before", &event.after),
    ];
    let way = ways.into_iter().find(|(_, list)| names(list))?;
    Some((way.0, Some(shown.seq)))
}

fn is_measure(shown: &Entry, id: &str, history: &History) -> bool {
    let measure = history.measure(id).map(|m| &history.measures()[m]);
    measure.is_some_and(|measure| measure.record == shown.seq)
}

fn why(record: &Record) -> (Option<&str>, Option<&str>) {
    match record {
        Record::Amendment(record) => (Some(&record.because), record.reason.as_deref()),
        Record::Retraction(record) => (Some(&record.because), record.reason.as_deref()),
        Record::Settlement(record) => (None, record.reason.as_deref()),
        Record::Review(record) => (None, record.note.as_deref()),
        Record::Alias(record) => (None, record.note.as_deref()),
        Record::Source(_) | Record::Measure(_) | Record::Event(_) | Record::Kind(_) => (None, None),
    }
}

/// The fields an amendment or a settlement changes, with what was there before it.
fn changes(
    entry: &Entry,
    shown: &Entry,
    corrections: &Corrections<'_>,
) -> Vec<(String, Value, Value)> {
    if !matches!(shown.record, Record::Event(_) | Record::Measure(_)) {
        return Vec::new();
    }
    let before = corrections.amended(shown, entry.seq.saturating_sub(1));
    let was = |field: &String| before.get(field).cloned();
    if let Record::Amendment(amendment) = &entry.record {
        let change = |(field, to): (&String, &Value)| {
            (field.clone(), was(field).unwrap_or_default(), to.clone())
        };
        return amendment.set.iter().map(change).collect();
    }
    if let Record::Settlement(settlement) = &entry.record {
        let field = &settlement.field;
        let unsaid = json!((field == "occurred").then_some(true));
        let from = was(field).unwrap_or(unsaid);
        return vec![(field.clone(), from, settlement.value.clone())];
    }
    Vec::new()
}
