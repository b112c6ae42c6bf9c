//! What can fall on one day: every set of dates in which nobody comes before those that are said to
//! be not later.

use super::stage::{DateId, Stage};

/// The dates among which the choice is.
pub(super) struct Choice<'c> {
    pub(super) stage: &'c Stage,
    /// Dates that must fall on the day.
    pub(super) fixed: Vec<DateId>,
    /// Dates that may.
    pub(super) free: Vec<DateId>,
    /// Whether a date fell on an earlier day.
    pub(super) past: &'c dyn Fn(DateId) -> bool,
}

impl Choice<'_> {
    /// Every set that can fall; `None` where more than `most` would have to be looked at.
    pub(super) fn sets(mut self, most: usize) -> Option<Vec<Vec<DateId>>> {
        self.free = self.earlier_first();
        let mut search = Search {
            choice: &self,
            chosen: Vec::new(),
            open: self.fixed.clone(),
            found: Vec::new(),
            left: most,
        };
        search.grow(0)?;
        Some(search.found)
    }

    /// The free dates with those said to be not later before the others, as far as that goes.
    fn earlier_first(&self) -> Vec<DateId> {
        let mut order: Vec<DateId> = Vec::with_capacity(self.free.len());
        let mut waiting: Vec<DateId> = self.free.clone();
        while !waiting.is_empty() {
            let ready = |id: &DateId| {
                let earlier = &self.stage.before[*id];
                !earlier.iter().any(|other| other != id && waiting.contains(other))
            };
            let next = waiting.iter().position(ready).unwrap_or(0);
            order.push(waiting.remove(next));
        }
        order
    }

    /// Whether nothing that is not later than a date is left for a later day.
    fn may_fall(&self, id: DateId, falls: impl Fn(DateId) -> bool) -> bool {
        self.stage.before[id].iter().all(|&earlier| (self.past)(earlier) || falls(earlier))
    }
}

struct Search<'s, 'c> {
    choice: &'s Choice<'c>,
    chosen: Vec<DateId>,
    /// Dates taken before all that must not be later was decided.
    open: Vec<DateId>,
    found: Vec<Vec<DateId>>,
    left: usize,
}

impl Search<'_, '_> {
    /// Decides on the free dates from a place on; `None` where there are too many.
    fn grow(&mut self, place: usize) -> Option<()> {
        let Choice { free, fixed, .. } = self.choice;
        let Some(&id) = free.get(place) else {
            self.left = self.left.checked_sub(1)?;
            let falls = |other: DateId| fixed.contains(&other) || self.chosen.contains(&other);
            if self.open.iter().all(|&id| self.choice.may_fall(id, falls)) {
                self.found.push(fixed.iter().chain(&self.chosen).copied().collect());
            }
            return Some(());
        };
        self.grow(place + 1)?;
        let decided = |other: DateId| fixed.contains(&other) || self.chosen.contains(&other);
        let undecided = &free[place..];
        if !self.choice.may_fall(id, |other| decided(other) || undecided.contains(&other)) {
            return Some(());
        }
        let is_open = !self.choice.may_fall(id, decided);
        self.chosen.push(id);
        self.open.extend(is_open.then_some(id));
        self.grow(place + 1)?;
        self.chosen.pop();
        if is_open {
            self.open.pop();
        }
        Some(())
    }
}
