//! Rows as records: for each row its measure, its events, and what is wrong with it.

mod event;
mod maker;
mod sources;
mod wide;

use serde_json::{Map, Value, json};

use super::problem::{Fault, Problem, shown};
use super::rules::{MeasureRules, Rules};
use super::table::{Row, Table};
use super::view::{Columns, FillDown, View};
use crate::record::Draft;
use maker::Maker;
use wide::Heads;

/// Which act ends measures of a kind when their last day is over; the measure is named where the
/// row does not say its kind.
pub type Ending<'e> = dyn Fn(&str, Option<&str>) -> Option<String> + 'e;

/// What one row comes to.
#[derive(Debug, Clone)]
pub(super) struct MadeRow {
    /// Its line.
    pub(super) line: usize,
    /// The measure it is about: its id, and what the row says of it.
    pub(super) measure: Option<(String, Map<String, Value>)>,
    pub(super) events: Vec<MadeEvent>,
    pub(super) problems: Vec<Problem>,
}

/// An event of a row.
#[derive(Debug, Clone)]
pub(super) struct MadeEvent {
    pub(super) draft: Draft,
    /// Which of the rules made it.
    pub(super) rule: usize,
}

/// Every row that counts, in order, with its place in the table.
pub(super) fn made(
    table: &Table,
    rules: &Rules,
    ending: &Ending<'_>,
) -> Result<Vec<(usize, MadeRow)>, Vec<Problem>> {
    let columns = table.columns();
    let mut fill = FillDown::of(&rules.rows.fill_down, table, &columns);
    let heads = match &rules.wide {
        Some(wide) => Some(Heads::of(wide, table, rules)?),
        None => None,
    };
    let making = Making { rules, columns: &columns, heads: heads.as_ref(), ending };
    let mut rows = Vec::with_capacity(table.rows.len());
    for (place, row) in table.rows.iter().enumerate() {
        let cells = fill.fill(&row.cells);
        rows.extend(making.row(row, &cells).map(|made| (place, made)));
    }
    Ok(rows)
}

/// What rows are made with.
struct Making<'r> {
    rules: &'r Rules,
    columns: &'r Columns<'r>,
    heads: Option<&'r Heads>,
    ending: &'r Ending<'r>,
}

impl Making<'_> {
    /// What a row comes to; none where the rules leave it out.
    fn row(&self, row: &Row, cells: &[String]) -> Option<MadeRow> {
        let mut view = View { columns: self.columns, cells, words: Vec::new() };
        view.say("row", row.line.to_string());
        if !view.fits(&self.rules.rows.when) {
            return None;
        }
        let mut made =
            MadeRow { line: row.line, measure: None, events: Vec::new(), problems: Vec::new() };
        if let Some(problem) = &row.problem {
            made.problems.push(problem.clone());
            return Some(made);
        }
        let mut maker = Maker::of(view, self.rules);
        self.fill(&mut maker, &mut made);
        made.problems = maker.problems;
        for problem in &mut made.problems {
            problem.line = row.line;
        }
        Some(made)
    }

    fn fill(&self, maker: &mut Maker<'_>, made: &mut MadeRow) {
        let rules = &self.rules.measure;
        let Some(id) = maker.one(&rules.id) else {
            // A table may say that a row is about nothing.
            if !maker.left_out {
                maker.missing("measure", &rules.id);
            }
            return;
        };
        maker.view.say("measure", id.clone());
        let mut body = measure(&id, rules, maker);
        let kind = body.get("kind").and_then(Value::as_str).map(str::to_owned);
        let ending =
            |measure: &str| (self.ending)(measure, kind.as_deref().filter(|_| measure == id));
        match self.heads {
            Some(heads) => {
                let baseline = heads.walk(maker, &ending, &mut made.events);
                if let Some(status) = baseline {
                    body.insert("initial".to_owned(), json!({"status": status}));
                }
            }
            None => {
                for (place, rule) in self.rules.events.iter().enumerate() {
                    let draft = maker.event(rule, None, &ending);
                    made.events.extend(draft.map(|draft| MadeEvent { draft, rule: place }));
                }
            }
        }
        if rules.declare {
            maker.sound(&body, &|field| rules.template(field));
        }
        made.measure = Some((id, body));
    }
}

/// What a row says of its measure.
fn measure(id: &str, rules: &MeasureRules, maker: &mut Maker<'_>) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("record".to_owned(), "measure".into());
    body.insert("measure".to_owned(), id.into());
    for (name, template) in &rules.texts {
        let text = maker.one(template).map(Value::from);
        body.extend(text.map(|text| ((*name).to_owned(), text)));
    }
    for (name, templates) in &rules.lists {
        let list = maker.list(templates);
        if !list.is_empty() {
            body.insert((*name).to_owned(), list.into());
        }
    }
    if let Some(status) = rules.initial.as_ref().and_then(|template| maker.one(template)) {
        body.insert("initial".to_owned(), json!({"status": status}));
    }
    body
}

/// Why a value must be there.
fn needed(field: &str, columns: &[String]) -> Problem {
    let message = match columns {
        [] => format!("no {field} comes out of this row"),
        _ => format!("no {field}: it is empty here"),
    };
    Problem::new(Fault::MissingField, message).about(columns)
}

/// A date that ends before it begins.
fn before_start(end: &str, start: &str, is_same: bool) -> Problem {
    let (end, start) = (shown(end), shown(start));
    let message = if is_same {
        format!(
            "{end} is the first day on which it no longer holds, and the day on which it begins: \
             if it is the last day, say `is = \"last-day\"`"
        )
    } else {
        format!("the end, {end}, lies before the start, {start}")
    };
    Problem::new(Fault::BadValue, message)
}
