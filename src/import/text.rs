//! Delimited text as a table.

use super::encoding::Encoding;
use super::problem::{Fault, Found, Problem};
use super::table::{Form, MOST_CELLS, RawRow, Table};

/// What can stand between cells, first what stands least in texts.
const DELIMITERS: [char; 3] = ['\t', ';', ','];

/// What is said about a text before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) encoding: Option<Encoding>,
    pub(super) delimiter: Option<char>,
    /// The line of the header, from 1.
    pub(super) header: usize,
}

/// Reads delimited text. A mark at its beginning says its encoding, else what was told, else it is
/// UTF-8.
pub(super) fn read(bytes: &[u8], told: Told) -> Found<Table> {
    let marked = Encoding::of_mark(bytes);
    let encoding = marked.map(|(encoding, _)| encoding).or(told.encoding).unwrap_or(Encoding::Utf8);
    let bytes = &bytes[marked.map_or(0, |(_, length)| length)..];
    let (text, bad) = encoding.decode(bytes);
    let delimiter = told.delimiter.unwrap_or_else(|| likeliest(&text, told.header));
    let mut rows = split(&text, delimiter)?;
    for line in bad {
        complain(&mut rows, line, encoding, bytes);
    }
    let form = Form::Text { encoding, marked: marked.is_some(), delimiter };
    Table::of(form, rows, told.header)
}

/// Notes at the row of a line that its bytes do not fit.
fn complain(rows: &mut [RawRow], line: usize, encoding: Encoding, bytes: &[u8]) {
    let row = rows.partition_point(|(first, ..)| *first <= line).saturating_sub(1);
    let Some((_, _, problem)) = rows.get_mut(row).filter(|(_, _, problem)| problem.is_none())
    else {
        return;
    };
    let message = format!("some bytes are not {encoding}");
    let mut found = Problem::new(Fault::BadEncoding, message).at(line);
    if encoding == Encoding::Utf8 {
        let guesses = Encoding::guesses(bytes).into_iter().take(3);
        found.guesses = guesses.map(|guess| format!("--encoding {guess}")).collect();
    }
    *problem = Some(found);
}

/// The delimiter that stands most often in the line of the header, outside of quotes.
fn likeliest(text: &str, header: usize) -> char {
    let line = text.lines().nth(header.saturating_sub(1)).unwrap_or_default();
    let mut is_quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for c in line.chars() {
        is_quoted ^= c == '"';
        let place = DELIMITERS.iter().position(|&delimiter| delimiter == c);
        if let Some(count) = place.and_then(|place| counts.get_mut(place)).filter(|_| !is_quoted) {
            *count += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let place = counts.iter().position(|&count| count == most && count > 0);
    place.and_then(|place| DELIMITERS.get(place)).copied().unwrap_or(',')
}

/// The rows of a text with the lines on which they begin.
fn split(text: &str, delimiter: char) -> Found<Vec<RawRow>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(text);
    let mut rows = Vec::new();
    let mut cells = 0;
    for record in reader.records() {
        let record = record.map_err(|error| {
            Box::new(Problem::new(Fault::BadTable, format!("this is no table: {error}")))
        })?;
        let begin = record.position().map_or(0, csv::Position::byte);
        let row: Vec<String> = record.iter().map(str::to_owned).collect();
        cells += row.len();
        if cells > MOST_CELLS {
            let message = format!("more than {MOST_CELLS} cells: import it in parts");
            return Err(Box::new(Problem::new(Fault::BadTable, message)));
        }
        rows.push((lines.at(begin), row, None));
    }
    never_closed(text, &mut rows);
    Ok(rows)
}

/// A quote that nothing closes takes the rest of the file into one cell.
fn never_closed(text: &str, rows: &mut [RawRow]) {
    if let Some((line, cells, problem)) = rows.last_mut()
        && cells.last().is_some_and(|cell| cell.contains('\n'))
        && !text.trim_end_matches(['\r', '\n']).ends_with('"')
    {
        let message = "a quote `\"` is opened in this row and never closed";
        *problem = Some(Problem::new(Fault::BadTable, message).at(*line));
    }
}

/// Counts lines on the way through a text.
struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the first thing at a byte or after it; never goes back.
    fn at(&mut self, byte: u64) -> usize {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&next) = self.bytes.get(self.at) {
            if self.at >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            let ends =
                next == b'\n' || next == b'\r' && self.bytes.get(self.at + 1) != Some(&b'\n');
            self.line += usize::from(ends);
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(bytes: &[u8]) -> Table {
        read(bytes, Told { header: 1, ..Told::default() }).unwrap()
    }

    #[test]
    fn rows_have_the_lines_on_which_they_begin() {
        let text = "a,b\r\n\r\n1,\"x\r\ny\"\r\n\r\n\r\n2,z\r\n,\r\n3,w";
        let lines: Vec<usize> = table(text.as_bytes()).rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 7, 9]);
    }

    #[test]
    fn the_delimiter_is_the_one_of_the_header() {
        for (text, delimiter) in [
            ("a,b\n1;2,3\n", ','),
            ("a;b\n1,5;2\n", ';'),
            ("a\tb, c\n", '\t'),
            ("\"a;b\",c\n", ','),
            ("a\n", ','),
        ] {
            let form = table(text.as_bytes()).form;
            let found = matches!(form, Form::Text { delimiter: found, .. } if found == delimiter);
            assert!(found, "{text:?}: {form:?}");
        }
    }

    #[test]
    fn a_row_that_is_not_as_long_as_the_header_is_a_problem_of_that_row() {
        let table = table(b"a,b\n1\n1,2\n1,2,3\n1,2,,\n");
        let wrong: Vec<bool> = table.rows.iter().map(|row| row.problem.is_some()).collect();
        assert_eq!(wrong, [true, false, true, false]);
    }

    #[test]
    fn an_open_quote_is_said_where_it_is_opened() {
        let table = table(b"a,b\n1,2\n3,\"4\n5,6\n");
        assert_eq!(table.rows.last().unwrap().problem.as_ref().unwrap().line, 3);
        let closed = super::tests::table(b"a,b\n1,2\n3,\"4\n5,6\"\n");
        assert_eq!(closed.rows.last().unwrap().problem, None);
    }

    #[test]
    fn bytes_of_another_encoding_are_said_at_their_line() {
        let table = table(b"a,b\n1,\xe9\n2,x\n");
        let problem = table.rows[0].problem.as_ref().unwrap();
        assert_eq!((problem.line, problem.code), (2, "bad-encoding"));
        assert_eq!(problem.guesses, ["--encoding windows-1252"]);
        assert_eq!(table.rows[1].problem, None);
    }
}
