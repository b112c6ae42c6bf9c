//! On which questions do the sources disagree, and what hangs on it?

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;

use crate::history::{History, Side, Standing};
use crate::record::{Entry, Event, Record, Source, numbered};
use crate::time::{Day, Window};
use crate::timeline::{self, Retold, Telling};

/// The fields on which sources can disagree.
const FIELDS: [&str; 4] = ["act", "effective", "announced", "occurred"];

/// One field of one event on which its sources disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The event.
    pub record: u64,
    /// Its measure.
    pub measure: String,
    /// Its act, as it stands.
    pub act: String,
    /// `act`, `effective`, `announced` or `occurred`.
    pub field: &'static str,
    /// The value that answers follow.
    pub in_use: String,
    /// Every value with the sources that give it: first the one in use, then the event's own (where
    /// a settlement took another), then those of contrary sources in record order.
    pub sides: Vec<ConflictSide>,
    /// The last settlement of the field, where it is settled.
    pub settled: Option<u64>,
    /// The answers that would be others if one contrary source alone were right.
    pub would_change: Vec<WouldChange>,
}

/// One value, and who gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConflictSide {
    /// The value; `true` or `false` for `occurred`, empty where a source gives none.
    pub value: String,
    /// What the sources are called.
    pub sources: Vec<String>,
}

/// An answer that one contrary source alone would change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WouldChange {
    /// The measure.
    pub measure: String,
    /// The first day, of those that either telling names, on which the answers differ.
    pub at: Day,
    /// The value that the source gives.
    pub value: String,
    /// What is possible as answers stand.
    pub from: BTreeSet<String>,
    /// What would be possible.
    pub to: BTreeSet<String>,
}

/// The conflicts of some measures, of all if none is named, in record order; with `all`, settled
/// ones too. `entries` are the records that the history was made of.
#[must_use]
pub fn conflicts(
    history: &History,
    entries: &[Entry],
    measures: &[usize],
    all: bool,
) -> Vec<Conflict> {
    let asked = history.events().iter().enumerate().filter(|(_, standing)| {
        let of = standing.measure.filter(|m| measures.is_empty() || measures.contains(m));
        of.is_some() && !standing.retracted && !standing.hidden
    });
    let found = asked.flat_map(|(event, standing)| {
        FIELDS.iter().filter_map(move |field| conflict(history, entries, event, standing, field))
    });
    found.filter(|conflict| all || conflict.settled.is_none()).collect()
}

fn conflict(
    history: &History,
    entries: &[Entry],
    event: usize,
    standing: &Standing,
    field: &'static str,
) -> Option<Conflict> {
    let contrary = standing.sides.all.iter().filter(|side| side.differs.contains(&field));
    let contrary: Vec<&Side> = contrary.collect();
    if contrary.is_empty() {
        return None;
    }
    let open: Vec<&Side> =
        contrary.iter().copied().filter(|side| side.open.contains(&field)).collect();
    let settled = open.is_empty().then(|| settlement(entries, standing, field)).flatten();
    Some(Conflict {
        record: standing.record,
        measure: standing.event.measure.clone(),
        act: standing.event.act.clone(),
        field,
        in_use: in_use(standing, field),
        sides: sides(standing, field, &contrary),
        settled,
        would_change: would_change(history, event, field, &open),
    })
}

fn sides(standing: &Standing, field: &'static str, contrary: &[&Side]) -> Vec<ConflictSide> {
    let mut sides = IndexMap::from([(in_use(standing, field), Vec::new())]);
    sides.entry(own(standing, field)).or_default().extend(agreeing(standing, field));
    for side in contrary {
        let value = said_by(&side.source, field);
        sides.entry(value).or_default().push(side.source.name().to_owned());
    }
    sides.into_iter().map(|(value, sources)| ConflictSide { value, sources }).collect()
}

/// The value that answers follow.
fn in_use(standing: &Standing, field: &str) -> String {
    let happened = !standing.denied;
    value(&standing.event, field).unwrap_or_else(|| happened.to_string())
}

/// What the event itself says, whatever was settled.
fn own(standing: &Standing, field: &str) -> String {
    let event = standing.unsettled.as_ref().unwrap_or(&standing.event);
    value(event, field).unwrap_or_else(|| true.to_string())
}

fn value(event: &Event, field: &str) -> Option<String> {
    match field {
        "act" => Some(event.act.clone()),
        "effective" => Some(event.effective.text().to_owned()),
        "announced" => Some(event.announced.as_ref().map_or("", Window::text).to_owned()),
        _ => None,
    }
}

/// The sources that do not say otherwise.
fn agreeing(standing: &Standing, field: &'static str) -> Vec<String> {
    let contrary = |source: &Source| {
        let mut sides = standing.sides.all.iter();
        sides.any(|side| side.source == *source && side.differs.contains(&field))
    };
    let sources = standing.event.sources.iter();
    let agree = sources.filter(|source| !contrary(source));
    agree.map(|source| source.name().to_owned()).collect()
}

fn said_by(source: &Source, field: &str) -> String {
    let text = |window: &Option<Window>| window.as_ref().map_or("", Window::text).to_owned();
    match field {
        "act" => source.says.act.clone().unwrap_or_default(),
        "effective" => text(&source.says.effective),
        "announced" => text(&source.says.announced),
        _ => "false".to_owned(),
    }
}

/// The last settlement of the field that stands.
fn settlement(entries: &[Entry], standing: &Standing, field: &str) -> Option<u64> {
    let settles = |&&record: &&u64| match numbered(entries, record).map(|entry| &entry.record) {
        Some(Record::Settlement(settlement)) => settlement.field == field,
        Some(_) | None => false,
    };
    standing.corrected_by.iter().rev().find(settles).copied()
}

// What hangs on it

/// The answers that change if one of these sources alone is followed, in every field that it gives
/// and that is not settled: what `contested` asks.
fn would_change(
    history: &History,
    event: usize,
    field: &'static str,
    open: &[&Side],
) -> Vec<WouldChange> {
    let measures = concerned(history, event);
    let mut first: BTreeMap<(usize, String), WouldChange> = BTreeMap::new();
    for side in open {
        let retold = Retold { event, standing: history.events()[event].as_told_by(side) };
        let value = said_by(&side.source, field);
        for &measure in &measures {
            let change = first_change(history, &retold, measure, &value);
            let known = first.entry((measure, value.clone()));
            if let Some(change) = change {
                known.or_insert(change);
            }
        }
    }
    first.into_values().collect()
}

/// The measures whose answers may hang on an event: all of its whole and of those of the events
/// that are connected with it.
fn concerned(history: &History, event: usize) -> BTreeSet<usize> {
    let standing = &history.events()[event];
    let named = standing.after.iter().chain(&standing.cancels).chain(&standing.settles);
    let linked = named.chain(history.referring_to(event)).chain([&event]);
    let measures = linked.filter_map(|&other| history.events()[other].measure);
    let families = measures.flat_map(|measure| history.family(measure));
    families.filter(|&measure| !history.measures()[measure].retracted).collect()
}

fn first_change(
    history: &History,
    retold: &Retold,
    measure: usize,
    value: &str,
) -> Option<WouldChange> {
    let telling = Telling { history, retold: Some(retold) };
    days(history, retold).into_iter().find_map(|at| {
        let from = timeline::outcome(Telling::plain(history), measure, at).possible;
        let to = timeline::outcome(telling, measure, at).possible;
        let measure = history.measures()[measure].id().to_owned();
        (from != to).then(|| WouldChange { measure, at, value: value.to_owned(), from, to })
    })
}

/// The days that either telling of an event names, for itself and for its plans.
fn days(history: &History, retold: &Retold) -> BTreeSet<Day> {
    let tellings = [&history.events()[retold.event], &retold.standing];
    let plans = tellings.iter().flat_map(|standing| &standing.event.then);
    let due = plans.filter_map(|plan| plan.effective.as_ref());
    let own = tellings.iter().map(|standing| &standing.event.effective);
    own.chain(due).flat_map(|window| [window.bounds().0, window.bounds().1]).collect()
}
