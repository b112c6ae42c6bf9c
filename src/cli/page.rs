//! What a verb has to say, in every form.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::output::Output;
use super::pager;
use super::safe::safe;
use super::screen::{Screen, is_too_long};
use super::table::Table;
use super::workbook::workbook;
use crate::ask::{Rows, write_json};

/// An answer ready to be printed.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// For people.
    pub(super) text: String,
    /// The one JSON object of the answer; without its `results` where the rows are apart.
    pub(super) json: Value,
    /// The rows of the answer, written one by one.
    pub(super) rows: Option<Rows>,
    /// The rows for JSON Lines; those under `results` where none are given.
    pub(super) lines: Option<Vec<Value>>,
    /// The rows as a table, for CSV and Markdown.
    pub(super) table: Option<Table>,
    /// The answer as a calendar, a feed or a drawing, where it was asked for so.
    pub(super) document: Option<String>,
    /// Said on stderr, in every form.
    pub(super) remarks: Vec<String>,
    /// Whether the text is data or a script: printed as it is.
    pub(super) as_is: bool,
    /// The exit code, where it is not 0.
    pub(super) exit: u8,
}

/// Says something on stderr, beside the answer.
pub(super) fn remark(text: &str) {
    // Nothing can be done where stderr is closed.
    let _ = writeln!(io::stderr(), "{}", safe(text));
}

impl Page {
    /// The page of some rows, made ready in no form but the one asked for: they can be very many.
    pub(super) fn of_rows<R: Serialize + 'static>(
        format: Format,
        json: Value,
        rows: Vec<R>,
        text: impl FnOnce(&[R]) -> String,
        table: impl FnOnce(&[R]) -> Table,
    ) -> Self {
        let page = Self { json, ..Self::default() };
        match format {
            Format::Text => Self { text: text(&rows), ..page },
            Format::Csv | Format::Md | Format::Xlsx => Self { table: Some(table(&rows)), ..page },
            Format::Json | Format::Jsonl => Self { rows: Some(Rows::of(rows)), ..page },
            Format::Ics | Format::Atom | Format::Svg | Format::Site => page,
        }
    }

    /// Prints the page and gives the exit code.
    pub(super) fn print(
        mut self,
        desk: &Desk,
        format: Format,
        output: Output,
    ) -> Result<u8, Complaint> {
        match format {
            Format::Text if self.as_is => {
                output.write_data(|out| out.write_all(self.text.as_bytes()))?;
            }
            Format::Text => {
                let text = self.set_text(&desk.screen());
                output.write(|out| out.write_all(text.as_bytes()))?;
            }
            Format::Json => {
                output.write_data(|out| write_json(out, &self.json, self.rows.as_ref()))?;
            }
            Format::Jsonl => output.write_data(|out| self.write_lines(out))?,
            Format::Csv => {
                let table = self.table(format)?.to_csv();
                output.write_data(|out| out.write_all(table.as_bytes()))?;
            }
            Format::Md => {
                let table = self.table(format)?.to_markdown();
                output.write_data(|out| out.write_all(table.as_bytes()))?;
            }
            Format::Xlsx => {
                let (bytes, remark) = workbook(desk, self.table(format)?, &self.json)?;
                self.remarks.extend(remark);
                output.write(|out| out.write_all(&bytes))?;
            }
            Format::Site => output.write(|out| out.write_all(self.text.as_bytes()))?,
            Format::Ics | Format::Atom | Format::Svg => {
                let document = self.document.as_ref().ok_or_else(|| no_such_form(format))?;
                output.write(|out| out.write_all(document.as_bytes()))?;
            }
        }
        self.remarks.iter().for_each(|text| remark(text));
        Ok(self.exit)
    }

    fn table(&self, format: Format) -> Result<&Table, Complaint> {
        self.table.as_ref().ok_or_else(|| no_such_form(format))
    }

    /// The text as it is to be shown; through a pager where it is long.
    fn set_text(&self, screen: &Screen) -> String {
        let text = screen.sheet().set(&self.text);
        if let Some(pager) = screen.pager().filter(|_| is_too_long(&text)) {
            self.remarks.iter().for_each(|text| remark(text));
            pager::page(&pager, &text, self.exit);
        }
        text
    }

    fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(rows) = &self.rows {
            return rows.write_lines(out);
        }
        let results = || self.json.get("results").and_then(Value::as_array).map(Vec::as_slice);
        let lines = self.lines.as_deref().or_else(results);
        lines
            .unwrap_or(std::slice::from_ref(&self.json))
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))
    }
}

fn no_such_form(format: Format) -> Complaint {
    let word = format!("{format:?}").to_lowercase();
    Complaint::usage(format!("this command has no form `{word}`: use text or json"))
}
