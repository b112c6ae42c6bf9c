//! What becomes of a planned consequence: whether it takes effect in every world, in none, or in
//! some, and what took it away.
//!
//! The kernel notes what became of every plan while it lives all worlds. Where there are too many
//! of them for that, it is asked by a mark. The plan is told as setting an attribute of a name that
//! no record can use; on the last day on which it can fall, the attribute is there in the worlds in
//! which it took effect, and in no others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::course::{Course, Worlds};
use crate::history::{History, Standing};
use crate::kind::{Standing as Reading, To};
use crate::record::Plan;
use crate::time::Day;
use crate::timeline::{self, PendingPlan, Retold, Telling};

/// Names of attributes have no spaces.
const MARK: &str = "took effect";

/// What becomes of a planned consequence, by all that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It takes effect on its day (or took it), in every world.
    TakesEffect,
    /// It does not: it is cancelled.
    Cancelled,
    /// It does not: an event with its act stands for it.
    Replaced,
    /// It does not: an event that settles its maker stands for it.
    Settled,
    /// It does not, and how that came has more than one reading.
    Gone,
    /// It does for some of the parts that its maker reaches.
    Partly,
    /// It does in some worlds.
    Undetermined,
    /// It has no date, and nothing has come for it.
    Waiting,
}

impl Fate {
    /// Whether there is a world in which it takes effect.
    pub(super) fn may_take_effect(self) -> bool {
        matches!(self, Self::TakesEffect | Self::Partly | Self::Undetermined)
    }

    fn joined(self, other: Self) -> Self {
        let gone = |fate: Self| {
            matches!(fate, Self::Cancelled | Self::Replaced | Self::Settled | Self::Gone)
        };
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Undetermined, _) | (_, Self::Undetermined) => Self::Undetermined,
            (one, other) if gone(one) && gone(other) => Self::Gone,
            _ => Self::Partly,
        }
    }
}

type Found = (Fate, BTreeSet<u64>);

/// The fates of plans, each found once.
pub(super) struct Fates<'h> {
    history: &'h History,
    asked: BTreeSet<usize>,
    known: BTreeMap<(usize, usize), Found>,
    courses: BTreeMap<usize, Course<'h>>,
}

/// A plan on one measure without parts.
#[derive(Clone, Copy)]
struct OnLeaf<'h, 'c> {
    history: &'h History,
    course: &'c Course<'h>,
    leaf: usize,
    maker: usize,
    place: usize,
    plan: &'h Plan,
}

/// What can have taken a plan away: an event, or a plan of it.
#[derive(Clone, Copy)]
struct Taker {
    event: usize,
    fate: Fate,
    first: Day,
    last: Day,
}

impl<'h> Fates<'h> {
    /// Of the parts that a plan reaches only those asked about count.
    pub(super) fn new(history: &'h History, asked: BTreeSet<usize>) -> Self {
        Self { history, asked, known: BTreeMap::new(), courses: BTreeMap::new() }
    }

    /// What becomes of the plan at a place of an event's `then`, and which records take it away.
    pub(super) fn of(&mut self, event: usize, place: usize) -> Found {
        if let Some(found) = self.known.get(&(event, place)) {
            return found.clone();
        }
        let found = self.find(event, place);
        self.known.insert((event, place), found.clone());
        found
    }

    fn find(&mut self, maker: usize, place: usize) -> Found {
        let history = self.history;
        let standing = &history.events()[maker];
        let reached = standing.measure.map(|m| history.innermost(m)).unwrap_or_default();
        let leaves: Vec<usize> =
            reached.into_iter().filter(|leaf| self.asked.contains(leaf)).collect();
        let Some(plan) = standing.event.then.get(place) else {
            return (Fate::Gone, BTreeSet::new());
        };
        for &leaf in &leaves {
            self.courses.entry(leaf).or_insert_with(|| Course::of(history, leaf));
        }
        let plans = leaves.into_iter().map(|leaf| {
            let course = &self.courses[&leaf];
            OnLeaf { history, course, leaf, maker, place, plan }
        });
        let found = plans.map(OnLeaf::fate).reduce(|(one, mut by), (other, more)| {
            by.extend(more);
            (one.joined(other), by)
        });
        found.unwrap_or((Fate::Gone, BTreeSet::new()))
    }
}

impl<'h> OnLeaf<'h, '_> {
    fn fate(self) -> Found {
        let fate = match &self.plan.effective {
            Some(due) => self.takes_effect(due.bounds().1.min(Day::LAST)),
            None => self.waits(),
        };
        if fate != Fate::Gone {
            return (fate, BTreeSet::new());
        }
        let takers = self.takers();
        let fates: BTreeSet<Fate> = takers.iter().map(|taker| taker.fate).collect();
        let by = takers.iter().map(|taker| self.standing(taker.event).record).collect();
        match fates.first() {
            Some(&fate) if fates.len() == 1 => (fate, by),
            Some(_) | None => (Fate::Gone, by),
        }
    }

    /// In which worlds it takes effect.
    fn takes_effect(self, by: Day) -> Fate {
        let worlds = self.course.takes_effect(self.own()).unwrap_or_else(|| self.marked(by));
        match (worlds.so, worlds.not_so) {
            (true, false) => Fate::TakesEffect,
            (true, true) => Fate::Undetermined,
            (false, _) => Fate::Gone,
        }
    }

    /// Asks the kernel in which worlds the mark is there.
    fn marked(self, by: Day) -> Worlds {
        let mut standing = self.standing(self.maker).clone();
        if let Some(plan) = Arc::make_mut(&mut standing.event).then.get_mut(self.place) {
            plan.set.insert(MARK.to_owned(), Value::Bool(true));
        }
        let retold = Retold { event: self.maker, standing };
        let telling = Telling { history: self.history, retold: Some(&retold) };
        let outcome = timeline::outcome(telling, self.leaf, by);
        let values = outcome.attributes.get(MARK).map_or(&[][..], Vec::as_slice);
        let has = |value: Option<Value>| values.contains(&value);
        Worlds { so: has(Some(Value::Bool(true))), not_so: has(None) }
    }

    /// A plan without a date never takes effect by itself; it waits until something comes for it.
    fn waits(self) -> Fate {
        let worlds = self.course.waits_for_ever(self.own());
        let waits = worlds.map_or_else(|| self.is_pending(Day::LAST), |worlds| worlds.so);
        if waits { Fate::Waiting } else { Fate::Gone }
    }

    fn is_pending(self, at: Day) -> bool {
        self.course.is_pending(self.own(), at)
    }

    fn own(self) -> PendingPlan {
        PendingPlan { event: self.maker, place: self.place }
    }

    fn standing(self, event: usize) -> &'h Standing {
        &self.history.events()[event]
    }

    /// What can have taken the plan away: of several what did on its day, if that can be told.
    fn takers(self) -> Vec<Taker> {
        let mut takers: Vec<Taker> = self.events().filter_map(|event| self.taker(event)).collect();
        takers.extend(self.events().flat_map(|event| self.planned_takers(event)));
        let on_its_day = |taker: &&Taker| {
            let made = self.standing(self.maker).event.effective.bounds();
            let before = taker.first.before();
            taker.first == taker.last
                && (made == (taker.first, taker.last) || self.is_pending(before))
                && !self.is_pending(taker.first)
        };
        if takers.len() > 1 {
            let precise: Vec<Taker> = takers.iter().filter(on_its_day).copied().collect();
            if !precise.is_empty() {
                return precise;
            }
        }
        takers
    }

    /// The events that count and can reach the plan, its maker excepted.
    fn events(self) -> impl Iterator<Item = usize> {
        let history = self.history;
        let upward: BTreeSet<usize> = history.upward(self.leaf).collect();
        let own = upward.iter().flat_map(|&m| history.measures()[m].events.iter().copied());
        let naming = history.referring_to(self.maker).iter().copied().filter(move |&event| {
            let measure = history.events()[event].measure;
            measure.is_some_and(|m| history.root(m) != history.root(self.leaf))
        });
        let events: BTreeSet<usize> = own.chain(naming).collect();
        events.into_iter().filter(move |&e| e != self.maker && history.events()[e].counts())
    }

    /// Whether and how an event can take the plan away.
    fn taker(self, event: usize) -> Option<Taker> {
        let standing = self.standing(event);
        let (first, last) = standing.event.effective.bounds();
        let made = self.standing(self.maker).event.effective.bounds().0;
        let due = self.plan.effective.as_ref().map_or(Day::OPEN_END, |due| due.bounds().1);
        let taker = |fate: Fate| Taker { event, fate, first, last };
        if last < made {
            return None;
        }
        if self.is_settled_by(standing) {
            return Some(taker(Fate::Settled));
        }
        let ends = self.is_ended_by(standing, &standing.event.act, standing.event.status.as_ref());
        if first > due {
            return None;
        }
        if standing.cancels.contains(&self.maker) {
            return Some(taker(Fate::Cancelled));
        }
        if !self.acts(standing) {
            return None;
        }
        let settles = standing.settles.iter().any(|&other| self.standing(other).counts());
        let status = standing.event.status.as_ref();
        let alike = !settles && self.is_like(&standing.event.act, status);
        match (alike, ends) {
            (true, true) if self.has_rivals() => Some(taker(Fate::Gone)),
            (true, _) => Some(taker(Fate::Replaced)),
            (false, true) => Some(taker(Fate::Cancelled)),
            (false, false) => None,
        }
    }

    /// Whether an event settles the maker and so stands for this plan: the one with its act, or
    /// all where none has it.
    fn is_settled_by(self, standing: &Standing) -> bool {
        let then = &self.standing(self.maker).event.then;
        let like = |plan: &'h Plan| {
            let of_plan = Self { plan, ..self };
            of_plan.is_like(&standing.event.act, standing.event.status.as_ref())
        };
        standing.settles.contains(&self.maker) && (like(self.plan) || !then.iter().any(like))
    }

    /// The plans of an event that can take the plan away when they take effect.
    fn planned_takers(self, event: usize) -> Vec<Taker> {
        let standing = self.standing(event);
        let made = self.standing(self.maker).event.effective.bounds().0;
        let due = self.plan.effective.as_ref().map_or(Day::OPEN_END, |due| due.bounds().1);
        let takes = |plan: &Plan| {
            let status = plan.status.as_ref();
            let undated = self.plan.effective.is_none() && self.is_like(&plan.act, status);
            // A plan without a date goes when a date is given, not when that has come.
            let window =
                if undated { &standing.event.effective } else { plan.effective.as_ref()? };
            let (first, last) = window.bounds();
            let ends = self.is_ended_by(standing, &plan.act, status);
            let fate = if undated { Fate::Replaced } else { Fate::Cancelled };
            let in_time = last >= made && first <= due;
            (in_time && (undated || ends)).then_some(Taker { event, fate, first, last })
        };
        if !self.acts(standing) {
            return Vec::new();
        }
        standing.event.then.iter().filter_map(takes).collect()
    }

    fn acts(self, standing: &Standing) -> bool {
        standing.measure.is_some_and(|m| self.history.upward(self.leaf).any(|whole| whole == m))
    }

    /// Whether an act (and for free statuses the status) is the plan's.
    fn is_like(self, act: &str, status: Option<&Option<String>>) -> bool {
        let kind = &self.history.measures()[self.leaf].kind;
        let free = kind.act(act).is_some_and(|act| act.to == To::Given);
        let given = |status: Option<&Option<String>>| {
            kind.given(status.and_then(Option::as_deref)).to_owned()
        };
        act == self.plan.act && (!free || given(status) == given(self.plan.status.as_ref()))
    }

    /// Whether an act cancels the plan's, or ends the measure.
    fn is_ended_by(self, standing: &Standing, act: &str, status: Option<&Option<String>>) -> bool {
        let kind = &self.history.measures()[self.leaf].kind;
        let Some(found) = kind.act(act).filter(|_| self.acts(standing)) else { return false };
        let to = match &found.to {
            To::Keep | To::Previous => None,
            To::Status(to) => Some(to.as_str()),
            To::Given => Some(kind.given(status.and_then(Option::as_deref))),
        };
        let ends = to.is_some_and(|to| kind.standing_of(to) == Reading::Ended);
        ends || found.cancels.contains(&self.plan.act)
    }

    /// Whether other dated plans have its act: an event may stand for any of them. Plans without a
    /// date all go with the act.
    fn has_rivals(self) -> bool {
        if self.plan.effective.is_none() {
            return false;
        }
        let own = (self.maker, self.place);
        let makers = self.events().chain([self.maker]);
        makers.into_iter().any(|maker| {
            let plans = self.standing(maker).event.then.iter().enumerate();
            let mut others = plans.filter(|&(place, _)| (maker, place) != own);
            others.any(|(_, plan)| {
                plan.effective.is_some() && self.is_like(&plan.act, plan.status.as_ref())
            })
        })
    }
}
