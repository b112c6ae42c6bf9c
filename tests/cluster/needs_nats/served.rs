//! `serve --write` on two nodes of one ledger: programs post to both.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::program::{Desk, ready};
use super::servers::Cluster;
use crate::pages::wire::{Heard, Line};

/// How long another node may take to show what was recorded.
const SECONDS: Duration = Duration::from_secs(10);
/// How many programs post to each server.
const PROGRAMS: usize = 4;
/// How often each of them posts.
const POSTS: usize = 8;

/// A server on a desk, ended with the test.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
    token: String,
}

impl Served {
    fn at(desk: &Desk) -> Self {
        Self::with(desk, "none", Stdio::inherit())
    }

    /// One that tells what it is asked, until it is ended.
    pub fn telling(desk: &Desk) -> Self {
        Self::with(desk, "json", Stdio::piped())
    }

    /// Ends it; what it told.
    pub fn end(&mut self) -> String {
        let mut told = String::new();
        let _ = self.child.kill();
        self.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        told
    }

    fn with(desk: &Desk, log: &str, errors: Stdio) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        command.args(["serve", "--write", "--port", "0", "--log", log]).env_clear();
        command.stderr(errors);
        let mut child = command
            .envs(desk.around())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.split_once("http://").and_then(|(_, rest)| rest.split('/').next());
        let address = address.and_then(|it| it.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            panic!("no address in {first:?}");
        };
        let [copy] = &desk.copies()[..] else { panic!() };
        let notice = std::fs::read(copy.join("writer.json")).unwrap();
        let notice: Value = serde_json::from_slice(&notice).unwrap();
        Self { child, address, token: notice["token"].as_str().unwrap().to_owned() }
    }

    fn post(&self, records: &[Value]) -> Heard {
        let headers =
            format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        let body = json!({"records": records, "changed": false}).to_string();
        Line::to(self.address).post("/records.json", &headers, body.as_bytes())
    }

    /// The ledger that it shows.
    fn shows(&self) -> Value {
        let state = Line::to(self.address).get("/state.json").is(200).json();
        state["ledger"].clone()
    }

    /// Waits until it shows so many records, and tells how long that took.
    fn has(&self, records: u64) -> Duration {
        let start = Instant::now();
        while self.shows()["records"] != records {
            assert!(start.elapsed() < SECONDS, "{records} records: {}", self.shows());
            thread::sleep(Duration::from_millis(20));
        }
        start.elapsed()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn event(key: &str) -> Value {
    json!({"record": "event", "measure": "ban.b", "act": "licence-granted",
        "effective": "2024-01-01", "key": key})
}

/// What a program posts: one record, or three; every fourth time what all others post as well.
fn posted(who: &str, program: usize, number: usize) -> Vec<Value> {
    match number % 4 {
        0 => vec![event(&format!("common-{program}-{number}"))],
        1 => (0..3).map(|it| event(&format!("{who}-{program}-{number}-{it}"))).collect(),
        _ => vec![event(&format!("{who}-{program}-{number}"))],
    }
}

/// Posts from several programs to both servers at once; for every key what was told: the number of
/// the record, and whether it is new.
fn post_to_both(both: [(&str, &Served); 2]) -> BTreeMap<String, Vec<(u64, bool)>> {
    let mut told = BTreeMap::<String, Vec<(u64, bool)>>::new();
    thread::scope(|scope| {
        let mut working = Vec::new();
        for (who, served) in both {
            for program in 0..PROGRAMS {
                working.push(scope.spawn(move || {
                    let mut told = Vec::new();
                    for number in 0..POSTS {
                        let records = posted(who, program, number);
                        let heard = served.post(&records).is(200).json();
                        for (record, result) in
                            records.iter().zip(heard["results"].as_array().unwrap())
                        {
                            let key = record["key"].as_str().unwrap().to_owned();
                            let number = result["record"].as_u64().unwrap();
                            told.push((key, (number, result["new"] == true)));
                        }
                    }
                    told
                }));
            }
        }
        for (key, outcome) in working.into_iter().flat_map(|it| it.join().unwrap()) {
            told.entry(key).or_default().push(outcome);
        }
    });
    told
}

/// The numbers of the records of a ledger by their keys.
fn recorded(desk: &Desk) -> BTreeMap<String, Vec<u64>> {
    let mut recorded = BTreeMap::<String, Vec<u64>>::new();
    for (line, number) in desk.ledger("--offline export").fine().out.lines().zip(1..) {
        let record: Value = serde_json::from_str(line).unwrap();
        if let Some(key) = record["key"].as_str() {
            recorded.entry(key.to_owned()).or_default().push(number);
        }
    }
    recorded
}

#[test]
fn two_servers_record_in_one_ledger_and_answer_while_the_cluster_is_frozen() {
    let cluster = Cluster::start("");
    ready(&cluster);
    let address = cluster.address("served");
    let (seoul, tokyo) = (Desk::at(&address), Desk::at(&address));
    seoul.ledger(&format!("init {address}")).fine();
    seoul.ledger("measure add ban.b --kind licensing-requirement").fine();
    tokyo.ledger("state").fine();
    let (one, other) = (Served::at(&seoul), Served::at(&tokyo));

    let start = Instant::now();
    let told = post_to_both([("seoul", &one), ("tokyo", &other)]);
    eprintln!(
        "{} records by {} programs at two servers in {:?}",
        told.len(),
        2 * PROGRAMS,
        start.elapsed()
    );
    let all = 1 + told.len() as u64;
    eprintln!("both show them after {:?} and {:?}", one.has(all), other.has(all));
    assert_eq!(one.shows(), other.shows());
    assert_eq!(recorded(&seoul), recorded(&tokyo));
    let recorded = recorded(&seoul);
    assert_eq!(recorded.len(), told.len());
    for (key, outcomes) in &told {
        let [number] = recorded[key][..] else { panic!("{key}: {:?}", recorded[key]) };
        assert!(outcomes.iter().all(|(said, _)| *said == number), "{key}: {outcomes:?}, {number}");
        let new = outcomes.iter().filter(|(_, is_new)| *is_new).count();
        assert_eq!(new, 1, "{key} is told to be new: {outcomes:?}");
        assert_eq!(outcomes.len(), if key.starts_with("common") { 2 } else { 1 }, "{key}");
    }

    // A command on a node goes through its server: the copy is held by that.
    let told = tokyo.ledger("--wait 0 append ban.b lifted --on 2024-05-05").fine();
    assert!(told.out.contains(&format!("@{}", all + 1)), "{told:?}");
    eprintln!("the other shows what a command recorded after {:?}", one.has(all + 1));

    frozen(&cluster, [&one, &other]);
    for served in [&one, &other] {
        served.has(all + 2);
    }
    assert_eq!(one.shows(), other.shows());
    drop((one, other));
    seoul.ledger("verify").fine();
    tokyo.ledger("verify").fine();
}

/// While no server of the cluster does anything, whoever reads is answered within a second, and who
/// records is told when it goes on.
fn frozen(cluster: &Cluster, both: [&Served; 2]) {
    cluster.signal("STOP");
    thread::scope(|scope| {
        let posting = scope.spawn(|| both[0].post(&[event("while-frozen")]));
        // The server is at it.
        thread::sleep(Duration::from_secs(2));
        for served in both {
            for page in ["/state.json", "/", "/m/ban.b.json", "/log.json?limit=3", "/about.json"] {
                let start = Instant::now();
                Line::to(served.address).get(page).is(200);
                let took = start.elapsed();
                assert!(took < Duration::from_secs(1), "{page} took {took:?}");
            }
        }
        assert!(!posting.is_finished(), "nothing can be recorded now");
        cluster.signal("CONT");
        let told = posting.join().unwrap().is(200).json();
        assert_eq!(told["results"][0]["new"], true, "{told}");
    });
}
