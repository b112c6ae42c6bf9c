//! The text of a proposal, line by line.

use std::fmt::Write as _;

use super::super::encoding::Encoding;
use super::super::table::delimiter_name;

/// The widest line of a comment.
const COLUMNS: usize = 96;

/// A proposal that is being written.
pub(super) struct Page {
    text: String,
}

impl Page {
    pub(super) fn of(file: &str, rows: usize) -> Self {
        let mut page = Self { text: String::new() };
        let file = plain(file);
        page.comment(&format!(
            "Proposed for {file} from its headers and {rows} rows. Read the comments; where a value \
             is \"?\", put the answer in its place. Then look at what would be recorded:"
        ));
        page.line(&format!("#   ledger import {file} --map rules.toml -n"));
        page
    }

    pub(super) fn text_file(&mut self, encoding: Encoding, is_guess: bool, delimiter: char) {
        self.section("[file]");
        if is_guess {
            self.comment(&format!(
                "Guess: the bytes are not UTF-8, and all of them are {encoding}. If letters look \
                 wrong: utf-8, utf-16le, utf-16be, windows-1252, shift-jis, euc-kr."
            ));
        }
        if is_guess || encoding != Encoding::Utf8 {
            self.value("encoding", encoding.as_str());
        }
        self.comment(&format!("From the line of the headers: {}.", delimiter_name(delimiter)));
        self.value(
            "delimiter",
            &if delimiter == '\t' { "tab".into() } else { String::from(delimiter) },
        );
    }

    pub(super) fn workbook(&mut self, sheet: &str, others: &[String]) {
        self.section("[file]");
        if !others.is_empty() {
            let others = others.join(", ");
            self.comment(&format!("Guess: the sheet that says most; the others are: {others}."));
        }
        self.value("sheet", sheet);
    }

    pub(super) fn header(&mut self, row: usize) {
        if row > 1 {
            self.comment("Guess: the first row that is about as full as those below it.");
            self.line(&format!("header = {row}"));
        }
    }

    /// Begins a section.
    pub(super) fn section(&mut self, header: &str) {
        self.line("");
        self.line(header);
    }

    /// A comment, folded.
    pub(super) fn comment(&mut self, said: &str) {
        let mut line = "#".to_owned();
        for word in plain(said).split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > COLUMNS && line.len() > 1 {
                self.line(&line);
                line.truncate(1);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    pub(super) fn value(&mut self, key: &str, value: &str) {
        self.line(&format!("{} = {}", bare(key), quoted(value)));
    }

    pub(super) fn values(&mut self, key: &str, values: &[String]) {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.line(&format!("{} = [{}]", bare(key), values.join(", ")));
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A key as TOML writes it.
pub(super) fn bare(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Without what could end a comment.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
