//! Why something cannot be recorded, in words that help.

use std::fmt;

use crate::nearest::nearest;

/// The stable name of a reason for refusing; never reused for another one (`docs/errors.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// Not JSON, not one object, nested too deep, or a key given twice.
    BadJson,
    /// A field that is missing.
    MissingField,
    /// A field that this record does not have.
    UnknownField,
    /// A field whose value has another form than it must have.
    BadValue,
    /// A date outside the grammar.
    BadDate,
    /// No such sort of record.
    UnknownRecord,
    /// No such measure.
    UnknownMeasure,
    /// No such kind.
    UnknownKind,
    /// An act that the kind does not know.
    UnknownAct,
    /// A status that the kind does not know.
    UnknownStatus,
    /// A reference to a record that is neither there nor in the same input.
    UnknownReference,
    /// A reference that fits several records.
    AmbiguousReference,
    /// A reference to a record of the wrong sort.
    WrongReference,
    /// A key, an id or a measure id that already names something else.
    Taken,
    /// The same measure, act and day as an event that is there.
    Duplicate,
    /// An entry over the limit of 64 KiB.
    TooLarge,
    /// A measure that would be part of itself, or a retraction that would retract itself.
    Circle,
    /// A definition of a kind that cannot be used.
    BadDefinition,
    /// A recorded time that would go backwards.
    BadRecorded,
}

impl Code {
    /// The word used in JSON errors.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "bad-json",
            Self::MissingField => "missing-field",
            Self::UnknownField => "unknown-field",
            Self::BadValue => "bad-value",
            Self::BadDate => "bad-date",
            Self::UnknownRecord => "unknown-record",
            Self::UnknownMeasure => "unknown-measure",
            Self::UnknownKind => "unknown-kind",
            Self::UnknownAct => "unknown-act",
            Self::UnknownStatus => "unknown-status",
            Self::UnknownReference => "unknown-reference",
            Self::AmbiguousReference => "ambiguous-reference",
            Self::WrongReference => "wrong-reference",
            Self::Taken => "taken",
            Self::Duplicate => "duplicate",
            Self::TooLarge => "too-large",
            Self::Circle => "circle",
            Self::BadDefinition => "bad-definition",
            Self::BadRecorded => "bad-recorded",
        }
    }
}

/// One reason why a record is refused: a plain sentence, the nearest guesses, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The stable name of the reason.
    pub code: Code,
    /// One sentence with the value in backquotes, and what was expected.
    pub message: String,
    /// At most three words that may have been meant.
    pub guesses: Vec<String>,
    /// Command lines that help, without the program's name; each works as it stands.
    pub help: Vec<String>,
}

impl Refusal {
    /// A refusal without guesses.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), guesses: Vec::new(), help: Vec::new() }
    }

    /// With the candidates nearest to the word that was given.
    #[must_use]
    pub fn guessing<'a>(mut self, word: &str, from: impl IntoIterator<Item = &'a str>) -> Self {
        self.guesses = nearest(word, from).into_iter().map(str::to_owned).collect();
        self
    }

    /// With a command line that helps.
    #[must_use]
    pub fn help(mut self, command: impl Into<String>) -> Self {
        self.help.push(command.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.guesses.as_slice() {
            [] => Ok(()),
            some => write!(f, "; did you mean `{}`?", some.join("`, `")),
        }
    }
}

/// The words of the `record` field.
const SORTS: [&str; 9] = [
    "measure",
    "event",
    "amendment",
    "retraction",
    "source",
    "settlement",
    "kind",
    "alias",
    "review",
];

pub(super) fn unknown_record(word: &str) -> Refusal {
    let message = format!("no sort of record `{word}`: expected {}", SORTS.join(", "));
    Refusal::new(Code::UnknownRecord, message).guessing(word, SORTS)
}
