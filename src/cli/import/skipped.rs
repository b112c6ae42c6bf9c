//! The file that refused rows are written to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::desk::Desk;
use crate::cli::output::outside_ledgers;
use crate::cli::writing::misused;
use crate::files::Beside;

/// A place for refused rows; there is no file yet.
pub(super) struct Skipped {
    shown: String,
    target: PathBuf,
}

impl Skipped {
    pub(super) fn prepare(desk: &Desk, path: &Path) -> Result<Self, Complaint> {
        let shown = path.display().to_string();
        let target =
            outside_ledgers(&desk.surroundings.directory.join(path), &format!("`{shown}`"))?;
        let ending = target.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !["csv", "tsv", "txt"].contains(&ending.to_ascii_lowercase().as_str()) {
            let message = format!("`--skip-bad {shown}`: rows are written as text: name it .csv");
            return Err(misused(message, "import"));
        }
        if target.symlink_metadata().is_ok() {
            // Rows that somebody may have begun to mend.
            let message = format!("`{shown}`: there is one already, and it is not replaced");
            let item = Item::new("file", message).help("help sheets");
            return Err(Complaint::new(Exit::Unusable, item));
        }
        Ok(Self { shown, target })
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Durable on return, and whole.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), Complaint> {
        let written = Beside::begin(&self.target).and_then(|mut file| {
            file.put(bytes)?;
            file.publish()
        });
        written.map_err(|error| {
            Complaint::file(self.shown.as_ref(), &error.source).or_help("help sheets")
        })
    }

    /// Takes it away again: nothing was recorded, so nothing was skipped.
    pub(super) fn remove(&self) {
        // Nothing can be done where it stays.
        let _ = fs::remove_file(&self.target);
    }
}
