//! What an answer rests on.

use super::question::Question;
use super::words::{Role, What};
use super::{Evidence, Used};
use crate::answer::state::{Dated, leads_to};
use crate::history::Tracked;
use crate::record::Source;
use crate::time::Day;
use crate::timeline::Thing;

/// The events and plans that the answer rests on, in the order of the world; before them the
/// declarations that gave a status.
pub(super) fn rows(question: &Question<'_>) -> Vec<Used> {
    let declared = question.history.measures().iter();
    let declared = declared.filter(|tracked| question.outcome.because.contains(&tracked.record));
    let mut rows: Vec<Used> = declared.map(|tracked| declaration(question, tracked)).collect();
    let mut things = things(question);
    things.sort_by_cached_key(|&thing| order(question, thing));
    rows.extend(things.into_iter().map(|thing| row(question, thing)));
    rows
}

fn things(question: &Question<'_>) -> Vec<Thing> {
    let mut things = Vec::new();
    for &event in question.events.iter().filter(|&&event| question.is_used(event)) {
        things.push(Thing { event, place: None });
        if question.came(event) {
            let places = 0..question.standing(event).event.then.len();
            let plans = places.map(|place| Thing { event, place: Some(place) });
            things.extend(plans.filter(|&plan| question.fates.took_effect(question, plan)));
        }
    }
    things
}

/// The place of a thing in the world: its first day, plans made earlier first, then the kind's order
/// of acts, then record order.
type Order = (Day, Day, bool, usize, u64, Option<usize>);

pub(super) fn order(question: &Question<'_>, thing: Thing) -> Order {
    let maker = question.standing(thing.event);
    let own = Thing { event: thing.event, place: None };
    let of_maker = question.bounds(own).unwrap_or((Day::FIRST, Day::LAST));
    let (first, last) = question.bounds(thing).unwrap_or((Day::LAST, Day::LAST));
    let made_earlier = thing.place.is_some() && (first, last) != of_maker;
    let act = match question.plan(thing) {
        Some(plan) if made_earlier => &plan.act,
        Some(_) | None => &maker.event.act,
    };
    let kind = maker.measure.map(|measure| &question.history.measures()[measure].kind);
    let place = kind.and_then(|kind| kind.order_of(act)).unwrap_or(usize::MAX);
    (first, last, !made_earlier, place, maker.record, thing.place)
}

fn row(question: &Question<'_>, thing: Thing) -> Used {
    let maker = question.standing(thing.event);
    let event = &maker.event;
    let plan = question.plan(thing);
    let (act, given, date) = match plan {
        Some(plan) => (&plan.act, plan.status.as_ref(), plan.effective.as_ref()),
        None => (&event.act, event.status.as_ref(), Some(&event.effective)),
    };
    let roles = roles(question, thing);
    Used {
        record: maker.record,
        what: if plan.is_some() { What::Plan } else { What::Event },
        place: thing.place,
        measure: event.measure.clone(),
        act: Some(act.clone()),
        status: leads_to(question.history, maker, act, given).flatten(),
        effective: date.map(Dated::from),
        role: roles.first().copied().unwrap_or(Role::ChangedNothing),
        roles,
        certain: question.fates.surely_came(question, thing),
        otherwise: question.fates.elsewhere(question, thing),
        amended_by: maker.corrected_by.clone(),
        recorded: question.recorded(maker.record),
        sources: evidence(&event.sources),
    }
}

fn roles(question: &Question<'_>, thing: Thing) -> Vec<Role> {
    let needed = question.needed.get(&thing.event).filter(|_| thing.place.is_none());
    match needed {
        Some(&role) => vec![role],
        None => question.fates.roles(thing),
    }
}

/// The declaration of a measure that gives its first status.
fn declaration(question: &Question<'_>, tracked: &Tracked) -> Used {
    let initial = tracked.measure.initial.as_ref();
    Used {
        record: tracked.record,
        what: What::Measure,
        place: None,
        measure: tracked.id().to_owned(),
        act: None,
        status: initial.map(|initial| initial.status.clone()),
        effective: None,
        role: Role::InitialStatus,
        roles: vec![Role::InitialStatus],
        certain: question.outcome.possible.len() == 1,
        otherwise: Vec::new(),
        amended_by: Vec::new(),
        recorded: question.recorded(tracked.record),
        sources: initial.map(|initial| evidence(&initial.sources)).unwrap_or_default(),
    }
}

fn evidence(sources: &[Source]) -> Vec<Evidence> {
    sources.iter().map(Evidence::from).collect()
}
