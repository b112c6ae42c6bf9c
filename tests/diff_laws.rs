//! The laws of `diff`, on random small histories: it is `state` at one end against `state` at the
//! other, and what changed and changed back is found by asking every day and after every batch.

use std::collections::{BTreeMap, BTreeSet};

use policy_ledger::answer::{self, Change, Filter, Learning, Row, Turn, same_answer};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant};
use serde_json::Value;
use uuid::Uuid;

use crate::oracle::generate;

/// The records of a case; every so many make a batch.
fn entries(records: &[Value], batch: usize) -> Vec<Entry> {
    let start = Instant::start_of("2020-02-20".parse().unwrap());
    let mut times = vec![start];
    let mut entries = Vec::new();
    for (place, value) in records.iter().enumerate() {
        let object = value.as_object().expect("a record is an object");
        let draft = record::read(object).unwrap_or_else(|problems| panic!("{value}: {problems:?}"));
        while times.len() <= place / batch {
            times.push(times[times.len() - 1].next());
        }
        let seq = place as u64 + 1;
        let id = Uuid::from_u128(u128::from(seq));
        let recorded = times[place / batch];
        let (key, record) = (draft.key, draft.record);
        entries.push(Entry { seq, id, recorded, by: None, key, record });
    }
    entries
}

fn state(history: &History, at: Day) -> BTreeMap<String, Row> {
    let rows = answer::rows(history, &Filter::default(), at);
    rows.into_iter().map(|row| (row.measure.clone(), row)).collect()
}

/// The measures that changed and those that changed back, from the answers in between.
fn expected(states: &[BTreeMap<String, Row>]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut changed, mut back) = (BTreeSet::new(), BTreeSet::new());
    let ids: BTreeSet<&String> = states.iter().flat_map(BTreeMap::keys).collect();
    for id in ids {
        let differs = |one: &BTreeMap<String, Row>, other: &BTreeMap<String, Row>| {
            !same_answer(one.get(id), other.get(id))
        };
        let first = &states[0];
        if differs(first, &states[states.len() - 1]) {
            changed.insert(id.clone());
        } else if states.iter().any(|between| differs(first, between)) {
            back.insert(id.clone());
        }
    }
    (changed, back)
}

fn found(changes: &[Change]) -> (BTreeSet<String>, BTreeSet<String>) {
    let of = |turn: Turn| {
        let rows = changes.iter().filter(|change| change.change == turn);
        rows.map(|change| change.measure.clone()).collect()
    };
    (of(Turn::Changed), of(Turn::ChangedBack))
}

/// How often the answer about a measure became another one.
fn turns(states: &[BTreeMap<String, Row>], id: &str) -> usize {
    states.windows(2).filter(|pair| !same_answer(pair[0].get(id), pair[1].get(id))).count()
}

fn check(seed: u64, changes: &[Change], states: &[BTreeMap<String, Row>]) {
    assert_eq!(found(changes), expected(states), "seed {seed}");
    let (first, last) = (&states[0], &states[states.len() - 1]);
    for change in changes {
        let id = &change.measure;
        assert_eq!(change.from.as_ref(), first.get(id), "seed {seed}: {id}");
        assert_eq!(change.to.as_ref(), last.get(id), "seed {seed}: {id}");
        assert_eq!(change.steps.len(), turns(states, id), "seed {seed}: {id}");
        assert!(change.steps.iter().all(|step| !step.because.is_empty()), "seed {seed}: {id}");
        let end = change.steps.last().unwrap();
        assert!(same_answer(end.to.as_ref(), change.to.as_ref()), "seed {seed}: {id}");
    }
}

fn runs() -> u64 {
    std::env::var("POLICY_LEDGER_ORACLE_RUNS").map_or(1000, |runs| runs.parse().unwrap())
}

#[test]
fn in_the_world_every_day_is_asked() {
    let mut seen = (0, 0);
    for seed in 0..runs() {
        let entries = entries(&generate::case(seed).records, 3);
        let history = History::of(&entries, None);
        let first: Day = "2020-02-22".parse().unwrap();
        let from = first.plus(i64::try_from(seed % 6).unwrap()).unwrap();
        let days = (0..=20 - i64::try_from(seed % 5).unwrap()).filter_map(|days| from.plus(days));
        let states: Vec<_> = days.map(|day| state(&history, day)).collect();
        let to = from.plus(i64::try_from(states.len()).unwrap() - 1).unwrap();
        let changes = answer::world(&history, &Filter::default(), from, to);
        check(seed, &changes, &states);
        let (changed, back) = found(&changes);
        seen = (seen.0 + changed.len(), seen.1 + back.len());
    }
    assert!(seen.0 > 100 && seen.1 > 10, "the histories show too little: {seen:?}");
}

#[test]
fn in_our_knowledge_every_batch_is_counted_in() {
    let mut seen = (0, 0);
    for seed in 0..runs() {
        let case = generate::case(seed);
        let batch = usize::try_from(seed % 3).unwrap() + 1;
        let entries = entries(&case.records, batch);
        let at: Day = case.probes[case.probes.len() / 2].parse().unwrap();
        let from = usize::try_from(seed).unwrap() % entries.len();
        let ends = (from..=entries.len()).filter(|&end| {
            end == from
                || end == entries.len()
                || entries[end - 1].recorded != entries[end].recorded
        });
        let view = |count: usize| History::of(&entries[..count], None);
        let states: Vec<_> = ends.map(|end| state(&view(end), at)).collect();
        let learning = Learning {
            from: from as u64,
            to: entries.len() as u64,
            since: Day::FIRST,
            public: None,
        };
        let known = view(entries.len());
        let changes = answer::learned(&entries, &known, &Filter::default(), learning, at);
        check(seed, &changes, &states);
        let (changed, back) = found(&changes);
        seen = (seen.0 + changed.len(), seen.1 + back.len());
    }
    assert!(seen.0 > 100 && seen.1 > 10, "the histories show too little: {seen:?}");
}
