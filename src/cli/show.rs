//! `ledger show`: one record in full, with what later records did to it.

mod text;

use serde_json::json;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::safe::safe;
use crate::ask::show::Question;

/// One record in full, with what later records did to it.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The record: @12, an id or the beginning of one, or a key.
    #[arg(value_name = "REF")]
    record: String,
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
    /// Add what a footnote needs: sources, ledger, head, hash of the record, the command.
    #[arg(long)]
    cite: bool,
}

impl Show {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let (record, known) = (self.record.clone(), self.known.clone());
        let answer = Question { record, known }.ask(desk)?;
        let shown = answer.shown()?;
        let mut json = answer.json(&shown);
        let mut text = text::text(&answer.asked, &shown);
        if self.cite {
            let citation = answer.cite(&shown);
            text.extend(["\nCite:  ", &safe(&citation), "\n"]);
            json["citation"] = json!({"text": citation});
        }
        Ok(Page { text, json, ..Page::default() })
    }
}
