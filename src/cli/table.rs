//! Rows in columns: for people, as CSV, as Markdown.

use unicode_width::UnicodeWidthStr;

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

    /// Columns two spaces apart, no trailing spaces, each line after `margin`.
    pub(super) fn to_text(&self, margin: &str) -> String {
        let rows: Vec<Vec<String>> = std::iter::once(&self.header)
            .chain(&self.rows)
            .map(|row| row.iter().map(|cell| safe(cell).into_owned()).collect())
            .collect();
        let columns = self.header.len();
        let is_row = |row: &&Vec<String>| row.len() == columns;
        let width = |column: usize| {
            rows.iter()
                .filter(is_row)
                .filter_map(|row| row.get(column))
                .map(|c| c.width())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths);
            let padded = cells.map(|(cell, width)| {
                format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
            });
            let text = padded.collect::<Vec<_>>().join("  ");
            format!("{margin}{}", text.trim_end())
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
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
    fn columns_line_up_by_what_is_seen() {
        assert_eq!(table().to_text(" "), " a     b\n 韓    x|y\n =1+1  say \"hi\", you\n");
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
