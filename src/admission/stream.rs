//! Admission of a long input, a draft at a time, with little kept in memory.
//!
//! [`super::admit`] holds all drafts and what they hang together with at once. Most records of a
//! long input need far less: whether their names are free, whether what they name is there, and of
//! which kind. That is decided here as each comes. What depends on what comes later (corrections,
//! definitions of kinds) is noted and checked at the end, by the same rules, over the few records
//! that it concerns.
//!
//! This way only ever says yes. Wherever it is not sure it is in [`Doubt`], and the input is to be
//! admitted in the ordinary way, which knows every reason.

mod marks;
mod measures;
mod nearby;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Rules, Same, Simulated};
use crate::codec;
use crate::proof::{Hash, leaf};
use crate::record::{Draft, Entry, Mentions, Record, Reference};
use crate::time::Instant;
use marks::Mark;
pub use marks::Ready;
use measures::Measures;

/// It is not sure that every draft can be recorded as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt;

/// The ledger that a long input comes to.
pub trait Ground {
    /// The record that gave a measure its id or alias.
    fn measure(&self, id: &str) -> Option<u64>;
    /// The record with a key.
    fn key(&self, key: &str) -> Option<u64>;
    /// The record with an id.
    fn id(&self, id: Uuid) -> Option<u64>;
    /// Whether a word begins the id of any record.
    fn begins_id(&self, word: &str) -> bool;
    /// A record.
    fn entry(&self, seq: u64) -> Option<Entry>;
    /// All that hangs together with a record; for none, the `kind` records.
    fn around(&self, seq: Option<u64>) -> Vec<Entry>;
}

/// What becomes of a draft.
#[derive(Debug)]
pub enum Placed {
    /// It gets this place; what it says is written down already (`codec::said`).
    New(Box<Entry>, Vec<u8>),
    /// It is this record already.
    Already(u64),
}

/// A long input on its way into a ledger.
pub struct Stream<'g> {
    ground: &'g dyn Ground,
    rules: &'g Rules,
    /// The last record, one that was there or a new one.
    last: Option<(u64, Instant)>,
    /// The number of the last record that was there.
    there: u64,
    keys: HashMap<Mark, u64>,
    ids: HashMap<Uuid, u64>,
    /// Of each new record what it says, and whether it is an event.
    new: Vec<(Mark, bool)>,
    /// The records without a key, by what they say.
    unnamed: HashMap<Mark, Vec<(u64, Instant)>>,
    /// Those of them that a draft of this input is already.
    met: HashSet<u64>,
    input: usize,
    /// The records there whose surroundings were looked at.
    seen: HashSet<u64>,
    measures: Measures,
    kinds: Vec<Entry>,
    /// New corrections, each with the record that it is about.
    corrections: Vec<(u64, u64)>,
    about: HashMap<u64, u64>,
    /// What events refer to that has not come yet.
    awaited: Vec<Reference>,
}

impl<'g> Stream<'g> {
    /// A stream of drafts to a ledger whose last record is `last`.
    #[must_use]
    pub fn to(ground: &'g dyn Ground, rules: &'g Rules, last: Option<(u64, Instant)>) -> Self {
        let (keys, ids, new, unnamed, met, seen) = Default::default();
        let (corrections, about, awaited) = Default::default();
        let mut stream = Self {
            ground,
            rules,
            last,
            there: last.map_or(0, |(seq, _)| seq),
            keys,
            ids,
            new,
            unnamed,
            met,
            input: 0,
            seen,
            measures: Measures::default(),
            kinds: ground.around(None),
            corrections,
            about,
            awaited,
        };
        let kinds = std::mem::take(&mut stream.kinds);
        stream.note(&kinds);
        stream.kinds = kinds;
        stream
    }

    /// Gives a draft its place.
    pub fn take(&mut self, ready: Ready) -> Result<Placed, Doubt> {
        let Ready { mut draft, mark, said } = ready;
        if self.rules.same == Same::NewUnlessDuplicate {
            return Err(Doubt);
        }
        if self.input != draft.input {
            self.input = draft.input;
            self.met.clear();
        }
        let mentions = Mentions::of(&draft.record);
        self.look_around(&draft, &mentions)?;
        if let Some(seq) = self.known(&draft, mark)? {
            return Ok(Placed::Already(seq));
        }
        let has_revision = matches!(draft.record, Record::Measure(_) | Record::Kind(_));
        super::set_revision(&mut draft.record, &self.kinds);
        let has_id = draft.id.is_some();
        let entry = self.place(draft)?;
        self.fits(&entry)?;
        self.add(&entry, mark, has_id);
        let said = if has_revision { codec::said(&entry.record) } else { said };
        Ok(Placed::New(Box::new(entry), said))
    }

    // What is there

    /// The record that a reference names; none while it names none. A number or the beginning of
    /// an id would have to be written otherwise.
    fn resolve(&self, reference: &Reference) -> Result<Option<u64>, Doubt> {
        match reference {
            Reference::Number(_) => Err(Doubt),
            Reference::Id(id) => Ok(self.ids.get(id).copied().or_else(|| self.ground.id(*id))),
            Reference::Name(key) => {
                let found = self.keys.get(&Mark::of(key.as_bytes())).copied();
                match found.or_else(|| self.ground.key(key)) {
                    None if self.ground.begins_id(key) => Err(Doubt),
                    found => Ok(found),
                }
            }
        }
    }

    /// Learns what is there of the measures and records that a draft names.
    fn look_around(&mut self, draft: &Draft, mentions: &Mentions) -> Result<(), Doubt> {
        for id in &mentions.measures {
            if !self.measures.has(id)
                && let Some(seq) = self.ground.measure(id)
            {
                self.see(seq)?;
            }
        }
        for reference in &mentions.references {
            let known = self.resolve(reference)?.filter(|&seq| seq <= self.there);
            if let Some(seq) = known.filter(|_| draft.key.is_none() || corrects(&draft.record)) {
                self.see(seq)?;
            }
        }
        Ok(())
    }

    fn see(&mut self, seq: u64) -> Result<(), Doubt> {
        if self.seen.contains(&seq) {
            return Ok(());
        }
        let entries = self.ground.around(Some(seq));
        self.measures.learn(&entries);
        self.note(&entries);
        if self.seen.contains(&seq) { Ok(()) } else { Err(Doubt) }
    }

    /// Notes what unnamed records there say, each once.
    fn note(&mut self, entries: &[Entry]) {
        for entry in entries {
            if self.seen.insert(entry.seq) && entry.key.is_none() {
                let same = self.unnamed.entry(Mark::of_record(&entry.record)).or_default();
                same.push((entry.seq, entry.recorded));
                same.sort_unstable();
            }
        }
    }

    // Which record a draft is

    fn known(&mut self, draft: &Draft, mark: Mark) -> Result<Option<u64>, Doubt> {
        let key = draft.key.as_deref();
        let by_key = key.and_then(|key| {
            let new = self.keys.get(&Mark::of(key.as_bytes())).copied();
            new.or_else(|| self.ground.key(key))
        });
        let by_id = draft.id.and_then(|id| {
            let new = self.ids.get(&id).copied();
            new.or_else(|| self.ground.id(id))
        });
        let found = match (by_key, by_id) {
            (Some(one), Some(other)) if one != other => return Err(Doubt),
            (Some(seq), _) => seq,
            (None, Some(seq)) if draft.key.is_none() => seq,
            (None, Some(_)) => return Err(Doubt),
            (None, None) => return Ok(self.unnamed(draft, mark)),
        };
        if self.said(found) == Some(mark) { Ok(Some(found)) } else { Err(Doubt) }
    }

    fn said(&self, seq: u64) -> Option<Mark> {
        match self.place_of(seq) {
            Some(place) => self.new.get(place).map(|(mark, _)| *mark),
            None => self.ground.entry(seq).map(|entry| Mark::of_record(&entry.record)),
        }
    }

    /// The place of a new record among the new ones.
    fn place_of(&self, seq: u64) -> Option<usize> {
        usize::try_from(seq.checked_sub(self.there + 1)?).ok()
    }

    /// The n-th identical unnamed draft is the n-th identical unnamed record.
    fn unnamed(&mut self, draft: &Draft, mark: Mark) -> Option<u64> {
        if draft.key.is_some() || draft.id.is_some() || self.rules.same != Same::Already {
            return None;
        }
        let time = draft.recorded.filter(|_| self.rules.simulated != Simulated::No);
        let same = self.unnamed.get(&mark).map_or(&[][..], Vec::as_slice);
        let found = same.iter().find(|(seq, recorded)| {
            !self.met.contains(seq) && time.is_none_or(|time| time == *recorded)
        });
        let seq = found.map(|(seq, _)| *seq)?;
        self.met.insert(seq);
        Some(seq)
    }

    // Its place

    fn place(&mut self, draft: Draft) -> Result<Entry, Doubt> {
        let seq = self.last.map_or(0, |(seq, _)| seq) + 1;
        let last = self.last.map(|(_, recorded)| recorded);
        let recorded = super::recorded(self.rules, &draft, last, self.new.len());
        if last.is_some_and(|last| recorded < last) {
            return Err(Doubt);
        }
        let id = draft.id.unwrap_or_else(|| super::new_id(self.rules, seq, recorded));
        let by = draft.by.or_else(|| self.rules.by.clone().filter(|_| draft.id.is_none()));
        Ok(Entry { seq, id, recorded, by, key: draft.key, record: draft.record })
    }

    fn add(&mut self, entry: &Entry, mark: Mark, has_id: bool) {
        let is_event = matches!(entry.record, Record::Event(_));
        self.new.push((mark, is_event));
        self.last = Some((entry.seq, entry.recorded));
        // Nothing in the input can name an id that was made a moment ago.
        if has_id {
            self.ids.insert(entry.id, entry.seq);
        }
        if let Some(key) = &entry.key {
            self.keys.insert(Mark::of(key.as_bytes()), entry.seq);
        } else {
            self.unnamed.entry(mark).or_default().push((entry.seq, entry.recorded));
            self.met.insert(entry.seq);
        }
        if matches!(entry.record, Record::Kind(_)) {
            self.kinds.push(entry.clone());
        }
    }

    // Whether it fits

    fn fits(&mut self, entry: &Entry) -> Result<(), Doubt> {
        match &entry.record {
            Record::Measure(measure) => self.measures.declare(measure, entry.seq),
            Record::Event(event) => {
                self.measures.event(event)?;
                let named = event.after.iter().chain(&event.cancels).chain(&event.settles);
                named.cloned().try_for_each(|reference| self.refers_to(reference))
            }
            Record::Alias(alias) => self.measures.alias(alias, entry.seq),
            Record::Review(review) => {
                let last = entry.recorded.day().plus(1).unwrap_or(crate::time::Day::LAST);
                let future = self.rules.simulated == Simulated::No && review.through > last;
                let known = self.measures.stands(&review.measure);
                if known && !future { Ok(()) } else { Err(Doubt) }
            }
            Record::Kind(_) => Ok(()),
            Record::Amendment(_)
            | Record::Retraction(_)
            | Record::Source(_)
            | Record::Settlement(_) => self.correction(entry),
        }
    }

    /// Notes what an event refers to; it must be an event, and may come later.
    fn refers_to(&mut self, reference: Reference) -> Result<(), Doubt> {
        match self.resolve(&reference)? {
            Some(seq) if self.is_event(seq) => Ok(()),
            Some(_) => Err(Doubt),
            None => {
                self.awaited.push(reference);
                Ok(())
            }
        }
    }

    fn is_event(&self, seq: u64) -> bool {
        match self.place_of(seq) {
            Some(place) => self.new.get(place).is_some_and(|(_, is_event)| *is_event),
            None => matches!(self.ground.entry(seq), Some(Entry { record: Record::Event(_), .. })),
        }
    }

    fn correction(&mut self, entry: &Entry) -> Result<(), Doubt> {
        let of = entry.record.corrects().ok_or(Doubt)?;
        let target = self.resolve(of)?.ok_or(Doubt)?;
        let root = self.root(target).ok_or(Doubt)?;
        if self.measures.declared_by(root) {
            if root != target {
                return Err(Doubt);
            }
            if matches!(entry.record, Record::Retraction(_)) {
                // What is retracted is no longer sure to be there.
                self.measures.doubt(root);
            } else if !matches!(&entry.record, Record::Amendment(it) if !it.set.contains_key("part_of"))
            {
                return Err(Doubt);
            }
        }
        self.about.insert(entry.seq, target);
        self.corrections.push((target, entry.seq));
        Ok(())
    }

    /// The record that corrections are about in the end.
    fn root(&self, seq: u64) -> Option<u64> {
        let mut at = seq;
        // References of corrections go back only, or are in doubt.
        for _ in 0..=self.seen.len() + self.corrections.len() {
            at = match self.about.get(&at) {
                Some(&target) => target,
                None if self.place_of(at).is_some() => return Some(at),
                None => match self.ground.entry(at)?.record.corrects() {
                    Some(of) => self.resolve(of).ok()??,
                    None => return Some(at),
                },
            };
        }
        None
    }
}

fn corrects(record: &Record) -> bool {
    record.corrects().is_some()
}

/// The first half of a hash is enough to tell what was said from all else.
fn half(hash: Hash) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash.as_bytes()[..16]);
    half
}

/// The hash of some bytes.
fn hashed(bytes: &[u8]) -> [u8; 16] {
    half(leaf(bytes))
}
