//! The façade: one ledger, opened; append, ask, and what was known when.
//!
//! ```
//! use policy_ledger::answer::{self, Filter};
//! use policy_ledger::ledger::{Ledger, Making, Writer};
//! use policy_ledger::record;
//! use policy_ledger::time::SystemClock;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path().join("my-ledger");
//! let mut ledger = Ledger::create(&directory, &Making::default(), &SystemClock)?;
//! let lines = [
//!     r#"{"record":"measure","measure":"jp.white-list.kr","kind":"list-membership",
//!         "initial":{"status":"listed"}}"#,
//!     r#"{"record":"event","measure":"jp.white-list.kr","act":"removed",
//!         "effective":"2019-08-28","sources":[{"publisher":"METI","published":"2019-08-28"}]}"#,
//! ];
//! let drafts = lines.iter().map(|line| {
//!     record::parse_object(line).map_err(|refusal| vec![refusal]).and_then(|o| record::read(&o))
//! });
//! let drafts = drafts.collect::<Result<Vec<_>, _>>().expect("well-formed records");
//! ledger.append(drafts, &Writer::of(&SystemClock))?;
//!
//! let history = ledger.history(ledger.records(), None);
//! let rows = answer::rows(&history, &Filter::default(), "2020-01-01".parse()?);
//! assert_eq!(rows[0].status, "removed");
//! # Ok(())
//! # }
//! ```

mod error;
mod header;
mod writer;

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::admission::{self, Decision, Refused};
use crate::codec;
use crate::history::History;
use crate::log::{self, Access, Expect, Log, MAX_BATCH_ENTRIES};
use crate::proof::{Frontier, Hash, leaf};
use crate::record::{Draft, Entry, numbered};
use crate::time::{Clock, Day, Instant};

pub use error::LedgerError;
pub use header::{ClockKind, Header};
pub use writer::{Recorded, Writer};

/// How a ledger is made.
#[derive(Debug, Clone, Default)]
pub struct Making {
    /// Whose time its records carry.
    pub clock: ClockKind,
    /// Its id and the instant it was made, where they are to be reproducible.
    pub fixed: Option<(uuid::Uuid, Instant)>,
}

/// How a ledger is opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The command line, shown to others that wait.
    pub command: String,
    /// How long to wait while another process holds it.
    pub wait: Duration,
}

impl Default for Opening {
    fn default() -> Self {
        Self { command: "policy_ledger".to_owned(), wait: Duration::from_secs(5) }
    }
}

/// What was known: all that is recorded, or what was by a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Known {
    /// Everything recorded.
    #[default]
    All,
    /// The records made by the end of a UTC day.
    Day(Day),
    /// The records made by an instant; whole batches.
    Instant(Instant),
    /// The records 1 to this one, even inside a batch.
    Record(u64),
}

/// One ledger, with all its records read.
pub struct Ledger {
    log: Box<dyn Log>,
    header: Header,
    entries: Vec<Entry>,
    leaves: Vec<Hash>,
}

/// A ledger as it was when so many records were in it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Standpoint {
    /// The ledger's id.
    pub id: uuid::Uuid,
    /// How many records.
    pub records: u64,
    /// The Merkle root over them, in hexadecimal.
    pub head: String,
    /// When the first was recorded.
    pub recorded_from: Option<Instant>,
    /// When the last was recorded.
    pub recorded_to: Option<Instant>,
    /// Whose time they carry.
    pub clock: ClockKind,
}

impl Ledger {
    /// Makes an empty ledger in a directory that is not there or empty. Durable on return.
    pub fn create(
        directory: &Path,
        making: &Making,
        clock: &dyn Clock,
    ) -> Result<Self, LedgerError> {
        let header = Header::new(making, clock);
        let opening = Opening::default();
        let access = Access { command: &opening.command, wait: opening.wait };
        let log = log::create(directory, &header.to_bytes(), access)?;
        Self::of(log)
    }

    /// Opens the ledger in a directory, waiting while another process holds it.
    pub fn open(directory: &Path, opening: &Opening) -> Result<Self, LedgerError> {
        let access = Access { command: &opening.command, wait: opening.wait };
        Self::of(log::open(directory, access)?)
    }

    /// Reads a log: every entry must follow the one before it.
    pub fn of(log: Box<dyn Log>) -> Result<Self, LedgerError> {
        let header = Header::from_bytes(log.header())?;
        let (mut entries, mut leaves) = (Vec::new(), Vec::new());
        let mut prev = leaf(log.header());
        for item in log.entries(NonZeroU64::MIN) {
            let (position, bytes) = item?;
            let stored = codec::decode(&bytes)
                .map_err(|unreadable| LedgerError::Entry(position.get(), unreadable))?;
            let last = entries.last().map(|entry: &Entry| entry.recorded);
            if stored.entry.seq != position.get() || stored.prev != prev.to_string() {
                return Err(LedgerError::Chain(position.get()));
            }
            if last.is_some_and(|last| stored.entry.recorded < last) {
                return Err(LedgerError::Chain(position.get()));
            }
            prev = leaf(&bytes);
            leaves.push(prev);
            entries.push(stored.entry);
        }
        Ok(Self { log, header, entries, leaves })
    }

    /// What was fixed when the ledger was made.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Every record, in record order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many records there are.
    #[must_use]
    pub fn records(&self) -> usize {
        self.entries.len()
    }

    /// The record of a number, from 1.
    #[must_use]
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        numbered(&self.entries, seq)
    }

    /// The hash of a record's stored bytes.
    #[must_use]
    pub fn hash(&self, seq: u64) -> Option<Hash> {
        self.leaves.get(usize::try_from(seq).ok()?.checked_sub(1)?).copied()
    }

    /// The hash that a record carries of the one before it; of the header's bytes for record 1.
    #[must_use]
    pub fn previous(&self, seq: u64) -> Option<Hash> {
        match seq {
            1 => Some(leaf(self.log.header())),
            _ => self.hash(seq.checked_sub(1)?),
        }
    }

    /// Files set aside on opening because they were damaged; nothing recorded is lost with them.
    #[must_use]
    pub fn set_aside(&self) -> Vec<PathBuf> {
        self.log.set_aside()
    }

    /// How many records were known; a record number past the end is refused.
    pub fn known(&self, known: Known) -> Result<usize, LedgerError> {
        let by = |instant: Instant| self.entries.partition_point(|e| e.recorded <= instant);
        match known {
            Known::All => Ok(self.entries.len()),
            Known::Day(day) => Ok(by(Instant::end_of(day))),
            Known::Instant(instant) => Ok(by(instant)),
            Known::Record(number) => usize::try_from(number)
                .ok()
                .filter(|&number| number <= self.entries.len())
                .ok_or(LedgerError::NoRecord(number, self.entries.len())),
        }
    }

    /// The records as they stood when there were so many, and, with `public`, only what was public
    /// by the end of that day.
    #[must_use]
    pub fn history(&self, records: usize, public: Option<Day>) -> History {
        History::of(&self.entries[..records.min(self.entries.len())], public)
    }

    /// The ledger as it was when there were so many records.
    #[must_use]
    pub fn standpoint(&self, records: usize) -> Standpoint {
        let entries = &self.entries[..records.min(self.entries.len())];
        let mut frontier = Frontier::default();
        for leaf in &self.leaves[..entries.len()] {
            frontier.push(*leaf);
        }
        Standpoint {
            id: self.header.id,
            records: entries.len() as u64,
            head: frontier.root().to_string(),
            recorded_from: entries.first().map(|entry| entry.recorded),
            recorded_to: entries.last().map(|entry| entry.recorded),
            clock: self.header.clock,
        }
    }

    /// What would become of drafts; nothing is written.
    pub fn preview(
        &self,
        drafts: Vec<Draft>,
        writer: &Writer<'_>,
    ) -> Result<Vec<Decision>, LedgerError> {
        writer.check_clock(&self.header, self.entries.last())?;
        let rules = writer.rules(&self.header, self.last_hash());
        let decisions = admission::admit(&self.entries, drafts, &rules);
        let decisions = decisions.map_err(LedgerError::Refused)?;
        self.encode_all(&decisions)?;
        Ok(decisions)
    }

    /// Records drafts: all of them, or none and every reason why. Durable on return.
    ///
    /// More than [`MAX_BATCH_ENTRIES`] new records go in batches; each is whole and durable before
    /// the next, and recording the same drafts again completes what an interruption left out.
    pub fn append(
        &mut self,
        drafts: Vec<Draft>,
        writer: &Writer<'_>,
    ) -> Result<Vec<Recorded>, LedgerError> {
        let decisions = self.preview(drafts, writer)?;
        let encoded = self.encode_all(&decisions)?;
        let mut waiting = encoded.chunks(MAX_BATCH_ENTRIES);
        for batch in waiting.by_ref() {
            let bytes: Vec<Vec<u8>> = batch.iter().map(|(_, bytes)| bytes.clone()).collect();
            let last = NonZeroU64::new(self.entries.len() as u64);
            self.log.append(Expect::from(last), &bytes)?;
            for (entry, bytes) in batch {
                self.leaves.push(leaf(bytes));
                self.entries.push(entry.clone());
            }
            writer.tell(self.entries.len());
        }
        Ok(decisions.iter().map(Recorded::from).collect())
    }

    /// The bytes of all that is new, each with the hash of the one before.
    fn encode_all(&self, decisions: &[Decision]) -> Result<Vec<(Entry, Vec<u8>)>, LedgerError> {
        let mut prev = self.last_hash();
        let mut encoded = Vec::new();
        let mut refused: Vec<Refused> = Vec::new();
        for (place, decision) in decisions.iter().enumerate() {
            let Decision::New(entry) = decision else {
                continue;
            };
            match codec::encode(entry, &prev) {
                Ok(bytes) => {
                    prev = leaf(&bytes);
                    encoded.push((entry.as_ref().clone(), bytes));
                }
                Err(refusal) => refused.push((place, refusal)),
            }
        }
        if refused.is_empty() { Ok(encoded) } else { Err(LedgerError::Refused(refused)) }
    }

    fn last_hash(&self) -> Hash {
        self.leaves.last().copied().unwrap_or_else(|| leaf(self.log.header()))
    }
}
