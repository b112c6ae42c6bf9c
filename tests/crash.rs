//! What is acknowledged outlives `kill -9` at any moment; log and view agree again after the next
//! write, and everything can be asked in between.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod ledgers;

use std::process::Command;
use std::thread;
use std::time::Duration;

use ledgers::children::{MEASURES, Running, events, long_import};
use ledgers::random::Random;
use ledgers::{Place, hasty, numbers};
use policy_ledger::admission::Same;
use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::{self, Access};
use policy_ledger::time::SystemClock;
use serde_json::Value;

/// Not a test of its own: what the copies do that are killed.
#[test]
fn child() {
    ledgers::children::live();
}

/// Starts a copy, kills it some time after it has said something, and gives the last number that
/// it has acknowledged.
fn cut(place: &Place, role: &str, random: &mut Random) -> u64 {
    let mut child = Running::start(role, &place.ledger());
    let mut heard = 0;
    // Now and then while it is still opening the ledger.
    for _ in 0..random.below(6) {
        heard = child.hears("acknowledged").unwrap();
    }
    let pause = if heard == 0 { 25_000 } else { 4_000 };
    thread::sleep(Duration::from_micros(random.below(pause) as u64));
    child.kill("acknowledged").unwrap_or(heard)
}

/// What is there is all that was recorded, from the first event to the last, each once.
#[track_caller]
fn reads_well(ledger: &Ledger, acknowledged: u64) -> u64 {
    let found = numbers(&ledger.entries().unwrap());
    let last = found.len() as u64;
    assert!(last >= acknowledged, "{acknowledged} was acknowledged, {last} are there");
    assert!(found.into_iter().eq(1..=last), "one is missing or there twice");
    last
}

/// Asks the program itself.
fn program_reads_well(place: &Place, acknowledged: u64) {
    let directory = place.ledger();
    let words = ["-f", directory.to_str().unwrap(), "state", "--json", "m1"];
    let output = Command::new(env!("CARGO_BIN_EXE_ledger")).args(words).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let records = json["ledger"]["records"].as_u64().unwrap();
    assert!(records >= acknowledged + MEASURES as u64, "{records}");
}

/// Cuts a ledger's writers many times over.
fn cuts(role: &str, count: usize, seed: u64) {
    let mut random = Random::new(seed);
    let mut place = Place::with_measures(MEASURES);
    let mut before = 0;
    for number in 0..count {
        let acknowledged = cut(&place, role, &mut random).max(before);
        if number % 10 == 0 {
            program_reads_well(&place, acknowledged);
        }
        // Nobody writes now: a reader makes up for what is missing in the view.
        before = reads_well(&place.read(), acknowledged);
        if number % 3 == 0 {
            let next = events(before + 1, before + 1);
            place.open().append(next, &Writer::of(&SystemClock)).unwrap();
            before += 1;
            place.is_sound();
        }
        if number % 25 == 24 {
            (place, before) = (Place::with_measures(MEASURES), 0);
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_appending_processes_are_killed() {
    cuts("append 1000000", 110, 1);
}

#[test]
fn nothing_acknowledged_is_lost_when_importing_processes_are_killed() {
    cuts("import 40", 60, 2);
}

#[test]
fn a_kill_between_log_and_view_loses_nothing_and_shows_nothing_wrong() {
    let mut random = Random::new(3);
    let place = Place::with_measures(MEASURES);
    let mut before = 0;
    for number in 0..36 {
        let mut child =
            Running::start(&format!("between {}", 1 + random.below(4)), &place.ledger());
        let acknowledged = child.last("acknowledged").unwrap_or(before);
        let view = place.view_to_read();
        eprintln!(
            "{number}: ack {acknowledged} before {before} view {} told {} end {:?}",
            view.position(),
            log::told_end(&place.ledger()).unwrap(),
            std::fs::read_to_string(place.view().join("end"))
        );
        assert_eq!(reads_well(&view_only(&place), acknowledged), acknowledged);
        assert_eq!(view.position(), acknowledged + MEASURES as u64);
        // The log has one more, and keeps it, whoever comes next.
        before = acknowledged + 1;
        match number % 3 {
            0 => assert_eq!(reads_well(&place.read(), before), before),
            1 => assert_eq!(reads_well(&place.open(), before), before),
            _ => program_reads_well(&place, before),
        }
        place.is_sound();
    }
    assert!(before > 70, "{before}");
}

/// A reader who finds the ledger held by somebody.
fn view_only(place: &Place) -> Ledger {
    let access = Access { command: "another", wait: Duration::from_secs(5) };
    let held = log::open(&place.ledger(), access).unwrap();
    let ledger = Ledger::read(&place.ledger(), &hasty("a reader")).unwrap();
    drop(held);
    assert_eq!(ledger.mended(), None);
    ledger
}

#[test]
fn a_kill_during_a_rebuild_leaves_a_view_to_read() {
    let mut random = Random::new(4);
    let place = Place::with_measures(MEASURES);
    let said = events(1, 300);
    place.open().append(said, &Writer::of(&SystemClock)).unwrap();
    for _ in 0..25 {
        let mut child = Running::start("rebuild", &place.ledger());
        for _ in 0..random.below(3) {
            child.hears("rebuilt").unwrap();
        }
        thread::sleep(Duration::from_micros(random.below(40_000) as u64));
        child.kill("rebuilt");
        let ledger = place.read();
        assert_eq!((reads_well(&ledger, 300), ledger.mended()), (300, None));
    }
    Ledger::rebuild(&place.ledger(), &hasty("the test")).unwrap();
    place.is_sound();
    let names = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let left: Vec<String> = ledgers::listing(&place.view()).keys().map(|it| names(it)).collect();
    let leftover = left.iter().filter(|name| name.contains(".new")).count();
    assert_eq!((leftover, ledgers::databases(&place.ledger()).len()), (0, 1), "{left:?}");
}

#[test]
fn an_interrupted_import_is_completed_by_running_it_again() {
    let whole = Place::new();
    let writer = Writer { same: Same::Already, ..Writer::of(&SystemClock) };
    whole.open().append(long_import(), &writer).unwrap();
    let expected = said(&whole);
    for batch in 1..=3 {
        let place = Place::new();
        let mut child = Running::start(&format!("batches {batch}"), &place.ledger());
        assert_eq!(child.last("imported"), None, "it is killed before it is done");
        place.open().append(long_import(), &writer).unwrap();
        place.is_sound();
        assert_eq!(said(&place).len(), expected.len(), "after {batch} batches");
        assert_eq!(said(&place), expected, "after {batch} batches");
        place.open().append(long_import(), &writer).unwrap();
        assert_eq!(said(&place).len(), expected.len(), "again is nothing new");
    }
}

/// What each record says, in record order.
fn said(place: &Place) -> Vec<String> {
    let entries = place.read().entries().unwrap();
    let said = entries.iter().map(|entry| {
        let body = Value::Object(entry.record.body());
        format!("{:?} {body}", entry.key)
    });
    said.collect()
}

#[test]
fn nothing_is_recorded_of_an_import_with_one_refusal() {
    let place = Place::new();
    let mut drafts = long_import();
    drafts.push(ledgers::draft(&ledgers::event("nowhere", 9_999)));
    let mut ledger = place.open();
    let before = ledgers::listing(&place.ledger().join("log"));
    assert!(ledger.append(drafts, &Writer::of(&SystemClock)).is_err());
    assert_eq!(ledger.records(), 0);
    drop(ledger);
    assert_eq!(place.read().records(), 0);
    assert!(ledgers::listing(&place.ledger().join("log")).len() >= before.len());
    place.is_sound();
}
