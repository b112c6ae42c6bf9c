//! `ledger export`: the ledger as JSON Lines, which `import` takes back.

use serde_json::{Value, json};

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use crate::ask::read;
use crate::codec;
use crate::ledger::Ledger;

/// Writes every record as JSON Lines; `import` of them into an empty ledger makes the same again.
#[derive(Debug, clap::Args)]
pub(super) struct Export {}

impl Export {
    #[allow(clippy::unused_self, reason = "every verb runs so")]
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let format = desk.format()?;
        let (ledger, entries) = read(desk, Ledger::entries)?;
        let records = entries.iter();
        let records = records.map(|entry| Value::Object(codec::exchanged(entry)));
        let mut page = Page { as_is: true, ..Page::default() };
        match format {
            Format::Text => {
                let lines = records.map(|record| format!("{record}\n"));
                page.text = lines.collect::<Vec<_>>().concat();
            }
            Format::Jsonl => page.lines = Some(records.collect()),
            Format::Json => {
                page.json = json!({
                    "ok": true,
                    "schema": "policy-ledger/export/1",
                    "ledger": ledger.standpoint(ledger.records())?,
                    "results": records.collect::<Vec<_>>(),
                    "notes": [],
                });
            }
            // The page itself says that it has no such form.
            Format::Csv | Format::Md | Format::Xlsx | Format::Ics | Format::Atom | Format::Svg => {}
        }
        Ok(page)
    }
}
