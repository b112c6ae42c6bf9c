//! One process writes while others read: no reader fails, waits or misses what was acknowledged;
//! a second writer waits, and then says who holds the ledger.

#![allow(clippy::print_stderr, reason = "long runs tell their figures")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use policy_ledger::ledger::Ledger;

use crate::house::House;
use crate::ledgers::children::{MEASURES, Running};
use crate::ledgers::{self, Place, numbers, patient};

/// What is acknowledged, and whether the writer is done.
#[derive(Default)]
struct Progress {
    acknowledged: AtomicU64,
    done: AtomicBool,
}

impl Progress {
    /// Asks until the writer is done; gives how often.
    fn ask_on(&self, mut ask: impl FnMut(usize) -> u64) -> usize {
        let mut asked = 0;
        while !self.done.load(Ordering::SeqCst) {
            let acknowledged = self.acknowledged.load(Ordering::SeqCst);
            let records = ask(asked);
            assert!(records >= acknowledged, "{acknowledged} were acknowledged, not {records}");
            asked += 1;
        }
        asked
    }
}

/// Ends the readers also where the writer fails.
struct Done<'p>(&'p Progress);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.done.store(true, Ordering::SeqCst);
    }
}

fn house() -> House {
    let house = House::empty();
    let measure = |number: usize| ledgers::measure(number).to_string();
    let lines: Vec<String> = (0..MEASURES).map(measure).collect();
    house.file("measures.jsonl", lines.join("\n"));
    house.ledger("import measures.jsonl").fine();
    house
}

/// Asks the program for a state in many ways; gives how many records it has counted.
fn state(house: &House, asked: usize) -> u64 {
    let question = match asked % 4 {
        3 => "state --json --at 2020-02-02".to_owned(),
        number => format!("state --json m{number} --at 2020-02-02"),
    };
    let answer = house.ledger(&question).fine();
    assert_eq!(answer.err, "", "{question}");
    answer.json()["ledger"]["records"].as_u64().unwrap()
}

/// Four that ask the program on and on while `write` acknowledges.
fn with_readers(house: &House, write: impl FnOnce(&Progress)) -> usize {
    let progress = Progress::default();
    thread::scope(|scope| {
        let ask = || progress.ask_on(|asked| state(house, asked));
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        {
            let _done = Done(&progress);
            write(&progress);
        }
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    })
}

#[test]
fn four_readers_see_all_that_is_acknowledged_while_a_thousand_events_are_appended() {
    let house = house();
    let asked = with_readers(&house, |progress| {
        let mut writer = Running::start("append 1000", &house.path(".ledger"));
        while let Some(number) = writer.hears("acknowledged") {
            progress.acknowledged.store(number + MEASURES as u64, Ordering::SeqCst);
        }
    });
    assert!(asked >= 40, "only {asked} questions");
    assert_eq!(house.records(), 1_000 + MEASURES);
}

#[test]
fn four_readers_see_what_one_program_after_another_appends() {
    let house = house();
    let asked = with_readers(&house, |progress| {
        for number in 1..=25 {
            let said = format!("append m1 set --status s{number} --on 2020-01-{number:02} -s P");
            house.ledger(&said).fine();
            progress.acknowledged.store(number + MEASURES as u64, Ordering::SeqCst);
        }
    });
    assert!(asked >= 20, "only {asked} questions");
    assert_eq!(house.records(), 25 + MEASURES);
}

#[test]
fn readers_do_not_notice_that_the_view_is_made_anew() {
    let place = Place::with_measures(MEASURES);
    place.append((1..=200).map(|number| ledgers::event("m1", number)));
    let progress = Arc::new(Progress::default());
    progress.acknowledged.store(200, Ordering::SeqCst);
    let readers: Vec<JoinHandle<usize>> =
        (0..4).map(|_| reading(place.ledger(), Arc::clone(&progress))).collect();
    let mut rebuilding = Running::start("rebuild", &place.ledger());
    {
        let _done = Done(&progress);
        (0..40).for_each(|_| assert_eq!(rebuilding.hears("rebuilt"), Some(200 + MEASURES as u64)));
    }
    let asked: usize = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
    assert!(asked > 100, "only {asked} questions");
}

fn reading(directory: std::path::PathBuf, progress: Arc<Progress>) -> JoinHandle<usize> {
    thread::spawn(move || {
        progress.ask_on(|_| {
            let ledger = Ledger::read(&directory, &patient("a reader")).unwrap();
            assert_eq!(ledger.mended(), None);
            numbers(&ledger.entries().unwrap()).len() as u64
        })
    })
}

/// Eight processes write and eight read: for some seconds, or as many as
/// `POLICY_LEDGER_FAULT_SECONDS` says.
#[test]
fn eight_writers_and_eight_readers_do_not_stand_in_each_others_way() {
    let seconds = std::env::var("POLICY_LEDGER_FAULT_SECONDS").ok();
    let seconds: u64 = seconds.map_or(4, |said| said.parse().unwrap());
    let place = Place::with_measures(MEASURES);
    let start = |role: &str| {
        let of = |who| Running::start(&format!("{role} {who}"), &place.ledger());
        (1..=8).map(of).collect::<Vec<_>>()
    };
    let (mut writers, mut readers) = (start("compete"), start("read"));
    // From here on all of them are at work.
    let mut first: Vec<u64> = Vec::new();
    for writer in &mut writers {
        first.push(writer.hears("acknowledged").unwrap());
    }
    for reader in &mut readers {
        assert!(reader.hears("read").is_some());
    }
    thread::sleep(Duration::from_secs(seconds));
    let mut acknowledged: Vec<Vec<u64>> =
        writers.into_iter().map(|writer| writer.kill_all("acknowledged")).collect();
    for (heard, first) in acknowledged.iter_mut().zip(first) {
        heard.insert(0, first);
    }
    let reads: Vec<Vec<u64>> = readers.into_iter().map(|it| it.kill_all("read")).collect();
    for counts in &reads {
        assert!(
            counts.len() > 3 && counts.is_sorted(),
            "a reader waited, or went back: {counts:?}"
        );
    }
    drop(place.open());
    let found = numbers(&place.read().entries().unwrap());
    for heard in &acknowledged {
        let who = heard[0] / 1_000_000;
        let own: Vec<u64> = found.iter().copied().filter(|it| it / 1_000_000 == who).collect();
        // In order, each once, all that was acknowledged; perhaps one more.
        assert!(own.starts_with(heard) && own.len() <= heard.len() + 1, "{who}: {own:?} {heard:?}");
    }
    let written: usize = acknowledged.iter().map(Vec::len).sum();
    let asked: usize = reads.iter().map(Vec::len).sum();
    eprintln!("{written} acknowledged, {asked} reads of everything");
    assert!(written >= 16 && found.len() >= written, "{written} of {}", found.len());
    place.is_sound();
}

#[test]
fn an_open_reader_keeps_what_it_has_seen() {
    let place = Place::with_measures(2);
    let early = place.read();
    place.append((1..=5).map(|number| ledgers::event("m1", number)));
    Ledger::rebuild(&place.ledger(), &patient("a test")).unwrap();
    assert_eq!((early.records(), early.entries().unwrap().len()), (2, 2));
    assert_eq!(place.read().records(), 7);
}

#[test]
fn a_second_writer_waits_and_then_says_who_holds_the_ledger() {
    let house = house();
    let mut holder = Running::start("hold 1", &house.path(".ledger"));
    holder.hears("holding").unwrap();
    let pid = holder.pid();
    let append = "append m1 set --status low --on 2020-01-02 -s P --wait";
    for (wait, json) in [(0, false), (1, false), (1, true)] {
        let began = Instant::now();
        let form = if json { "--json" } else { "" };
        let answer = house.ledger(&format!("{append} {wait} {form}"));
        let waited = began.elapsed();
        assert_eq!((answer.code, answer.out.as_str()), (5, ""));
        let held = format!("process {pid} (a child that holds on)");
        assert!(answer.err.contains(&held), "{answer:?}");
        assert!(answer.err.contains("locked") || !json, "{answer:?}");
        let bounds = Duration::from_secs(wait)..Duration::from_secs(wait + 5);
        assert!(bounds.contains(&waited), "{waited:?}");
    }
    assert_eq!(state(&house, 1), 1 + MEASURES as u64, "who reads does not wait");
    holder.kill("holding");
    house.ledger(&format!("{append} 5")).fine();
}

#[test]
fn a_second_writer_comes_in_as_soon_as_the_first_is_done() {
    let house = house();
    let ledger = Ledger::open(&house.path(".ledger"), &patient("the first")).unwrap();
    thread::scope(|scope| {
        let second = scope.spawn(|| house.ledger("append m1 set --status x --on 2020-01-01 -s P"));
        thread::sleep(Duration::from_millis(300));
        assert!(!second.is_finished(), "it waits");
        drop(ledger);
        second.join().unwrap().fine();
    });
}
