//! `ledger retract`: a record that should not exist.

use serde_json::json;

use super::amend::Why;
use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::values::Values;
use super::writing::{Writing, misused};
use crate::admission::Same;

/// Withdraws a record; what was known before stays answerable.
#[derive(Debug, clap::Args)]
pub(super) struct Retract {
    /// The records: numbers (@12), ids or beginnings of them, or keys.
    #[arg(value_name = "REF", required = true)]
    of: Vec<String>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    writing: Writing,
}

impl Retract {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        if self.why.key.is_some() && self.of.len() > 1 {
            let message = "one key names one record: retract them one by one, or without `--key`";
            return Err(misused(message, "retract"));
        }
        let session = self.writing.open(desk, "retract")?;
        let mut values = Values::new(&session, "retract");
        let of: Vec<_> = self.of.iter().map(|words| values.reference(words)).collect();
        let said = of.into_iter().map(|of| {
            json!({
                "record": "retraction",
                "key": self.why.key,
                "of": of,
                "because": self.why.because,
                "reason": self.why.reason,
            })
        });
        let drafts = values.drafts(said)?;
        Ok(session.record(drafts, Same::New)?.page())
    }
}
