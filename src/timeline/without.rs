//! What a measure would have been without an event or a plan: asked of many of them, in one walk.
//!
//! An event of which nothing is said but what it does is one that no other date hangs on: leave it
//! out, and the other dates keep all their worlds. So up to the day on which it can first come the
//! worlds are those there are with it, and only from there on it must be lived without it. The same
//! holds of a plan that does not bound the day of its maker. While a plan waits, it does nothing
//! either, but that an event with its act can stand for it, and that plans without a date can go
//! for it; so where there are none of these, it is lived without it from its own day on.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Telling;
use super::outcome::Outcome;
use super::stage::{self, Stage};
use super::sweep::{Sweep, TooMany};
use super::way::Thing;
use crate::history::History;
use crate::time::{Day, Window};

/// What a measure without parts would have been at the ends of some days without each of some
/// things, put into other words. What cannot be told in this way is left out.
pub(super) fn without<T>(
    history: &History,
    leaf: usize,
    things: &BTreeMap<Thing, BTreeSet<Day>>,
    words: impl Fn(Outcome) -> T,
) -> BTreeMap<Thing, BTreeMap<Day, T>> {
    let scene = stage::scene(Telling::plain(history), &[leaf]);
    let mut found = BTreeMap::new();
    let [stage] = scene.stages.as_slice() else { return found };
    if scene.inconsistent || stage.approximate {
        return found;
    }
    let forks = forks(history, stage, things);
    let stops: BTreeSet<Day> = forks.iter().flat_map(Fork::stops).collect();
    let mut sweep = Sweep::through(stage, &stops.into_iter().collect::<Vec<_>>());
    for fork in forks {
        if fork.begin.is_some_and(|begin| sweep.live_to(begin).is_err()) {
            break;
        }
        if let Ok(Some(told)) = fork.live(&sweep, &words) {
            found.insert(fork.thing, told);
        }
    }
    found
}

/// Where the way without something leaves the way with it.
struct Fork<'d> {
    /// At the end of this day; none: before all days.
    begin: Option<Day>,
    thing: Thing,
    /// The days asked about.
    days: &'d BTreeSet<Day>,
}

/// The forks, the first to leave first.
fn forks<'d>(
    history: &History,
    stage: &Stage,
    things: &'d BTreeMap<Thing, BTreeSet<Day>>,
) -> Vec<Fork<'d>> {
    let deeds = Deeds::of(stage);
    let loose = things.iter().filter(|(thing, _)| is_loose(history, **thing));
    let mut forks: Vec<Fork<'_>> = loose
        .map(|(&thing, days)| {
            let first = deeds.first_of(thing).map(Day::before);
            let begin = first.into_iter().chain(days.first().copied()).min();
            Fork { begin: begin.filter(|day| day.written().is_some()), thing, days }
        })
        .collect();
    forks.sort_by_key(|fork| fork.begin);
    forks
}

/// The deeds of a stage by their acts.
struct Deeds<'s> {
    stage: &'s Stage,
    /// The first and last days of the events with an act.
    events: HashMap<&'s str, Vec<(Day, Day)>>,
    /// The acts of plans without a date.
    undated: HashSet<&'s str>,
}

impl<'s> Deeds<'s> {
    fn of(stage: &'s Stage) -> Self {
        let mut deeds = Self { stage, events: HashMap::new(), undated: HashSet::new() };
        for role in stage.leaves[0].roles.values().filter(|role| role.acts) {
            let date = &stage.dates[role.date];
            deeds.events.entry(&role.deed.act).or_default().push((date.first, date.last));
            let undated = role.plans.iter().filter(|plan| plan.due.is_none());
            deeds.undated.extend(undated.map(|plan| plan.deed.act.as_str()));
        }
        deeds
    }

    /// The first day on which something can do anything; none where it never does.
    fn first_of(&self, thing: Thing) -> Option<Day> {
        let role = self.stage.leaves[0].roles.get(&thing.event)?;
        let made = self.stage.dates[role.date].first;
        let Some(plan) = thing.place.and_then(|place| role.plans.get(place)) else {
            return Some(made);
        };
        let act = plan.deed.act.as_str();
        let Some(due) = plan.due.filter(|_| !self.undated.contains(act)) else {
            return Some(made);
        };
        let alike = self.events.get(act).into_iter().flatten();
        let alike = alike.filter(|&&(_, last)| last >= made).map(|&(first, _)| first.max(made));
        alike.chain([self.stage.dates[due].first]).min()
    }
}

impl Fork<'_> {
    fn stops(&self) -> impl Iterator<Item = Day> {
        self.begin.into_iter().chain(self.days.iter().copied())
    }

    /// None where what lies ahead of a day cannot be seen.
    fn live<T>(
        &self,
        sweep: &Sweep<'_>,
        words: impl Fn(Outcome) -> T,
    ) -> Result<Option<BTreeMap<Day, T>>, TooMany> {
        let mut sweep = sweep.without(self.thing);
        let mut told = BTreeMap::new();
        for &day in self.days {
            sweep.live_to(day)?;
            let (outcome, saw_all) = sweep.outcome();
            if !saw_all {
                return Ok(None);
            }
            told.insert(day, words(outcome));
        }
        Ok(Some(told))
    }
}

/// Whether the other dates keep all their worlds without an event (and its plans), or a plan:
/// nothing that counts says anything of the event, nor it of them; and a plan does not bound its
/// maker.
fn is_loose(history: &History, thing: Thing) -> bool {
    let standing = &history.events()[thing.event];
    let counts = |&other: &usize| history.events()[other].counts();
    let named = [&standing.after, &standing.cancels, &standing.settles];
    let silent = !named.into_iter().flatten().any(counts);
    let last = |window: &Window| window.bounds().1;
    let bounds = |place: usize| {
        let due = standing.event.then.get(place).and_then(|plan| plan.effective.as_ref());
        due.is_none_or(|due| last(due) < last(&standing.event.effective))
    };
    silent
        && !history.referring_to(thing.event).iter().any(counts)
        && !thing.place.is_some_and(bounds)
}
