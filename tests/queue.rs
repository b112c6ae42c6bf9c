//! Many writers in one process, through one queue.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use policy_ledger::admission::{Decision, Same};
use policy_ledger::ledger::{Ledger, LedgerError, Outcome, Queue, Request, Writer};
use policy_ledger::log::{self, Access, Entries, Expect, Log, LogError};
use policy_ledger::record::{Draft, Entry};
use policy_ledger::time::SystemClock;

use crate::ledgers::{Place, draft, event, numbers};

const THREADS: u64 = 8;
const EACH: u64 = 60;

/// What one thread wants recorded at once: one to three events.
fn wanted(thread: u64, round: u64) -> Vec<Draft> {
    let first = (thread * EACH + round) * 3 + 1;
    let about = format!("m{thread}");
    (first..=first + round % 3).map(|number| draft(&event(&about, number))).collect()
}

fn request(drafts: Vec<Draft>) -> Request {
    Request { drafts, by: Some("a test".to_owned()), same: Same::New }
}

fn new_numbers(outcome: Outcome) -> Vec<u64> {
    let decisions = outcome.unwrap().into_iter().map(|decision| match decision {
        Decision::New(entry) => entry.seq,
        Decision::Already(seq) => panic!("@{seq} was not there"),
    });
    decisions.collect()
}

/// Every thread's requests, and the record numbers that each was acknowledged with.
fn through_a_queue(queue: &Queue) -> Vec<Vec<u64>> {
    thread::scope(|scope| {
        let threads = (0..THREADS).map(|thread| {
            scope.spawn(move || -> Vec<Vec<u64>> {
                let rounds = (0..EACH).map(|round| queue.append(request(wanted(thread, round))));
                rounds.map(new_numbers).collect()
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn what_many_threads_record_is_there_once_whole_and_in_the_order_of_time() {
    let place = Place::with_measures(8);
    let queue = Queue::of(place.open(), SystemClock);
    let acknowledged = through_a_queue(&queue);
    let ledger = queue.close().unwrap();
    let entries = ledger.entries().unwrap();
    let wanted: usize = (0..THREADS).flat_map(|t| (0..EACH).map(move |r| wanted(t, r).len())).sum();
    assert_eq!(entries.len(), 8 + wanted);
    let once: BTreeSet<u64> = numbers(&entries).into_iter().collect();
    assert_eq!(once.len(), wanted, "one is there twice");
    let mut requests: Vec<Vec<u64>> = acknowledged;
    requests.sort();
    assert!(requests.concat().into_iter().eq(9..9 + wanted as u64), "numbers without gaps");
    for pair in requests.windows(2) {
        let time = |seq: &u64| entries[usize::try_from(*seq).unwrap() - 1].recorded;
        assert_eq!(time(&pair[0][0]), time(pair[0].last().unwrap()), "one request, one time");
        assert!(time(&pair[0][0]) < time(&pair[1][0]), "{pair:?}");
    }
    holds_together(&entries);
    drop(ledger);
    place.is_sound();
    place.append([event("m1", 1_000_000)]);
}

/// The events of a request follow each other.
fn holds_together(entries: &[Entry]) {
    let found = numbers(entries);
    for (thread, round) in (0..THREADS).flat_map(|t| (0..EACH).map(move |r| (t, r))) {
        let keys = wanted(thread, round).into_iter().map(|draft| draft.key.unwrap());
        let keys: Vec<u64> = keys.map(|key| key[1..].parse().unwrap()).collect();
        let at = found.iter().position(|number| *number == keys[0]).unwrap();
        assert_eq!(found[at..at + keys.len()], keys);
    }
}

#[test]
fn dropping_a_queue_waits_for_what_is_in_it() {
    let place = Place::with_measures(1);
    let queue = Queue::of(place.open(), SystemClock);
    queue.append(request(vec![draft(&event("m0", 1))])).unwrap();
    drop(queue);
    assert_eq!(place.open().records(), 2, "and lets go of the ledger");
}

#[test]
fn a_refused_request_leaves_the_others_of_its_group_alone() {
    let place = Place::with_measures(2);
    let mut ledger = place.open();
    let one = |about: &str, number| request(vec![draft(&event(about, number))]);
    let mut two = one("m0", 5);
    two.drafts.push(draft(&event("nowhere", 6)));
    let again = Request { same: Same::Already, ..one("m1", 1) };
    let other = request(vec![draft(&event("m0", 1))]);
    let group = vec![one("m1", 1), two, one("m0", 2), again, other, one("m1", 3)];
    let mut outcomes = ledger.append_group(group, &SystemClock).into_iter();
    let mut next = || outcomes.next().unwrap();
    assert_eq!(new_numbers(next()), [3]);
    assert!(matches!(next(), Err(LedgerError::Refused(refused)) if refused[0].0 == 1));
    assert_eq!(new_numbers(next()), [4]);
    assert!(matches!(next().unwrap()[..], [Decision::Already(3)]), "said earlier in the group");
    assert!(matches!(next(), Err(LedgerError::Refused(_))), "its key is taken in the group");
    assert_eq!(new_numbers(next()), [5]);
    assert_eq!(numbers(&ledger.entries().unwrap()), [1, 2, 3]);
    drop(ledger);
    place.is_sound();
}

#[test]
fn a_group_of_refused_requests_changes_nothing() {
    let place = Place::with_measures(1);
    let mut ledger = place.open();
    let bad = || request(vec![draft(&event("nowhere", 1))]);
    let outcomes = ledger.append_group(vec![bad(), bad()], &SystemClock);
    assert!(outcomes.iter().all(|it| matches!(it, Err(LedgerError::Refused(_)))));
    let good = ledger.append(vec![draft(&event("m0", 1))], &Writer::of(&SystemClock));
    assert_eq!(new_numbers(good), [2]);
}

/// A log that keeps nothing of the append of one place, and says so.
struct Failing {
    log: Box<dyn Log>,
    appends: usize,
    fails: usize,
    tried: Arc<AtomicUsize>,
}

impl Log for Failing {
    fn header(&self) -> &[u8] {
        self.log.header()
    }

    fn position(&self) -> Option<NonZeroU64> {
        self.log.position()
    }

    fn append(&mut self, expect: Expect, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        self.appends += 1;
        self.tried.fetch_add(batch.len(), Ordering::SeqCst);
        if self.appends == self.fails {
            return Err(LogError::DiskFull { path: "db".into() });
        }
        self.log.append(expect, batch)
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        self.log.entries(from)
    }
}

fn failing(place: &Place, fails: usize) -> (Ledger, Arc<AtomicUsize>) {
    let access = Access { command: "a test", wait: std::time::Duration::from_secs(5) };
    let log = log::open(&place.ledger(), access).unwrap();
    let tried = Arc::default();
    let log = Failing { log, appends: 0, fails, tried: Arc::clone(&tried) };
    (Ledger::following(&place.ledger(), Box::new(log), None).unwrap(), tried)
}

#[test]
fn a_log_that_fails_fails_the_whole_group_and_nothing_of_it_is_seen() {
    let place = Place::with_measures(2);
    let (mut ledger, tried) = failing(&place, 1);
    let group = (1..=5).map(|number| request(vec![draft(&event("m1", number))]));
    let mut group: Vec<Request> = group.collect();
    group.push(request(vec![draft(&event("nowhere", 9))]));
    let mut outcomes = ledger.append_group(group, &SystemClock);
    assert!(matches!(outcomes.pop(), Some(Err(LedgerError::Refused(_)))));
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert!(matches!(&error, LedgerError::Group(_)), "{error}");
        assert!(error.to_string().contains("no room"), "{error}");
    }
    assert_eq!(tried.load(Ordering::SeqCst), 5, "they were one batch");
    assert_eq!((ledger.records(), place.read().records()), (2, 2));
    // The next ones go in as if nothing had been.
    let next = ledger.append(vec![draft(&event("m1", 1))], &Writer::of(&SystemClock));
    assert_eq!(new_numbers(next), [3]);
    drop(ledger);
    place.is_sound();
}

#[test]
fn a_log_that_fails_fails_one_append_and_nothing_of_it_is_seen() {
    let place = Place::with_measures(2);
    let (mut ledger, _) = failing(&place, 2);
    let writer = Writer::of(&SystemClock);
    ledger.append(vec![draft(&event("m1", 1))], &writer).unwrap();
    let error = ledger.append(vec![draft(&event("m1", 2))], &writer).unwrap_err();
    assert!(matches!(error, LedgerError::Log(LogError::DiskFull { .. })), "{error}");
    assert_eq!((ledger.records(), place.read().records()), (3, 3));
    assert_eq!(new_numbers(ledger.append(vec![draft(&event("m1", 3))], &writer)), [4]);
}
