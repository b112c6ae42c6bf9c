//! What is seen of the worlds at the end of the day that they were lived to.

use std::collections::BTreeSet;

use super::super::outcome::{Outcome, PendingPlan, Since};
use super::super::reach;
use super::super::stage::{Leaf, Stage};
use super::super::state::{Pending, State, Watch};
use super::super::trace::{Latest, Run, Trace};
use super::{Sweep, TooMany};
use crate::time::Day;

/// What a measure without parts was at the end of a day, in the worlds of one stage; and whether
/// there were too many of them before that day already, so that no later one can be told better.
pub(in crate::timeline) fn leaf_outcome(stage: &Stage, at: Day) -> (Outcome, bool) {
    let mut sweep = Sweep::new(stage, at);
    match sweep.live_to(at) {
        Ok(()) => (sweep.outcome().0, false),
        Err(TooMany) => (reach::outcome(stage, at), sweep.ended_before(at)),
    }
}

impl Sweep<'_> {
    /// Whether the stretch lived last ends before a day. On the way to any later day it is the same
    /// one, and so are all before it.
    fn ended_before(&self, at: Day) -> bool {
        self.cuts.get(self.cut).is_some_and(|next| *next <= at)
    }

    /// What the stage's first measure is at the end of the day lived to; and whether all that it
    /// depends on ahead could be looked at.
    pub(in crate::timeline) fn outcome(&self) -> (Outcome, bool) {
        let leaf = &self.stage.leaves[0];
        let (approximate, pending) = (self.stage.approximate, self.waiting());
        let mut outcome = Outcome { pending, approximate, ..Outcome::default() };
        let mut trace: Option<Trace> = None;
        let mut planned = false;
        for (world, memory) in self.worlds.iter() {
            let state = &world.states[0];
            outcome.possible.insert(leaf.seen(state).to_owned());
            outcome.unconfirmed |= state.seen().in_doubt;
            planned |= state.seen().planned.is_some();
            leaf.note_attributes(state, &mut outcome, trace.is_none());
            match &mut trace {
                Some(trace) => trace.merge(&memory.leaves[0]),
                None => trace = Some(memory.leaves[0].clone()),
            }
        }
        let trace = trace.unwrap_or_default();
        outcome.because = trace.gave.union(&trace.run.began).copied().collect();
        if outcome.possible.len() == 1 && !outcome.approximate {
            outcome.since = since(&trace.run);
        }
        let mut saw_all = true;
        if planned && !outcome.unconfirmed {
            let mut ahead = self.clone();
            ahead.watch(|state| state.seen().planned.map(Watch::Open));
            let stays = ahead.stays_unconfirmed();
            saw_all = stays.is_ok();
            outcome.unconfirmed = stays.unwrap_or(true);
        }
        (outcome, saw_all)
    }

    /// The plans that wait for the stage's first measure, in any world.
    pub(in crate::timeline) fn waiting(&self) -> BTreeSet<PendingPlan> {
        let worlds = self.worlds.iter();
        let pending = worlds.flat_map(|(world, _)| &world.states[0].pending);
        pending
            .map(|Pending { plan: (event, place), .. }| PendingPlan {
                event: *event,
                place: *place,
            })
            .collect()
    }
}

/// The bounds of a run's first day; none for a run that goes back to the beginning in every world.
pub(in crate::timeline) fn since(run: &Run) -> Option<Since> {
    let first = run.first?;
    let earliest = if run.from_beginning { None } else { first.earliest.written() };
    let latest = match first.latest {
        Latest::On(day) => day.written(),
        Latest::BeforeEnd(_) => None,
    };
    Some(Since { earliest, latest })
}

impl Leaf {
    /// Adds the attribute values of one world.
    fn note_attributes(&self, state: &State, outcome: &mut Outcome, first: bool) {
        for (number, name) in self.words.names.iter().enumerate() {
            let held = state.attributes.iter().find(|(name, _)| usize::from(*name) == number);
            let value = held.map(|&(_, value)| self.words.values[usize::from(value)].clone());
            if value.is_none() && first {
                outcome.attributes.entry(name.clone()).or_default().push(None);
                continue;
            }
            let values = outcome.attributes.entry(name.clone()).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
}

impl Sweep<'_> {
    /// Whether in some world the plan that is watched is never confirmed: lives on past the day
    /// asked for until an event of the plan's act comes, or the status changes.
    pub(in crate::timeline) fn stays_unconfirmed(&mut self) -> Result<bool, TooMany> {
        while !self.worlds.is_empty() {
            if self.worlds.keys().any(|world| world.states[0].watch == Watch::Missed) {
                return Ok(true);
            }
            if self.cut == self.cuts.len() {
                return Ok(true);
            }
            self.live_stretch()?;
            self.worlds.retain(|world| world.states[0].watch != Watch::Off);
        }
        Ok(false)
    }
}
