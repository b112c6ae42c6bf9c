//! Proofs as files.
//!
//! That an entry is in a tree is a file in the form of C2SP tlog-proof; its `extra` is the entry's
//! stored bytes, so that nothing else is needed to check it. That a tree begins with an older one
//! is a file in the form that a C2SP witness takes (tlog-witness, add-checkpoint). Both end with a
//! checkpoint; where it is not signed, the file has the form but for that.

use std::fmt;
use std::str::FromStr;

use super::{
    Checkpoint, Hash, Note, Unreadable, base64, hash_of_base64, holds_consistency, holds_inclusion,
    number, of_base64,
};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// A tree has no more levels.
const MOST_HASHES: usize = 64;

/// Proof that an entry is in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The stored bytes of the entry.
    pub entry: Vec<u8>,
    /// Its place in the tree, from 0: one less than the record's number.
    pub index: u64,
    /// The hashes, from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The checkpoint, with its signatures.
    pub note: Note,
}

/// Proof that a tree begins with an older one. The older root is not in it: who checks has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// How many leaves the older tree has.
    pub old: u64,
    /// The hashes, in the order of RFC 9162.
    pub path: Vec<Hash>,
    /// The newer checkpoint, with its signatures.
    pub note: Note,
}

/// A proof as it comes in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// Of an entry.
    Inclusion(Inclusion),
    /// Of an older tree.
    Consistency(Consistency),
}

impl Inclusion {
    /// Whether it proves what it says, under its own checkpoint.
    pub fn holds(&self) -> Result<bool, Unreadable> {
        let Checkpoint { size, root, .. } = Checkpoint::of(&self.note)?;
        Ok(holds_inclusion(&self.entry, self.index, (size, root), &self.path))
    }
}

impl Consistency {
    /// Whether its checkpoint's tree begins with that of an older checkpoint.
    pub fn holds(&self, older: &Checkpoint) -> Result<bool, Unreadable> {
        let Checkpoint { size, root, .. } = Checkpoint::of(&self.note)?;
        let is_the_one = older.size == self.old;
        Ok(is_the_one && holds_consistency((older.size, older.root), (size, root), &self.path))
    }
}

fn hashes(path: &[Hash]) -> String {
    path.iter().map(|hash| base64(hash.as_bytes()) + "\n").collect()
}

impl fmt::Display for Inclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (extra, path) = (base64(&self.entry), hashes(&self.path));
        write!(f, "{FIRST_LINE}\nextra {extra}\nindex {}\n{path}\n{}", self.index, self.note)
    }
}

impl fmt::Display for Consistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "old {}\n{}\n{}", self.old, hashes(&self.path), self.note)
    }
}

impl FromStr for Receipt {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let no = |what: &str| Unreadable(format!("a proof {what}"));
        let (head, note) = text.split_once("\n\n").ok_or_else(|| no("ends with a checkpoint"))?;
        let note: Note = note.parse()?;
        Checkpoint::of(&note)?;
        let mut lines = head.split('\n').peekable();
        let first = lines.next().unwrap_or_default();
        if let Some(old) = first.strip_prefix("old ") {
            let old = number(old).ok_or_else(|| no("says of how many records after `old`"))?;
            return Ok(Self::Consistency(Consistency { old, path: path(lines)?, note }));
        }
        if first != FIRST_LINE {
            return Err(no(&format!("begins with `{FIRST_LINE}`, or with `old` and a number")));
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let entry = extra.and_then(|line| of_base64(line.strip_prefix("extra ")?));
        let entry = entry.ok_or_else(|| no("of a record has its stored bytes after `extra`"))?;
        let index = lines.next().and_then(|line| number(line.strip_prefix("index ")?));
        let index = index.ok_or_else(|| no("has the record's place after `index`"))?;
        Ok(Self::Inclusion(Inclusion { entry, index, path: path(lines)?, note }))
    }
}

fn path<'t>(lines: impl Iterator<Item = &'t str>) -> Result<Vec<Hash>, Unreadable> {
    let no = || Unreadable("a proof has at most 64 hashes in base64, one a line".to_owned());
    let hashes: Option<Vec<Hash>> = lines.take(MOST_HASHES + 1).map(hash_of_base64).collect();
    hashes.filter(|hashes| hashes.len() <= MOST_HASHES).ok_or_else(no)
}
