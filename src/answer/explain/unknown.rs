//! What was recorded later than the point of knowledge: events that reach the measure, corrections of
//! those that were known, and what changes the measure itself.

use std::collections::BTreeSet;

use super::question::Question;
use super::words::{Reason, What};
use super::{Unused, scope};
use crate::answer::state::Dated;
use crate::history::History;
use crate::record::{Entry, Record, Reference, numbered};

/// One row for each later record that is about the measure.
pub(super) fn rows(question: &Question<'_>) -> Vec<Unused> {
    let Some(known) = question.grounds.known else {
        return Vec::new();
    };
    let Some(later) = Later::of(question) else {
        return Vec::new();
    };
    let text = format!("recorded after {known}");
    let entries = question.grounds.entries.iter();
    let unknown = entries.filter(|entry| entry.seq > question.grounds.records);
    unknown.filter_map(|entry| later.row(entry, &text)).collect()
}

/// The measure as everything recorded has it.
struct Later<'l> {
    history: &'l History,
    entries: &'l [Entry],
    members: BTreeSet<usize>,
    events: BTreeSet<usize>,
    /// What a later correction can be about: the events and the declarations that were known.
    records: BTreeSet<u64>,
}

impl<'l> Later<'l> {
    /// None where the measure was withdrawn since: then its own declaration says so.
    fn of(question: &Question<'l>) -> Option<Self> {
        let id = question.history.measures()[question.measure].id();
        let history = question.grounds.everything;
        let measure = history.declared(id)?;
        let members = scope::members(history, measure);
        let mut events = scope::events(history, measure);
        let known = question.events.iter().map(|&event| question.standing(event).record);
        events.extend(known.filter_map(|record| history.event_of(record)));
        let declared = members.iter().map(|&member| history.measures()[member].record);
        let of_events = events.iter().map(|&event| history.events()[event].record);
        let records = declared.chain(of_events);
        let records = records.filter(|&record| record <= question.grounds.records).collect();
        Some(Self { history, entries: question.grounds.entries, members, events, records })
    }

    fn row(&self, entry: &Entry, text: &str) -> Option<Unused> {
        match &entry.record {
            Record::Event(_) => self.event(entry, text),
            Record::Amendment(it) => self.correction(entry, &it.of, "amends", text),
            Record::Retraction(it) => self.correction(entry, &it.of, "retracts", text),
            Record::Settlement(it) => self.correction(entry, &it.of, "settles", text),
            Record::Source(it) => self.correction(entry, &it.of, "adds a source to", text),
            Record::Measure(_) => {
                let declares = |&&m: &&usize| self.history.measures()[m].record == entry.seq;
                let member = *self.members.iter().find(declares)?;
                let id = self.history.measures()[member].id();
                Some(unknown(entry, What::Measure, id, text.to_owned()))
            }
            Record::Kind(it) => {
                let of_kind = |m: &usize| self.history.measures()[*m].measure.kind == it.kind;
                let member = *self.members.iter().find(|m| of_kind(m))?;
                let id = self.history.measures()[member].id();
                let text = format!("{text}: it defines the kind {}", it.kind);
                Some(unknown(entry, What::Correction, id, text))
            }
            Record::Alias(_) | Record::Review(_) => None,
        }
    }

    fn event(&self, entry: &Entry, text: &str) -> Option<Unused> {
        let event = self.history.event_of(entry.seq).filter(|it| self.events.contains(it))?;
        let event = &self.history.events()[event].event;
        Some(Unused {
            act: Some(event.act.clone()),
            effective: Some(Dated::from(&event.effective)),
            ..unknown(entry, What::Event, &event.measure, text.to_owned())
        })
    }

    fn correction(&self, entry: &Entry, of: &Reference, does: &str, text: &str) -> Option<Unused> {
        let target = self.history.names().resolve(of).ok()?;
        let subject = self.subject(target)?;
        let event = self.history.event_of(subject).map(|event| &self.history.events()[event].event);
        let declared = |&&m: &&usize| self.history.measures()[m].record == subject;
        let measure = event.map(|event| event.measure.clone()).or_else(|| {
            let member = *self.members.iter().find(declared)?;
            Some(self.history.measures()[member].id().to_owned())
        })?;
        let text = format!("{text}: it {does} @{target}");
        Some(Unused {
            of: Some(subject),
            act: event.map(|event| event.act.clone()),
            effective: event.map(|event| Dated::from(&event.effective)),
            ..unknown(entry, What::Correction, &measure, text)
        })
    }

    /// The event or declaration spoken of that a chain of corrections is about in the end.
    fn subject(&self, record: u64) -> Option<u64> {
        let mut at = record;
        for _ in 0..=self.entries.len() {
            let of = match &numbered(self.entries, at)?.record {
                Record::Event(_) | Record::Measure(_) => {
                    return Some(at).filter(|at| self.records.contains(at));
                }
                Record::Amendment(it) => &it.of,
                Record::Retraction(it) => &it.of,
                Record::Settlement(it) => &it.of,
                Record::Source(it) => &it.of,
                Record::Kind(_) | Record::Alias(_) | Record::Review(_) => return None,
            };
            at = self.history.names().resolve(of).ok()?;
        }
        None
    }
}

fn unknown(entry: &Entry, what: What, measure: &str, text: String) -> Unused {
    Unused {
        recorded: Some(entry.recorded),
        ..Unused::of(entry.seq, what, measure, Reason::NotYetKnown, Vec::new(), text)
    }
}
