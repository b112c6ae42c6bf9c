//! `ledger retract`: a record that should not exist.

use std::collections::BTreeSet;

use serde_json::json;

use super::amend::Why;
use super::complaint::{Complaint, Item};
use super::desk::Desk;
use super::page::Page;
use super::writing::{Session, Writing, misused};
use crate::admission::Same;
use crate::ask::Scope;
use crate::ask::retraction_of;
use crate::ask::saying::Values;
use crate::record::Reference;

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
        let session = self.writing.open(desk, "retract", &Scope::records(&self.of))?;
        let mut values = Values::new(session.ground(), "retract");
        let of: Vec<_> = self.of.iter().map(|words| values.reference(words)).collect();
        for item in self.in_vain(&session) {
            values.problem(item);
        }
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
        session.record(drafts, Same::New)?.page()
    }
    /// What is withdrawn already, or by another word of the same command.
    fn in_vain(&self, session: &Session<'_>) -> Vec<Item> {
        let (entries, history) = (&session.entries, &session.history);
        let seq = |words: &String| history.names().resolve(&Reference::parse(words)?).ok();
        let mut seen = BTreeSet::new();
        let problem = |seq: u64| {
            let twice = (!seen.insert(seq)).then(|| format!("`@{seq}` is named twice"));
            // The same command once more, by its key, is no second retraction.
            let by = retraction_of(entries, history, seq)
                .filter(|by| by.key.is_none() || by.key != self.why.key);
            let by = by.map(|by| format!("`@{seq}` is retracted already by @{}", by.seq));
            let item = Item::new("already-retracted", by.or(twice)?);
            Some(item.help(format!("show @{seq}")))
        };
        self.of.iter().filter_map(seq).filter_map(problem).collect()
    }
}
