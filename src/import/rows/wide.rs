//! Wide tables: one column a date, and an event where a cell says something else than before.

use super::super::dates::Dates;
use super::super::problem::{Fault, Problem};
use super::super::rules::{CHANGE, Change, EMPTY, Empty, First, Rules, Wide, numbered};
use super::super::table::Table;
use super::super::template::{Made, Template};
use super::MadeEvent;
use super::event::EndingOf;
use super::maker::Maker;
use crate::time::{Day, Window};

/// The columns that are dates, in their order.
pub(super) struct Heads {
    columns: Vec<Head>,
    value: Template,
    empty: Empty,
    first: First,
}

struct Head {
    place: usize,
    name: String,
    /// The date of the column.
    date: String,
    /// The date of a change that this column shows.
    change: String,
}

impl Heads {
    /// The columns of a table that are dates, or what has to be said before they can be read.
    pub(super) fn of(wide: &Wide, table: &Table, rules: &Rules) -> Result<Self, Vec<Problem>> {
        let mut heads: Vec<Head> = Vec::new();
        let mut before: Option<Window> = None;
        let mut problems = Vec::new();
        for (place, name, window) in found(wide, table, &rules.dates)? {
            let date = window.text().to_owned();
            let between = before.as_ref().map(|before| between(before, &window));
            let change = match (between, wide.change) {
                (Some(None), _) => return Err(vec![not_in_order(&name, wide.line)]),
                (Some(Some(change)), said) if change != spelt(&window) => {
                    if said.is_none() && problems.is_empty() {
                        problems.push(unsaid(&name, wide));
                    }
                    if said == Some(Change::Between) { change } else { date.clone() }
                }
                (Some(Some(_)) | None, _) => date.clone(),
            };
            heads.push(Head { place, name, date, change });
            before = Some(window);
        }
        if wide.empty.is_none() {
            problems.extend(an_empty_cell(&heads, table, wide));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let empty = wide.empty.unwrap_or(Empty::AsBefore);
        let first = wide.first.unwrap_or(First::Event);
        Ok(Self { columns: heads, value: wide.value.clone(), empty, first })
    }

    /// Makes the events of a row; what its first cell says of the time before is given back.
    pub(super) fn walk(
        &self,
        maker: &mut Maker<'_>,
        ending: &EndingOf<'_>,
        events: &mut Vec<MadeEvent>,
    ) -> Option<String> {
        let rules = maker.rules;
        let mut before: Option<String> = None;
        let mut baseline = None;
        for head in &self.columns {
            let cell = maker.view.cells.get(head.place).map(|cell| cell.trim().to_owned());
            let cell = cell.unwrap_or_default();
            if cell.is_empty() && self.empty == Empty::AsBefore {
                continue;
            }
            let Some(value) = self.value(head, &cell, before.as_deref(), maker) else { continue };
            if before.as_deref() == Some(&value) {
                continue;
            }
            let is_first = before.is_none();
            before = Some(value.clone());
            if is_first && self.first != First::Event {
                baseline = (self.first == First::Baseline).then_some(value);
                continue;
            }
            let date = if is_first { &head.date } else { &head.change };
            for (rule, said) in rules.events.iter().enumerate() {
                let draft = maker.event(said, Some(date), ending);
                events.extend(draft.map(|draft| MadeEvent { draft, rule }));
            }
        }
        baseline
    }

    /// What a cell says; none where that is nothing at all, or cannot be told.
    fn value(
        &self,
        head: &Head,
        cell: &str,
        before: Option<&str>,
        maker: &mut Maker<'_>,
    ) -> Option<String> {
        maker.view.say("head", head.date.clone());
        maker.view.say("cell", cell);
        maker.view.say("before", before.unwrap_or_default());
        match self.value.make(&maker.view, maker.rules) {
            Ok(Made::Texts(texts)) => {
                let value = texts.into_iter().next().unwrap_or_default();
                maker.view.say("value", value.clone());
                Some(value)
            }
            Ok(Made::LeftOut) => None,
            Err(problem) => {
                maker.problem(problem.about(std::slice::from_ref(&head.name)));
                None
            }
        }
    }
}

/// The columns with their dates: those that are named, else all whose names are dates.
fn found(
    wide: &Wide,
    table: &Table,
    dates: &Dates,
) -> Result<Vec<(usize, String, Window)>, Vec<Problem>> {
    let read = |name: &str| dates.read(name).ok().flatten().and_then(|date| date.parse().ok());
    let header = table.header.iter().enumerate();
    if wide.columns.is_empty() {
        let found: Vec<(usize, String, Window)> =
            header.filter_map(|(place, name)| Some((place, name.clone(), read(name)?))).collect();
        if found.is_empty() {
            let message =
                "no column's name is a date: say `forms` in [dates], or `columns` in [wide]";
            return Err(vec![Problem::new(Fault::UnknownColumn, message).at(wide.line)]);
        }
        return Ok(found);
    }
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for (column, line) in &wide.columns {
        let place = header.clone().find(|(_, name)| *name == column).map(|(place, _)| place);
        let place = place.or_else(|| numbered(column));
        let Some((place, name)) = place.and_then(|it| Some((it, table.header.get(it)?))) else {
            continue;
        };
        if let Some(window) = read(name) {
            found.push((place, name.clone(), window));
        } else {
            let message = format!("the name of the column `{name}` is no date of [dates]");
            problems.push(Problem::new(Fault::BadDate, message).at(*line));
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// A window as this file writes it, to be compared.
fn spelt(window: &Window) -> String {
    written(window.earliest(), window.latest())
}

fn written(first: Option<Day>, last: Option<Day>) -> String {
    let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    if first == last { text(first) } else { format!("[{}..{}]", text(first), text(last)) }
}

/// The days after one column up to the end of the next; none where they are not in order.
fn between(before: &Window, head: &Window) -> Option<String> {
    let (after, last) = (before.latest()?.plus(1)?, head.latest()?);
    (after <= last).then(|| written(Some(after), Some(last)))
}

fn not_in_order(name: &str, line: usize) -> Problem {
    let message = format!(
        "the columns are not in the order of their dates: `{name}` comes after a later one"
    );
    Problem::new(Fault::BadTable, message).at(line)
}

fn unsaid(name: &str, wide: &Wide) -> Problem {
    let message = format!(
        "the columns are more than a day apart (`{name}`, for one), and [wide] does not say when \
         something changed that is another than in the column before: {CHANGE}"
    );
    Problem::new(Fault::Unanswered, message).at(wide.line)
}

fn an_empty_cell(heads: &[Head], table: &Table, wide: &Wide) -> Option<Problem> {
    let mut rows = table.rows.iter().filter(|row| row.problem.is_none());
    let (line, name) = rows.find_map(|row| {
        let is_empty =
            |head: &&Head| row.cells.get(head.place).is_none_or(|it| it.trim().is_empty());
        heads.iter().find(is_empty).map(|head| (row.line, head.name.as_str()))
    })?;
    let message = format!(
        "there are empty cells (line {line}, column \"{name}\", for one), and [wide] does not say \
         what they mean: {EMPTY}"
    );
    Some(Problem::new(Fault::Unanswered, message).at(wide.line))
}
