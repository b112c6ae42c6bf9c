//! Every file of a ledger but the view's database, damaged in every way: it is noticed or harmless,
//! never a wrong answer, a panic, or the end of what was recorded.

#![allow(clippy::print_stderr, reason = "long runs tell their figures")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::{Access, SledLog};
use policy_ledger::time::SystemClock;

use crate::house::{self, Answer, House};
use crate::ledgers::random::Random;
use crate::ledgers::{self, listing};

const QUESTIONS: [&str; 4] = [
    "state --json kr-jp.gsomia --at 2020-01-01 --now 2024-01-01",
    "state --csv --at 2020-01-01",
    "log --json --now 2024-01-01",
    "export",
];

/// Words that record one thing more.
const APPEND: &str = "append kr-jp.gsomia noted --on 2024-05-01 --key one-more --now 2024-06-01";

/// What is done to a file: nothing is left of it, or these bytes.
type Damage = (String, Option<Vec<u8>>);

fn damages(bytes: &[u8], random: &mut Random, flips: usize) -> Vec<Damage> {
    let mut damages = vec![("deleted".to_owned(), None), ("emptied".to_owned(), Some(Vec::new()))];
    // Where something is written, and what sled lays out in advance.
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for keep in [1, used / 3, used / 2, used - used.min(9), used - used.min(1)] {
        damages.push((format!("cut to {keep} of {used}"), Some(bytes[..keep.min(used)].to_vec())));
    }
    for _ in 0..flips.min(used * 2) {
        let (at, bit) = (random.below(used), 1_u8 << random.below(8));
        let mut flipped = bytes.to_vec();
        flipped[at] ^= bit;
        damages.push((format!("bit {bit} of byte {at}"), Some(flipped)));
    }
    damages.push(("longer".to_owned(), Some([bytes, &[7; 40][..]].concat())));
    damages.push(("zeros".to_owned(), Some(vec![0; bytes.len()])));
    damages
}

/// A ledger with several stores in it, and its right answers.
struct Room {
    house: House,
    files: Vec<(PathBuf, Vec<u8>)>,
    right: Vec<Answer>,
    with_one_more: usize,
}

impl Room {
    fn new() -> Self {
        Self::of(House::demo())
    }

    /// The same records in segments that begin with 1, 81 and 161.
    fn of_segments() -> Self {
        let house = House::simulated();
        let lines = fs::read_to_string(house::PUBLIC_RECORD).unwrap();
        let drafts: Vec<_> = lines
            .lines()
            .map(|line| ledgers::draft(&serde_json::from_str(line).unwrap()))
            .collect();
        for batch in drafts.chunks(40) {
            let access = Access { command: "the test", wait: Duration::from_secs(5) };
            let log = SledLog::open_with(&house.path(".ledger"), access, 80).unwrap();
            let mut ledger =
                Ledger::following(&house.path(".ledger"), Box::new(log), None).unwrap();
            ledger.append(batch.to_vec(), &Writer::of(&SystemClock)).unwrap();
        }
        for start in ["1", "81", "161"] {
            assert!(house.path(".ledger/log").join(start).is_dir(), "no segment {start}");
        }
        Self::of(house)
    }

    fn of(house: House) -> Self {
        // Once opened again, so that sled has everything that it makes.
        house.ledger("review kr-jp.gsomia --through 2024-01-01 --now 2024-02-01").fine();
        let right: Vec<Answer> = QUESTIONS.iter().map(|it| house.ledger(it).fine()).collect();
        let files = listing(&house.path(".ledger")).into_iter();
        let files = files.filter(|(path, _)| path.is_file()).collect();
        let with_one_more = right[3].out.lines().count() + 1;
        Self { house, files, right, with_one_more }
    }

    fn put_back(&self) {
        let ledger = self.house.path(".ledger");
        for path in listing(&ledger).into_keys().filter(|path| path.is_file()) {
            if self.files.iter().all(|(own, _)| *own != path) {
                fs::remove_file(path).unwrap();
            }
        }
        for (path, bytes) in &self.files {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if fs::read(path).ok().as_ref() != Some(bytes) {
                fs::write(path, bytes).unwrap();
            }
        }
    }

    /// Damages a file, asks and records; gives whether it was noticed.
    fn is_noticed(&self, path: &Path, (what, bytes): &Damage) -> bool {
        let what = format!("{} {what}", path.display());
        match bytes {
            Some(bytes) => fs::write(path, bytes).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        let mut noticed = self.asks(&what);
        let doctor = self.house.ledger("doctor");
        assert!([0, 5].contains(&doctor.code), "{what}: {doctor:?}");
        let told = doctor.code == 5 || !doctor.out.contains("Nothing to do.");
        if path.ends_with("db") {
            noticed |= self.is_told_by_verify(&what, told);
        }
        let recorded = self.house.ledger(APPEND);
        if recorded.code == 0 {
            noticed |= recorded.err.contains("warning:");
            self.has_one_more(&what);
        } else {
            assert!([5, 6].contains(&recorded.code), "{what}: {recorded:?}");
            assert!(recorded.err.starts_with("error: "), "{what}: {recorded:?}");
            // Where nothing can be recorded any more, the doctor says so before it is tried.
            assert!(told, "{what}: {recorded:?} but {}", doctor.out);
            self.asks(&what);
            noticed = true;
        }
        noticed || told
    }

    /// Whether `verify` finds something. What neither it nor the doctor finds anything wrong with is
    /// whole.
    fn is_told_by_verify(&self, what: &str, told: bool) -> bool {
        let verified = self.house.ledger("verify");
        assert!([0, 5, 6].contains(&verified.code), "{what}: {verified:?}");
        self.asks(what);
        if verified.code == 0 && !told {
            self.house.ledger("rebuild").fine();
            assert_eq!(self.house.export(), self.right[3].out, "{what}");
        }
        verified.code != 0
    }

    /// Every answer is the right one, or a refusal; gives whether something was said.
    fn asks(&self, what: &str) -> bool {
        let mut noticed = false;
        for (question, right) in QUESTIONS.iter().zip(&self.right) {
            let found = self.house.ledger(question);
            if [5, 6].contains(&found.code) {
                assert!(found.out.is_empty() && !found.err.is_empty(), "{what}: {found:?}");
                noticed = true;
            } else {
                assert_eq!((found.code, &found.out), (0, &right.out), "{what}: {question}");
                noticed |= !found.err.is_empty();
            }
        }
        noticed
    }

    /// What could be recorded on is whole: a view made anew says the same.
    fn has_one_more(&self, what: &str) {
        let before = self.house.export();
        assert!(before.starts_with(&self.right[3].out), "{what}");
        assert_eq!(before.lines().count(), self.with_one_more, "{what}");
        let rebuilt = self.house.ledger("rebuild");
        if rebuilt.code == 0 {
            assert_eq!(self.house.export(), before, "{what}");
        } else {
            // What the log cannot read any more, the view still has.
            assert!([5, 6].contains(&rebuilt.code), "{what}: {rebuilt:?}");
            assert_eq!(self.house.export(), before, "{what}");
        }
    }
}

/// Damages the files whose names begin so; gives how many damages there were, and were noticed.
fn damaged(prefix: &str, flips: usize) -> (usize, usize) {
    damaged_in(&Room::new(), prefix, flips)
}

fn damaged_in(room: &Room, prefix: &str, flips: usize) -> (usize, usize) {
    let mut random = Random::new(prefix.len() as u64);
    let (mut tried, mut noticed) = (0, 0);
    let ledger = room.house.path(".ledger");
    for (path, bytes) in room.files.iter().filter(|(path, _)| {
        path.strip_prefix(&ledger).unwrap().to_str().unwrap().starts_with(prefix)
    }) {
        for damage in damages(bytes, &mut random, flips) {
            tried += 1;
            noticed += usize::from(room.is_noticed(path, &damage));
            room.put_back();
        }
    }
    eprintln!("{prefix}: {tried} damages, {noticed} noticed");
    assert!(tried > 5);
    (tried, noticed)
}

#[test]
fn the_header() {
    let (tried, noticed) = damaged("ledger.json", ledgers::runs(3));
    assert_eq!(tried, noticed, "the header is bound into the chain");
}

#[test]
fn what_tells_how_far_it_was_acknowledged() {
    damaged("end", ledgers::runs(2));
    damaged("view-2/end", ledgers::runs(2));
}

#[test]
fn the_lock() {
    damaged("lock", 2);
}

#[test]
fn the_data() {
    let (tried, noticed) = damaged("log/1/db", ledgers::runs(6));
    assert!(noticed * 3 > tried, "{noticed} of {tried}");
}

/// Everyday questions are answered from the view, so an earlier segment is only read by those who
/// look at the whole log.
#[test]
fn a_segment_that_others_follow() {
    let room = Room::of_segments();
    let before = room.house.ledger("verify").fine();
    assert!(before.out.contains("Nothing is wrong."), "{}", before.out);
    let (tried, noticed) = damaged_in(&room, "log/1/db", ledgers::runs(4));
    assert!(noticed * 3 > tried, "{noticed} of {tried}");
}

#[test]
fn a_segment_that_others_follow_beside_its_data() {
    let room = Room::of_segments();
    damaged_in(&room, "log/81/conf", ledgers::runs(0));
    damaged_in(&room, "log/81/snap", ledgers::runs(0));
}

#[test]
fn a_segment_that_is_gone() {
    let room = Room::of_segments();
    for start in ["1", "81", "161"] {
        let what = format!("segment {start} is gone");
        let path = room.house.path(".ledger/log").join(start);
        fs::remove_dir_all(&path).unwrap();
        room.asks(&what);
        let doctor = room.house.ledger("doctor");
        assert_eq!(doctor.code, 5, "{what}: {doctor:?}");
        assert!(doctor.out.contains("BAD"), "{what}: {}", doctor.out);
        let verified = room.house.ledger("verify");
        assert!([5, 6].contains(&verified.code), "{what}: {verified:?}");
        let recorded = room.house.ledger(APPEND);
        if recorded.code == 0 {
            room.has_one_more(&what);
        } else {
            assert!([5, 6].contains(&recorded.code), "{what}: {recorded:?}");
            room.asks(&what);
        }
        room.put_back();
        assert_eq!(room.house.ledger("verify").fine().code, 0, "{what}");
    }
}

#[test]
fn what_lies_beside_the_data() {
    damaged("log/1/conf", ledgers::runs(2));
    damaged("log/1/snap", ledgers::runs(2));
}
