//! What is acknowledged outlives `kill -9` at any moment; log and view agree again after the next
//! write, and everything can be asked in between.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use policy_ledger::admission::Same;
use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::{self, Access};
use policy_ledger::time::SystemClock;
use serde_json::Value;

use crate::ledgers::children::{MEASURES, Running, events, long_import};
use crate::ledgers::random::Random;
use crate::ledgers::{self, Place, hasty, numbers, patient, runs};

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

/// Asks the program itself; gives how many events there are.
fn program_reads_well(place: &Place, acknowledged: u64) -> u64 {
    let directory = place.ledger();
    let words = ["-f", directory.to_str().unwrap(), "state", "--json", "m1"];
    let output = Command::new(env!("CARGO_BIN_EXE_ledger")).args(words).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let records = json["ledger"]["records"].as_u64().unwrap();
    assert!(records >= acknowledged + MEASURES as u64, "{records}");
    records - MEASURES as u64
}

/// Cuts a ledger's writers many times over.
fn cuts(role: &str, count: usize, seed: u64) {
    let mut random = Random::new(seed);
    let mut place = Place::with_measures(MEASURES);
    let mut before = 0;
    for number in 0..runs(count) {
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
    cuts("append 1000000", 80, 1);
}

#[test]
fn nothing_acknowledged_is_lost_when_processes_are_killed_that_seal_segments() {
    cuts("seal 5", 40, 5);
}

#[test]
fn nothing_acknowledged_is_lost_when_importing_processes_are_killed() {
    cuts("import 40", 50, 2);
}

#[test]
fn a_kill_between_log_and_view_loses_nothing_and_shows_nothing_wrong() {
    let mut random = Random::new(3);
    let place = Place::with_measures(MEASURES);
    let mut before = 0;
    for number in 0..runs(24) {
        let mut child =
            Running::start(&format!("between {}", 1 + random.below(4)), &place.ledger());
        let acknowledged = child.last("acknowledged").unwrap_or(before);
        let view = place.view_to_read();
        assert_eq!(reads_well(&view_only(&place), acknowledged), acknowledged);
        assert_eq!(view.position(), acknowledged + MEASURES as u64);
        // The log has one more, and keeps it, whoever comes next.
        before = acknowledged + 1;
        match number % 3 {
            0 => until(before, || reads_well(&place.read(), acknowledged)),
            1 => assert_eq!(reads_well(&place.open(), before), before),
            _ => until(before, || program_reads_well(&place, acknowledged)),
        }
        place.is_sound();
    }
    assert!(before > 40, "{before}");
}

/// Who reads makes up for what is missing where nobody holds the ledger. A process that another
/// test is just starting has a copy of a lock for a moment that was let go here.
#[track_caller]
fn until(expected: u64, read: impl Fn() -> u64) {
    let again = |_| {
        thread::sleep(Duration::from_millis(20));
        read()
    };
    let found = std::iter::once(read()).chain((0..200).map(again)).find(|it| *it >= expected);
    assert_eq!(found, Some(expected));
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
    for _ in 0..runs(20) {
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
fn a_killed_backup_or_restore_leaves_nothing_half_done() {
    let mut random = Random::new(6);
    let place = Place::with_measures(MEASURES);
    place.open().append(events(1, 400), &Writer::of(&SystemClock)).unwrap();
    let whole = place.read().backup(&place.path("whole.backup"), None).unwrap();
    let (mut next, names) = (1, ["backup", "restored"]);
    for number in 0..runs(30) {
        let role = if number % 3 == 0 { "restore" } else { "backup" };
        let mut child = Running::start(&format!("{role} {next}"), &place.ledger());
        let heard = (0..random.below(4)).filter_map(|_| child.hears("acknowledged")).last();
        thread::sleep(Duration::from_micros(random.below(30_000) as u64));
        let last = child.kill("acknowledged").or(heard).unwrap_or(next - 1);
        for made in next..=last + 1 {
            // One that was being made is not there, or is whole.
            let file = place.path(&format!("{made}.{}", names[0]));
            let into = place.path(&format!("{}-{made}", names[1]));
            assert!(made > last || file.exists() || into.exists(), "{role} {made} is not there");
            if file.exists() {
                assert_eq!(Ledger::inspect(&file, None).unwrap().head, whole.head);
            }
            if into.exists() {
                ledgers::sound(&into);
                std::fs::remove_dir_all(into).unwrap();
            }
        }
        next = last + 2;
        assert_eq!(reads_well(&place.read(), 400), 400, "who reads does not notice");
    }
}

/// While writers are killed one after another, nobody who reads is refused or kept waiting.
#[test]
fn readers_never_fail_while_writers_are_killed() {
    let place = Place::with_measures(MEASURES);
    let (done, seen) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let read = || {
            let mut asked = 0;
            while !done.load(Ordering::SeqCst) {
                let before = seen.load(Ordering::SeqCst);
                let ledger = Ledger::read(&place.ledger(), &patient("a reader")).unwrap();
                reads_well(&ledger, before);
                asked += 1;
            }
            asked
        };
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(read)).collect();
        let written = scope.spawn(|| {
            let mut random = Random::new(7);
            for number in 0..runs(20) {
                let role = ["append 1000000", "seal 5", "import 20"][number % 3];
                let acknowledged = cut(&place, role, &mut random);
                seen.fetch_max(acknowledged, Ordering::SeqCst);
            }
        });
        let written = written.join();
        done.store(true, Ordering::SeqCst);
        let asked: u64 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        written.unwrap();
        assert!(asked > 20, "only {asked} questions");
    });
    drop(place.open());
    place.is_sound();
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
