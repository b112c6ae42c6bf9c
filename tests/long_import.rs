//! A long import: killed at any moment it loses nothing that was there, and no question fails
//! meanwhile; run again it is completed. With one bad line nothing of it is recorded.

#![allow(clippy::print_stderr, reason = "long runs tell their figures")]

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::house::House;
use crate::ledgers;
use crate::ledgers::random::Random;

/// More than the view follows one by one on a new ledger, and more than a megabyte.
const RECORDS: usize = 12_000;

/// The lines of an import: some measures, then events of them, each with a key.
fn lines() -> Vec<String> {
    let measures = (0..10).map(|number| ledgers::measure(number).to_string());
    let about = |number: usize| format!("m{}", number % 10);
    let events = (10..RECORDS).map(|number| {
        let mut event = ledgers::event(&about(number), number as u64);
        event["note"] = "about this there is a note of some length".into();
        event.to_string()
    });
    measures.chain(events).collect()
}

/// What each record says, in record order, without what this ledger adds.
fn said(house: &House) -> Vec<Value> {
    let bare = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        for key in ["id", "recorded", "by", "revision"] {
            value.as_object_mut().unwrap().shift_remove(key);
        }
        value
    };
    house.export().lines().map(bare).collect()
}

fn expected() -> Vec<Value> {
    lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn import(house: &House) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(["import", "long.jsonl"]).current_dir(house.path("")).env_clear();
    command.env("TMPDIR", house.path("")).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A ledger that has acknowledged some of the records already.
fn begun(acknowledged: usize) -> House {
    let house = House::empty();
    house.file("first.jsonl", lines()[..acknowledged].join("\n"));
    house.ledger("import first.jsonl").fine();
    house.file("long.jsonl", lines().join("\n"));
    house
}

/// Kills imports at random moments of the time that a whole one takes.
fn cuts(acknowledged: usize, runs: usize, seed: u64) {
    let (mut random, expected) = (Random::new(seed), expected());
    let whole = begun(acknowledged);
    let start = Instant::now();
    assert!(import(&whole).status().unwrap().success());
    let takes = usize::try_from(start.elapsed().as_micros()).unwrap();
    assert!(said(&whole) == expected, "the whole");
    let (mut house, mut before, mut between) = (begun(acknowledged), acknowledged, 0);
    for number in 0..runs {
        let mut child = import(&house).spawn().unwrap();
        if number % 2 == 0 {
            let until = Instant::now() + Duration::from_micros(random.below(takes) as u64);
            while Instant::now() < until {
                reads(&house, before);
            }
        } else {
            batches_written(&house, &mut child, 1 + random.below(10));
        }
        child.kill().unwrap();
        let done = child.wait().unwrap().success();
        let found = reads(&house, before);
        assert!(!done || found == RECORDS, "acknowledged, and {found} are there");
        let there = said(&house);
        assert!(there == expected[..found], "{found} of them");
        between += usize::from(found > before && found < RECORDS);
        before = found;
        if found == RECORDS {
            (house, before) = (begun(acknowledged), acknowledged);
        }
    }
    eprintln!("{runs} kills, {between} of them left a part");
    assert!(between > 0 || runs < 20, "none of {runs} kills left a part");
    assert!(import(&house).status().unwrap().success());
    assert!(said(&house) == expected, "completed");
    let doctor = house.ledger("doctor").fine();
    assert!(doctor.out.contains("Nothing to do."), "{}", doctor.out);
    house.ledger("verify").fine();
    let left: Vec<_> = ledgers::listing(&house.path(".ledger")).into_keys().collect();
    let odd = |path: &&std::path::PathBuf| path.to_str().unwrap().contains("spool");
    assert_eq!(left.iter().find(odd), None, "{left:?}");
}

/// Waits until so many batches are in the log, or the import has ended.
fn batches_written(house: &House, child: &mut Child, batches: usize) {
    let told = || std::fs::read(house.path(".ledger/end")).unwrap_or_default();
    let (mut before, mut seen) = (told(), 0);
    while seen < batches && child.try_wait().unwrap().is_none() {
        let now = told();
        seen += usize::from(now != before);
        before = now;
    }
}

/// A question is answered at once; gives how many records there are.
#[track_caller]
fn reads(house: &House, acknowledged: usize) -> usize {
    let answer = house.ledger("state --json m1 --at 2021-01-01");
    assert_eq!(answer.code, 0, "{answer:?}");
    let records = usize::try_from(answer.json()["ledger"]["records"].as_u64().unwrap()).unwrap();
    assert!((acknowledged..=RECORDS).contains(&records), "{records} of {acknowledged}");
    records
}

#[test]
fn a_killed_import_into_a_new_ledger_loses_nothing_and_is_completed() {
    cuts(20, ledgers::runs(4), 1);
}

#[test]
fn a_killed_import_into_an_older_ledger_loses_nothing_and_is_completed() {
    cuts(6_000, ledgers::runs(3), 2);
}

#[test]
fn nothing_of_a_long_import_with_a_bad_line_is_recorded() {
    let house = begun(20);
    let bad = [
        ("{\"record\":\"event\"", "EOF while parsing"),
        (
            "{\"record\":\"event\",\"measure\":\"m1\",\"act\":\"sett\",\"effective\":\"2020\"}",
            "no act `sett`",
        ),
        (
            "{\"record\":\"event\",\"measure\":\"nowhere\",\"act\":\"set\",\"status\":\"x\",\"effective\":\"2020\"}",
            "no measure `nowhere`",
        ),
        (
            "{\"record\":\"retraction\",\"of\":\"nowhere\",\"because\":\"typo\"}",
            "no record `nowhere`",
        ),
    ];
    for (line, says) in bad {
        let mut lines = lines();
        lines[6_000] = line.to_owned();
        house.file("long.jsonl", lines.join("\n"));
        let answer = house.ledger("import long.jsonl");
        assert_eq!((answer.code, answer.out.as_str()), (3, ""), "{answer:?}");
        assert!(answer.err.starts_with("error: long.jsonl:6001: "), "{}", answer.err);
        assert!(answer.err.contains(says), "{}", answer.err);
        assert_eq!(answer.err.matches("error: ").count(), 1, "{}", answer.err);
        assert!(said(&house) == expected()[..20], "{says}");
    }
    house.ledger("verify").fine();
}

/// Two imports of the same at once: one waits for the other, and finds all of it there.
#[test]
fn the_same_long_import_twice_at_once_is_recorded_once() {
    let house = begun(20);
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut command = import(&house);
                let done = command.args(["--wait", "60"]).status().unwrap();
                failed.fetch_or(!done.success(), Ordering::SeqCst);
            });
        }
    });
    assert!(!failed.load(Ordering::SeqCst));
    assert!(said(&house) == expected());
}
