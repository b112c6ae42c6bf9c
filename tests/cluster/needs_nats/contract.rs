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
    while log.take_in(100).unwrap() > 0 {}
    log
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
    assert_eq!(one.take_in(1_000).unwrap(), 0);
    assert_eq!(all(&one), [batch("one", 3), batch("other", 2)].concat());
    // A single entry is no batch to the server.
    one.append(one.position().into(), &batch("one", 1)).unwrap();
    let late = other.append(other.position().into(), &batch("other", 1));
    assert!(matches!(late, Err(LogError::Conflict { .. })), "{late:?}");
    assert_eq!((all(&other).len(), one.take_in(10).unwrap(), all(&one).len()), (6, 0, 6));
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
