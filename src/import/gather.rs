//! The rows of a table together: measures that several rows speak of, names that are taken twice,
//! rows that are there twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::problem::{Fault, Problem, shown};
use super::rows::MadeRow;
use super::rules::Rules;
use super::table::Table;
use super::template::{Template, WORDS};
use crate::record::{self, Code, Draft, Refusal};

/// The rows of a table as records.
#[derive(Debug)]
pub struct Rows<'s> {
    pub(super) table: &'s Table,
    pub(super) rules: &'s Rules,
    /// Those that count, with their places in the table.
    pub(super) made: Vec<(usize, MadeRow)>,
}

/// The records of some rows.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// Measures first, in the order of the rows.
    pub drafts: Vec<Draft>,
    /// For each draft where it comes from.
    pub origins: Vec<Origin>,
    /// What is wrong, each with the place of its row in the table (from 0).
    pub problems: Vec<(usize, Problem)>,
}

/// Where a record comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The places of its rows in the table (from 0), at least one.
    pub rows: Vec<usize>,
    /// The line of the first one.
    pub line: usize,
    /// Which event of the rules made it; none for a measure.
    pub(super) rule: Option<usize>,
}

/// A measure on the way.
struct Meant {
    body: Map<String, Value>,
    rows: Vec<usize>,
    line: usize,
}

impl Origin {
    /// Whether the record declares a measure.
    #[must_use]
    pub fn is_measure(&self) -> bool {
        self.rule.is_none()
    }
}

impl Rows<'_> {
    /// How many rows count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Whether no row counts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// The records of the rows, leaving out those at some places of the table; and everything that
    /// is wrong with the others. A row with a problem makes no record.
    #[must_use]
    pub fn gather(&self, without: &BTreeSet<usize>) -> Gathered {
        let mut gathered = Gathered::default();
        let mut measures: IndexMap<&str, Meant> = IndexMap::new();
        let mut keys: HashMap<&str, (usize, &Draft)> = HashMap::new();
        let mut seen: HashMap<&[String], usize> = HashMap::new();
        let mut events = Vec::new();
        for (place, row) in self.made.iter().filter(|(place, _)| !without.contains(place)) {
            let mut problems = row.problems.clone();
            match self.repeated(*place, row, &mut seen) {
                Some(_) if self.rules.rows.once => continue,
                Some(problem) => problems = vec![problem],
                None => {}
            }
            if problems.is_empty() {
                problems.extend(self.measure(*place, row, &mut measures));
            }
            if problems.is_empty() {
                problems.extend(self.events(*place, row, &mut keys, &mut events));
            }
            gathered.problems.extend(problems.into_iter().map(|problem| (*place, problem)));
        }
        for meant in measures.into_values().filter(|_| self.rules.measure.declare) {
            // What each row says was read already; together they say nothing else.
            if let Ok(draft) = record::read(&meant.body) {
                let origin = Origin { rows: meant.rows, line: meant.line, rule: None };
                gathered.drafts.push(draft);
                gathered.origins.push(origin);
            }
        }
        for (draft, origin) in events {
            gathered.drafts.push(draft);
            gathered.origins.push(origin);
        }
        gathered
    }

    /// The problem of a row that is there twice.
    fn repeated<'r>(
        &'r self,
        place: usize,
        row: &MadeRow,
        seen: &mut HashMap<&'r [String], usize>,
    ) -> Option<Problem> {
        let cells = &self.table.rows.get(place)?.cells;
        let before = *seen.entry(cells.as_slice()).or_insert(row.line);
        (before != row.line).then(|| {
            let message = format!(
                "the same row as on line {before}: take one out, or say `repeated = \"once\"` in \
                 [rows]"
            );
            Problem::new(Fault::RepeatedRow, message).at(row.line)
        })
    }

    /// Adds what a row says of its measure to what the rows before it say.
    fn measure<'r>(
        &'r self,
        place: usize,
        row: &'r MadeRow,
        measures: &mut IndexMap<&'r str, Meant>,
    ) -> Vec<Problem> {
        let Some((id, body)) = &row.measure else { return Vec::new() };
        let Some(meant) = measures.get_mut(id.as_str()) else {
            let meant = Meant { body: body.clone(), rows: vec![place], line: row.line };
            measures.insert(id, meant);
            return Vec::new();
        };
        let rules = &self.rules.measure;
        let mut problems = Vec::new();
        for (field, value) in body {
            match meant.body.get(field) {
                Some(known) if known != value && !rules.first_counts => {
                    let (value, known) = (value.to_string(), known.to_string());
                    let message = format!(
                        "the {field} of `{id}` is {} here, but {} on line {}: make them the same, or \
                         say `differing = \"first\"` in [measure]",
                        shown(&value),
                        shown(&known),
                        meant.line
                    );
                    let columns = columns(rules.template(field));
                    let problem = Problem::new(Fault::Taken, message).about(&columns);
                    problems.push(problem.at(row.line));
                }
                Some(_) => {}
                None => drop(meant.body.insert(field.clone(), value.clone())),
            }
        }
        meant.rows.push(place);
        problems
    }

    /// Adds the events of a row, unless their keys are those of other events.
    fn events<'r>(
        &'r self,
        place: usize,
        row: &'r MadeRow,
        keys: &mut HashMap<&'r str, (usize, &'r Draft)>,
        events: &mut Vec<(Draft, Origin)>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for event in &row.events {
            let key = event.draft.key.as_deref().unwrap_or_default();
            let origin = Origin { rows: vec![place], line: row.line, rule: Some(event.rule) };
            match keys.get(key) {
                None => {
                    keys.insert(key, (row.line, &event.draft));
                    events.push((event.draft.clone(), origin));
                }
                // The same said twice is said once.
                Some((_, known)) if known.record == event.draft.record => {}
                Some((line, _)) => {
                    let message = format!(
                        "the key `{key}` is that of another event, on line {line}: mend it, or add a \
                         column to `key` in the rules that tells the rows apart"
                    );
                    let rule = self.rules.events.get(event.rule);
                    let columns = columns(rule.map(|rule| &rule.key));
                    let problem = Problem::new(Fault::Taken, message).about(&columns);
                    problems.push(problem.at(row.line));
                }
            }
        }
        problems
    }

    /// What the ledger refuses a record for, said of the row and the columns it comes from.
    #[must_use]
    pub fn refused(&self, origin: &Origin, refusal: Refusal) -> Problem {
        let field = field(&refusal, origin.rule.is_none());
        let template = match origin.rule.and_then(|rule| self.rules.events.get(rule)) {
            Some(rule) => rule.template(field).or_else(|| {
                let is_measure = field == "measure" && rule.measure.is_none();
                is_measure.then_some(&self.rules.measure.id)
            }),
            None => self.rules.measure.template(field),
        };
        let columns = columns(template);
        Problem::of_refusal(refusal, &columns, origin.line)
    }

    /// The lines of the rows at some places, in order.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<usize, usize> {
        self.made.iter().map(|(place, row)| (*place, row.line)).collect()
    }
}

/// The columns that make something.
fn columns(template: Option<&Template>) -> Vec<String> {
    let names = template.into_iter().flat_map(Template::names);
    names.filter(|name| !WORDS.contains(name)).map(str::to_owned).collect()
}

/// The field that a refusal is about.
fn field(refusal: &Refusal, of_measure: bool) -> &str {
    let fields = [
        (Code::UnknownAct, "act", "act"),
        (Code::UnknownStatus, "status", "initial"),
        (Code::UnknownKind, "kind", "kind"),
        (Code::UnknownMeasure, "measure", "part_of"),
        (Code::Taken, "key", "measure"),
    ];
    let known = fields.iter().find(|(code, ..)| *code == refusal.code);
    match known {
        Some((_, _, field)) if of_measure => field,
        Some((_, field, _)) => field,
        None => {
            let name = refusal.message.strip_prefix('`').unwrap_or_default();
            name.split(['`', '.', '[']).next().unwrap_or_default()
        }
    }
}
