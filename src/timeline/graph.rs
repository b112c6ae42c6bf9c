//! Dates and what is said about their order: which of them hang together, and what is left of
//! each window.
//!
//! Every constraint has one form, "not on an earlier day": an event's `after`, a plan and its
//! maker, a canceller and what it cancels, and at least one cancelled plan and its canceller. The
//! last one leaves a choice where the cancelled event has several plans; each choice is a case of
//! its own, and the worlds are those of all cases together. Within a case it is enough to move
//! bounds until nothing moves: then every window that is left can be had.

use std::collections::{BTreeMap, BTreeSet};

use super::Telling;
use crate::time::Day;

/// Changes the bounds of a date; whether they moved.
fn narrow(
    bounds: &mut BTreeMap<Date, Bounds>,
    date: Date,
    change: impl FnOnce(&mut Bounds),
) -> bool {
    bounds.get_mut(&date).is_some_and(|bounds| {
        let before = *bounds;
        change(bounds);
        before != *bounds
    })
}

/// What a date is the date of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Date {
    /// An event, by its index.
    Event(usize),
    /// A planned consequence: its maker, and its place in `then`.
    Plan(usize, usize),
}

/// The bounds of a date, both included.
pub(super) type Bounds = (Day, Day);

/// Dates with their bounds, and pairs of which the first is not on a later day.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    pub(super) bounds: BTreeMap<Date, Bounds>,
    pub(super) order: BTreeSet<(Date, Date)>,
}

/// Several plans, one of which at least is not due before the canceller's day.
struct Choice {
    canceller: Date,
    plans: Vec<Date>,
}

/// At most so many combinations of choices are told apart.
const MOST_CASES: usize = 256;

/// The graph of everything connected with some events, in cases; none where it is inconsistent.
/// The second value tells whether choices were left open because there were too many.
pub(super) fn cases(telling: Telling<'_>, events: &BTreeSet<usize>) -> (Vec<Graph>, bool) {
    let mut graph = Graph::default();
    let mut choices = Vec::new();
    for event in connected(telling, events) {
        graph.add_event(telling, event, &mut choices);
    }
    let mut cases = vec![graph];
    let mut choices = choices.iter();
    for choice in choices.by_ref() {
        cases = cases.into_iter().flat_map(|case| case.split(choice)).collect();
        if cases.len() > MOST_CASES {
            break;
        }
    }
    let open = choices.next().is_some();
    (cases.into_iter().filter_map(Graph::tightened).collect(), open)
}

/// The same dates with none of the constraints.
pub(super) fn unconstrained(telling: Telling<'_>, events: &BTreeSet<usize>) -> Graph {
    let mut graph = Graph::default();
    for &event in events {
        graph.add_dates(telling, event);
    }
    graph
}

/// The first of some events: the earliest and the latest day on which it can fall, over all worlds.
pub(super) fn first_of(telling: Telling<'_>, events: &BTreeSet<usize>) -> Option<Bounds> {
    let (mut worlds, _) = cases(telling, events);
    if worlds.is_empty() {
        worlds.push(unconstrained(telling, events));
    }
    let first_in = |graph: &Graph| {
        let bounds = events.iter().filter_map(|&event| graph.bounds.get(&Date::Event(event)));
        bounds.copied().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
    };
    let firsts = worlds.iter().filter_map(first_in);
    firsts.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The day of an event, where it is the same in every world.
pub(super) fn only_day(telling: Telling<'_>, event: usize) -> Option<Day> {
    let (first, last) = first_of(telling, &BTreeSet::from([event]))?;
    (first == last).then_some(first).and_then(Day::written)
}

/// The events that constraints connect with some events, directly or by others.
pub(super) fn connected(telling: Telling<'_>, events: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut found = events.clone();
    let mut waiting: Vec<usize> = events.iter().copied().collect();
    while let Some(event) = waiting.pop() {
        let standing = telling.event(event);
        let named = standing.after.iter().chain(&standing.cancels).copied();
        let naming = telling.history.referring_to(event).iter().copied().filter(|&other| {
            let other = telling.event(other);
            other.after.contains(&event) || other.cancels.contains(&event)
        });
        for other in named.chain(naming) {
            if telling.event(other).counts() && found.insert(other) {
                waiting.push(other);
            }
        }
    }
    found
}

/// The events said to come before one, by its `after` and `cancels`, or by theirs.
pub(super) fn said_earlier(telling: Telling<'_>, event: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![event];
    while let Some(event) = waiting.pop() {
        let standing = telling.event(event);
        let named = standing.after.iter().chain(&standing.cancels).copied();
        for earlier in named.filter(|&earlier| telling.event(earlier).counts()) {
            if found.insert(earlier) {
                waiting.push(earlier);
            }
        }
    }
    found
}

impl Graph {
    fn add_dates(&mut self, telling: Telling<'_>, event: usize) {
        let standing = telling.event(event);
        self.bounds.insert(Date::Event(event), standing.event.effective.bounds());
        for (place, plan) in standing.event.then.iter().enumerate() {
            if let Some(due) = &plan.effective {
                self.bounds.insert(Date::Plan(event, place), due.bounds());
            }
        }
    }

    fn add_event(&mut self, telling: Telling<'_>, event: usize, choices: &mut Vec<Choice>) {
        self.add_dates(telling, event);
        let standing = telling.event(event);
        let own = Date::Event(event);
        for (place, plan) in standing.event.then.iter().enumerate() {
            if plan.effective.is_some() {
                self.order.insert((own, Date::Plan(event, place)));
            }
        }
        for &earlier in standing.after.iter().filter(|&&e| telling.event(e).counts()) {
            self.order.insert((Date::Event(earlier), own));
        }
        for &cancelled in standing.cancels.iter().filter(|&&e| telling.event(e).counts()) {
            self.order.insert((Date::Event(cancelled), own));
            let then = &telling.event(cancelled).event.then;
            let dated = then.iter().enumerate().filter(|(_, plan)| plan.effective.is_some());
            let plans: Vec<Date> = dated.map(|(place, _)| Date::Plan(cancelled, place)).collect();
            if !plans.is_empty() && plans.len() == then.len() {
                choices.push(Choice { canceller: own, plans });
            }
        }
    }

    /// The case once for each plan that can be the one still due.
    fn split(self, choice: &Choice) -> Vec<Self> {
        let (first, last) = self.bounds[&choice.canceller];
        let due = |plan: &Date| self.bounds[plan];
        if choice.plans.iter().any(|plan| due(plan).0 >= last) {
            return vec![self];
        }
        let possible = choice.plans.iter().filter(|plan| due(plan).1 >= first);
        possible
            .map(|&plan| {
                let mut case = self.clone();
                case.order.insert((choice.canceller, plan));
                case
            })
            .collect()
    }

    /// The graph with every bound moved as far as the order asks; `None` where a window is empty.
    fn tightened(mut self) -> Option<Self> {
        let mut moved = true;
        while moved {
            moved = false;
            for (before, after) in &self.order {
                let (first, last) = (self.bounds[before].0, self.bounds[after].1);
                moved |= narrow(&mut self.bounds, *after, |bounds| {
                    bounds.0 = bounds.0.max(first);
                });
                moved |= narrow(&mut self.bounds, *before, |bounds| {
                    bounds.1 = bounds.1.min(last);
                });
            }
            if self.bounds.values().any(|(first, last)| first > last) {
                return None;
            }
        }
        Some(self)
    }

    /// Leaves out dates that decide nothing: those not kept that are certain, or that order at
    /// most one other date. What they say about the rest is in the bounds already.
    pub(super) fn pruned(mut self, keep: impl Fn(Date) -> bool) -> Self {
        loop {
            let mut degree: BTreeMap<Date, usize> = BTreeMap::new();
            for (before, after) in &self.order {
                *degree.entry(*before).or_default() += 1;
                *degree.entry(*after).or_default() += 1;
            }
            let idle = |date: &Date, (first, last): &Bounds| {
                !keep(*date) && (first == last || degree.get(date).copied().unwrap_or(0) <= 1)
            };
            let gone: BTreeSet<Date> =
                self.bounds.iter().filter(|(d, b)| idle(d, b)).map(|(d, _)| *d).collect();
            if gone.is_empty() {
                return self;
            }
            self.bounds.retain(|date, _| !gone.contains(date));
            self.order.retain(|(a, b)| !gone.contains(a) && !gone.contains(b));
        }
    }
}
