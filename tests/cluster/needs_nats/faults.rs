//! Servers die and freeze while eight writers record: nothing acknowledged is lost, doubled or
//! moved, and every office ends with the same head.

use std::thread;
use std::time::{Duration, Instant};

use super::office::found;
use super::servers::Cluster;
use super::writers::{Writers, all_agree};

/// How long writers may be held up.
const MOST: Duration = Duration::from_mins(1);
/// How many offices are new while a follower is frozen. What a node reads with is laid on any
/// server, on that one too.
const NEW: usize = 6;
/// How long a new office may take then: it tries other servers long before.
const READ: Duration = Duration::from_secs(20);
/// How many more must be acknowledged before the next fault.
const SOME: usize = 10;

#[test]
fn no_fault_of_a_server_loses_or_doubles_a_record() {
    let mut cluster = Cluster::start("");
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "faults", home.path());
    let mut writers = Writers::start(&cluster.address("faults"), home.path(), 100_000);
    writers.go_on(SOME, MOST);

    let first = cluster.leader("faults");
    cluster.servers[first].kill();
    let outage = writers.go_on(SOME, MOST);
    eprintln!("leader killed: {SOME} more after {outage:?}");
    cluster.servers[first].run();

    let follower = (cluster.leader("faults") + 1) % 3;
    cluster.servers[follower].signal("STOP");
    eprintln!("follower frozen: {SOME} more after {:?}", writers.go_on(SOME, MOST));
    for number in 0..NEW {
        let start = Instant::now();
        drop(office.other(home.path().join(format!("new-{number}"))).open());
        let took = start.elapsed();
        eprintln!("follower frozen: a new office has read all after {took:?}");
        assert!(took < READ, "{took:?}");
    }
    cluster.servers[follower].signal("CONT");

    // Clients are attached to it, too.
    let frozen = cluster.leader("faults");
    cluster.servers[frozen].signal("STOP");
    eprintln!("leader frozen: {SOME} more after {:?}", writers.go_on(SOME, MOST));
    cluster.servers[frozen].signal("CONT");
    writers.go_on(SOME, MOST);

    let (one, other) = (cluster.leader("faults"), (cluster.leader("faults") + 1) % 3);
    cluster.servers[one].kill();
    cluster.servers[other].kill();
    thread::sleep(Duration::from_millis(500));
    let before = writers.count();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(writers.count(), before, "one server of three acknowledges nothing");
    cluster.servers[one].run();
    cluster.servers[other].run();
    eprintln!("two servers back: {SOME} more after {:?}", writers.go_on(SOME, MOST));

    for server in &mut cluster.servers {
        server.kill();
    }
    for server in &mut cluster.servers {
        server.run();
    }
    eprintln!("all killed and back: {SOME} more after {:?}", writers.go_on(SOME, MOST));

    let acknowledged = writers.kill();
    let recorded = all_agree(&office, home.path(), &acknowledged);
    eprintln!("{} acknowledged, {recorded} recorded", acknowledged.len());
}
