//! Which answers do new records change: before and after, today and on the days the records name.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{self, Row};
use crate::history::{History, Standing, about};
use crate::record::{Entry, Record};
use crate::time::{Day, Window};

/// With more new records than this only today's answers are compared.
const MOST_RECORDS: usize = 100;

/// One answer that is another one than before.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The day that is asked about.
    pub at: Day,
    /// The answer before; none where the measure was not there, or was retracted.
    pub from: Option<Row>,
    /// The answer now; none where the measure is not there, or is retracted.
    pub to: Option<Row>,
}

/// The answers that the last of some records change, by the day and the order of declaration.
///
/// `views` are the histories of all records but these, and of all. Asked are the measures that the
/// new records touch, all above and below them, and what these reach through references; on `today`
/// and on the days that the records name.
#[must_use]
pub fn effects(views: [&History; 2], entries: &[Entry], new: &[Entry], today: Day) -> Vec<Effect> {
    let mut touched = BTreeSet::new();
    let mut days = BTreeSet::from([today]);
    for entry in new {
        for view in views {
            touch(entry, entries, view, &mut touched, &mut days);
        }
    }
    if new.len() > MOST_RECORDS {
        days = BTreeSet::from([today]);
    }
    let reached = views.iter().flat_map(|view| reached(view, &touched));
    let reached: BTreeSet<usize> = reached.collect();
    compared(views, &reached, &days)
}

// What is touched

/// The measures a record is about and the days it names, as one history has them.
fn touch(
    entry: &Entry,
    entries: &[Entry],
    history: &History,
    measures: &mut BTreeSet<usize>,
    days: &mut BTreeSet<Day>,
) {
    let Some(subject) = about(entries, history.names(), entry) else {
        return;
    };
    match &subject.record {
        Record::Measure(measure) => measures.extend(history.measure(&measure.measure)),
        Record::Kind(kind) => {
            let tracked = history.measures().iter().enumerate();
            let of_kind = tracked.filter(|(_, tracked)| tracked.measure.kind == kind.kind);
            measures.extend(of_kind.map(|(index, _)| index));
        }
        Record::Event(_) => {
            let event = history.event_of(subject.seq);
            if let Some(standing) = event.map(|event| &history.events()[event]) {
                measures.extend(standing.measure);
                name_days(standing, history, days);
            }
        }
        Record::Alias(_)
        | Record::Review(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_) => {}
    }
}

/// The days of an event and of its plans, of the events it refers to and theirs, and the days on
/// which any plan of its measure is due.
fn name_days(standing: &Standing, history: &History, days: &mut BTreeSet<Day>) {
    let named = standing.cancels.iter().chain(&standing.settles);
    let named = named.chain(&standing.after).map(|&e| &history.events()[e]);
    for event in named.chain([standing]) {
        days.extend(ends(&event.event.effective));
    }
    let own = standing.measure.map(|m| &history.measures()[m].events);
    let own = own.into_iter().flatten().map(|&e| &history.events()[e]);
    for plan in own.chain([standing]).flat_map(|event| &event.event.then) {
        days.extend(plan.effective.iter().flat_map(ends));
    }
}

fn ends(window: &Window) -> impl Iterator<Item = Day> {
    [window.earliest(), window.latest()].into_iter().flatten()
}

/// The measures touched, all above and below them, and those that refer to them or are referred to.
fn reached(history: &History, touched: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<usize> = touched.iter().copied().collect();
    while let Some(measure) = waiting.pop() {
        let Some(tracked) = history.measures().get(measure) else {
            continue;
        };
        if !reached.insert(measure) {
            continue;
        }
        waiting.extend(history.upward(measure));
        waiting.extend(parts(history, measure));
        for &event in &tracked.events {
            let standing = &history.events()[event];
            let forth = standing.cancels.iter().chain(&standing.settles);
            let linked = forth.chain(history.referring_to(event));
            waiting.extend(linked.filter_map(|&other| history.events()[other].measure));
        }
    }
    reached
}

/// The parts of a measure, but not those beside it.
fn parts(history: &History, measure: usize) -> Vec<usize> {
    let mut found = history.measures()[measure].parts.clone();
    let mut next = 0;
    while let Some(&part) = found.get(next) {
        found.extend(&history.measures()[part].parts);
        next += 1;
    }
    found
}

// What changes

fn compared(views: [&History; 2], measures: &BTreeSet<usize>, days: &BTreeSet<Day>) -> Vec<Effect> {
    let mut effects: BTreeMap<Day, Vec<Effect>> = BTreeMap::new();
    for &measure in measures {
        let [mut before, mut after] = views.map(|view| answers(view, measure, days));
        for &at in days {
            let (from, to) = (before.remove(&at), after.remove(&at));
            let same = match (&from, &to) {
                (Some(from), Some(to)) => says_the_same(from, to),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            if !same {
                effects.entry(at).or_default().push(Effect { at, from, to });
            }
        }
    }
    effects.into_values().flatten().collect()
}

/// The answers about a measure on several days, in one walk; none where it is not there.
fn answers(history: &History, measure: usize, days: &BTreeSet<Day>) -> BTreeMap<Day, Row> {
    let there = history.measures().get(measure).is_some_and(|tracked| !tracked.retracted);
    if there { state::rows_on(history, measure, days) } else { BTreeMap::new() }
}

/// Whether two answers are the same in what they say of the measure, whoever says it.
fn says_the_same(one: &Row, other: &Row) -> bool {
    let says = |row: &Row| {
        let Row { status, label, possible, since, flags, parts, attributes, .. } = row.clone();
        (status, label, possible, since, flags, parts, attributes)
    };
    says(one) == says(other)
}
