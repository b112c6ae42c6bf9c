//! What is due: expectations that are open, overdue, met or lapsed on a day, and planned
//! consequences that are ahead or that passed with nobody saying so.

mod expectation;
mod plan;

use std::collections::BTreeSet;

use serde::Serialize;

use super::state::{Dated, Filter};
use crate::history::History;
use crate::time::{Day, Window};

/// One thing that is or was due. Its JSON form is the contract of `agenda` (`docs/model.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The record: the expectation, the event that is to come, or the maker of the plan.
    pub record: u64,
    /// The id of the measure it is about.
    pub measure: String,
    /// The measure's title, or its id where it has none.
    pub title: String,
    /// What sort of thing is due.
    pub what: Awaited,
    /// The act that is due.
    pub act: String,
    /// The status it leads to, where it leads to one of its own.
    pub status: Option<String>,
    /// How it stands on the day asked about; where worlds differ, as if what may have happened had
    /// not.
    pub state: DueState,
    /// Every state it is in, in some world.
    pub possible_states: BTreeSet<DueState>,
    /// When it is due; none where no date was given.
    pub due: Option<Dated>,
    /// Overdue or unconfirmed: how many days ago the last day of `due` was. Settled: how many days
    /// after that day, negative: before the first day of `due`, 0: in it. None for the other
    /// states, and where worlds differ.
    pub late_days: Option<i64>,
    /// The last day on which it can have been stated; none where nothing tells.
    pub stated: Option<Day>,
    /// The events that settle it and that, in some world, have happened by the day asked about.
    pub settled_by: Vec<u64>,
    /// The day of the first of them.
    pub settled_on: Option<Dated>,
    /// The place of a plan in its maker's `then`, from 0.
    pub place: Option<usize>,
}

/// Whether no date was given; the last day and the first; the record and the place in it.
type Turn = (bool, Option<Day>, Option<Day>, u64, Option<usize>);

impl Due {
    /// Its place among others: they are sorted by it.
    #[must_use]
    pub fn turn(&self) -> impl Ord + use<> {
        let due = self.due.as_ref();
        let first = due.and_then(|due| due.earliest);
        let last = due.map(|due| due.latest.unwrap_or(Day::OPEN_END));
        let turn: Turn = (last.is_none(), last, first, self.record, self.place);
        turn
    }
}

/// What sort of thing is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Awaited {
    /// Somebody has to act.
    Expectation,
    /// It follows by itself.
    Plan,
    /// It is recorded, and its day is still to come.
    Event,
}

/// How a thing that is due stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DueState {
    /// An expectation whose window is not over.
    Open,
    /// The window is over, and nothing came.
    Overdue,
    /// An event that settles the expectation has happened.
    Settled,
    /// The measure came to an ended status after the expectation was stated.
    Lapsed,
    /// Still to come.
    Planned,
    /// A plan took effect on its day, and nobody has said that it happened.
    Unconfirmed,
    /// The expectation was withdrawn, or a settlement says that it is none.
    Retracted,
}

impl DueState {
    /// The word for programs; the same as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Settled => "settled",
            Self::Lapsed => "lapsed",
            Self::Planned => "planned",
            Self::Unconfirmed => "unconfirmed",
            Self::Retracted => "retracted",
        }
    }
}

/// Which days an agenda is about, all inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The day on which one looks.
    pub on: Day,
    /// What was settled or lapsed before this day is left out.
    pub back: Day,
    /// What cannot come by this day is left out.
    pub ahead: Day,
}

/// What is due on a day, by the last day it is due, then the first, then by record.
///
/// Overdue and unconfirmed things are always among it; `all`: those that are over and those that
/// are far off, too, and withdrawn expectations.
#[must_use]
pub fn agenda(history: &History, filter: &Filter, days: Days, all: bool) -> Vec<Due> {
    let measures = filter.asked(history);
    in_scope(history, &measures, &scope(history, &measures), days, all)
}

/// The same for some measures and those that concern them.
pub(super) fn in_scope(
    history: &History,
    measures: &[usize],
    scope: &BTreeSet<usize>,
    days: Days,
    all: bool,
) -> Vec<Due> {
    let mut rows = expectation::rows(history, scope, days, all);
    rows.extend(plan::rows(history, measures, scope, days, all));
    rows.sort_by_key(Due::turn);
    rows
}

/// Measures with the parts of each, and the wholes above it: what is said of those concerns it.
pub(super) fn scope(history: &History, measures: &[usize]) -> BTreeSet<usize> {
    let leaves = measures.iter().flat_map(|&measure| history.innermost(measure));
    let with_wholes = leaves.flat_map(|leaf| history.upward(leaf).collect::<Vec<_>>());
    with_wholes.filter(|&measure| !history.measures()[measure].retracted).collect()
}

/// How many days a day lies after a window, negative: before it; 0 in it.
fn lateness(day: Day, window: &Window) -> i64 {
    let (first, last) = window.bounds();
    if day > last {
        day.days_since(last)
    } else if day < first {
        day.days_since(first)
    } else {
        0
    }
}
