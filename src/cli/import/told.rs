//! What is said of an imported spreadsheet.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::tables::item;
use crate::cli::page::Page;
use crate::cli::safe::safe;
use crate::import::{Problem, Rows, Sheet, Synced};
use crate::ledger::Recorded;

/// The most problems of refused rows that are told beside the answer.
const MOST_TOLD: usize = 100;

/// What became of the rows of a spreadsheet.
pub(super) struct Counts {
    file: String,
    /// What it was read as.
    read_as: String,
    rows: usize,
    refused: usize,
    refused_in: Option<String>,
    problems: Vec<Problem>,
    new: usize,
    already: usize,
    dry: bool,
    sync: Option<Difference>,
}

/// What a comparison with the ledger found.
struct Difference {
    amended: usize,
    reinstated: usize,
    missing: Vec<u64>,
    retracted: bool,
    left_retracted: Vec<u64>,
}

impl Counts {
    pub(super) fn of(
        file: &str,
        sheet: &Sheet,
        rows: &Rows<'_>,
        bad: &BTreeSet<usize>,
        problems: Vec<Problem>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            read_as: sheet.table().form.said(),
            rows: rows.len(),
            refused: bad.len(),
            refused_in: None,
            problems,
            new: 0,
            already: 0,
            dry: false,
            sync: None,
        }
    }

    pub(super) fn in_file(mut self, file: Option<&str>) -> Self {
        self.refused_in = file.map(str::to_owned);
        self
    }

    pub(super) fn has_refused(&self) -> bool {
        self.refused > 0
    }

    pub(super) fn recorded(mut self, recorded: &[Recorded], dry: bool) -> Self {
        let new = recorded.iter().filter(|it| matches!(it, Recorded::New(_))).count();
        let corrections = self.sync.as_ref().map_or(0, Difference::corrections);
        self.new = new.saturating_sub(corrections);
        self.already += recorded.len() - new;
        self.dry = dry;
        self
    }

    pub(super) fn synced(mut self, synced: &Synced, retract: bool) -> Self {
        self.already = synced.unchanged + synced.left_retracted.len();
        self.sync = Some(Difference {
            amended: synced.amended,
            reinstated: synced.reinstated,
            missing: synced.missing.clone(),
            retracted: retract,
            left_retracted: synced.left_retracted.clone(),
        });
        self
    }

    /// The lines for people.
    pub(super) fn text(&self) -> String {
        let file = safe(&self.file);
        let would = if self.dry { "would be " } else { "" };
        let mut text = format!("{file}: {}; {} rows\n", safe(&self.read_as), self.rows);
        let counted = format!("{} {would}recorded, {} recorded already", self.new, self.already);
        let corrected = self.sync.as_ref().map(|sync| sync.counted(would)).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{file}: {counted}{corrected}");
        if let Some(said) = self.refused_in.as_deref().filter(|_| self.refused > 0) {
            let (refused, said) = (self.refused, safe(said));
            let into = if self.dry { "would be written to" } else { "are in" };
            let _ = writeln!(text, "{file}: {refused} refused, which {into} {said}");
        }
        text.push_str(&self.sync.as_ref().map(Difference::rest).unwrap_or_default());
        text
    }

    /// The row for programs.
    pub(super) fn rows(&self) -> Vec<Value> {
        let mut row = Map::new();
        let mut put = |key: &str, value: Value| drop(row.insert(key.to_owned(), value));
        let amended = self.sync.as_ref().map_or(0, |sync| sync.amended);
        put("file", json!(self.file));
        put("records", json!(self.new + self.already + amended));
        put("new", json!(self.new));
        put("already", json!(self.already));
        put("read_as", json!(self.read_as));
        put("rows", json!(self.rows));
        put("refused_rows", json!(self.refused));
        if self.refused > 0 {
            put("refused_in", json!(self.refused_in));
        }
        if let Some(sync) = &self.sync {
            put("amended", json!(sync.amended));
            put("reinstated", json!(sync.reinstated));
            put("missing", json!(sync.missing));
            put("retracted", json!(if sync.retracted { sync.missing.len() } else { 0 }));
            put("left_retracted", json!(sync.left_retracted));
        }
        vec![Value::Object(row)]
    }

    /// The page with what was wrong with the rows that were left out.
    pub(super) fn said_by(&self, mut page: Page) -> Page {
        for problem in self.problems.iter().take(MOST_TOLD) {
            let item = item(&self.file, problem.clone());
            let place = item.at.map(|(file, line)| format!("{file}:{line}: ")).unwrap_or_default();
            let guesses = item.guesses.join("` or `");
            let meant = if guesses.is_empty() {
                String::new()
            } else {
                format!("; did you mean `{guesses}`?")
            };
            page.remarks.push(format!("warning: {place}{}{meant}", item.message));
        }
        if self.problems.len() > MOST_TOLD {
            let more = self.problems.len() - MOST_TOLD;
            page.remarks.push(format!("warning: {more} more problems are not told"));
        }
        page
    }
}

impl Difference {
    fn corrections(&self) -> usize {
        let retracted = if self.retracted { self.missing.len() } else { 0 };
        self.amended + self.reinstated + retracted
    }

    fn counted(&self, would: &str) -> String {
        let retracted = if self.retracted { self.missing.len() } else { 0 };
        let counts =
            [(self.amended, "amended"), (self.reinstated, "reinstated"), (retracted, "retracted")];
        let mut said = String::new();
        for (count, word) in counts.iter().filter(|(count, _)| *count > 0) {
            // Writing to a String cannot fail.
            let _ = write!(said, ", {count} {would}{word}");
        }
        said
    }

    /// What was left as it is.
    fn rest(&self) -> String {
        let numbers = |records: &[u64]| {
            let shown: Vec<String> = records.iter().take(10).map(|it| format!("@{it}")).collect();
            let more = if records.len() > 10 { " …" } else { "" };
            format!("{}{more}", shown.join(" "))
        };
        let mut text = String::new();
        if !self.missing.is_empty() && !self.retracted {
            let (count, which) = (self.missing.len(), numbers(&self.missing));
            let _ = writeln!(
                text,
                "{count} no longer in the sheet, and kept: {which} (--missing retract withdraws them)"
            );
        }
        if !self.left_retracted.is_empty() {
            let (count, which) = (self.left_retracted.len(), numbers(&self.left_retracted));
            let _ = writeln!(text, "{count} retracted in the ledger, and left so: {which}");
        }
        text
    }
}
