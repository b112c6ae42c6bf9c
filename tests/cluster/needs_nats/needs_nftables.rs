//! The network is cut while eight writers record: nothing acknowledged is lost, doubled or moved,
//! and every office ends with the same head. Each server is in a network of its own, and so are two
//! groups of writers; rules of nftables drop what goes from one to another.

mod networks;

use std::env;
use std::path::Path;
use std::time::{Duration, Instant};

use networks::{Cut, apart, cut, end_with_input, heal, host, join, network};
use policy_ledger::ledger::{Ledger, LedgerError};
use policy_ledger::log::{LogError, Problem};

use super::office::found;
use super::servers::{Cluster, Spot, connect, program};
use super::writers::{Writers, all_agree};
use crate::ledgers::children::again;
use crate::ledgers::patient;

/// Says to a copy of this program that it is in networks of its own.
const APART: &str = "POLICY_LEDGER_CLUSTER_APART";

/// How long writers may be held up.
const MOST: Duration = Duration::from_mins(2);
/// How many more must be acknowledged while a cut lasts.
const SOME: usize = 10;
/// So many that a follower is behind.
const MANY: usize = 100;

/// The places of the servers' networks.
const SERVERS: [usize; 3] = [1, 2, 3];
/// Those of the writers'.
const WRITERS: [usize; 2] = [11, 12];
/// The copies of the writers that are in the first of them, and in the second.
const COPIES: [[usize; 2]; 2] = [[0, 2], [1, 3]];

#[test]
fn no_cut_of_the_network_loses_or_doubles_a_record() {
    let mut inner = apart(&again(module_path!())).env(APART, "1").spawn().unwrap();
    let _held = inner.stdin.take();
    let output = inner.wait_with_output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    eprintln!("{err}");
    assert!(output.status.success(), "{out}");
    assert!(err.contains("all agree"), "{out}");
}

/// Not a test of its own: what the copy does that has networks of its own.
#[test]
fn child() {
    if env::var_os(APART).is_some() {
        end_with_input();
        cut_and_heal();
    }
}

/// Says how long something took, to the program that has started this one.
#[allow(clippy::print_stderr, reason = "what a test says when it is asked to")]
fn say(words: &str) {
    eprintln!("{words}");
}

fn servers() -> Cluster {
    let spot = |place: usize| Spot {
        network: Some(network(place)),
        host: host(place),
        port: 4222,
        route: 6222,
    };
    Cluster::at(SERVERS.map(spot).into(), "")
}

/// The servers' places: that of the one, and those of the two others.
fn split(one: usize) -> (usize, [usize; 2]) {
    (SERVERS[one], [SERVERS[(one + 1) % 3], SERVERS[(one + 2) % 3]])
}

fn cut_and_heal() {
    join(SERVERS.into_iter().chain(WRITERS));
    let cluster = servers();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "cut", home.path());
    let networks = WRITERS.map(network);
    let networks: Vec<_> = networks.iter().map(|it| Some(it.as_path())).collect();
    let mut writers = Writers::start_in(&networks, &cluster.address("cut"), home.path(), 1_000_000);
    writers.each_goes_on(&COPIES.concat(), MOST);

    // All clients still reach all servers.
    let (leader, others) = split(cluster.leader("cut"));
    cut(&[leader], &others, Cut::Both);
    let outage = writers.go_on(SOME, MOST);
    say(&format!("leader cut off from the others: {SOME} more after {outage:?}"));
    is_not_altered(leader, others, home.path());
    well_again(&mut writers, &[leader]);

    let (follower, others) = split((cluster.leader("cut") + 1) % 3);
    cut(&[follower], &others, Cut::Both);
    let outage = writers.go_on(SOME, MOST);
    say(&format!("follower cut off: {SOME} more after {outage:?}"));
    writers.go_on(MANY, MOST);
    well_again(&mut writers, &[follower]);

    let (leader, others) = split(cluster.leader("cut"));
    cut(&[leader], &others, Cut::Out);
    let outage = writers.go_on(SOME, MOST);
    say(&format!("nothing goes out of the leader to the others: {SOME} more after {outage:?}"));
    well_again(&mut writers, &[leader]);

    with_its_clients(&cluster, &mut writers);

    let acknowledged = writers.kill();
    let recorded = all_agree(&office, home.path(), &acknowledged);
    say(&format!("all agree: {} acknowledged, {recorded} recorded", acknowledged.len()));
}

/// A server that is cut off knows less than who asks it has seen. That is no alteration.
fn is_not_altered(one: usize, others: [usize; 2], home: &Path) {
    let through = |places: &[usize]| {
        let servers: Vec<_> = places.iter().map(|place| format!("{}:4222", host(*place))).collect();
        let stream = connect(&format!("nats://{}/cut", servers.join(",")));
        let stream = stream.with_patience(Duration::from_secs(2));
        Ledger::join(&home.join("asks"), &stream, &patient("who asks"))
    };
    through(&others).unwrap();
    let alone = through(&[one]).map(|ledger| ledger.records());
    let problem = Problem::Unreachable;
    assert!(
        matches!(alone, Err(LedgerError::Log(LogError::Cluster { problem: told, .. })) if told == problem),
        "{alone:?}"
    );
}

/// Ends a cut; then every writer goes on.
fn well_again(writers: &mut Writers, places: &[usize]) {
    heal(places);
    say(&format!(
        "healed: every writer goes on after {:?}",
        writers.each_goes_on(&COPIES.concat(), MOST)
    ));
}

/// The leader and the first group of writers are here, all else is there: here nothing is
/// acknowledged, there it goes on.
fn with_its_clients(cluster: &Cluster, writers: &mut Writers) {
    let (leader, others) = split(cluster.leader("cut"));
    let (here, there) = ([leader, WRITERS[0]], [others[0], others[1], WRITERS[1]]);
    cut(&here, &there, Cut::Both);
    let start = Instant::now();
    // What was stored before the cut may be acknowledged yet.
    std::thread::sleep(Duration::from_secs(1));
    let acknowledged = |writers: &Writers| COPIES[0].map(|copy| writers.counts()[copy]);
    let before = acknowledged(writers);
    writers.some_go_on(&COPIES[1], SOME, MOST);
    say(&format!(
        "leader cut off with half of the writers: the other half goes on after {:?}",
        start.elapsed()
    ));
    assert_eq!(acknowledged(writers), before, "one server of three acknowledges nothing");
    well_again(writers, &here);
}
