//! P4: eight writers in one process, each of whose appends is durable before it makes the next.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use policy_ledger::admission::Same;
use policy_ledger::ledger::{Ledger, Opening, Queue, Request};
use policy_ledger::record::{self, Draft};
use policy_ledger::time::SystemClock;
use rusqlite::{Connection, params};

use super::{Bench, SMALL};
use crate::data::{Event, Size, measure};
use crate::suite::place;
use crate::suite::process::{Memory, Run};
use crate::suite::results::{Judged, Measured, Row, Target, number};
use crate::suite::sqlite;

const WRITERS: usize = 8;
const ROUNDS: usize = 5;

/// One way to append, for a given time; how many appends a second.
type Way<'a> = (&'a str, Box<dyn Fn(Duration) -> f64 + 'a>);

impl Bench {
    /// Each round starts with the ledger of 10,000 events, or the same in SQLite.
    pub(super) fn eight_writers(&self, row: &mut Row) {
        let small = &self.small;
        let (copy, peer) = (small.scratch().join("appended"), small.ledger());
        let ways: [Way; 3] = [
            ("ledger", {
                let copy = copy.clone();
                Box::new(move |time| ours(&peer, &copy, time))
            }),
            (
                "rusqlite, a connection a thread",
                Box::new(|time| eight(&sqlite::copied(small), time)),
            ),
            ("rusqlite, one connection", Box::new(|time| shared(&sqlite::copied(small), time))),
        ];
        let time = self.budget / u32::try_from(ways.len()).unwrap_or(1) / 2;
        let mut speeds = vec![Vec::new(); ways.len()];
        for _ in 0..ROUNDS {
            for ((_, way), speeds) in ways.iter().zip(&mut speeds) {
                speeds.push(way(time.max(Duration::from_millis(300))));
            }
        }
        place::remove(&copy);
        for ((name, _), speeds) in ways.iter().zip(&speeds) {
            row.measured.push(Measured::of(name, &each(speeds), Memory::default()));
        }
        let medians: Vec<f64> = speeds.iter().map(|speeds| median(speeds)).collect();
        for (place, (name, _)) in ways.iter().enumerate().skip(1) {
            let judged = Judged::of("ledger", medians[0], Some(Target::AtLeast(1.0)));
            row.judged.push(judged.against(name, medians[place]).unit("appends/s"));
        }
        row.notes.push(format!(
            "{ROUNDS} rounds, each from a ledger of {SMALL} events; times are of one append, all \
             writers taken together."
        ));
    }
}

/// The time of one append, by the speed of all writers together.
fn each(speeds: &[f64]) -> Vec<Run> {
    let run = |speed: &f64| {
        let took = Duration::from_secs_f64(1.0 / speed);
        Run { took, bytes: 0, memory: Memory::default() }
    };
    speeds.iter().map(run).collect()
}

fn median(speeds: &[f64]) -> f64 {
    let mut speeds = speeds.to_vec();
    speeds.sort_by(f64::total_cmp);
    speeds[speeds.len() / 2]
}

/// Lets eight writers append until the time is over; how many appends a second that was.
fn race(time: Duration, append: impl Fn(usize, u64) + Sync) -> f64 {
    let (next, begin) = (AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (next, append) = (&next, &append);
            scope.spawn(move || {
                while begin.elapsed() < time {
                    append(writer, next.fetch_add(1, Ordering::Relaxed));
                }
            });
        }
    });
    number(next.into_inner()) / begin.elapsed().as_secs_f64()
}

/// Other events than those that are there already.
fn event(number: u64) -> Event {
    Event::of(Size { events: SMALL }, SMALL + number)
}

fn ours(ledger: &Path, copy: &Path, time: Duration) -> f64 {
    place::copy(ledger, copy);
    place::settle();
    let ledger = Ledger::open(copy, &Opening::default()).unwrap();
    let queue = Queue::of(ledger, SystemClock);
    race(time, |_, number| {
        let drafts = vec![draft(&event(number).line())];
        let outcome = queue.append(Request { drafts, by: None, same: Same::New });
        assert_eq!(outcome.unwrap().len(), 1);
    })
}

fn draft(line: &str) -> Draft {
    record::read(&record::parse_object(line).unwrap()).unwrap()
}

/// Each writer with a connection of its own.
fn eight(database: &Path, time: Duration) -> f64 {
    place::settle();
    let connections: Vec<_> = (0..WRITERS).map(|_| Mutex::new(sqlite::open(database))).collect();
    race(time, |writer, number| insert(&connections[writer].lock().unwrap(), number))
}

/// All writers with one connection, each waiting for its turn.
fn shared(database: &Path, time: Duration) -> f64 {
    place::settle();
    let connection = Mutex::new(sqlite::open(database));
    race(time, |_, number| insert(&connection.lock().unwrap(), number))
}

/// One transaction.
fn insert(connection: &Connection, number: u64) {
    let Event { measure: of, act, status, source, .. } = event(number);
    let id = i64::try_from(SMALL + number).unwrap();
    let row = params![id, id, measure(of), "2020-01-01", act, status, source, id, i64::MAX];
    let sql = "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
    assert_eq!(connection.prepare_cached(sql).unwrap().execute(row).unwrap(), 1);
}
