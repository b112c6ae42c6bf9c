//! Tables coming in: spreadsheets and delimited text, with rules that say which columns mean what.
//!
//! Pure: bytes and rules in, drafts of records and problems out. What the drafts are then held to
//! is what every record is held to ([`crate::admission`]). `docs/import.md` explains the rules.

mod dates;
mod encoding;
mod gather;
mod party;
mod pattern;
mod problem;
mod refused;
mod rows;
mod rules;
mod slug;
mod suggest;
mod sync;
mod table;
mod template;
mod text;
mod view;
mod workbook;

use std::collections::BTreeSet;

pub use encoding::Encoding;
pub use gather::{Gathered, Origin, Rows};
pub use problem::{Fault, Problem};
pub use rows::Ending;
pub use rules::Rules;
pub use suggest::suggest;
pub use sync::{BACK, CORRECTED, GONE, Synced, sync};
pub use table::{Form, Row, Table};
pub use workbook::Book;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Delimited text; separated by tabs where it says so itself.
    Text {
        /// Whether its name says that tabs stand between cells.
        tabs: bool,
    },
    /// A workbook.
    Book(Book),
}

/// What is said about a file besides the rules; goes before what they say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'t> {
    /// The encoding of a text.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook.
    pub sheet: Option<&'t str>,
}

/// A file with the rules for it.
#[derive(Debug)]
pub struct Sheet {
    table: Table,
    rules: Rules,
}

/// What keeps a file from being read.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Something in the rules: the lines are theirs.
    Rules(Vec<Problem>),
    /// Something in the file: the lines are its own.
    Table(Vec<Problem>),
}

impl Sort {
    /// What a file of that name is; none where tables are not read from such files.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "csv" | "txt" => Some(Self::Text { tabs: false }),
            "tsv" | "tab" => Some(Self::Text { tabs: true }),
            "xlsx" | "xlsm" => Some(Self::Book(Book::Xlsx)),
            "ods" => Some(Self::Book(Book::Ods)),
            _ => None,
        }
    }
}

impl Sheet {
    /// Reads a file.
    pub fn read(bytes: &[u8], sort: Sort, rules: Rules, told: Told<'_>) -> Result<Self, Trouble> {
        let file = &rules.file;
        let header = file.header.unwrap_or(1);
        let table = match sort {
            Sort::Text { tabs } => {
                let encoding = told.encoding.or(file.encoding);
                let delimiter = file.delimiter.or(tabs.then_some('\t'));
                text::read(bytes, text::Told { encoding, delimiter, header })
            }
            Sort::Book(book) => {
                let sheet = told.sheet.or(file.sheet.as_deref());
                workbook::read(bytes, book, sheet, header, false)
            }
        };
        let table = table.map_err(|problem| Trouble::Table(vec![*problem]))?;
        let unfit = rules.unfit_for(&table);
        if unfit.is_empty() { Ok(Self { table, rules }) } else { Err(Trouble::Rules(unfit)) }
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Whether the ledger has to be asked which act ends a measure.
    #[must_use]
    pub fn asks_for_endings(&self) -> bool {
        let asks = |end: &rules::End| end.act.is_none();
        self.rules.events.iter().any(|event| event.end.as_ref().is_some_and(asks))
    }

    /// Whether ids or keys are made of the numbers of rows, which are others in another file; then
    /// the line of the rules that says so.
    #[must_use]
    pub fn counts_rows(&self) -> Option<usize> {
        let keys =
            self.rules.events.iter().flat_map(|event| [Some(&event.key), event.measure.as_ref()]);
        let mut names = keys.flatten().chain([&self.rules.measure.id]);
        let has_column = self.table.header.iter().any(|name| name == "row");
        let counts = names.find(|template| template.names().any(|name| name == "row"));
        counts.filter(|_| !has_column).map(|template| template.line)
    }

    /// The rows as records; problems of single rows are kept with them. The problems given back are
    /// those of the rules, where they do not fit the table.
    pub fn rows(&self, ending: &Ending<'_>) -> Result<Rows<'_>, Vec<Problem>> {
        let made = rows::made(&self.table, &self.rules, ending)?;
        Ok(Rows { table: &self.table, rules: &self.rules, made })
    }

    /// The bytes of a file with the rows at some places, to be mended and imported with the same
    /// rules.
    #[must_use]
    pub fn refused(&self, places: &BTreeSet<usize>) -> Vec<u8> {
        refused::file(&self.table, &self.rules, places)
    }
}
