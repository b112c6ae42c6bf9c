//! Why a measure has its status on a day.

use serde_json::{Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::{Complaint, Exit};
use super::knowing::Knowing;
use super::scope::Scope;
use crate::answer::{Dated, Explanation, Grounds, Unused, Used, explain};
use crate::export::{Table, value_words};
use crate::time::Day;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// The measure: its id, or another id of it.
    pub(crate) measure: String,
    /// At the end of this day in the world; today where none is given.
    pub(crate) at: Option<String>,
    pub(crate) knowing: Knowing,
}

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) explanation: Explanation,
    pub(crate) at: Day,
    /// Whether the question names its day.
    explicit: bool,
}

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(&self, asker: &'d dyn Asker) -> Result<Answer<'d>, Complaint> {
        let at = self.at.as_deref().map_or(Ok(asker.today()), |words| asker.day(words))?;
        let scope = Scope::measures(std::slice::from_ref(&self.measure));
        let asked = Asked::about(asker, &self.knowing, &scope)?;
        let explanation = self.explain(&asked, at)?;
        Ok(Answer { asked, explanation, at, explicit: self.at.is_some() })
    }

    fn explain(&self, asked: &Asked, at: Day) -> Result<Explanation, Complaint> {
        let everything = asked.history_when(usize::MAX, None);
        let grounds = Grounds {
            history: &asked.history,
            everything: &everything,
            entries: asked.entries(),
            records: asked.records as u64,
            known: asked.known.as_deref(),
            public: asked.public,
        };
        let measure = asked.history.measure(&self.measure);
        let explanation = measure.and_then(|measure| explain(&grounds, measure, at));
        explanation.ok_or_else(|| Complaint::new(Exit::Missing, asked.no_measure(&self.measure)))
    }
}

impl Answer<'_> {
    /// The one JSON object of the answer.
    pub(crate) fn json(&self) -> Value {
        let Self { asked, explanation, at, explicit } = self;
        let query = json!({"measure": explanation.measure, "at": at});
        let (results, now) = (json!([explanation]), asked.now(*explicit));
        asked.envelope("explain", query, now, &results, &asked.notes())
    }
}

/// The columns that spreadsheets get; part of the contract. First what is used, then what is not.
pub(crate) fn table(explanation: &Explanation) -> Table {
    let mut table = Table::new(&[
        "used",
        "record",
        "what",
        "place",
        "measure",
        "act",
        "effective",
        "effective_earliest",
        "effective_latest",
        "role",
        "reason",
        "by",
        "field",
        "from",
        "to",
        "text",
    ]);
    explanation.used.iter().for_each(|used| table.row(used_cells(used)));
    explanation.not_used.iter().for_each(|unused| table.row(unused_cells(unused)));
    table
}

fn used_cells(used: &Used) -> Vec<String> {
    let roles: Vec<&str> = used.roles.iter().map(|role| role.as_str()).collect();
    let mut cells = vec!["true".to_owned(), used.record.to_string(), used.what.as_str().to_owned()];
    cells.extend(thing_cells(
        used.place,
        &used.measure,
        used.act.as_ref(),
        used.effective.as_ref(),
    ));
    cells.push(roles.join(";"));
    cells.extend(std::iter::repeat_n(String::new(), 6));
    cells
}

fn unused_cells(unused: &Unused) -> Vec<String> {
    let value = |value: &Option<Value>| value.as_ref().map(value_words).unwrap_or_default();
    let by: Vec<String> = unused.by.iter().map(u64::to_string).collect();
    let Unused { record, what, place, measure, act, effective, .. } = unused;
    let mut cells = vec!["false".to_owned(), record.to_string(), what.as_str().to_owned()];
    cells.extend(thing_cells(*place, measure, act.as_ref(), effective.as_ref()));
    cells.extend([
        String::new(),
        unused.reason.as_str().to_owned(),
        by.join(";"),
        unused.field.clone().unwrap_or_default(),
        value(&unused.from),
        value(&unused.to),
        unused.text.clone(),
    ]);
    cells
}

fn thing_cells(
    place: Option<usize>,
    measure: &str,
    act: Option<&String>,
    effective: Option<&Dated>,
) -> [String; 6] {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    [
        place.map(|place| place.to_string()).unwrap_or_default(),
        measure.to_owned(),
        act.cloned().unwrap_or_default(),
        effective.map(|it| it.text.clone()).unwrap_or_default(),
        day(effective.and_then(|it| it.earliest)),
        day(effective.and_then(|it| it.latest)),
    ]
}
