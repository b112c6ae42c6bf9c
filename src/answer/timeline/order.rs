//! The order of the rows: by the days written, and among those of the same days as the kernel
//! lives one day.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use super::Item;
use crate::history::History;
use crate::time::{Day, Instant};
use crate::timeline::{self, Telling};

/// Puts the items in the order of the world, each with its rank.
pub(super) fn sort(history: &History, mut items: Vec<Item>) -> Vec<(Rank, Item)> {
    items.sort_by_key(|item| (item.first, item.last));
    let days = items.chunk_by(|one, other| (one.first, one.last) == (other.first, other.last));
    let contradicts = RefCell::default();
    let sorted = |items| Sorter { history, items, contradicts: &contradicts }.sorted();
    days.flat_map(sorted).collect()
}

/// Where something stands among what it does not hang together with. A plan that an event makes for
/// its own day has the rank of that event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    first: Day,
    last: Day,
    sort: Sort,
    key: (u64, usize, u64, usize),
    /// The instant of an event that has one.
    instant: Option<Instant>,
}

impl Rank {
    /// The days, and what comes first on them.
    fn day(&self) -> (Day, Day, Sort) {
        (self.first, self.last, self.sort)
    }
}

/// What comes first on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// A plan that was made before.
    Plan,
    /// An event.
    Event,
    /// An expectation, or what does not count.
    Other,
}

/// Puts together what was put in order in parts that do not hang together: again and again the first
/// by its rank of those that come next in their parts and are not behind others by their instants.
pub fn together<T>(parts: Vec<Vec<(Rank, T)>>) -> Vec<T> {
    let mut rows = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    let mut parts: Vec<_> = parts.into_iter().map(|part| part.into_iter().peekable()).collect();
    let mut begins = BinaryHeap::new();
    for (place, part) in parts.iter_mut().enumerate() {
        begins.extend(part.peek().map(|(rank, _)| Reverse((rank.day(), place))));
    }
    while let Some(Reverse((day, place))) = begins.pop() {
        let mut of_day = vec![place];
        while let Some(&Reverse((_, other))) = begins.peek().filter(|next| next.0.0 == day) {
            of_day.push(other);
            begins.pop();
        }
        let taken = of_day.iter().map(|&place| {
            let part = &mut parts[place];
            let rows = std::iter::from_fn(|| part.next_if(|(rank, _)| rank.day() == day));
            bundled(rows)
        });
        let taken: Vec<_> = taken.collect();
        merge(taken, &mut rows);
        for place in of_day {
            begins.extend(parts[place].peek().map(|(rank, _)| Reverse((rank.day(), place))));
        }
    }
    rows
}

/// What has one rank, an event with its own plans, as one.
type Bundle<T> = (Rank, Vec<T>);

fn bundled<T>(rows: impl Iterator<Item = (Rank, T)>) -> VecDeque<Bundle<T>> {
    let mut bundles: VecDeque<Bundle<T>> = VecDeque::new();
    for (rank, row) in rows {
        match bundles.back_mut().filter(|(last, _)| *last == rank) {
            Some((_, rows)) => rows.push(row),
            None => bundles.push_back((rank, vec![row])),
        }
    }
    bundles
}

/// Puts together what is of the same days and the same sort.
fn merge<T>(mut parts: Vec<VecDeque<Bundle<T>>>, rows: &mut Vec<T>) {
    // How many there are yet of each instant: none of a later one is free before they are taken.
    let mut instants: BTreeMap<Instant, usize> = BTreeMap::new();
    for (rank, _) in parts.iter().flatten() {
        rank.instant.into_iter().for_each(|at| *instants.entry(at).or_default() += 1);
    }
    let head = |parts: &[VecDeque<Bundle<T>>], place: usize| -> Option<(Rank, usize)> {
        parts[place].front().map(|(rank, _)| (*rank, place))
    };
    let mut free: BTreeSet<(Rank, usize)> = BTreeSet::new();
    let mut behind: BTreeSet<(Option<Instant>, Rank, usize)> = BTreeSet::new();
    let heads = (0..parts.len()).filter_map(|place| head(&parts, place));
    behind.extend(heads.map(|(rank, place)| (rank.instant, rank, place)));
    while !(free.is_empty() && behind.is_empty()) {
        let first = instants.keys().next().copied();
        while let Some(next) = behind.first().copied().filter(|next| next.0 <= first) {
            behind.remove(&next);
            free.insert((next.1, next.2));
        }
        // What contradicts itself comes by its rank alone.
        let last = || behind.iter().next().map(|&(_, rank, place)| (rank, place));
        let Some((rank, place)) = free.first().copied().or_else(last) else { break };
        free.remove(&(rank, place));
        behind.remove(&(rank.instant, rank, place));
        rows.extend(parts[place].pop_front().into_iter().flat_map(|(_, rows)| rows));
        if let Some(at) = rank.instant {
            match instants.get_mut(&at).filter(|count| **count > 1) {
                Some(count) => *count -= 1,
                None => drop(instants.remove(&at)),
            }
        }
        behind.extend(head(&parts, place).map(|(rank, place)| (rank.instant, rank, place)));
    }
}

/// Where a thing stands among those that nothing else puts in order: families of measures in the
/// order of declaration, then the kind's order of acts, then record order, then `then`.
type Key = (u64, usize, u64, usize);

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
    fn sorted(&self) -> Vec<(Rank, Item)> {
        let mut plans = self.of(|item| item.plan.is_some());
        let mut events = self.of(|item| item.plan.is_none() && self.counts(item.event));
        let mut others = self.of(|item| item.plan.is_none() && !self.counts(item.event));
        plans.sort_by_key(|item| self.key(*item));
        events.sort_by_key(|item| self.key(*item));
        others.sort_by_key(|item| self.key(*item));
        let today: BTreeSet<usize> = events.iter().map(|item| item.event).collect();
        let (own, earlier): (Vec<Item>, Vec<Item>) =
            plans.into_iter().partition(|plan| today.contains(&plan.event));
        let ranked = |sort, item: Item| (self.rank(sort, item), item);
        let mut sorted: Vec<_> = earlier.into_iter().map(|plan| ranked(Sort::Plan, plan)).collect();
        for event in self.in_turn(&events) {
            let own = own.iter().copied().filter(|plan| plan.event == event.event);
            let with = std::iter::once(event).chain(own);
            sorted.extend(with.map(|item| (self.rank(Sort::Event, event), item)));
        }
        sorted.extend(others.into_iter().map(|other| ranked(Sort::Other, other)));
        sorted
    }

    fn rank(&self, sort: Sort, item: Item) -> Rank {
        let (first, last) = (item.first, item.last);
        let effective = &self.history.events()[item.event].event.effective;
        let instant = effective.instant().filter(|_| sort == Sort::Event);
        Rank { first, last, sort, key: self.key(item), instant }
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
            return (u64::MAX, usize::MAX, standing.record, 0);
        };
        let plan = item.plan.and_then(|place| standing.event.then.get(place));
        let act = plan.map_or(&standing.event.act, |plan| &plan.act);
        let order = self.history.measures()[measure].kind.order_of(act).unwrap_or(usize::MAX);
        let family = self.history.measures()[self.history.root(measure)].record;
        (family, order, standing.record, item.plan.unwrap_or_default())
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
