//! A backup: all that is recorded in one file, byte for byte, so that the same ledger can be made
//! of it again. `docs/format.md` describes the file.
//!
//! It is read from the view, so nobody is kept waiting: it holds the ledger as it was when the
//! backup began, whatever is recorded meanwhile.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Ledger, LedgerError};
use crate::codec::VERSION;
use crate::files::{Beside, FileError};
use crate::proof::{Frontier, leaf};
use crate::view::ViewError;

/// The version of the form of backups.
pub(super) const FORM: u64 = 1;

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// The ledger's id.
    pub id: uuid::Uuid,
    /// How many records.
    pub records: u64,
    /// The Merkle root over them, in hexadecimal.
    pub head: String,
    /// How large the file is, in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file without its last line, in hexadecimal; the last line says it too.
    pub sha256: String,
}

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct First {
    /// The version of the form.
    pub(super) backup: u64,
    /// The ledger's id.
    pub(super) ledger: uuid::Uuid,
    pub(super) records: u64,
    pub(super) head: String,
    /// The ledger's header, byte for byte.
    pub(super) header: String,
}

/// The last line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Last {
    /// The number of the last record.
    pub(super) end: u64,
    /// The SHA-256 of all lines before.
    pub(super) sha256: String,
}

/// Why a backup was not made, or no ledger of one.
#[derive(Debug)]
pub enum BackupError {
    /// The file is no backup.
    NotABackup {
        /// The file.
        path: PathBuf,
    },
    /// The backup was made by a newer version of this program.
    Newer {
        /// The file.
        path: PathBuf,
        /// The form it has.
        found: u64,
    },
    /// The file is not as it was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong: the rest of a sentence that begins with the path.
        what: String,
    },
    /// The file is as it was written, but its records do not follow each other or its head.
    Altered {
        /// The file.
        path: PathBuf,
        /// What is wrong: the rest of a sentence that begins with the path.
        what: String,
    },
    /// The file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The ledger cannot be read, or made.
    Ledger(LedgerError),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABackup { path } => write!(f, "{} is no backup of a ledger", path.display()),
            Self::Newer { path, found } => write!(
                f,
                "{} was made by a newer version (form {found} of backups; this one knows up to \
                 {FORM})",
                path.display()
            ),
            Self::Damaged { path, what } | Self::Altered { path, what } => {
                write!(f, "{} {what}", path.display())
            }
            Self::File { path, source } if source.kind() == io::ErrorKind::AlreadyExists => write!(
                f,
                "{} is there already: a backup never takes the place of something",
                path.display()
            ),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<FileError> for BackupError {
    fn from(FileError { path, source }: FileError) -> Self {
        Self::File { path, source }
    }
}

impl<E: Into<LedgerError>> From<E> for BackupError {
    fn from(error: E) -> Self {
        Self::Ledger(error.into())
    }
}

impl Ledger {
    /// Writes all that is recorded to a new file, durably. The file has its name once it is whole;
    /// one of that name that is there already is left alone.
    pub fn backup(
        &self,
        file: &Path,
        progress: Option<fn(u64, u64)>,
    ) -> Result<Contents, BackupError> {
        let records = self.view.position();
        let head = self.view.head(records)?.to_string();
        let mut lines = Lines { file: Beside::begin(file)?, digest: Sha256::new(), bytes: 0 };
        let header = String::from_utf8_lossy(self.view.header()).into_owned();
        let (id, first_head) = (self.header.id, head.clone());
        let first = First { backup: FORM, ledger: id, records, head: first_head, header };
        lines.put(serde_json::to_string(&first).unwrap_or_default().as_bytes())?;
        self.copy(&mut lines, &head, progress)?;
        let (bytes, sha256) = lines.end(records)?;
        Ok(Contents { id, records, head, bytes, sha256 })
    }

    /// Writes every record, and finds that together they have this head.
    fn copy(
        &self,
        lines: &mut Lines,
        head: &str,
        progress: Option<fn(u64, u64)>,
    ) -> Result<(), BackupError> {
        let (records, mut frontier) = (self.view.position(), Frontier::default());
        let mut written = Ok(());
        self.view.each_stored(|bytes| {
            frontier.push(leaf(bytes));
            written = match bytes.split_first() {
                Some((&VERSION, line)) if !line.contains(&b'\n') => lines.put(line),
                Some(_) | None => Err(of_no_version(frontier.size())),
            };
            if let Some(tell) = progress.filter(|_| frontier.size() % 1_000 == 0) {
                tell(frontier.size(), records);
            }
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        written?;
        if frontier.root().to_string() == head {
            return Ok(());
        }
        let what = "is damaged: its records do not have its head".to_owned();
        Err(ViewError::Damaged { what }.into())
    }
}

/// Every entry begins with the one version byte there has been, and is one line.
fn of_no_version(seq: u64) -> BackupError {
    ViewError::Damaged { what: format!("is damaged: @{seq} is no entry") }.into()
}

/// Lines of a backup on their way to the file.
struct Lines {
    file: Beside,
    digest: Sha256,
    bytes: u64,
}

impl Lines {
    fn put(&mut self, line: &[u8]) -> Result<(), BackupError> {
        for part in [line, b"\n"] {
            self.digest.update(part);
            self.file.put(part)?;
        }
        self.bytes += line.len() as u64 + 1;
        Ok(())
    }

    /// Writes the last line; gives the size of the file and the digest of what is before.
    fn end(mut self, end: u64) -> Result<(u64, String), BackupError> {
        let sha256 = hexadecimal(self.digest.clone());
        let last = Last { end, sha256: sha256.clone() };
        self.put(serde_json::to_string(&last).unwrap_or_default().as_bytes())?;
        self.file.publish()?;
        Ok((self.bytes, sha256))
    }
}

pub(super) fn hexadecimal(digest: Sha256) -> String {
    crate::proof::Hash::from(<[u8; 32]>::from(digest.finalize())).to_string()
}
