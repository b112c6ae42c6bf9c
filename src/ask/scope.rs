//! How much of a ledger a command needs.

use crate::ledger::{Known, Ledger, LedgerError};
use crate::record::{Draft, Entry, Mentions, Record, Reference};
use crate::time::{Day, Instant};

/// Of more records all of the ledger is loaded, not what hangs together with each.
const MANY: usize = 10_000;

/// How much of a ledger a command needs.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Every record.
    All,
    /// What hangs together with these.
    About(Mentions),
    /// What hangs together with the newest so many of the records made in some time.
    Newest(usize, Made),
}

/// When records were made: known by a point, and on days that are both included.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Made {
    pub(crate) known: Known,
    pub(crate) from: Option<Day>,
    pub(crate) to: Option<Day>,
}

impl Made {
    /// How many records there were before these, and how many with them.
    pub(crate) fn places(self, ledger: &Ledger) -> Result<(usize, usize), LedgerError> {
        let by = |instant: Instant| ledger.known(Known::Instant(instant));
        let known = ledger.known(self.known)?;
        let until = self.to.map(|day| by(Instant::end_of(day))).transpose()?;
        let before = self.from.map(|day| by(Instant::start_of(day).previous())).transpose()?;
        let until = until.unwrap_or(known).min(known);
        Ok((before.unwrap_or(0).min(until), until))
    }
}

impl Scope {
    /// Some measures; all where none is named.
    pub(crate) fn measures(names: &[String]) -> Self {
        if names.is_empty() { Self::All } else { Self::About(Mentions::measures(names)) }
    }

    /// Some records.
    pub(crate) fn records<'w>(words: impl IntoIterator<Item = &'w String>) -> Self {
        Self::About(Mentions::default().and_records(words))
    }

    /// What some drafts name; all where one of them changes a kind.
    pub(crate) fn drafts(drafts: &[Draft]) -> Self {
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
    pub(crate) fn load(&self, ledger: &Ledger) -> Result<Vec<Entry>, LedgerError> {
        match self {
            Self::All => ledger.entries(),
            Self::About(mentions) => ledger.about(mentions),
            Self::Newest(most, made) => {
                let (before, until) = made.places(ledger)?;
                if until - before <= *most || *most > MANY {
                    return ledger.entries();
                }
                let numbers =
                    (until - most..until).map(|place| Reference::Number(place as u64 + 1));
                ledger.about(&Mentions { references: numbers.collect(), ..Mentions::default() })
            }
        }
    }
}
