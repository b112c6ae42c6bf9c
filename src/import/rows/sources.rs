//! The evidence that a row names: one source, or several whose parts stand beside each other.

use serde_json::{Map, Value};

use super::super::problem::{Fault, Problem};
use super::super::rules::SourceRules;
use super::super::template::Template;
use super::maker::Maker;

/// A field of the sources with the texts that it has in each.
type Pieces<'r> = (&'r str, &'r Template, Vec<String>);

impl Maker<'_> {
    pub(super) fn sources(&mut self, rules: &[SourceRules]) -> Vec<Value> {
        let left_out = self.left_out;
        let mut sources = Vec::new();
        for rule in rules {
            for source in self.source(rule) {
                if !sources.contains(&source) {
                    sources.push(source);
                }
            }
        }
        // Of the sources only the one is left out.
        self.left_out = left_out;
        sources
    }

    /// The sources of one rule: the n-th texts of its templates together are the n-th source; a
    /// single text holds for all.
    fn source(&mut self, rule: &SourceRules) -> Vec<Value> {
        let mut fields: Vec<Pieces<'_>> = Vec::new();
        for (name, template) in &rule.texts {
            fields.push((name, template, self.pieces(template)));
        }
        if let Some(template) = &rule.published {
            let mut dates = Vec::new();
            for text in self.pieces(template) {
                dates.push(self.read_date(&text, template).unwrap_or_default());
            }
            fields.push(("published", template, dates));
        }
        if !says_something(&fields) {
            return Vec::new();
        }
        let count = fields.iter().map(|(_, _, texts)| texts.len()).max().unwrap_or_default();
        let fits = |texts: &[String]| texts.len() <= 1 || texts.len() == count;
        if let Some((_, template, texts)) = fields.iter().find(|(_, _, texts)| !fits(texts)) {
            let found = texts.len();
            let message = format!(
                "{found} here, but {count} in another column of the sources: which is which?"
            );
            let columns = template.columns(&self.view);
            self.problem(Problem::new(Fault::BadValue, message).about(&columns));
            return Vec::new();
        }
        (0..count).filter_map(|place| one(&fields, place)).collect()
    }
}

/// Whether there is a source at all. What is the same for every row is none by itself, unless the
/// rules say nothing else.
fn says_something(fields: &[Pieces<'_>]) -> bool {
    let says = |texts: &[String]| texts.iter().any(|text| !text.is_empty());
    let mut of_row = fields.iter().filter(|(_, made, _)| made.constant().is_none()).peekable();
    of_row.peek().is_none() || of_row.any(|(_, _, texts)| says(texts))
}

/// The source at a place; none where nothing would be in it.
fn one(fields: &[Pieces<'_>], place: usize) -> Option<Value> {
    let mut source = Map::new();
    for (name, _, texts) in fields {
        let text = texts.get(place).or_else(|| texts.first().filter(|_| texts.len() == 1));
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            source.insert((*name).to_owned(), text.clone().into());
        }
    }
    (!source.is_empty()).then_some(Value::Object(source))
}
