//! What a verb has to say, in every form.

use std::io::{self, Write as _};

use serde_json::Value;

use super::Format;
use super::complaint::Complaint;
use super::output::Output;
use super::pager;
use super::safe::safe;
use super::screen::{Screen, is_too_long};
use super::table::Table;

/// An answer ready to be printed.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// For people.
    pub(super) text: String,
    /// The one JSON object of the answer.
    pub(super) json: Value,
    /// The rows for JSON Lines; those under `results` where none are given.
    pub(super) lines: Option<Vec<Value>>,
    /// The rows in JSON, written already: they stand in the place of those under `results`.
    pub(super) rows: Option<Vec<String>>,
    /// The rows as a table, for CSV and Markdown.
    pub(super) table: Option<Table>,
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
    /// Prints the page and gives the exit code.
    pub(super) fn print(
        self,
        screen: &Screen,
        format: Format,
        output: Output,
    ) -> Result<u8, Complaint> {
        let mut bytes = self.bytes(format)?;
        if format == Format::Text && !self.as_is {
            bytes = screen.sheet().set(&bytes);
            if let Some(pager) = screen.pager().filter(|_| is_too_long(&bytes)) {
                self.remarks.iter().for_each(|text| remark(text));
                pager::page(&pager, &bytes, self.exit);
            }
        }
        output.write(bytes.as_bytes())?;
        self.remarks.iter().for_each(|text| remark(text));
        Ok(self.exit)
    }

    fn bytes(&self, format: Format) -> Result<String, Complaint> {
        let table = || self.table.as_ref().ok_or_else(|| no_such_form(format));
        match format {
            Format::Text => Ok(self.text.clone()),
            Format::Json => Ok(self.json_object()),
            Format::Jsonl => Ok(self.json_lines()),
            Format::Csv => Ok(table()?.to_csv()),
            Format::Md => Ok(table()?.to_markdown()),
        }
    }

    fn json_object(&self) -> String {
        let (Some(rows), Value::Object(members)) = (&self.rows, &self.json) else {
            return format!("{}\n", self.json);
        };
        let mut text =
            String::with_capacity(1_000 + rows.iter().map(|row| row.len() + 1).sum::<usize>());
        for (name, value) in members {
            text.push(if text.is_empty() { '{' } else { ',' });
            text += &format!("{}:", Value::from(name.as_str()));
            match name.as_str() {
                "results" => push_list(&mut text, rows),
                _ => text += &value.to_string(),
            }
        }
        text + "}\n"
    }

    fn json_lines(&self) -> String {
        if let Some(rows) = &self.rows {
            return rows.iter().flat_map(|row| [row.as_str(), "\n"]).collect();
        }
        let results = || self.json.get("results").and_then(Value::as_array).cloned();
        let lines = self.lines.clone().or_else(results).unwrap_or_else(|| vec![self.json.clone()]);
        lines.iter().fold(String::new(), |mut text, line| {
            text.push_str(&line.to_string());
            text.push('\n');
            text
        })
    }
}

fn push_list(text: &mut String, rows: &[String]) {
    text.push('[');
    for (place, row) in rows.iter().enumerate() {
        text.push_str(if place == 0 { "" } else { "," });
        text.push_str(row);
    }
    text.push(']');
}

fn no_such_form(format: Format) -> Complaint {
    let word = format!("{format:?}").to_lowercase();
    Complaint::usage(format!("this command has no form `{word}`: use text or json"))
}
