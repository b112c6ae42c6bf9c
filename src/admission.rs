//! May this be recorded? Everything is checked before anything is written.
//!
//! Drafts come in together; either each has its place in the ledger (a new one, or the one it has
//! already), or every reason against every one of them is named. Pure: the time and who records
//! are given.

mod check;
mod identity;
mod references;
mod stream;

use std::collections::BTreeMap;

use crate::history::{Corrections, History, Names};
use crate::kind;
use crate::proof::{Hash, leaf};
use crate::record::{Code, Draft, Entry, Record, Refusal, numbered};
use crate::time::Instant;
use identity::{Contents, Identity};
pub use stream::{Doubt, Ground, Placed, Ready, Stream};
use uuid::Uuid;

/// How the drafts are taken.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The recorded time for what is new; made later where the ledger is already there.
    pub now: Instant,
    /// Where the clock is simulated: drafts may say when they were recorded.
    pub simulated: Simulated,
    /// Who records, where a draft does not say.
    pub by: Option<String>,
    /// What a draft without key and id that says the same as a record there is.
    pub same: Same,
    /// The most records that share one recorded time: those of one atomic batch.
    pub batch: usize,
    /// What ids are made from where the clock is simulated, so that they can be made again.
    pub seed: Hash,
}

/// Whether the clock is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simulated {
    /// The machine's clock: what drafts say of recorded times is passed over.
    No,
    /// A draft that does not say takes the time of the record before it.
    Yes,
    /// A draft that does not say takes [`Rules::now`].
    At,
}

/// What an unnamed draft is that says the same as a record there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// That record, the n-th the n-th (an import).
    Already,
    /// A new record.
    New,
    /// A new record, but refused where it is an event with the measure, act and date of a live one.
    NewUnlessDuplicate,
}

/// What becomes of a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// It gets this place.
    New(Box<Entry>),
    /// It is this record already.
    Already(u64),
}

/// A refusal, and the draft it is about (its place among the drafts, from 0).
pub type Refused = (usize, Refusal);

/// The ledger that drafts come to.
pub struct Existing<'a> {
    /// All records that hang together with what the drafts name, and every `kind` record, in
    /// record order.
    pub entries: Vec<Entry>,
    /// The last record of the ledger: its number, and when it was made.
    pub last: Option<(u64, Instant)>,
    /// The ids of all measures, for guesses.
    pub measure_ids: &'a dyn Fn() -> Vec<String>,
    /// All keys, for guesses.
    pub keys: &'a dyn Fn() -> Vec<String>,
}

/// Decides on all drafts together.
pub fn admit(
    existing: Existing<'_>,
    drafts: Vec<Draft>,
    rules: &Rules,
) -> Result<Vec<Decision>, Vec<Refused>> {
    let mut admitting = Admitting::new(existing, rules);
    for (place, draft) in drafts.into_iter().enumerate() {
        admitting.place(place, draft);
    }
    admitting.settle_references();
    admitting.check();
    admitting.finish()
}

/// Drafts on their way to their places.
struct Admitting<'a> {
    rules: &'a Rules,
    /// The records there, then the new ones.
    entries: Vec<Entry>,
    /// How many of them were there.
    existing: usize,
    /// The last record, one that was there or a new one.
    last: Option<(u64, Instant)>,
    measure_ids: &'a dyn Fn() -> Vec<String>,
    keys: &'a dyn Fn() -> Vec<String>,
    names: Names,
    contents: Contents,
    /// The input the last draft came from.
    input: usize,
    /// For each draft its record number, and whether that is new.
    decided: Vec<(u64, bool)>,
    /// For each new record the draft it comes from.
    origin: BTreeMap<u64, usize>,
    refused: Vec<Refused>,
}

impl<'a> Admitting<'a> {
    fn new(existing: Existing<'a>, rules: &'a Rules) -> Self {
        let Existing { entries, last, measure_ids, keys } = existing;
        Self {
            rules,
            existing: entries.len(),
            last,
            measure_ids,
            keys,
            names: Names::of(&entries),
            contents: Contents::of(&entries, rules),
            entries,
            input: 0,
            decided: Vec::new(),
            origin: BTreeMap::new(),
            refused: Vec::new(),
        }
    }

    fn refuse(&mut self, place: usize, refusal: Refusal) {
        self.refused.push((place, refusal));
    }

    /// Gives a draft its record number.
    fn place(&mut self, place: usize, mut draft: Draft) {
        references::to_ids(&mut draft.record, &self.entries[..self.existing], &self.names);
        if self.input != draft.input {
            self.input = draft.input;
            self.contents.next_input();
        }
        match self.contents.identify(&draft, &self.names, &self.entries, self.rules) {
            Identity::Known(record) => self.decided.push((record, false)),
            Identity::Taken(refusal) => {
                self.refuse(place, refusal);
                self.decided.push((0, false));
            }
            Identity::New => {
                set_revision(&mut draft.record, &self.entries);
                self.add(place, draft);
            }
        }
    }

    fn add(&mut self, place: usize, draft: Draft) {
        let seq = self.last.map_or(0, |(seq, _)| seq) + 1;
        let recorded = self.recorded(place, &draft);
        let entry = Entry {
            seq,
            id: draft.id.unwrap_or_else(|| new_id(self.rules, seq, recorded)),
            recorded,
            by: draft.by.or_else(|| self.rules.by.clone().filter(|_| draft.id.is_none())),
            key: draft.key,
            record: draft.record,
        };
        self.names.add(&entry);
        self.contents.add(&entry);
        self.entries.push(entry);
        self.last = Some((seq, recorded));
        self.decided.push((seq, true));
        self.origin.insert(seq, place);
    }

    /// When the record is recorded; refused where that would be before the one above it.
    fn recorded(&mut self, place: usize, draft: &Draft) -> Instant {
        let last = self.last.map(|(_, recorded)| recorded);
        let recorded = recorded(self.rules, draft, last, self.entries.len() - self.existing);
        if let Some(last) = last.filter(|&last| recorded < last) {
            let message = format!(
                "recorded {recorded} would lie before the record above it, {last}: recorded times \
                 never decrease"
            );
            self.refuse(place, Refusal::new(Code::BadRecorded, message));
        }
        recorded
    }

    /// Rewrites the references of new records to numbers and prefixes as full ids.
    fn settle_references(&mut self) {
        for index in self.existing..self.entries.len() {
            let mut record = self.entries[index].record.clone();
            references::to_ids(&mut record, &self.entries, &self.names);
            self.entries[index].record = record;
        }
    }

    fn check(&mut self) {
        let history = History::of(&self.entries, None);
        let corrections = Corrections::of(&self.entries, &history);
        let mut problems = Vec::new();
        let checking = check::Checking {
            entries: &self.entries,
            new: &self.entries[self.existing..],
            measure_ids: self.measure_ids,
            keys: self.keys,
            history: &history,
            corrections: &corrections,
            duplicates: self.rules.same == Same::NewUnlessDuplicate,
            measured: self.rules.simulated == Simulated::No,
            retracted: check::retracted(&self.entries, &history),
            first_with_id: check::first_with_id(&self.entries),
        };
        for (&seq, &place) in &self.origin {
            problems.extend(checking.refusals(seq).into_iter().map(|refusal| (place, refusal)));
        }
        self.refused.extend(problems);
    }

    fn finish(mut self) -> Result<Vec<Decision>, Vec<Refused>> {
        if !self.refused.is_empty() {
            self.refused.sort_by_key(|&(place, _)| place);
            return Err(self.refused);
        }
        let entries = self.entries;
        let decision = |(seq, new): (u64, bool)| match numbered(&entries, seq) {
            Some(entry) if new => Decision::New(Box::new(entry.clone())),
            Some(_) | None => Decision::Already(seq),
        };
        Ok(self.decided.into_iter().map(decision).collect())
    }
}

/// When a record is recorded that comes after so many new ones: batches share one time, and no two
/// batches do.
fn recorded(rules: &Rules, draft: &Draft, last: Option<Instant>, new: usize) -> Instant {
    match (rules.simulated, last) {
        (Simulated::No, Some(last)) if !new.is_multiple_of(rules.batch.max(1)) => last,
        (Simulated::No, Some(last)) => rules.now.max(last.next()),
        (Simulated::No, None) => rules.now,
        (Simulated::Yes, last) => draft.recorded.or(last).unwrap_or(rules.now),
        (Simulated::At, _) => draft.recorded.unwrap_or(rules.now),
    }
}

fn new_id(rules: &Rules, seq: u64, recorded: Instant) -> Uuid {
    let millis = recorded.unix_millis();
    if rules.simulated == Simulated::No {
        let context = uuid::ContextV7::new();
        let (seconds, nanos) =
            (millis / 1000, u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000);
        return Uuid::new_v7(uuid::Timestamp::from_unix(context, seconds, nanos));
    }
    let text = format!("{}/{seq}", rules.seed);
    let digest = leaf(text.as_bytes());
    let mut random = [0_u8; 10];
    random.copy_from_slice(&digest.as_bytes()[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Notes which revision of a built-in kind a measure or a definition builds on.
fn set_revision(record: &mut Record, entries: &[Entry]) {
    let newest = |name: &str| kind::builtin(name).map(|builtin| builtin.revision);
    let defined = |name: &str| {
        entries.iter().any(|e| matches!(&e.record, Record::Kind(record) if record.kind == name))
    };
    match record {
        Record::Measure(measure) if measure.revision.is_none() => {
            measure.revision = newest(&measure.kind);
        }
        Record::Kind(kind) if kind.revision.is_none() && !defined(&kind.kind) => {
            kind.revision = newest(&kind.kind);
        }
        Record::Measure(_)
        | Record::Kind(_)
        | Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Alias(_)
        | Record::Review(_) => {}
    }
}
