//! The note that a server that writes leaves in the ledger's directory, so that commands on the same
//! machine can record through it: where it listens, and the token. Only the ledger's owner can read
//! it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files;
use crate::log::{self, Held, LogError};

/// The name of the note.
const NAME: &str = "writer.json";
/// The most bytes of a note that are read.
const MOST: u64 = 4096;

/// Where a server that writes can be reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Notice {
    /// Its process id.
    pub(super) pid: u32,
    /// The name by which it is called, and its port.
    pub(super) address: String,
    /// What everybody who records has to know.
    pub(super) token: String,
}

/// A note that is taken away when this is dropped.
#[derive(Debug)]
pub(super) struct Left(PathBuf);

impl Notice {
    /// Leaves the note in the directory of a ledger.
    pub(super) fn leave(&self, directory: &Path) -> Result<Left, LogError> {
        let path = directory.join(NAME);
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        files::write_whole(&path, &directory.join("writer.new"), &bytes)?;
        Ok(Left(path))
    }

    /// The note of the process that holds a ledger; none where it left none. One that a server left
    /// which is no more does not count.
    pub(super) fn of(directory: &Path) -> Option<Self> {
        let bytes = files::read_small(&directory.join(NAME), MOST).ok()?;
        let notice: Self = serde_json::from_slice(&bytes).ok()?;
        match log::held(directory).ok()? {
            Held::By(Some(holder)) if holder.pid == notice.pid => Some(notice),
            Held::By(_) | Held::Free => None,
        }
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        // One that stays is not believed.
        let _ = fs::remove_file(&self.0);
    }
}
