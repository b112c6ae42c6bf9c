//! What changed in our knowledge about one day.

use std::collections::BTreeMap;

use super::together::Groups;
use super::{Cause, Caused, Change, Sort, Step, answer, same_answer};
use crate::answer::state::{Dated, Filter, Row};
use crate::history::{History, Tracked, about};
use crate::record::{Entry, Event, Record};
use crate::time::Day;

/// Between which two points of knowledge something is asked.
#[derive(Debug, Clone, Copy)]
pub struct Learning {
    /// The number of the last record known at the first point; 0 for none.
    pub from: u64,
    /// The number of the last record known at the second point.
    pub to: u64,
    /// The day of the first point: an event that cannot have been there by its end is a
    /// development of the world, any other was learned of late.
    pub since: Day,
    /// Only what was public by the end of this day, at both points.
    pub public: Option<Day>,
}

/// What changed, between two points of knowledge, in the answers about the end of day `at`.
///
/// `entries` are the records in record order (there may be gaps), and `known` is the history of
/// those known at the second point; the filter is about the measures as they are there, retracted
/// ones among them. The answer is looked at whenever a batch was recorded, and at both points.
#[must_use]
pub fn learned(
    entries: &[Entry],
    known: &History,
    filter: &Filter,
    learning: Learning,
    at: Day,
) -> Vec<Change> {
    let entries = &entries[..entries.partition_point(|entry| entry.seq <= learning.to)];
    let groups = Groups::of(entries, known.names());
    let mut asked: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let order = asked_for(known, filter);
    for &measure in &order {
        let group = groups.group(known.measures()[measure].id());
        asked.entry(group.unwrap_or(usize::MAX)).or_default().push(measure);
    }
    let mut found: BTreeMap<usize, Change> = BTreeMap::new();
    for (group, measures) in asked {
        let walk = Walk { entries: groups.records(group), known, learning, at };
        found.extend(walk.changes(&measures));
    }
    order.iter().filter_map(|measure| found.remove(measure)).collect()
}

/// The measures asked about, those among them that are retracted too.
fn asked_for(known: &History, filter: &Filter) -> Vec<usize> {
    let all: Vec<usize> = (0..known.measures().len()).collect();
    let order = if filter.measures.is_empty() { &all } else { &filter.measures };
    let takes = |&measure: &usize| {
        let tracked = Tracked { retracted: false, ..known.measures()[measure].clone() };
        filter.takes(measure, &tracked)
    };
    order.iter().copied().filter(takes).collect()
}

/// The way from the first point of knowledge to the second, for records that hang together.
struct Walk<'h> {
    entries: Vec<Entry>,
    known: &'h History,
    learning: Learning,
    at: Day,
}

/// A measure on the way.
struct Followed {
    measure: usize,
    from: Option<Row>,
    now: Option<Row>,
    steps: Vec<Caused>,
}

/// A measure whose answer a batch changed: the answers inside the batch, each with the place of
/// the record that gave it. The first is the one before the batch.
struct Turned<'f> {
    followed: &'f mut Followed,
    way: Vec<(Option<Row>, usize)>,
}

impl Turned<'_> {
    /// Comes to an answer; what only led back to one that was there before is left out.
    fn pass(&mut self, now: Option<Row>, place: usize) {
        match self.way.iter().position(|(then, _)| same_answer(then.as_ref(), now.as_ref())) {
            Some(seen) => self.way.truncate(seen + 1),
            None => self.way.push((now, place)),
        }
    }
}

impl Walk<'_> {
    fn changes(&self, measures: &[usize]) -> Vec<(usize, Change)> {
        let start = self.entries.partition_point(|entry| entry.seq <= self.learning.from);
        if start == self.entries.len() {
            return Vec::new();
        }
        let before = self.history(start);
        let mut followed: Vec<Followed> = measures
            .iter()
            .map(|&measure| {
                let from = self.answer(&before, measure);
                Followed { measure, now: from.clone(), from, steps: Vec::new() }
            })
            .collect();
        let mut from = start;
        while from < self.entries.len() {
            let to = self.end_of_batch(from);
            self.step(&mut followed, from, to);
            from = to;
        }
        followed.into_iter().filter_map(|followed| self.change(followed)).collect()
    }

    fn change(&self, followed: Followed) -> Option<(usize, Change)> {
        let Followed { measure, from, now, steps } = followed;
        let tracked = &self.known.measures()[measure];
        Change::of(self.known, tracked, (from, now), steps).map(|change| (measure, change))
    }

    /// The records of a batch share the time they were recorded at; no others do.
    fn end_of_batch(&self, from: usize) -> usize {
        let recorded = self.entries[from].recorded;
        from + self.entries[from..].partition_point(|entry| entry.recorded <= recorded)
    }

    fn history(&self, count: usize) -> History {
        History::of(&self.entries[..count], self.learning.public)
    }

    fn answer(&self, history: &History, measure: usize) -> Option<Row> {
        let id = self.known.measures()[measure].id();
        history.measure(id).and_then(|measure| answer(history, measure, self.at))
    }

    /// Counts in a batch, the records `from..to`.
    fn step(&self, followed: &mut [Followed], from: usize, to: usize) {
        let after = self.history(to);
        let mut turned: Vec<Turned<'_>> = Vec::new();
        for followed in followed {
            let before =
                std::mem::replace(&mut followed.now, self.answer(&after, followed.measure));
            if !same_answer(before.as_ref(), followed.now.as_ref()) {
                turned.push(Turned { followed, way: vec![(before, from)] });
            }
        }
        if !turned.is_empty() {
            self.trace(&mut turned, from, to);
        }
        for Turned { followed, way } in turned {
            let places = way.into_iter().skip(1).map(|(_, place)| place);
            let causes: Vec<Cause> =
                places.map(|place| self.cause(&self.entries[place], &after)).collect();
            let because = causes.iter().map(|cause| cause.number).collect();
            let recorded = Some(self.entries[from].recorded);
            let step = Step { on: None, recorded, to: followed.now.clone(), because };
            followed.steps.push((step, causes));
        }
    }

    /// Counts in the records of a batch one by one, for the measures whose answer it changed.
    fn trace(&self, turned: &mut [Turned<'_>], from: usize, to: usize) {
        for place in from..to - 1 {
            let history = self.history(place + 1);
            for turned in &mut *turned {
                let now = self.answer(&history, turned.followed.measure);
                turned.pass(now, place);
            }
        }
        for turned in turned {
            let now = turned.followed.now.clone();
            turned.pass(now, to - 1);
        }
    }

    fn cause(&self, entry: &Entry, history: &History) -> Cause {
        let of = entry.record.corrects().and_then(|of| history.names().resolve(of).ok());
        let event = if let Record::Event(event) = &entry.record { Some(&**event) } else { None };
        let (said, reason) = reasons(&entry.record);
        Cause {
            cause: sort(&entry.record, self.learning.since),
            on: None,
            recorded: Some(entry.recorded),
            number: entry.seq,
            record_type: entry.record.kind(),
            of,
            measure: self.measure(entry, history),
            act: event.map(|event| event.act.clone()),
            effective: event.map(|event| Dated::from(&event.effective)),
            said: said.map(str::to_owned),
            reason: reason.map(str::to_owned),
        }
    }

    /// The measure a record is about; corrections are followed to what they correct.
    fn measure(&self, entry: &Entry, history: &History) -> Option<String> {
        let id = about(&self.entries, history.names(), entry)?.record.measure()?;
        let declared = history.declared(id);
        Some(declared.map_or(id, |m| history.measures()[m].id()).to_owned())
    }
}

/// Why something was corrected: the word, the sentence.
fn reasons(record: &Record) -> (Option<&str>, Option<&str>) {
    match record {
        Record::Amendment(record) => (Some(&record.because), record.reason.as_deref()),
        Record::Retraction(record) => (Some(&record.because), record.reason.as_deref()),
        Record::Settlement(record) => (None, record.reason.as_deref()),
        Record::Measure(_)
        | Record::Event(_)
        | Record::Source(_)
        | Record::Kind(_)
        | Record::Alias(_)
        | Record::Review(_) => (None, None),
    }
}

fn sort(record: &Record, since: Day) -> Sort {
    match record {
        Record::Event(event) => of_event(event, since),
        Record::Amendment(amendment) if speaks_of(&amendment.because, &EVIDENCE) => {
            Sort::CorrectedSource
        }
        Record::Amendment(_) => Sort::OwnMistake,
        Record::Retraction(retraction) if speaks_of(&retraction.because, &EVIDENCE) => {
            Sort::CorrectedSource
        }
        Record::Retraction(retraction) if speaks_of(&retraction.because, &MISTAKES) => {
            Sort::OwnMistake
        }
        Record::Retraction(_) => Sort::Retraction,
        Record::Source(_) => Sort::NewSource,
        Record::Settlement(_) => Sort::Settlement,
        Record::Measure(_) => Sort::Declared,
        Record::Kind(_) => Sort::KindDefinition,
        Record::Alias(_) | Record::Review(_) => Sort::Other,
    }
}

fn of_event(event: &Event, since: Day) -> Sort {
    if event.effective.bounds().0 > since { Sort::WorldEvent } else { Sort::LateFact }
}

/// Parts of a `because` that say the evidence is another one: `better-source`, `source-corrected`.
const EVIDENCE: [&str; 4] = ["source", "sources", "evidence", "publisher"];

/// Parts of a `because` that say it was our mistake: `entered-by-mistake`, `typo`.
const MISTAKES: [&str; 10] = [
    "mistake",
    "mistaken",
    "mistyped",
    "error",
    "wrong",
    "typo",
    "misread",
    "duplicate",
    "confused",
    "slip",
];

fn speaks_of(because: &str, words: &[&str]) -> bool {
    because.split('-').any(|part| words.contains(&part))
}
