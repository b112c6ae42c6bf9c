//! The order of the rows: by the days written, and among those of the same days as the kernel
//! lives one day.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Item;
use crate::history::History;
use crate::timeline::{self, Telling};

/// Puts the items in the order of the world.
pub(super) fn sort(history: &History, items: &mut Vec<Item>) {
    items.sort_by_key(|item| (item.first, item.last));
    let days = items.chunk_by(|one, other| (one.first, one.last) == (other.first, other.last));
    let contradicts = RefCell::default();
    let sorted = |items| Sorter { history, items, contradicts: &contradicts }.sorted();
    let sorted: Vec<Item> = days.flat_map(sorted).collect();
    *items = sorted;
}

/// Where a thing stands among those that nothing else puts in order: families of measures in the
/// order of declaration, then the kind's order of acts, then record order, then `then`.
type Key = (usize, usize, u64, usize);

/// The items of one day (or of one window).
struct Sorter<'s> {
    history: &'s History,
    items: &'s [Item],
    /// For measures whether what is said of the order of their events contradicts itself.
    contradicts: &'s RefCell<BTreeMap<usize, bool>>,
}

impl Sorter<'_> {
    /// Plans made before; the events, each with its plans of the same day after it; expectations
    /// and what does not count.
    fn sorted(&self) -> Vec<Item> {
        let mut plans = self.of(|item| item.plan.is_some());
        let mut events = self.of(|item| item.plan.is_none() && self.counts(item.event));
        let mut others = self.of(|item| item.plan.is_none() && !self.counts(item.event));
        plans.sort_by_key(|item| self.key(*item));
        events.sort_by_key(|item| self.key(*item));
        others.sort_by_key(|item| self.key(*item));
        let today: BTreeSet<usize> = events.iter().map(|item| item.event).collect();
        let (own, earlier): (Vec<Item>, Vec<Item>) =
            plans.into_iter().partition(|plan| today.contains(&plan.event));
        let mut sorted = earlier;
        for event in self.in_turn(&events) {
            sorted.push(event);
            sorted.extend(own.iter().filter(|plan| plan.event == event.event));
        }
        sorted.extend(others);
        sorted
    }

    fn of(&self, takes: impl Fn(&Item) -> bool) -> Vec<Item> {
        self.items.iter().copied().filter(takes).collect()
    }

    fn counts(&self, event: usize) -> bool {
        self.history.events()[event].counts()
    }

    fn key(&self, item: Item) -> Key {
        let standing = &self.history.events()[item.event];
        let Some(measure) = standing.measure else {
            return (usize::MAX, usize::MAX, standing.record, 0);
        };
        let plan = item.plan.and_then(|place| standing.event.then.get(place));
        let act = plan.map_or(&standing.event.act, |plan| &plan.act);
        let order = self.history.measures()[measure].kind.order_of(act).unwrap_or(usize::MAX);
        (self.history.root(measure), order, standing.record, item.plan.unwrap_or_default())
    }

    /// The events as they follow one another on every measure, and as is said of their order; what
    /// neither decides in the order they come here.
    fn in_turn(&self, events: &[Item]) -> Vec<Item> {
        let behind = self.behind(events);
        if behind.values().all(BTreeSet::is_empty) {
            return events.to_vec();
        }
        let mut earlier = behind.clone();
        for turn in self.turns(events, &behind) {
            for pair in turn.windows(2) {
                earlier.entry(pair[1]).or_default().insert(pair[0]);
            }
        }
        let order: Vec<usize> = events.iter().map(|item| item.event).collect();
        let order = one_by_one(&order, &earlier);
        let place = |event: usize| order.iter().position(|&other| other == event);
        let mut sorted = events.to_vec();
        sorted.sort_by_key(|item| place(item.event));
        sorted
    }

    /// For each event those of the same day that come before it.
    fn behind(&self, events: &[Item]) -> BTreeMap<usize, BTreeSet<usize>> {
        let instant = |event: usize| self.history.events()[event].event.effective.instant();
        let behind = |&Item { event, .. }: &Item| {
            let said = self.said_earlier(event);
            if said.is_empty() && instant(event).is_none() {
                return (event, BTreeSet::new());
            }
            let before = |other: usize| {
                let times = instant(event).zip(instant(other));
                said.contains(&other) || times.is_some_and(|(own, other)| other < own)
            };
            let others = events.iter().map(|item| item.event).filter(|&other| other != event);
            (event, others.filter(|&other| before(other)).collect())
        };
        events.iter().map(behind).collect()
    }

    /// The events said to come before one; none where what is said contradicts itself.
    fn said_earlier(&self, event: usize) -> BTreeSet<usize> {
        let telling = Telling::plain(self.history);
        let said = timeline::said_earlier(telling, event);
        let measure = self.history.events()[event].measure;
        let contradicts = || measure.is_some_and(|measure| self.contradicts(measure));
        if said.is_empty() || contradicts() { BTreeSet::new() } else { said }
    }

    fn contradicts(&self, measure: usize) -> bool {
        let ask = || !timeline::has_worlds(Telling::plain(self.history), measure);
        *self.contradicts.borrow_mut().entry(measure).or_insert_with(ask)
    }

    /// For each measure without parts the events that take turns on it, in the kernel's order.
    fn turns(&self, events: &[Item], behind: &BTreeMap<usize, BTreeSet<usize>>) -> Vec<Vec<usize>> {
        let measures = events.iter().filter_map(|item| self.history.events()[item.event].measure);
        let leaves: BTreeSet<usize> = measures.flat_map(|m| self.history.innermost(m)).collect();
        let turn = |leaf: usize| {
            let events = events.iter().map(|item| item.event);
            let there: Vec<usize> = events.filter(|&event| self.takes_turns(event, leaf)).collect();
            one_by_one(&there, behind)
        };
        leaves.into_iter().map(turn).collect()
    }

    /// Whether an event acts on a measure, or cancels or settles from elsewhere what does.
    fn takes_turns(&self, event: usize, leaf: usize) -> bool {
        let history = self.history;
        let upward: Vec<usize> = history.upward(leaf).collect();
        let acts =
            |event: usize| history.events()[event].measure.is_some_and(|m| upward.contains(&m));
        let standing = &history.events()[event];
        let elsewhere = standing.measure.is_some_and(|m| history.root(m) != history.root(leaf));
        let mut reached = standing.cancels.iter().chain(&standing.settles);
        acts(event) || elsewhere && reached.any(|&other| acts(other))
    }
}

/// Again and again the first that is behind none of those left; where all are, the first.
fn one_by_one(events: &[usize], behind: &BTreeMap<usize, BTreeSet<usize>>) -> Vec<usize> {
    let mut left: Vec<usize> = events.to_vec();
    let mut taken = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let free = |event: &usize| {
            behind
                .get(event)
                .is_none_or(|earlier| !left.iter().any(|other| earlier.contains(other)))
        };
        let place = left.iter().position(free).unwrap_or(0);
        taken.push(left.remove(place));
    }
    taken
}
