//! What can go wrong with a view.

use std::{error, fmt, io, path::PathBuf};

use rusqlite::{ErrorCode, ffi};

use crate::codec::Unreadable;
use crate::files::FileError;

/// Why a view cannot be used. None of these touches the log.
#[derive(Debug)]
pub enum ViewError {
    /// There is no view of this layout.
    Missing,
    /// It is not as it was written. It can be rebuilt from the log.
    Damaged {
        /// What is wrong: the rest of a sentence that begins with "the view".
        what: String,
    },
    /// An entry of the log is no record. The log is damaged or newer, not the view.
    Entry(u64, Unreadable),
    /// An entry of the log does not follow the one before it: its number, hash or recorded time.
    Chain(u64),
    /// There is no room left on the disk.
    DiskFull,
    /// The file system does not let this user do it.
    Denied {
        /// What the system says.
        what: String,
    },
    /// The file system or SQLite failed in another way.
    Failed {
        /// What was being read or written, if that is known.
        path: Option<PathBuf>,
        /// What the system says.
        what: String,
    },
}

impl ViewError {
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// Whether a rebuild from the log mends it.
    #[must_use]
    pub fn is_mended_by_rebuild(&self) -> bool {
        matches!(self, Self::Missing | Self::Damaged { .. })
    }
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no view of the ledger to read from"),
            Self::Damaged { what } => write!(f, "the view {what}"),
            Self::Entry(record, unreadable) => {
                write!(f, "the stored bytes of @{record}: {unreadable}")
            }
            Self::Chain(record) => {
                write!(f, "@{record} does not follow the record before it: the store was altered")
            }
            Self::DiskFull => f.write_str("the view cannot be written: no room left on the disk"),
            Self::Failed { path: Some(path), what } => {
                write!(f, "the view cannot be used: {}: {what}", path.display())
            }
            Self::Denied { what } | Self::Failed { path: None, what } => {
                write!(f, "the view cannot be used: {what}")
            }
        }
    }
}

impl error::Error for ViewError {}

impl From<FileError> for ViewError {
    fn from(FileError { path, source }: FileError) -> Self {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        if matches!(source.kind(), StorageFull | QuotaExceeded) {
            Self::DiskFull
        } else if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) {
            Self::Denied { what: format!("{}: {source}", path.display()) }
        } else {
            Self::Failed { path: Some(path), what: source.to_string() }
        }
    }
}

impl From<rusqlite::Error> for ViewError {
    /// What SQLite says that does not come from the system or from another process comes from
    /// damage: every statement is ours and fits the tables as they were made.
    fn from(error: rusqlite::Error) -> Self {
        let what = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(
                ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::AuthorizationForStatementDenied,
            ) => Self::Denied { what },
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::OperationInterrupted
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport
                | ErrorCode::CannotOpen,
            ) => Self::Failed { path: None, what },
            // The index of the write-ahead log could not be made larger.
            Some(ErrorCode::SystemIoFailure) if is(&error, ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::DiskFull
            }
            // Bytes that should be in the file are not: damage.
            Some(ErrorCode::SystemIoFailure) if !is(&error, ffi::SQLITE_IOERR_SHORT_READ) => {
                Self::Failed { path: None, what }
            }
            _ => Self::damaged(format!("is damaged: {what}")),
        }
    }
}

/// Whether SQLite gives this reason.
fn is(error: &rusqlite::Error, reason: i32) -> bool {
    let rusqlite::Error::SqliteFailure(failure, _) = error else { return false };
    failure.extended_code == reason
}
