//! A measure on several days: one walk through time that stops on each of them.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{Outcome, PendingPlan};
use super::stage::{self, Stage};
use super::sweep::{self, Sweep};
use super::{Telling, reach, whole};
use crate::time::Day;

/// What a measure was at the end of each of some days.
pub(super) fn outcomes(
    telling: Telling<'_>,
    measure: usize,
    days: &BTreeSet<Day>,
) -> BTreeMap<Day, Outcome> {
    let leaves = telling.history.innermost(measure);
    let stops: Vec<Day> = days.iter().copied().collect();
    let outcomes = if leaves == [measure] {
        leaf(telling, measure, &stops)
    } else {
        whole::outcomes(telling, &leaves, &stops)
    };
    stops.into_iter().zip(outcomes).collect()
}

/// What a measure without parts was at the end of each of some days, which are in order.
pub(super) fn leaf(telling: Telling<'_>, measure: usize, days: &[Day]) -> Vec<Outcome> {
    let scene = stage::scene(telling, &[measure]);
    let mut joined: Option<Vec<Outcome>> = None;
    for stage in &scene.stages {
        let outcomes = of_stage(stage, days);
        joined = Some(match joined {
            Some(so_far) => so_far.into_iter().zip(outcomes).map(|(a, b)| a.or(b)).collect(),
            None => outcomes,
        });
    }
    let mut outcomes = joined.unwrap_or_else(|| vec![Outcome::default(); days.len()]);
    for outcome in &mut outcomes {
        outcome.inconsistent = scene.inconsistent;
    }
    outcomes
}

/// The plans that wait for a measure without parts at the end of each of some days, in any world;
/// none for a day that the one walk cannot tell.
pub(super) fn waiting(
    telling: Telling<'_>,
    leaf: usize,
    days: &BTreeSet<Day>,
) -> BTreeMap<Day, Option<BTreeSet<PendingPlan>>> {
    let stops: Vec<Day> = days.iter().copied().collect();
    let mut joined = vec![Some(BTreeSet::new()); stops.len()];
    for stage in &stage::scene(telling, &[leaf]).stages {
        let waiting = at_each(stage, &stops, |sweep| Some(Some(sweep.waiting())), |_| None);
        for (so_far, more) in joined.iter_mut().zip(waiting) {
            *so_far = so_far.take().zip(more).map(|(mut so_far, more)| {
                so_far.extend(more);
                so_far
            });
        }
    }
    stops.into_iter().zip(joined).collect()
}

fn of_stage(stage: &Stage, days: &[Day]) -> Vec<Outcome> {
    let told = |sweep: &Sweep<'_>| {
        let (outcome, saw_all) = sweep.outcome();
        saw_all.then_some(outcome)
    };
    let lost = Cell::new(false);
    let alone = |day| {
        if lost.get() {
            return reach::outcome(stage, day);
        }
        let (outcome, is_lost) = sweep::leaf_outcome(stage, day);
        lost.set(is_lost);
        outcome
    };
    at_each(stage, days, told, alone)
}

/// What is told at the end of each of some days, which are in order. Where the one walk cannot tell
/// a day, since with all its stops there are too many states on the way, that day is asked `alone`.
pub(super) fn at_each<T>(
    stage: &Stage,
    days: &[Day],
    told: impl Fn(&Sweep<'_>) -> Option<T>,
    alone: impl Fn(Day) -> T,
) -> Vec<T> {
    let mut sweep = (days.len() > 1).then(|| Sweep::through(stage, days));
    let told_at = |&day: &Day| {
        if sweep.as_mut().is_some_and(|sweep| sweep.live_to(day).is_err()) {
            sweep = None;
        }
        sweep.as_ref().and_then(&told).unwrap_or_else(|| alone(day))
    };
    days.iter().map(told_at).collect()
}
