//! Dates that are supposed to fall on a day, and which worlds have that.
//!
//! A date that is supposed to fall on one day of its window has fewer worlds and no new ones: what
//! it leaves of the answer is told by those in which it falls on that day. So one walk tells it of
//! many dates and days. Worlds that have become the same remember which pins no way to them has;
//! what either way has, they have.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::graph::Date;
use super::stage::{DateId, Dated, Role, Stage};
use super::sweep::World;
use crate::time::Day;

/// A date and the day on which it is supposed to fall.
pub(super) type Pin = (Date, Day);

/// Some pins of one stage. Those of alike events are one: each can be any of them.
#[derive(Debug, Default)]
pub(super) struct Pins {
    all: Vec<Pinned>,
    of_day: BTreeMap<Day, Vec<usize>>,
    places: BTreeMap<Pin, usize>,
    /// Dates of which this walk cannot tell: those of alike events that can fall on one day with
    /// another event of their act, so that record order makes a difference between them.
    pub(super) untold: BTreeSet<Date>,
}

#[derive(Debug)]
struct Pinned {
    /// The date; all of its group, where events are alike.
    dates: Rc<[DateId]>,
    day: Day,
}

/// The pins, by their places, that no way to a state has.
#[derive(Debug, Clone, Default)]
pub(super) struct Missed(Rc<BTreeSet<usize>>);

impl Missed {
    /// What either way has is not missed.
    pub(super) fn merge(&mut self, other: &Self) {
        if !Rc::ptr_eq(&self.0, &other.0) {
            self.0 = Rc::new(self.0.intersection(&other.0).copied().collect());
        }
    }
}

impl Pins {
    /// Those whose date is one of the stage and can fall on that day.
    pub(super) fn of(stage: &Stage, wanted: &BTreeSet<Pin>) -> Self {
        let mut pins = Self::default();
        let groups = groups(stage);
        for (id, dated) in stage.dates.iter().enumerate() {
            let in_window = (dated.date, dated.first)..=(dated.date, dated.last);
            for &pin in wanted.range(in_window) {
                let group = groups.get(&id);
                if group.is_some_and(|group| has_rivals(stage, group, pin.1)) {
                    pins.untold.insert(pin.0);
                }
                pins.add(pin, group.cloned().unwrap_or_else(|| Rc::from([id])));
            }
        }
        pins
    }

    fn add(&mut self, pin: Pin, dates: Rc<[DateId]>) {
        let (_, day) = pin;
        let of_day = self.of_day.entry(day).or_default();
        let known = of_day.iter().find(|&&place| Rc::ptr_eq(&self.all[place].dates, &dates));
        let place = known.copied().unwrap_or_else(|| {
            of_day.push(self.all.len());
            self.all.push(Pinned { dates, day });
            self.all.len() - 1
        });
        self.places.insert(pin, place);
    }

    /// The days at whose ends one must stop, so that each pin's day is lived by itself.
    pub(super) fn stops(&self, at: Day) -> Vec<Day> {
        let days = self.of_day.keys().filter(|&&day| day <= at);
        days.flat_map(|day| [day.before(), *day]).chain([at]).collect()
    }

    /// Notes which pins a day misses on which some dates fell.
    pub(super) fn note_day(&self, day: Day, fell: &[DateId], missed: &mut Missed) {
        let falls = |place: &&usize| self.all[**place].dates.iter().any(|id| fell.contains(id));
        let of_day = self.of_day.get(&day).into_iter().flatten();
        let passed: Vec<usize> = of_day.filter(|place| !falls(place)).copied().collect();
        if !passed.is_empty() {
            Rc::make_mut(&mut missed.0).extend(passed);
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Each pin with its place.
    pub(super) fn each(&self) -> impl Iterator<Item = (Pin, usize)> + '_ {
        self.places.iter().map(|(&pin, &place)| (pin, place))
    }

    /// Whether a world at the end of a day has a pin, or will in some world that it leads to: what
    /// has not come yet can come on any day that is left of its window.
    pub(super) fn has(&self, place: usize, world: &World, missed: &Missed, at: Day) -> bool {
        let Pinned { dates, day } = &self.all[place];
        if *day <= at {
            !missed.0.contains(&place)
        } else {
            dates.iter().any(|&id| !world.is_past(id))
        }
    }
}

/// Whether an event that is not of a group can come on a day and stands where its events do in the
/// kind's order of acts.
fn has_rivals(stage: &Stage, group: &[DateId], day: Day) -> bool {
    stage.leaves.iter().any(|leaf| {
        let (own, others): (Vec<&Role>, Vec<&Role>) =
            leaf.roles.values().partition(|role| group.contains(&role.date));
        let order = own.first().map(|role| role.deed.order);
        let can_come = |role: &Role| {
            let Dated { first, last, .. } = stage.dates[role.date];
            (first..=last).contains(&day)
        };
        others.into_iter().any(|role| Some(role.deed.order) == order && can_come(role))
    })
}

/// The dates of each group of alike events, by each of them.
fn groups(stage: &Stage) -> BTreeMap<DateId, Rc<[DateId]>> {
    let mut members: BTreeMap<&BTreeSet<u64>, BTreeSet<DateId>> = BTreeMap::new();
    for role in stage.leaves.iter().flat_map(|leaf| leaf.roles.values()) {
        if let Some(group) = stage.alike.get(&role.record) {
            members.entry(group).or_default().insert(role.date);
        }
    }
    let of_each = |group: BTreeSet<DateId>| {
        let dates: Rc<[DateId]> = group.iter().copied().collect();
        group.into_iter().map(move |id| (id, Rc::clone(&dates)))
    };
    members.into_values().flat_map(of_each).collect()
}
