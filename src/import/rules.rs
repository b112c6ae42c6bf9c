//! The rules for a table: which columns say what (`docs/import.md` explains every key).

mod parts;
mod section;

use std::collections::BTreeMap;

use super::dates::Dates;
use super::encoding::Encoding;
use super::problem::{Fault, Problem};
use super::table::Table;
use super::template::{Template, WORDS, WordTable};
pub(super) use parts::{CHANGE, EMPTY};

/// What a mapping file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// How the file is read.
    pub(super) file: FileRules,
    /// Which rows count.
    pub(super) rows: RowRules,
    pub(super) dates: Dates,
    pub(super) tables: BTreeMap<String, WordTable>,
    pub(super) measure: MeasureRules,
    pub(super) wide: Option<Wide>,
    pub(super) events: Vec<EventRules>,
}

/// How the file is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct FileRules {
    pub(super) encoding: Option<Encoding>,
    pub(super) delimiter: Option<char>,
    pub(super) sheet: Option<String>,
    /// The row of the header, from 1.
    pub(super) header: Option<usize>,
}

/// Which rows count, and what of the row above holds for them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RowRules {
    pub(super) when: Condition,
    /// Columns in which an empty cell says what the one above says.
    pub(super) fill_down: Vec<(String, usize)>,
    /// Whether a row that is there twice counts once; else it is refused.
    pub(super) once: bool,
}

/// What a row must say, column by column.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Condition {
    /// Each with its line in the rules.
    pub(super) demands: Vec<(Demand, usize)>,
}

/// What a row must (or must not) say in one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Demand {
    pub(super) column: String,
    /// One of these; `*` for anything, an empty text for nothing.
    pub(super) words: Vec<String>,
    /// Whether it must be so.
    pub(super) wanted: bool,
}

/// A field of a record, and what makes it.
pub(super) type Field = (&'static str, Template);

/// What a row says of its measure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MeasureRules {
    pub(super) id: Template,
    /// Whether the measures are declared; else they are there.
    pub(super) declare: bool,
    /// Whether the first row counts where rows say different things of one measure.
    pub(super) first_counts: bool,
    /// Fields with one text.
    pub(super) texts: Vec<Field>,
    /// Fields with several.
    pub(super) lists: Vec<(&'static str, Vec<Template>)>,
    /// The status when tracking began.
    pub(super) initial: Option<Template>,
}

/// A table with one column a date.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wide {
    /// Its line in the rules.
    pub(super) line: usize,
    /// The columns; all whose names are dates where none is named.
    pub(super) columns: Vec<(String, usize)>,
    /// What a cell says.
    pub(super) value: Template,
    pub(super) empty: Option<Empty>,
    pub(super) first: Option<First>,
    pub(super) change: Option<Change>,
}

/// What an empty cell of a wide table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// What the cell before it says.
    AsBefore,
    /// An empty text, which a value table can map.
    Blank,
}

/// What the first cell of a row of a wide table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    /// It changed to this then.
    Event,
    /// It was so already: the measure's `initial`.
    Baseline,
    /// Nothing.
    Ignored,
}

/// When something changed that is another in one column than in the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// On the date of the column.
    OnTheDate,
    /// On some day after the column before, up to the date.
    Between,
}

/// An event that rows make.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EventRules {
    /// Its line in the rules.
    pub(super) line: usize,
    pub(super) when: Condition,
    pub(super) key: Template,
    /// The measure, if not the row's.
    pub(super) measure: Option<Template>,
    pub(super) act: Template,
    pub(super) status: Option<Template>,
    /// The date; none in a wide table.
    pub(super) effective: Option<Template>,
    pub(super) announced: Option<Template>,
    pub(super) texts: Vec<Field>,
    pub(super) lists: Vec<(&'static str, Vec<Template>)>,
    pub(super) set: Vec<(String, Template)>,
    pub(super) end: Option<End>,
    pub(super) then: Vec<Then>,
    pub(super) sources: Vec<SourceRules>,
}

/// An end that was planned from the beginning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct End {
    pub(super) date: Template,
    pub(super) is: EndDay,
    /// The ending act; the kind's own where none is named.
    pub(super) act: Option<Template>,
}

/// What an end date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndDay {
    /// The last day on which it holds.
    Last,
    /// The first day on which it no longer holds.
    FirstAfter,
}

/// A planned consequence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Then {
    pub(super) when: Condition,
    pub(super) act: Template,
    pub(super) status: Option<Template>,
    pub(super) effective: Option<Template>,
    pub(super) set: Vec<(String, Template)>,
}

/// The evidence that rows name.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct SourceRules {
    pub(super) texts: Vec<Field>,
    pub(super) published: Option<Template>,
}

impl Rules {
    /// Reads a mapping file (TOML), or says everything that is wrong with it, each with its line.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        parts::rules(text)
    }

    /// The sheet of a workbook that the rules name.
    #[must_use]
    pub fn sheet(&self) -> Option<&str> {
        self.file.sheet.as_deref()
    }

    /// Every text with places.
    fn templates(&self) -> Vec<&Template> {
        let mut all = vec![&self.measure.id];
        let MeasureRules { texts, lists, initial, .. } = &self.measure;
        all.extend(texts.iter().map(|(_, template)| template));
        all.extend(lists.iter().flat_map(|(_, templates)| templates));
        all.extend(initial);
        all.extend(self.wide.iter().map(|wide| &wide.value));
        self.events.iter().for_each(|event| event.templates(&mut all));
        all
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let of_events = self.events.iter().flat_map(|event| {
            std::iter::once(&event.when).chain(event.then.iter().map(|then| &then.when))
        });
        std::iter::once(&self.rows.when).chain(of_events)
    }

    /// What the rules name that the table does not have (or has twice).
    pub(super) fn unfit_for(&self, table: &Table) -> Vec<Problem> {
        let mut named: Vec<(&str, usize)> = Vec::new();
        for template in self.templates() {
            named.extend(template.names().map(|name| (name, template.line)));
        }
        for condition in self.conditions() {
            let demands = condition.demands.iter();
            named.extend(demands.map(|(demand, line)| (demand.column.as_str(), *line)));
        }
        let lists = self.wide.iter().map(|wide| &wide.columns).chain([&self.rows.fill_down]);
        named.extend(lists.flatten().map(|(name, line)| (name.as_str(), *line)));
        let columns = table.columns();
        let mut problems: Vec<Problem> = Vec::new();
        for (name, line) in named {
            let problem = match columns.get(name).map(Vec::as_slice) {
                Some([_]) => continue,
                Some(several) => twice(name, several),
                None if numbered(name).is_some_and(|place| place < table.header.len()) => continue,
                None if self.is_word(name) => continue,
                None => unknown(name, table),
            };
            let problem = problem.at(line);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    /// Whether a name that is no column is one of the words of templates.
    fn is_word(&self, name: &str) -> bool {
        let of_wide = ["head", "cell", "value", "before"].contains(&name);
        WORDS.contains(&name) && (!of_wide || self.wide.is_some())
    }
}

impl EventRules {
    fn templates<'r>(&'r self, all: &mut Vec<&'r Template>) {
        let Self { key, measure, act, status, effective, announced, .. } = self;
        all.extend([key, act]);
        all.extend([measure, status, effective, announced].into_iter().flatten());
        all.extend(self.texts.iter().map(|(_, template)| template));
        all.extend(self.lists.iter().flat_map(|(_, templates)| templates));
        all.extend(self.set.iter().map(|(_, template)| template));
        if let Some(end) = &self.end {
            all.push(&end.date);
            all.extend(&end.act);
        }
        for then in &self.then {
            all.push(&then.act);
            all.extend([&then.status, &then.effective].into_iter().flatten());
            all.extend(then.set.iter().map(|(_, template)| template));
        }
        for source in &self.sources {
            all.extend(source.texts.iter().map(|(_, template)| template));
            all.extend(&source.published);
        }
    }
}

/// The place, from 0, of a column that is named by its number: `#3`.
pub(super) fn numbered(name: &str) -> Option<usize> {
    name.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

fn twice(name: &str, places: &[usize]) -> Problem {
    let numbers: Vec<String> = places.iter().map(|place| format!("`#{}`", place + 1)).collect();
    let numbers = numbers.join(" or ");
    let message =
        format!("several columns are called `{name}`: say which by its number, {numbers}");
    Problem::new(Fault::UnknownColumn, message)
}

fn unknown(name: &str, table: &Table) -> Problem {
    let names: Vec<&str> = table.header.iter().map(String::as_str).collect();
    let shown: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).take(20).collect();
    let more = if names.len() > 20 { ", …" } else { "" };
    let message =
        format!("the table has no column `{name}`: there are `{}`{more}", shown.join("`, `"));
    Problem::new(Fault::UnknownColumn, message).guessing(name, names)
}

impl EventRules {
    /// What makes a field.
    pub(super) fn template(&self, field: &str) -> Option<&Template> {
        match field {
            "key" => Some(&self.key),
            "measure" => self.measure.as_ref(),
            "act" => Some(&self.act),
            "status" => self.status.as_ref(),
            "effective" => self.effective.as_ref(),
            "announced" => self.announced.as_ref(),
            "then" => self.end.as_ref().map(|end| &end.date),
            "set" => self.set.first().map(|(_, made)| made),
            "sources" => self.sources.iter().find_map(|source| {
                let texts = source.texts.iter().map(|(_, made)| made);
                texts.chain(&source.published).find(|made| made.constant().is_none())
            }),
            _ => made_of(&self.texts, &self.lists, field),
        }
    }

    /// The fields of its records that the table says, also where it says nothing in them.
    pub(super) fn fields(&self) -> Vec<&'static str> {
        let mut fields = vec!["measure", "act", "effective"];
        fields.extend(self.status.as_ref().map(|_| "status"));
        fields.extend(self.announced.as_ref().map(|_| "announced"));
        fields.extend(self.texts.iter().map(|(name, _)| *name));
        fields.extend(self.lists.iter().map(|(name, _)| *name));
        fields.extend((!self.set.is_empty()).then_some("set"));
        fields.extend((self.end.is_some() || !self.then.is_empty()).then_some("then"));
        fields.extend((!self.sources.is_empty()).then_some("sources"));
        fields
    }
}

impl MeasureRules {
    /// What makes a field.
    pub(super) fn template(&self, field: &str) -> Option<&Template> {
        match field {
            "measure" => Some(&self.id),
            "initial" => self.initial.as_ref(),
            _ => made_of(&self.texts, &self.lists, field),
        }
    }

    /// The fields of its records that the table says, also where it says nothing in them.
    pub(super) fn fields(&self, is_wide: bool) -> Vec<&'static str> {
        let mut fields: Vec<&'static str> = self.texts.iter().map(|(name, _)| *name).collect();
        fields.extend(self.lists.iter().map(|(name, _)| *name));
        fields.extend((self.initial.is_some() || is_wide).then_some("initial"));
        fields
    }
}

fn made_of<'r>(
    texts: &'r [Field],
    lists: &'r [(&'static str, Vec<Template>)],
    field: &str,
) -> Option<&'r Template> {
    let text = texts.iter().find(|(name, _)| *name == field).map(|(_, made)| made);
    let list = || lists.iter().find(|(name, _)| *name == field)?.1.first();
    text.or_else(list)
}
