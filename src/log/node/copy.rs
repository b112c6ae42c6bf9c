//! The directory that is a node's copy of a stream: of which, and how far it has read.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files;
use crate::log::directory::{self, LOCK, NEW_STREAM, STREAM};
use crate::log::jetstream::{Moved, Problem, Stream};
use crate::log::lock::Lock;
use crate::log::skipped::{self, Skip};
use crate::log::{Access, Entries, Expect, Log, LogError, SledLog, check_header};

/// More than the file takes that names the stream.
const MOST_BYTES: u64 = 1 << 16;
/// How many addresses of before are kept.
const MOST_OTHERS: usize = 15;

/// Of which stream a directory is a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The stream's address, as it was last reached.
    pub stream: String,
    /// Addresses by which it was reached before.
    pub others: Vec<String>,
    /// What was moved in when the stream was made.
    pub moved: Option<Moved>,
    /// The messages that are no records.
    pub skipped: Vec<Skip>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    stream: String,
    #[serde(default)]
    others: Vec<String>,
    #[serde(default)]
    moved: Option<(u64, String)>,
}

/// Of which stream a directory is a copy; none where it is a ledger of its own.
pub fn copied(directory: &Path) -> Result<Option<Copied>, LogError> {
    let path = directory.join(STREAM);
    let bytes = match files::read_small(&path, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LogError::io(&path, error)),
    };
    let written: Written = serde_json::from_slice(&bytes)
        .map_err(|_| LogError::damaged(&path, "is damaged: it names no stream"))?;
    let moved = written.moved.map(|(records, head)| Moved { records, head });
    let (stream, others) = (written.stream, written.others);
    Ok(Some(Copied { stream, others, moved, skipped: skipped::all(directory)? }))
}

/// The number of the last message that a copy has read, where it has so many entries.
pub fn reached(directory: &Path, entries: u64) -> Result<u64, LogError> {
    Ok(skipped::reached(&skipped::all(directory)?, entries))
}

/// Makes a directory the empty copy of a stream, or finds that it is a copy of it; in either case
/// it remembers this address.
pub fn make_copy(directory: &Path, stream: &Stream, access: Access<'_>) -> Result<(), LogError> {
    let first = stream.first()?;
    let address = stream.address().to_string();
    let is_there = directory.join(directory::HEADER).is_file();
    if is_there && directory::read_header(directory)? != first.header {
        let says = format!("{} is a copy of another ledger", directory.display());
        return Err(stream.problem(Problem::Altered, says));
    }
    remember(directory, &address, first.moved, access)?;
    if !is_there {
        check_header(&first.header, directory)?;
        match SledLog::create(directory, &first.header, access) {
            // Somebody else was faster.
            Ok(_) | Err(LogError::AlreadyALedger { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Notes that a directory is a copy of the stream of this address; those by which it was reached
/// before are kept.
fn remember(
    directory: &Path,
    address: &str,
    moved: Option<Moved>,
    access: Access<'_>,
) -> Result<(), LogError> {
    let is_known = |known: &Copied| known.stream == address && known.moved == moved;
    if copied(directory)?.is_some_and(|known| is_known(&known)) {
        return Ok(());
    }
    files::create_directories(directory)?;
    let _lock = Lock::acquire(&directory.join(LOCK), access)?;
    let known = copied(directory)?;
    if known.as_ref().is_some_and(is_known) {
        return Ok(());
    }
    let before = known.map(|known| [vec![known.stream], known.others].concat());
    let mut others = before.unwrap_or_default();
    others.retain(|other| other != address);
    others.truncate(MOST_OTHERS);
    let moved = moved.map(|moved| (moved.records, moved.head));
    let written = Written { stream: address.to_owned(), others, moved };
    let bytes = serde_json::to_vec(&written).unwrap_or_default();
    Ok(files::write_whole(&directory.join(STREAM), &directory.join(NEW_STREAM), &bytes)?)
}

/// A node's copy, opened as a directory: to be read, and not to be appended to.
pub(in crate::log) struct ReadOnly {
    log: SledLog,
    path: PathBuf,
    stream: String,
}

impl ReadOnly {
    pub(in crate::log) fn of(log: SledLog, directory: &Path, of: &Copied) -> Self {
        Self { log, path: directory.to_owned(), stream: of.stream.clone() }
    }
}

impl Log for ReadOnly {
    fn header(&self) -> &[u8] {
        self.log.header()
    }

    fn position(&self) -> Option<NonZeroU64> {
        self.log.position()
    }

    fn append(&mut self, _: Expect, _: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        Err(LogError::Copy { path: self.path.clone(), stream: self.stream.clone() })
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        self.log.entries(from)
    }

    fn resume(&self, from: NonZeroU64) -> Option<NonZeroU64> {
        self.log.resume(from)
    }

    fn set_aside(&self) -> Vec<PathBuf> {
        self.log.set_aside()
    }
}
