//! What changed in the world between two days.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::days::turning_days;
use super::{Cause, Caused, Change, Sort, Step, answer, same_answer};
use crate::answer::state::{Dated, Filter, Row, rows};
use crate::history::{History, Side, Standing};
use crate::time::{Day, Window};
use crate::timeline::{self, Outcome, Retold, Telling};

/// What changed in the world from the end of one day to the end of a later one.
///
/// Measures come in the order of [`rows`]; one whose answer was the same all the time has no row.
#[must_use]
pub fn world(history: &History, filter: &Filter, from: Day, to: Day) -> Vec<Change> {
    let before = rows(history, filter, from);
    let changes = before.into_iter().filter_map(|row| {
        let measure = history.measure(&row.measure)?;
        let after = answer(history, measure, to);
        let steps = steps(history, measure, &row, (from, to));
        Change::of(history, &history.measures()[measure], (Some(row), after), steps)
    });
    changes.collect()
}

fn steps(history: &History, measure: usize, before: &Row, (from, to): (Day, Day)) -> Vec<Caused> {
    let mut steps: Vec<Caused> = Vec::new();
    for day in turning_days(history, measure, from, to) {
        let now = answer(history, measure, day);
        let last = steps.last().map_or(Some(before), |(step, _)| step.to.as_ref());
        if !same_answer(last, now.as_ref()) {
            let causes = causes(history, measure, day);
            let because = causes.iter().map(|cause| cause.number).collect();
            steps.push((Step { on: Some(day), recorded: None, to: now, because }, causes));
        }
    }
    steps
}

/// Something that can take effect on a day: an event, or one of its plans.
#[derive(Debug, Clone, Copy)]
struct Deed {
    event: usize,
    /// The place of the plan in `then`; none for the event itself.
    place: Option<usize>,
}

/// What the kernel says about a measure and its innermost parts, as far as a change shows in it.
type Said = Vec<(BTreeSet<String>, BTreeMap<String, BTreeSet<String>>, bool)>;

/// The deeds that made the answer of a day another one than that of the day before.
///
/// Each deed that can fall on the day is left out in turn. It is a cause if the turn is gone
/// without it, or becomes another one from where it was; failing that, if the day's answer becomes
/// another one. Where no deed alone is missed, all that can fall on the day are named. Where only
/// what the sources say otherwise turned the answer, it is the events they speak of.
fn causes(history: &History, measure: usize, day: Day) -> Vec<Cause> {
    let question = Question { history, measure, day };
    let deeds = question.deeds();
    let told = question.told(None);
    let mut found = if told[0] == told[1] {
        let contested = |deed: &Deed| deed.place.is_none() && is_contested(history, deed.event);
        deeds.iter().copied().filter(contested).collect()
    } else {
        question.decisive(&deeds, &told)
    };
    if found.is_empty() {
        found = deeds;
    }
    found.sort_by_key(|deed| question.order(*deed));
    let contested = told[0] == told[1];
    found.into_iter().map(|deed| question.cause(deed, contested)).collect()
}

fn is_contested(history: &History, event: usize) -> bool {
    history.events()[event].sides.all.iter().any(Side::contests)
}

/// What made the answer about a measure turn on a day?
struct Question<'h> {
    history: &'h History,
    measure: usize,
    day: Day,
}

impl Question<'_> {
    /// What can fall on the day, as told by the event or by a contrary source.
    fn deeds(&self) -> Vec<Deed> {
        let touching = timeline::touching(Telling::plain(self.history), self.measure);
        let mut deeds = Vec::new();
        for event in touching {
            let standing = &self.history.events()[event];
            let open = standing.sides.all.iter().filter(|side| side.contests());
            let told = open.filter_map(|side| side.source.says.effective.as_ref());
            if !standing.counts() {
                continue;
            }
            if told.chain([&standing.event.effective]).any(|window| self.is_in(window)) {
                deeds.push(Deed { event, place: None });
            }
            let plans = standing.event.then.iter().enumerate();
            let due =
                plans.filter(|(_, plan)| plan.effective.as_ref().is_some_and(|w| self.is_in(w)));
            deeds.extend(due.map(|(place, _)| Deed { event, place: Some(place) }));
        }
        deeds
    }

    fn is_in(&self, window: &Window) -> bool {
        let (first, last) = window.bounds();
        first <= self.day && self.day <= last
    }

    /// What is said of the day before and of the day, perhaps with a deed left out.
    fn told(&self, without: Option<Deed>) -> [Said; 2] {
        let retold = without.map(|deed| Retold {
            event: deed.event,
            standing: left_out(&self.history.events()[deed.event], deed.place),
        });
        let telling = Telling { history: self.history, retold: retold.as_ref() };
        [self.day.before(), self.day].map(|at| said(telling, self.measure, at))
    }

    /// The deeds without which the turn is not the one that was `told`.
    fn decisive(&self, deeds: &[Deed], told: &[Said; 2]) -> Vec<Deed> {
        let without = deeds.iter().map(|&deed| (deed, self.told(Some(deed))));
        let without: Vec<(Deed, [Said; 2])> = without.collect();
        let turns = |[before, after]: &[Said; 2]| {
            before == after || (*before == told[0] && *after != told[1])
        };
        let chosen = |is_cause: &dyn Fn(&[Said; 2]) -> bool| -> Vec<Deed> {
            without.iter().filter(|(_, said)| is_cause(said)).map(|&(deed, _)| deed).collect()
        };
        let found = chosen(&turns);
        if found.is_empty() { chosen(&|said| said[1] != told[1]) } else { found }
    }

    /// In the order of the world: plans before events, by the kind's order of acts.
    fn order(&self, deed: Deed) -> (Day, bool, usize, u64, Option<usize>) {
        let standing = &self.history.events()[deed.event];
        let (act, window) = self.words(deed);
        let earliest = window.map_or(Day::LAST, |window| window.bounds().0);
        let kind = standing.measure.map(|m| &self.history.measures()[m].kind);
        let act = kind.and_then(|kind| kind.order_of(act)).unwrap_or(usize::MAX);
        (earliest, deed.place.is_none(), act, standing.record, deed.place)
    }

    fn words(&self, deed: Deed) -> (&str, Option<&Window>) {
        let event = &self.history.events()[deed.event].event;
        match deed.place.and_then(|place| event.then.get(place)) {
            Some(plan) => (&plan.act, plan.effective.as_ref()),
            None => (&event.act, Some(&event.effective)),
        }
    }

    fn cause(&self, deed: Deed, contested: bool) -> Cause {
        let standing = &self.history.events()[deed.event];
        let (act, effective) = self.words(deed);
        let measure = standing.measure.map(|m| self.history.measures()[m].id().to_owned());
        Cause {
            cause: match deed.place {
                Some(_) => Sort::Planned,
                None if contested => Sort::Contested,
                None => Sort::Event,
            },
            on: Some(self.day),
            recorded: None,
            number: standing.record,
            record_type: "event",
            of: None,
            measure,
            act: Some(act.to_owned()),
            effective: effective.map(Dated::from),
            said: None,
            reason: None,
        }
    }
}

/// An event that did not happen, or without one of its plans.
fn left_out(standing: &Standing, place: Option<usize>) -> Standing {
    let mut left = standing.clone();
    match place {
        Some(place) => drop(Arc::make_mut(&mut left.event).then.remove(place)),
        None => left.denied = true,
    }
    left
}

fn said(telling: Telling<'_>, measure: usize, at: Day) -> Said {
    let mut asked = telling.history.innermost(measure);
    if asked != [measure] {
        asked.push(measure);
    }
    let outcome = |&measure: &usize| of_outcome(timeline::outcome(telling, measure, at));
    asked.iter().map(outcome).collect()
}

fn of_outcome(outcome: Outcome) -> (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>, bool) {
    let words = |value: &Option<serde_json::Value>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let attributes = outcome.attributes.into_iter();
    let attributes =
        attributes.map(|(name, values)| (name, values.iter().map(words).collect())).collect();
    (outcome.possible, attributes, outcome.unconfirmed)
}
