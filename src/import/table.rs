//! A table as it was read: its header, its rows with their places, and what it was read as.

use std::collections::BTreeMap;

use super::encoding::Encoding;
use super::problem::{Fault, Found, Problem};

/// The most cells of a table, empty ones between others counted.
pub(super) const MOST_CELLS: usize = 20_000_000;

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it was read as.
    pub form: Form,
    /// The rows above the header, as they are.
    pub before: Vec<Vec<String>>,
    /// The names of the columns, in order; runs of white space are one space.
    pub header: Vec<String>,
    /// The rows that say something, in order.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its line in the file, from 1; in a workbook its number in the sheet.
    pub line: usize,
    /// Its cells, one for each column of the header.
    pub cells: Vec<String>,
    /// How many of them the file has.
    pub given: usize,
    /// Cells beyond the header.
    pub more: Vec<String>,
    /// Why it cannot be read as it is.
    pub problem: Option<Problem>,
}

/// What a table was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Delimited text.
    Text {
        /// The encoding.
        encoding: Encoding,
        /// Whether it begins with a mark that says so.
        marked: bool,
        /// What stands between cells.
        delimiter: char,
    },
    /// A sheet of a workbook.
    Workbook {
        /// Its name.
        sheet: String,
        /// The names of the others.
        others: Vec<String>,
    },
}

/// A row as it stands in the file: its line, its cells, and why it cannot be read as it is.
pub(super) type RawRow = (usize, Vec<String>, Option<Problem>);

impl Form {
    /// In words.
    #[must_use]
    pub fn said(&self) -> String {
        match self {
            Self::Text { encoding, delimiter, .. } => {
                let delimiter = delimiter_name(*delimiter);
                format!("{encoding}, cells separated by {delimiter}")
            }
            Self::Workbook { sheet, .. } => format!("sheet `{sheet}`"),
        }
    }
}

/// The name of what stands between cells.
pub(super) fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        '\t' => "tab".to_owned(),
        other => format!("`{other}`"),
    }
}

impl Table {
    /// A table of rows as they stand in a file; its header is the row of that number, counted among
    /// all rows from 1.
    pub(super) fn of(form: Form, raw: Vec<RawRow>, header: usize) -> Found<Self> {
        let is_text = matches!(form, Form::Text { .. });
        let mut raw = raw.into_iter();
        let mut before = Vec::new();
        // Rows without any cell are not given: the header is found by its line.
        let (line, names, problem) = loop {
            let Some((line, cells, problem)) = raw.next() else {
                let message = format!("there is no row {header}: no header, no table");
                return Err(Box::new(Problem::new(Fault::BadTable, message)));
            };
            if line >= header {
                break (line, cells, problem);
            }
            before.push(cells);
        };
        if let Some(problem) = problem {
            return Err(Box::new(problem));
        }
        let mut header: Vec<String> = names.iter().map(|name| one_line(name)).collect();
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        if header.is_empty() {
            let message =
                "the header has no names: say `header = N` in [file] if it is further down";
            return Err(Box::new(Problem::new(Fault::BadTable, message).at(line)));
        }
        let given = if is_text { names.len() } else { header.len() };
        let rows = raw.filter(|(_, cells, problem)| says_something(cells) || problem.is_some());
        let rows = rows.map(|raw| Row::of(raw, header.len(), given, is_text)).collect();
        Ok(Self { form, before, header, rows })
    }

    /// Where each name of the header stands; those that stand twice have several places.
    pub(super) fn columns(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut columns: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, name) in self.header.iter().enumerate() {
            columns.entry(name).or_default().push(place);
        }
        columns
    }
}

impl Row {
    /// `given`: how many cells the header's row has.
    fn of((line, mut cells, problem): RawRow, columns: usize, given: usize, is_text: bool) -> Self {
        let found = cells.len();
        let mut more = if found > columns { cells.split_off(columns) } else { Vec::new() };
        while more.last().is_some_and(|cell| cell.trim().is_empty()) {
            more.pop();
        }
        cells.resize(columns, String::new());
        let wrong = !more.is_empty() || is_text && found < given.min(columns);
        let problem = problem.or_else(|| {
            let message = format!(
                "{found} cells, but the header has {given}: is a separator, a quote or a line break \
                 inside of a cell that is not quoted?"
            );
            wrong.then(|| Problem::new(Fault::BadTable, message).at(line))
        });
        let given = if is_text { found.min(columns) } else { columns };
        Self { line, cells, given, more, problem }
    }
}

fn says_something(cells: &[String]) -> bool {
    cells.iter().any(|cell| !cell.trim().is_empty())
}

/// The name of a column: trimmed, runs of white space as one space.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.trim_start_matches('\u{feff}').split_whitespace().collect();
    words.join(" ")
}
