//! Ledgers made through the library, and copies of a test program that write to them.

pub mod children;
pub mod random;

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Making, Opening, State, Writer, health};
use policy_ledger::log::{self, Access};
use policy_ledger::record::{self, Draft, Entry};
use policy_ledger::time::SystemClock;
use policy_ledger::view::View;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A directory that a ledger is in.
pub struct Place {
    home: TempDir,
}

impl Place {
    /// A new ledger with the machine's clock.
    pub fn new() -> Self {
        let place = Self { home: tempfile::tempdir().unwrap() };
        drop(Ledger::create(&place.ledger(), &Making::default(), &SystemClock).unwrap());
        place
    }

    /// A new ledger with some measures `m0`, `m1`, …
    pub fn with_measures(count: usize) -> Self {
        let place = Self::new();
        place.append((0..count).map(measure));
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn ledger(&self) -> PathBuf {
        self.path(".ledger")
    }

    pub fn view(&self) -> PathBuf {
        self.ledger().join("view-2")
    }

    /// Records what is said, all of it.
    pub fn append(&self, said: impl IntoIterator<Item = Value>) {
        let mut ledger = self.open();
        let drafts = said.into_iter().map(|value| draft(&value)).collect();
        ledger.append(drafts, &Writer::of(&SystemClock)).unwrap();
    }

    pub fn open(&self) -> Ledger {
        Ledger::open(&self.ledger(), &patient("the test")).unwrap()
    }

    pub fn read(&self) -> Ledger {
        Ledger::read(&self.ledger(), &patient("the test")).unwrap()
    }

    pub fn header(&self) -> Vec<u8> {
        log::read_header(&self.ledger()).unwrap()
    }

    /// The view as it is, to read.
    pub fn view_to_read(&self) -> View {
        View::to_read(&self.ledger(), &self.header()).unwrap()
    }

    /// The one database of the view.
    pub fn database(&self) -> PathBuf {
        databases(&self.ledger()).pop().unwrap()
    }

    /// Checks that view and log say the same, and that nothing is wrong with either.
    #[track_caller]
    pub fn is_sound(&self) {
        sound(&self.ledger());
    }
}

/// How often something is done that chance decides: a few times, or as often as
/// `POLICY_LEDGER_FAULT_RUNS` says.
pub fn runs(few: usize) -> usize {
    let said = std::env::var("POLICY_LEDGER_FAULT_RUNS").ok();
    said.map_or(few, |said| said.parse().unwrap())
}

/// Checks that view and log of a ledger say the same, and that nothing is wrong with either.
#[track_caller]
pub fn sound(directory: &Path) {
    let view = View::to_read(directory, &log::read_header(directory).unwrap()).unwrap();
    view.check().unwrap();
    let access = Access { command: "the test", wait: Duration::from_secs(5) };
    let log = log::open(directory, access).unwrap();
    assert_eq!(log.position().map_or(0, NonZeroU64::get), view.position());
    let stored = log.entries(NonZeroU64::MIN);
    let stored: Vec<Entry> =
        stored.map(|item| policy_ledger::codec::decode(&item.unwrap().1).unwrap().entry).collect();
    assert!(stored == view.entries().unwrap(), "the view has other records than the log");
    drop(log);
    for finding in health(directory, "") {
        // An import that was cut off leaves answers to be worked out when they are asked.
        let slow = finding.check == "ready" && finding.state == State::Warning;
        assert!(slow || finding.state == State::Good, "{finding:?}");
    }
}

/// The finished databases in the view of a ledger.
pub fn databases(ledger: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(ledger.join("view-2")).unwrap().map(|it| it.unwrap().path());
    let mut found: Vec<PathBuf> =
        found.filter(|path| path.extension().is_some_and(|ending| ending == "db")).collect();
    found.sort();
    found
}

/// A file beside a database.
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

pub fn patient(command: &str) -> Opening {
    Opening { command: command.to_owned(), wait: Duration::from_secs(20), progress: None }
}

/// Opens at once or not at all.
pub fn hasty(command: &str) -> Opening {
    Opening { command: command.to_owned(), wait: Duration::ZERO, progress: None }
}

pub fn draft(value: &Value) -> Draft {
    let read = record::read(value.as_object().unwrap());
    read.unwrap_or_else(|problems| panic!("{value}: {problems:?}"))
}

pub fn measure(number: usize) -> Value {
    json!({"record": "measure", "measure": format!("m{number}"), "kind": "plain"})
}

/// The event of a number, on a measure.
pub fn event(measure: &str, number: u64) -> Value {
    json!({"record": "event", "key": format!("e{number}"), "measure": measure, "act": "set",
        "status": format!("s{number}"), "effective": "2020-01-01"})
}

/// The numbers of the events in a ledger, in record order.
pub fn numbers(entries: &[Entry]) -> Vec<u64> {
    let keys = entries.iter().filter_map(|entry| entry.key.as_deref());
    keys.map(|key| key[1..].parse().unwrap()).collect()
}

/// Every file below a directory with its bytes; directories end with `/`.
pub fn listing(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for path in fs::read_dir(&next).unwrap().map(|item| item.unwrap().path()) {
            if path.is_dir() {
                found.insert(path.join(""), Vec::new());
                waiting.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path, bytes);
            }
        }
    }
    found
}

/// The same without the working files that SQLite keeps beside a database while it is in use: an
/// empty write-ahead log, and the index of one.
pub fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = listing(directory);
    found.retain(|path, bytes| {
        let name = path.to_str().unwrap();
        let is_working = name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty();
        !is_working
    });
    found
}

/// Copies a directory with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in fs::read_dir(from).unwrap().map(|item| item.unwrap().path()) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
