//! The façade: one ledger, opened; append, ask, and what was known when.
//!
//! ```
//! use policy_ledger::answer::{self, Filter};
//! use policy_ledger::history::History;
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
//! let history = History::of(&ledger.entries()?, None);
//! let rows = answer::rows(&history, &Filter::default(), "2020-01-01".parse()?);
//! assert_eq!(rows[0].status, "removed");
//! # Ok(())
//! # }
//! ```

mod append;
mod backup;
mod each;
mod error;
mod follow;
mod header;
mod health;
mod load;
mod moving;
mod node;
mod proving;
mod queue;
mod ready;
mod restore;
mod spool;
mod verify;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::history::Unresolved;
use crate::log::{self, Access, Log};
use crate::proof::Hash;
use crate::record::{Entry, Mentions, Reference};
use crate::time::{Clock, Day, Instant};
pub use crate::view::Portions;
use crate::view::View;

pub use backup::{BackupError, Contents};
pub use each::PORTION;
pub use error::LedgerError;
pub use header::{ClockKind, Header};
pub use health::{Finding, State, health, warning_of_disk};
pub use load::{Feed, Loaded};
pub use node::next_message;
pub use queue::{Outcome, Queue, Request};
pub use verify::{Expected, Point, Verdict, verify, verify_view};
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
    /// Told how far the view has followed the log, and how far it has to, where that takes long.
    pub progress: Option<fn(u64, u64)>,
}

impl Opening {
    fn access(&self) -> Access<'_> {
        Access { command: &self.command, wait: self.wait }
    }
}

impl Default for Opening {
    fn default() -> Self {
        let command = "policy_ledger".to_owned();
        Self { command, wait: Duration::from_secs(5), progress: None }
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

/// One ledger: its view to read from and, where it may be written, its log.
pub struct Ledger {
    header: Header,
    view: View,
    /// None where the ledger is only read.
    log: Option<Box<dyn Log>>,
    /// None where the view is in memory.
    directory: Option<PathBuf>,
    /// What was wrong with a view that had to be rebuilt on opening.
    mended: Option<String>,
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
        let log = log::create(directory, &header.to_bytes(), Opening::default().access())?;
        Self::following(directory, log, None)
    }

    /// Opens the ledger in a directory to write to it, waiting while another process holds it.
    ///
    /// Where the view is behind the log it is brought up to it; where it is not there, damaged or
    /// of another ledger it is rebuilt.
    pub fn open(directory: &Path, opening: &Opening) -> Result<Self, LedgerError> {
        let log = log::open(directory, opening.access())?;
        Self::following(directory, log, opening.progress)
    }

    /// Opens the ledger in a directory to read it as it is now; nobody is kept waiting by that and
    /// no lock is taken, unless the view must be rebuilt first.
    pub fn read(directory: &Path, opening: &Opening) -> Result<Self, LedgerError> {
        let header = log::read_header(directory)?;
        let (view, mended) = follow::readable(directory, &header, opening)?;
        let header = Header::from_bytes(&header)?;
        Ok(Self { header, view, log: None, directory: Some(directory.to_owned()), mended })
    }

    /// Opens the ledger in a directory as its view is, whether or not that is up to the log: nothing
    /// is mended or written, nobody is waited for. For what may be incomplete.
    pub fn glance(directory: &Path) -> Result<Self, LedgerError> {
        let header = log::read_header(directory)?;
        let view = View::to_read(directory, &header)?;
        let header = Header::from_bytes(&header)?;
        Ok(Self { header, view, log: None, directory: Some(directory.to_owned()), mended: None })
    }

    /// A ledger on any log, with its view in memory.
    pub fn of(log: Box<dyn Log>) -> Result<Self, LedgerError> {
        let view = follow::in_memory(log.as_ref())?;
        let header = Header::from_bytes(log.header())?;
        Ok(Self { header, view, log: Some(log), directory: None, mended: None })
    }

    /// A ledger on a log that is kept in this directory, or beside it, with its view there.
    pub fn following(
        directory: &Path,
        log: Box<dyn Log>,
        progress: Option<fn(u64, u64)>,
    ) -> Result<Self, LedgerError> {
        let header = Header::from_bytes(log.header())?;
        let (view, mended) = follow::view(directory, log.as_ref(), progress)?;
        Ok(Self { header, view, log: Some(log), directory: Some(directory.to_owned()), mended })
    }

    /// Makes the view anew from record 1 of the log and gives how many records it holds.
    pub fn rebuild(directory: &Path, opening: &Opening) -> Result<u64, LedgerError> {
        let log = log::open(directory, opening.access())?;
        Ok(follow::rebuild(directory, log.as_ref(), opening.progress)?.position())
    }

    /// Makes the view of a ledger that is open to write anew, where something in it was found to
    /// be damaged.
    pub fn mend(&mut self) -> Result<(), LedgerError> {
        let log = self.log.as_deref().ok_or(LedgerError::ReadOnly)?;
        self.view = match &self.directory {
            Some(directory) => follow::rebuild(directory, log, None)?,
            None => follow::in_memory(log)?,
        };
        Ok(())
    }

    /// What was fixed when the ledger was made.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many records there are.
    #[must_use]
    pub fn records(&self) -> usize {
        usize::try_from(self.view.position()).unwrap_or(usize::MAX)
    }

    /// Files set aside on opening because they were damaged; nothing recorded is lost with them.
    #[must_use]
    pub fn set_aside(&self) -> Vec<PathBuf> {
        self.log.as_ref().map(|log| log.set_aside()).unwrap_or_default()
    }

    /// What was wrong with the view, where it had to be rebuilt to open the ledger.
    #[must_use]
    pub fn mended(&self) -> Option<&str> {
        self.mended.as_deref()
    }

    // What is recorded

    /// Every record, in record order.
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        Ok(self.view.entries()?)
    }

    /// The records that hang together with some measures and records, as far as these are there;
    /// every `kind` record among them. No other record can change an answer about these measures.
    pub fn about(&self, mentions: &Mentions) -> Result<Vec<Entry>, LedgerError> {
        Ok(self.view.about(mentions)?)
    }

    /// The record of a number, from 1.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, LedgerError> {
        let there = (1..=self.view.position()).contains(&seq);
        Ok(there.then(|| self.view.entry(seq)).transpose()?)
    }

    /// The hash of a record's stored bytes.
    pub fn hash(&self, seq: u64) -> Result<Hash, LedgerError> {
        Ok(self.view.hash(seq)?)
    }

    /// The hash that a record carries of the one before it; of the header's bytes for record 1.
    pub fn previous(&self, seq: u64) -> Result<Hash, LedgerError> {
        Ok(self.view.previous(seq)?)
    }

    // Names

    /// The record that gave a measure its id or alias; none if there is no such measure.
    pub fn measure(&self, id: &str) -> Result<Option<u64>, LedgerError> {
        Ok(self.view.measure(id)?)
    }

    /// Every id and alias of a measure, in alphabetical order, with the record that gave it.
    pub fn measure_ids(&self) -> Result<Vec<(String, u64)>, LedgerError> {
        Ok(self.view.measure_ids()?)
    }

    /// Every key, in alphabetical order, with its record.
    pub fn keys(&self) -> Result<Vec<(String, u64)>, LedgerError> {
        Ok(self.view.keys()?)
    }

    /// The number of the record that a reference names among the first `known`.
    pub fn resolve(
        &self,
        reference: &Reference,
        known: usize,
    ) -> Result<Result<u64, Unresolved>, LedgerError> {
        Ok(self.view.resolve(reference, known as u64)?)
    }

    // What was known when

    /// How many records were known; a record number past the end is refused.
    pub fn known(&self, known: Known) -> Result<usize, LedgerError> {
        let by = |instant: Instant| -> Result<usize, LedgerError> {
            Ok(usize::try_from(self.view.made_by(instant)?).unwrap_or(usize::MAX))
        };
        match known {
            Known::All => Ok(self.records()),
            Known::Day(day) => by(Instant::end_of(day)),
            Known::Instant(instant) => by(instant),
            Known::Record(number) => usize::try_from(number)
                .ok()
                .filter(|&number| number <= self.records())
                .ok_or(LedgerError::NoRecord(number, self.records())),
        }
    }

    /// The ledger as it was when there were so many records.
    pub fn standpoint(&self, records: usize) -> Result<Standpoint, LedgerError> {
        let records = self.view.position().min(records as u64);
        let recorded = |seq| (records > 0).then(|| self.view.recorded(seq)).transpose();
        Ok(Standpoint {
            id: self.header.id,
            records,
            head: self.view.head(records)?.to_string(),
            recorded_from: recorded(1)?,
            recorded_to: recorded(records)?,
            clock: self.header.clock,
        })
    }
}
