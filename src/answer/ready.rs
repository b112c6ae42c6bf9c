//! The rows of `state` worked out beforehand: what a measure is on every day, packed into a few
//! bytes a change, so that a question about every measure needs no kernel.
//!
//! Nothing here decides anything: [`ready`] asks the kernel for each stretch of days, and where that
//! had better be asked for the day itself, the bytes say so. They hold for the records they were
//! made from, with everything known and public, and for the program that made them.

mod brief;

use std::collections::BTreeSet;

use super::state::{self, Filter, Row};
use crate::history::History;
use crate::time::Day;
use crate::timeline::{self, Stop, Telling};
use brief::{Brief, Head, Words};

/// Raised with every change after which the kernel, or this, answers anything in another way:
/// answers made ready by another version are not used.
pub const READY_VERSION: u32 = 1;

/// How much of the table is one spell: its first day and where its bytes end.
const ENTRY: usize = 8;

/// What is ready for one measure on one day.
#[derive(Debug, Clone, PartialEq)]
pub enum Prepared {
    /// The row.
    Row(Box<Row>),
    /// The measure is not among the answers: it was retracted.
    Unlisted,
    /// Nothing: the kernel must be asked.
    Ask,
}

/// What was made ready for one measure.
#[derive(Debug, Clone, Copy)]
pub enum Ready<'b> {
    /// Rows, at least for some days.
    Rows(Rows<'b>),
    /// The measure was retracted.
    Unlisted,
    /// Nothing.
    Ask,
}

/// The rows of one measure.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'b> {
    head: &'b [u8],
    table: &'b [u8],
    bodies: &'b [u8],
}

// Made

/// The rows of a measure on every day, as bytes.
#[must_use]
pub fn ready(history: &History, measure: usize) -> Vec<u8> {
    if history.measures()[measure].retracted {
        return vec![UNLISTED];
    }
    spells(history, measure).map_or_else(|| vec![ASK], |spells| packed(history, measure, &spells))
}

const ASK: u8 = 0;
const UNLISTED: u8 = 1;
const ROWS: u8 = 2;

/// Rows with the first day on which each holds; none where the kernel must be asked.
type Spells = Vec<(Day, Option<Row>)>;

/// None for a whole, for one of which sources disagree, and where the kernel has no course.
fn spells(history: &History, measure: usize) -> Option<Spells> {
    let telling = Telling::plain(history);
    let leaves = history.innermost(measure);
    if leaves != [measure] || state::contrary(history, measure).next().is_some() {
        return None;
    }
    let coming = state::coming(history, &leaves);
    let stops = timeline::course(telling, measure, &moments(history, measure, &coming))?;
    let mut spells: Spells = Vec::with_capacity(stops.len());
    let mut leapt: Option<Day> = None;
    for Stop { day, outcome, leap } in stops {
        let row = state::row_of(history, measure, &leaves, outcome, &coming, false, day);
        let same = spells.last().is_some_and(|(_, last)| last.as_ref() == Some(&row));
        if let Some(from) = leapt.take().filter(|_| !same) {
            spells.push((from, None));
        }
        if !same {
            spells.push((day, Some(row)));
        }
        leapt = leap.then(|| day.after());
    }
    Some(spells)
}

/// The days on which what is announced can change.
fn moments(history: &History, measure: usize, coming: &[usize]) -> BTreeSet<Day> {
    let mut moments = BTreeSet::new();
    let own = history.upward(measure).flat_map(|m| history.measures()[m].events.iter());
    for standing in own.map(|&event| &history.events()[event]) {
        if !standing.event.then.is_empty() {
            moments.insert(standing.announced_by());
        }
    }
    for standing in coming.iter().map(|&event| &history.events()[event]) {
        let (first, last) = standing.event.effective.bounds();
        moments.extend([standing.announced_by(), first, last]);
    }
    moments
}

fn packed(history: &History, measure: usize, spells: &Spells) -> Vec<u8> {
    let mut words = Words::default();
    let mut table = Vec::with_capacity(spells.len() * ENTRY);
    let mut bodies = Vec::new();
    for (day, row) in spells {
        if let Some(row) = row {
            bodies.extend(Brief::of(row, &mut words).to_bytes());
        }
        let end = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
        table.extend(brief::number_of(*day).to_le_bytes());
        table.extend(end.to_le_bytes());
    }
    let head = Head::of(history, measure, &words).to_bytes();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
    [&[ROWS][..], &length(&head), &length(&table), &head, &table, &bodies].concat()
}

// Read

impl<'b> Ready<'b> {
    /// Reads what [`ready`] wrote. None where the bytes are something else.
    #[must_use]
    pub fn of(bytes: &'b [u8]) -> Option<Self> {
        match bytes.split_first()? {
            (&ASK, []) => Some(Self::Ask),
            (&UNLISTED, []) => Some(Self::Unlisted),
            (&ROWS, rest) => Rows::of(rest).map(Self::Rows),
            _ => None,
        }
    }

    /// What is ready for the end of a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<Prepared> {
        match self {
            Self::Rows(rows) => rows.on(day),
            Self::Unlisted => Some(Prepared::Unlisted),
            Self::Ask => Some(Prepared::Ask),
        }
    }

    /// What is ready for the end of a day, of the answers that a question wants; `Unlisted` for
    /// others. The filter's `measures` do not count.
    #[must_use]
    pub fn wanted(&self, filter: &Filter, day: Day) -> Option<Prepared> {
        let Self::Rows(rows) = self else { return self.on(day) };
        let head = Head::from_bytes(rows.head)?;
        if !filter.fits(head.measure, head.kind, &head.parties, &head.tags) {
            return Some(Prepared::Unlisted);
        }
        match rows.with(&head, day)? {
            Prepared::Row(row) if !filter.wants(&row) => Some(Prepared::Unlisted),
            prepared @ (Prepared::Row(_) | Prepared::Unlisted | Prepared::Ask) => Some(prepared),
        }
    }
}

// Where to look

impl Ready<'_> {
    /// Whether the answer may be another on some day after `from` and by the end of `to` than on
    /// `from`; also where the kernel must be asked.
    #[must_use]
    pub fn may_change(&self, from: Day, to: Day) -> bool {
        match self {
            Self::Rows(rows) => rows.may_change(from, to),
            Self::Unlisted => false,
            Self::Ask => true,
        }
    }

    /// Whether an event, or what one planned, can fall on a day from `from` to `to`, both included;
    /// also where that is not known.
    #[must_use]
    pub fn may_happen(&self, from: Day, to: Day) -> bool {
        match self {
            Self::Rows(rows) => {
                let head = Head::from_bytes(rows.head);
                head.is_none_or(|head| head.has_event_between(from, to))
            }
            Self::Unlisted | Self::Ask => true,
        }
    }
}

/// One line of the table: the first day, and where the bytes end.
fn spell(bytes: [u8; ENTRY]) -> (u32, usize) {
    let [first, end] = [0, 4].map(|at| [0, 1, 2, 3].map(|byte| bytes[at + byte]));
    (u32::from_le_bytes(first), u32::from_le_bytes(end) as usize)
}

impl<'b> Rows<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let (head, bytes) = bytes.split_at_checked(4)?;
        let (table, bytes) = bytes.split_at_checked(4)?;
        let length = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize);
        let (head, bytes) = bytes.split_at_checked(length(head)?)?;
        let (table, bodies) = bytes.split_at_checked(length(table)?)?;
        table.len().is_multiple_of(ENTRY).then_some(Self { head, table, bodies })
    }

    /// How many spells begin by the end of a day.
    fn begun(&self, day: Day) -> usize {
        let asked = brief::number_of(day);
        self.table.as_chunks().0.partition_point(|bytes| spell(*bytes).0 <= asked)
    }

    /// The bytes of the row of a spell; empty where the kernel must be asked.
    fn body(&self, place: usize) -> Option<&'b [u8]> {
        let spells = self.table.as_chunks().0;
        let begin = place.checked_sub(1).map_or(0, |before| spell(spells[before]).1);
        self.bodies.get(begin..spell(*spells.get(place)?).1)
    }

    fn may_change(&self, from: Day, to: Day) -> bool {
        let (begun, ended) = (self.begun(from), self.begun(to));
        let row = begun.checked_sub(1).and_then(|place| self.body(place));
        begun < ended || row.is_none_or(<[u8]>::is_empty)
    }

    fn on(&self, day: Day) -> Option<Prepared> {
        self.with(&Head::from_bytes(self.head)?, day)
    }

    fn with(&self, head: &Head<'_>, day: Day) -> Option<Prepared> {
        let body = self.body(self.begun(day).checked_sub(1)?)?;
        if body.is_empty() {
            return Some(Prepared::Ask);
        }
        Some(Prepared::Row(Box::new(Brief::from_bytes(body)?.row(head)?)))
    }
}
