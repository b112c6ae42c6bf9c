//! Tables on a page for people.

use super::marks::{CELL, LINE, TABLE};
use super::safe::safe;
pub(super) use crate::export::Table;

impl Table {
    /// A line between the rows, for people only.
    pub(super) fn remark(&mut self, text: String) {
        self.row(vec![text]);
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
}
