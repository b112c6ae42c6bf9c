//! Rows in columns: for people, as CSV, as Markdown.

use super::marks::{CELL, LINE, TABLE};
use super::safe::safe;

/// A table with a header.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|&name| name.to_owned()).collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// A line between the rows, for people only.
    pub(super) fn remark(&mut self, text: String) {
        self.rows.push(vec![text]);
    }

    /// The table with marks between its cells, each line to stand after `margin`. Where the page is
    /// printed, it is set in columns ([`Sheet`](super::sheet::Sheet)).
    pub(super) fn to_text(&self, margin: &str) -> String {
        let lines = std::iter::once(&self.header).chain(&self.rows);
        let line = |row: &Vec<String>| {
            let cells = row.iter().map(|cell| safe(cell).into_owned());
            cells.collect::<Vec<_>>().join(CELL)
        };
        let lines: Vec<String> = lines.map(line).collect();
        format!("{TABLE}{margin}{LINE}{}{TABLE}", lines.join(LINE))
    }

    /// Comma-separated values with CRLF line ends (RFC 4180).
    ///
    /// A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    pub(super) fn to_csv(&self) -> String {
        let line = |row: &Vec<String>| {
            row.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",") + "\r\n"
        };
        std::iter::once(&self.header).chain(&self.rows).map(line).collect()
    }

    /// A Markdown table.
    pub(super) fn to_markdown(&self) -> String {
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().map(|cell| markdown_cell(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = format!("|{}\n", "---|".repeat(self.header.len()));
        line(&self.header) + &rule + &self.rows.iter().map(line).collect::<String>()
    }
}

fn csv_cell(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.len() > 1;
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

fn markdown_cell(cell: &str) -> String {
    safe(cell).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["韓".to_owned(), "x|y".to_owned()]);
        table.row(vec!["=1+1".to_owned(), "say \"hi\", you".to_owned()]);
        table
    }

    #[test]
    fn csv_is_quoted_and_runs_nothing() {
        assert_eq!(table().to_csv(), "a,b\r\n韓,x|y\r\n'=1+1,\"say \"\"hi\"\", you\"\r\n");
    }

    #[test]
    fn markdown_keeps_its_columns() {
        assert!(table().to_markdown().contains("| 韓 | x\\|y |"));
    }
}
