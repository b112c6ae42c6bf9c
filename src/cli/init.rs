//! `ledger init`: an empty ledger.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::complaint::Complaint;
use super::desk::{Desk, is_ledger};
use super::page::Page;
use super::safe::safe;
use super::writing::{misused, says_what_it_did};
use crate::ask::Asker;
use crate::ledger::{ClockKind, Ledger, Making, warning_of_disk};
use crate::log::LogError;

/// Makes an empty ledger.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The directory to make [default: that of `-f`, else ./.ledger].
    dir: Option<PathBuf>,
    /// Records may say when they were recorded: for a documented history. Every answer says so.
    #[arg(long)]
    simulated_clock: bool,
}

impl Init {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let named = self.dir.as_deref().or(desk.global.file.as_deref());
        let directory = new_directory(desk, named.unwrap_or(Path::new(".ledger")), "init")?;
        let clock = if self.simulated_clock { ClockKind::Simulated } else { ClockKind::Machine };
        let making = Making { clock, ..Making::default() };
        let ledger = Ledger::create(&directory, &making, desk.clock())?;
        let id = ledger.header().id;
        let shown = directory.display();
        let text = format!(
            "An empty ledger is in {} (id {id}).\nNext: {}, then {}\n",
            safe(&shown.to_string()),
            desk.command("measure add ID --kind KIND"),
            desk.command("append ID ACT --on DATE --source URL")
        );
        let warning = warning_of_disk(&directory, &super::doctor::mounts());
        let remarks = warning.map(|warning| format!("warning: {warning}")).into_iter().collect();
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/init/1",
            "results": [{"directory": shown.to_string(), "id": id, "clock": clock}],
            "notes": [],
        });
        Ok(Page { text, json, remarks, ..Page::default() })
    }
}

/// Where a new ledger goes: a directory, never one inside another ledger's.
pub(super) fn new_directory(desk: &Desk, named: &Path, verb: &str) -> Result<PathBuf, Complaint> {
    says_what_it_did(desk, verb)?;
    if named.to_string_lossy().starts_with("nats://") {
        let message = "a ledger on a NATS stream cannot be made by this version yet";
        return Err(misused(message, verb));
    }
    let directory = desk.surroundings.directory.join(named);
    match directory.parent().filter(|parent| is_ledger(parent)) {
        Some(parent) => Err(LogError::AlreadyALedger { path: parent.to_path_buf() }.into()),
        None => Ok(directory),
    }
}
