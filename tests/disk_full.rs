//! A disk that is full is said so, loses nothing that was acknowledged, and is no matter any more
//! once there is room.
#![cfg(target_os = "linux")]

use std::path::PathBuf;
use std::process::{Command, Output};

use policy_ledger::ledger::{Ledger, LedgerError};
use policy_ledger::view::ViewError;
use serde_json::Value;

use crate::disks::Disk;
use crate::ledgers::{self, numbers, patient, runs, sound};

/// A small disk with a ledger on it.
struct Small {
    disk: Disk,
    /// How many events were acknowledged.
    acknowledged: u64,
}

impl Small {
    fn new() -> Self {
        let small = Self { disk: Disk::new(40), acknowledged: 0 };
        Small::fine(&["init", &small.ledger()]);
        Small::fine(&["-f", &small.ledger(), "measure", "add", "m1", "--kind", "plain"]);
        small
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disk.path().join(name)
    }

    fn ledger(&self) -> String {
        self.path("ledger").to_str().unwrap().to_owned()
    }

    fn run(words: &[&str]) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ledger"));
        program.args(words).env_clear().output().unwrap()
    }

    fn fine(words: &[&str]) {
        let output = Self::run(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
    }

    /// Writes a file of events, elsewhere.
    fn file(from: u64, to: u64, note: usize) -> tempfile::NamedTempFile {
        let event = |number| {
            let mut event = ledgers::event("m1", number);
            event["note"] = "n".repeat(note).into();
            format!("{event}\n")
        };
        let file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
        std::fs::write(file.path(), (from..=to).map(event).collect::<String>()).unwrap();
        file
    }

    fn import(&self, from: u64, to: u64, note: usize) -> Output {
        let file = Self::file(from, to, note);
        Self::run(&["-f", &self.ledger(), "--json", "import", file.path().to_str().unwrap()])
    }

    /// As long as the disk is full: all that was acknowledged can be read, or it is said why not.
    /// Reading needs 32 KiB where the last writer could not put all in its place.
    fn reads_well_or_says_why(&self) {
        match Ledger::read(&self.path("ledger"), &patient("a reader")) {
            Ok(_) => assert!(self.reads_well() >= self.acknowledged),
            Err(LedgerError::View(ViewError::DiskFull)) => {}
            Err(other) => panic!("{other}"),
        }
    }

    /// All that was acknowledged can be read, each once.
    fn reads_well(&self) -> u64 {
        let ledger = Ledger::read(&self.path("ledger"), &patient("a reader")).unwrap();
        let found = numbers(&ledger.entries().unwrap());
        let last = found.len() as u64;
        assert!(found.into_iter().eq(1..=last), "one is missing or there twice");
        assert!(last >= self.acknowledged, "{} acknowledged, {last} there", self.acknowledged);
        last
    }

    fn works_again(&mut self) {
        self.disk.make_room();
        self.acknowledged = self.reads_well();
        let answer = self.import(self.acknowledged + 1, self.acknowledged + 1, 10);
        assert!(answer.status.success(), "{answer:?}");
        self.acknowledged += 1;
        assert_eq!(self.reads_well(), self.acknowledged);
        sound(&self.path("ledger"));
    }
}

/// Exit 5 with one of these codes, and nothing on standard output.
#[track_caller]
fn refused(output: &Output, codes: &[&str]) -> String {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(5), 0), "{output:?}");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let error = said.lines().last().unwrap_or_default();
    let error: Value = serde_json::from_str(error).unwrap_or_else(|e| panic!("{e}: {said}"));
    let code = error["error"]["code"].as_str().unwrap().to_owned();
    assert!(codes.contains(&&*code), "{said}");
    code
}

/// Codes that say that there is no room, or that what is recorded cannot be seen for lack of room.
const FULL: [&str; 2] = ["disk-full", "not-seen-yet"];

/// Tests that need the rights to mount a file system in a file.
mod needs_loop_mounts {
    use super::*;

    #[test]
    fn appending() {
        let mut small = Small::new();
        let mut seen = Vec::new();
        for round in 0..runs(3) as u64 {
            // Sometimes not even the log fits, sometimes only the view does not.
            small.disk.fill([0, 40, 160, 400][usize::try_from(round % 4).unwrap()]);
            let mut answer = small.import(small.acknowledged + 1, small.acknowledged + 1, 9_000);
            let mut tries = 0;
            while answer.status.success() && tries < 1_000 {
                small.acknowledged += 1;
                tries += 1;
                answer = small.import(small.acknowledged + 1, small.acknowledged + 1, 9_000);
            }
            seen.push(refused(&answer, &FULL));
            small.reads_well_or_says_why();
            small.works_again();
        }
        assert!(seen.iter().any(|code| code == "disk-full"), "{seen:?}");
    }

    #[test]
    fn importing() {
        let mut small = Small::new();
        for round in 0..runs(2) as u64 {
            small.disk.fill(200 + 900 * (round % 3));
            let from = small.acknowledged + 1;
            let answer = small.import(from, from + 2_500, 3_000);
            refused(&answer, &FULL);
            small.reads_well_or_says_why();
            // Whole batches may be there, and whoever makes room has them.
            small.works_again();
        }
    }

    #[test]
    fn rebuilding() {
        let mut small = Small::new();
        let answer = small.import(1, 1_200, 900);
        assert!(answer.status.success(), "{answer:?}");
        small.acknowledged = 1_200;
        for kilobytes in [0, 100, 1_000] {
            small.disk.fill(kilobytes);
            let answer = Small::run(&["-f", &small.ledger(), "--json", "rebuild"]);
            refused(&answer, &["disk-full"]);
            assert_eq!(small.reads_well(), small.acknowledged, "the old view is still there");
            small.works_again();
        }
    }

    #[test]
    fn making_backups_and_ledgers() {
        let mut small = Small::new();
        assert!(small.import(1, 900, 900).status.success());
        small.acknowledged = 900;
        let backup = tempfile::tempdir().unwrap();
        let whole = backup.path().join("whole.backup");
        Small::fine(&["-f", &small.ledger(), "backup", whole.to_str().unwrap()]);
        let names = || {
            let names = std::fs::read_dir(small.disk.path()).unwrap();
            let mut names: Vec<_> = names.map(|it| it.unwrap().file_name()).collect();
            names.sort();
            names
        };
        small.disk.fill(300);
        let before = names();
        let into = small.path("x.backup").to_str().unwrap().to_owned();
        refused(&Small::run(&["-f", &small.ledger(), "--json", "backup", &into]), &["disk-full"]);
        let other = small.path("other").to_str().unwrap().to_owned();
        let restore = ["--json", "restore", whole.to_str().unwrap(), &other];
        refused(&Small::run(&restore), &["disk-full"]);
        assert_eq!(names(), before, "nothing half made is left");
        refused(&Small::run(&["--json", "init", &other]), &["disk-full"]);
        small.disk.make_room();
        // Only its view may be missing.
        drop(Ledger::open(&small.path("other"), &patient("a writer")).unwrap());
        sound(&small.path("other"));
        assert_eq!(small.reads_well(), 900);
    }
}
