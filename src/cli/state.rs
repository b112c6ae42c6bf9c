//! `ledger state`: the status of every measure, or of those named, on a day.

use std::collections::BTreeSet;

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::safe::safe;
use super::table::Table;
use crate::answer::{Announced, Dated, Row};
use crate::ask::state::{Answer, Question, table, why};
use crate::ask::{Asked, Knowing, Meant, Which};
use crate::export::{status_words, symbol};
use crate::time::Day;

/// The status of every measure (or of those named) on a day.
#[derive(Debug, clap::Args)]
pub(super) struct State {
    /// The measures [default: all].
    measures: Vec<String>,
    /// At the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    at: Option<String>,
    #[command(flatten)]
    knowing: Knowing,
    /// Only answers that read so: none, pending, active, suspended, ended, mixed, undetermined.
    #[arg(long, value_name = "WORD")]
    standing: Option<String>,
    #[command(flatten)]
    which: Which,
    /// Add what a footnote needs: ledger, head, checksum of the answer, the command that repeats it.
    #[arg(long)]
    cite: bool,
    /// Exit with 1 where a measure is found.
    #[arg(long)]
    exit_code: bool,
}

impl State {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let format = desk.format()?;
        let meant = if format == Format::Text { Meant::ForPeople } else { Meant::ForPrograms };
        let question = self.question();
        let answer = question.ask(desk, meant)?;
        let citation = self.cite.then(|| question.cite(&answer)).transpose()?;
        let mut json = answer.envelope();
        if let Some(citation) = &citation {
            json["citation"] = citation.to_json();
        }
        let cited = citation.map(|citation| format!("\nCite:  {}\n", safe(&citation.text())));
        let Answer { asked, rows, later, at, .. } = answer;
        let exit = u8::from(self.exit_code && !rows.is_empty());
        let words = |rows: &[Row]| {
            text(desk, &asked, rows, at, &later) + cited.as_deref().unwrap_or_default()
        };
        let page = Page::of_rows(format, json, rows, words, table);
        let remarks = if format == Format::Text { Vec::new() } else { later };
        Ok(Page { remarks, exit, ..page })
    }

    /// What is asked.
    pub(super) fn question(&self) -> Question {
        Question {
            measures: self.measures.clone(),
            at: self.at.clone(),
            knowing: self.knowing.clone(),
            standing: self.standing.clone(),
            which: self.which.clone(),
        }
    }
}

fn text(desk: &Desk, asked: &Asked, rows: &[Row], at: Day, later: &[String]) -> String {
    let mut out = heading(asked, at);
    if rows.is_empty() {
        out += "No measure fits.\n";
        return out;
    }
    let mut table = Table::new(&["", "MEASURE", "STATUS", "SINCE", "WHY"]);
    for row in rows {
        table.row(vec![
            symbol(&row.standing, desk.is_utf8()).to_owned(),
            format!("{}{}", indent(rows, row), row.title),
            status_words(row, &asked.history),
            row.since.as_ref().map(|since| since.text.clone()).unwrap_or_default(),
            why(&row.because),
        ]);
        for pending in merged(&row.pending) {
            table.remark(format!("     {}{pending}", indent(rows, row)));
        }
        if let Some(day) = row.reviewed_through {
            table.remark(format!("     {}nothing newer found through {day}", indent(rows, row)));
        }
    }
    out += &table.to_text(" ");
    for sentence in later {
        out.push_str(&safe(sentence));
        out.push('\n');
    }
    for note in asked.notes() {
        out.push_str("note: ");
        out.push_str(&note);
        out.push('\n');
    }
    if let Some(row) = rows.iter().find(|row| rows.len() == 1 || !row.because.is_empty()) {
        out += &hint(asked, row, at);
    }
    out
}

/// What is asked: the day, what was known, how many records that are.
pub(super) fn heading(asked: &Asked, at: Day) -> String {
    asked.heading(&format!("Status on {at}")) + "\n"
}

/// Parts stand under their whole where that is shown too.
fn indent(rows: &[Row], row: &Row) -> String {
    let above = |row: &Row| {
        let whole = row.part_of.as_ref();
        whole.and_then(|whole| rows.iter().find(|other| other.measure == *whole))
    };
    let mut depth = 0;
    let mut at = row;
    while let Some(whole) = above(at).filter(|_| depth < 16) {
        depth += 1;
        at = whole;
    }
    "  ".repeat(depth)
}

/// What is pending, the same act and date once, with all records that say so.
fn merged(pending: &[Announced]) -> Vec<String> {
    let mut lines: Vec<(String, Option<&Dated>, BTreeSet<u64>)> = Vec::new();
    for row in pending {
        let date = row.effective.as_ref();
        match lines.iter_mut().find(|(act, on, _)| *act == row.act && *on == date) {
            Some((_, _, records)) => drop(records.insert(row.record)),
            None => lines.push((row.act.clone(), date, BTreeSet::from([row.record]))),
        }
    }
    lines.sort_by_key(|(_, date, _)| date.map_or((1, None), |date| (0, date.earliest)));
    let line = |(act, date, records): &(String, Option<&Dated>, BTreeSet<u64>)| {
        let when = date.map_or("no date given".to_owned(), |date| date.text.clone());
        format!("pending: {act}, {when} {}", why(records))
    };
    lines.iter().map(line).collect()
}

/// The next question, ready to be pasted.
fn hint(asked: &Asked, row: &Row, at: Day) -> String {
    let public = asked.public.map(|day| format!(" --public {day}")).unwrap_or_default();
    let words = format!("explain {} --at {at}{public}", row.measure);
    format!("Why?  {}\n", asked.command(&words))
}
