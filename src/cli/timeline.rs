//! `ledger timeline`: what happened, in the order of the world.

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::lanes;
use super::log::noted;
use super::page::Page;
use super::table::Table;
use crate::answer::{Also, Dated, Moment, Span};
use crate::ask::timeline::{Answer, Question, heading, table};
use crate::ask::{Asked, Knowing, Meant, Which};
use crate::export::{act_words, by, fate_words, moment_status, of_parts, symbol};
use crate::history::History;
use crate::timeline::MIXED;

/// What happened, in the order of the world; `--lanes` draws how long each status lasted.
#[derive(Debug, clap::Args)]
pub(super) struct Timeline {
    /// The measures, with their parts [default: all].
    measures: Vec<String>,
    /// Only what can have its effect on this day or later.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<String>,
    /// Only what can have its effect on this day or earlier.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    to: Option<String>,
    /// Events that were retracted or did not happen too, marked.
    #[arg(long, conflicts_with = "lanes")]
    all: bool,
    /// Draw a lane for each measure: its status from day to day.
    #[arg(long)]
    lanes: bool,
    #[command(flatten)]
    knowing: Knowing,
    #[command(flatten)]
    which: Which,
}

impl Timeline {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let question = Question {
            measures: self.measures.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            all: self.all,
            knowing: self.knowing.clone(),
            which: self.which.clone(),
        };
        if desk.format()? == Format::Svg {
            return lanes::picture(desk, &question);
        }
        if self.lanes {
            return lanes::page(desk, &question);
        }
        let format = desk.format()?;
        let meant = if format == Format::Text { Meant::ForPeople } else { Meant::ForPrograms };
        let Answer { asked, rows, span, envelope } = question.ask(desk, meant)?;
        let text = |rows: &[Moment]| text(&asked, desk.is_utf8(), rows, &span);
        Ok(Page::of_rows(format, envelope, rows, text, table))
    }
}

fn text(asked: &Asked, utf8: bool, rows: &[Moment], span: &Span) -> String {
    let heading = heading("Timeline", asked, span.from, span.to);
    let order = "Sorted by the day of effect in the world; an uncertain one (~) by its earliest.\n";
    let notes = noted(asked);
    let Some(last) = rows.last() else {
        return format!("{heading}{order}\nNothing fits.\n{notes}");
    };
    let lines = lines(rows, asked, utf8).to_text(" ");
    let hint = asked.command(&format!("show @{}", last.record));
    format!("{heading}{order}\n{lines}{notes}One in full:  {hint}\n")
}

fn lines(rows: &[Moment], asked: &Asked, utf8: bool) -> Table {
    let mut table = Table::new(&["", "EFFECTIVE", "MEASURE", "ACT", "STATUS AFTER", "RECORD"]);
    let mut ahead = asked.now(true);
    for row in rows {
        let first = row.effective.as_ref().and_then(|it| it.earliest);
        if let Some((today, _)) = ahead.zip(first).filter(|(today, first)| first > today) {
            ahead = None;
            table.remark(format!("    today is {today}; what follows is to come"));
        }
        table.row(line(row, utf8, &asked.history));
    }
    table
}

fn line(row: &Moment, utf8: bool, history: &History) -> Vec<String> {
    vec![
        mark(row, utf8),
        row.effective.as_ref().map_or_else(|| "no date given".to_owned(), when),
        row.measure.clone(),
        act_words(row),
        after(row, utf8, history),
        format!("@{}", row.record),
    ]
}

/// The sign of the standing after it, and whether its date is uncertain.
fn mark(row: &Moment, utf8: bool) -> String {
    let own = row.standing.as_deref();
    let mut parts = row.also.iter().map(|also| also.standing.as_str());
    let standing = match parts.next().filter(|_| !row.asked) {
        Some(first) => Some(if parts.all(|other| other == first) { first } else { MIXED }),
        None => own,
    };
    let standing = standing.map_or(" ", |standing| symbol(standing, utf8));
    let dated = row.effective.is_some() && row.uncertain;
    format!("{standing}{}", if dated { "~" } else { "" })
}

/// The date as it is written; of an instant its day.
fn when(date: &Dated) -> String {
    match date.earliest.filter(|_| date.text.contains('T')) {
        Some(day) => day.to_string(),
        None => date.text.clone(),
    }
}

/// What the measure is after it; of what has no effect, why.
fn after(row: &Moment, utf8: bool, history: &History) -> String {
    let changes = |also: &Also| also.changes_status == Some(true);
    let changed =
        if row.asked { row.changes_status == Some(true) } else { row.also.iter().any(changes) };
    let arrow = match (changed, utf8) {
        (true, true) => "→ ",
        (true, false) => "> ",
        (false, _) => "  ",
    };
    let told = if row.asked { moment_status(row, history) } else { of_parts(row) };
    let told = told.map(|words| format!("{arrow}{words}"));
    let fate = row.planned.as_ref().and_then(fate_words);
    let settled = match row.settled_by.as_slice() {
        [] => None,
        records => Some(format!("settled{}", by(records))),
    };
    let words = [told.as_deref(), fate.as_deref(), settled.as_deref()];
    words.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
