//! One thing that was held against another, and what follows from it.

use crate::ledger::State;

/// What it means that the view is wrong.
pub(super) const VIEW_WRONG: &str =
    "answers come from the view and cannot be trusted until it is made anew from the log";

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Point {
    /// What: `header`, `stream`, `log`, `entry`, `chain`, `time`, `tree`, `view`; `expect`, `checkpoint`,
    /// `signature`, `proof`, `record`, `ledger`, `head`, `answer`, `words`, `program` where that
    /// was asked.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// The first record it is about; none where it is about all or none.
    pub record: Option<u64>,
    /// The last record it is about.
    pub through: Option<u64>,
    /// In a sentence.
    pub says: String,
    /// What follows from it, where something is wrong.
    pub consequence: Option<String>,
    /// The measures whose answers it concerns, as far as that can be told.
    pub measures: Vec<String>,
    /// What to do, as a command without the program's name, where there is something to do.
    pub help: Option<&'static str>,
}

impl Point {
    fn new(check: &'static str, state: State, says: impl Into<String>) -> Self {
        Self {
            check,
            state,
            record: None,
            through: None,
            says: says.into(),
            consequence: None,
            measures: Vec::new(),
            help: None,
        }
    }

    /// As it should be.
    pub fn good(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, State::Good, says)
    }

    /// Worth knowing.
    pub fn warning(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, State::Warning, says)
    }

    /// Not as it should be.
    pub fn bad(check: &'static str, says: impl Into<String>) -> Self {
        Self::new(check, State::Bad, says)
    }

    /// The records it is about, both inclusive.
    #[must_use]
    pub fn about(self, record: u64, through: u64) -> Self {
        Self { record: Some(record), through: Some(through), ..self }
    }

    /// What follows from it.
    #[must_use]
    pub fn so(self, consequence: impl Into<String>) -> Self {
        Self { consequence: Some(consequence.into()), ..self }
    }

    /// What to do.
    #[must_use]
    pub fn help(self, words: &'static str) -> Self {
        Self { help: Some(words), ..self }
    }
}

/// `@5`, or `@5 to @9`.
pub(super) fn records(from: u64, to: u64) -> String {
    if from == to { format!("@{from}") } else { format!("@{from} to @{to}") }
}
