//! How much of a ledger a command needs.

use crate::ledger::{Ledger, LedgerError};
use crate::record::{Draft, Entry, Mentions, Record};

/// How much of a ledger a command needs.
#[derive(Debug, Clone)]
pub(super) enum Scope {
    /// Every record.
    All,
    /// What hangs together with these.
    About(Mentions),
}

impl Scope {
    /// Some measures; all where none is named.
    pub(super) fn measures(names: &[String]) -> Self {
        if names.is_empty() { Self::All } else { Self::About(Mentions::measures(names)) }
    }

    /// Some records.
    pub(super) fn records<'w>(words: impl IntoIterator<Item = &'w String>) -> Self {
        Self::About(Mentions::default().and_records(words))
    }

    /// What some drafts name; all where one of them changes a kind.
    pub(super) fn drafts(drafts: &[Draft]) -> Self {
        if drafts.iter().any(|draft| matches!(draft.record, Record::Kind(_))) {
            return Self::All;
        }
        let mut mentions = Mentions::default();
        for draft in drafts {
            mentions.add_draft(draft);
        }
        Self::About(mentions)
    }

    /// The records.
    pub(super) fn load(&self, ledger: &Ledger) -> Result<Vec<Entry>, LedgerError> {
        match self {
            Self::All => ledger.entries(),
            Self::About(mentions) => ledger.about(mentions),
        }
    }
}
