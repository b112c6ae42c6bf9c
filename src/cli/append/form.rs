//! The form of `append --edit`: developments as lines `field: value` (`ledger help forms`).

mod checked;
mod read;
mod written;

use crate::cli::complaint::Item;
use crate::record::Draft;

use super::Append;

pub(super) use written::written;

/// What somebody wrote into a form.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// How the file is called in complaints.
    file: String,
    parts: Vec<Part>,
    problems: Vec<Item>,
}

/// One record of a form.
#[derive(Debug)]
struct Part {
    /// Its first line, from 1.
    line: usize,
    fields: Vec<Field>,
    said: Said,
}

#[derive(Debug)]
enum Said {
    /// Lines `field: value`.
    Development(Box<Append>),
    /// One line of JSON: any sort of record.
    Record(Box<Draft>),
}

/// A field as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    line: usize,
    name: &'static str,
    value: String,
}

impl Form {
    /// Whether nothing at all was said.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.problems.is_empty()
    }
}

impl Part {
    /// The line that a sentence is about: the one whose value it quotes, else the first.
    fn line_of(&self, sentence: &str) -> usize {
        let quotes = |words: &str| !words.is_empty() && sentence.contains(&format!("`{words}`"));
        let is_it = |field: &&Field| {
            let mut sides = field.value.split('=');
            quotes(&field.value) || sides.any(|side| quotes(side.trim()))
        };
        let found = self.fields.iter().filter(is_it);
        found.max_by_key(|field| field.value.len()).map_or(self.line, |field| field.line)
    }
}
