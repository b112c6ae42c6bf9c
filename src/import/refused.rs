//! The rows that were refused, as a file that can be mended and imported with the same rules.

use std::collections::BTreeSet;

use super::encoding::Encoding;
use super::rules::Rules;
use super::table::{Form, Row, Table};
use super::view::FillDown;

/// The bytes of a file with the rows at some places of a table: the same columns, and for text the
/// same encoding and separator. Rows of a workbook become UTF-8 with commas and a mark.
pub(super) fn file(table: &Table, rules: &Rules, places: &BTreeSet<usize>) -> Vec<u8> {
    let (encoding, marked, delimiter) = match table.form {
        Form::Text { encoding, marked, delimiter } => (encoding, marked, delimiter),
        Form::Workbook { .. } => (Encoding::Utf8, true, rules.file.delimiter.unwrap_or(',')),
    };
    let mut text = String::new();
    let mut lines = table.before.iter().map(Vec::as_slice).chain([table.header.as_slice()]);
    lines.by_ref().for_each(|cells| line(&mut text, cells, delimiter));
    let columns = table.columns();
    let mut fill = FillDown::of(&rules.rows.fill_down, table, &columns);
    for (place, row) in table.rows.iter().enumerate() {
        let filled = fill.fill(&row.cells);
        if places.contains(&place) {
            line(&mut text, &as_given(row, filled), delimiter);
        }
    }
    let mut bytes = if marked { encoding.mark().to_vec() } else { Vec::new() };
    bytes.extend(encoding.encode(&text));
    bytes
}

/// The cells of a row, as many as it has: one that is too short must not become a whole one.
fn as_given(row: &Row, mut cells: Vec<String>) -> Vec<String> {
    cells.truncate(row.given.max(1));
    cells.extend(row.more.iter().cloned());
    cells
}

fn line(text: &mut String, cells: &[String], delimiter: char) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(delimiter);
        }
        let is_plain = !cell.contains(['"', '\n', '\r', ',', ';', '\t', delimiter]);
        // A line without anything would be passed over.
        let is_alone = cell.is_empty() && cells.len() == 1;
        if is_plain && !is_alone {
            text.push_str(cell);
        } else {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
    }
    text.push('\n');
}
