//! The log: entries in order, durably. It knows nothing of policies.
//!
//! An entry is bytes. It has a position, counted from 1 without gaps, and is never changed or
//! removed. A log is opened by one process at a time; what it acknowledges survives a crash of
//! the program, of the system, and a loss of power. `docs/format.md` gives the bytes on disk.
//!
//! The trait is narrow so that quite different things can honour it: a directory ([`SledLog`]),
//! memory ([`MemoryLog`]), a replicated stream with numbered messages and a compare-and-append.

mod directory;
mod error;
mod jetstream;
mod lock;
mod look;
mod memory;
mod node;
mod skipped;
mod sled;
mod snapshot;
mod store;
mod undo;

use std::{fmt, num::NonZeroU64, path::Path, path::PathBuf, time::Duration};

pub use self::error::LogError;
pub use self::jetstream::{
    Address, AddressRefused, Credentials, First, Moved, Problem, Standing, Stream, Writing,
};
pub use self::lock::{Held, Holder};
pub use self::memory::MemoryLog;
pub use self::node::{Copied, StreamLog, copied, make_copy, reached};
pub use self::skipped::Skip;
pub use self::sled::SledLog;

/// The version of the format that this program writes, and the newest it can read.
pub const FORMAT: u64 = 1;
/// The largest entry, in bytes: 64 KiB.
pub const MAX_ENTRY_BYTES: usize = 65_536;
/// The most entries in one batch.
pub const MAX_BATCH_ENTRIES: usize = 1_000;

/// Entries with their positions, in order. Ends after the first error.
pub type Entries<'a> = Box<dyn Iterator<Item = Result<(NonZeroU64, Vec<u8>), LogError>> + 'a>;

/// Gives the next batch of entries; none at the end.
pub type Feed<'f> = dyn FnMut() -> Option<Vec<Vec<u8>>> + 'f;
/// Hears of entries that are durable, with the position of the first, and tells whether to go on.
pub type Told<'t> = dyn FnMut(NonZeroU64, Vec<Vec<u8>>) -> bool + 't;

/// An ordered, append-only sequence of immutable entries.
pub trait Log: Send {
    /// The header, byte for byte as it was given at creation.
    fn header(&self) -> &[u8];

    /// The position of the last durable entry; none while the log is empty.
    fn position(&self) -> Option<NonZeroU64>;

    /// Appends a batch, all of it or nothing, and returns the position of its first entry.
    ///
    /// When this returns, the batch is durable. [`LogError::Conflict`] says that the log does not
    /// end where the caller believes, and that nothing was written: read on and decide again.
    /// An empty, too large or conflicting batch is refused before anything is written. After any
    /// other error it is not known whether the batch was kept: the log refuses further appends
    /// ([`LogError::Poisoned`]) until it is opened again, and that shows what is there.
    fn append(&mut self, expect: Expect, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError>;

    /// The entries from this position (inclusive) to the last durable one.
    ///
    /// None if `from` is past the end. A missing or unreadable entry is an error, never skipped.
    fn entries(&self, from: NonZeroU64) -> Entries<'_>;

    /// The first position from this one on that there is an entry at, for who goes on reading after
    /// an error; none if nothing more can be read.
    fn resume(&self, from: NonZeroU64) -> Option<NonZeroU64> {
        (Some(from) <= self.position()).then_some(from)
    }

    /// Files that were set aside (renamed, not deleted) since this log was opened, because they
    /// were damaged. Nothing recorded is lost with them; a person should know of them.
    fn set_aside(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Whether others append to it while this one has it open.
    fn is_shared(&self) -> bool {
        false
    }

    /// Appends batch after batch as `feed` gives them, each whole and durable before `told` hears of
    /// it, in order. `told` tells whether to go on; none is asked for after that, or after an error.
    ///
    /// The log may ask for a batch before the one before it is durable.
    fn append_all(&mut self, feed: &mut Feed<'_>, told: &mut Told<'_>) -> Result<(), LogError> {
        while let Some(batch) = feed() {
            let first = self.append(Expect::from(self.position()), &batch)?;
            if !told(first, batch) {
                break;
            }
        }
        Ok(())
    }

    /// How many messages there are that others have written and that are not looked at yet. None
    /// where nobody else appends.
    fn ahead(&mut self) -> Result<u64, LogError> {
        Ok(0)
    }

    /// Takes in so many of those messages, or all that [`Log::ahead`] has counted. `told` hears of the entries that
    /// are durable here, in order, and tells whether to go on.
    fn take_in(&mut self, many: u64, told: &mut Told<'_>) -> Result<(), LogError> {
        let _ = (many, told);
        Ok(())
    }
}

/// Who says whether a message of a stream is the next entry. Every node must say the same: what
/// counts is what is in the stream, and nothing else.
pub trait Judge: Send {
    /// The name that tells an entry from every other.
    fn name(&self, bytes: &[u8]) -> Option<String>;

    /// What is wrong with bytes that were published at an instant (in nanoseconds since 1970), if
    /// they are not the entry of this position. What is right is from then on the entry before the
    /// next. An error says that it cannot be told.
    fn wrong(
        &mut self,
        position: NonZeroU64,
        bytes: &[u8],
        published: i64,
    ) -> Result<Option<String>, LogError>;
}

/// Where the caller believes the log ends.
///
/// There is no way to append without saying so: two writers that both read entry 7 as the last
/// cannot both append entry 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The log has no entries.
    Empty,
    /// The last entry has this position.
    Last(NonZeroU64),
}

impl From<Option<NonZeroU64>> for Expect {
    /// The expectation that a log still ends at this [`Log::position`].
    fn from(position: Option<NonZeroU64>) -> Self {
        position.map_or(Self::Empty, Self::Last)
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no entries"),
            Self::Last(position) => write!(f, "entry {position} as the last"),
        }
    }
}

/// Who opens a log, and how long they are ready to wait for another.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The command line, shown to others while this one holds the log.
    pub command: &'a str,
    /// How long to wait while another holds the log; zero tries once.
    pub wait: Duration,
}

/// Opens the log in a directory, waiting for another process that holds it. What is a node's copy
/// of a stream can be read, and not appended to.
pub fn open(directory: &Path, access: Access<'_>) -> Result<Box<dyn Log>, LogError> {
    let log = SledLog::open(directory, access)?;
    Ok(match copied(directory)? {
        Some(of) => Box::new(node::ReadOnly::of(log, directory, &of)),
        None => Box::new(log),
    })
}

/// The header of the ledger in a directory, byte for byte; nothing is opened or locked.
pub fn read_header(directory: &Path) -> Result<Vec<u8>, LogError> {
    directory::read_header(&directory::find(directory)?)
}

/// The last position that was acknowledged in a directory, as far as is told without opening the
/// log: perhaps too small after a loss of power, never too large.
pub fn told_end(directory: &Path) -> Result<u64, LogError> {
    Ok(crate::files::Witness::told(&directory.join(directory::END))?)
}

/// Who holds the log in a directory.
pub fn held(directory: &Path) -> Result<Held, LogError> {
    let lock = directory::find(directory)?.join(directory::LOCK);
    lock::Lock::holder(&lock)
}

/// One store of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its first position.
    pub first: u64,
    /// What it takes on disk.
    pub bytes: u64,
}

/// The stores of the log in a directory, in order; nothing is opened.
pub fn segments(directory: &Path) -> Result<Vec<Segment>, LogError> {
    let segments = directory::find(directory)?.join(directory::LOG);
    let size = |path: &Path| -> Result<u64, LogError> {
        let files = crate::files::list(path)?;
        Ok(files.iter().filter_map(|file| file.metadata().ok()).map(|found| found.len()).sum())
    };
    let starts = directory::starts(&segments)?.into_iter();
    let segment =
        |first: u64| Ok(Segment { first, bytes: size(&segments.join(first.to_string()))? });
    starts.map(segment).collect()
}

/// Whether every record that was acknowledged can be found in the data of the log; nothing is
/// opened or written. Only while nobody writes: what moves is not found.
pub fn look(directory: &Path) -> Result<(), LogError> {
    let segments = directory::find(directory)?.join(directory::LOG);
    let starts = directory::starts(&segments)?;
    let told = told_end(directory)?;
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([told]);
    for (first, last) in starts.iter().zip(ends) {
        look::look(&segments.join(first.to_string()), *first, last)?;
    }
    Ok(())
}

/// Files in the log of a directory that were set aside as damaged, now or earlier.
pub fn set_aside_in(directory: &Path) -> Result<Vec<PathBuf>, LogError> {
    let segments = directory::find(directory)?.join(directory::LOG);
    let mut found = Vec::new();
    for segment in directory::starts(&segments)? {
        let files = crate::files::list(&segments.join(segment.to_string()))?;
        found.extend(files.into_iter().filter(|file| snapshot::is_set_aside(file)));
    }
    Ok(found)
}

/// Refuses a directory in which no ledger can be made: a file, a ledger, or one with something in
/// it.
pub fn refuse_taken(directory: &Path) -> Result<(), LogError> {
    let directory = directory::find(directory)?;
    directory::refuse_ledger(&directory)?;
    if crate::files::list(&directory)?.is_empty() {
        Ok(())
    } else {
        Err(LogError::NotEmpty { path: directory })
    }
}

/// Creates an empty log in a directory that does not exist, or is empty.
///
/// The header is a JSON object with `"format": 1`; all else in it is the caller's. If creation is
/// interrupted, what it leaves is no log; creating again in the same place completes it.
pub fn create(
    directory: &Path,
    header: &[u8],
    access: Access<'_>,
) -> Result<Box<dyn Log>, LogError> {
    Ok(Box::new(SledLog::create(directory, header, access)?))
}

/// Refuses a batch that no log may take.
fn check_batch(batch: &[Vec<u8>]) -> Result<(), LogError> {
    if batch.is_empty() {
        return Err(LogError::BatchEmpty);
    }
    if batch.len() > MAX_BATCH_ENTRIES {
        return Err(LogError::BatchTooLarge { entries: batch.len() });
    }
    match batch.iter().position(|entry| entry.len() > MAX_ENTRY_BYTES) {
        None => Ok(()),
        Some(index) => Err(LogError::EntryTooLarge { index, bytes: batch[index].len() }),
    }
}

/// Refuses an append by a caller who has not seen the end of the log.
fn check_expected(expect: Expect, position: Option<NonZeroU64>) -> Result<(), LogError> {
    if expect == Expect::from(position) {
        Ok(())
    } else {
        Err(LogError::Conflict { expected: expect, found: position })
    }
}

/// Refuses a header that this program cannot have written, or that a newer one has.
fn check_header(header: &[u8], shown: &Path) -> Result<(), LogError> {
    let format = serde_json::from_slice::<serde_json::Value>(header)
        .ok()
        .and_then(|json| json.get("format").and_then(serde_json::Value::as_u64));
    match format {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => {
            Err(LogError::Newer { path: shown.to_owned(), found, known: FORMAT })
        }
        Some(_) | None => Err(LogError::damaged(shown, "is no header of a ledger")),
    }
}

/// The position after `position`.
fn next(position: Option<NonZeroU64>) -> NonZeroU64 {
    position.map_or(NonZeroU64::MIN, |last| last.saturating_add(1))
}

/// The position `count` entries after `position`.
fn advance(position: Option<NonZeroU64>, count: usize) -> Option<NonZeroU64> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    NonZeroU64::new(position.map_or(0, NonZeroU64::get).saturating_add(count))
}
