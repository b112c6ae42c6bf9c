//! Events of which it makes no difference which is which: the same act with the same consequences,
//! on some day of the same window, with nothing said about their order or by them about others.
//!
//! Trackers kept by the year have many of them ("amended, 2019", five times). Every order of theirs
//! is as good as another, so the first recorded is taken to come first; what is remembered of one
//! of them is then remembered of all.

use std::collections::{BTreeMap, BTreeSet};

use super::Telling;
use super::graph::Date;
use super::stage::{DateId, Leaf, Role, Stage};
use crate::time::Day;

/// Puts the dates of each group of alike events in record order, and notes the groups.
pub(super) fn join(stage: &mut Stage, telling: Telling<'_>) {
    for group in groups(stage, telling) {
        for pair in group.windows(2) {
            stage.before[pair[1]].push(pair[0]);
        }
        let records: BTreeSet<u64> = group.iter().filter_map(|&id| record(stage, id)).collect();
        for &record in &records {
            stage.alike.insert(record, records.clone());
        }
    }
}

fn record(stage: &Stage, id: DateId) -> Option<u64> {
    let Date::Event(event) = stage.dates[id].date else { return None };
    stage.leaves.iter().find_map(|leaf| leaf.roles.get(&event)).map(|role| role.record)
}

/// Groups of two and more, each in record order.
fn groups(stage: &Stage, telling: Telling<'_>) -> Vec<Vec<DateId>> {
    let mut windows: BTreeMap<(Day, Day), Vec<Vec<DateId>>> = BTreeMap::new();
    for (id, dated) in stage.dates.iter().enumerate() {
        let Date::Event(event) = dated.date else { continue };
        let loose = telling.history.referring_to(event).is_empty() && stage.before[id].is_empty();
        if dated.first == dated.last || !loose || !stage.leaves.iter().all(|l| is_plain(l, event)) {
            continue;
        }
        let groups = windows.entry((dated.first, dated.last)).or_default();
        match groups.iter_mut().find(|group| is_alike(stage, group[0], event)) {
            Some(group) => group.push(id),
            None => groups.push(vec![id]),
        }
    }
    windows.into_values().flatten().filter(|group| group.len() > 1).collect()
}

/// Whether an event says nothing about others and plans nothing.
fn is_plain(leaf: &Leaf, event: usize) -> bool {
    leaf.roles.get(&event).is_none_or(|role| {
        let silent = role.behind.is_empty() && role.cancels.is_empty() && role.settles.is_empty();
        silent && role.plans.is_empty() && role.instant.is_none() && !role.is_settler
    })
}

fn is_alike(stage: &Stage, one: DateId, event: usize) -> bool {
    let Date::Event(other) = stage.dates[one].date else { return false };
    let same = |one: &Role, other: &Role| {
        one.acts == other.acts && one.deed == other.deed && one.told == other.told
    };
    stage.leaves.iter().all(|leaf| match (leaf.roles.get(&event), leaf.roles.get(&other)) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    })
}
