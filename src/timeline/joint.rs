//! What several measures without parts were together, in the same worlds.

use std::collections::{BTreeMap, BTreeSet};

use super::stage::{Leaf, Stage};
use super::state::State;
use super::sweep::{Memory, Sweep, World};
use super::trace::Run;
use super::{MIXED, days};
use crate::time::Day;

/// What measures were together at the end of a day, in the worlds of one stage.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// The statuses all can share, and [`MIXED`] where they can differ.
    pub(super) possible: BTreeSet<String>,
    pub(super) run: Run,
    /// For each attribute the values that all can share; `None` where they can differ or lack it.
    pub(super) attributes: BTreeMap<String, Vec<Option<serde_json::Value>>>,
    pub(super) approximate: bool,
}

/// The joint answer for several measures on each of some days, which are in order; `None` where
/// there are too many worlds.
pub(super) fn together(stage: &Stage, days: &[Day]) -> Vec<Option<Together>> {
    let alone = |day: Day| {
        let mut sweep = Sweep::new(stage, day);
        sweep.live_to(day).ok()?;
        Some(on_day(stage, &sweep, sweep.worlds.iter()))
    };
    let told = |sweep: &Sweep<'_>| Some(Some(on_day(stage, sweep, sweep.worlds.iter())));
    days::at_each(stage, days, told, alone)
}

/// The joint answer in some worlds on the day lived to.
pub(super) fn on_day<'w>(
    stage: &Stage,
    sweep: &Sweep<'_>,
    worlds: impl Iterator<Item = (&'w World, &'w Memory)>,
) -> Together {
    let mut together = Together { approximate: stage.approximate, ..Together::default() };
    let mut run: Option<Run> = None;
    let mut first = true;
    for (world, memory) in worlds {
        let shared = sweep.shared(&world.states);
        together.possible.insert(shared.unwrap_or(MIXED).to_owned());
        let whole = if stage.leaves.len() == 1 { &memory.leaves[0].run } else { &memory.whole };
        match &mut run {
            Some(run) => run.merge(whole),
            None => run = Some(whole.clone()),
        }
        note_shared_attributes(stage, &world.states, &mut together, first);
        first = false;
    }
    together.run = run.unwrap_or_default();
    together
}

fn note_shared_attributes(stage: &Stage, states: &[State], together: &mut Together, first: bool) {
    let named = |leaf: &Leaf, state: &State| -> BTreeMap<String, serde_json::Value> {
        let held = state.attributes.iter();
        held.map(|&(name, value)| {
            let name = leaf.words.names[usize::from(name)].clone();
            (name, leaf.words.values[usize::from(value)].clone())
        })
        .collect()
    };
    let held: Vec<_> = stage.leaves.iter().zip(states).map(|(l, s)| named(l, s)).collect();
    let names: BTreeSet<&String> = stage.leaves.iter().flat_map(|l| &l.words.names).collect();
    for name in names {
        let value =
            held[0].get(name).filter(|value| held.iter().all(|h| h.get(name) == Some(value)));
        let values = together.attributes.entry(name.clone()).or_default();
        if first || !values.contains(&value.cloned()) {
            values.push(value.cloned());
        }
    }
}
