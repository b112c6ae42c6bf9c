//! What was noted, day by day, of all worlds that were lived. Each page names those before it on
//! the ways that led to it, so that a world need not carry with it all that was noted.

use std::collections::BTreeSet;
use std::mem;

/// Pages of notes.
#[derive(Debug, Clone)]
pub(super) struct Diary<T> {
    pages: Vec<Page<T>>,
}

/// One day of one world.
#[derive(Debug, Clone)]
struct Page<T> {
    notes: Vec<T>,
    before: BTreeSet<usize>,
}

impl<T> Default for Diary<T> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T: Copy> Diary<T> {
    /// Writes a page, if there is anything to note, that follows on the last pages of a way.
    pub(super) fn write(&mut self, notes: &[T], last: &mut BTreeSet<usize>) {
        if !notes.is_empty() {
            let before = mem::take(last);
            last.insert(self.pages.len());
            self.pages.push(Page { notes: notes.to_vec(), before });
        }
    }

    /// What the pages tell that lead to any of these.
    pub(super) fn until(&self, last: impl IntoIterator<Item = usize>) -> Vec<T> {
        let mut waiting: Vec<usize> = last.into_iter().collect();
        let mut seen = vec![false; self.pages.len()];
        let mut notes = Vec::new();
        while let Some(place) = waiting.pop() {
            if !mem::replace(&mut seen[place], true) {
                notes.extend_from_slice(&self.pages[place].notes);
                waiting.extend(&self.pages[place].before);
            }
        }
        notes
    }
}
