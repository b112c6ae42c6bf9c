//! The contract of a log, held by one that is a stream.

use std::num::NonZeroU64;
use std::path::Path;
use std::time::Duration;

use policy_ledger::log::{self, Access, Expect, Judge, Log, LogError, SledLog, Stream, StreamLog};

use super::servers::shared;
use crate::log_contract::{HEADER, checks};

/// Takes whatever comes.
struct Anything;

impl Judge for Anything {
    fn name(&self, _: &[u8]) -> Option<String> {
        None
    }

    fn wrong(&mut self, _: NonZeroU64, _: &[u8], _: i64) -> Result<Option<String>, LogError> {
        Ok(None)
    }
}

fn access() -> Access<'static> {
    Access { command: "cluster --test", wait: Duration::from_secs(5) }
}

/// A node's log of a stream.
fn node(home: &Path, stream: &Stream) -> StreamLog {
    log::make_copy(home, stream, access()).unwrap();
    let local = Box::new(SledLog::open(home, access()).unwrap());
    let mut log = StreamLog::over(home, local, stream.clone(), Box::new(Anything)).unwrap();
    catch_up(&mut log, 100);
    log
}

/// Takes in what others have appended, so many messages at a time; how many there were.
fn catch_up(log: &mut StreamLog, at_once: u64) -> u64 {
    let before = log.position().map_or(0, NonZeroU64::get);
    while log.ahead().unwrap() > 0 {
        log.take_in(at_once, &mut |_, _| true).unwrap();
    }
    log.position().map_or(0, NonZeroU64::get) - before
}

fn all(log: &dyn Log) -> Vec<Vec<u8>> {
    log.entries(NonZeroU64::MIN).map(|item| item.unwrap().1).collect()
}

#[test]
fn a_stream_keeps_the_contract() {
    let cluster = shared();
    for (index, check) in checks::ALL.into_iter().enumerate() {
        let home = tempfile::tempdir().unwrap();
        let stream = cluster.create(&format!("contract-{index}"), HEADER);
        check(&mut node(&home.path().join("node"), &stream));
        // Another node that comes later finds the same.
        let (one, other) = (home.path().join("node"), home.path().join("other"));
        assert_eq!(all(&node(&one, &stream)), all(&node(&other, &stream)));
    }
}

#[test]
fn of_two_nodes_that_saw_the_same_end_one_is_told_so() {
    let cluster = shared();
    let stream = cluster.create("two-nodes", HEADER);
    let home = tempfile::tempdir().unwrap();
    let mut one = node(&home.path().join("one"), &stream);
    let mut other = node(&home.path().join("other"), &cluster.stream("two-nodes"));
    let batch = |word: &str, many: usize| vec![word.as_bytes().to_vec(); many];
    assert_eq!(one.append(Expect::Empty, &batch("one", 3)).unwrap().get(), 1);
    let late = other.append(Expect::Empty, &batch("other", 2));
    assert!(
        matches!(late, Err(LogError::Conflict { expected: Expect::Empty, found: Some(found) })
            if found.get() == 3),
        "{late:?}"
    );
    assert_eq!(all(&other), batch("one", 3), "what the other wrote is taken in");
    assert_eq!(other.append(other.position().into(), &batch("other", 2)).unwrap().get(), 4);
    assert_eq!(catch_up(&mut one, 1_000), 2);
    assert_eq!(all(&one), [batch("one", 3), batch("other", 2)].concat());
    // A single entry is no batch to the server.
    one.append(one.position().into(), &batch("one", 1)).unwrap();
    let late = other.append(other.position().into(), &batch("other", 1));
    assert!(matches!(late, Err(LogError::Conflict { .. })), "{late:?}");
    assert_eq!((all(&other).len(), catch_up(&mut one, 10), all(&one).len()), (6, 0, 6));
}

#[test]
fn much_is_taken_in_in_order_and_only_as_far_as_is_wanted() {
    let cluster = shared();
    let stream = cluster.create("much", HEADER);
    let home = tempfile::tempdir().unwrap();
    let mut one = node(&home.path().join("one"), &stream);
    let mut other = node(&home.path().join("other"), &cluster.stream("much"));
    let mut next = 0;
    let mut feed = || {
        next += 1;
        let batch = (1..=500).map(|entry| format!("{next} {entry}").into_bytes()).collect();
        (next <= 12).then_some(batch)
    };
    one.append_all(&mut feed, &mut |_, _| true).unwrap();
    assert_eq!(other.ahead().unwrap(), 6_000);
    let mut told = Vec::new();
    other
        .take_in(4_500, &mut |first, taken| {
            assert_eq!(first.get(), told.len() as u64 + 1);
            told.extend(taken);
            told.len() < 3_000
        })
        .unwrap();
    assert!(told.len() >= 3_000 && told.len() <= 4_500, "{}", told.len());
    assert_eq!(all(&other), told, "what is there was told of");
    assert_eq!(other.ahead().unwrap(), 6_000 - told.len() as u64);
    catch_up(&mut other, 10_000);
    assert_eq!(all(&other), all(&one));
}

/// Appends after the eighth entry as soon as that is there.
fn overtake(other: &mut StreamLog) {
    loop {
        catch_up(other, 100);
        let end = other.position();
        if end.is_some_and(|end| end.get() == 8)
            && other.append(end.into(), &[b"other".to_vec()]).is_ok()
        {
            return;
        }
    }
}

#[test]
fn who_is_overtaken_between_two_batches_is_told_and_has_what_was_told_before() {
    let cluster = shared();
    let stream = cluster.create("overtaken", HEADER);
    let home = tempfile::tempdir().unwrap();
    let mut one = node(&home.path().join("one"), &stream);
    let mut other = node(&home.path().join("other"), &cluster.stream("overtaken"));
    let mut fed = 0;
    let mut feed = || {
        fed += 1;
        if fed == 3 {
            // The second batch is on its way then: the other node is faster with what follows it.
            overtake(&mut other);
        }
        (fed <= 5).then(|| vec![format!("one {fed}").into_bytes(); 4])
    };
    let mut told = 0;
    let late = one.append_all(&mut feed, &mut |_, batch| {
        told += batch.len();
        true
    });
    assert!(
        matches!(late, Err(LogError::Conflict { expected: Expect::Last(expected), found: Some(found) })
            if (expected.get(), found.get()) == (8, 9)),
        "{late:?}"
    );
    assert_eq!(told, 8);
    let batch = |number: u64| vec![format!("one {number}").into_bytes(); 4];
    let expected = [batch(1), batch(2), vec![b"other".to_vec()]].concat();
    assert_eq!(all(&one), expected);
    one.append(one.position().into(), &batch(3)).unwrap();
    catch_up(&mut other, 100);
    assert_eq!(all(&other), [expected, batch(3)].concat());
}

#[test]
fn a_copy_is_not_appended_to_and_knows_its_stream() {
    let cluster = shared();
    let stream = cluster.create("copy", HEADER);
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("node");
    node(&directory, &stream).append(Expect::Empty, &[b"x".to_vec()]).unwrap();
    let mut alone = log::open(&directory, access()).unwrap();
    assert_eq!(all(alone.as_ref()), [b"x".to_vec()]);
    let refused = alone.append(alone.position().into(), &[b"y".to_vec()]);
    assert!(matches!(refused, Err(LogError::Copy { .. })), "{refused:?}");
    let copied = log::copied(&directory).unwrap().unwrap();
    assert_eq!((copied.stream, copied.skipped), (cluster.address("copy"), Vec::new()));
}

#[test]
fn of_two_that_write_batches_of_one_length_nothing_of_the_later_is_in_the_stream() {
    let cluster = shared();
    let stream = cluster.create("one-length", HEADER);
    let home = tempfile::tempdir().unwrap();
    let mut one = node(&home.path().join("one"), &stream);
    let mut other = node(&home.path().join("other"), &cluster.stream("one-length"));
    let mut fed = 0;
    let mut feed = || {
        fed += 1;
        if fed == 1 {
            // It has the place of the first batch, and the second would fit after it.
            other.append(Expect::Empty, &vec![b"other".to_vec(); 4]).unwrap();
        }
        (fed <= 3).then(|| vec![format!("one {fed}").into_bytes(); 4])
    };
    let late = one.append_all(&mut feed, &mut |_, _| true);
    assert!(matches!(late, Err(LogError::Conflict { .. })), "{late:?}");
    assert_eq!(stream.standing().unwrap().last, 5);
    assert_eq!(all(&one), vec![b"other".to_vec(); 4]);
}
