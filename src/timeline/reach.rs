//! Where there are too many worlds: every status that can be reached.

use std::collections::BTreeSet;

use super::outcome::{Outcome, PendingPlan};
use super::stage::{Deed, Effect, Leaf, Stage};
use crate::time::Day;

/// A deed with the bounds of its day.
struct Given<'s> {
    deed: &'s Deed,
    record: u64,
    first: Day,
    last: Day,
    /// Whether it is an event's own: it comes in every world.
    sure: bool,
    /// Later than this day an event is in doubt.
    told: Option<Day>,
}

/// Every status a measure without parts can have at the end of a day: each one that somebody can
/// have given, unless another came in between in every world.
pub(super) fn outcome(stage: &Stage, at: Day) -> Outcome {
    let leaf = &stage.leaves[0];
    let given: Vec<Given<'_>> =
        givers(stage, leaf).into_iter().filter(|given| given.first <= at).collect();
    let settled: Vec<&Given<'_>> =
        given.iter().filter(|given| given.sure && given.last <= at && given.replaces()).collect();
    let mut outcome = Outcome { approximate: true, ..Outcome::default() };
    let word = |status: u16| leaf.words.statuses[usize::from(status)].clone();
    for one in &given {
        if let Some(status) = one.status()
            && !settled.iter().any(|other| other.first > one.last)
        {
            outcome.possible.insert(word(status));
            outcome.because.insert(one.record);
            outcome.unconfirmed |= one.may_be_in_doubt(at);
        }
    }
    outcome.pending = pending(stage, leaf, at);
    add_attributes(leaf, &given, &mut outcome);
    if settled.is_empty() {
        outcome.possible.insert(word(leaf.initial.seen()));
        outcome.possible.insert(word(leaf.initial.beneath));
        outcome.because.extend(leaf.initial.record);
    }
    outcome
}

/// Every plan that can have been made and not have taken effect.
fn pending(stage: &Stage, leaf: &Leaf, at: Day) -> BTreeSet<PendingPlan> {
    let made = leaf.roles.iter().filter(|(_, role)| stage.dates[role.date].first <= at);
    let plans = made.flat_map(|(&event, role)| {
        let waits = |due: Option<usize>| due.is_none_or(|id| stage.dates[id].last > at);
        let places = role.plans.iter().enumerate().filter(move |(_, plan)| waits(plan.due));
        places.map(move |(place, _)| PendingPlan { event, place })
    });
    plans.collect()
}

/// Every value that somebody can have given an attribute, and that it is absent.
fn add_attributes(leaf: &Leaf, given: &[Given<'_>], outcome: &mut Outcome) {
    for &(name, value) in given.iter().flat_map(|given| &given.deed.set) {
        let name = leaf.words.names[usize::from(name)].clone();
        let value = value.map(|value| leaf.words.values[usize::from(value)].clone());
        let values = outcome.attributes.entry(name).or_insert_with(|| vec![None]);
        if !values.contains(&value) {
            values.push(value);
        }
    }
}

/// Everything that can give a status.
fn givers<'s>(stage: &'s Stage, leaf: &'s Leaf) -> Vec<Given<'s>> {
    let mut given = Vec::new();
    for role in leaf.roles.values().filter(|role| role.acts) {
        let day = &stage.dates[role.date];
        let (first, last) = (day.first, day.last);
        let (record, told) = (role.record, role.told);
        given.push(Given { deed: &role.deed, record, first, last, sure: true, told });
        for plan in &role.plans {
            let Some(due) = plan.due.map(|id| &stage.dates[id]) else { continue };
            let (first, last) = (due.first, due.last);
            given.push(Given { deed: &plan.deed, record, first, last, sure: false, told: None });
        }
    }
    given
}

impl Given<'_> {
    fn status(&self) -> Option<u16> {
        match self.deed.effect {
            Effect::Suspend(status) | Effect::Become(status) | Effect::End(status) => Some(status),
            Effect::Keep | Effect::Uncover => None,
        }
    }

    /// Whether nobody may have said that it happened.
    fn may_be_in_doubt(&self, at: Day) -> bool {
        !self.sure || self.told.is_some_and(|told| told < self.last.min(at))
    }

    /// Whether nothing of the status before is left after it, beneath a suspension neither.
    fn replaces(&self) -> bool {
        match self.deed.effect {
            Effect::End(_) => true,
            Effect::Become(_) => !self.deed.continues,
            Effect::Suspend(_) | Effect::Keep | Effect::Uncover => false,
        }
    }
}
