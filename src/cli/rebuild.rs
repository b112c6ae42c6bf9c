//! `ledger rebuild`: the view again, from record 1 of the log.

use serde_json::json;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use crate::ledger::Ledger;

/// Makes the view anew from record 1 of the log. Nothing recorded changes; questions can be asked
/// meanwhile.
#[derive(Debug, clap::Args)]
pub(super) struct Rebuild {}

impl Rebuild {
    #[allow(clippy::unused_self, reason = "every verb runs so")]
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let directory = desk.directory()?;
        let records = Ledger::rebuild(&directory, &desk.opening())?;
        let text = format!("The view was made anew from {records} records.\n");
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/rebuild/1",
            "results": [{"directory": directory.to_string_lossy(), "records": records}],
            "notes": [],
        });
        Ok(Page { text, json, ..Page::default() })
    }
}
