//! Rows in columns: what a spreadsheet gets of an answer.

/// A table with a header. The name of a column says what sort of thing its cells hold.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|&name| name.to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row: a cell for each column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Comma-separated values with CRLF line ends (RFC 4180).
    ///
    /// A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    #[must_use]
    pub fn to_csv(&self) -> String {
        super::csv::csv(self)
    }

    /// A Markdown table.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        super::markdown::markdown(self)
    }

    /// The header and the rows.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.header).chain(&self.rows)
    }
}
