//! What is remembered of the way to a state. It decides nothing later, so worlds that have become
//! the same keep what either remembers.

use std::collections::BTreeSet;

use super::way::Path;
use crate::time::Day;

/// The way of one measure (or of a whole).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trace {
    /// The records that last gave the status, in any world.
    pub(super) gave: BTreeSet<u64>,
    /// The unbroken run of the status, as seen at the ends of days.
    pub(super) run: Run,
    /// What became of every event and plan, where that is to be noted.
    pub(super) path: Option<Box<Path>>,
}

/// An unbroken run of one status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// The records that began it, in any world.
    pub(super) began: BTreeSet<u64>,
    /// In some world it goes back to the beginning.
    pub(super) from_beginning: bool,
    /// Its first day, in the worlds in which it has one.
    pub(super) first: Option<FirstDay>,
}

/// Bounds of a run's first day over all worlds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FirstDay {
    pub(super) earliest: Day,
    pub(super) latest: Latest,
}

/// The latest first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Latest {
    /// This day.
    On(Day),
    /// As many days before the end of the present stretch as days with events have followed.
    BeforeEnd(u32),
}

impl Latest {
    /// Any day of the present stretch is later than any before it.
    fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::On(a), Self::On(b)) => Self::On(a.max(b)),
            (Self::BeforeEnd(a), Self::BeforeEnd(b)) => Self::BeforeEnd(a.min(b)),
            (within @ Self::BeforeEnd(_), Self::On(_)) | (Self::On(_), within) => within,
        }
    }
}

impl Run {
    /// The run of the initial status, given by a record or by the kind.
    pub(super) fn initial(record: Option<u64>) -> Self {
        Self { began: record.into_iter().collect(), from_beginning: true, first: None }
    }

    /// A run that begins on this day of the present stretch.
    pub(super) fn beginning(day: Day, began: BTreeSet<u64>) -> Self {
        let first = FirstDay { earliest: day, latest: Latest::BeforeEnd(0) };
        Self { began, from_beginning: false, first: Some(first) }
    }

    /// One more day of the stretch has events.
    pub(super) fn another_day(&mut self) {
        if let Some(FirstDay { latest: Latest::BeforeEnd(days), .. }) = &mut self.first {
            *days += 1;
        }
    }

    /// The stretch ends on this day.
    pub(super) fn stretch_ends(&mut self, end: Day) {
        if let Some(first) = &mut self.first
            && let Latest::BeforeEnd(days) = first.latest
        {
            let back = (0..days).fold(end, |day, _| day.before());
            first.latest = Latest::On(back);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.began.extend(&other.began);
        self.from_beginning |= other.from_beginning;
        self.first = match (self.first, other.first) {
            (Some(a), Some(b)) => Some(FirstDay {
                earliest: a.earliest.min(b.earliest),
                latest: a.latest.later(b.latest),
            }),
            (one, other) => one.or(other),
        };
    }
}

impl Trace {
    pub(super) fn merge(&mut self, other: &Self) {
        self.gave.extend(&other.gave);
        self.run.merge(&other.run);
        if let (Some(path), Some(other)) = (&mut self.path, &other.path) {
            path.merge(other);
        }
    }
}
