//! Whose day, or whose word, would change the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::needed::values;
use super::question::Question;
use super::{Evidence, used};
use crate::answer::state::{Dated, contesting};
use crate::history::{Side, Standing};
use crate::time::{Day, Window};
use crate::timeline::{self, Outcome, Retold, Supposed, Telling, Thing};

/// An uncertain date that decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deciding {
    /// The record: the event, or the maker of the plan.
    pub record: u64,
    /// The plan's place in the maker's `then`, from 0.
    pub place: Option<usize>,
    /// The act.
    pub act: String,
    /// Its window.
    pub effective: Dated,
    /// What would be possible if it fell on these days: the ends of its window, and the days at
    /// which that meets the day asked about.
    pub on: Vec<OnDay>,
}

/// What would be possible if a date fell on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnDay {
    /// The day.
    pub day: Day,
    /// Every status that some world would have.
    pub possible: BTreeSet<String>,
}

/// An unsettled source that alone would change the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contesting {
    /// The event it speaks of.
    pub record: u64,
    /// The record that brought the source.
    pub brought_by: u64,
    /// The fields on which it differs.
    pub fields: Vec<String>,
    /// The source.
    pub source: Evidence,
    /// What would be possible if it were followed.
    pub possible: BTreeSet<String>,
}

/// The unsettled sources that would change the answer.
pub(super) fn sides(question: &Question<'_>) -> Vec<Contesting> {
    let Question { history, measure, at, ref outcome, .. } = *question;
    let side = |(event, side, possible): (usize, &Side, BTreeSet<String>)| Contesting {
        record: history.events()[event].record,
        brought_by: side.record,
        fields: side.open.iter().map(|&field| field.to_owned()).collect(),
        source: Evidence::from(&side.source),
        possible,
    };
    contesting(history, measure, outcome, at).map(side).collect()
}

/// The uncertain dates each of which alone would leave less of the answer open, by date. Where none
/// does alone, all that it depends on.
pub(super) fn dates(question: &Question<'_>) -> Vec<Deciding> {
    let Outcome { possible, attributes, approximate, .. } = &question.outcome;
    let open = possible.len() > 1 || attributes.values().any(|values| values.len() > 1);
    if !open || *approximate {
        return Vec::new();
    }
    let mut things = uncertain(question);
    things.sort_by_cached_key(|&thing| used::order(question, thing));
    let days = things.iter().map(|&thing| (thing, days(question, thing))).collect();
    let told = timeline::supposed(question.history, question.measure, question.at, &days);
    let all = things.into_iter().filter_map(|thing| {
        let on = on_days(question, thing, &days[&thing], told.get(&thing));
        deciding(question, thing, on)
    });
    let all: Vec<(Deciding, bool)> = all.collect();
    let alone = all.iter().any(|(_, decides)| *decides);
    let kept = all.into_iter().filter(|(_, decides)| *decides || !alone);
    kept.map(|(deciding, _)| deciding).collect()
}

/// The events that reach the measure, and their plans, whose day is not certain.
fn uncertain(question: &Question<'_>) -> Vec<Thing> {
    let events = timeline::reaching(Telling::plain(question.history), question.measure);
    let counting = events.into_iter().filter(|&event| question.standing(event).counts());
    let things = counting.flat_map(|event| {
        let plans = 0..question.standing(event).event.then.len();
        let places = std::iter::once(None).chain(plans.map(Some));
        places.map(move |place| Thing { event, place })
    });
    let open = |thing: &Thing| question.bounds(*thing).is_some_and(|(first, last)| first < last);
    things.filter(open).collect()
}

/// The days of a date's window that matter: its ends, and where it meets the day asked about.
fn days(question: &Question<'_>, thing: Thing) -> BTreeSet<Day> {
    let Some((first, last)) = question.bounds(thing) else { return BTreeSet::new() };
    let ends = [first.max(Day::FIRST), question.at, question.at.after(), last.min(Day::LAST)];
    let in_window = ends.into_iter().filter(|day| (first..=last).contains(day));
    in_window.filter(|day| day.written().is_some()).collect()
}

/// What would be answered on each of the days on which a date can fall.
fn on_days(
    question: &Question<'_>,
    thing: Thing,
    days: &BTreeSet<Day>,
    told: Option<&BTreeMap<Day, Option<Supposed>>>,
) -> Vec<(Day, Supposed)> {
    let on = |&day: &Day| {
        let supposed = match told.and_then(|told| told.get(&day)) {
            Some(supposed) => supposed.clone(),
            None => if_on(question, thing, day),
        };
        Some((day, supposed?))
    };
    days.iter().filter_map(on).collect()
}

/// A date with what would be answered on the days of its window that matter, and whether one of
/// them leaves another answer.
fn deciding(
    question: &Question<'_>,
    thing: Thing,
    on: Vec<(Day, Supposed)>,
) -> Option<(Deciding, bool)> {
    let outcome = &question.outcome;
    let decides = on.iter().any(|(_, supposed)| {
        supposed.possible != outcome.possible
            || values(&supposed.attributes) != values(&outcome.attributes)
    });
    let maker = question.standing(thing.event);
    let plan = question.plan(thing);
    let effective = plan.map_or(Some(&maker.event.effective), |plan| plan.effective.as_ref())?;
    let deciding = Deciding {
        record: maker.record,
        place: thing.place,
        act: plan.map_or(&maker.event.act, |plan| &plan.act).clone(),
        effective: Dated::from(effective),
        on: on.into_iter().map(|(day, it)| OnDay { day, possible: it.possible }).collect(),
    };
    Some((deciding, decides))
}

/// What would be answered if a date fell on a day, in a walk of its own; none where it cannot.
fn if_on(question: &Question<'_>, thing: Thing, day: Day) -> Option<Supposed> {
    let mut standing: Standing = question.standing(thing.event).clone();
    let window = Window::from(day);
    let event = Arc::make_mut(&mut standing.event);
    match thing.place.and_then(|place| event.then.get_mut(place)) {
        Some(plan) => plan.effective = Some(window),
        None => event.effective = window,
    }
    let retold = Retold { event: thing.event, standing };
    let telling = Telling { history: question.history, retold: Some(&retold) };
    let outcome = timeline::outcome(telling, question.measure, question.at);
    let can_fall = !outcome.inconsistent || question.outcome.inconsistent;
    let Outcome { possible, attributes, .. } = outcome;
    can_fall.then_some(Supposed { possible, attributes })
}
