//! The order of the rows: by the days written, and among those of the same days as the kernel
//! lives one day.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    first: Day,
    last: Day,
    sort: Sort,
    key: (u64, usize, u64, usize),
    /// The instant of an event that has one.
    instant: Option<Instant>,
    /// The records of the events of the same day that come before it.
    earlier: Vec<u64>,
}

impl Rank {
    /// The days, and what comes first on them.
    fn day(&self) -> (Day, Day, Sort) {
        (self.first, self.last, self.sort)
    }

    fn record(&self) -> u64 {
        self.key.2
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

/// Puts what was ranked in parts that do not hang together into the one order.
#[must_use]
pub fn together<T>(parts: Vec<Vec<(Rank, T)>>) -> Vec<T> {
    let mut rows: Vec<(Rank, T)> = parts.into_iter().flatten().collect();
    // Stable: a plan that an event makes for its own day stays behind it.
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut order = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    while let Some((rank, _)) = rows.peek() {
        let day = rank.day();
        let of_day = std::iter::from_fn(|| rows.next_if(|(rank, _)| rank.day() == day));
        in_turn(bundled(of_day), &mut order);
    }
    order
}

/// What has one rank, an event with its own plans, as one.
type Bundle<T> = (Rank, Vec<T>);

fn bundled<T>(rows: impl Iterator<Item = (Rank, T)>) -> Vec<Bundle<T>> {
    let mut bundles: Vec<Bundle<T>> = Vec::new();
    for (rank, row) in rows {
        match bundles.last_mut().filter(|(last, _)| *last == rank) {
            Some((_, rows)) => rows.push(row),
            None => bundles.push((rank, vec![row])),
        }
    }
    bundles
}

/// Again and again the first by its rank that is behind none of those left: none that is said to come
/// before it, none of an earlier instant.
fn in_turn<T>(bundles: Vec<Bundle<T>>, order: &mut Vec<T>) {
    let places = bundles.iter().enumerate().map(|(place, (rank, _))| (rank.record(), place));
    let places: HashMap<u64, usize> = places.collect();
    let (mut waits, mut leads) = (vec![0_usize; bundles.len()], vec![Vec::new(); bundles.len()]);
    // How many are left of each instant.
    let mut instants: BTreeMap<Instant, usize> = BTreeMap::new();
    for (place, (rank, _)) in bundles.iter().enumerate() {
        for &earlier in rank.earlier.iter().filter_map(|record| places.get(record)) {
            waits[place] += 1;
            leads[earlier].push(place);
        }
        rank.instant.into_iter().for_each(|at| *instants.entry(at).or_default() += 1);
    }
    let instant: Vec<Option<Instant>> = bundles.iter().map(|(rank, _)| rank.instant).collect();
    let mut left: Vec<Option<Vec<T>>> = bundles.into_iter().map(|(_, rows)| Some(rows)).collect();
    let ready = (0..left.len()).filter(|&place| waits[place] == 0);
    // Those that wait for no other, by their instants; none of a later one than the first is free.
    let mut later: BTreeSet<(Option<Instant>, usize)> =
        ready.map(|place| (instant[place], place)).collect();
    let mut free: BTreeSet<usize> = BTreeSet::new();
    let mut untaken = 0;
    loop {
        let first = instants.keys().next().copied();
        while let Some(next) = later.first().copied().filter(|(at, _)| *at <= first) {
            later.remove(&next);
            free.insert(next.1);
        }
        while left.get(untaken).is_some_and(Option::is_none) {
            untaken += 1;
        }
        // Where what is said contradicts itself the first comes.
        let Some(place) = free.pop_first().or_else(|| (untaken < left.len()).then_some(untaken))
        else {
            break;
        };
        order.extend(left[place].take().into_iter().flatten());
        later.remove(&(instant[place], place));
        if let Some(at) = instant[place]
            && let Some(count) = instants.get_mut(&at)
        {
            *count -= 1;
            if *count == 0 {
                instants.remove(&at);
            }
        }
        for &led in &leads[place] {
            waits[led] = waits[led].saturating_sub(1);
            if waits[led] == 0 && left[led].is_some() {
                later.insert((instant[led], led));
            }
        }
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
        let ranked = |sort, item: Item| (self.rank(sort, item, Vec::new()), item);
        let mut sorted: Vec<_> = earlier.into_iter().map(|plan| ranked(Sort::Plan, plan)).collect();
        for (event, earlier) in self.in_turn(&events) {
            let own = own.iter().copied().filter(|plan| plan.event == event.event);
            let with = std::iter::once(event).chain(own);
            let rank = self.rank(Sort::Event, event, earlier);
            sorted.extend(with.map(|item| (rank.clone(), item)));
        }
        sorted.extend(others.into_iter().map(|other| ranked(Sort::Other, other)));
        sorted
    }

    fn rank(&self, sort: Sort, item: Item, earlier: Vec<u64>) -> Rank {
        let (first, last) = (item.first, item.last);
        let effective = &self.history.events()[item.event].event.effective;
        let instant = effective.instant().filter(|_| sort == Sort::Event);
        Rank { first, last, sort, key: self.key(item), instant, earlier }
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
    /// neither decides in the order they come here. Each with the records of those that it is behind.
    fn in_turn(&self, events: &[Item]) -> Vec<(Item, Vec<u64>)> {
        let behind = self.behind(events);
        let has_instant =
            |item: &Item| self.history.events()[item.event].event.effective.instant().is_some();
        if behind.values().all(BTreeSet::is_empty) && !events.iter().any(has_instant) {
            return events.iter().map(|&item| (item, Vec::new())).collect();
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
        let record = |event: &usize| self.history.events()[*event].record;
        let before = |item: &Item| earlier.get(&item.event).into_iter().flatten().map(record);
        sorted.into_iter().map(|item| (item, before(&item).collect())).collect()
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
