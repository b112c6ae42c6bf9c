//! A mapping proposed for a table, with a comment for each guess that says what led to it.
//!
//! What cannot be known from the table is written as `"?"`: rules with such a value are refused
//! until it is answered.

mod columns;
mod forms;
mod merged;
mod page;
mod shape;
mod words;

use std::collections::BTreeSet;

use super::problem::{Found, Problem};
use super::table::Table;
use super::text;
use super::workbook;
use super::{Encoding, Form, Sort, Told, Trouble};
use page::Page;
use shape::Shape;

/// The most rows among which the header is looked for.
const MOST_ABOVE: usize = 20;

/// The most rows that are looked at.
const MOST_ROWS: usize = 5_000;

/// A mapping file (TOML) proposed for a file of that name.
pub fn suggest(name: &str, bytes: &[u8], sort: Sort, told: Told<'_>) -> Result<String, Trouble> {
    let in_table = |problem: Box<Problem>| Trouble::Table(vec![*problem]);
    let guess = match sort {
        Sort::Text { .. } if told.encoding.is_none() => guessed(bytes),
        Sort::Text { .. } | Sort::Book(_) => None,
    };
    let told = Told { encoding: told.encoding.or(guess), ..told };
    let first = read(bytes, sort, told, 1).map_err(in_table)?;
    let first = most_said(first, bytes, sort, told);
    let header = likely_header(&first);
    let mut table = match &first.form {
        Form::Workbook { sheet, .. } if header > 1 => {
            read(bytes, sort, Told { sheet: Some(sheet), ..told }, header).map_err(in_table)?
        }
        Form::Text { .. } if header > 1 => read(bytes, sort, told, header).map_err(in_table)?,
        Form::Workbook { .. } | Form::Text { .. } => first,
    };
    let rows = table.rows.len();
    table.rows.truncate(MOST_ROWS);
    let merged = merged::found(&table, &merged_columns(bytes, sort, &table.form, header));
    merged::fill(&mut table, &merged);
    let mut page = Page::of(name, rows);
    match &table.form {
        Form::Text { encoding: read, delimiter, .. } => {
            page.text_file(*read, guess.is_some(), *delimiter);
        }
        Form::Workbook { sheet, others } => page.workbook(sheet, others),
    }
    page.header(header);
    merged::write(&merged, &mut page);
    Shape::of(name, &table).write(&mut page);
    Ok(page.finish())
}

/// The columns of a sheet in which it says that cells below the header are merged.
fn merged_columns(bytes: &[u8], sort: Sort, form: &Form, header: usize) -> BTreeSet<usize> {
    match (sort, form) {
        (Sort::Book(book), Form::Workbook { sheet, .. }) => {
            workbook::merged_columns(bytes, book, sheet, header)
        }
        (Sort::Book(_) | Sort::Text { .. }, _) => BTreeSet::new(),
    }
}

fn read(bytes: &[u8], sort: Sort, told: Told<'_>, header: usize) -> Found<Table> {
    match sort {
        Sort::Text { tabs } => {
            let delimiter = tabs.then_some('\t');
            text::read(bytes, text::Told { encoding: told.encoding, delimiter, header })
        }
        Sort::Book(book) => workbook::read(bytes, book, told.sheet, header, true),
    }
}

/// Of several sheets the one that says most, unless one is named.
fn most_said(first: Table, bytes: &[u8], sort: Sort, told: Told<'_>) -> Table {
    let Form::Workbook { others, .. } = &first.form else { return first };
    if told.sheet.is_some() {
        return first;
    }
    let others = others.iter().filter_map(|sheet| {
        let told = Told { sheet: Some(sheet), ..told };
        read(bytes, sort, told, 1).ok()
    });
    let others: Vec<Table> = others.collect();
    others
        .into_iter()
        .fold(first, |best, other| if said(&other) > said(&best) { other } else { best })
}

/// How many cells say something.
fn said(table: &Table) -> usize {
    let rows = table.rows.iter().map(|row| filled(&row.cells) + filled(&row.more));
    filled(&table.header) + rows.sum::<usize>()
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// The row that seems to be the header: the first of those at the top that are about as full as the
/// fullest.
fn likely_header(table: &Table) -> usize {
    let mut rows = vec![(1, filled(&table.header))];
    let below = table.rows.iter().take(MOST_ABOVE);
    rows.extend(below.map(|row| (row.line, filled(&row.cells) + filled(&row.more))));
    let most = rows.iter().map(|(_, filled)| *filled).max().unwrap_or_default();
    let header = rows.iter().find(|(_, filled)| filled * 5 >= most * 4);
    header.map_or(1, |(line, _)| *line)
}

/// What a text without a mark is, if it is not UTF-8.
fn guessed(bytes: &[u8]) -> Option<Encoding> {
    if Encoding::of_mark(bytes).is_some() || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    Encoding::guesses(bytes).into_iter().next()
}
