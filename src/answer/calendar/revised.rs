//! How often, and when last, an entry of a calendar can have changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::history::{History, about};
use crate::record::Entry;
use crate::time::Instant;

/// The records about each family of measures: a whole with all its parts.
pub(super) struct Revisions<'h> {
    history: &'h History,
    families: BTreeMap<usize, Vec<(u64, Instant)>>,
}

impl<'h> Revisions<'h> {
    pub(super) fn of(history: &'h History, entries: &[Entry]) -> Self {
        let mut families: BTreeMap<usize, Vec<(u64, Instant)>> = BTreeMap::new();
        for entry in entries {
            let about = about(entries, history.names(), entry);
            let measure = about.and_then(|about| about.record.measure());
            if let Some(measure) = measure.and_then(|id| history.declared(id)) {
                let made = (entry.seq, entry.recorded);
                families.entry(history.root(measure)).or_default().push(made);
            }
        }
        Self { history, families }
    }

    /// How many records there are since the one that said an event, and when the last was made.
    /// Every record about the measures concerned counts: what follows from an event can be changed
    /// by any other one, and a number that rises too often does no harm.
    pub(super) fn since(&self, event: usize, entry: &Entry) -> (usize, Instant) {
        let families = self.concerned(event).into_iter();
        let later = families.filter_map(|family| self.families.get(&family)).map(|made| {
            let later = made.partition_point(|(seq, _)| *seq <= entry.seq);
            &made[later..]
        });
        later.fold((0, entry.recorded), |(count, last), later| {
            let newest = later.last().map_or(last, |(_, recorded)| *recorded);
            (count + later.len(), last.max(newest))
        })
    }

    /// The families of its own measure and of those whose events name it.
    fn concerned(&self, event: usize) -> BTreeSet<usize> {
        let naming = self.history.referring_to(event).iter().copied();
        let events = naming.chain([event]).map(|event| &self.history.events()[event].event);
        let measures = events.filter_map(|event| self.history.declared(&event.measure));
        measures.map(|measure| self.history.root(measure)).collect()
    }
}
