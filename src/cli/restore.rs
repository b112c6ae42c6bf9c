//! `ledger restore`: the ledger of a backup.

use std::path::PathBuf;

use serde_json::json;

use super::complaint::Complaint;
use super::desk::Desk;
use super::init::new_directory;
use super::page::Page;
use super::progress::show_progress;
use super::safe::{quoted, safe};
use crate::ledger::{Contents, Ledger};

/// Makes the ledger of a backup: the same records, the same head, the same id. The backup is
/// checked whole before anything is made.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    backup: PathBuf,
    /// The directory to make.
    dir: PathBuf,
    /// Make nothing: check the backup and say what is in it.
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Restore {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let directory = new_directory(desk, &self.dir, "restore")?;
        let file = desk.surroundings.directory.join(&self.backup);
        let contents = if self.dry_run {
            Ledger::inspect(&file, Some(show_progress))?
        } else {
            Ledger::restore(&file, &directory, &desk.opening())?
        };
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/restore/1",
            "dry_run": self.dry_run,
            "results": [{
                "file": self.backup.to_string_lossy(), "directory": directory.to_string_lossy(),
                "id": contents.id, "records": contents.records, "head": contents.head,
            }],
            "notes": [],
        });
        Ok(Page { text: self.text(&contents), json, ..Page::default() })
    }

    fn text(&self, contents: &Contents) -> String {
        let Contents { id, records, head, .. } = contents;
        let file = self.backup.to_string_lossy();
        if self.dry_run {
            return format!(
                "{} is sound: {records} records of ledger {id} (head {head}). Nothing was made.\n",
                safe(&file)
            );
        }
        let directory = self.dir.to_string_lossy();
        format!(
            "The ledger {id} with {records} records (head {head}) is in {}.\nIt is the same ledger \
             as the one the backup is of: record in one of the two only.\nNext: ledger -f {} state\n",
            safe(&directory),
            safe(&quoted(&directory))
        )
    }
}
