//! Fills the templates of one row, and keeps every problem on the way.

use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::super::rules::Rules;
use super::super::template::{Made, Template};
use super::super::view::View;
use super::needed;
use crate::record::{self, Draft};

/// One row on its way to records.
pub(super) struct Maker<'r> {
    pub(super) view: View<'r>,
    pub(super) rules: &'r Rules,
    pub(super) problems: Vec<Problem>,
    /// Whether a value table said that nothing is to be made of something since this was unset.
    pub(super) left_out: bool,
}

impl<'r> Maker<'r> {
    pub(super) fn of(view: View<'r>, rules: &'r Rules) -> Self {
        Self { view, rules, problems: Vec::new(), left_out: false }
    }

    /// The texts of a template, without empty ones.
    pub(super) fn several(&mut self, template: &Template) -> Vec<String> {
        let mut texts = self.pieces(template);
        texts.retain(|text| !text.is_empty());
        texts
    }

    /// The texts of a template, empty ones too.
    pub(super) fn pieces(&mut self, template: &Template) -> Vec<String> {
        match template.make(&self.view, self.rules) {
            Ok(Made::Texts(texts)) => texts,
            Ok(Made::LeftOut) => {
                self.left_out = true;
                Vec::new()
            }
            Err(problem) => {
                self.problem(*problem);
                Vec::new()
            }
        }
    }

    /// The text of a template; none where it is empty.
    pub(super) fn one(&mut self, template: &Template) -> Option<String> {
        self.several(template).into_iter().next()
    }

    /// The texts of some templates, each once.
    pub(super) fn list(&mut self, templates: &[Template]) -> Vec<String> {
        let left_out = self.left_out;
        let mut list: Vec<String> = Vec::new();
        for template in templates {
            for text in self.several(template) {
                if !list.contains(&text) {
                    list.push(text);
                }
            }
        }
        // Of a list only the entry is left out.
        self.left_out = left_out;
        list
    }

    /// A date; none where the row says that there is none.
    pub(super) fn date(&mut self, template: &Template) -> Option<String> {
        let text = self.one(template)?;
        self.read_date(&text, template)
    }

    pub(super) fn read_date(&mut self, text: &str, template: &Template) -> Option<String> {
        if template.is_dated() {
            return Some(text.to_owned());
        }
        match self.rules.dates.read(text) {
            Ok(date) => date,
            Err(problem) => {
                let columns = template.columns(&self.view);
                self.problem(problem.about(&columns));
                None
            }
        }
    }

    /// Each problem once.
    pub(super) fn problem(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Something that has to be there and is not.
    pub(super) fn missing(&mut self, field: &str, template: &Template) {
        let columns = template.columns(&self.view);
        let is_told = |problem: &Problem| {
            columns.iter().any(|column| problem.message.contains(&format!("\"{column}\"")))
        };
        if !self.problems.iter().any(is_told) {
            self.problem(needed(field, &columns));
        }
    }

    /// The record, unless something in it is refused; `template` says what made a field.
    pub(super) fn sound<'t>(
        &mut self,
        body: &Map<String, Value>,
        template: &dyn Fn(&str) -> Option<&'t Template>,
    ) -> Option<Draft> {
        match record::read(body) {
            Ok(draft) => Some(draft),
            Err(refusals) => {
                for refusal in refusals {
                    let field = field_of(&refusal.message);
                    let columns = template(field).map(|made| made.columns(&self.view));
                    let columns = columns.unwrap_or_default();
                    self.problem(Problem::of_refusal(refusal, &columns, 0));
                }
                None
            }
        }
    }
}

/// The field that a refusal begins with: `` `sources[0].url` must be … ``.
fn field_of(message: &str) -> &str {
    let name = message.strip_prefix('`').unwrap_or_default();
    let end = name.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(name.len());
    &name[..end]
}
