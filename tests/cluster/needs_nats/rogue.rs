//! Somebody with every right writes into the stream what is no record.

use std::collections::BTreeMap;

use policy_ledger::codec::{self, Stored};
use policy_ledger::ledger::{Ledger, LedgerError, State, Verdict, Writer, health, verify};
use policy_ledger::log::{self, LogError, Problem, Skip, Writing};
use policy_ledger::proof::{Hash, leaf};
use policy_ledger::record::Entry;
use policy_ledger::time::{Clock, Instant, SystemClock};

use super::office::{Office, found};
use super::servers::{Cluster, shared};
use crate::ledgers::{draft, event, patient};

/// The last entry with its bytes, and the hash before it.
fn last(office: &Office) -> (Entry, Vec<u8>) {
    let access = log::Access { command: "a rogue", wait: std::time::Duration::from_secs(5) };
    let log = log::open(&office.directory, access).unwrap();
    let bytes = log.entries(log.position().unwrap()).next().unwrap().unwrap().1;
    let Stored { entry, .. } = codec::decode(&bytes).unwrap();
    (entry, bytes)
}

/// The bytes of the entry after the last, changed.
fn next(office: &Office, prev: Option<Hash>, change: impl FnOnce(&mut Entry)) -> Vec<u8> {
    let (mut entry, bytes) = last(office);
    entry.seq += 1;
    entry.id = uuid::Uuid::new_v4();
    entry.key = None;
    change(&mut entry);
    codec::encode(&entry, &prev.unwrap_or_else(|| leaf(&bytes))).unwrap()
}

#[test]
fn what_is_no_record_is_passed_over_by_every_node_alike_and_reported() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "rogue", home.path());
    office.append([event("m1", 1)]);
    let before = office.all();
    let (entry, bytes) = last(&office);
    let late = entry.recorded.to_string().replacen("20", "19", 1).parse().unwrap();
    let ahead = entry.recorded.to_string().replacen("20", "29", 1).parse().unwrap();
    let mut tampered = next(&office, None, |_| ());
    let place = tampered.len() / 2;
    tampered[place] = b'"';
    let attempts: Vec<(&str, Vec<u8>)> = vec![
        ("by a newer program", b"hello".to_vec()),
        ("is no entry", tampered),
        ("more than a record may have", vec![b'x'; 70_000]),
        ("says to be", bytes),
        ("does not carry the hash", next(&office, Some(leaf(b"another")), |_| ())),
        ("before", next(&office, None, |it| it.recorded = late)),
        ("from when the server took it", next(&office, None, |it| it.recorded = ahead)),
        ("it has the id of", next(&office, None, |it| it.id = entry.id)),
    ];
    let standing = office.stream.standing().unwrap();
    let mut writing = Writing::after(&office.stream, standing.last);
    for (number, (_, bytes)) in attempts.iter().enumerate() {
        // Under a name that no server has seen: as it would be after the time it remembers.
        writing.write(vec![(format!("rogue-{number}"), bytes.clone())]).unwrap();
    }
    assert_eq!(office.all(), before, "nothing of it is recorded");

    // One who comes later, and one who was there, pass over the same; and go on.
    let other = office.other(home.path().join("other"));
    other.append([event("m2", 2)]);
    office.append([event("m3", 3)]);
    let (entries, point) = other.all();
    assert_eq!(office.all(), (entries, point.clone()));
    assert_eq!(point.records, before.1.records + 2);
    let skipped = |office: &Office| log::copied(&office.directory).unwrap().unwrap().skipped;
    assert_eq!(skipped(&office), skipped(&other));
    let told: Vec<Skip> = skipped(&office);
    assert_eq!(told.len(), attempts.len());
    for (skip, (reason, bytes)) in told.iter().zip(&attempts) {
        assert!(skip.reason.contains(reason), "{reason}: {skip:?}");
        assert_eq!((skip.bytes, skip.after), (bytes.len() as u64, before.1.records));
    }

    // It is told by whoever is asked, with the evidence.
    let Verdict { points, .. } = verify(&office.directory, &patient("verify"), &[]).unwrap();
    let mut bad: BTreeMap<&str, usize> = BTreeMap::new();
    for point in points.iter().filter(|point| point.state == State::Bad) {
        *bad.entry(point.check).or_default() += 1;
    }
    assert_eq!(bad, BTreeMap::from([("stream", attempts.len())]), "{points:?}");
    let findings = health(&office.directory, "");
    let warned = findings.iter().filter(|it| it.check == "stream" && it.state == State::Warning);
    assert_eq!(warned.count(), attempts.len(), "{findings:?}");
}

/// A clock that is wrong.
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> Instant {
        Instant::start_of("2100-01-01".parse().unwrap())
    }
}

#[test]
fn who_has_a_wrong_clock_is_told_that_nothing_was_recorded() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "clock", home.path());
    let before = office.all();
    let refused = office.open().append(vec![draft(&event("m1", 1))], &Writer::of(&Ahead));
    assert!(
        matches!(
            refused,
            Err(LedgerError::Log(LogError::Cluster { problem: Problem::NotTaken, .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(office.all(), before);
    office.append([event("m1", 1)]);
    let (_, point) = office.all();
    assert_eq!(point.records, before.1.records + 1);
    assert_eq!(office.other(home.path().join("other")).all().1, point);
}

/// Deletes the stream of an office and makes it again with what it began with, and with more that is
/// no record.
fn make_again(cluster: &Cluster, office: &Office, name: &str, keep: u64) {
    let first = office.stream.first().unwrap();
    let messages = (2..=keep).map(|number| office.stream.message(number).unwrap().0);
    let kept: Vec<Vec<u8>> = messages.collect();
    cluster.ask(&format!("$JS.API.STREAM.DELETE.{name}"), &serde_json::json!({}));
    office.stream.create(&first.header, None, 3).unwrap();
    let mut writing = Writing::after(&office.stream, 1);
    for (number, bytes) in kept.into_iter().enumerate() {
        writing.write(vec![(format!("again-{number}"), bytes)]).unwrap();
    }
    for number in 0..9 {
        writing.write(vec![(format!("more-{number}"), b"no record".to_vec())]).unwrap();
    }
}

fn is_altered<T>(result: &Result<T, LedgerError>) -> bool {
    matches!(result, Err(LedgerError::Log(LogError::Cluster { problem: Problem::Altered, .. })))
}

#[test]
fn a_stream_that_was_made_again_is_refused_though_its_last_message_was_no_record() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "again-after-junk", home.path());
    office.append([event("m1", 1)]);
    let last = office.stream.standing().unwrap().last;
    let junk = ("junk".to_owned(), b"no record".to_vec());
    Writing::after(&office.stream, last).write(vec![junk]).unwrap();
    let before = office.all();
    make_again(&cluster, &office, "again-after-junk", last - 1);
    let opening = patient("an office");
    assert!(is_altered(&Ledger::join(&office.directory, &office.stream, &opening)));
    let alone = Ledger::glance(&office.directory).unwrap();
    assert_eq!(alone.standpoint(alone.records()).unwrap(), before.1);
}

#[test]
fn who_has_a_ledger_open_does_not_record_in_a_stream_that_was_made_again() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "again-while-open", home.path());
    office.append([event("m1", 1)]);
    let mut ledger = office.open();
    let last = office.stream.standing().unwrap().last;
    make_again(&cluster, &office, "again-while-open", last - 1);
    let drafts = vec![draft(&event("m1", 2))];
    let recorded = ledger.append(drafts, &Writer::of(&SystemClock));
    assert!(is_altered(&recorded));
    assert_eq!(ledger.records(), 11);
}
