//! Joins the parts of a whole.
//!
//! Each innermost part is answered by itself. For the whole, parts that share an uncertain date (or
//! are connected by what is said of the order of theirs) are lived in the same worlds; groups of
//! parts that share none are independent, so what each group can be decides what the whole can be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::joint::{self, Together};
use super::outcome::{Outcome, Since};
use super::stage::{self, Scene};
use super::sweep;
use super::trace::Run;
use super::{MIXED, Telling, days, graph::Date};
use crate::time::Day;

/// What a whole was at the end of each of some days, which are in order.
pub(super) fn outcomes(telling: Telling<'_>, leaves: &[usize], days: &[Day]) -> Vec<Outcome> {
    let parts: Vec<Vec<Outcome>> =
        leaves.iter().map(|&leaf| days::leaf(telling, leaf, days)).collect();
    let groups = groups(telling, leaves);
    let groups: Vec<Vec<Option<Group>>> =
        groups.iter().map(|measures| Group::of(telling, measures, days)).collect();
    let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
    let mut groups: Vec<_> = groups.into_iter().map(Vec::into_iter).collect();
    let on = |_: &Day| {
        let parts: Vec<Outcome> = parts.iter_mut().filter_map(Iterator::next).collect();
        let together: Option<Vec<Group>> = groups.iter_mut().map(|g| g.next().flatten()).collect();
        outcome(&parts, together.as_deref())
    };
    days.iter().map(on).collect()
}

/// What a whole was on a day, from what its parts were, and what groups of them were together.
fn outcome(parts: &[Outcome], together: Option<&[Group]>) -> Outcome {
    let mut whole = match together {
        Some(groups) => join(&groups.iter().collect::<Vec<_>>()),
        None => every_status(parts),
    };
    let before = |part: &Outcome| part.because.iter().copied().collect::<Vec<_>>();
    whole.because.extend(parts.iter().flat_map(before));
    whole.pending = parts.iter().flat_map(|part| part.pending.iter().copied()).collect();
    whole.unconfirmed = parts.iter().any(|part| part.unconfirmed);
    whole.inconsistent |= parts.iter().any(|part| part.inconsistent);
    whole.approximate |= parts.iter().any(|part| part.approximate);
    whole
}

/// Parts that share uncertain dates, together.
pub(super) fn groups(telling: Telling<'_>, leaves: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(BTreeSet<Date>, Vec<usize>)> = Vec::new();
    for &leaf in leaves {
        let mut dates = uncertain(&stage::scene(telling, &[leaf]));
        let mut members = vec![leaf];
        groups.retain(|(others, measures)| {
            let apart = dates.is_disjoint(others);
            if !apart {
                dates.extend(others);
                members.extend(measures);
            }
            apart
        });
        members.sort_unstable();
        groups.push((dates, members));
    }
    groups.into_iter().map(|(_, measures)| measures).collect()
}

fn uncertain(scene: &Scene) -> BTreeSet<Date> {
    let dates = scene.stages.iter().flat_map(|stage| &stage.dates);
    dates.filter(|dated| dated.first < dated.last).map(|dated| dated.date).collect()
}

/// What one group of parts can be together.
#[derive(Clone)]
pub(super) struct Group {
    possible: BTreeSet<String>,
    run: Run,
    attributes: BTreeMap<String, BTreeSet<Option<String>>>,
    values: Vec<Value>,
    approximate: bool,
}

impl Group {
    /// On each of some days; `None` where there are too many worlds.
    fn of(telling: Telling<'_>, measures: &[usize], days: &[Day]) -> Vec<Option<Self>> {
        let scene = stage::scene(telling, measures);
        let mut joined: Option<Vec<Option<Self>>> = None;
        for stage in &scene.stages {
            let together = joint::together(stage, days).into_iter();
            let groups = together.map(|together| together.map(Self::from));
            joined = Some(match joined {
                Some(so_far) => {
                    let pairs = so_far.into_iter().zip(groups);
                    pairs.map(|(one, other)| Some(one?.or(other?))).collect()
                }
                None => groups.collect(),
            });
        }
        joined.unwrap_or_else(|| days.iter().map(|_| None).collect())
    }

    pub(super) fn or(mut self, other: Self) -> Self {
        self.possible.extend(other.possible);
        self.run.merge(&other.run);
        let names: BTreeSet<String> =
            self.attributes.keys().chain(other.attributes.keys()).cloned().collect();
        for name in names {
            let absent = BTreeSet::from([None]);
            let values = other.attributes.get(&name).unwrap_or(&absent).clone();
            self.attributes.entry(name).or_insert_with(|| absent.clone()).extend(values);
        }
        self.values.extend(other.values);
        self.approximate |= other.approximate;
        self
    }

    /// The values an attribute can have; absent ones among them.
    fn values_of(&self, name: &str) -> BTreeSet<Option<String>> {
        self.attributes.get(name).cloned().unwrap_or_else(|| BTreeSet::from([None]))
    }
}

impl From<Together> for Group {
    fn from(together: Together) -> Self {
        let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
        let values = together.attributes.values().flatten().flatten().cloned().collect();
        let attributes = together.attributes.iter();
        let attributes = attributes
            .map(|(name, values)| (name.clone(), values.iter().map(text).collect()))
            .collect();
        let Together { possible, run, approximate, .. } = together;
        Self { possible, run, attributes, values, approximate }
    }
}

/// What independent groups can be together: one status where all can have it, and mixed where two
/// can differ.
pub(super) fn join(groups: &[&Group]) -> Outcome {
    let possible = shared(groups.iter().map(|group| &group.possible), &MIXED.to_owned());
    let mut outcome =
        Outcome { approximate: groups.iter().any(|group| group.approximate), ..Outcome::default() };
    if possible.len() == 1 && !possible.contains(MIXED) && !outcome.approximate {
        outcome.since = latest_run(groups);
    }
    outcome.possible = possible;
    outcome.attributes = attributes(groups);
    outcome
}

/// The values that all sets have, and `otherwise` where members of two sets can differ.
fn shared<'s, T: Ord + Clone + 's>(
    sets: impl Iterator<Item = &'s BTreeSet<T>> + Clone,
    otherwise: &T,
) -> BTreeSet<T> {
    let all: BTreeSet<T> = sets.clone().flatten().cloned().collect();
    let mut shared: BTreeSet<T> =
        all.iter().filter(|value| sets.clone().all(|set| set.contains(value))).cloned().collect();
    let one_group = sets.count() == 1;
    if all.len() > 1 && !one_group {
        shared.insert(otherwise.clone());
    }
    shared
}

/// The whole's run begins with the last of its groups'.
fn latest_run(groups: &[&Group]) -> Option<Since> {
    let runs: Vec<Since> = groups.iter().filter_map(|group| sweep::since(&group.run)).collect();
    let earliest = runs.iter().filter_map(|since| since.earliest).max();
    let open_end = runs.iter().any(|since| since.latest.is_none());
    let latest = runs.iter().filter_map(|since| since.latest).max().filter(|_| !open_end);
    (!runs.is_empty()).then_some(Since { earliest, latest })
}

fn attributes(groups: &[&Group]) -> BTreeMap<String, Vec<Option<Value>>> {
    let names: BTreeSet<&String> =
        groups.iter().flat_map(|group| group.attributes.keys()).collect();
    let parsed = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    let values = names.into_iter().map(|name| {
        let sets: Vec<BTreeSet<Option<String>>> =
            groups.iter().map(|group| group.values_of(name)).collect();
        let values = shared(sets.iter(), &None);
        (name.clone(), values.into_iter().map(parsed).collect())
    });
    values.collect()
}

/// Where there are too many worlds: all that any part can be, and mixed.
fn every_status(parts: &[Outcome]) -> Outcome {
    let mut possible: BTreeSet<String> =
        parts.iter().flat_map(|part| part.possible.iter().cloned()).collect();
    if possible.len() > 1 {
        possible.insert(MIXED.to_owned());
    }
    let mut attributes: BTreeMap<String, Vec<Option<Value>>> = BTreeMap::new();
    for (name, values) in parts.iter().flat_map(|part| &part.attributes) {
        let known = attributes.entry(name.clone()).or_insert_with(|| vec![None]);
        let new: Vec<Option<Value>> =
            values.iter().filter(|value| !known.contains(value)).cloned().collect();
        known.extend(new);
    }
    Outcome { possible, attributes, approximate: true, ..Outcome::default() }
}
