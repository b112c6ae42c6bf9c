//! What became of the plans on a measure without parts, of all of them in one walk.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::history::History;
use crate::time::{Day, Window};
use crate::timeline::{self, Fate, PendingPlan, Telling, Thing, Way};

/// A measure without parts through all days.
pub(super) struct Course<'h> {
    history: &'h History,
    leaf: usize,
    /// What became of everything by the last day of the calendar.
    way: Way,
    /// The plans that wait at the end of each day on which something can come.
    waiting: OnceCell<BTreeMap<Day, Rc<BTreeSet<PendingPlan>>>>,
    /// The same of other days, and of those that one walk cannot tell.
    alone: RefCell<BTreeMap<Day, BTreeSet<PendingPlan>>>,
}

/// Whether there are worlds in which something is so, and worlds in which it is not.
pub(super) struct Worlds {
    pub(super) so: bool,
    pub(super) not_so: bool,
}

impl<'h> Course<'h> {
    pub(super) fn of(history: &'h History, leaf: usize) -> Self {
        let mut ways = timeline::ways(Telling::plain(history), leaf, Day::LAST);
        let way = ways.remove(&leaf).unwrap_or_default();
        Self { history, leaf, way, waiting: OnceCell::new(), alone: RefCell::default() }
    }

    /// In which worlds a plan takes effect; none where there are too many of them to tell.
    pub(super) fn takes_effect(&self, plan: PendingPlan) -> Option<Worlds> {
        self.worlds(plan, |fate| matches!(fate, Fate::Came(_)))
    }

    /// In which worlds a plan waits at the end of the calendar; none where there are too many.
    pub(super) fn waits_for_ever(&self, plan: PendingPlan) -> Option<Worlds> {
        self.worlds(plan, |fate| matches!(fate, Fate::Pending | Fate::Held(_)))
    }

    fn worlds(&self, plan: PendingPlan, is_so: impl Fn(&Fate) -> bool) -> Option<Worlds> {
        let thing = Thing { event: plan.event, place: Some(plan.place) };
        let fates = self.way.fates.get(&thing).filter(|_| !self.way.approximate)?;
        Some(Worlds { so: fates.iter().any(&is_so), not_so: !fates.iter().all(is_so) })
    }

    /// Whether a plan waits at the end of a day, in any world.
    pub(super) fn is_pending(&self, plan: PendingPlan, at: Day) -> bool {
        let told = self.waiting.get_or_init(|| self.waiting()).get(&at);
        if let Some(waiting) = told {
            return waiting.contains(&plan);
        }
        let mut alone = self.alone.borrow_mut();
        let waiting = alone.entry(at).or_insert_with(|| {
            timeline::outcome(Telling::plain(self.history), self.leaf, at).pending
        });
        waiting.contains(&plan)
    }

    fn waiting(&self) -> BTreeMap<Day, Rc<BTreeSet<PendingPlan>>> {
        let told = timeline::waiting(Telling::plain(self.history), self.leaf, &self.days());
        let mut last: Rc<BTreeSet<PendingPlan>> = Rc::default();
        let waiting = told.into_iter().filter_map(|(day, waiting)| {
            let waiting = waiting?;
            if *last != waiting {
                last = Rc::new(waiting);
            }
            Some((day, Rc::clone(&last)))
        });
        waiting.collect()
    }

    /// The first days of all that can come, and the days before.
    fn days(&self) -> BTreeSet<Day> {
        let telling = Telling::plain(self.history);
        let standing = timeline::reaching(telling, self.leaf).into_iter();
        let standing = standing.map(|event| &self.history.events()[event]);
        let windows = standing.flat_map(|standing| {
            let due = standing.event.then.iter().filter_map(|plan| plan.effective.as_ref());
            due.chain([&standing.event.effective])
        });
        let firsts = windows.map(|window: &Window| window.bounds().0);
        firsts.flat_map(|first| [first.before(), first]).collect()
    }
}
