//! The messages of a stream that are no entries: which, why, and what they were. A file of lines
//! of JSON, only ever added to.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::LogError;
use super::directory::SKIPPED;
use super::jetstream::Received;
use crate::files;

/// How much of a message is kept as evidence, in characters.
const MOST_SHOWN: usize = 400;
/// How much of a reason is kept, in characters.
const MOST_REASON: usize = 400;

/// A message that every node passes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// Its number in the stream; the ledger's header is message 1.
    pub message: u64,
    /// How many records there were before it.
    pub after: u64,
    /// Why it is no record.
    pub reason: String,
    /// When the server took it, in nanoseconds since 1970.
    pub published: i64,
    /// The name it was published under.
    pub name: Option<String>,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
    /// How it begins, as text.
    pub begins: String,
}

impl Skip {
    /// What it is and why it is no record, in a sentence.
    #[must_use]
    pub fn told(&self) -> String {
        let Self { message, after, reason, bytes, sha256, .. } = self;
        format!(
            "message {message} of the stream, after @{after}, is no record and was passed over: \
             {reason} ({bytes} bytes, SHA-256 {sha256})"
        )
    }

    pub(super) fn of(message: &Received, after: u64, reason: &str) -> Self {
        let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
        Self {
            message: message.number,
            after,
            reason: cut(reason, MOST_REASON),
            published: message.published,
            name: message.name.as_deref().map(|name| cut(name, MOST_SHOWN)),
            bytes: message.bytes.len() as u64,
            sha256: sha256(&message.bytes),
            begins: cut(&String::from_utf8_lossy(&message.bytes), MOST_SHOWN),
        }
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // A text takes whatever is written to it.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The file, open to be added to.
pub(super) struct Skipped {
    path: PathBuf,
    file: File,
    /// The numbers of the messages, in order.
    numbers: Vec<u64>,
    /// The SHA-256 of the last of them.
    last_sum: String,
    /// The names of those passed over since it was opened.
    names: HashSet<String>,
}

impl Skipped {
    /// Opens the file in a directory; half a line at its end is what a crash left, and goes.
    pub(super) fn open(directory: &Path) -> Result<Self, LogError> {
        let path = directory.join(SKIPPED);
        let failed = |error: io::Error| LogError::io(&path, error);
        let mut file = files::open_private(&path).map_err(failed)?;
        let (skips, whole) = read(&path)?;
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
        let numbers = skips.iter().map(|skip| skip.message).collect();
        let last_sum = skips.last().map(|skip| skip.sha256.clone()).unwrap_or_default();
        Ok(Self { path, file, numbers, last_sum, names: HashSet::new() })
    }

    /// The number of the last message that was read, where there are so many entries: the header,
    /// every entry, and what was passed over before the next entry.
    pub(super) fn reached(&self, entries: u64) -> u64 {
        count(self.numbers.iter().copied(), entries)
    }

    /// Whether a message was passed over.
    pub(super) fn has(&self, number: u64) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    /// Whether bytes are those of the last message that was passed over.
    pub(super) fn ends_with(&self, bytes: &[u8]) -> bool {
        sha256(bytes) == self.last_sum
    }

    /// Whether a message of this name was passed over since the file was opened: what has the name
    /// will never be recorded.
    pub(super) fn has_named(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Adds messages, durably; those that are there already are not added again.
    pub(super) fn add(&mut self, skips: &[Skip]) -> Result<(), LogError> {
        let last = self.numbers.last().copied().unwrap_or(0);
        let new: Vec<&Skip> = skips.iter().filter(|skip| skip.message > last).collect();
        if new.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for skip in &new {
            // Texts and numbers can always be written to memory.
            let _ = serde_json::to_writer(&mut lines, skip);
            lines.push(b'\n');
        }
        let written = self.file.write_all(&lines).and_then(|()| self.file.sync_data());
        written.map_err(|error| LogError::io(&self.path, error))?;
        self.numbers.extend(new.iter().map(|skip| skip.message));
        self.names.extend(new.iter().filter_map(|skip| skip.name.clone()));
        self.last_sum = new.last().map(|skip| skip.sha256.clone()).unwrap_or_default();
        Ok(())
    }
}

fn count(numbers: impl Iterator<Item = u64>, entries: u64) -> u64 {
    let mut reached = 1 + entries;
    for number in numbers {
        if number > reached + 1 {
            break;
        }
        reached += 1;
    }
    reached
}

/// The same of what was read from a file.
pub(super) fn reached(skips: &[Skip], entries: u64) -> u64 {
    count(skips.iter().map(|skip| skip.message), entries)
}

/// What was passed over in a directory, in order.
pub(super) fn all(directory: &Path) -> Result<Vec<Skip>, LogError> {
    Ok(read(&directory.join(SKIPPED))?.0)
}

/// The lines of a file, and how many bytes the whole ones take.
fn read(path: &Path) -> Result<(Vec<Skip>, u64), LogError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        Err(error) => return Err(LogError::io(path, error)),
    };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let mut skips: Vec<Skip> = Vec::new();
    for (place, line) in bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
        let skip: Option<Skip> = serde_json::from_slice(line).ok();
        let before = skips.last().map_or(1, |skip| skip.message);
        let Some(skip) = skip.filter(|skip| skip.message > before) else {
            let what = format!("is damaged in line {}", place + 1);
            return Err(LogError::damaged(path, what));
        };
        skips.push(skip);
    }
    Ok((skips, whole as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(message: u64) -> Skip {
        let received = Received { number: message, published: 7, name: None, bytes: vec![b'x'] };
        Skip::of(&received, 0, "why")
    }

    #[test]
    fn how_far_was_read_follows_from_entries_and_what_was_passed_over() {
        let home = tempfile::tempdir().unwrap();
        let mut skipped = Skipped::open(home.path()).unwrap();
        assert_eq!((skipped.reached(0), skipped.reached(5)), (1, 6));
        // Message 1 is the header; 2 and 3 are entries, 4 and 5 none, 6 is one, 7 is none.
        skipped.add(&[skip(4), skip(5), skip(7)]).unwrap();
        let reached: Vec<u64> = (0..6).map(|entries| skipped.reached(entries)).collect();
        assert_eq!(reached, [1, 2, 5, 7, 8, 9]);
        assert!(skipped.has(5) && !skipped.has(6));
        assert!(skipped.ends_with(b"x") && !skipped.ends_with(b"y"));
    }

    #[test]
    fn half_a_line_goes_and_a_damaged_one_is_told() {
        let home = tempfile::tempdir().unwrap();
        Skipped::open(home.path()).unwrap().add(&[skip(3), skip(9)]).unwrap();
        let path = home.path().join(SKIPPED);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 2]).unwrap();
        assert_eq!(all(home.path()).unwrap(), [skip(3)]);
        let mut skipped = Skipped::open(home.path()).unwrap();
        skipped.add(&[skip(3), skip(9)]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole, "nothing twice");
        fs::write(&path, [b"x\n", &whole[..]].concat()).unwrap();
        assert!(matches!(all(home.path()), Err(LogError::Damaged { .. })));
        assert!(all(&home.path().join("none")).unwrap().is_empty());
    }
}
