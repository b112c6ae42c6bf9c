//! A table in columns that fit the sheet. Titles are cut first; then statuses and other words are
//! folded inside their columns. Ids, dates and record numbers stay whole; where they leave too
//! little room, the cells of a row stand one after another instead, on as many lines as it takes.

use super::super::marks::{CELL, LINE};
use super::super::paint::Tone;
use super::Sheet;
use super::fold::{columns, cut_to, fold};

/// What stands between two columns.
const GAP: usize = 2;
/// To no less than this a title is cut.
const LEAST_TITLE: usize = 20;
/// To no less than this, and never to less than a word, words are folded.
const LEAST_WORDS: usize = 18;

/// How a column gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    Nothing,
    /// Its cells are cut, to no less than this.
    Ends(usize),
    /// Its cells are folded, to no less than this.
    Lines(usize),
}

/// A table as a page has it.
pub(super) struct Grid<'t> {
    margin: &'t str,
    header: Vec<&'t str>,
    rows: Vec<Vec<&'t str>>,
}

impl<'t> Grid<'t> {
    pub(super) fn parse(piece: &'t str) -> Self {
        let mut lines = piece.split(LINE);
        let margin = lines.next().unwrap_or_default();
        let mut rows = lines.map(|line| line.split(CELL).collect());
        let header = rows.next().unwrap_or_default();
        Self { margin, header, rows: rows.collect() }
    }

    /// Writes the table and says whether something was cut.
    pub(super) fn set(&self, sheet: &Sheet, out: &mut String) -> bool {
        let natural = self.widths();
        let room = sheet.width.map(|width| {
            let gaps = GAP * natural.len().saturating_sub(1);
            width.saturating_sub(columns(self.margin) + gaps)
        });
        let gives = self.gives();
        let Some(widths) = fitted(&natural, room, &gives) else {
            self.flowing(sheet, out);
            return false;
        };
        self.aligned(sheet, &widths, &gives, out);
        let is_cut = |column: usize| matches!(gives[column], Gives::Ends(_));
        (0..widths.len()).any(|at| is_cut(at) && widths[at] < natural[at])
    }

    fn is_row(&self, row: &[&str]) -> bool {
        row.len() == self.header.len()
    }

    fn all(&self) -> impl Iterator<Item = &Vec<&'t str>> {
        std::iter::once(&self.header).chain(&self.rows)
    }

    fn widths(&self) -> Vec<usize> {
        let rows = || self.all().filter(|row| self.is_row(row));
        let width = |column| rows().map(|row| columns(row[column])).max().unwrap_or(0);
        (0..self.header.len()).map(width).collect()
    }

    /// How each column gives way: by the words in it.
    fn gives(&self) -> Vec<Gives> {
        let gives = |(column, name): (usize, &&str)| {
            let rows = self.rows.iter().filter(|row| self.is_row(row));
            let words = || rows.clone().flat_map(|row| row[column].split_whitespace());
            let has_words = rows.clone().any(|row| row[column].trim().contains(' '));
            let whole = ["", "EFFECTIVE", "DUE", "SINCE", "RECORDED"].contains(name);
            match *name {
                _ if !has_words || whole => Gives::Nothing,
                "MEASURE" | "TITLE" => Gives::Ends(LEAST_TITLE),
                _ => Gives::Lines(words().map(columns).max().unwrap_or(0).max(LEAST_WORDS)),
            }
        };
        self.header.iter().enumerate().map(gives).collect()
    }

    fn aligned(&self, sheet: &Sheet, widths: &[usize], gives: &[Gives], out: &mut String) {
        for (place, row) in self.all().enumerate() {
            if !self.is_row(row) {
                self.remark(sheet, row, out);
                continue;
            }
            let shown = |(cell, (width, gives)): (&&str, (&usize, &Gives))| match gives {
                Gives::Lines(_) => folded(cell, *width),
                Gives::Ends(_) | Gives::Nothing => vec![cut_to(cell, *width, sheet.cut).into()],
            };
            let cells = row.iter().zip(widths.iter().zip(gives));
            let cells: Vec<Vec<String>> = cells.map(shown).collect();
            for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let parts = cells.iter().map(|cell| cell.get(line).map_or("", String::as_str));
                self.line(sheet, (row, place == 0), &parts.collect::<Vec<_>>(), widths, out);
            }
        }
    }

    /// One line of a row. `row`: the whole of it, and whether it is the header.
    fn line(
        &self,
        sheet: &Sheet,
        (row, heads): (&[&str], bool),
        parts: &[&str],
        widths: &[usize],
        out: &mut String,
    ) {
        let mut line = self.margin.to_owned();
        let mut owed = 0;
        for (column, (part, width)) in parts.iter().zip(widths).enumerate() {
            if !part.is_empty() {
                line += &" ".repeat(std::mem::take(&mut owed));
                line += &sheet.paint.paint(self.tone(row, column, heads), part);
            }
            owed += GAP + width.saturating_sub(columns(part));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }

    /// A line between the rows.
    fn remark(&self, sheet: &Sheet, row: &[&str], out: &mut String) {
        let text = format!("{}{}", self.margin, row.concat());
        sheet.line(text.trim_end(), Tone::Plain, out);
    }

    /// Rows whose cells stand one after another, on as many lines as it takes.
    fn flowing(&self, sheet: &Sheet, out: &mut String) {
        for (place, row) in self.all().enumerate() {
            if self.is_row(row) {
                self.flow(sheet, row, place == 0, out);
            } else {
                self.remark(sheet, row, out);
            }
        }
    }

    fn flow(&self, sheet: &Sheet, row: &[&str], heads: bool, out: &mut String) {
        let signs = usize::from(self.header.first().is_some_and(|name| name.is_empty()));
        let mut flow = Flow::new(sheet, columns(self.margin));
        if signs > 0 {
            flow.sign(self.tone(row, 0, heads), row[0], self.widths()[0] + GAP);
        }
        let filled = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        for (column, cell) in row.iter().enumerate().take(filled).skip(signs) {
            // Out of its column, an empty cell must be seen.
            let cell = if cell.is_empty() && !heads { "-" } else { cell };
            flow.cell(self.tone(row, column, heads), cell);
        }
        flow.end(out);
    }

    fn tone(&self, row: &[&str], column: usize, heads: bool) -> Tone {
        if heads {
            return Tone::Heading;
        }
        let (name, first) = (self.header[column], row[0].trim());
        let signs = self.header[0].is_empty();
        let of_standing = self.header.iter().any(|name| name.starts_with("STATUS"));
        match (signs, of_standing) {
            (true, true) if column == 0 || name.starts_with("STATUS") => Tone::of_sign(first),
            (true, false) if column == 0 || name == "STATE" => Tone::of_warning(first),
            _ => Tone::Plain,
        }
    }
}

/// The cells of a row one after another; where a line is full, they go on below the first.
struct Flow<'s> {
    sheet: &'s Sheet,
    width: usize,
    lines: Vec<String>,
    /// How many columns of the last line are taken.
    used: usize,
    /// Where lines begin after the first.
    hang: usize,
    is_begun: bool,
}

impl<'s> Flow<'s> {
    fn new(sheet: &'s Sheet, margin: usize) -> Self {
        let width = sheet.width.unwrap_or(usize::MAX);
        let (lines, hang) = (vec![" ".repeat(margin)], margin + GAP);
        Self { sheet, width, lines, used: margin, hang, is_begun: false }
    }

    fn put(&mut self, tone: Tone, text: &str) {
        if let Some(line) = self.lines.last_mut() {
            *line += &self.sheet.paint.paint(tone, text);
            self.used += columns(text);
        }
    }

    fn next_line(&mut self) {
        self.lines.push(" ".repeat(self.hang));
        self.used = self.hang;
    }

    /// The sign of a row in a column of its own, so that signs stand below one another.
    fn sign(&mut self, tone: Tone, sign: &str, column: usize) {
        self.hang = self.used + column;
        self.put(tone, sign);
        let rest = self.hang.saturating_sub(self.used);
        self.put(Tone::Plain, &" ".repeat(rest));
    }

    fn cell(&mut self, tone: Tone, cell: &str) {
        let text = cell.trim();
        if text.is_empty() {
            return;
        }
        let indent = cell.len() - cell.trim_start_matches(' ').len();
        if !self.is_begun && indent > 0 {
            // A part stands under its whole.
            self.put(Tone::Plain, &" ".repeat(indent));
            self.hang += indent;
        }
        if self.is_begun && self.used + GAP + columns(text) > self.width {
            self.next_line();
        } else if self.is_begun {
            self.put(Tone::Plain, &" ".repeat(GAP));
        }
        let room = self.width.saturating_sub(self.used).max(8);
        for (place, part) in folded(text, room).iter().enumerate() {
            if place > 0 {
                self.next_line();
            }
            self.put(tone, part);
        }
        self.is_begun = true;
    }

    fn end(self, out: &mut String) {
        for line in self.lines {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// A cell on lines of at most a width.
fn folded(cell: &str, width: usize) -> Vec<String> {
    let cell = cell.trim();
    fold(cell, Some(width)).iter().map(|line| line.trim_start().to_owned()).collect()
}

/// The widths of the columns in the room there is, or none where there is too little.
fn fitted(natural: &[usize], room: Option<usize>, gives: &[Gives]) -> Option<Vec<usize>> {
    let mut widths = natural.to_vec();
    let room = room.unwrap_or(usize::MAX);
    let cut = |gives: Gives| if let Gives::Ends(least) = gives { Some(least) } else { None };
    let fold = |gives: Gives| if let Gives::Lines(least) = gives { Some(least) } else { None };
    let ways: [&dyn Fn(Gives) -> Option<usize>; 2] = [&cut, &fold];
    for way in ways {
        while widths.iter().sum::<usize>() > room {
            let can = |&column: &usize| way(gives[column]).is_some_and(|it| widths[column] > it);
            let widest = (0..widths.len()).filter(can).max_by_key(|&column| widths[column]);
            let Some(column) = widest else { break };
            widths[column] -= 1;
        }
    }
    (widths.iter().sum::<usize>() <= room).then_some(widths)
}
