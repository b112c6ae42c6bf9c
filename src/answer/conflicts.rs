//! On which questions do the sources disagree, and what hangs on it?

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::history::{History, Side, Standing};
use crate::record::{Entry, Event, Record, Source, numbered};
use crate::time::{Day, Window};
use crate::timeline::{self, Outcome, Retold, Telling};

/// The fields on which sources can disagree.
const FIELDS: [&str; 5] = ["act", "effective", "announced", "set", "occurred"];

/// One field of one event on which its sources disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The event.
    pub record: u64,
    /// Its measure.
    pub measure: String,
    /// Its act, as it stands.
    pub act: String,
    /// `act`, `effective`, `announced`, `set` (the attributes) or `occurred`.
    pub field: &'static str,
    /// The value that answers follow; for `set` a JSON object of what the event sets of the
    /// attributes that sources differ on, as for every value of that field.
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
    /// The value; `true` or `false` for `occurred`, a JSON object for `set`, empty where a source
    /// gives none.
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
    /// The attribute that would have another value; none where the status would be another.
    pub attribute: Option<String>,
    /// What is possible as answers stand: statuses, or values of the attribute (`null`: none).
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
        in_use: in_use(standing, field, &contrary),
        sides: sides(standing, field, &contrary),
        settled,
        would_change: would_change(history, event, field, &open),
    })
}

fn sides(standing: &Standing, field: &'static str, contrary: &[&Side]) -> Vec<ConflictSide> {
    let mut sides = IndexMap::from([(in_use(standing, field, contrary), Vec::new())]);
    sides.entry(own(standing, field, contrary)).or_default().extend(agreeing(standing, field));
    for side in contrary {
        let value = said_by(&side.source, field);
        sides.entry(value).or_default().push(side.source.name().to_owned());
    }
    sides.into_iter().map(|(value, sources)| ConflictSide { value, sources }).collect()
}

/// The value that answers follow.
fn in_use(standing: &Standing, field: &str, contrary: &[&Side]) -> String {
    let happened = !standing.denied;
    value(&standing.event, field, contrary).unwrap_or_else(|| happened.to_string())
}

/// What the event itself says, whatever was settled.
fn own(standing: &Standing, field: &str, contrary: &[&Side]) -> String {
    let event = standing.unsettled.as_ref().unwrap_or(&standing.event);
    value(event, field, contrary).unwrap_or_else(|| true.to_string())
}

fn value(event: &Event, field: &str, contrary: &[&Side]) -> Option<String> {
    match field {
        "act" => Some(event.act.clone()),
        "effective" => Some(event.effective.text().to_owned()),
        "announced" => Some(event.announced.as_ref().map_or("", Window::text).to_owned()),
        "set" => Some(object(&spoken_of(event, contrary))),
        _ => None,
    }
}

/// What the event sets of the attributes that contrary sources speak of.
fn spoken_of(event: &Event, contrary: &[&Side]) -> Map<String, Value> {
    contrary.iter().flat_map(|side| Standing::set_beside(event, &side.source)).collect()
}

/// Attributes as JSON, in the order of their names.
fn object(set: &Map<String, Value>) -> String {
    let sorted: BTreeMap<&String, &Value> = set.iter().collect();
    serde_json::to_string(&sorted).unwrap_or_default()
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
        "set" => object(&source.says.set),
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
/// and that is not settled: what `contested` asks. Of attributes: the values that change.
fn would_change(
    history: &History,
    event: usize,
    field: &'static str,
    open: &[&Side],
) -> Vec<WouldChange> {
    let measures = concerned(history, event);
    let mut first: BTreeMap<(usize, String, Option<String>), WouldChange> = BTreeMap::new();
    for side in open {
        let retold = Retold { event, standing: history.events()[event].as_told_by(side) };
        let value = said_by(&side.source, field);
        for &measure in &measures {
            let asked = Asked { history, retold: &retold, measure, value: &value };
            let changes = match field {
                "set" => asked.first_values(&side.source.says.set),
                _ => asked.first_status().into_iter().collect(),
            };
            for change in changes {
                let known = first.entry((measure, value.clone(), change.attribute.clone()));
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

/// One measure, as answers stand and as a source tells one event.
struct Asked<'h> {
    history: &'h History,
    retold: &'h Retold,
    measure: usize,
    value: &'h str,
}

impl Asked<'_> {
    /// The first day on which the status would be another.
    fn first_status(&self) -> Option<WouldChange> {
        self.days().into_iter().find_map(|at| {
            let [from, to] = self.outcomes(at).map(|outcome| outcome.possible);
            (from != to).then(|| self.change(at, None, from, to))
        })
    }

    /// The first day on which each of the attributes would have another value.
    fn first_values(&self, set: &Map<String, Value>) -> Vec<WouldChange> {
        let days = self.days();
        let first = |name: &String| {
            days.iter().find_map(|&at| {
                let [from, to] = self.outcomes(at).map(|outcome| values(&outcome, name));
                (from != to).then(|| self.change(at, Some(name.clone()), from, to))
            })
        };
        set.keys().filter_map(first).collect()
    }

    fn outcomes(&self, at: Day) -> [Outcome; 2] {
        let telling = Telling { history: self.history, retold: Some(self.retold) };
        [Telling::plain(self.history), telling]
            .map(|telling| timeline::outcome(telling, self.measure, at))
    }

    fn change(
        &self,
        at: Day,
        attribute: Option<String>,
        from: BTreeSet<String>,
        to: BTreeSet<String>,
    ) -> WouldChange {
        let measure = self.history.measures()[self.measure].id().to_owned();
        WouldChange { measure, at, value: self.value.to_owned(), attribute, from, to }
    }

    /// The days that either telling of an event names, for itself and for its plans.
    fn days(&self) -> BTreeSet<Day> {
        let Retold { event, standing } = self.retold;
        let tellings = [&self.history.events()[*event], standing];
        let plans = tellings.iter().flat_map(|standing| &standing.event.then);
        let due = plans.filter_map(|plan| plan.effective.as_ref());
        let own = tellings.iter().map(|standing| &standing.event.effective);
        own.chain(due).flat_map(|window| [window.bounds().0, window.bounds().1]).collect()
    }
}

/// The values that an attribute can have, as texts; `null` for none.
fn values(outcome: &Outcome, name: &str) -> BTreeSet<String> {
    let text = |value: &Option<Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "null".to_owned(),
    };
    match outcome.attributes.get(name) {
        Some(values) => values.iter().map(text).collect(),
        None => BTreeSet::from([text(&None)]),
    }
}
