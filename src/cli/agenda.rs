//! `ledger agenda`: what is due, overdue, met or lapsed on a day, and what is planned.

use indexmap::IndexMap;
use serde_json::json;

use super::Format;
use super::complaint::Complaint;
use super::desk::{Asked, Desk, Knowing};
use super::heading::heading;
use super::log::noted;
use super::page::Page;
use super::survey::Part;
use super::table::Table;
use super::which::Which;
use crate::answer::{Awaited, Days, Due, DueState, Filter, Slot, Wanted, agenda, slots};
use crate::export::{Calendar, calendar};
use crate::time::{Day, around_in_words};

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
    #[arg(long, value_name = "LENGTH", default_value = "90d", allow_hyphen_values = true)]
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
        let days = self.days(desk)?;
        let mut asked = desk.ask_measures(&self.knowing, &self.measures)?;
        self.which.check(&asked)?;
        let filter = Filter { measures: asked.measures(&self.measures)?, ..self.which.filter() };
        if desk.format()? == Format::Ics {
            return self.calendar(&mut asked, &filter, days);
        }
        let ask = |part: &Part<'_>| {
            let mut rows = agenda(part.history, &filter, days, self.all);
            rows.retain(|row| !self.overdue || row.possible_states.contains(&DueState::Overdue));
            rows
        };
        let rows = asked.survey_sorted(ask, Due::turn)?;
        let query = json!({
            "on": days.on,
            "within": self.within,
            "from": days.back,
            "to": days.ahead,
            "overdue": self.overdue,
            "all": self.all,
        });
        let now = asked.now(self.on.is_some());
        let late = |row: &Due| matches!(row.state, DueState::Overdue | DueState::Unconfirmed);
        let exit = u8::from(self.exit_code && rows.iter().any(late));
        let json = asked.envelope_of_rows("agenda", query, now, &asked.notes());
        let text = |rows: &[Due]| self.text(&asked, rows, days);
        Ok(Page { exit, ..Page::of_rows(desk.format()?, json, rows, text, table) })
    }

    /// The same for calendars, with what they have to drop.
    fn calendar(
        &self,
        asked: &mut Asked<'_>,
        filter: &Filter,
        days: Days,
    ) -> Result<Page, Complaint> {
        let wanted = Wanted { filter, days, all: self.all, overdue: self.overdue };
        let ask = |part: &Part<'_>| {
            let (slots, undated) = slots(part.history, part.known, &wanted);
            let slots = slots.into_iter().map(Some);
            slots.chain(std::iter::repeat_n(None, undated)).collect()
        };
        let found =
            asked.survey_sorted(ask, |slot: &Option<Slot>| slot.as_ref().map(Slot::turn))?;
        let all = found.len();
        let slots: Vec<Slot> = found.into_iter().flatten().collect();
        let undated = (all > slots.len()).then(|| {
            let count = all - slots.len();
            format!("note: left out of the calendar for want of a date: {count}; text has all")
        });
        let about = Calendar { ledger: asked.standpoint.id, title: "Agenda (policy-ledger)" };
        let late = |slot: &Slot| slot.state.contains("overdue") || slot.state == "unconfirmed";
        Ok(Page {
            document: Some(calendar(&about, &slots)),
            remarks: undated.into_iter().collect(),
            exit: u8::from(self.exit_code && slots.iter().any(late)),
            ..Page::default()
        })
    }

    fn days(&self, desk: &Desk) -> Result<Days, Complaint> {
        let on = self.on.as_deref().map_or(Ok(desk.today()), |words| desk.day(words))?;
        let around = around_in_words(&self.within, on);
        let (back, ahead) = around.map_err(|refused| Complaint::date(&refused))?;
        Ok(Days { on, back, ahead })
    }

    fn text(&self, asked: &Asked, rows: &[Due], days: Days) -> String {
        let Days { on, back, ahead } = days;
        let reach = if self.all {
            "However far off or long past".to_owned()
        } else {
            format!("Met or lapsed since {back}, to come by {ahead}, and all that is late")
        };
        let rest = match (rows, self.overdue) {
            ([], true) => "Nothing is overdue.\n".to_owned(),
            ([], false) => "Nothing is due.\n".to_owned(),
            (_, _) => lines(rows, asked.desk.is_utf8()).to_text(" "),
        };
        let heading = heading(asked, &format!("Agenda on {on}"));
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
            what(row),
            state(row),
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

fn what(row: &Due) -> String {
    let how = match row.what {
        Awaited::Expectation => "expected",
        Awaited::Plan => "planned",
        Awaited::Event => "announced",
    };
    match &row.status {
        Some(status) if *status != row.act && row.act == "set" => {
            format!("{} {status}, {how}", row.act)
        }
        Some(_) | None => format!("{}, {how}", row.act),
    }
}

/// The state in words, or all that are possible.
fn state(row: &Due) -> String {
    if row.possible_states.len() > 1 {
        let words: Vec<&str> = row.possible_states.iter().map(|&state| word(state)).collect();
        return words.join(" or ");
    }
    let late = row.late_days.unwrap_or_default();
    match row.state {
        DueState::Overdue => format!("overdue by {}", count(late)),
        DueState::Unconfirmed if late == 0 => "unconfirmed".to_owned(),
        DueState::Unconfirmed => format!("unconfirmed for {}", count(late)),
        DueState::Settled => settled(row),
        DueState::Lapsed => "lapsed: the measure came to an end".to_owned(),
        DueState::Open | DueState::Planned | DueState::Retracted => word(row.state).to_owned(),
    }
}

fn settled(row: &Due) -> String {
    let on = row.settled_on.as_ref().map_or("", |on| &on.text);
    let last = row.due.as_ref().and_then(|due| due.latest);
    let is_window = row.due.as_ref().is_some_and(|due| due.earliest != due.latest);
    let when = match row.late_days {
        Some(0) if is_window => ", in its window".to_owned(),
        Some(0) => ", on its day".to_owned(),
        Some(days) if days > 0 => {
            let after = if is_window { "its window ended" } else { "its day" };
            format!(", {} after {after}", count(days))
        }
        Some(days) if last.is_some() && !is_window => {
            format!(", {} before its day", count(-days))
        }
        Some(days) => format!(", {} before its window began", count(-days)),
        None => String::new(),
    };
    format!("settled on {on}{when}")
}

fn count(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn word(state: DueState) -> &'static str {
    match state {
        DueState::Open => "open",
        DueState::Overdue => "overdue",
        DueState::Settled => "settled",
        DueState::Lapsed => "lapsed",
        DueState::Planned => "planned",
        DueState::Unconfirmed => "unconfirmed",
        DueState::Retracted => "retracted",
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
        return format!("It came?  {}\n", asked.desk.command(&words));
    }
    let record = rows.iter().find(|row| row.state != DueState::Settled).or(rows.first());
    let words = record.map(|row| format!("show @{}", row.record)).unwrap_or_default();
    format!("Why?  {}\n", asked.command(&words))
}

/// The columns that spreadsheets get.
fn table(rows: &[Due]) -> Table {
    let mut table = Table::new(&[
        "record",
        "measure",
        "title",
        "what",
        "act",
        "status",
        "state",
        "possible_states",
        "due",
        "due_earliest",
        "due_latest",
        "late_days",
        "stated",
        "settled_by",
        "settled_on",
    ]);
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    for row in rows {
        let due = row.due.as_ref();
        let what = match row.what {
            Awaited::Expectation => "expectation",
            Awaited::Plan => "plan",
            Awaited::Event => "event",
        };
        let states: Vec<&str> = row.possible_states.iter().map(|&state| word(state)).collect();
        let by: Vec<String> = row.settled_by.iter().map(u64::to_string).collect();
        table.row(vec![
            row.record.to_string(),
            row.measure.clone(),
            row.title.clone(),
            what.to_owned(),
            row.act.clone(),
            row.status.clone().unwrap_or_default(),
            word(row.state).to_owned(),
            states.join(";"),
            due.map(|due| due.text.clone()).unwrap_or_default(),
            day(due.and_then(|due| due.earliest)),
            day(due.and_then(|due| due.latest)),
            row.late_days.map(|days| days.to_string()).unwrap_or_default(),
            day(row.stated),
            by.join(";"),
            row.settled_on.as_ref().map(|on| on.text.clone()).unwrap_or_default(),
        ]);
    }
    table
}
