//! What is wrong with a table or with the rules for it, in words that help.

use std::fmt;

use crate::nearest::nearest;
use crate::record::Refusal;

/// The stable name of a reason that only tables and their rules have (`docs/errors.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The rules cannot be used.
    BadRules,
    /// The rules leave something open that is never assumed.
    Unanswered,
    /// The rules name a column that the table does not have, or has twice.
    UnknownColumn,
    /// The file is no table: not a workbook, no such sheet, no header, a row of another length.
    BadTable,
    /// Bytes that are none of the encoding.
    BadEncoding,
    /// A word that is in no value table.
    UnmappedWord,
    /// The same row twice.
    RepeatedRow,
    /// A date outside the forms that the rules give.
    BadDate,
    /// A value that is missing.
    MissingField,
    /// A value that does not fit the others, or cannot be what it should be.
    BadValue,
    /// A key, or a measure, of which two rows say different things.
    Taken,
}

impl Fault {
    /// The word used in JSON errors.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRules => "bad-rules",
            Self::Unanswered => "unanswered",
            Self::UnknownColumn => "unknown-column",
            Self::BadTable => "bad-table",
            Self::BadEncoding => "bad-encoding",
            Self::UnmappedWord => "unmapped-word",
            Self::RepeatedRow => "repeated-row",
            Self::BadDate => "bad-date",
            Self::MissingField => "missing-field",
            Self::BadValue => "bad-value",
            Self::Taken => "taken",
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable name of the reason.
    pub code: &'static str,
    /// One sentence with the value in backquotes, and what was expected.
    pub message: String,
    /// At most three words that may have been meant.
    pub guesses: Vec<String>,
    /// Command lines that help, without the program's name.
    pub help: Vec<String>,
    /// The line of the table (or of the rules), from 1; in a workbook the row of its sheet.
    pub line: usize,
}

/// A finding that has no place yet.
pub(super) type Found<T> = Result<T, Box<Problem>>;

impl Problem {
    pub(super) fn new(fault: Fault, message: impl Into<String>) -> Self {
        let (guesses, help) = (Vec::new(), Vec::new());
        Self { code: fault.as_str(), message: message.into(), guesses, help, line: 1 }
    }

    pub(super) fn at(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    pub(super) fn guessing<'a>(
        mut self,
        word: &str,
        from: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.guesses = nearest(word, from).into_iter().map(str::to_owned).collect();
        self
    }

    /// The same, said of some columns.
    pub(super) fn about(mut self, columns: &[String]) -> Self {
        if let Some(said) = columns_said(columns) {
            self.message = format!("{said}: {}", self.message);
        }
        self
    }

    /// What a record is refused for, said of some columns.
    #[must_use]
    pub fn of_refusal(refusal: Refusal, columns: &[String], line: usize) -> Self {
        let Refusal { code, message, guesses, help } = refusal;
        Self { code: code.as_str(), message, guesses, help, line }.about(columns)
    }
}

/// `column "A"`, `columns "A", "B"`.
fn columns_said(columns: &[String]) -> Option<String> {
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("column {one}")),
        more => Some(format!("columns {}", more.join(", "))),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)?;
        match self.guesses.as_slice() {
            [] => Ok(()),
            some => write!(f, "; did you mean `{}`?", some.join("`, `")),
        }
    }
}

/// A value of a table as it is shown in a message.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{short}`")
}
