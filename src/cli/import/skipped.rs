//! The file that refused rows are written to.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::desk::Desk;
use crate::cli::output::outside_ledgers;
use crate::cli::writing::misused;
use crate::files::Beside;

/// A place for refused rows. A file that is there already is not replaced: only one that an
/// interrupted import of the same rows has left is what it would be.
pub(super) struct Skipped {
    shown: String,
    target: PathBuf,
}

impl Skipped {
    /// `input`: the table, which is never replaced.
    pub(super) fn prepare(desk: &Desk, path: &Path, input: &str) -> Result<Self, Complaint> {
        let shown = path.display().to_string();
        let target =
            outside_ledgers(&desk.surroundings.directory.join(path), &format!("`{shown}`"))?;
        let ending = target.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !["csv", "tsv", "txt"].contains(&ending.to_ascii_lowercase().as_str()) {
            let message = format!("`--skip-bad {shown}`: rows are written as text: name it .csv");
            return Err(misused(message, "import"));
        }
        let prepared = Self { shown, target };
        let place = |path: &Path| fs::canonicalize(path).ok();
        let there = place(&prepared.target);
        if there.is_some() && there == place(&desk.surroundings.directory.join(input)) {
            return Err(prepared.taken());
        }
        Ok(prepared)
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// Writes refused rows, if there are some; unless that is not meant yet. Durable on return, and
    /// whole. Whether it wrote them now.
    pub(super) fn write(&self, rows: Option<&[u8]>, dry: bool) -> Result<bool, Complaint> {
        if self.target.symlink_metadata().is_ok() {
            let same = rows.is_some_and(|rows| self.holds(rows).unwrap_or(false));
            return if same { Ok(false) } else { Err(self.taken()) };
        }
        let Some(rows) = rows.filter(|_| !dry) else { return Ok(false) };
        let written = Beside::begin(&self.target).and_then(|mut file| {
            file.put(rows)?;
            file.publish()
        });
        written.map(|()| true).map_err(|error| {
            Complaint::file(self.shown.as_ref(), &error.source).or_help("help sheets")
        })
    }

    /// Whether the file is the very same.
    fn holds(&self, rows: &[u8]) -> io::Result<bool> {
        let mut there = Vec::new();
        if !self.target.symlink_metadata()?.is_file() {
            return Ok(false);
        }
        File::open(&self.target)?.take(rows.len() as u64 + 1).read_to_end(&mut there)?;
        Ok(there == rows)
    }

    /// Rows that somebody may have begun to mend.
    fn taken(&self) -> Complaint {
        let message = format!("`{}`: there is one already, and it is not replaced", self.shown);
        let item = Item::new("file", message).help("help sheets");
        Complaint::new(Exit::Unusable, item)
    }

    /// Takes it away again: nothing was recorded, so nothing was skipped.
    pub(super) fn remove(&self) {
        // Nothing can be done where it stays.
        let _ = fs::remove_file(&self.target);
    }
}
