//! What is acknowledged outlives a loss of power at any moment.
//!
//! The power of a file system is cut by the kernel's own call for that: from one moment on nothing
//! reaches the disk any more, and what was not synced is gone. Then the file system is mounted
//! again, as after a restart.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, reason = "long runs tell their figures")]

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Making, Writer};
use policy_ledger::log::{self, Access};
use policy_ledger::time::SystemClock;

use crate::disks::{Cut, Disk};
use crate::ledgers::children::{MEASURES, Running, events, plain_entry};
use crate::ledgers::random::Random;
use crate::ledgers::{self, numbers, patient, runs, sound};

/// A disk with a ledger on it.
struct Powered {
    disk: Disk,
    random: Random,
}

impl Powered {
    fn new(seed: u64) -> Self {
        let powered = Self { disk: Disk::new(400), random: Random::new(seed) };
        drop(Ledger::create(&powered.ledger(), &Making::default(), &SystemClock).unwrap());
        let measures = (0..MEASURES).map(|number| ledgers::draft(&ledgers::measure(number)));
        powered.append(measures.collect());
        powered
    }

    fn ledger(&self) -> PathBuf {
        self.disk.path().join("ledger")
    }

    fn append(&self, drafts: Vec<policy_ledger::record::Draft>) {
        let mut ledger = Ledger::open(&self.ledger(), &patient("the test")).unwrap();
        ledger.append(drafts, &Writer::of(&SystemClock)).unwrap();
    }

    /// Starts a copy, cuts the power some time after it has said something, and gives all that it
    /// has acknowledged.
    fn cut(&mut self, role: &str, directory: &Path) -> Vec<u64> {
        let mut child = Running::start_quiet(role, directory);
        let said = self.random.below(16);
        let mut heard: Vec<u64> = (0..said).map_while(|_| child.hears("acknowledged")).collect();
        assert_eq!(heard.len(), said, "{role}: it failed before the cut");
        let pause = if heard.is_empty() { 60_000 } else { 15_000 };
        thread::sleep(Duration::from_micros(self.random.below(pause) as u64));
        self.disk.cut(if self.random.chance(70) { Cut::Hard } else { Cut::NamesKept });
        heard.extend(child.kill_all("acknowledged"));
        self.disk.power_on();
        heard
    }

    /// What must hold after a cut: who reads first finds all that was acknowledged, once each;
    /// view and log agree; the program sees nothing to do; and more can be recorded.
    fn holds(&self, acknowledged: &BTreeSet<u64>) {
        let reader = Ledger::read(&self.ledger(), &patient("a reader")).unwrap();
        let found = numbers(&reader.entries().unwrap());
        drop(reader);
        let there: BTreeSet<u64> = found.iter().copied().collect();
        assert_eq!(there.len(), found.len(), "one is there twice");
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "of {} acknowledged lost: {lost:?}", acknowledged.len());
        drop(Ledger::open(&self.ledger(), &patient("a writer")).unwrap());
        sound(&self.ledger());
        for words in ["doctor", "state --at 2020-06-01"] {
            let mut program = Command::new(env!("CARGO_BIN_EXE_ledger"));
            program.arg("-f").arg(self.ledger()).args(words.split(' ')).env_clear();
            let output = program.output().unwrap();
            assert!(output.status.success(), "{words}: {output:?}");
        }
        let next = there.last().copied().unwrap_or(0) + 1;
        self.append(events(next, next));
    }
}

/// Cuts the power of writers many times over, each time on what the last cut left.
fn cuts(role: &str, few: usize, seed: u64) {
    let mut powered = Powered::new(seed);
    let mut acknowledged = BTreeSet::new();
    let mut said = 0;
    for number in 0..runs(few) {
        let heard = powered.cut(role, &powered.ledger());
        said += heard.len();
        acknowledged.extend(heard);
        powered.holds(&acknowledged);
        if number % 8 == 7 {
            (powered, acknowledged) = (Powered::new(seed + number as u64), BTreeSet::new());
        }
    }
    eprintln!("{role}: {} cuts, {said} acknowledged, none lost", runs(few));
}

fn cut_a_log(powered: &mut Powered) {
    let directory = powered.disk.path().join("log-alone");
    let access = Access { command: "the test", wait: Duration::from_secs(5) };
    if !directory.exists() {
        let header = br#"{"format":1,"id":"7e6b0a4c","clock":"machine"}"#;
        drop(log::create(&directory, header, access).unwrap());
    }
    let heard = powered.cut("log", &directory);
    let log = log::open(&directory, access).unwrap();
    let end = log.position().map_or(0, NonZeroU64::get);
    let acknowledged = heard.last().copied().unwrap_or(0);
    assert!(end >= acknowledged, "{acknowledged} was acknowledged, {end} is there");
    let mut read = 0;
    for (position, item) in (1..).zip(log.entries(NonZeroU64::MIN)) {
        assert!(item.unwrap().1 == plain_entry(position), "entry {position}");
        read = position;
    }
    assert_eq!(read, end);
}

/// Tests that need the rights to mount a file system in a file.
mod needs_loop_mounts {
    use super::*;

    #[test]
    fn appending_one_by_one() {
        cuts("append 1000000", 5, 1);
    }

    #[test]
    fn importing() {
        cuts("import 40", 3, 2);
    }

    #[test]
    fn many_at_once_through_a_queue() {
        cuts("queue 6", 3, 3);
    }

    #[test]
    fn sealing_segments() {
        cuts("seal 4", 4, 4);
    }

    /// The view is synced after the log, and one file system syncs one file with the other: here
    /// the log is alone, and its file grows.
    #[test]
    fn a_log_without_a_view() {
        let mut powered = Powered::new(5);
        for number in 0..runs(6) {
            if number % 8 == 7 {
                powered = Powered::new(50 + number as u64);
            }
            cut_a_log(&mut powered);
        }
    }

    #[test]
    fn making_ledgers() {
        let mut powered = Powered::new(6);
        let directory = powered.disk.path().join("many");
        fs::create_dir(&directory).unwrap();
        fs::File::open(powered.disk.path()).unwrap().sync_all().unwrap();
        let mut next = 1;
        for _ in 0..runs(4) {
            let from = next;
            for number in powered.cut(&format!("create {next}"), &directory) {
                next = number + 1;
            }
            for number in from..next {
                let made = directory.join(number.to_string());
                let ledger = Ledger::read(&made, &patient("a reader")).unwrap();
                assert_eq!(ledger.records() as u64, (number + 1) % 2, "ledger {number}");
                drop(ledger);
                sound(&made);
            }
            // What was not acknowledged is a ledger, or is completed by making it again.
            let rest = directory.join(next.to_string());
            if !rest.join("ledger.json").exists() {
                drop(Ledger::create(&rest, &Making::default(), &SystemClock).unwrap());
            }
            drop(Ledger::open(&rest, &patient("a writer")).unwrap());
            sound(&rest);
            fs::remove_dir_all(&directory).unwrap();
            fs::create_dir(&directory).unwrap();
            fs::File::open(powered.disk.path()).unwrap().sync_all().unwrap();
        }
    }

    #[test]
    fn rebuilding() {
        let mut powered = Powered::new(7);
        powered.append(events(1, 200));
        let all: BTreeSet<u64> = (1..=200).collect();
        for number in 0..runs(3) {
            let mut child = Running::start_quiet("rebuild", &powered.ledger());
            for _ in 0..powered.random.below(3) {
                child.hears("rebuilt").unwrap();
            }
            thread::sleep(Duration::from_micros(powered.random.below(60_000) as u64));
            powered.disk.cut(if number % 3 == 0 { Cut::NamesKept } else { Cut::Hard });
            child.kill("rebuilt");
            powered.disk.power_on();
            powered.holds(&all);
        }
    }

    #[test]
    fn backing_up_and_restoring() {
        let mut powered = Powered::new(8);
        powered.append(events(1, 200));
        let (disk, ledger) = (powered.disk.path(), powered.ledger());
        let reader = Ledger::read(&ledger, &patient("a reader")).unwrap();
        let whole = reader.backup(&disk.join("whole.backup"), None).unwrap();
        drop(reader);
        let (mut backups, mut ledgers) = (1, 1);
        for number in 0..runs(4) {
            if number % 2 == 0 {
                let heard = powered.cut(&format!("backup {backups}"), &ledger);
                for made in heard {
                    let file = disk.join(format!("{made}.backup"));
                    assert_eq!(Ledger::inspect(&file, None).unwrap().head, whole.head);
                    backups = made + 1;
                }
                // The next one is not there, or is whole.
                let file = disk.join(format!("{backups}.backup"));
                assert!(!file.exists() || Ledger::inspect(&file, None).is_ok());
                backups += 1;
            } else {
                for made in powered.cut(&format!("restore {ledgers}"), &ledger) {
                    sound(&disk.join(format!("restored-{made}")));
                    ledgers = made + 1;
                }
                let into = disk.join(format!("restored-{ledgers}"));
                if into.exists() {
                    sound(&into);
                }
                for made in 1..=ledgers {
                    let _ = fs::remove_dir_all(disk.join(format!("restored-{made}")));
                }
                ledgers += 1;
            }
        }
    }
}
