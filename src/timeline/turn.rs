//! Whose turn it is on one day.

use std::collections::BTreeMap;

use super::stage::Leaf;
use super::{Telling, graph, stage};
use crate::time::Day;

/// Two events that come in another order than they do: as though it had been said that one is
/// `after` the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// The one that comes first then.
    pub(super) earlier: usize,
    /// The one that comes later then.
    pub(super) later: usize,
}

impl Turn {
    /// Whether it puts an event behind another one: what is behind the later one comes after all
    /// that the earlier one comes after.
    fn puts_behind(self, leaf: &Leaf, event: usize, other: usize) -> bool {
        let is_behind = |event: usize, other: usize| {
            event == other || leaf.roles.get(&event).is_some_and(|it| it.behind.contains(&other))
        };
        is_behind(event, self.later) && is_behind(self.earlier, other)
    }
}

/// The next event of a day, taken out of those left, which are in the kind's order of acts, then in
/// record order: the first that is behind none that is left. Where all are behind one another, all
/// count as free.
pub(super) fn next(leaf: &Leaf, left: &mut Vec<usize>, turn: Option<&Turn>) -> Option<usize> {
    let behind = |event: usize, other: usize| {
        let (role, earlier) = (&leaf.roles[&event], &leaf.roles[&other]);
        role.behind.contains(&other)
            || role.instant.zip(earlier.instant).is_some_and(|(own, other)| other < own)
            || turn.is_some_and(|turn| turn.puts_behind(leaf, event, other))
    };
    let free = |&event: &usize| {
        let role = &leaf.roles[&event];
        let bound = turn.is_some() || !role.behind.is_empty() || role.instant.is_some();
        !bound || !left.iter().any(|&other| other != event && behind(event, other))
    };
    let place = left.iter().position(free).unwrap_or(0);
    (!left.is_empty()).then(|| left.remove(place))
}

/// Pairs of events that act on a measure without parts, surely on one day, of whose order nothing
/// is said and whose acts stand in one place of the kind's order: which of them came first, only
/// the order of their records tells. The one recorded first comes first in a pair.
pub(super) fn by_record_alone(telling: Telling<'_>, measure: usize) -> Vec<(usize, usize)> {
    let mut rivals: BTreeMap<(Day, &str), Vec<usize>> = BTreeMap::new();
    for (event, acts) in stage::cast(telling, measure) {
        if let Some(day) = only_day(telling, event).filter(|_| acts) {
            rivals.entry((day, &telling.event(event).event.act)).or_default().push(event);
        }
    }
    let mut pairs = Vec::new();
    for events in rivals.values() {
        for (place, &first) in events.iter().enumerate() {
            pairs.extend(events[place + 1..].iter().map(|&second| (first, second)));
        }
    }
    pairs.retain(|&(first, second)| !is_ordered(telling, first, second));
    pairs
}

/// The day of an event, where it is the same in every world.
pub(super) fn only_day(telling: Telling<'_>, event: usize) -> Option<Day> {
    let said = &telling.event(event).event.effective;
    said.certain().or_else(|| graph::only_day(telling, event))
}

/// Whether something is said of the order of two events of one day.
fn is_ordered(telling: Telling<'_>, one: usize, other: usize) -> bool {
    let instant = |event: usize| telling.event(event).event.effective.instant();
    let by_instant = instant(one).zip(instant(other)).is_some_and(|(a, b)| a != b);
    by_instant
        || graph::said_earlier(telling, one).contains(&other)
        || graph::said_earlier(telling, other).contains(&one)
}
