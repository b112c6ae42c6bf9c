//! The events that a proposal makes of rows, or of cells.

use std::collections::BTreeSet;

use super::super::super::slug::slug;
use super::super::columns::{Column, Role};
use super::super::forms::is_no_data;
use super::super::page::{Page, bare, quoted};
use super::super::words::{Meaning, meaning};
use super::{MOST_ASKED, Shape, guess};

/// Of words such as `no data`.
const NOTHING: &str = "guess: it says nothing";

impl Shape<'_> {
    /// The tracker's own words, each once, in the order in which they come.
    fn own_words(&self) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut add = |word: &str| {
            let word = word.trim();
            if !word.is_empty() && words.len() <= MOST_ASKED && !words.iter().any(|it| it == word) {
                words.push(word.to_owned());
            }
        };
        if self.heads.is_empty() {
            let status = self.role(Role::Status).filter(|_| self.is_long());
            status.into_iter().flat_map(|column| &column.values).for_each(|word| add(word));
        } else {
            for row in self.table.rows.iter().filter(|row| row.problem.is_none()) {
                let cells = self.heads.iter().filter_map(|&place| row.cells.get(place));
                cells.for_each(|cell| add(cell));
            }
        }
        words
    }

    pub(super) fn meaning(&self) -> Option<Meaning> {
        let words = self.own_words();
        if words.is_empty() || words.len() > MOST_ASKED { None } else { meaning(&words) }
    }

    /// The value table of the tracker's own words; its name, where there is one.
    fn word_table(&self, page: &mut Page) -> Option<&'static str> {
        let words = self.own_words();
        if words.is_empty() || words.len() > MOST_ASKED {
            return None;
        }
        page.section("[tables.status]");
        if let Some(meaning) = self.meaning() {
            page.comment(&format!(
                "Their words and the acts of kind `{}` (ledger kind show {}); `false` where a word \
                 says nothing.",
                meaning.kind, meaning.kind
            ));
            for (word, act, why) in meaning.acts {
                let (act, why) = match act {
                    Some(act) => (quoted(&act), format!("guess: {why}")),
                    None if is_no_data(&word) => ("false".to_owned(), NOTHING.to_owned()),
                    None => (quoted("?"), "asked".to_owned()),
                };
                page.line(&format!("{} = {act}  # {why}", bare(&word)));
            }
        } else {
            page.comment(
                "Their words and the statuses they become. Every status but `none` counts as \
                 active: write `none` for words that say that nothing is in force, `false` for \
                 words that say nothing.",
            );
            for word in words {
                let (key, is_nothing) = (bare(&word), is_no_data(&word));
                let nothing = format!("false  # {NOTHING}");
                let status = if is_nothing { nothing } else { quoted(&word) };
                page.line(&format!("{key} = {status}"));
            }
        }
        Some("status")
    }

    /// What an event does, as its lines say.
    fn act(&self, text: &str, page: &mut Page) {
        let (kind, _, _) = self.kind();
        if kind == "plain" {
            page.value("act", "set");
            page.value("status", text);
        } else {
            page.value("act", text);
        }
    }

    pub(super) fn rows_as_events(&self, page: &mut Page) {
        let table = self.word_table(page);
        page.section("[[event]]");
        let status = self.role(Role::Status).filter(|_| self.is_long());
        let start = self.role(Role::Start).or_else(|| self.role(Role::Announced));
        self.key(start, status, table, page);
        if let Some(column) = status {
            page.comment(&guess(column));
            let filter = table.map(|table| format!("|table:{table}")).unwrap_or_default();
            self.act(&format!("{{{}{filter}}}", column.place), page);
        } else {
            self.beginning(page);
        }
        if let Some(column) = start {
            page.comment(&guess(column));
            page.value("effective", &format!("{{{}}}", column.place));
        } else {
            page.comment("Asked: the column with the date, as \"{Column}\".");
            page.value("effective", "?");
        }
        let announced = self.role(Role::Announced).filter(|_| self.role(Role::Start).is_some());
        for (column, field) in [(announced, "announced"), (self.role(Role::Note), "note")] {
            if let Some(column) = column {
                page.comment(&guess(column));
                page.value(field, &format!("{{{}}}", column.place));
            }
        }
        if let Some(column) = self.role(Role::End) {
            page.section("[event.end]");
            page.comment(&guess(column));
            page.value("date", &format!("{{{}}}", column.place));
            page.comment(
                "Asked: is a date in it the last day on which the measure holds (\"last-day\"), or the \
                 first day on which it no longer does (\"first-day-after\")?",
            );
            page.value("is", "?");
        }
    }

    /// The act of a row that does not name one.
    fn beginning(&self, page: &mut Page) {
        let (kind, _, act) = self.kind();
        if act == "?" {
            page.comment("Asked: the act that begins it (ledger kind show KIND lists them).");
        } else {
            page.comment(&format!("Guess: what begins something of kind `{kind}`."));
        }
        page.value("act", &act);
    }

    /// The name by which a row is known again.
    fn key(
        &self,
        start: Option<&Column>,
        status: Option<&Column>,
        table: Option<&str>,
        page: &mut Page,
    ) {
        let rows = self.rows();
        let id = self.role(Role::Id).filter(|id| id.is_unique() && id.makes_ids(rows));
        let (parts, why) = match (id, status) {
            (Some(id), _) => (
                vec![format!("{{{}|slug}}", id.place)],
                format!("every row has its own \"{}\"", id.name),
            ),
            (None, None) => (self.parts().0, "the same that tells the measures apart".to_owned()),
            (None, Some(status)) => {
                let mut parts = self.parts().0;
                parts.extend(start.map(|it| format!("{{{}|date}}", it.place)));
                let is_plain = status.values.iter().all(|it| !slug(it).is_empty());
                let mapped = table.filter(|_| self.meaning().is_some());
                let filter = mapped.map(|table| format!("|table:{table}")).unwrap_or_default();
                if is_plain || mapped.is_some() {
                    parts.push(format!("{{{}{filter}|slug}}", status.place));
                }
                (
                    parts,
                    "the measure, the date and the word together tell the rows apart".to_owned(),
                )
            }
        };
        let is_unique = id.is_some() || self.tells_apart(&parts);
        let mut key = format!("{}-{}", self.stem, parts.join("-"));
        if is_unique {
            page.comment(&format!("Guess: {why}."));
        } else {
            page.comment(&format!(
                "Guess: {why}; some rows are the same in all of these, so their numbers are added. \
                 They change where rows are sorted or put in: a column with ids would be better."
            ));
            key.push_str("-{row}");
        }
        page.value("key", &key);
    }

    /// Whether no two rows are the same in the columns of some templates.
    fn tells_apart(&self, parts: &[String]) -> bool {
        let names =
            parts.iter().filter_map(|part| part.strip_prefix('{')?.split(['|', '}']).next());
        let names: Vec<&str> = names.collect();
        if names.contains(&"row") {
            return true;
        }
        let place = |name: &&str| self.columns.iter().position(|column| column.place == **name);
        let places: Vec<usize> = names.iter().filter_map(place).collect();
        let rows = self.table.rows.iter().filter(|row| row.problem.is_none());
        let mut seen = BTreeSet::new();
        let mut told = rows.map(|row| {
            places.iter().map(|&place| row.cells.get(place).map(|it| slug(it))).collect::<Vec<_>>()
        });
        told.all(|cells| seen.insert(cells))
    }

    pub(super) fn cells_as_events(&self, page: &mut Page) {
        let table = self.word_table(page);
        let (first, last) = (self.heads.first(), self.heads.last());
        let name = |place: Option<&usize>| {
            place.and_then(|&place| self.table.header.get(place)).cloned().unwrap_or_default()
        };
        page.section("[wide]");
        page.comment(&format!(
            "Guess: one column a date, for the names of {} columns are dates (\"{}\" to \"{}\"). A row is \
             a measure; a cell that says something else than the one before makes an event.",
            self.heads.len(),
            name(first),
            name(last)
        ));
        let filter = table.map(|table| format!("|table:{table}")).unwrap_or_default();
        page.value("value", &format!("{{cell{filter}}}"));
        page.comment(
            "Asked: what does the first cell of a row say? \"event\": it began on that date; \
             \"baseline\": it was so already, which is the measure's first status; \"ignored\".",
        );
        page.value("first", "?");
        if self.has_empty_cells() {
            page.comment(
                "Asked: what does an empty cell say? \"as-before\": the same as the cell before it; \
                 \"blank\": an empty text, to be mapped in [tables.status] (\"\" = …).",
            );
            page.value("empty", "?");
        }
        if self.heads_have_gaps() {
            page.comment(
                "Asked: the columns are more than a day apart. When did something change that is \
                 another than in the column before? \"on-the-date\" of the column, or \"between\" the \
                 two (an uncertain date).",
            );
            page.value("change", "?");
        }
        page.section("[[event]]");
        page.value("key", &format!("{}-{}-{{head}}", self.stem, self.parts().0.join("-")));
        self.act("{value}", page);
        if let Some(column) = self.role(Role::Note) {
            page.comment(&guess(column));
            page.value("note", &format!("{{{}}}", column.place));
        }
    }

    fn has_empty_cells(&self) -> bool {
        let is_empty = |row: &super::super::super::table::Row| {
            let mut cells = self.heads.iter().filter_map(|&place| row.cells.get(place));
            cells.any(|cell| cell.trim().is_empty())
        };
        self.table.rows.iter().filter(|row| row.problem.is_none()).any(is_empty)
    }
}
