//! `ledger explain`: why a measure has its status on a day.

mod text;

use serde_json::{Value, json};

use super::complaint::{Complaint, Exit};
use super::desk::{Asked, Desk, Knowing, Scope};
use super::page::Page;
use super::show::words;
use super::table::Table;
use crate::answer::{Dated, Explanation, Grounds, Unused, Used, explain};
use crate::time::Day;

/// Why a measure has its status on a day: what counts, what does not, the rule, the sources.
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The measure: its id, or another id of it.
    measure: String,
    /// At the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    at: Option<String>,
    #[command(flatten)]
    knowing: Knowing,
}

impl Explain {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let at = self.at.as_deref().map_or(Ok(desk.today()), |words| desk.day(words))?;
        let scope = Scope::measures(std::slice::from_ref(&self.measure));
        let asked = desk.ask_about(&self.knowing, &scope)?;
        let explanation = self.explain(&asked, at)?;
        let query = json!({"measure": explanation.measure, "at": at});
        let now = asked.now(self.at.is_some());
        let results = json!([explanation]);
        Ok(Page {
            text: text::text(desk, &asked, &explanation, at),
            json: asked.envelope("explain", query, now, &results, &asked.notes()),
            table: Some(table(&explanation)),
            ..Page::default()
        })
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

/// The columns that spreadsheets get; part of the contract. First what is used, then what is not.
fn table(explanation: &Explanation) -> Table {
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
    let value = |value: &Option<Value>| value.as_ref().map(words).unwrap_or_default();
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
