//! Ledgers of every format that was ever released are read for ever, and answer as they did.
//!
//! `fixtures/ledgers/FORMAT/NAME/` has them.
//! `POLICY_LEDGER_FORMATS=write cargo test --test all formats::` adds those of the present format
//! that are not there yet; one that is there is never changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::{Access, FORMAT, SledLog};
use policy_ledger::time::FixedClock;

use crate::ledgers::random::{Random, Writing};
use crate::ledgers::{self, copy, patient, sound};

/// The worked example; and one of many short segments with all that can be recorded.
const NAMES: [&str; 2] = ["demo", "segments"];

/// What each is asked; its answers are beside it.
const QUESTIONS: [(&str, &str); 4] = [
    ("state-2020.csv", "state --csv --at 2020-03-09"),
    ("state-known.csv", "state --csv --at 2020-03-09 --known @30"),
    ("log.csv", "log --csv --limit 1000"),
    ("conflicts.csv", "conflicts --csv"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/ledgers")
}

fn run(ledger: &Path, words: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ledger"));
    program.arg("-f").arg(ledger).args(words.split(' ')).env_clear();
    let output = program.args(["--now", "2024-01-01"]).output().unwrap();
    assert!(output.status.success(), "{words}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A file of sled ends in zeros, megabytes of them. They are kept as their number.
const LENGTH: &str = "db.length";

fn leave_zeros_out(ledger: &Path) {
    for (path, bytes) in ledgers::listing(&ledger.join("log")) {
        if path.ends_with("db") {
            let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            fs::write(&path, &bytes[..used]).unwrap();
            fs::write(path.with_file_name(LENGTH), format!("{}\n", bytes.len())).unwrap();
        }
    }
}

fn put_zeros_back(ledger: &Path) {
    for (path, bytes) in ledgers::listing(&ledger.join("log")) {
        if path.ends_with(LENGTH) {
            let length = String::from_utf8(bytes).unwrap().trim().parse().unwrap();
            let data = fs::File::options().write(true).open(path.with_file_name("db"));
            data.unwrap().set_len(length).unwrap();
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn every_released_format_is_read_and_answers_as_it_did() {
    if std::env::var_os("POLICY_LEDGER_FORMATS").is_some_and(|word| word == "write") {
        for name in NAMES {
            add(name);
        }
    }
    for format in 1..=FORMAT {
        for name in NAMES {
            let kept = folder().join(format.to_string()).join(name);
            let home = tempfile::tempdir().unwrap();
            let ledger = home.path().join("ledger");
            copy(&kept.join("ledger"), &ledger);
            put_zeros_back(&ledger);
            for (file, question) in QUESTIONS {
                let right = fs::read_to_string(kept.join(file)).unwrap();
                assert!(run(&ledger, question) == right, "format {format}, {name}: {question}");
            }
            let head = fs::read_to_string(kept.join("head")).unwrap();
            assert_eq!(head_of(&ledger), head, "format {format}, {name}");
            sound(&ledger);
            run(&ledger, "rebuild");
            run(&ledger, "doctor");
            assert_eq!(head_of(&ledger), head, "format {format}, {name}");
        }
    }
}

fn head_of(ledger: &Path) -> String {
    let ledger = Ledger::read(ledger, &patient("the test")).unwrap();
    let standpoint = ledger.standpoint(ledger.records()).unwrap();
    format!("{} {}\n", standpoint.records, standpoint.head)
}

/// Adds a ledger of the present format, unless it is there.
fn add(name: &str) {
    let kept = folder().join(FORMAT.to_string()).join(name);
    if kept.exists() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let ledger = home.path().join("ledger");
    if name == "demo" {
        run(home.path(), &format!("demo {}", ledger.display()));
    } else {
        run(home.path(), &format!("init --simulated-clock {}", ledger.display()));
        write_segments(&ledger);
    }
    fs::create_dir_all(&kept).unwrap();
    for (file, question) in QUESTIONS {
        fs::write(kept.join(file), run(&ledger, question)).unwrap();
    }
    fs::write(kept.join("head"), head_of(&ledger)).unwrap();
    fs::remove_dir_all(ledger.join("view-2")).unwrap();
    fs::remove_file(ledger.join("lock")).unwrap();
    leave_zeros_out(&ledger);
    copy(&ledger, &kept.join("ledger"));
}

/// Writes all that can be recorded to segments of 16 records, which are opened again and again.
fn write_segments(directory: &Path) {
    let mut random = Random::new(11);
    let mut writing = Writing::new(&mut random);
    for number in 1..=60 {
        let access = Access { command: "the test", wait: Duration::from_secs(5) };
        let log = SledLog::open_with(directory, access, 16).unwrap();
        let mut ledger = Ledger::following(directory, Box::new(log), None).unwrap();
        let clock = FixedClock(format!("2020-04-01T00:{:02}:00Z", number % 60).parse().unwrap());
        let writer = Writer { clock_is_set: true, ..Writer::of(&clock) };
        let batch = writing.batch();
        if ledger.append(batch.iter().map(ledgers::draft).collect(), &writer).is_ok() {
            writing.recorded(batch, ledger.records());
        }
    }
}
