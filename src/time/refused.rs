//! A date that cannot be taken, and what to write instead.

use std::fmt;

/// Why a text is not a date of the grammar, with the mend where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRefused {
    /// The text as it was given.
    pub text: String,
    /// What is wrong with it, without the text itself.
    pub reason: String,
    /// What to write instead; each can be pasted in its place.
    pub instead: Vec<String>,
}

impl DateRefused {
    pub(crate) fn new(text: &str, reason: impl Into<String>, instead: &[&str]) -> Self {
        Self {
            text: text.to_owned(),
            reason: reason.into(),
            instead: instead.iter().map(|&s| s.to_owned()).collect(),
        }
    }
}

impl fmt::Display for DateRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.text, self.reason)?;
        match self.instead.as_slice() {
            [] => Ok(()),
            some => write!(f, " (write {})", some.join(" or ")),
        }
    }
}

impl std::error::Error for DateRefused {}
