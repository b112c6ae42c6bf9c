//! `ledger agenda`: what is due, overdue, met or lapsed on a day, and what is planned.

use indexmap::IndexMap;

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::log::noted;
use super::page::Page;
use super::table::Table;
use crate::answer::{Awaited, Days, Due, DueState, Slot};
use crate::ask::agenda::{Answer, Question, Slots, WITHIN, table};
use crate::ask::{Asked, Knowing, Which};
use crate::export::{due_state, due_words};

/// What is due: expectations that are open, overdue, met or lapsed, and what is planned.
///
/// Overdue is what has not come by the last day of its window; a window without an end is never
/// over. Unconfirmed is a plan that took effect on its day with nobody saying that it did.
#[derive(Debug, clap::Args)]
pub(super) struct Agenda {
    /// The measures [default: all].
    measures: Vec<String>,
    /// At the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    on: Option<String>,
    /// How far to look ahead, and back for what was settled or lapsed: 90d, 12w, 3m, 1y.
    #[arg(long, value_name = "LENGTH", default_value = WITHIN, allow_hyphen_values = true)]
    within: String,
    /// Only what is overdue.
    #[arg(long)]
    overdue: bool,
    /// However far off or long past, and withdrawn expectations too.
    #[arg(long, conflicts_with = "overdue")]
    all: bool,
    #[command(flatten)]
    knowing: Knowing,
    #[command(flatten)]
    which: Which,
    /// Exit with 1 where something is overdue or unconfirmed.
    #[arg(long)]
    exit_code: bool,
}

impl Agenda {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let question = self.question();
        let format = desk.format()?;
        if format == Format::Ics {
            return Ok(self.calendar(&question.calendar(desk)?));
        }
        let answer = question.ask(desk)?;
        let late = |row: &Due| matches!(row.state, DueState::Overdue | DueState::Unconfirmed);
        let exit = u8::from(self.exit_code && answer.rows.iter().any(late));
        let json = answer.envelope();
        let Answer { asked, rows, days, .. } = answer;
        let text = |rows: &[Due]| self.text(desk, &asked, rows, days);
        Ok(Page { exit, ..Page::of_rows(format, json, rows, text, table) })
    }

    /// The same for calendars, with what they have to drop.
    fn calendar(&self, answer: &Slots<'_>) -> Page {
        let undated = (answer.undated > 0).then(|| {
            let count = answer.undated;
            format!("note: left out of the calendar for want of a date: {count}; text has all")
        });
        let late = |slot: &Slot| slot.state.contains("overdue") || slot.state == "unconfirmed";
        Page {
            document: Some(answer.document()),
            remarks: undated.into_iter().collect(),
            exit: u8::from(self.exit_code && answer.found.iter().any(late)),
            ..Page::default()
        }
    }

    fn question(&self) -> Question {
        Question {
            measures: self.measures.clone(),
            on: self.on.clone(),
            within: self.within.clone(),
            overdue: self.overdue,
            all: self.all,
            knowing: self.knowing.clone(),
            which: self.which.clone(),
        }
    }

    fn text(&self, desk: &Desk, asked: &Asked, rows: &[Due], days: Days) -> String {
        let Days { on, back, ahead } = days;
        let reach = if self.all {
            "However far off or long past".to_owned()
        } else {
            format!("Met or lapsed since {back}, to come by {ahead}, and all that is late")
        };
        let rest = match (rows, self.overdue) {
            ([], true) => "Nothing is overdue.\n".to_owned(),
            ([], false) => "Nothing is due.\n".to_owned(),
            (_, _) => lines(rows, desk.is_utf8()).to_text(" "),
        };
        let heading = asked.heading(&format!("Agenda on {on}"));
        let hint = if rows.is_empty() { String::new() } else { hint(asked, rows) };
        format!("{heading}{reach}; sorted by the last day due.\n\n{rest}{}{hint}", noted(asked))
    }
}

/// The same thing due once, with all records that say so.
fn lines(rows: &[Due], utf8: bool) -> Table {
    let mut table = Table::new(&["", "DUE", "MEASURE", "WHAT", "STATE", "WHY"]);
    let mut merged: IndexMap<Vec<String>, Vec<String>> = IndexMap::new();
    for row in rows {
        let due = row.due.as_ref().map_or("no date given", |due| &due.text);
        let records = std::iter::once(&row.record).chain(&row.settled_by);
        let cells = vec![
            mark(row.state, utf8).to_owned(),
            due.to_owned(),
            row.title.clone(),
            due_words(row),
            due_state(row),
        ];
        merged.entry(cells).or_default().extend(records.map(|record| format!("@{record}")));
    }
    for (mut cells, records) in merged {
        cells.push(records.join(" "));
        table.row(cells);
    }
    table
}

/// A mark for a state that needs no colour.
fn mark(state: DueState, utf8: bool) -> &'static str {
    match (state, utf8) {
        (DueState::Overdue, _) => "!",
        (DueState::Unconfirmed, _) => "?",
        (DueState::Open, true) => "○",
        (DueState::Open, false) => "o",
        (DueState::Planned, true) => "◌",
        (DueState::Planned, false) => "+",
        (DueState::Settled, true) => "●",
        (DueState::Settled, false) => "*",
        (DueState::Lapsed | DueState::Retracted, _) => "-",
    }
}

/// The next step, ready to be pasted: how to say that the first late thing came, or what lies
/// behind the first row.
fn hint(asked: &Asked, rows: &[Due]) -> String {
    let late =
        rows.iter().find(|row| row.what == Awaited::Expectation && row.state == DueState::Overdue);
    let now = asked.known.is_none() && asked.public.is_none();
    if let Some(Due { record, measure, act, .. }) = late.filter(|_| now) {
        let words = format!("append {measure} {act} --on DATE --source URL --settles @{record}");
        return format!("It came?  {}\n", asked.asker.command(&words));
    }
    let record = rows.iter().find(|row| row.state != DueState::Settled).or(rows.first());
    let words = record.map(|row| format!("show @{}", row.record)).unwrap_or_default();
    format!("Why?  {}\n", asked.command(&words))
}
