//! `ledger backup`: all that is recorded in one file.

use std::path::PathBuf;

use serde_json::json;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::output::outside_ledgers;
use super::page::Page;
use super::progress::show_progress;
use super::safe::{quoted, safe};
use super::writing::says_what_it_did;
use crate::ask::read;
use crate::ledger::{BackupError, Contents, Ledger};

/// Copies all that is recorded to a new file, byte for byte, with its head and a checksum; others
/// may record meanwhile. `restore` makes the same ledger of it.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The file to make; one that is there already is never replaced.
    #[arg(value_name = "FILE")]
    backup: PathBuf,
}

impl Backup {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        says_what_it_did(desk, "backup")?;
        let named = desk.surroundings.directory.join(&self.backup);
        let shown = self.backup.display().to_string();
        let target = outside_ledgers(&named, &format!("`{shown}`"))?;
        let back_up = |ledger: &Ledger| match ledger.backup(&target, Some(show_progress)) {
            // Where the view is damaged, it is rebuilt and all is done again.
            Err(BackupError::Ledger(error)) => Err(error),
            made => Ok(made),
        };
        let (ledger, made) = read(desk, back_up)?;
        let contents = made?;
        let standpoint = ledger.standpoint(ledger.records())?;
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/backup/1",
            "ledger": standpoint,
            "results": [{
                "file": shown, "records": contents.records, "head": contents.head,
                "bytes": contents.bytes, "sha256": contents.sha256,
            }],
            "notes": [],
        });
        Ok(Page { text: self.text(&contents), json, ..Page::default() })
    }

    fn text(&self, contents: &Contents) -> String {
        let file = self.backup.to_string_lossy();
        let Contents { records, head, .. } = contents;
        format!(
            "All {records} records are in {} (head {head}).\nThe same ledger of it:  ledger \
             restore {} DIR\n",
            safe(&file),
            safe(&quoted(&file))
        )
    }
}

impl From<BackupError> for Complaint {
    fn from(error: BackupError) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        let message = error.to_string();
        let (exit, code) = match error {
            BackupError::Ledger(error) => return Self::from(error),
            BackupError::NotABackup { .. } => (Exit::Unusable, "not-a-backup"),
            BackupError::Newer { .. } => (Exit::Unusable, "newer-format"),
            BackupError::Damaged { .. } => (Exit::Unusable, "damaged-backup"),
            BackupError::Altered { .. } => (Exit::Integrity, "altered-backup"),
            BackupError::File { source, .. } => {
                let is_full = matches!(source.kind(), StorageFull | QuotaExceeded);
                (Exit::Unusable, if is_full { "disk-full" } else { "file" })
            }
        };
        Self::new(exit, Item::new(code, message).help("help backup"))
    }
}
