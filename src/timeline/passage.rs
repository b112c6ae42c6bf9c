//! What happened on the way to a day: what each event found, whether an end came, and which plans
//! nobody confirmed.

use std::collections::{BTreeMap, BTreeSet};

use super::Telling;
use super::fold::Met;
use super::graph::Date;
use super::outcome::{Ended, Found, PendingPlan};
use super::stage::{self, DateId, Dated, PlanId, Stage};
use super::state::{State, Watch};
use super::sweep::{Sweep, TooMany};
use crate::time::Day;

// What events found

/// For each event that acts on a measure without parts and whose act says in which statuses it
/// makes sense: what it can have found. Where no world is left, or too many are, there is nothing
/// to say.
pub(super) fn found(telling: Telling<'_>, leaf: usize) -> BTreeMap<usize, Found> {
    let kind = &telling.history.measures()[leaf].kind;
    let wanted = |event: usize| {
        let act = kind.act(&telling.event(event).event.act);
        act.is_some_and(|act| !act.from.is_empty())
    };
    let cast = stage::cast(telling, leaf).into_iter();
    let events: Vec<usize> = cast.filter(|&(e, acts)| acts && wanted(e)).map(|(e, _)| e).collect();
    let certain = |event: &usize| telling.event(*event).event.effective.certain().is_some();
    // Events of one day cost nothing. One that has a window and changes nothing costs worlds: each
    // is let in by itself, for its window alone.
    let together: BTreeSet<usize> = events.iter().copied().filter(certain).collect();
    let mut found = found_by(telling, leaf, &together);
    let alone: BTreeSet<usize> =
        events.iter().copied().filter(|event| !found.contains_key(event)).collect();
    if !alone.is_empty() {
        let told = let_in(telling, leaf, &together, &alone).unwrap_or_else(|TooMany| {
            let each = alone.iter().filter_map(|&event| {
                found_by(telling, leaf, &BTreeSet::from([event])).remove_entry(&event)
            });
            each.collect()
        });
        found.extend(told);
    }
    found.retain(|event, _| events.contains(event));
    found
}

/// What each of some events found that have a window and change nothing: each is let in by itself
/// when its window opens. Those of too many worlds are left out.
fn let_in(
    telling: Telling<'_>,
    leaf: usize,
    together: &BTreeSet<usize>,
    alone: &BTreeSet<usize>,
) -> Result<BTreeMap<usize, Found>, TooMany> {
    let mut scene = stage::scene_with(telling, &[leaf], &together.union(alone).copied().collect());
    let mut found: BTreeMap<usize, Found> = BTreeMap::new();
    if scene.inconsistent {
        return Ok(found);
    }
    let mut too_many: BTreeSet<usize> = BTreeSet::new();
    for stage in &mut scene.stages {
        let dates = stage.set_apart(alone);
        let mut sweep = Sweep::but(stage, &dates);
        for (id, event) in dates {
            let Dated { first, last, .. } = stage.dates[id];
            if first > Day::OPEN_START {
                sweep.live_to(first.before())?;
            }
            match sweep.joined_by(id).meetings_until(last) {
                Ok(met) => met
                    .into_iter()
                    .filter(|(who, _)| *who == event)
                    .for_each(|(_, status)| found.entry(event).or_default().note(stage, status)),
                Err(TooMany) => drop(too_many.insert(event)),
            }
        }
        sweep.live_to(Day::OPEN_END)?;
    }
    found.retain(|event, _| !too_many.contains(event));
    Ok(found)
}

impl Stage {
    /// Sets events apart that change nothing, and that nothing is said of: none waits for them. Gives
    /// their dates, the one first that opens first.
    fn set_apart(&mut self, events: &BTreeSet<usize>) -> Vec<(DateId, usize)> {
        let dates = self.dates.iter().enumerate();
        let apart = dates.filter_map(|(id, dated)| match dated.date {
            Date::Event(event) if events.contains(&event) => Some((id, event)),
            Date::Event(_) | Date::Plan(..) => None,
        });
        let mut apart: Vec<(DateId, usize)> = apart.collect();
        let ids: BTreeSet<DateId> = apart.iter().map(|(id, _)| *id).collect();
        for (id, before) in self.before.iter_mut().enumerate() {
            before.retain(|earlier| !ids.contains(&id) && !ids.contains(earlier));
        }
        apart.sort_by_key(|&(id, _)| self.dates[id].first);
        apart
    }
}

/// The same for all events that change something, and for these besides.
fn found_by(telling: Telling<'_>, leaf: usize, idle: &BTreeSet<usize>) -> BTreeMap<usize, Found> {
    let scene = stage::scene_with(telling, &[leaf], idle);
    let mut found: BTreeMap<usize, Found> = BTreeMap::new();
    if scene.inconsistent {
        return found;
    }
    for stage in &scene.stages {
        let Ok(met) = met(stage) else { return BTreeMap::new() };
        for (event, status) in met {
            let role = &stage.leaves[0].roles[&event];
            let group = stage.any_of(role.record).into_iter();
            for member in group.filter_map(|record| telling.history.event_of(record)) {
                found.entry(member).or_default().note(stage, status);
            }
        }
    }
    found
}

impl Found {
    fn note(&mut self, stage: &Stage, status: Option<u16>) {
        let words = &stage.leaves[0].words.statuses;
        self.planned |= status.is_none();
        self.statuses.extend(status.map(|status| words[usize::from(status)].clone()));
    }
}

fn met(stage: &Stage) -> Result<BTreeSet<Met>, TooMany> {
    let sweep = Sweep::new(stage, Day::OPEN_END);
    Ok(sweep.meetings_until(Day::OPEN_END)?.into_iter().collect())
}

impl Sweep<'_> {
    /// Lives on to the end of a day; what events found meanwhile.
    fn meetings_until(mut self, day: Day) -> Result<Vec<Met>, TooMany> {
        self.worlds.memories_mut().for_each(|memory| memory.met = Some(BTreeSet::new()));
        self.live_to(day)?;
        let last = self.worlds.take().into_iter().filter_map(|(_, memory)| memory.met).flatten();
        Ok(self.meetings.until(last))
    }
}

// Whether an end came

/// Whether a measure came to an ended status after the day `after` and by the end of `by`. A whole
/// has come to an end when all of its innermost parts have.
pub(super) fn ended(telling: Telling<'_>, leaves: &[usize], after: Day, by: Day) -> Ended {
    let came = leaves.iter().map(|&leaf| leaf_ended(telling, leaf, after, by, false));
    let came = came.max().unwrap_or(Ended::No);
    if leaves.len() <= 1 {
        return came;
    }
    let over = leaves.iter().map(|&leaf| leaf_ended(telling, leaf, after, by, true));
    over.min().unwrap_or(Ended::No).min(came)
}

/// The same for a measure without parts; `already`: one that had ended before counts.
fn leaf_ended(telling: Telling<'_>, leaf: usize, after: Day, by: Day, already: bool) -> Ended {
    let scene = stage::scene(telling, &[leaf]);
    let stages = scene.stages.iter().map(|stage| {
        let worlds = watched(stage, after, by, already);
        worlds.unwrap_or_else(|TooMany| BTreeSet::from([true, false]))
    });
    let worlds: BTreeSet<bool> = stages.flatten().collect();
    match (worlds.contains(&true), worlds.contains(&false)) {
        (true, false) => Ended::Surely,
        (true, true) => Ended::Perhaps,
        (false, _) => Ended::No,
    }
}

/// Whether an end came, in one world or another.
fn watched(stage: &Stage, after: Day, by: Day, already: bool) -> Result<BTreeSet<bool>, TooMany> {
    let mut sweep = Sweep::through(stage, &[after, by]);
    sweep.live_to(after)?;
    sweep.watch(|state| {
        let over = already && stage.leaves[0].is_ended(state);
        Some(if over { Watch::Ended } else { Watch::End })
    });
    sweep.live_to(by)?;
    Ok(sweep.worlds.keys().map(|world| world.states[0].watch == Watch::Ended).collect())
}

impl Sweep<'_> {
    /// Looks out for something in each world from here on; lets go of those where there is nothing.
    pub(super) fn watch(&mut self, what: impl Fn(&State) -> Option<Watch>) {
        for (mut world, memory) in self.worlds.take() {
            if let Some(watch) = what(&world.states[0]) {
                world.states[0].watch = watch;
                self.worlds.add(world, memory);
            }
        }
    }
}

// Plans that nobody confirmed

/// The plans that gave a measure without parts its status at the end of a day, in any world, and
/// that no event confirms.
pub(super) fn unconfirmed_plans(
    telling: Telling<'_>,
    leaf: usize,
    at: Day,
) -> BTreeSet<PendingPlan> {
    let scene = stage::scene(telling, &[leaf]);
    let plans = scene.stages.iter().flat_map(|stage| {
        let given = plans_seen(stage, at).unwrap_or_default().into_iter();
        given.filter(move |&plan| is_unconfirmed(stage, plan, at).unwrap_or(true))
    });
    plans.map(|(event, place)| PendingPlan { event, place }).collect()
}

fn plans_seen(stage: &Stage, at: Day) -> Result<BTreeSet<PlanId>, TooMany> {
    let mut sweep = Sweep::new(stage, at);
    sweep.live_to(at)?;
    Ok(sweep.worlds.keys().filter_map(|world| world.states[0].seen().planned).collect())
}

fn is_unconfirmed(stage: &Stage, plan: PlanId, at: Day) -> Result<bool, TooMany> {
    let mut sweep = Sweep::new(stage, at);
    sweep.live_to(at)?;
    sweep.watch(|state| (state.seen().planned == Some(plan)).then_some(Watch::Open(plan)));
    sweep.stays_unconfirmed()
}
