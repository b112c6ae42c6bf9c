//! Appends within one process: a ledger on a cluster against one in a directory, in turns.
//!
//! ```text
//! cargo bench --bench cluster -- nats://HOST:4222,HOST2/NAME DIRECTORY    # neither is there yet
//! ```
//!
//! `scripts/benchmark-cluster` starts the servers and calls it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on stops")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use policy_ledger::admission::Same;
use policy_ledger::ledger::{Ledger, Making, Opening, Queue, Request, Writer};
use policy_ledger::log::{Address, Credentials, Stream};
use policy_ledger::record::{self, Draft};
use policy_ledger::time::SystemClock;
use serde_json::json;

const WRITERS: u64 = 8;
const ROUNDS: u64 = 3;

/// Measures appends on a cluster and in a directory.
#[derive(Debug, Parser)]
struct Words {
    /// A stream that is not there yet.
    address: Option<Address>,
    /// A directory for the ledgers.
    directory: Option<PathBuf>,
    /// How many appends a round.
    #[arg(long, default_value_t = 200)]
    appends: u64,
    /// Said by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let words = Words::parse();
    let (Some(address), Some(home)) = (words.address, words.directory) else {
        println!("cluster: needs servers: scripts/benchmark-cluster starts them");
        return;
    };
    let stream =
        Stream::connect(&address, &Credentials::default(), Duration::from_secs(30)).unwrap();
    Ledger::create_stream(&stream, &Making::default(), 3, &SystemClock).unwrap();
    let (alone, node) = (home.join("alone"), home.join("node"));
    drop(Ledger::create(&alone, &Making::default(), &SystemClock).unwrap());
    let in_directory = || Ledger::open(&alone, &opening()).unwrap();
    let on_cluster = || Ledger::join(&node, &stream, &opening()).unwrap();
    in_directory().append(measures(), &Writer::of(&SystemClock)).unwrap();
    on_cluster().append(measures(), &Writer::of(&SystemClock)).unwrap();

    let [mut one, mut one_there] = [(); 2].map(|()| Vec::new());
    let [mut many, mut many_there, mut nodes] = [(); 3].map(|()| Vec::new());
    let mut key = 0;
    for _ in 0..ROUNDS {
        one.extend(one_at_a_time(&mut in_directory(), words.appends, &mut key));
        one_there.extend(one_at_a_time(&mut on_cluster(), words.appends, &mut key));
        many.push(through_a_queue(in_directory(), words.appends, &mut key));
        many_there.push(through_a_queue(on_cluster(), words.appends, &mut key));
        nodes.push(each_with_a_node(&home, &stream, words.appends, &mut key));
    }
    println!("| within a process | median ms | p99 ms | appends a second |");
    println!("|---|---|---|---|");
    latencies("one at a time, in a directory", one);
    latencies("one at a time, on a cluster", one_there);
    rate("8 threads through one `Queue`, in a directory", many);
    rate("8 threads through one `Queue`, on a cluster", many_there);
    rate("8 threads with a node each, on a cluster", nodes);
}

fn opening() -> Opening {
    Opening {
        command: "a benchmark".to_owned(),
        wait: Duration::from_secs(30),
        ..Opening::default()
    }
}

fn draft(said: &serde_json::Value) -> Draft {
    let object = record::parse_object(&said.to_string()).unwrap();
    record::read(&object).unwrap()
}

fn measures() -> Vec<Draft> {
    let measure =
        |number| json!({"record": "measure", "measure": format!("m{number}"), "kind": "plain"});
    (0..WRITERS).map(|number| draft(&measure(number))).collect()
}

fn event(writer: u64, key: u64) -> Draft {
    draft(&json!({
        "record": "event", "key": format!("e{key}"), "measure": format!("m{writer}"),
        "act": "set", "status": format!("s{key}"), "effective": "2020-01-01",
        "note": "what was said in the gazette of that day, in a sentence or two",
        "sources": [{"publisher": "Gazette", "published": "2020-01-01",
            "url": format!("https://example.org/{key}")}],
    }))
}

/// New keys, so many.
fn keys(many: u64, key: &mut u64) -> std::ops::Range<u64> {
    let first = *key;
    *key += many;
    first..*key
}

/// How long each append took.
fn one_at_a_time(ledger: &mut Ledger, many: u64, key: &mut u64) -> Vec<Duration> {
    let append = |key| {
        let start = Instant::now();
        ledger.append(vec![event(0, key)], &Writer::of(&SystemClock)).unwrap();
        start.elapsed()
    };
    keys(many, key).map(append).collect()
}

/// Appends a second of several threads that share a queue.
fn through_a_queue(ledger: Ledger, many: u64, key: &mut u64) -> f64 {
    let queue = Queue::of(ledger, SystemClock);
    let start = Instant::now();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (queue, keys) = (&queue, keys(many / WRITERS, key));
            scope.spawn(move || {
                for key in keys {
                    let drafts = vec![event(writer, key)];
                    queue.append(Request { drafts, by: None, same: Same::New }).unwrap();
                }
            });
        }
    });
    per_second(many, start)
}

/// Appends a second of several nodes, each in a thread of its own.
fn each_with_a_node(home: &Path, stream: &Stream, many: u64, key: &mut u64) -> f64 {
    let node = |writer| home.join(format!("node-{writer}"));
    let open = |writer| Ledger::join(&node(writer), stream, &opening()).unwrap();
    let ledgers: Vec<Ledger> = (0..WRITERS).map(open).collect();
    let start = Instant::now();
    thread::scope(|scope| {
        for (writer, mut ledger) in (0..).zip(ledgers) {
            let keys = keys(many / WRITERS, key);
            scope.spawn(move || {
                for key in keys {
                    ledger.append(vec![event(writer, key)], &Writer::of(&SystemClock)).unwrap();
                }
            });
        }
    });
    per_second(many, start)
}

#[allow(clippy::cast_precision_loss, reason = "some hundreds")]
fn per_second(many: u64, start: Instant) -> f64 {
    many as f64 / start.elapsed().as_secs_f64()
}

#[allow(clippy::cast_precision_loss, reason = "some hundreds")]
fn latencies(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let ms = |place: usize| took[place.min(took.len() - 1)].as_secs_f64() * 1000.0;
    let rate = took.len() as f64 / took.iter().sum::<Duration>().as_secs_f64();
    println!(
        "| {what} | {:.2} | {:.2} | {rate:.0} |",
        ms(took.len() / 2),
        ms(took.len() * 99 / 100)
    );
}

fn rate(what: &str, mut rounds: Vec<f64>) {
    rounds.sort_unstable_by(f64::total_cmp);
    println!("| {what} | | | {:.0} |", rounds[rounds.len() / 2]);
}
