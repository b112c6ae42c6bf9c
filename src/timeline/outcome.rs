//! What comes out of an evaluation, before it is put into words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::time::Day;

/// A measure on one day, over all worlds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Every status it can have.
    pub possible: BTreeSet<String>,
    /// Since when, where one status is certain and is not the initial one.
    pub since: Option<Since>,
    /// The records that began the run of the status and last gave it, in any world.
    pub because: BTreeSet<u64>,
    /// The values each attribute can have; `None` among them where it can be absent.
    pub attributes: BTreeMap<String, Vec<Option<Value>>>,
    /// Plans made and not yet in effect, in any world.
    pub pending: BTreeSet<PendingPlan>,
    /// Nobody has yet said that it happened, in any world.
    pub unconfirmed: bool,
    /// No world is left; answered without the constraints.
    pub inconsistent: bool,
    /// Too many worlds; every reachable status is named.
    pub approximate: bool,
}

/// The first day of an unbroken run, inclusive bounds over all worlds; `None` where open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    /// The earliest first day.
    pub earliest: Option<Day>,
    /// The latest first day.
    pub latest: Option<Day>,
}

/// What a measure is at the end of a day, supposed that something came when it need not have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supposed {
    /// Every status it can have.
    pub possible: BTreeSet<String>,
    /// The values each attribute can have; `None` among them where it can be absent.
    pub attributes: BTreeMap<String, Vec<Option<Value>>>,
}

/// What a measure can have been just before an event, over all worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The statuses.
    pub statuses: BTreeSet<String>,
    /// In some world a plan with the event's act had given the status already: then the event only
    /// says that the plan came.
    pub planned: bool,
}

/// Whether a measure came to an ended status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// In no world.
    No,
    /// In some worlds.
    Perhaps,
    /// In every world.
    Surely,
}

/// A planned consequence: the event that made it, and its place in `then`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PendingPlan {
    /// The event, as an index into the history's events.
    pub event: usize,
    /// Its place in the event's `then`, from 0.
    pub place: usize,
}

impl Outcome {
    /// What holds in the worlds of either: the worlds of one question cut in two.
    #[must_use]
    pub(super) fn or(mut self, other: Self) -> Self {
        self.since = match (self.since, other.since) {
            (Some(a), Some(b)) => Some(a.hull(b)),
            (Some(a), None) | (None, Some(a)) => Some(Since { earliest: None, ..a }),
            (None, None) => None,
        };
        self.possible.extend(other.possible);
        self.because.extend(other.because);
        self.pending.extend(other.pending);
        self.attributes = either(self.attributes, &other.attributes);
        self.unconfirmed |= other.unconfirmed;
        self.inconsistent |= other.inconsistent;
        self.approximate |= other.approximate;
        if self.possible.len() != 1 || self.approximate {
            self.since = None;
        }
        self
    }
}

impl Since {
    fn hull(self, other: Self) -> Self {
        Self {
            earliest: self.earliest.zip(other.earliest).map(|(a, b)| a.min(b)),
            latest: self.latest.zip(other.latest).map(|(a, b)| a.max(b)),
        }
    }
}

type Values = BTreeMap<String, Vec<Option<Value>>>;

fn either(mut one: Values, other: &Values) -> Values {
    for name in one.keys().chain(other.keys()).cloned().collect::<BTreeSet<_>>() {
        let absent = || vec![None];
        let mut values = one.remove(&name).unwrap_or_else(absent);
        for value in other.get(&name).cloned().unwrap_or_else(absent) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        one.insert(name, values);
    }
    one
}
