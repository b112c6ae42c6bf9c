//! A head as a text, in the form of C2SP tlog-checkpoint.

use std::fmt;
use std::str::FromStr;

use super::path::MOST_LEAVES;
use super::{Hash, Note, Unreadable, base64, hash_of_base64, is_name, number};

/// What the origin of a ledger's checkpoints begins with, unless its key has another name; the
/// ledger's id follows.
pub const ORIGIN: &str = "policy-ledger/";

/// What a ledger was when it had so many records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose head it is.
    pub origin: String,
    /// How many records.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text to be signed.
    pub fn note(&self) -> Result<Note, Unreadable> {
        Note::unsigned(&self.to_string())
    }

    /// Reads the text of a note. Lines after the third are passed over, as the form wants it.
    pub fn of(note: &Note) -> Result<Self, Unreadable> {
        let no = |what: &str| Unreadable(format!("a checkpoint has {what}"));
        let mut lines = note.text().split('\n');
        let mut next = || lines.next().unwrap_or_default();
        let (origin, size, root) = (next(), next(), next());
        if !is_name(origin) {
            return Err(no("an origin without spaces in its first line"));
        }
        let size = number(size).filter(|&size| size <= MOST_LEAVES);
        let size = size.ok_or_else(|| no("the number of records in its second line"))?;
        let root = hash_of_base64(root);
        let root = root.ok_or_else(|| no("a SHA-256 hash in base64 in its third line"))?;
        let rest: Vec<&str> = lines.collect();
        let extended = rest.split_last().is_some_and(|(last, others)| {
            last.is_empty() && others.iter().all(|line| !line.is_empty())
        });
        if !extended {
            return Err(no("no empty line before its signatures but one"));
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64(self.root.as_bytes()))
    }
}

impl FromStr for Checkpoint {
    type Err = Unreadable;

    /// Reads a checkpoint, signed or not; what it is worth, its note tells.
    fn from_str(text: &str) -> Result<Self, Unreadable> {
        Self::of(&text.parse()?)
    }
}
