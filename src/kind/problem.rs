//! What can be wrong with a definition.

use std::fmt;

/// The sort of a [`Problem`]. Its code is stable and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Something else than the object, text, list or truth value that belongs there.
    WrongShape,
    /// A key that a definition does not have.
    UnknownKey,
    /// Something that has to be there is not.
    Missing,
    /// A word that is not kebab-case.
    BadWord,
    /// A status whose name has a meaning of its own in answers.
    ReservedWord,
    /// A label that is empty or cannot be printed.
    BadLabel,
    /// A standing that is none of the five.
    UnknownStanding,
    /// A status that the kind does not have.
    UnknownStatus,
    /// An act that the kind does not have.
    UnknownAct,
    /// A word that is to be taken away.
    Removal,
    /// `noted` is to change the status.
    NotedChanges,
    /// The act of the last day does not change the status.
    LastDayKeeps,
}

impl Fault {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongShape => "kind-wrong-shape",
            Self::UnknownKey => "kind-unknown-key",
            Self::Missing => "kind-missing",
            Self::BadWord => "kind-bad-word",
            Self::ReservedWord => "kind-reserved-word",
            Self::BadLabel => "kind-bad-label",
            Self::UnknownStanding => "kind-unknown-standing",
            Self::UnknownStatus => "kind-unknown-status",
            Self::UnknownAct => "kind-unknown-act",
            Self::Removal => "kind-removal",
            Self::NotedChanges => "kind-noted-changes",
            Self::LastDayKeeps => "kind-last-day-keeps",
        }
    }
}

/// One thing that is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its sort.
    pub fault: Fault,
    /// Where in the definition, keys joined by dots: `acts.granted.to`; empty for the whole.
    pub at: String,
    /// One sentence, the value in backquotes, and what was expected.
    pub message: String,
    /// The nearest words that would do, at most three.
    pub nearest: Vec<String>,
}

impl Problem {
    /// A problem without guesses.
    pub(super) fn new(fault: Fault, at: &str, message: impl Into<String>) -> Self {
        Self { fault, at: at.to_owned(), message: message.into(), nearest: Vec::new() }
    }

    /// The same with guesses.
    pub(super) fn guessing(self, nearest: Vec<&str>) -> Self {
        Self { nearest: nearest.into_iter().map(str::to_owned).collect(), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.at.is_empty() {
            write!(formatter, "{}: ", self.at.escape_debug())?;
        }
        formatter.write_str(&self.message)?;
        for (place, guess) in self.nearest.iter().enumerate() {
            let before = if place == 0 { "; did you mean" } else { " or" };
            write!(formatter, "{before} `{guess}`")?;
        }
        if !self.nearest.is_empty() {
            formatter.write_str("?")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
