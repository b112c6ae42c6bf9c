//! What is asked, with all that the kernel tells of it.

use std::collections::{BTreeMap, BTreeSet};

use super::fates::Fates;
use super::words::Role;
use super::{Grounds, needed, scope};
use crate::history::{History, Standing};
use crate::record::{Entry, Plan, numbered};
use crate::time::{Day, Instant};
use crate::timeline::{self, Outcome, Telling, Thing};

/// A question, and what decides its answer.
pub(super) struct Question<'q> {
    pub(super) grounds: &'q Grounds<'q>,
    pub(super) history: &'q History,
    pub(super) measure: usize,
    pub(super) at: Day,
    pub(super) outcome: Outcome,
    /// The measures whose events are spoken of.
    pub(super) members: BTreeSet<usize>,
    /// The events that are spoken of.
    pub(super) events: BTreeSet<usize>,
    pub(super) fates: Fates,
    /// Events that the answer needs though they did nothing by the day.
    pub(super) needed: BTreeMap<usize, Role>,
}

impl<'q> Question<'q> {
    pub(super) fn new(grounds: &'q Grounds<'q>, measure: usize, at: Day) -> Self {
        let history = grounds.history;
        let telling = Telling::plain(history);
        let mut question = Self {
            grounds,
            history,
            measure,
            at,
            outcome: timeline::outcome(telling, measure, at),
            members: scope::members(history, measure),
            events: scope::events(history, measure),
            fates: Fates::of(history, &timeline::ways(telling, measure, at)),
            needed: BTreeMap::new(),
        };
        question.needed = needed::later(&question);
        question
    }

    pub(super) fn standing(&self, event: usize) -> &'q Standing {
        &self.history.events()[event]
    }

    /// The plan that a thing is; none for an event.
    pub(super) fn plan(&self, thing: Thing) -> Option<&'q Plan> {
        self.standing(thing.event).event.then.get(thing.place?)
    }

    /// The first and the last day on which an event or a plan can come, as it is written; none for
    /// a plan without a date.
    pub(super) fn bounds(&self, thing: Thing) -> Option<(Day, Day)> {
        match (thing.place, self.plan(thing)) {
            (None, _) => Some(self.standing(thing.event).event.effective.bounds()),
            (Some(_), plan) => plan?.effective.as_ref().map(crate::time::Window::bounds),
        }
    }

    /// Whether an event acts on the measure or on a part of it.
    pub(super) fn is_own(&self, event: usize) -> bool {
        self.standing(event).measure.is_some_and(|measure| self.members.contains(&measure))
    }

    /// Whether an event counts and is not known to lie later than the day.
    pub(super) fn came(&self, event: usize) -> bool {
        let standing = self.standing(event);
        standing.counts() && self.fates.came(self, event)
    }

    /// Whether the answer rests on an event.
    pub(super) fn is_used(&self, event: usize) -> bool {
        self.came(event) || self.needed.contains_key(&event)
    }

    // Words

    pub(super) fn recorded(&self, record: u64) -> Option<Instant> {
        self.entry(record).map(|entry| entry.recorded)
    }

    pub(super) fn entry(&self, record: u64) -> Option<&'q Entry> {
        numbered(self.grounds.entries, record)
    }

    /// The records that were known.
    pub(super) fn known_entries(&self) -> &'q [Entry] {
        let entries = self.grounds.entries;
        &entries[..entries.partition_point(|entry| entry.seq <= self.grounds.records)]
    }

    /// An event or plan as a sentence names it: `@57 (termination-notified, 2019-08-23)`.
    pub(super) fn cited(&self, thing: Thing) -> String {
        let maker = self.standing(thing.event);
        match self.plan(thing) {
            Some(plan) => {
                let due = plan.effective.as_ref().map_or("no date given", |due| due.text());
                format!("the plan of @{} ({}, {due})", maker.record, plan.act)
            }
            None => format!("@{} ({}, {})", maker.record, maker.event.act, maker.event.effective),
        }
    }
}
