//! What can go wrong with a log, each in a plain sentence.

use std::{error, fmt, io, num::NonZeroU64, path::Path, path::PathBuf, time::Duration};

use super::{Expect, Holder, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES, Problem};
use crate::files::FileError;

/// Why a log cannot be used, or did not take a batch.
#[derive(Debug)]
pub enum LogError {
    /// There is no such directory.
    Missing {
        /** The directory asked for. */
        path: PathBuf,
    },
    /// There is a file where the directory should be.
    NotADirectory {
        /** The file. */
        path: PathBuf,
    },
    /// The directory holds no ledger.
    NotALedger {
        /** The directory. */
        path: PathBuf,
    },
    /// Creation was asked for where a ledger is already.
    AlreadyALedger {
        /** The directory. */
        path: PathBuf,
    },
    /// Creation was asked for in a directory that holds something else.
    NotEmpty {
        /** The directory. */
        path: PathBuf,
    },
    /// Another process (or another part of this one) holds the log.
    Locked {
        /// The directory.
        path: PathBuf,
        /// Who holds it, as it says itself; none if it has not said so yet.
        holder: Option<Holder>,
        /// How long was waited for it.
        waited: Duration,
    },
    /// The ledger was made by a newer version of this program.
    Newer {
        /// The header's file.
        path: PathBuf,
        /// The format it has.
        found: u64,
        /// The newest format known here.
        known: u64,
    },
    /// Something that was recorded is missing, or not as it was written.
    Damaged {
        /// The file or directory concerned.
        path: PathBuf,
        /// What is wrong with it: the rest of a sentence that begins with the path.
        what: String,
    },
    /// There is no room left on the disk.
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// The file system does not let this user do it.
    Denied {
        /// What was being read or written.
        path: PathBuf,
    },
    /// The file system failed in another way.
    Io {
        /// What was being read or written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// An entry is larger than [`MAX_ENTRY_BYTES`]. Nothing was written.
    EntryTooLarge {
        /// Which entry of the batch, counted from 0.
        index: usize,
        /// Its size.
        bytes: usize,
    },
    /// The batch has no entries.
    BatchEmpty,
    /// The batch has more than [`MAX_BATCH_ENTRIES`] entries. Nothing was written.
    BatchTooLarge {
        /// How many it has.
        entries: usize,
    },
    /// The log does not end where the writer believes. Nothing was written.
    Conflict {
        /// What the writer believes.
        expected: Expect,
        /// The position of the last entry.
        found: Option<NonZeroU64>,
    },
    /// An earlier append failed, so it is not known what is on disk; open the log again.
    Poisoned,
    /// The cluster, or the stream in it, cannot be used, or did not take a batch.
    Cluster {
        /// What is wrong.
        problem: Problem,
        /// The address of the stream.
        stream: String,
        /// What is said of it; nothing where there is nothing to say.
        says: String,
    },
    /// The directory is a node's copy of a stream: nothing is recorded in it alone.
    Copy {
        /// The directory.
        path: PathBuf,
        /// The address of the stream.
        stream: String,
    },
}

impl LogError {
    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }

    /// The file or directory concerned, where there is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Missing { path }
            | Self::NotADirectory { path }
            | Self::NotALedger { path }
            | Self::AlreadyALedger { path }
            | Self::NotEmpty { path }
            | Self::Locked { path, .. }
            | Self::Newer { path, .. }
            | Self::Damaged { path, .. }
            | Self::DiskFull { path }
            | Self::Denied { path }
            | Self::Copy { path, .. }
            | Self::Io { path, .. } => Some(path),
            Self::EntryTooLarge { .. }
            | Self::BatchEmpty
            | Self::BatchTooLarge { .. }
            | Self::Conflict { .. }
            | Self::Cluster { .. }
            | Self::Poisoned => None,
        }
    }

    /// A failure of the file system, told apart by its kind.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let path = path.to_owned();
        if matches!(source.kind(), StorageFull | QuotaExceeded) {
            Self::DiskFull { path }
        } else if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) {
            Self::Denied { path }
        } else {
            Self::Io { path, source }
        }
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { path } => write!(f, "there is no {}", path.display()),
            Self::NotADirectory { path } => write!(f, "{} is not a directory", path.display()),
            Self::NotALedger { path } => write!(f, "{} is not a ledger", path.display()),
            Self::AlreadyALedger { path } => {
                write!(f, "there is a ledger in {} already", path.display())
            }
            Self::NotEmpty { path } => {
                write!(f, "{} is not empty; a ledger needs a directory of its own", path.display())
            }
            Self::Locked { path, holder, waited } => locked(f, path, holder.as_ref(), *waited),
            Self::Newer { path, found, known } => write!(
                f,
                "{} was made by a newer version (format {found}; this one knows up to {known})",
                path.display()
            ),
            Self::Damaged { path, what } => write!(f, "{} {what}", path.display()),
            Self::DiskFull { path } => {
                write!(f, "there is no room left on the disk for {}", path.display())
            }
            Self::Denied { path } => write!(f, "no permission for {}", path.display()),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::EntryTooLarge { index, bytes } => write!(
                f,
                "entry {} of the batch has {bytes} bytes; at most {MAX_ENTRY_BYTES} fit",
                index + 1
            ),
            Self::BatchEmpty => f.write_str("there is nothing to append"),
            Self::BatchTooLarge { entries } => {
                write!(f, "{entries} entries in one batch; at most {MAX_BATCH_ENTRIES} fit")
            }
            Self::Conflict { expected, found } => {
                write!(f, "expected {expected}, but found {}", Expect::from(*found))
            }
            Self::Poisoned => f.write_str(
                "an earlier append failed and what it left is not known; open the ledger again",
            ),
            Self::Cluster { problem, stream, says } => cluster(f, *problem, stream, says),
            Self::Copy { path, stream } => write!(
                f,
                "{} is a copy of {stream}: what is to be recorded goes there",
                path.display()
            ),
        }
    }
}

fn cluster(f: &mut fmt::Formatter<'_>, problem: Problem, stream: &str, says: &str) -> fmt::Result {
    match problem {
        Problem::Unreachable => write!(f, "{stream} does not answer: {says}"),
        Problem::NoStream => write!(f, "there is no stream {stream}"),
        Problem::Refused => write!(f, "{stream} refuses: {says}"),
        Problem::Unsafe => write!(f, "{stream} could lose records: {says}"),
        Problem::NotKnown => write!(
            f,
            "it is not known whether this was recorded in {stream}, which did not answer for 30 s: \
             {says}; look with `log` once it answers, before it is recorded again"
        ),
        Problem::Altered => write!(f, "{stream} was altered: {says}"),
        Problem::NotTaken => write!(f, "nothing was recorded in {stream}: {says}"),
    }
}

fn locked(
    f: &mut fmt::Formatter<'_>,
    path: &Path,
    holder: Option<&Holder>,
    waited: Duration,
) -> fmt::Result {
    write!(f, "{} is in use by ", path.display())?;
    match holder {
        Some(holder) => write!(f, "{holder}")?,
        None => f.write_str("another process")?,
    }
    if waited.is_zero() { Ok(()) } else { write!(f, " (waited {:.1} s)", waited.as_secs_f64()) }
}

impl error::Error for LogError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        if let Self::Io { source, .. } = self { Some(source) } else { None }
    }
}

impl From<FileError> for LogError {
    fn from(FileError { path, source }: FileError) -> Self {
        Self::io(&path, source)
    }
}
