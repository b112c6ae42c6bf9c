//! The kernel against the oracle: the same questions to both, about random small histories.
//!
//! `POLICY_LEDGER_ORACLE_RUNS` sets how many (5,000 unless given), `POLICY_LEDGER_ORACLE_SEED` the
//! first seed; a reported seed repeats its history.

use policy_ledger::answer::{self, Filter, Row};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant};
use serde_json::Value;
use uuid::Uuid;

use crate::oracle::{self, Answer, compare, examples};

/// The kernel's answer about a measure at the end of the day `at`, all records known.
fn kernel_answer(records: &[Value], measure: &str, at: &str) -> Answer {
    let entries: Vec<Entry> = (1..).zip(records).map(entry).collect();
    let history = History::of(&entries, None);
    let measures = vec![history.measure(measure).expect("the measure is declared")];
    let filter = Filter { measures, ..Filter::default() };
    let row = answer::rows(&history, &filter, at.parse().expect("a day")).remove(0);
    as_answer(row)
}

fn entry((seq, value): (u64, &Value)) -> Entry {
    let object = value.as_object().expect("a record is an object");
    let draft = record::read(object).unwrap_or_else(|problems| panic!("{value}: {problems:?}"));
    Entry {
        seq,
        id: Uuid::from_u128(u128::from(seq)),
        recorded: Instant::start_of(Day::FIRST),
        by: None,
        key: draft.key,
        record: draft.record,
    }
}

fn as_answer(row: Row) -> Answer {
    let flag = |name: &str| row.flags.contains(&name);
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    assert!(!flag("approximate"), "small histories are answered exactly");
    Answer {
        contested: flag("contested"),
        unconfirmed: flag("unconfirmed"),
        inconsistent: flag("inconsistent"),
        mixed: flag("mixed"),
        since: row.since.as_ref().map(|since| (day(since.earliest), day(since.latest))),
        possible_attributes: row.possible_attributes.iter().cloned().collect(),
        attributes: row
            .attributes
            .into_iter()
            .filter(|(name, _)| !row.possible_attributes.contains(name))
            .collect(),
        status: row.status,
        possible: row.possible,
        because: row.because,
    }
}

fn number(variable: &str, default: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.map_or(default, |text| {
        text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}"))
    })
}

fn runs() -> u64 {
    number("POLICY_LEDGER_ORACLE_RUNS", 5_000)
}

fn first_seed() -> u64 {
    number("POLICY_LEDGER_ORACLE_SEED", 0)
}

#[test]
fn examples_are_answered_as_documented_by_both() {
    for example in examples::all() {
        for (measure, at, expected) in &example.answers {
            let oracle = examples::brief(&oracle::answer(&example.records, measure, at));
            let kernel = examples::brief(&kernel_answer(&example.records, measure, at));
            let case = format!("{}: {measure} at {at}", example.name);
            assert_eq!(oracle, *expected, "the oracle on: {case}");
            assert_eq!(kernel, *expected, "the kernel on: {case}");
        }
    }
}

#[test]
fn random_histories_are_answered_alike() {
    compare::with_oracle(kernel_answer, first_seed(), runs());
}

#[test]
fn any_order_of_recording_gives_the_same_answers() {
    let compared = compare::orders(kernel_answer, first_seed(), runs());
    assert!(compared > runs() / 20, "too few histories of {} were compared: {compared}", runs());
}
