//! What one row says, under the names that rules use.

use std::collections::BTreeMap;

use super::dates::same;
use super::rules::{Condition, numbered};
use super::table::Table;
use super::template::Said;

/// The places of the columns of a table by their names.
pub(super) type Columns<'t> = BTreeMap<&'t str, Vec<usize>>;

/// One row, and the words that are no columns.
pub(super) struct View<'t> {
    pub(super) columns: &'t Columns<'t>,
    pub(super) cells: &'t [String],
    pub(super) words: Vec<(&'static str, String)>,
}

impl View<'_> {
    /// Says what a word that is no column stands for.
    pub(super) fn say(&mut self, word: &'static str, text: impl Into<String>) {
        self.words.retain(|(known, _)| *known != word);
        self.words.push((word, text.into()));
    }

    /// Whether the row says what is demanded.
    pub(super) fn fits(&self, condition: &Condition) -> bool {
        condition.demands.iter().all(|(demand, _)| {
            let text = self.text(&demand.column).unwrap_or_default().trim();
            demand.words.iter().any(|word| says(text, word)) == demand.wanted
        })
    }
}

fn says(text: &str, word: &str) -> bool {
    if word == "*" { !text.is_empty() } else { same(text, word) }
}

impl Said for View<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        if let Some([place]) = self.columns.get(name).map(Vec::as_slice) {
            return self.cells.get(*place).map(String::as_str);
        }
        let word = self.words.iter().find(|(word, _)| *word == name);
        let numbered = || self.cells.get(numbered(name)?).map(String::as_str);
        word.map(|(_, text)| text.as_str()).or_else(numbered)
    }
}

/// The cells of a row where empty ones say what the ones above say.
pub(super) struct FillDown<'t> {
    places: Vec<usize>,
    above: Vec<Option<&'t str>>,
}

impl<'t> FillDown<'t> {
    pub(super) fn of(names: &[(String, usize)], table: &Table, columns: &Columns<'_>) -> Self {
        let place = |name: &str| match columns.get(name).map(Vec::as_slice) {
            Some([place]) => Some(*place),
            Some(_) | None => numbered(name).filter(|place| *place < table.header.len()),
        };
        let places: Vec<usize> = names.iter().filter_map(|(name, _)| place(name)).collect();
        Self { above: vec![None; places.len()], places }
    }

    /// Fills the cells of the next row.
    pub(super) fn fill(&mut self, cells: &'t [String]) -> Vec<String> {
        let mut filled = cells.to_vec();
        for (&place, above) in self.places.iter().zip(&mut self.above) {
            let Some(cell) = cells.get(place) else { continue };
            if !cell.trim().is_empty() {
                *above = Some(cell);
            } else if let (Some(above), Some(filled)) = (*above, filled.get_mut(place)) {
                above.clone_into(filled);
            }
        }
        filled
    }
}
