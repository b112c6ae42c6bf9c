//! What was the status of each measure on a day?

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::codes::{is_item_under, is_same_party};
use crate::history::{History, Side, Standing, Tracked};
use crate::kind::{Definition, Standing as Reading, To};
use crate::time::{Day, Window};
use crate::timeline::{self, MIXED, Outcome, Retold, Since, Telling};

/// The status word of an answer that more than one world decides differently.
const UNDETERMINED: &str = "undetermined";

/// One measure on one day. Its JSON form is the contract of `state` (`docs/model.md`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The measure's id.
    pub measure: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// The whole it is a part of.
    pub part_of: Option<String>,
    /// The status; `undetermined` where several are possible, `mixed` for a whole whose parts
    /// differ.
    pub status: String,
    /// The status in words for people.
    pub label: String,
    /// The reading of the status; `undetermined` or `mixed` where it is not shared.
    pub standing: String,
    /// Whether one status holds in every world.
    pub certain: bool,
    /// Every status that some world has.
    pub possible: BTreeSet<String>,
    /// Since when; none for an initial, undetermined or mixed status.
    pub since: Option<Dated>,
    /// The records that began the run of the status and last gave it, in any world.
    pub because: BTreeSet<u64>,
    /// Attribute values; null where worlds differ.
    pub attributes: BTreeMap<String, Value>,
    /// The attributes whose values differ between worlds.
    pub possible_attributes: Vec<String>,
    /// How many innermost parts have which status; only where they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, usize>,
    /// The last day through which somebody found nothing newer.
    pub reviewed_through: Option<Day>,
    /// What had been announced and was not yet in effect.
    pub pending: Vec<Announced>,
    /// `contested`, `unconfirmed`, `inconsistent`, `mixed`, `approximate`, as far as they hold.
    pub flags: Vec<&'static str>,
}

/// A date in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Dated {
    /// As it is written.
    pub text: String,
    /// The earliest day, inclusive; none where open.
    pub earliest: Option<Day>,
    /// The latest day, inclusive; none where open.
    pub latest: Option<Day>,
}

/// A plan or an event that was announced and not yet in effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Announced {
    /// The record: the event, or the maker of the plan.
    pub record: u64,
    /// The act.
    pub act: String,
    /// The status it leads to, where it leads to one of its own.
    pub status: Option<String>,
    /// The date of its effect; none where none was given.
    pub effective: Option<Dated>,
}

/// Which measures are asked about.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these measures (indexes into the history); all where empty.
    pub measures: Vec<usize>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only with this party, by its code or a name of it.
    pub party: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only what covers this item: the same text, or goods under the same code.
    pub item: Option<String>,
    /// Only ids that begin with this prefix, whole parts of the id or not.
    pub under: Option<String>,
    /// Only answers with this standing.
    pub standing: Option<String>,
}

impl Filter {
    /// The measures asked about, in the order of declaration.
    #[must_use]
    pub fn asked(&self, history: &History) -> Vec<usize> {
        let measures = history.measures().iter().enumerate();
        measures.filter(|&(index, tracked)| self.takes(index, tracked)).map(|(m, _)| m).collect()
    }

    /// Whether a measure (with its index) is asked about; never a retracted one.
    #[must_use]
    pub fn takes(&self, index: usize, tracked: &Tracked) -> bool {
        let measure = &tracked.measure;
        !tracked.retracted
            && (self.measures.is_empty() || self.measures.contains(&index))
            && self.fits(&measure.measure, &measure.kind, &measure.parties, &measure.tags)
            && self
                .item
                .as_ref()
                .is_none_or(|asked| measure.items.iter().any(|listed| is_item_under(asked, listed)))
    }

    /// Whether an answer reads as asked for.
    pub(super) fn wants(&self, row: &Row) -> bool {
        self.standing.as_ref().is_none_or(|standing| *standing == row.standing)
    }

    /// Whether a measure is under the prefix, of the kind, the party and the tag asked for; what it
    /// covers does not count.
    pub(super) fn fits<S: AsRef<str>>(
        &self,
        id: &str,
        kind: &str,
        parties: &[S],
        tags: &[S],
    ) -> bool {
        let listed = |list: &[S], word: &Option<String>, is_same: fn(&str, &str) -> bool| {
            let named = |word: &String| list.iter().any(|listed| is_same(word, listed.as_ref()));
            word.as_ref().is_none_or(named)
        };
        self.kind.as_ref().is_none_or(|asked| asked == kind)
            && listed(parties, &self.party, is_same_party)
            && listed(tags, &self.tag, str::eq_ignore_ascii_case)
            && self.under.as_ref().is_none_or(|prefix| id.starts_with(prefix))
    }
}

/// The rows of every measure asked about, at the end of a day; named measures in the order they
/// were named, else in the order of declaration.
#[must_use]
pub fn rows(history: &History, filter: &Filter, at: Day) -> Vec<Row> {
    let all: Vec<usize> = (0..history.measures().len()).collect();
    let order = if filter.measures.is_empty() { &all } else { &filter.measures };
    let asked = order.iter().copied().filter(|&m| filter.takes(m, &history.measures()[m]));
    asked.map(|measure| row(history, measure, at)).filter(|row| filter.wants(row)).collect()
}

pub(super) fn row(history: &History, measure: usize, at: Day) -> Row {
    let outcome = timeline::outcome(Telling::plain(history), measure, at);
    let contested = contesting(history, measure, &outcome, at).next().is_some();
    let leaves = history.innermost(measure);
    let coming = coming(history, &leaves);
    row_of(history, measure, &leaves, outcome, &coming, contested, at)
}

/// The row of a measure at the end of a day, once it is known what it was, which of its events
/// were announced ahead, and whether the answer is contested.
pub(super) fn row_of(
    history: &History,
    measure: usize,
    leaves: &[usize],
    outcome: Outcome,
    coming: &[usize],
    contested: bool,
    at: Day,
) -> Row {
    let parts = if leaves == [measure] { &[] } else { leaves };
    let telling = Telling::plain(history);
    let parts: Vec<Outcome> =
        parts.iter().map(|&leaf| timeline::outcome(telling, leaf, at)).collect();
    worded(history, measure, outcome, &parts, coming, contested, at)
}

/// The rows of a measure at the end of each of several days, in one walk for each way to tell it.
pub(super) fn rows_on(
    history: &History,
    measure: usize,
    days: &BTreeSet<Day>,
) -> BTreeMap<Day, Row> {
    let leaves = history.innermost(measure);
    let coming = coming(history, &leaves);
    let plain = Telling::plain(history);
    let parts = leaves.iter().filter(|&&leaf| leaf != measure);
    let mut parts: Vec<_> =
        parts.map(|&leaf| timeline::outcomes(plain, leaf, days).into_values()).collect();
    let outcomes = timeline::outcomes(plain, measure, days);
    let contested = contested_on(history, measure, &outcomes);
    let rows = outcomes.into_iter().map(|(day, outcome)| {
        let parts: Vec<Outcome> = parts.iter_mut().filter_map(Iterator::next).collect();
        let contested = contested.contains(&day);
        (day, worded(history, measure, outcome, &parts, &coming, contested, day))
    });
    rows.collect()
}

/// The days on which one of the unsettled sources alone would change the answer.
fn contested_on(
    history: &History,
    measure: usize,
    outcomes: &BTreeMap<Day, Outcome>,
) -> BTreeSet<Day> {
    let days: BTreeSet<Day> = outcomes.keys().copied().collect();
    let mut contested = BTreeSet::new();
    for retold in retellings(history, measure) {
        let told = Telling { history, retold: Some(&retold) };
        let told = timeline::outcomes(told, measure, &days);
        let differs = told.iter().filter(|(day, told)| told.possible != outcomes[day].possible);
        contested.extend(differs.map(|(&day, _)| day));
    }
    contested
}

/// The row of a measure, once all about it and its innermost parts is known.
fn worded(
    history: &History,
    measure: usize,
    outcome: Outcome,
    parts: &[Outcome],
    coming: &[usize],
    contested: bool,
    at: Day,
) -> Row {
    let tracked = &history.measures()[measure];
    let kind = &tracked.kind;
    let status = status(&outcome.possible);
    let (attributes, possible_attributes) = attributes(&outcome);
    Row {
        measure: tracked.id().to_owned(),
        title: tracked.title().to_owned(),
        kind: tracked.measure.kind.clone(),
        part_of: tracked.whole.map(|whole| history.measures()[whole].id().to_owned()),
        label: label(kind, status),
        standing: standing(kind, &outcome, parts),
        certain: outcome.possible.len() == 1,
        since: outcome.since.map(|since| dated(history, since, &outcome.because)),
        because: outcome.because.clone(),
        attributes,
        possible_attributes,
        parts: if outcome.possible.contains(MIXED) { counts(parts) } else { BTreeMap::new() },
        reviewed_through: reviewed_through(history, measure),
        pending: pending(history, coming, &outcome, at),
        flags: flags_of(&outcome, contested),
        status: status.to_owned(),
        possible: outcome.possible,
    }
}

pub(super) fn status(possible: &BTreeSet<String>) -> &str {
    match possible.first() {
        Some(status) if possible.len() == 1 => status,
        Some(_) | None => UNDETERMINED,
    }
}

pub(super) fn label(kind: &Definition, status: &str) -> String {
    match status {
        UNDETERMINED | MIXED => status.to_owned(),
        _ => kind.label_of(status).to_owned(),
    }
}

/// The reading that all possible statuses share; those of the parts where the parts differ.
pub(super) fn standing(kind: &Definition, outcome: &Outcome, parts: &[Outcome]) -> String {
    let own = outcome.possible.iter().filter(|status| *status != MIXED);
    let of_parts = parts.iter().flat_map(|part| &part.possible);
    let readings: BTreeSet<Reading> = if outcome.possible.contains(MIXED) {
        own.chain(of_parts).map(|status| kind.standing_of(status)).collect()
    } else {
        own.map(|status| kind.standing_of(status)).collect()
    };
    match readings.first() {
        Some(reading) if readings.len() == 1 => reading.to_string(),
        Some(_) | None if outcome.possible.len() == 1 => MIXED.to_owned(),
        Some(_) | None => UNDETERMINED.to_owned(),
    }
}

pub(super) fn counts(parts: &[Outcome]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for part in parts {
        *counts.entry(status(&part.possible).to_owned()).or_default() += 1;
    }
    counts
}

fn attributes(outcome: &Outcome) -> (BTreeMap<String, Value>, Vec<String>) {
    let mut held = BTreeMap::new();
    let mut open = Vec::new();
    for (name, values) in &outcome.attributes {
        match values.as_slice() {
            [Some(value)] => drop(held.insert(name.clone(), value.clone())),
            [] | [None] => {}
            _ => {
                held.insert(name.clone(), Value::Null);
                open.push(name.clone());
            }
        }
    }
    (held, open)
}

/// The bounds of a run's first day, with the words of the event's own date where they are its.
fn dated(history: &History, since: Since, because: &BTreeSet<u64>) -> Dated {
    let events = because.iter().filter_map(|&record| history.event_of(record));
    let mut windows = events.map(|event| &history.events()[event].event.effective);
    let same = windows.find(|w| w.earliest() == since.earliest && w.latest() == since.latest);
    let text = match (same.filter(|window| window.instant().is_none()), since) {
        (Some(window), _) => window.text().to_owned(),
        (None, Since { earliest: Some(a), latest: Some(b) }) if a == b => a.to_string(),
        (None, Since { earliest, latest }) => {
            let end = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("[{}..{}]", end(earliest), end(latest))
        }
    };
    Dated { text, earliest: since.earliest, latest: since.latest }
}

impl Dated {
    /// Some day between two, both included; days just outside the calendar are open ends.
    pub(super) fn between(first: Day, last: Day) -> Self {
        let (earliest, latest) = (first.written(), last.written());
        let end = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let text = match earliest {
            Some(day) if first == last => day.to_string(),
            Some(_) | None => format!("[{}..{}]", end(earliest), end(latest)),
        };
        Self { text, earliest, latest }
    }
}

impl From<&Window> for Dated {
    fn from(window: &Window) -> Self {
        Self {
            text: window.text().to_owned(),
            earliest: window.earliest(),
            latest: window.latest(),
        }
    }
}

/// The latest review of the measure or of a whole above it.
pub(super) fn reviewed_through(history: &History, measure: usize) -> Option<Day> {
    history.upward(measure).filter_map(|m| history.measures()[m].reviewed_through).max()
}

/// The events that were announced before their day (or the last of their window), of measures
/// without parts and the wholes above them.
pub(super) fn coming(history: &History, leaves: &[usize]) -> Vec<usize> {
    let upward: BTreeSet<usize> = leaves.iter().flat_map(|&leaf| history.upward(leaf)).collect();
    let events = upward.iter().flat_map(|&m| history.measures()[m].events.iter().copied());
    let ahead = |&event: &usize| {
        let standing = &history.events()[event];
        standing.counts() && standing.announced_by() < standing.event.effective.bounds().1
    };
    events.filter(ahead).collect()
}

/// Plans that were made, and events that were announced with theirs, by the day and not in effect.
fn pending(history: &History, coming: &[usize], outcome: &Outcome, at: Day) -> Vec<Announced> {
    let mut found = BTreeSet::new();
    for plan in &outcome.pending {
        let maker = &history.events()[plan.event];
        if maker.announced_by() <= at {
            found.extend(plan_row(history, maker, plan.place));
        }
    }
    let coming = coming.iter().map(|&event| &history.events()[event]).filter(|standing| {
        standing.event.effective.bounds().1 > at && standing.announced_by() <= at
    });
    for standing in coming {
        found.extend(event_row(history, standing));
        if standing.event.effective.bounds().0 > at {
            let places = 0..standing.event.then.len();
            found.extend(places.filter_map(|place| plan_row(history, standing, place)));
        }
    }
    found.into_iter().collect()
}

fn event_row(history: &History, standing: &Standing) -> Option<Announced> {
    let event = &standing.event;
    let status = leads_to(history, standing, &event.act, event.status.as_ref())?;
    let effective = Some(Dated::from(&event.effective));
    Some(Announced { record: standing.record, act: event.act.clone(), status, effective })
}

fn plan_row(history: &History, maker: &Standing, place: usize) -> Option<Announced> {
    let plan = maker.event.then.get(place)?;
    let status = leads_to(history, maker, &plan.act, plan.status.as_ref()).flatten();
    let effective = plan.effective.as_ref().map(Dated::from);
    Some(Announced { record: maker.record, act: plan.act.clone(), status, effective })
}

/// Whether an act changes a status, and to which of its own.
#[allow(clippy::option_option, reason = "changing nothing is not leading to no status of its own")]
pub(super) fn leads_to(
    history: &History,
    standing: &Standing,
    act: &str,
    given: Option<&Option<String>>,
) -> Option<Option<String>> {
    let kind = &history.measures()[standing.measure?].kind;
    match &kind.act(act)?.to {
        To::Keep => None,
        To::Previous => Some(None),
        To::Status(status) => Some(Some(status.clone())),
        To::Given => Some(Some(kind.given(given.and_then(Option::as_deref)).to_owned())),
    }
}

/// What an answer can warn of, in the order in which it does.
pub(super) const FLAGS: [&str; 5] =
    ["contested", "unconfirmed", "inconsistent", "mixed", "approximate"];

pub(super) fn flags_of(outcome: &Outcome, contested: bool) -> Vec<&'static str> {
    let mixed = outcome.possible.len() == 1 && outcome.possible.contains(MIXED);
    let Outcome { unconfirmed, inconsistent, approximate, .. } = *outcome;
    let holds = [contested, unconfirmed, inconsistent, mixed, approximate];
    FLAGS.into_iter().zip(holds).filter_map(|(flag, holds)| holds.then_some(flag)).collect()
}

/// The unsettled contrary sources of all that could change an answer about the measure, with their
/// events.
pub(super) fn contrary(history: &History, measure: usize) -> impl Iterator<Item = (usize, &Side)> {
    let touching = timeline::touching(Telling::plain(history), measure).into_iter();
    touching.flat_map(|event| {
        let sides = history.events()[event].sides.all.iter();
        sides.filter(|side| side.contests()).map(move |side| (event, side))
    })
}

fn retold(history: &History, event: usize, side: &Side) -> Retold {
    Retold { event, standing: history.events()[event].as_told_by(side) }
}

/// What each unsettled source alone tells otherwise, of all that could change an answer about the
/// measure. An answer that one of them would change is contested.
pub(super) fn retellings(history: &History, measure: usize) -> impl Iterator<Item = Retold> {
    contrary(history, measure).map(|(event, side)| retold(history, event, side))
}

/// The unsettled sources each of which alone would change the answer, with their events and what
/// would be possible then.
pub(super) fn contesting<'h>(
    history: &'h History,
    measure: usize,
    outcome: &Outcome,
    at: Day,
) -> impl Iterator<Item = (usize, &'h Side, BTreeSet<String>)> {
    contrary(history, measure).filter_map(move |(event, side)| {
        let retold = retold(history, event, side);
        let telling = Telling { history, retold: Some(&retold) };
        let possible = timeline::outcome(telling, measure, at).possible;
        (possible != outcome.possible).then_some((event, side, possible))
    })
}
