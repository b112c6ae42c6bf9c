//! What changed in the world between two days.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::days::turning_days;
use super::{Cause, Caused, Change, Sort, Step, same_answer};
use crate::answer::state::{Dated, Filter, Row, rows, rows_on};
use crate::history::{History, Side, Standing};
use crate::time::{Day, Window};
use crate::timeline::{self, Outcome, Retold, Telling, Thing};

/// What changed in the world from the end of one day to the end of a later one.
///
/// Measures come in the order of [`rows`]; one whose answer was the same all the time has no row.
#[must_use]
pub fn world(history: &History, filter: &Filter, from: Day, to: Day) -> Vec<Change> {
    let before = rows(history, filter, from);
    let changes = before.into_iter().filter_map(|row| {
        let measure = history.measure(&row.measure)?;
        let turning = turning_days(history, measure, from, to);
        let asked = turning.iter().copied().chain([to]).collect();
        let mut answers = rows_on(history, measure, &asked);
        let after = answers.get(&to).cloned();
        answers.retain(|day, _| turning.contains(day));
        let steps = steps(history, measure, &row, answers);
        Change::of(history, &history.measures()[measure], (Some(row), after), steps)
    });
    changes.collect()
}

/// The steps, of the answers on the days on which they can be others.
fn steps(
    history: &History,
    measure: usize,
    before: &Row,
    answers: BTreeMap<Day, Row>,
) -> Vec<Caused> {
    let mut turns: Vec<(Day, Row)> = Vec::new();
    for (day, now) in answers {
        let last = turns.last().map_or(before, |(_, row)| row);
        if !same_answer(Some(last), Some(&now)) {
            turns.push((day, now));
        }
    }
    let days = turns.iter().map(|&(day, _)| day).collect();
    let mut causes = causes(history, measure, &days);
    let steps = turns.into_iter().map(|(day, now)| {
        let causes = causes.remove(&day).unwrap_or_default();
        let because = causes.iter().map(|cause| cause.number).collect();
        (Step { on: Some(day), recorded: None, to: Some(now), because }, causes)
    });
    steps.collect()
}

/// What the kernel says about a measure and its innermost parts on a day, as far as a change shows
/// in it.
type Said = Vec<SaidOf>;
type SaidOf = (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>, bool);

/// The deeds, events and what they planned, that made the answer of each of some days another one
/// than that of the day before.
///
/// Each deed that can fall on the day is left out in turn. It is a cause if the turn is gone
/// without it, or becomes another one from where it was; failing that, if the day's answer becomes
/// another one. Where no deed alone is missed, all that can fall on the day are named. Where only
/// what the sources say otherwise turned the answer, it is the events they speak of.
fn causes(history: &History, measure: usize, days: &BTreeSet<Day>) -> BTreeMap<Day, Vec<Cause>> {
    let question = Question { history, measure };
    let deeds = question.deeds(days);
    let told = said(Telling::plain(history), measure, &with_days_before(days));
    let turned = |day: Day| told[&day.before()] != told[&day];
    let mut missed: BTreeMap<Thing, BTreeSet<Day>> = BTreeMap::new();
    for (&day, deeds) in deeds.iter().filter(|&(&day, _)| turned(day)) {
        for &deed in deeds {
            missed.entry(deed).or_default().insert(day);
        }
    }
    let without = question.without(&missed);
    let causes = deeds.into_iter().map(|(day, deeds)| {
        let mut found = if turned(day) {
            decisive(day, &deeds, &told, &without)
        } else {
            let contested = |deed: &&Thing| deed.place.is_none() && question.is_contested(**deed);
            deeds.iter().filter(contested).copied().collect()
        };
        if found.is_empty() {
            found = deeds;
        }
        found.sort_by_key(|deed| question.order(*deed));
        (day, found.into_iter().map(|deed| question.cause(deed, day, !turned(day))).collect())
    });
    causes.collect()
}

fn with_days_before(days: &BTreeSet<Day>) -> BTreeSet<Day> {
    days.iter().flat_map(|&day| [day.before(), day]).collect()
}

/// What is said on days.
type Told = BTreeMap<Day, Said>;

/// The deeds without which the turn of a day is not the one that was `told`.
fn decisive(day: Day, deeds: &[Thing], told: &Told, without: &BTreeMap<Thing, Told>) -> Vec<Thing> {
    let (before, after) = (told.get(&day.before()), told.get(&day));
    let chosen = |is_cause: &dyn Fn(Option<&Said>, Option<&Said>) -> bool| -> Vec<Thing> {
        let missed = deeds.iter().filter(|deed| {
            let told = without.get(deed);
            told.is_some_and(|told| is_cause(told.get(&day.before()), told.get(&day)))
        });
        missed.copied().collect()
    };
    let found = chosen(&|was, is| was == is || (was == before && is != after));
    if found.is_empty() { chosen(&|_, is| is != after) } else { found }
}

/// What made the answer about a measure turn?
struct Question<'h> {
    history: &'h History,
    measure: usize,
}

impl Question<'_> {
    /// What can fall on each of some days, as told by the event or by a contrary source.
    fn deeds(&self, days: &BTreeSet<Day>) -> BTreeMap<Day, Vec<Thing>> {
        let mut deeds: BTreeMap<Day, Vec<Thing>> =
            days.iter().map(|&day| (day, Vec::new())).collect();
        let mut add = |thing: Thing, windows: &[&Window]| {
            let bounds = windows.iter().map(|window| window.bounds());
            let falls: BTreeSet<Day> =
                bounds.flat_map(|(first, last)| days.range(first..=last).copied()).collect();
            for day in falls {
                deeds.entry(day).or_default().push(thing);
            }
        };
        for event in timeline::touching(Telling::plain(self.history), self.measure) {
            let standing = &self.history.events()[event];
            if !standing.counts() {
                continue;
            }
            let open = standing.sides.all.iter().filter(|side| side.contests());
            let told = open.filter_map(|side| side.source.says.effective.as_ref());
            let windows: Vec<&Window> = told.chain([&standing.event.effective]).collect();
            add(Thing { event, place: None }, &windows);
            for (place, plan) in standing.event.then.iter().enumerate() {
                let due: Vec<&Window> = plan.effective.iter().collect();
                add(Thing { event, place: Some(place) }, &due);
            }
        }
        deeds
    }

    /// What is said of each of some days, and of the day before it, with a deed left out: of all
    /// in one walk as far as the kernel can do that, of the others one by one.
    fn without(&self, missed: &BTreeMap<Thing, BTreeSet<Day>>) -> BTreeMap<Thing, Told> {
        let (history, measure) = (self.history, self.measure);
        let missed: BTreeMap<Thing, BTreeSet<Day>> =
            missed.iter().map(|(&deed, days)| (deed, with_days_before(days))).collect();
        let mut told = if history.innermost(measure) == [measure] {
            timeline::without(history, measure, &missed, |outcome| vec![of_outcome(outcome)])
        } else {
            BTreeMap::new()
        };
        for (deed, days) in missed {
            told.entry(deed).or_insert_with(|| {
                let standing = left_out(&history.events()[deed.event], deed.place);
                let retold = Retold { event: deed.event, standing };
                said(Telling { history, retold: Some(&retold) }, measure, &days)
            });
        }
        told
    }

    fn is_contested(&self, deed: Thing) -> bool {
        self.history.events()[deed.event].sides.all.iter().any(Side::contests)
    }

    /// In the order of the world: plans before events, by the kind's order of acts.
    fn order(&self, deed: Thing) -> (Day, bool, usize, u64, Option<usize>) {
        let standing = &self.history.events()[deed.event];
        let (act, window) = self.words(deed);
        let earliest = window.map_or(Day::LAST, |window| window.bounds().0);
        let kind = standing.measure.map(|m| &self.history.measures()[m].kind);
        let act = kind.and_then(|kind| kind.order_of(act)).unwrap_or(usize::MAX);
        (earliest, deed.place.is_none(), act, standing.record, deed.place)
    }

    fn words(&self, deed: Thing) -> (&str, Option<&Window>) {
        let event = &self.history.events()[deed.event].event;
        match deed.place.and_then(|place| event.then.get(place)) {
            Some(plan) => (&plan.act, plan.effective.as_ref()),
            None => (&event.act, Some(&event.effective)),
        }
    }

    fn cause(&self, deed: Thing, day: Day, contested: bool) -> Cause {
        let standing = &self.history.events()[deed.event];
        let (act, effective) = self.words(deed);
        let measure = standing.measure.map(|m| self.history.measures()[m].id().to_owned());
        Cause {
            cause: match deed.place {
                Some(_) => Sort::Planned,
                None if contested => Sort::Contested,
                None => Sort::Event,
            },
            on: Some(day),
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

fn said(telling: Telling<'_>, measure: usize, days: &BTreeSet<Day>) -> Told {
    let mut asked = telling.history.innermost(measure);
    if asked != [measure] {
        asked.push(measure);
    }
    let mut told: Told = days.iter().map(|&day| (day, Said::new())).collect();
    for measure in asked {
        for (day, outcome) in timeline::outcomes(telling, measure, days) {
            told.entry(day).or_default().push(of_outcome(outcome));
        }
    }
    told
}

/// An attribute that no world has is not there, whoever else might have given it.
fn of_outcome(outcome: Outcome) -> SaidOf {
    let words = |value: &Option<serde_json::Value>| {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let held = outcome.attributes.into_iter();
    let held = held.filter(|(_, values)| values.iter().any(Option::is_some));
    let attributes =
        held.map(|(name, values)| (name, values.iter().map(words).collect())).collect();
    (outcome.possible, attributes, outcome.unconfirmed)
}
