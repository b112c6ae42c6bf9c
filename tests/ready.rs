//! Rows worked out beforehand are those that `state` gives, on every day, of random histories, of
//! histories made by hand and of the public record.
//!
//! `POLICY_LEDGER_ORACLE_RUNS` sets how many random histories (500 unless given),
//! `POLICY_LEDGER_ORACLE_SEED` the first seed.

use std::collections::BTreeSet;

use policy_ledger::answer::{self, Filter, Prepared, Ready, ready, rows};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant, Window};
use serde_json::Value;
use uuid::Uuid;

use crate::oracle::{examples, generate};

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

/// The history of some records; none where one would be refused.
fn history(records: &[Value]) -> Option<History> {
    let entry = |(seq, value): (u64, &Value)| {
        let draft = record::read(value.as_object()?).ok()?;
        let (id, recorded) = (Uuid::from_u128(u128::from(seq)), Instant::start_of(Day::FIRST));
        Some(Entry { seq, id, recorded, by: draft.by, key: draft.key, record: draft.record })
    };
    let entries: Option<Vec<Entry>> = (1..).zip(records).map(entry).collect();
    Some(History::of(&entries?, None))
}

fn row(history: &History, measure: usize, at: Day) -> Option<answer::Row> {
    let filter = Filter { measures: vec![measure], ..Filter::default() };
    rows(history, &filter, at).pop()
}

/// Every day near one on which something can change, and the ends of the calendar.
fn days(history: &History) -> BTreeSet<Day> {
    let mut days = BTreeSet::from([Day::FIRST, Day::LAST]);
    for standing in history.events() {
        let event = &standing.event;
        let due = event.then.iter().filter_map(|plan| plan.effective.as_ref());
        let told = event.sources.iter().filter_map(|source| source.published.as_ref());
        let windows = due.chain(told).chain(&event.announced).chain([&event.effective]);
        for end in windows.flat_map(|w: &Window| [w.earliest(), w.latest()]).flatten() {
            days.extend((-3..=3).filter_map(|away| end.plus(away)));
        }
    }
    let ends: Vec<Day> = days.iter().copied().collect();
    for pair in ends.windows(2).filter(|pair| pair[1].days_since(pair[0]) > 1) {
        days.extend(pair[0].plus(pair[1].days_since(pair[0]) / 2));
    }
    days
}

/// Compares what is ready with what `state` says, and counts answers that were ready, answers that
/// were not, and changes.
fn compare(history: &History, about: &str, counts: &mut [usize; 2]) {
    let days = days(history);
    for measure in 0..history.measures().len() {
        let bytes = ready(history, measure);
        let ready = Ready::of(&bytes).expect(about);
        for &at in &days {
            let asked = row(history, measure, at);
            match ready.on(at).expect(about) {
                Prepared::Row(row) => {
                    counts[0] += 1;
                    assert_eq!(Some(*row), asked, "{about}: measure {measure} on {at}");
                }
                Prepared::Unlisted => assert_eq!(None, asked, "{about}: measure {measure}"),
                Prepared::Ask => counts[1] += 1,
            }
        }
    }
}

#[test]
fn rows_made_ready_are_those_of_state_on_random_histories() {
    let first = number("POLICY_LEDGER_ORACLE_SEED", 0);
    let mut counts = [0; 2];
    for seed in first..first + number("POLICY_LEDGER_ORACLE_RUNS", 500) {
        let case = generate::case(seed);
        compare(&history(&case.records).unwrap(), &format!("seed {seed}"), &mut counts);
    }
    let [was_ready, to_be_asked] = counts;
    assert!(was_ready > to_be_asked / 2, "{was_ready} answers were ready, {to_be_asked} not");
}

#[test]
fn rows_made_ready_are_those_of_state_on_histories_made_by_hand() {
    let mut counts = [0; 2];
    for example in examples::all() {
        if let Some(history) = history(&example.records) {
            compare(&history, example.name, &mut counts);
        }
    }
    assert!(counts[0] > 0);
}

#[test]
fn rows_made_ready_are_those_of_state_on_the_public_record() {
    let lines = include_str!("../fixtures/public-record.jsonl").lines();
    let records: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut counts = [0; 2];
    compare(&history(&records).unwrap(), "the public record", &mut counts);
    assert!(counts[0] > counts[1], "{counts:?} answers were ready, and not");
}

#[test]
fn bytes_of_something_else_are_told() {
    let lines = include_str!("../fixtures/public-record.jsonl").lines();
    let records: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let history = history(&records).unwrap();
    let day = "2020-01-01".parse().unwrap();
    let mut told = 0;
    for measure in 0..history.measures().len() {
        let bytes = ready(&history, measure);
        for length in 0..bytes.len() {
            // Whatever is cut off: never a panic, whether or not the row is still whole.
            told += usize::from(Ready::of(&bytes[..length]).and_then(|r| r.on(day)).is_none());
        }
    }
    assert!(told > 100, "{told} cuts were told");
}
