//! `ledger amend`: our record was wrong; what it should say.

use serde_json::{Map, json};

use super::complaint::Complaint;
use super::desk::{Desk, Scope};
use super::page::Page;
use super::values::Values;
use super::writing::{Writing, set_once};
use crate::admission::Same;

/// Corrects a record; the record itself stays as it was made.
#[derive(Debug, clap::Args)]
pub(super) struct Amend {
    /// The record: a number (@12), an id or the beginning of one, or a key.
    #[arg(value_name = "REF")]
    of: String,
    /// A field and its right value: a date, a text, JSON for lists and objects, null for nothing.
    #[arg(long, value_name = "FIELD=VALUE", required = true)]
    set: Vec<String>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    writing: Writing,
}

/// Why a record is corrected.
#[derive(Debug, clap::Args)]
pub(super) struct Why {
    /// Why, as a word: better-source, entered-by-mistake, typo.
    #[arg(long, value_name = "WORD")]
    pub(super) because: String,
    /// Why, as a sentence.
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
    /// A stable name for the new record, unique in the ledger.
    #[arg(long, value_name = "NAME")]
    pub(super) key: Option<String>,
}

impl Amend {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        set_once(&self.set, "amend")?;
        let session = self.writing.open(desk, "amend", &Scope::records([&self.of]))?;
        let mut values = Values::new(&session, "amend");
        let of = values.reference(&self.of);
        let mut set = Map::new();
        for words in &self.set {
            if let Some((field, value)) = values.pair("--set", words) {
                set.insert(field.to_owned(), values.field(field, value));
            }
        }
        let said = json!({
            "record": "amendment",
            "key": self.why.key,
            "of": of,
            "set": set,
            "because": self.why.because,
            "reason": self.why.reason,
        });
        let draft = values.draft_of(said)?;
        session.record(vec![draft], Same::New)?.page()
    }
}
