//! The records as they stand: what is said once every correction is counted in.
//!
//! Amendments, retractions, settlements, later sources, aliases and kind definitions are folded
//! into the events and measures they concern, in record order (`docs/model.md` gives the rules).
//! A [`History`] answers for one state of knowledge: the records it was made from, and, where
//! asked, only what was public by a day. It says nothing yet about any status: that is
//! [`crate::timeline`].

mod build;
mod corrections;
mod names;
mod standing;
mod validity;

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::kind::Definition;
use crate::record::{Entry, Measure, Record, numbered};
use crate::time::Day;

pub use corrections::Corrections;
pub use names::{Names, Unresolved};
pub use standing::{Side, Sides, Standing};
pub use validity::check_event;

/// The measures and events as they stand.
#[derive(Debug, Clone)]
pub struct History {
    measures: Vec<Tracked>,
    ids: IndexMap<String, usize>,
    circular: Vec<usize>,
    kinds: IndexMap<String, Arc<Definition>>,
    events: Vec<Standing>,
    /// The records of the events, in record order, with their places among these.
    of_record: Vec<(u64, usize)>,
    referring: Vec<Vec<usize>>,
    withdrawn: Vec<u64>,
    names: Names,
    not_public: usize,
}

/// A measure with what later records made of it.
#[derive(Debug, Clone)]
pub struct Tracked {
    /// The record that declared it.
    pub record: u64,
    /// The declaration, as amended.
    pub measure: Measure,
    /// The definition of its kind that holds for it.
    pub kind: Arc<Definition>,
    /// Its other ids, in record order.
    pub aliases: Vec<String>,
    /// The whole it is a part of.
    pub whole: Option<usize>,
    /// Its own parts.
    pub parts: Vec<usize>,
    /// Its own events, in record order.
    pub events: Vec<usize>,
    /// The last day through which somebody found nothing newer.
    pub reviewed_through: Option<Day>,
    /// Whether its declaration was retracted.
    pub retracted: bool,
}

impl Tracked {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.measure.measure
    }

    /// Its title, or its id where it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.measure.title.as_deref().unwrap_or(&self.measure.measure)
    }
}

impl History {
    /// Folds the records, in record order.
    ///
    /// They may be all there are, or those that hang together with some measures: what none of
    /// them names changes nothing about these.
    ///
    /// With `public`, only events and sources that were public by the end of that day count.
    #[must_use]
    pub fn of(entries: &[Entry], public: Option<Day>) -> Self {
        build::history(entries, public)
    }

    /// The same history with some events counted as withdrawn, to ask what would follow then.
    #[must_use]
    pub fn without(&self, events: &BTreeSet<usize>) -> Self {
        let mut history = self.clone();
        for &event in events {
            history.events[event].retracted = true;
        }
        history
    }

    /// Every measure, in the order of declaration; retracted ones too.
    #[must_use]
    pub fn measures(&self) -> &[Tracked] {
        &self.measures
    }

    /// The measure with an id or an alias; never a retracted one.
    #[must_use]
    pub fn measure(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied().filter(|&measure| !self.measures[measure].retracted)
    }

    /// The measure with an id or an alias, a retracted one too.
    #[must_use]
    pub fn declared(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// Whether a measure says that it is a part of one of its own parts.
    #[must_use]
    pub fn is_circular(&self, measure: usize) -> bool {
        self.circular.contains(&measure)
    }

    /// Whether any measure does.
    #[must_use]
    pub fn has_circles(&self) -> bool {
        !self.circular.is_empty()
    }

    /// Every id and alias that resolves.
    pub fn measure_ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().filter(|&(_, &m)| !self.measures[m].retracted).map(|(id, _)| id.as_str())
    }

    /// Whether an id is or was in use.
    #[must_use]
    pub fn is_taken(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// Every event, in record order; retracted and expected ones too.
    #[must_use]
    pub fn events(&self) -> &[Standing] {
        &self.events
    }

    /// The event that a record number names, if it is one.
    #[must_use]
    pub fn event_of(&self, record: u64) -> Option<usize> {
        let found = self.of_record.binary_search_by_key(&record, |(record, _)| *record);
        found.ok().map(|place| self.of_record[place].1)
    }

    /// The events that refer to this one in `after`, `cancels` or `settles`.
    #[must_use]
    pub fn referring_to(&self, event: usize) -> &[usize] {
        &self.referring[event]
    }

    /// The kind of a name as it is defined now: built in, or as `kind` records made it.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<Arc<Definition>> {
        self.kinds.get(name).cloned().or_else(|| build::builtin(name, None))
    }

    /// The kinds that `kind` records define or extend, in record order.
    pub fn own_kinds(&self) -> impl Iterator<Item = (&str, &Arc<Definition>)> {
        self.kinds.iter().map(|(name, definition)| (name.as_str(), definition))
    }

    /// Whether a record is withdrawn by a retraction that stands.
    #[must_use]
    pub fn is_retracted(&self, record: u64) -> bool {
        self.withdrawn.binary_search(&record).is_ok()
    }

    /// Which record a reference names.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// How many events were left out because nothing public by the day asked speaks of them.
    #[must_use]
    pub fn not_public(&self) -> usize {
        self.not_public
    }

    /// The measure and every whole above it, nearest first.
    pub fn upward(&self, measure: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(measure), |&m| self.measures[m].whole)
    }

    /// The outermost whole a measure belongs to; itself where it has none.
    #[must_use]
    pub fn root(&self, measure: usize) -> usize {
        self.upward(measure).last().unwrap_or(measure)
    }

    /// The outermost whole of a measure and all that is part of it.
    #[must_use]
    pub fn family(&self, measure: usize) -> Vec<usize> {
        let mut family = vec![self.root(measure)];
        let mut next = 0;
        while let Some(&member) = family.get(next) {
            family.extend(&self.measures[member].parts);
            next += 1;
        }
        family
    }

    /// The innermost parts of a measure, in the order of declaration; itself where it has none.
    #[must_use]
    pub fn innermost(&self, measure: usize) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut waiting = vec![measure];
        while let Some(m) = waiting.pop() {
            let parts = self.measures[m].parts.iter().filter(|&&p| !self.measures[p].retracted);
            let before = waiting.len();
            waiting.extend(parts);
            if waiting.len() == before {
                leaves.push(m);
            }
        }
        leaves.sort_unstable();
        leaves
    }
}

/// The event or measure that a chain of amendments, retractions or settlements is about.
#[must_use]
pub fn subject(entries: &[Entry], names: &Names, record: u64) -> Option<u64> {
    let mut at = record;
    for _ in 0..=entries.len() {
        match &numbered(entries, at)?.record {
            Record::Amendment(amendment) => at = names.resolve(&amendment.of).ok()?,
            Record::Event(_) | Record::Measure(_) => return Some(at),
            Record::Retraction(_)
            | Record::Source(_)
            | Record::Settlement(_)
            | Record::Kind(_)
            | Record::Alias(_)
            | Record::Review(_) => return None,
        }
    }
    None
}

/// The record that corrections are about in the end: amendments, retractions, settlements and later
/// sources are followed to what they name, other records are about themselves.
#[must_use]
pub fn about<'e>(entries: &'e [Entry], names: &Names, entry: &'e Entry) -> Option<&'e Entry> {
    let mut at = entry;
    for _ in 0..=entries.len() {
        let Some(of) = at.record.corrects() else { return Some(at) };
        at = numbered(entries, names.resolve(of).ok()?)?;
    }
    None
}
