//! `ledger init`: an empty ledger.

use std::path::PathBuf;

use serde_json::json;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use crate::ledger::{ClockKind, Ledger, Making};

/// Makes an empty ledger.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The directory to make [default: ./.ledger].
    dir: Option<PathBuf>,
    /// Records may say when they were recorded: for a documented history. Every answer says so.
    #[arg(long)]
    simulated_clock: bool,
}

impl Init {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let directory = desk
            .surroundings
            .directory
            .join(self.dir.clone().unwrap_or_else(|| PathBuf::from(".ledger")));
        let clock = if self.simulated_clock { ClockKind::Simulated } else { ClockKind::Machine };
        let making = Making { clock, ..Making::default() };
        let ledger = Ledger::create(&directory, &making, desk.clock())?;
        let id = ledger.header().id;
        let shown = directory.display();
        let text = format!(
            "An empty ledger is in {shown} (id {id}).\n\
             Next: ledger measure add ID --kind KIND, then ledger append ID ACT --on DATE --source URL\n"
        );
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/init/1",
            "results": [{"directory": shown.to_string(), "id": id, "clock": clock}],
            "notes": [],
        });
        Ok(Page { text, json, ..Page::default() })
    }
}
