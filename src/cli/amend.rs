//! `ledger amend`: our record was wrong; what it should say.

mod guided;

use serde_json::{Map, json};

use super::asking::{Terminal, can_ask};
use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::safe::flag;
use super::writing::{Writing, misused, set_once};
use crate::admission::Same;
use crate::ask::Scope;
use crate::ask::saying::Values;

/// The command as it is typed.
const VERB: &str = "amend";

/// Corrects a record; the record itself stays as it was made. At a terminal it asks for what is
/// not said.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Amend {
    /// The record: a number (@12), an id or the beginning of one, or a key.
    #[arg(value_name = "REF")]
    of: String,
    /// A field and its right value: a date, a text, JSON for lists and objects, null for nothing.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Why, as a word: better-source, entered-by-mistake, typo.
    #[arg(long, value_name = "WORD")]
    because: Option<String>,
    /// Why, as a sentence.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// A stable name for the new record, unique in the ledger.
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

/// Why a record is withdrawn.
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
        set_once(&self.set, VERB)?;
        if !self.set.is_empty() && self.because.is_some() {
            return self.record(desk);
        }
        if can_ask(desk) {
            return guided::run(self, desk, &mut Terminal::open(desk)?);
        }
        let message = "say what is wrong and why: `ledger amend REF --set FIELD=VALUE --because \
                       WORD`";
        Err(misused(message, VERB))
    }

    fn record(&self, desk: &Desk) -> Result<Page, Complaint> {
        let session = self.writing.open(desk, VERB, &Scope::records([&self.of]))?;
        let mut values = Values::new(session.ground(), VERB);
        let of = values.reference(&self.of);
        let mut set = Map::new();
        for words in &self.set {
            if let Some((field, value)) = values.pair("--set", words) {
                set.insert(field.to_owned(), values.field(field, value));
            }
        }
        let said = json!({
            "record": "amendment",
            "key": self.key,
            "of": of,
            "set": set,
            "because": self.because,
            "reason": self.reason,
        });
        let draft = values.draft_of(said)?;
        session.record(vec![draft], Same::New)?.page()
    }

    /// The words after `amend`.
    fn words(&self) -> Vec<String> {
        let mut words = vec![self.of.clone()];
        words.extend(self.set.iter().flat_map(|set| ["--set".to_owned(), set.clone()]));
        let whys = [("because", &self.because), ("reason", &self.reason), ("key", &self.key)];
        let said = whys.into_iter().filter_map(|(name, said)| Some((name, said.as_ref()?)));
        words.extend(said.flat_map(|(name, said)| flag(name, said)));
        words.extend(self.writing.words());
        words
    }
}
