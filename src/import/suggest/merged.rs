//! Columns in which an empty cell seems to say what the one above says, as merged cells do.

use std::collections::BTreeSet;

use super::super::table::{Row, Table};
use super::columns::{Column, Role, columns};
use super::page::Page;

/// A column whose empty cells say what the ones above say.
pub(super) struct Merged {
    place: usize,
    /// Its name, and how rules name it.
    name: String,
    written: String,
    /// How many of its cells are empty, of how many.
    empty: usize,
    of: usize,
    /// Whether the sheet itself says that cells of it are merged.
    is_said: bool,
}

/// The columns of which that seems so: those that the sheet says have merged cells, and those that
/// tell which measure a row is about, where only the first of several rows says it. Rows without any
/// date, such as sums, do not count.
pub(super) fn found(table: &Table, said: &BTreeSet<usize>) -> Vec<Merged> {
    let columns = columns(table);
    let dates = columns.iter().enumerate().filter(|(_, column)| column.dated.is_some());
    let dates: Vec<usize> = dates.map(|(place, _)| place).collect();
    let is_dated = |row: &&Row| dates.is_empty() || dates.iter().any(|&it| !is_empty(row, it));
    let rows = table.rows.iter().filter(|row| row.problem.is_none());
    let rows: Vec<&Row> = rows.filter(is_dated).collect();
    let count = |place: usize| rows.iter().filter(|row| is_empty(row, place)).count();
    let is_id = |column: &Column| column.role == Some(Role::Id);
    let has_ids = columns.iter().enumerate().any(|(place, it)| is_id(it) && count(place) == 0);
    let mut tell: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let tells = match column.role {
            Some(Role::Country) => true,
            Some(Role::Id | Role::Title) => !has_ids,
            Some(_) | None => false,
        };
        let (empty, of) = (count(place), rows.len());
        let is_begun = rows.first().is_some_and(|row| !is_empty(row, place));
        let is_said = said.contains(&place);
        if empty > 0 && is_begun && (is_said || tells && hang_together(&rows, place, &tell)) {
            let (name, written) = (column.name.clone(), column.place.clone());
            found.push(Merged { place, name, written, empty, of, is_said });
        }
        if tells {
            tell.push(place);
        }
    }
    found
}

fn is_empty(row: &Row, place: usize) -> bool {
    row.cells.get(place).is_none_or(|cell| cell.trim().is_empty())
}

/// Whether the rows whose cell is empty say nothing else in the columns before than the row whose
/// cell they would take.
fn hang_together(rows: &[&Row], place: usize, before: &[usize]) -> bool {
    let mut above: Option<&Row> = None;
    rows.iter().all(|row| {
        if !is_empty(row, place) {
            above = Some(row);
            return true;
        }
        above.is_some_and(|above| {
            let same = |&it: &usize| is_empty(row, it) || row.cells.get(it) == above.cells.get(it);
            before.iter().all(same)
        })
    })
}

/// Fills the cells, as the rules will have it done.
pub(super) fn fill(table: &mut Table, merged: &[Merged]) {
    for Merged { place, .. } in merged {
        let mut above: Option<String> = None;
        for row in &mut table.rows {
            let empty = is_empty(row, *place);
            let Some(cell) = row.cells.get_mut(*place) else { continue };
            if !empty {
                above = Some(cell.clone());
            } else if let Some(above) = &above {
                cell.clone_from(above);
            }
        }
    }
}

/// Says so.
pub(super) fn write(merged: &[Merged], page: &mut Page) {
    if merged.is_empty() {
        return;
    }
    page.section("[rows]");
    for Merged { name, empty, of, is_said, .. } in merged {
        let why = if *is_said {
            "the sheet has merged cells there"
        } else {
            "it tells which measure a row is about"
        };
        page.comment(&format!(
            "Guess: \"{name}\": {empty} of {of} cells are empty, and {why}: an empty one says what \
             the one above says. Take its name out if it says nothing."
        ));
    }
    let names: Vec<String> = merged.iter().map(|it| it.written.clone()).collect();
    page.values("fill_down", &names);
}
