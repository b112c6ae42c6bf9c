//! `ledger log`: the records in the order they were made.
//!
//! The log says when something was learned; when it happened in the world is another question.

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::table::Table;
use crate::ask::log::{Answer, Found, Question, table};
use crate::ask::{Asked, Logged};
use crate::time::Day;

/// The records in the order they were made.
#[derive(Debug, clap::Args)]
pub(super) struct Log {
    /// Only records about these measures [default: all].
    measures: Vec<String>,
    /// Only records made on this day or later (UTC).
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<String>,
    /// Only records made on this day or earlier (UTC).
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    to: Option<String>,
    /// Only the newest N of them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
}

impl Log {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let question = Question {
            measures: self.measures.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            limit: self.limit,
            known: self.known.clone(),
        };
        let answer = question.ask(desk)?;
        let found = answer.find();
        let cut = answer.cut(&found);
        let speaks_itself = matches!(desk.format()?, Format::Text | Format::Json);
        Ok(Page {
            text: text(&answer, &found, cut.as_deref()),
            json: answer.json(&found),
            table: Some(table(&found.rows)),
            document: (desk.format()? == Format::Atom).then(|| answer.feed(&found)),
            remarks: cut.into_iter().filter(|_| !speaks_itself).collect(),
            ..Page::default()
        })
    }
}

fn text(answer: &Answer<'_>, found: &Found<'_>, cut: Option<&str>) -> String {
    let asked = &answer.asked;
    let what = format!("Log · {}{}\n", asked.extent(), span(answer.made.from, answer.made.to));
    let order = "Sorted by the time recorded (UTC), the oldest first.\n\n";
    let Some(last) = found.rows.last() else {
        return format!("{what}{order}No record fits.\n");
    };
    let table = lines(&found.rows).to_text(" ");
    let cut = cut.map_or_else(String::new, |cut| format!("note: {cut}\n"));
    let hint = asked.command(&format!("show @{}", last.entry.seq));
    let hint = format!("One in full:  {hint}\n");
    [what, order.to_owned(), table, cut, noted(asked), hint].concat()
}

fn span(from: Option<Day>, to: Option<Day>) -> String {
    let end = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    match (from, to) {
        (None, None) => String::new(),
        _ => format!(" · recorded {}..{}", end(from), end(to)),
    }
}

fn lines(rows: &[Logged]) -> Table {
    let columns = ["RECORDED", "RECORD", "TYPE", "MEASURE", "SAYS", "EFFECTIVE", "BY", "KEY"];
    let mut table = Table::new(&columns);
    for logged in rows {
        let entry = logged.entry;
        table.row(vec![
            entry.recorded.minute(),
            format!("@{}", entry.seq),
            entry.record.kind().to_owned(),
            logged.measure.clone().unwrap_or_default(),
            logged.words(),
            logged.effective().map(|it| it.text).unwrap_or_default(),
            entry.by.clone().unwrap_or_default(),
            entry.key.clone().unwrap_or_default(),
        ]);
    }
    table
}

/// What every answer of this ledger says besides, a line each.
pub(super) fn noted(asked: &Asked) -> String {
    let notes = asked.notes().into_iter();
    notes.map(|note| format!("note: {note}\n")).collect::<Vec<_>>().concat()
}
