//! What is due, for a calendar that keeps what it was once given.
//!
//! An agenda says what is due on a day; what came, was met, cancelled or withdrawn it leaves out in
//! the end. A calendar that read an older agenda would keep such entries as they were, for ever. So
//! besides the rows of the agenda there is an entry for everything that an earlier agenda can have
//! had: an entry never vanishes, and says what became of it.

mod gone;
mod revised;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::agenda::{Awaited, Days, Due, DueState, agenda};
use super::state::{Dated, Filter};
use crate::history::History;
use crate::record::{Entry, Source, numbered};
use crate::time::{Day, Instant};
use gone::Gone;
use revised::Revisions;

/// How firmly a day is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It comes (or came) on its day by itself, or it is announced.
    Firm,
    /// Somebody has to act, its day is not certain, or nobody has said that it came.
    Tentative,
    /// It is no longer to come: it was met, cancelled, withdrawn, or has lapsed.
    Dropped,
}

/// One entry of a calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The record: the expectation, the event, or the maker of the plan.
    pub record: u64,
    /// The id of that record, the same in every copy of the ledger.
    pub id: Uuid,
    /// The place of a plan in its maker's `then`, from 0.
    pub place: Option<usize>,
    /// The id of the measure.
    pub measure: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// What sort of thing is due.
    pub what: Awaited,
    /// The act that is due.
    pub act: String,
    /// The status it leads to, where it leads to one of its own.
    pub status: Option<String>,
    /// How firmly its day is taken.
    pub hold: Hold,
    /// How it stands, in a word or several.
    pub state: String,
    /// When it is due.
    pub due: Dated,
    /// When the record was made.
    pub recorded: Instant,
    /// When the last record was made that can have changed the entry.
    pub revised: Instant,
    /// How many records there are since its own that can have changed the entry: those about its
    /// measure, the wholes and parts of that, and measures whose events name its record. It never
    /// gets smaller as records are added.
    pub revisions: usize,
    /// The sources of the record, later ones included.
    pub sources: Vec<Source>,
}

/// What a calendar is asked.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'f> {
    /// Which measures.
    pub filter: &'f Filter,
    /// Which days.
    pub days: Days,
    /// Also what is far off.
    pub all: bool,
    /// Of what is to come only what is overdue.
    pub overdue: bool,
}

/// The entries, by the last day due, then the first, then by record; and how many things that are
/// due have no date that a calendar could hold. `entries` are the records that the history was made
/// from.
#[must_use]
pub fn slots(history: &History, entries: &[Entry], wanted: &Wanted<'_>) -> (Vec<Slot>, usize) {
    let Wanted { filter, days, all, overdue } = *wanted;
    let mut shown = agenda(history, filter, days, all);
    shown.retain(|row| !overdue || row.possible_states.contains(&DueState::Overdue));
    let teller = Teller { history, entries, revisions: Revisions::of(history, entries) };
    let undated = shown.iter().filter(|row| row.due.is_none()).count();
    let key = |row: &Due| (row.record, row.place);
    let listed: BTreeSet<_> = shown.iter().map(key).collect();
    let every = agenda(history, filter, days, true);
    let known: BTreeSet<_> = every.iter().map(key).collect();
    let kept = every.into_iter().filter(|row| !listed.contains(&key(row)));
    let kept = kept.filter(|row| is_over(row.state) || teller.is_corrected(row.record));
    let rows = shown.iter().map(|row| teller.of_row(row));
    let rows = rows.chain(kept.map(|row| teller.of_row(&row)));
    let gone = gone::gone(history, entries, wanted, &known);
    let gone = gone.iter().map(|gone| teller.of_gone(gone));
    let mut slots: Vec<Slot> = rows.chain(gone).flatten().collect();
    slots.sort_by_key(Slot::turn);
    (slots, undated)
}

fn is_over(state: DueState) -> bool {
    matches!(state, DueState::Settled | DueState::Lapsed | DueState::Retracted)
}

impl Slot {
    /// Its place among others: they are sorted by it.
    #[must_use]
    pub fn turn(&self) -> impl Ord + use<> {
        let last = self.due.latest.unwrap_or(Day::OPEN_END);
        (last, self.due.earliest, self.record, self.place)
    }
}

/// Puts entries into words.
struct Teller<'h> {
    history: &'h History,
    entries: &'h [Entry],
    revisions: Revisions<'h>,
}

impl Teller<'_> {
    fn is_corrected(&self, record: u64) -> bool {
        let event = self.history.event_of(record).map(|event| &self.history.events()[event]);
        event.is_some_and(|standing| !standing.corrected_by.is_empty())
    }

    fn of_row(&self, row: &Due) -> Option<Slot> {
        let due = row.due.clone()?;
        let states: Vec<&str> = row.possible_states.iter().map(|state| state.as_str()).collect();
        let status = row.status.clone();
        self.slot(
            (row.record, row.place),
            (row.what, &row.act, status),
            due.clone(),
            hold(row, &due),
            states.join(" or "),
        )
    }

    fn of_gone(&self, gone: &Gone) -> Option<Slot> {
        let Gone { record, place, what, act, status, due, hold, state } = gone.clone();
        self.slot((record, place), (what, &act, status), due, hold, state.to_owned())
    }

    fn slot(
        &self,
        (record, place): (u64, Option<usize>),
        (what, act, status): (Awaited, &str, Option<String>),
        due: Dated,
        hold: Hold,
        state: String,
    ) -> Option<Slot> {
        let entry = numbered(self.entries, record)?;
        let event = self.history.event_of(record)?;
        let said = &self.history.events()[event].event;
        let tracked = self.history.declared(&said.measure);
        let tracked = tracked.map(|measure| &self.history.measures()[measure]);
        let (revisions, revised) = self.revisions.since(event, entry);
        Some(Slot {
            record,
            id: entry.id,
            place,
            measure: tracked.map_or(&*said.measure, |tracked| tracked.id()).to_owned(),
            title: tracked.map_or(&*said.measure, |tracked| tracked.title()).to_owned(),
            kind: tracked.map_or_else(String::new, |tracked| tracked.measure.kind.clone()),
            what,
            act: act.to_owned(),
            status,
            hold,
            state,
            due,
            recorded: entry.recorded,
            revised,
            revisions,
            sources: said.sources.clone(),
        })
    }
}

/// Firm is what comes by itself, or is announced, on one certain day.
fn hold(row: &Due, due: &Dated) -> Hold {
    let certain = due.earliest.is_some() && due.earliest == due.latest;
    match (row.state, row.what) {
        (DueState::Settled | DueState::Lapsed | DueState::Retracted, _) => Hold::Dropped,
        (DueState::Planned, Awaited::Plan | Awaited::Event)
            if certain && row.possible_states.len() == 1 =>
        {
            Hold::Firm
        }
        _ => Hold::Tentative,
    }
}
