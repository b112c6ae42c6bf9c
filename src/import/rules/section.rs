//! Takes a mapping file apart key by key, and keeps every problem with its line.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::problem::{Fault, Problem};
use super::super::template::Template;

/// What is written where an answer is asked for.
const ASKED: &str = "?";

/// The lines of a file, and what is wrong with it so far.
pub(super) struct Reading {
    /// Where each line begins, in bytes.
    starts: Vec<usize>,
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    pub(super) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(place, _)| place + 1)).collect();
        Self { starts, problems: Vec::new() }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte)
    }

    pub(super) fn bad(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(Fault::BadRules, message).at(line));
    }

    /// Every place where an answer is asked for and not given.
    pub(super) fn unanswered(&mut self, path: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(text) if text == ASKED => {
                let choices = choices(path);
                let message = format!("`{path}` is not answered yet: {choices}");
                let line = self.line(value.span().start);
                self.problems.push(Problem::new(Fault::Unanswered, message).at(line));
            }
            DeValue::Array(values) => values.iter().for_each(|value| self.unanswered(path, value)),
            DeValue::Table(table) => {
                for (key, value) in table {
                    self.unanswered(&join(path, key.get_ref()), value);
                }
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }
}

/// What can be answered.
fn choices(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or(path) {
        "is" => super::parts::END_DAYS,
        "forms" => {
            "write the form that the dates have, such as \"DD/MM/YYYY\" or \"MM/DD/YYYY\" (the \
             comment above it says what the values allow)"
        }
        "two_digit_years" => super::parts::HUNDRED,
        "empty" => super::parts::EMPTY,
        "first" => super::parts::FIRST,
        "change" => super::parts::CHANGE,
        _ => "the comment above it says what is asked",
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// One table of a mapping file.
pub(super) struct Section<'d> {
    table: &'d DeTable<'d>,
    pub(super) path: String,
    /// The line on which it begins.
    pub(super) line: usize,
    known: Vec<&'static str>,
}

impl<'d> Section<'d> {
    pub(super) fn of(table: &'d DeTable<'d>, path: String, line: usize) -> Self {
        Self { table, path, line, known: Vec::new() }
    }

    fn value(&mut self, name: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.known.push(name);
        self.table.get(name)
    }

    fn said(&self, name: &str) -> String {
        join(&self.path, name)
    }

    fn wrong(&self, name: &str, expected: &str, line: usize, reading: &mut Reading) {
        reading.bad(line, format!("`{}` must be {expected}", self.said(name)));
    }

    /// A text with its line; whole numbers and truths will do.
    pub(super) fn text(
        &mut self,
        name: &'static str,
        reading: &mut Reading,
    ) -> Option<(String, usize)> {
        let value = self.value(name)?;
        let line = reading.line(value.span().start);
        let text = as_text(value.get_ref());
        if text.is_none() {
            self.wrong(name, "a text", line, reading);
        }
        Some((text?, line))
    }

    /// Several texts, or one.
    pub(super) fn texts(
        &mut self,
        name: &'static str,
        reading: &mut Reading,
    ) -> Vec<(String, usize)> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let values: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(values) => values.iter().collect(),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Table(_) => vec![value],
        };
        let mut texts = Vec::new();
        for value in values {
            let line = reading.line(value.span().start);
            match as_text(value.get_ref()) {
                Some(text) => texts.push((text, line)),
                None => self.wrong(name, "a text, or a list of texts", line, reading),
            }
        }
        texts
    }

    pub(super) fn template(
        &mut self,
        name: &'static str,
        reading: &mut Reading,
    ) -> Option<Template> {
        let (text, line) = self.text(name, reading)?;
        let template = parse(&text, line, reading)?;
        if template.splits() {
            let message = format!("`{}` has one text: `split` has no place here", self.said(name));
            reading.bad(line, message);
        }
        Some(template)
    }

    /// The same where it has to be there.
    pub(super) fn required(
        &mut self,
        name: &'static str,
        why: &str,
        reading: &mut Reading,
    ) -> Option<Template> {
        let before = reading.problems.len();
        let template = self.template(name, reading);
        if template.is_none() && reading.problems.len() == before {
            reading.bad(self.line, format!("`{}` is missing: {why}", self.said(name)));
        }
        template
    }

    /// Templates that may make several texts each.
    pub(super) fn templates(&mut self, name: &'static str, reading: &mut Reading) -> Vec<Template> {
        let texts = self.texts(name, reading);
        texts.iter().filter_map(|(text, line)| parse(text, *line, reading)).collect()
    }

    /// A template that may make several texts: one for each source.
    pub(super) fn splitting(
        &mut self,
        name: &'static str,
        reading: &mut Reading,
    ) -> Option<Template> {
        let (text, line) = self.text(name, reading)?;
        parse(&text, line, reading)
    }

    pub(super) fn number(&mut self, name: &'static str, reading: &mut Reading) -> Option<i64> {
        let value = self.value(name)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            DeValue::String(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        if number.is_none() {
            self.wrong(name, "a whole number", reading.line(value.span().start), reading);
        }
        number
    }

    pub(super) fn truth(&mut self, name: &'static str, reading: &mut Reading) -> Option<bool> {
        let value = self.value(name)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong(name, "true or false", reading.line(value.span().start), reading);
        }
        truth
    }

    /// One of some words.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&str, T)],
        expected: &str,
        reading: &mut Reading,
    ) -> Option<T> {
        let (text, line) = self.text(name, reading)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meant)| *meant);
        if found.is_none() {
            let message = format!("`{}` cannot be `{text}`: {expected}", self.said(name));
            reading.bad(line, message);
        }
        found
    }

    /// A table inside of this one.
    pub(super) fn section(
        &mut self,
        name: &'static str,
        reading: &mut Reading,
    ) -> Option<Section<'d>> {
        let value = self.value(name)?;
        let line = reading.line(value.span().start);
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(name, "a table", line, reading);
            return None;
        };
        Some(Section::of(table, self.said(name), line))
    }

    /// Tables inside of this one.
    pub(super) fn sections(
        &mut self,
        name: &'static str,
        reading: &mut Reading,
    ) -> Vec<Section<'d>> {
        let Some(value) = self.value(name) else { return Vec::new() };
        let line = reading.line(value.span().start);
        if let Some(table) = value.get_ref().as_table() {
            return vec![Section::of(table, self.said(name), line)];
        }
        let Some(values) = value.get_ref().as_array() else {
            self.wrong(name, "tables: [[…]]", line, reading);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for value in values {
            let line = reading.line(value.span().start);
            match value.get_ref().as_table() {
                Some(table) => sections.push(Section::of(table, self.said(name), line)),
                None => self.wrong(name, "tables: [[…]]", line, reading),
            }
        }
        sections
    }

    /// Every key with its text, in the order of the keys: a table of words.
    pub(super) fn words(&self, reading: &mut Reading) -> Vec<(String, Option<String>, usize)> {
        let mut words = Vec::new();
        for (key, value) in self.table {
            let line = reading.line(value.span().start);
            match (value.get_ref().as_bool(), as_text(value.get_ref())) {
                (Some(false), _) => words.push((key.get_ref().to_string(), None, line)),
                (_, Some(text)) => words.push((key.get_ref().to_string(), Some(text), line)),
                (_, None) => self.wrong(key.get_ref(), "a text, or false", line, reading),
            }
        }
        words
    }

    /// Every key with the texts it has.
    pub(super) fn lists(&self, reading: &mut Reading) -> Vec<(String, Vec<String>, usize)> {
        let mut lists = Vec::new();
        for (key, value) in self.table {
            let line = reading.line(value.span().start);
            let one = as_text(value.get_ref()).map(|text| vec![text]);
            let several = || {
                let values = value.get_ref().as_array()?.iter();
                values.map(|value| as_text(value.get_ref())).collect::<Option<Vec<String>>>()
            };
            match one.or_else(several) {
                Some(texts) => lists.push((key.get_ref().to_string(), texts, line)),
                None => self.wrong(key.get_ref(), "a text, or a list of texts", line, reading),
            }
        }
        lists
    }

    /// The tables by their names.
    pub(super) fn all(&self, reading: &mut Reading) -> Vec<(String, Section<'d>)> {
        let mut all = Vec::new();
        for (key, value) in self.table {
            let line = reading.line(value.span().start);
            let name = key.get_ref().to_string();
            match value.get_ref().as_table() {
                Some(table) => {
                    let section = Section::of(table, self.said(&name), line);
                    all.push((name, section));
                }
                None => self.wrong(&name, "a table", line, reading),
            }
        }
        all
    }

    /// Complains of the keys that nobody asked for.
    pub(super) fn finish(self, reading: &mut Reading) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if !self.known.contains(&name) {
                let message = format!("there is no key `{}`", self.said(name));
                let problem = Problem::new(Fault::BadRules, message);
                let known = self.known.iter().copied();
                let line = reading.line(key.span().start);
                reading.problems.push(problem.guessing(name, known).at(line));
            }
        }
    }
}

fn parse(text: &str, line: usize, reading: &mut Reading) -> Option<Template> {
    match Template::parse(text, line) {
        Ok(template) => Some(template),
        Err(message) => {
            reading.bad(line, message);
            None
        }
    }
}

/// The text of a plain value.
fn as_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Float(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
