//! A sheet of a workbook as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader as _, Xlsx};

use super::problem::{Fault, Found, Problem};
use super::table::{Form, MOST_CELLS, RawRow, Table};
use crate::time::Day;

/// The sorts of workbooks that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// Excel's (`.xlsx`).
    Xlsx,
    /// `OpenDocument`'s (`.ods`).
    Ods,
}

/// Rows by number, cells by column, both from 0.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// Reads the sheet of that name, or the only one that says something. `first`: of several, the
/// first will do.
pub(super) fn read(
    bytes: &[u8],
    book: Book,
    sheet: Option<&str>,
    header: usize,
    first: bool,
) -> Found<Table> {
    // The reader is not ours, and a damaged file may surprise it.
    let read = || match book {
        Book::Xlsx => xlsx(bytes, sheet, first),
        Book::Ods => ods(bytes, sheet, first),
    };
    let read = catch_unwind(AssertUnwindSafe(read));
    let (sheet, others, cells) =
        read.unwrap_or_else(|_| Err(Box::new(unreadable("it is damaged"))))?;
    let form = Form::Workbook { sheet, others };
    Table::of(form, rows(cells)?, header)
}

fn unreadable(why: &str) -> Problem {
    let message = format!("this cannot be read as a workbook: {why}");
    Problem::new(Fault::BadTable, message)
}

fn xlsx(bytes: &[u8], sheet: Option<&str>, first: bool) -> Found<(String, Vec<String>, Cells)> {
    let failed = |error: calamine::XlsxError| Box::new(unreadable(&error.to_string()));
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(failed)?;
    let (name, others) = chosen(book.sheet_names(), sheet, first)?;
    let mut reader = book.worksheet_cells_reader(&name).map_err(failed)?;
    let mut cells = Cells::new();
    let mut count = 0;
    while let Some(cell) = reader.next_cell().map_err(failed)? {
        let (row, column) = cell.get_position();
        if let Some(text) = of_ref(cell.get_value()) {
            count += 1;
            few_enough(count)?;
            cells.entry(row).or_default().insert(column, text);
        }
    }
    Ok((name, others, cells))
}

fn ods(bytes: &[u8], sheet: Option<&str>, first: bool) -> Found<(String, Vec<String>, Cells)> {
    let failed = |error: calamine::OdsError| Box::new(unreadable(&error.to_string()));
    let mut book: Ods<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(failed)?;
    let (name, others) = chosen(book.sheet_names(), sheet, first)?;
    let range = book.worksheet_range(&name).map_err(failed)?;
    let (top, left) = range.start().unwrap_or_default();
    let mut cells = Cells::new();
    let mut count = 0;
    for (row, column, value) in range.used_cells() {
        if let Some(text) = of_data(value) {
            count += 1;
            few_enough(count)?;
            let place = |from: u32, by: usize| from.saturating_add(u32::try_from(by).unwrap_or(0));
            cells.entry(place(top, row)).or_default().insert(place(left, column), text);
        }
    }
    Ok((name, others, cells))
}

/// The columns of a sheet, from 0, in which cells of several rows below the header's are merged; none
/// where that is not read.
pub(super) fn merged_columns(
    bytes: &[u8],
    book: Book,
    sheet: &str,
    header: usize,
) -> BTreeSet<usize> {
    let read = || match book {
        Book::Xlsx => {
            let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).ok()?;
            book.merge_cells_by_sheet_name(sheet).ok()
        }
        Book::Ods => None,
    };
    let regions = catch_unwind(AssertUnwindSafe(read)).ok().flatten().unwrap_or_default();
    let below = regions.iter().filter(|it| it.start.0 < it.end.0 && it.start.0 as usize >= header);
    below.map(|region| region.start.1 as usize).collect()
}

fn few_enough(cells: usize) -> Found<()> {
    let message = format!("more than {MOST_CELLS} cells: import it in parts");
    if cells > MOST_CELLS { Err(Box::new(Problem::new(Fault::BadTable, message))) } else { Ok(()) }
}

/// The name of the sheet that is read, and those of the others.
fn chosen(
    mut names: Vec<String>,
    sheet: Option<&str>,
    first: bool,
) -> Found<(String, Vec<String>)> {
    let said = |names: &[String]| format!("`{}`", names.join("`, `"));
    let place = match sheet {
        Some(sheet) => names.iter().position(|name| name == sheet).ok_or_else(|| {
            let message = format!("no sheet `{sheet}`: there are {}", said(&names));
            let problem = Problem::new(Fault::BadTable, message);
            Box::new(problem.guessing(sheet, names.iter().map(String::as_str)))
        })?,
        None if names.len() > 1 && !first => {
            let message = format!(
                "which sheet? There are {}: say `--sheet NAME`, or `sheet` in [file] of the rules",
                said(&names)
            );
            return Err(Box::new(Problem::new(Fault::Unanswered, message)));
        }
        None if names.is_empty() => return Err(Box::new(unreadable("it has no sheet"))),
        None => 0,
    };
    let name = names.remove(place);
    Ok((name, names))
}

/// Rows from the first column on, in order.
fn rows(cells: Cells) -> Found<Vec<RawRow>> {
    let mut rows = Vec::with_capacity(cells.len());
    let mut count = 0;
    for (number, row) in cells {
        let width = row.last_key_value().map_or(0, |(&column, _)| column as usize + 1);
        count += width;
        few_enough(count)?;
        let mut texts = vec![String::new(); width];
        for (column, text) in row {
            if let Some(place) = texts.get_mut(column as usize) {
                *place = text;
            }
        }
        rows.push((number as usize + 1, texts, None));
    }
    Ok(rows)
}

/// A cell as text; none where it is empty.
fn of_ref(value: &DataRef<'_>) -> Option<String> {
    match value {
        DataRef::Int(number) => Some(number.to_string()),
        DataRef::Float(number) => Some(number_text(*number)),
        DataRef::String(text) | DataRef::DurationIso(text) => Some(text.clone()),
        DataRef::SharedString(text) => Some((*text).to_owned()),
        DataRef::Bool(yes) => Some(truth(*yes)),
        DataRef::DateTime(date) => Some(date_text(date)),
        DataRef::DateTimeIso(text) => Some(iso_text(text)),
        DataRef::Error(error) => Some(error.to_string()),
        DataRef::Empty => None,
    }
}

fn of_data(value: &Data) -> Option<String> {
    match value {
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number_text(*number)),
        Data::String(text) | Data::DurationIso(text) => Some(text.clone()),
        Data::Bool(yes) => Some(truth(*yes)),
        Data::DateTime(date) => Some(date_text(date)),
        Data::DateTimeIso(text) => Some(iso_text(text)),
        Data::Error(error) => Some(error.to_string()),
        Data::Empty => None,
    }
}

fn truth(yes: bool) -> String {
    if yes { "TRUE" } else { "FALSE" }.to_owned()
}

/// Whole numbers without a point.
fn number_text(number: f64) -> String {
    format!("{number}")
}

/// The day of a date; a time of day is left out. What is no date stays a number.
fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    let found = Day::new(i32::from(year), u32::from(month), u32::from(day));
    let found = found.filter(|_| date.is_datetime() && (1.0..2_958_466.0).contains(&date.as_f64()));
    found.map_or_else(|| number_text(date.as_f64()), |day| day.to_string())
}

/// The day of a date that is written out.
fn iso_text(text: &str) -> String {
    text.split('T').next().unwrap_or(text).to_owned()
}
