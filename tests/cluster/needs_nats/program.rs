//! The program on a cluster, as somebody uses it.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use policy_ledger::ledger::Ledger;
use policy_ledger::log::{self, Moved, Writing};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::servers::{Cluster, patiently, shared};
use crate::house::{Answer, House, PUBLIC_RECORD};
use crate::ledgers::patient;
use crate::schemas::Book;

/// A person at a machine, with a directory for data of their own.
pub struct Desk {
    house: House,
    data: TempDir,
    pub address: String,
    /// What else is around it.
    pub variables: Vec<(&'static str, String)>,
}

impl Desk {
    pub fn at(address: &str) -> Self {
        let (data, variables) = (tempfile::tempdir().unwrap(), Vec::new());
        Self { house: House::empty(), data, address: address.to_owned(), variables }
    }

    fn words(&self, words: &[&str], input: &[u8]) -> Answer {
        self.house.run_with(words, input, &self.around())
    }

    /// The variables around the program.
    pub fn around(&self) -> Vec<(&str, &str)> {
        let data = self.data.path().to_str().unwrap();
        let mut variables =
            vec![("XDG_DATA_HOME", data), ("POLICY_LEDGER_FILE", &*self.address), ("USER", "me")];
        variables.extend(self.variables.iter().map(|(name, value)| (*name, &**value)));
        variables
    }

    pub fn ledger(&self, words: &str) -> Answer {
        self.words(&words.split_whitespace().collect::<Vec<_>>(), b"")
    }

    fn head(&self, words: &str) -> Value {
        self.ledger(&format!("{words} state --json")).fine().json()["ledger"].clone()
    }

    /// Writes a file, and gives its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        self.house.file(name, text);
        self.house.path(name).to_str().unwrap().to_owned()
    }

    /// The directory for data.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn copies(&self) -> Vec<PathBuf> {
        let streams = self.data.path().join("policy-ledger/streams");
        std::fs::read_dir(streams).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

/// Whether the servers have found each other.
pub fn ready(cluster: &Cluster) {
    let stream = cluster.stream("ready");
    patiently(|| stream.create(br#"{"format":1}"#, None, 3));
}

#[test]
fn two_offices_share_a_ledger() {
    let cluster = shared();
    ready(&cluster);
    let address = cluster.address("offices");
    let (seoul, tokyo) = (Desk::at(&address), Desk::at(&address));
    let none = seoul.ledger("state");
    assert_eq!(none.code, 5, "{none:?}");
    let made = seoul.ledger(&format!("init {address} --json")).fine();
    assert!(made.err.contains("sync_interval"), "{made:?}");
    assert_eq!(made.json()["results"][0]["stream"], address);
    let again = tokyo.ledger(&format!("init {address}"));
    assert!(again.code == 5 && again.err.contains("already"), "{again:?}");

    seoul.ledger("measure add a.b --kind agreement").fine();
    tokyo.ledger("append a.b signed --on 2020-01-01 --note x").fine();
    let told = seoul.ledger("append a.b entered-into-force --on 2020-02-01").fine();
    assert!(told.out.contains("@3"), "{told:?}");
    assert_eq!(seoul.head(""), tokyo.head(""));
    assert_eq!(seoul.head("")["records"], 3);
    let status = tokyo.ledger("state --at 2020-03-01 --json").fine().json();
    assert_eq!(status["results"][0]["status"], "in-force");

    // Without the cluster a copy answers, and says so only where it was not meant.
    let offline = tokyo.ledger("--offline state --json").fine();
    assert_eq!((offline.json()["ledger"].clone(), &*offline.err), (tokyo.head(""), ""));
    let recorded = tokyo.ledger("--offline append a.b terminated --on 2021-01-01");
    assert_eq!(recorded.code, 5, "{recorded:?}");
    let [copy] = &tokyo.copies()[..] else { panic!() };
    let alone = tokyo.words(
        &["-f", copy.to_str().unwrap(), "append", "a.b", "terminated", "--on", "2021-01-01"],
        b"",
    );
    assert!(alone.code == 5 && alone.err.contains("is a copy of"), "{alone:?}");
    for words in ["verify", "doctor", "follow --once", "rebuild", "log"] {
        tokyo.ledger(words).fine();
    }
    let json = tokyo.ledger("follow --once --json").fine().json();
    assert_eq!(json["results"][0]["records"], 3);
    let book = Book::open();
    book.check("follow", &json, "follow --once");
    book.check("init", &made.json(), "init");
    book.check("doctor", &tokyo.ledger("doctor --json").fine().json(), "doctor");
    book.check("verify", &tokyo.ledger("verify --json").fine().json(), "verify");
}

#[test]
fn who_follows_has_what_others_record_and_ends_when_told_to() {
    let cluster = shared();
    ready(&cluster);
    let address = cluster.address("followed");
    let (writer, reader) = (Desk::at(&address), Desk::at(&address));
    writer.ledger(&format!("init {address}")).fine();
    let follow = Command::new(env!("CARGO_BIN_EXE_ledger"))
        .args(["-f", &address, "follow"])
        .env_clear()
        .env("XDG_DATA_HOME", reader.data.path())
        .current_dir(reader.data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for number in 1..=3 {
        writer.ledger(&format!("measure add m{number} --kind agreement")).fine();
        let start = Instant::now();
        loop {
            let seen = reader.ledger("--offline state --json");
            if seen.code == 0 && seen.json()["ledger"]["records"] == number {
                break;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "record {number}: {seen:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        // The pages of this office are those of its copy.
        let page = reader.ledger("--offline serve --get /state.json").fine();
        assert!(page.out.contains(&format!("\"records\":{number}")), "{page:?}");
    }
    // Who follows leaves room for who records.
    reader.ledger("measure add m4 --kind agreement").fine();
    let pid = follow.id().to_string();
    assert!(Command::new("sh").args(["-c", "kill -TERM $0", &pid]).status().unwrap().success());
    let ended = follow.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert!(String::from_utf8_lossy(&ended.stdout).contains("goes up to @"), "{ended:?}");
}

#[test]
fn a_ledger_moves_to_a_cluster_and_back() {
    let cluster = shared();
    ready(&cluster);
    let address = cluster.address("moved");
    let desk = Desk::at(&address);
    let lines = std::fs::read(PUBLIC_RECORD).unwrap();
    let house = House::simulated();
    house.run(&["import", "-"], &lines).fine();
    let before = house.ledger("state --json").fine().json()["ledger"].clone();
    let from = house.path(".ledger");
    let from = from.to_str().unwrap();
    let moved = desk.words(&["migrate", from, &address, "--json"], b"").fine().json();
    assert_eq!((&moved["ledger"], &desk.head("")), (&before, &before));
    Book::open().check("migrate", &moved, "migrate");
    // Interrupted at its end it goes on with nothing to do; and another ledger is refused.
    desk.words(&["migrate", from, &address], b"").fine();
    let other = Desk::at(&address);
    let refused = other.words(&["migrate", ".ledger", &address], b"");
    assert!(refused.code == 5 && refused.err.contains("already"), "{refused:?}");
    let back = house.path("back");
    let back = back.to_str().unwrap();
    desk.words(&["migrate", &address, back], b"").fine();
    let there = house.ledger(&format!("-f {back} state --json")).fine().json();
    assert_eq!(there["ledger"], before);
    house.ledger(&format!("-f {back} verify")).fine();
    let taken = desk.words(&["migrate", &address, back], b"");
    assert_eq!(taken.code, 5, "{taken:?}");
}

#[test]
fn a_move_that_was_interrupted_goes_on_and_nobody_records_meanwhile() {
    let cluster = shared();
    ready(&cluster);
    let desk = Desk::at(&cluster.address("interrupted"));
    let house = House::demo();
    let from = house.path(".ledger");
    let ledger = Ledger::open(&from, &patient("the test")).unwrap();
    let point = ledger.standpoint(ledger.records()).unwrap();
    drop(ledger);
    let log = log::open(&from, log::Access { command: "the test", wait: Duration::ZERO }).unwrap();
    let entries = log.entries(NonZeroU64::MIN).take(100).map(|item| item.unwrap());
    let some: Vec<_> = entries.map(|(at, bytes)| (format!("moved-{at}"), bytes)).collect();
    let moved = Moved { records: point.records, head: point.head.clone() };
    let stream = cluster.stream("interrupted");
    stream.create(log.header(), Some(&moved), 3).unwrap();
    Writing::after(&stream, 1).write(some).unwrap();
    drop(log);
    assert_eq!(desk.head("")["records"], 100);
    let review = "review kr-jp.gsomia --through 2024-01-01";
    assert_eq!(code(&desk, review), (5, "not-taken".to_owned()));
    let from = from.to_str().unwrap();
    let dry = ["migrate", from, &*desk.address, "-n"];
    desk.words(&dry, b"").fine();
    assert_eq!(desk.head("")["records"], 100, "nothing is moved by a dry run");
    desk.words(&["migrate", from, &desk.address], b"").fine();
    assert_eq!(desk.head("")["head"], *point.head);
    desk.ledger(review).fine();
}

/// The code of the error of a command that must fail.
pub fn code(desk: &Desk, words: &str) -> (i32, String) {
    let answer = desk.ledger(&format!("--json {words}"));
    let said: Value = serde_json::from_str(&answer.err)
        .unwrap_or_else(|error| panic!("{words}: {error}: {answer:?}"));
    (answer.code, said["error"]["code"].as_str().unwrap().to_owned())
}

#[test]
fn what_is_wrong_with_a_stream_is_told_apart() {
    let cluster = shared();
    ready(&cluster);
    let (one, other) = (Desk::at(&cluster.address("wrong")), Desk::at(&cluster.address("wrong")));
    assert_eq!(code(&one, "--wait 1 state"), (5, "no-stream".to_owned()));
    let init = format!("init {}", one.address);
    one.ledger(&init).fine();
    assert_eq!(code(&other, &init), (5, "stream-refuses".to_owned()));
    one.ledger("measure add a.b --kind agreement").fine();
    let [copy] = &one.copies()[..] else { panic!() };
    let write = format!("-f {} measure add c.d --kind agreement", copy.display());
    assert_eq!(code(&one, &write), (5, "copy".to_owned()));

    let mut info = cluster.ask("$JS.API.STREAM.INFO.wrong", &json!({}));
    info["config"]["max_age"] = json!(100 * 3_600_000_000_000_u64);
    let updated = cluster.ask("$JS.API.STREAM.UPDATE.wrong", &info["config"]);
    assert!(updated["error"].is_null(), "{updated}");
    assert_eq!(code(&one, "state"), (5, "unsafe-stream".to_owned()));
    let said = one.ledger("state");
    assert!(said.err.contains("set `max_age` to 0"), "{said:?}");
    one.ledger("state --offline").fine();

    // Made again, with another ledger and with the same one that has lost a record.
    let header = std::fs::read(copy.join("ledger.json")).unwrap();
    let stream = cluster.stream("wrong");
    cluster.ask("$JS.API.STREAM.DELETE.wrong", &json!({}));
    stream.create(&header, None, 3).unwrap();
    assert_eq!(code(&one, "state"), (6, "stream-altered".to_owned()));
    assert_eq!(code(&one, "measure add e.f --kind agreement"), (6, "stream-altered".to_owned()));
    assert_eq!(one.head("--offline")["records"], 1);
    one.ledger("verify --offline").fine();
}

#[test]
fn a_cluster_that_is_not_there_and_a_place_that_is_none_are_refused() {
    let nobody = Desk::at("nats://127.0.0.1:1/x");
    let silent = nobody.ledger("--wait 1 state");
    assert!(silent.code == 5 && silent.err.contains("does not answer"), "{silent:?}");
    let secret = nobody.ledger("-f nats://me:hush-hush@127.0.0.1:1/x state");
    assert_eq!(secret.code, 2, "{secret:?}");
    assert!(!secret.err.contains("hush"), "{secret:?}");
    for words in ["demo nats://127.0.0.1:1/x", "migrate .ledger other", "-f .ledger follow"] {
        let refused = nobody.ledger(words);
        assert_eq!(refused.code, 2, "{words}: {refused:?}");
    }
}

#[test]
fn several_commands_at_once_on_a_machine_without_a_copy_all_answer() {
    let cluster = shared();
    ready(&cluster);
    let address = cluster.address("first-use");
    Desk::at(&address).ledger(&format!("init {address}")).fine();
    let desk = Desk::at(&address);
    let state = || desk.ledger("--wait 60 state --json").fine().json()["ledger"]["records"].clone();
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(state)).collect();
        for asked in asked {
            assert_eq!(asked.join().unwrap(), 0);
        }
    });
    assert_eq!(desk.copies().len(), 1);
}

#[test]
fn a_copy_is_found_by_every_address_that_it_was_reached_by() {
    let cluster = shared();
    ready(&cluster);
    let address = cluster.address("by-names");
    let desk = Desk::at(&address);
    desk.ledger(&format!("init {address}")).fine();
    let port = address.split([':', ',']).nth(2).unwrap();
    let other = format!("nats://localhost:{port}/by-names");
    desk.ledger(&format!("-f {other} measure add a.b --kind agreement")).fine();
    for address in [&address, &other] {
        let asked = desk.ledger(&format!("-f {address} --offline state --json")).fine().json();
        assert_eq!(asked["ledger"]["records"], 1);
        let notes = asked["notes"].as_array().unwrap();
        assert!(notes.iter().any(|it| it.as_str().unwrap().contains("--offline")), "{notes:?}");
    }
    let online = desk.ledger("state --json").fine().json();
    assert!(!online["notes"].to_string().contains("copy"), "{online}");
}
