//! What is due, overdue, met or lapsed on a day, and what is planned.

use serde_json::{Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::survey::Part;
use super::which::Which;
use crate::answer::{Awaited, Days, Due, DueState, Filter, Slot, Wanted, agenda, slots};
use crate::export::{Calendar, Table, calendar};
use crate::time::{Day, around_in_words};

/// How far one looks where nothing else is said.
pub(crate) const WITHIN: &str = "90d";

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The measures; all where none is named.
    pub(crate) measures: Vec<String>,
    /// At the end of this day in the world; today where none is given.
    pub(crate) on: Option<String>,
    /// How far to look ahead, and back for what was settled or lapsed.
    pub(crate) within: String,
    /// Only what is overdue.
    pub(crate) overdue: bool,
    /// However far off or long past, and withdrawn expectations too.
    pub(crate) all: bool,
    pub(crate) knowing: Knowing,
    pub(crate) which: Which,
}

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) rows: Vec<Due>,
    pub(crate) days: Days,
    query: Value,
    /// Whether the question names its day.
    explicit: bool,
}

/// The same for calendars.
pub(crate) struct Slots<'d> {
    asked: Asked<'d>,
    pub(crate) found: Vec<Slot>,
    /// How many have no date.
    pub(crate) undated: usize,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            measures: Vec::new(),
            on: None,
            within: WITHIN.to_owned(),
            overdue: false,
            all: false,
            knowing: Knowing::default(),
            which: Which::default(),
        }
    }
}

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(&self, asker: &'d dyn Asker) -> Result<Answer<'d>, Complaint> {
        let (mut asked, filter, days) = self.begin(asker)?;
        let ask = |part: &Part<'_>| {
            let mut rows = agenda(part.history, &filter, days, self.all);
            rows.retain(|row| !self.overdue || row.possible_states.contains(&DueState::Overdue));
            rows
        };
        let rows = asked.survey_sorted(ask, Due::turn)?;
        Ok(Answer { asked, rows, days, query: self.query(days), explicit: self.on.is_some() })
    }

    /// Asks it for a calendar, with what that has to drop.
    pub(crate) fn calendar<'d>(&self, asker: &'d dyn Asker) -> Result<Slots<'d>, Complaint> {
        let (mut asked, filter, days) = self.begin(asker)?;
        let wanted = Wanted { filter: &filter, days, all: self.all, overdue: self.overdue };
        let ask = |part: &Part<'_>| {
            let (slots, undated) = slots(part.history, part.known, &wanted);
            let slots = slots.into_iter().map(Some);
            slots.chain(std::iter::repeat_n(None, undated)).collect()
        };
        let found =
            asked.survey_sorted(ask, |slot: &Option<Slot>| slot.as_ref().map(Slot::turn))?;
        let all = found.len();
        let slots: Vec<Slot> = found.into_iter().flatten().collect();
        Ok(Slots { asked, undated: all - slots.len(), found: slots })
    }

    fn begin<'d>(&self, asker: &'d dyn Asker) -> Result<(Asked<'d>, Filter, Days), Complaint> {
        let days = self.days(asker)?;
        let asked = Asked::about_measures(asker, &self.knowing, &self.measures)?;
        self.which.check(&asked)?;
        let filter = Filter { measures: asked.measures(&self.measures)?, ..self.which.filter() };
        Ok((asked, filter, days))
    }

    fn days(&self, asker: &dyn Asker) -> Result<Days, Complaint> {
        let on = self.on.as_deref().map_or(Ok(asker.today()), |words| asker.day(words))?;
        let around = around_in_words(&self.within, on);
        let (back, ahead) = around.map_err(|refused| Complaint::date(&refused))?;
        Ok(Days { on, back, ahead })
    }

    fn query(&self, days: Days) -> Value {
        json!({
            "on": days.on,
            "within": self.within,
            "from": days.back,
            "to": days.ahead,
            "overdue": self.overdue,
            "all": self.all,
        })
    }
}

impl Answer<'_> {
    /// The one JSON object of the answer, but for its rows.
    pub(crate) fn envelope(&self) -> Value {
        let (asked, now) = (&self.asked, self.asked.now(self.explicit));
        asked.envelope_of_rows("agenda", self.query.clone(), now, &asked.notes())
    }
}

impl Slots<'_> {
    /// The calendar (RFC 5545).
    pub(crate) fn document(&self) -> String {
        let ledger = self.asked.standpoint.id;
        calendar(&Calendar { ledger, title: "Agenda (policy-ledger)" }, &self.found)
    }
}

/// The columns that spreadsheets get.
pub(crate) fn table(rows: &[Due]) -> Table {
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
        let states: Vec<&str> = row.possible_states.iter().map(|&state| state.as_str()).collect();
        let by: Vec<String> = row.settled_by.iter().map(u64::to_string).collect();
        table.row(vec![
            row.record.to_string(),
            row.measure.clone(),
            row.title.clone(),
            what.to_owned(),
            row.act.clone(),
            row.status.clone().unwrap_or_default(),
            row.state.as_str().to_owned(),
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
