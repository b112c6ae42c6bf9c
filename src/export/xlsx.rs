//! Excel workbooks: a sheet with the rows of an answer, and one that says what they answer.
//!
//! Cells are typed: an exact day is a date, a count a number; what is uncertain stays a text, with
//! its earliest and latest day as dates in the columns beside it. A text is a text whatever it
//! begins with. Excel knows no day before 1900, and its first two months are a day off; such days
//! are texts. What Excel has no room for is refused (rows) or cut with a mark (long texts), and
//! [`Written::cut`] counts it.

use std::fmt;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, IgnoreError, Workbook as Book, Worksheet,
    XlsxError as Engine,
};
use unicode_width::UnicodeWidthStr as _;

use super::column::{Cell, Sort};
use super::table::Table;
use super::xml::holdable;
use crate::time::{Day, Instant};

/// How many characters a cell holds, as UTF-16 counts them.
pub const CELL_CHARACTERS: usize = 32_767;

/// How many rows a sheet holds, the header among them.
pub const SHEET_ROWS: usize = 1_048_576;

/// The narrowest and the widest a column is made, in characters.
const WIDTHS: (usize, usize) = (8, 60);

/// A workbook to be written.
#[derive(Debug, Clone, Copy)]
pub struct Workbook<'a> {
    /// What the sheet with the rows is called.
    pub sheet: &'a str,
    /// The rows.
    pub table: &'a Table,
    /// What they answer: names and values, for a second sheet.
    pub about: &'a [(String, String)],
    /// When it says it was made; some fixed day where there is none. Never the clock's time.
    pub made: Option<Instant>,
}

/// A workbook as it is written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many texts were too long for a cell; each is cut, marked and coloured.
    pub cut: usize,
}

/// Why there is no workbook.
#[derive(Debug)]
pub enum XlsxError {
    /// So many rows, and a sheet holds fewer.
    TooManyRows(usize),
    /// The file could not be put together.
    Unwritable(Engine),
}

impl fmt::Display for XlsxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRows(rows) => {
                let most = SHEET_ROWS - 1;
                write!(f, "the answer has {rows} rows, and a sheet of Excel holds {most}")
            }
            Self::Unwritable(error) => write!(f, "the workbook cannot be put together: {error}"),
        }
    }
}

impl std::error::Error for XlsxError {}

impl From<Engine> for XlsxError {
    fn from(error: Engine) -> Self {
        Self::Unwritable(error)
    }
}

impl Workbook<'_> {
    /// Puts it together.
    ///
    /// # Errors
    ///
    /// Where there are more rows than a sheet holds.
    pub fn write(&self) -> Result<Written, XlsxError> {
        if self.table.rows.len() >= SHEET_ROWS {
            return Err(XlsxError::TooManyRows(self.table.rows.len()));
        }
        let mut book = Book::new();
        let made = match self.made {
            Some(made) => ExcelDateTime::from_timestamp(seconds(made))?,
            None => ExcelDateTime::from_ymd(2000, 1, 1)?,
        };
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let pens = Pens::new();
        let mut cut = rows(book.add_worksheet().set_name(self.sheet)?, self.table, &pens)?;
        cut += about(book.add_worksheet().set_name("About")?, self.about, &pens)?;
        Ok(Written { bytes: book.save_to_buffer()?, cut })
    }
}

/// How cells look.
struct Pens {
    header: Format,
    text: Format,
    cut: Format,
    day: Format,
    instant: Format,
}

impl Pens {
    fn new() -> Self {
        let text = Format::new().set_num_format("@");
        Self {
            header: text.clone().set_bold().set_background_color(0x00E8_EDF2),
            cut: text.clone().set_background_color(0x00FF_E699),
            text,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
        }
    }
}

/// Writes the table; gives how many texts were cut.
fn rows(sheet: &mut Worksheet, table: &Table, pens: &Pens) -> Result<usize, Engine> {
    let sorts: Vec<Sort> = table.header.iter().map(|name| Sort::of(name)).collect();
    for (column, name) in (0..).zip(&table.header) {
        sheet.write_string_with_format(0, column, name, &pens.header)?;
    }
    let mut cut = 0;
    for (line, cells) in (1..).zip(&table.rows) {
        for ((column, text), sort) in (0..).zip(cells).zip(&sorts) {
            cut += write(sheet, (line, column), sort.read(text), pens)?;
        }
    }
    let last = (u32::try_from(table.rows.len()).unwrap_or(u32::MAX), last(table.header.len()));
    sheet.set_freeze_panes(1, 0)?.autofilter(0, 0, last.0, last.1)?;
    // A list of one record number is a text, like a list of two.
    sheet.ignore_error_range(0, 0, last.0, last.1, IgnoreError::NumberStoredAsText)?;
    for (column, width) in (0..).zip(widths(table)) {
        sheet.set_column_width(column, width)?;
    }
    Ok(cut)
}

fn last(columns: usize) -> u16 {
    u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX)
}

/// Writes what the rows answer, a name and a value a line.
fn about(sheet: &mut Worksheet, lines: &[(String, String)], pens: &Pens) -> Result<usize, Engine> {
    let mut cut = 0;
    for (line, (name, value)) in (0..).zip(lines) {
        sheet.write_string_with_format(line, 0, name, &pens.header)?;
        cut += write(sheet, (line, 1), Sort::of(name).read(value), pens)?;
    }
    sheet.set_column_width(0, 16)?.set_column_width(1, 90)?;
    Ok(cut)
}

/// Writes one cell; gives 1 where its text had to be cut.
fn write(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    cell: Cell<'_>,
    pens: &Pens,
) -> Result<usize, Engine> {
    match cell {
        Cell::Nothing => {}
        Cell::Number(number, is_negative) => {
            let number = f64::from(number);
            sheet.write_number(line, column, if is_negative { -number } else { number })?;
        }
        Cell::Truth(truth) => drop(sheet.write_boolean(line, column, truth)?),
        Cell::Day(day) => match serial(day) {
            Some(serial) => drop(sheet.write_number_with_format(line, column, serial, &pens.day)?),
            None => return put(sheet, (line, column), &day.to_string(), pens),
        },
        Cell::Instant(instant) => match serial(instant.day()) {
            Some(day) => {
                let serial = day + f64::from(instant.millis_of_day()) / 86_400_000.0;
                sheet.write_number_with_format(line, column, serial, &pens.instant)?;
            }
            None => return put(sheet, (line, column), &instant.to_string(), pens),
        },
        Cell::Text(text) => return put(sheet, (line, column), text, pens),
    }
    Ok(0)
}

/// Writes a text, cut and marked where it is too long.
fn put(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    text: &str,
    pens: &Pens,
) -> Result<usize, Engine> {
    let text = holdable(text);
    let length = text.encode_utf16().count();
    if length <= CELL_CHARACTERS {
        sheet.write_string_with_format(line, column, text, &pens.text)?;
        return Ok(0);
    }
    let mark = format!(" … [cut: {length} characters do not fit into a cell]");
    let mut room = CELL_CHARACTERS - mark.encode_utf16().count();
    let fits = |c: &char| {
        let left = room.checked_sub(c.len_utf16());
        room = left.unwrap_or(0);
        left.is_some()
    };
    let begins: String = text.chars().take_while(fits).collect();
    sheet.write_string_with_format(line, column, begins + &mark, &pens.cut)?;
    Ok(1)
}

/// The number that Excel has for a day; none before March 1900, where its calendar is wrong.
fn serial(day: Day) -> Option<f64> {
    let first = Day::new(1900, 3, 1)?;
    let days = i32::try_from(day.days_since(first)).ok().filter(|&days| days >= 0)?;
    Some(f64::from(days) + 61.0)
}

fn seconds(instant: Instant) -> i64 {
    i64::try_from(instant.unix_millis() / 1000).unwrap_or_default()
}

/// How wide each column has to be for what is in it.
fn widths(table: &Table) -> Vec<f64> {
    let mut widths: Vec<usize> = table.header.iter().map(|name| name.width() + 3).collect();
    for row in &table.rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.width() + 1);
        }
    }
    let (least, most) = WIDTHS;
    let within = |width: usize| u8::try_from(width.clamp(least, most)).map_or(60.0, f64::from);
    widths.into_iter().map(within).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_rows_than_a_sheet_holds_are_refused() {
        let mut table = Table::new(&["a"]);
        table.rows = vec![Vec::new(); SHEET_ROWS - 1];
        let book = |table: &Table| {
            Workbook { sheet: "rows", table, about: &[], made: None }.write().map(|it| it.cut)
        };
        assert!(matches!(book(&table), Ok(0)));
        table.row(Vec::new());
        let error = book(&table).unwrap_err();
        assert!(matches!(error, XlsxError::TooManyRows(SHEET_ROWS)));
        let said = "the answer has 1048576 rows, and a sheet of Excel holds 1048575";
        assert_eq!(error.to_string(), said);
    }

    #[test]
    fn days_have_the_numbers_that_excel_gives_them() {
        for (day, number) in [
            ("1900-02-28", None),
            ("1900-03-01", Some(61.0)),
            ("2019-11-22", Some(43_791.0)),
            ("9999-12-31", Some(2_958_465.0)),
        ] {
            assert_eq!(serial(day.parse().unwrap()), number, "{day}");
        }
    }
}
