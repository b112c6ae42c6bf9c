//! Laws, on random histories in which every feature of the model meets every other.

use std::collections::{BTreeMap, BTreeSet};

use policy_ledger::answer::{self, Explanation, Filter, Grounds, Role, Row, What};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant};
use policy_ledger::timeline::{self, Fate, Telling};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::oracle::generate;

const RUNS: u64 = 300;

pub(super) fn entries(records: &[Value]) -> Vec<Entry> {
    (1..).zip(records).map(|(seq, value)| entry(seq, value)).collect()
}

fn entry(seq: u64, value: &Value) -> Entry {
    let draft = record::read(value.as_object().unwrap()).unwrap();
    Entry {
        seq,
        id: Uuid::from_u128(u128::from(seq)),
        recorded: Instant::start_of(Day::FIRST),
        by: None,
        key: draft.key,
        record: draft.record,
    }
}

/// One question about a random history.
struct Asked {
    case: String,
    records: Vec<Value>,
    entries: Vec<Entry>,
    history: History,
    measure: usize,
    at: Day,
}

impl Asked {
    fn explanation(&self) -> Explanation {
        let grounds = Grounds {
            history: &self.history,
            everything: &self.history,
            entries: &self.entries,
            records: self.entries.len() as u64,
            known: None,
            public: None,
        };
        answer::explain(&grounds, self.measure, self.at).unwrap()
    }

    /// Every event of the measure, of a whole above it and of a part below it.
    fn family(&self) -> BTreeSet<u64> {
        let measures = self.history.measures();
        let is_below = |m: usize| self.history.upward(m).any(|above| above == self.measure);
        let members = (0..measures.len())
            .filter(|&m| is_below(m) || self.history.upward(self.measure).any(|above| above == m));
        let events = members.flat_map(|m| measures[m].events.iter());
        events.map(|&event| self.history.events()[event].record).collect()
    }
}

/// Asks about every measure of random histories, on their days.
fn for_each(ask: impl Fn(&Asked)) {
    for seed in 0..RUNS {
        let case = generate::case(seed);
        for at in &case.probes {
            let entries = entries(&case.records);
            let measures = History::of(&entries, None).measures().len();
            for measure in 0..measures {
                let history = History::of(&entries, None);
                let at: Day = at.parse().unwrap();
                let id = history.measures()[measure].id();
                let lines: Vec<String> = (1..)
                    .zip(&case.records)
                    .map(|(seq, record): (u64, &Value)| format!("  @{seq} {record}"))
                    .collect();
                let text = format!("seed {seed}: {id} at {at}\n{}", lines.join("\n"));
                ask(&Asked {
                    case: text,
                    records: case.records.clone(),
                    entries: entries.clone(),
                    history,
                    measure,
                    at,
                });
            }
        }
    }
}

fn row(history: &History, measure: usize, at: Day) -> Row {
    let filter = Filter { measures: vec![measure], ..Filter::default() };
    answer::rows(history, &filter, at).remove(0)
}

#[test]
fn the_answer_is_the_row_of_state() {
    for_each(|asked| {
        let explanation = asked.explanation();
        assert_eq!(explanation.answer, row(&asked.history, asked.measure, asked.at));
        assert_eq!(explanation.with_everything, None, "{}", asked.case);
    });
}

#[test]
fn every_event_is_spoken_of_once() {
    for_each(|asked| {
        let explanation = asked.explanation();
        let mut events: BTreeMap<u64, usize> = BTreeMap::new();
        let mut plans: BTreeMap<(u64, usize), usize> = BTreeMap::new();
        let used = explanation.used.iter().map(|it| (it.what, it.record, it.place));
        let unused = explanation.not_used.iter().map(|it| (it.what, it.record, it.place));
        for (what, record, place) in used.chain(unused) {
            match (what, place) {
                (What::Event, _) => *events.entry(record).or_default() += 1,
                (What::Plan, Some(place)) => *plans.entry((record, place)).or_default() += 1,
                _ => {}
            }
        }
        assert!(events.values().chain(plans.values()).all(|&count| count == 1), "{}", asked.case);
        for record in asked.family() {
            assert!(events.contains_key(&record), "@{record} of {}", asked.case);
        }
        let came = explanation.used.iter().filter(|it| it.what == What::Event && it.certain);
        for maker in came.filter(|it| asked.family().contains(&it.record)) {
            let event = &asked.history.events()[asked.history.event_of(maker.record).unwrap()];
            for place in 0..event.event.then.len() {
                let plan = (maker.record, place);
                assert!(plans.contains_key(&plan), "{plan:?} of {}", asked.case);
            }
        }
    });
}

#[test]
fn what_the_answer_names_is_used() {
    for_each(|asked| {
        let explanation = asked.explanation();
        let used: BTreeSet<u64> = explanation.used.iter().map(|used| used.record).collect();
        assert!(explanation.answer.because.is_subset(&used), "{}", asked.case);
    });
}

#[test]
fn without_what_is_not_used_the_answer_is_the_same() {
    for_each(|asked| {
        let explanation = asked.explanation();
        let mut records = asked.records.clone();
        let unused = explanation.not_used.iter().filter(|it| it.what == What::Event);
        for (number, row) in unused.enumerate() {
            if !asked.history.is_retracted(row.record) {
                records.push(json!({
                    "record": "retraction", "key": format!("without-{number}"),
                    "of": format!("@{}", row.record), "because": "unused",
                }));
            }
        }
        let history = History::of(&entries(&records), None);
        let left = Told::of(&row(&history, asked.measure, asked.at));
        assert_eq!(left, Told::of(&explanation.answer), "{}\n{explanation:#?}", asked.case);
    });
}

/// What the law speaks of: all of an answer but what is pending, and who contests it.
#[derive(Debug, PartialEq)]
struct Told {
    row: Row,
}

impl Told {
    fn of(row: &Row) -> Self {
        let mut row = row.clone();
        row.pending.clear();
        row.flags.retain(|flag| *flag != "contested");
        Self { row }
    }
}

#[test]
fn the_way_ends_where_the_answer_is() {
    for_each(|asked| {
        if asked.history.innermost(asked.measure) != [asked.measure] {
            return;
        }
        let telling = Telling::plain(&asked.history);
        let outcome = timeline::outcome(telling, asked.measure, asked.at);
        let way = &timeline::ways(telling, asked.measure, asked.at)[&asked.measure];
        let waits = |fate: &Fate| matches!(fate, Fate::Pending | Fate::Held(_));
        let waiting = way.fates.iter().filter(|(_, fates)| fates.iter().any(waits));
        let waiting: BTreeSet<_> =
            waiting.map(|(thing, _)| (thing.event, thing.place.unwrap())).collect();
        let pending = outcome.pending.iter().map(|plan| (plan.event, plan.place)).collect();
        assert_eq!(waiting, pending, "{}", asked.case);
        let record = |event: usize| asked.history.events()[event].record;
        let gave: BTreeSet<u64> =
            way.gave.iter().chain(&way.began).map(|thing| record(thing.event)).collect();
        let measure = asked.history.measures().iter().map(|tracked| tracked.record);
        let declared: BTreeSet<u64> = measure.collect();
        let because = outcome.because.difference(&declared).copied().collect();
        assert_eq!(gave, because, "{}", asked.case);
    });
}

#[test]
fn where_every_date_is_certain_each_thing_has_one_fate() {
    let mut asked_of = 0;
    let counted = std::cell::RefCell::new(&mut asked_of);
    for_each(|asked| {
        let dates = asked.history.events().iter().flat_map(|standing| {
            let plans = standing.event.then.iter().filter_map(|plan| plan.effective.as_ref());
            plans.chain([&standing.event.effective])
        });
        if !dates.into_iter().all(|date| date.certain().is_some()) {
            return;
        }
        **counted.borrow_mut() += 1;
        let telling = Telling::plain(&asked.history);
        for way in timeline::ways(telling, asked.measure, asked.at).values() {
            for (thing, fates) in &way.fates {
                assert_eq!(fates.len(), 1, "{thing:?} {fates:?} in {}", asked.case);
            }
        }
    });
    assert!(asked_of > 100, "{asked_of}");
}

#[test]
fn later_events_are_used_only_where_they_matter() {
    let seen = std::cell::RefCell::new(BTreeSet::new());
    for_each(|asked| {
        let explanation = asked.explanation();
        let lies_later = |used: &&answer::Used| {
            let earliest = used.effective.as_ref().and_then(|date| date.earliest);
            used.what == What::Event && earliest.is_some_and(|day| day > asked.at)
        };
        let mut later: Vec<_> = explanation.used.iter().filter(lies_later).collect();
        seen.borrow_mut().extend(later.iter().map(|used| used.role));
        // Who stands for a plan is used, also where another would do the same.
        later.retain(|used| used.role != Role::StandsForAPlan);
        if later.is_empty() {
            return;
        }
        // Of two that say the same, one is used: so they are left out with what is not used.
        let unused = explanation.not_used.iter().filter(|it| it.what == What::Event);
        let records = later.iter().map(|used| used.record).chain(unused.map(|it| it.record));
        let events = records.map(|record| asked.history.event_of(record).unwrap()).collect();
        let without = asked.history.without(&events);
        let left = Told::of(&row(&without, asked.measure, asked.at));
        assert_ne!(left, Told::of(&explanation.answer), "{}", asked.case);
    });
    let roles = [Role::BoundsADate, Role::ConfirmsAPlan, Role::StandsForAPlan];
    assert_eq!(seen.into_inner(), BTreeSet::from(roles));
}
