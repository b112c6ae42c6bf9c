//! Every code of an error that comes of a cluster, made by the program, with its exit code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::Moved;
use policy_ledger::time::SystemClock;
use serde_json::{Value, json};

use super::between::between;
use super::office::{Office, found};
use super::program::{Desk, code, ready};
use super::servers::{Cluster, shared};
use crate::cluster::OF_A_CLUSTER;
use crate::ledgers::{draft, event};

type Made = BTreeMap<String, i32>;

/// The codes of `docs/errors.md`, each with the exit code that stands above its table.
fn documented() -> Made {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
    let (mut exit, mut documented) = (0, Made::new());
    for line in fs::read_to_string(path).unwrap().lines() {
        if let Some((_, rest)) = line.strip_prefix("## ").and_then(|it| it.split_once("(exit ")) {
            exit = rest[..1].parse().unwrap();
        } else if let Some((code, _)) = line.strip_prefix("| `").and_then(|it| it.split_once('`')) {
            documented.insert(code.to_owned(), exit);
        }
    }
    documented
}

#[test]
fn every_code_of_a_cluster_is_made_with_its_exit_code() {
    let made: Made = thread::scope(|scope| {
        // These two take long, since the program tries for long.
        let slow = [scope.spawn(not_known), scope.spawn(conflict)];
        let mut made: Made = settings().into_iter().chain([moving()]).collect();
        made.extend(slow.into_iter().map(|it| it.join().unwrap()));
        made
    });
    let codes: BTreeSet<&str> = made.keys().map(String::as_str).collect();
    assert_eq!(codes, OF_A_CLUSTER.into());
    let documented = documented();
    for (code, exit) in made {
        assert_eq!(documented[&code], exit, "{code}");
    }
}

/// What a command that must fail says; it says how to go on, too.
#[track_caller]
fn fails(desk: &Desk, words: &str) -> (String, i32) {
    let (exit, code) = code(desk, words);
    let answer = desk.ledger(words);
    assert!(!answer.help().is_empty(), "{words}: {answer:?}");
    (code, exit)
}

/// A stream that is not there, is somebody else's, is not safe, is not what it was; and a copy.
fn settings() -> Vec<(String, i32)> {
    let cluster = shared();
    ready(&cluster);
    let address = cluster.address("settings");
    let (one, other) = (Desk::at(&address), Desk::at(&address));
    let mut made = vec![fails(&one, "--wait 1 state")];
    one.ledger(&format!("init {address}")).fine();
    made.push(fails(&other, &format!("init {address}")));
    one.ledger("measure add a.b --kind agreement").fine();
    let [copy] = &one.copies()[..] else { panic!() };
    made.push(fails(&one, &format!("-f {} measure add c.d --kind agreement", copy.display())));
    let mut info = cluster.ask("$JS.API.STREAM.INFO.settings", &json!({}));
    info["config"]["max_age"] = json!(100 * 3_600_000_000_000_u64);
    cluster.ask("$JS.API.STREAM.UPDATE.settings", &info["config"]);
    made.push(fails(&one, "state"));
    cluster.ask("$JS.API.STREAM.DELETE.settings", &json!({}));
    let header = fs::read(copy.join("ledger.json")).unwrap();
    cluster.stream("settings").create(&header, None, 3).unwrap();
    made.push(fails(&one, "state"));
    made
}

/// Records are being moved in, and nobody goes on with it.
fn moving() -> (String, i32) {
    let cluster = shared();
    let desk = Desk::at(&cluster.address("moving"));
    let header = json!({"format": 1, "id": uuid::Uuid::new_v4(), "clock": "machine",
        "created": "2020-01-01T00:00:00Z"});
    let moved = Moved { records: 1, head: "0".repeat(64) };
    cluster.stream("moving").create(header.to_string().as_bytes(), Some(&moved), 3).unwrap();
    fails(&desk, "measure add a.b --kind agreement")
}

/// Whenever the program writes, another office has just recorded.
fn conflict() -> (String, i32) {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "conflict", home.path());
    let faster = Arc::new(Mutex::new((office.open(), 0_u64)));
    let record = {
        let faster = Arc::clone(&faster);
        move || {
            let (ledger, number) = &mut *faster.lock().unwrap();
            *number += 1;
            let drafts = vec![draft(&event("m1", *number))];
            ledger.append(drafts, &Writer::of(&SystemClock)).unwrap();
        }
    };
    let port = between(cluster.servers[0].spot.address(), "conflict", record);
    let desk = Desk::at(&format!("nats://127.0.0.1:{port}/conflict"));
    let (exit, code) = code(&desk, "append m2 set --status held --on 2020-01-01 --key mine");
    // As often as docs/cluster.md says, and once more.
    let (ledger, number) = &mut *faster.lock().unwrap();
    assert_eq!(*number, 201);
    ledger.append(Vec::new(), &Writer::of(&SystemClock)).unwrap();
    assert!(!keys(ledger).contains(&"mine".to_owned()), "nothing was recorded");
    (code, exit)
}

fn keys(ledger: &Ledger) -> Vec<String> {
    ledger.entries().unwrap().into_iter().filter_map(|entry| entry.key).collect()
}

/// Two of three servers freeze when the program writes: what it wrote is there afterwards or not,
/// and with its key it can be recorded again without being there twice.
fn not_known() -> (String, i32) {
    let cluster = Arc::new(Cluster::start(""));
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "not-known", home.path());
    let freeze = {
        let cluster = Arc::clone(&cluster);
        move || cluster.servers[1..].iter().for_each(|server| server.signal("STOP"))
    };
    let port = between(cluster.servers[0].spot.address(), "not-known", freeze);
    let mut desk = Desk::at(&format!("nats://127.0.0.1:{port}/not-known"));
    let words = "append m1 set --status held --on 2020-01-01 --key mine";
    let answer = desk.ledger(&format!("{words} --json"));
    cluster.signal("CONT");
    let said: Value = serde_json::from_str(&answer.err).unwrap();
    assert_eq!(said["error"]["help"], json!(["ledger log --limit 5"]), "{said}");
    desk.address = cluster.address("not-known");
    again(&desk, words);
    assert_eq!(keys(&office.open()), ["mine"]);
    let other = Office { directory: home.path().join("other"), stream: office.stream.clone() };
    assert_eq!(other.all(), office.all());
    (said["error"]["code"].as_str().unwrap().to_owned(), answer.code)
}

/// As a person would, who was told to try again.
fn again(desk: &Desk, words: &str) {
    for _ in 0..5 {
        let answer = desk.ledger(words);
        if answer.code == 0 {
            return;
        }
        assert_eq!(answer.code, 5, "{answer:?}");
        thread::sleep(Duration::from_secs(1));
    }
    panic!("{words}: the cluster does not come back");
}
