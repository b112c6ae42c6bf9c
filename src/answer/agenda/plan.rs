//! Plans and announced events that are ahead of a day, and plans that passed with nobody saying so.

use std::collections::{BTreeMap, BTreeSet};

use super::{Awaited, Days, Due, DueState, lateness};
use crate::answer::state::{Dated, leads_to};
use crate::history::{History, Standing};
use crate::record::Plan;
use crate::time::Day;
use crate::timeline::{self, PendingPlan, Telling};

/// Everything planned that concerns some measures.
pub(super) fn rows(
    history: &History,
    measures: &[usize],
    scope: &BTreeSet<usize>,
    days: Days,
    all: bool,
) -> Vec<Due> {
    let mut plans = plans(history, measures, days.on);
    let events = to_come(history, scope, days.on);
    for &event in &events {
        if history.events()[event].event.effective.bounds().0 > days.on {
            let places = 0..history.events()[event].event.then.len();
            let own = places.map(|place| (PendingPlan { event, place }, planned()));
            plans.extend(own);
        }
    }
    let mut rows: Vec<Due> =
        events.iter().filter_map(|&event| of_event(history, &history.events()[event])).collect();
    let of_plans =
        plans.into_iter().filter_map(|(plan, states)| of_plan(history, plan, states, days.on));
    let of_plans: Vec<Due> = of_plans.filter(|row| !is_said(row, &rows)).collect();
    rows.extend(of_plans);
    rows.retain(|row| all || is_wanted(row, days));
    rows
}

fn planned() -> BTreeSet<DueState> {
    BTreeSet::from([DueState::Planned])
}

/// The plans of which the kernel says that they wait, or that they came and nobody said so.
fn plans(
    history: &History,
    measures: &[usize],
    on: Day,
) -> BTreeMap<PendingPlan, BTreeSet<DueState>> {
    let telling = Telling::plain(history);
    let mut plans: BTreeMap<PendingPlan, BTreeSet<DueState>> = BTreeMap::new();
    for &measure in measures {
        let outcome = timeline::outcome(telling, measure, on);
        for plan in outcome.pending {
            plans.entry(plan).or_default().insert(DueState::Planned);
        }
        if outcome.unconfirmed {
            for plan in timeline::unconfirmed_plans(telling, measure, on) {
                plans.entry(plan).or_default().insert(DueState::Unconfirmed);
            }
        }
    }
    plans.retain(|plan, _| history.events()[plan.event].announced_by() <= on);
    plans
}

/// The events that were announced by the day and may still be to come.
fn to_come(history: &History, scope: &BTreeSet<usize>, on: Day) -> Vec<usize> {
    let events = scope.iter().flat_map(|&measure| &history.measures()[measure].events);
    let ahead = |&event: &usize| {
        let standing = &history.events()[event];
        let to_come = standing.event.effective.bounds().1 > on;
        standing.counts() && to_come && standing.announced_by() <= on
    };
    events.copied().filter(ahead).collect()
}

fn of_event(history: &History, standing: &Standing) -> Option<Due> {
    let event = &standing.event;
    let tracked = &history.measures()[standing.measure?];
    Some(Due {
        record: standing.record,
        measure: tracked.id().to_owned(),
        title: tracked.title().to_owned(),
        what: Awaited::Event,
        act: event.act.clone(),
        status: leads_to(history, standing, &event.act, event.status.as_ref()).flatten(),
        state: DueState::Planned,
        possible_states: planned(),
        due: Some(Dated::from(&event.effective)),
        late_days: None,
        stated: standing.announced_by().written(),
        settled_by: Vec::new(),
        settled_on: None,
        place: None,
    })
}

fn of_plan(
    history: &History,
    plan: PendingPlan,
    mut states: BTreeSet<DueState>,
    on: Day,
) -> Option<Due> {
    let maker = &history.events()[plan.event];
    let tracked = &history.measures()[maker.measure?];
    let said = maker.event.then.get(plan.place)?;
    if is_past(said, on) && states.remove(&DueState::Planned) {
        // Its day is past, and it waits for an event that says when it came after all.
        states.insert(DueState::Overdue);
    }
    let state = states.first().copied()?;
    let status = leads_to(history, maker, &said.act, said.status.as_ref());
    Some(Due {
        record: maker.record,
        measure: tracked.id().to_owned(),
        title: tracked.title().to_owned(),
        what: Awaited::Plan,
        act: said.act.clone(),
        status: status.flatten(),
        late_days: late_days(said, state, on),
        state,
        possible_states: states,
        due: said.effective.as_ref().map(Dated::from),
        stated: maker.announced_by().written(),
        settled_by: Vec::new(),
        settled_on: None,
        place: Some(plan.place),
    })
}

fn is_past(plan: &Plan, on: Day) -> bool {
    plan.effective.as_ref().is_some_and(|due| due.bounds().1 < on)
}

fn late_days(plan: &Plan, state: DueState, on: Day) -> Option<i64> {
    match state {
        DueState::Overdue | DueState::Unconfirmed => {
            plan.effective.as_ref().map(|due| lateness(on, due))
        }
        DueState::Open
        | DueState::Settled
        | DueState::Lapsed
        | DueState::Planned
        | DueState::Retracted => None,
    }
}

/// Whether an event that is to come says the same as a plan.
fn is_said(plan: &Due, events: &[Due]) -> bool {
    let days = |due: &Due| due.due.as_ref().map(|due| (due.earliest, due.latest));
    plan.state == DueState::Planned
        && events.iter().any(|event| {
            event.measure == plan.measure && event.act == plan.act && days(event) == days(plan)
        })
}

/// What is still to come is wanted where it can come soon enough, or has no date.
fn is_wanted(row: &Due, days: Days) -> bool {
    let first = row.due.as_ref().map(|due| due.earliest.unwrap_or(Day::OPEN_START));
    row.state != DueState::Planned || first.is_none_or(|first| first <= days.ahead)
}
