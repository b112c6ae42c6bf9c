//! The program on a damaged view: every answer is the right one, or exit 5 with a way on.

use std::fs;
use std::path::{Path, PathBuf};

use crate::house::{Answer, House};
use crate::ledgers::listing;
use crate::ledgers::random::Random;

const QUESTIONS: [&str; 9] = [
    "state --json kr-jp.gsomia --at 2020-01-01",
    "state --csv --at 2020-01-01",
    "log --json",
    "show --json @57",
    "measure list --json",
    "state --json --known @120 --at 2020-01-01",
    "state kr-jp.gsomja",
    "state jp.white-list.kr --at 2020-01-01",
    "export",
];

fn database(house: &House) -> PathBuf {
    crate::ledgers::databases(&house.path(".ledger")).pop().unwrap()
}

fn ask(house: &House) -> Vec<Answer> {
    QUESTIONS.iter().map(|question| house.ledger(&format!("{question} --now 2024-01-01"))).collect()
}

/// Every answer is as before, or a refusal that says what to do.
#[track_caller]
fn right_or_refused(house: &House, right: &[Answer], what: &str) -> usize {
    let mut refused = 0;
    for ((found, right), question) in ask(house).iter().zip(right).zip(QUESTIONS) {
        if found.code == 5 {
            assert!(found.err.contains("help"), "{what}: {question}: {found:?}");
            refused += 1;
            continue;
        }
        let same = (found.code, &found.out) == (right.code, &right.out);
        let err = found.err.strip_suffix(&right.err);
        let warned = err.is_some_and(|more| more.is_empty() || more.starts_with("warning: "));
        assert!(same && warned, "{what}: {question}: {found:?} is not {right:?}");
    }
    refused
}

fn restore(directory: &Path, whole: &[(PathBuf, Vec<u8>)]) {
    for path in listing(directory).into_keys().filter(|path| path.is_file()) {
        fs::remove_file(path).unwrap();
    }
    for (path, bytes) in whole {
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn the_program_answers_right_or_not_at_all() {
    let house = House::demo();
    let right = ask(&house);
    let view = house.path(".ledger/view-2");
    let whole: Vec<_> = listing(&view).into_iter().collect();
    let bytes = fs::read(database(&house)).unwrap();
    let mut random = Random::new(1);
    let mut changed = 0;
    for (at, bit) in super::spots(&bytes, 36, &mut random) {
        let mut flipped = bytes.clone();
        flipped[at] ^= bit;
        fs::write(database(&house), &flipped).unwrap();
        let refused = right_or_refused(&house, &right, &format!("bit {bit} of byte {at}"));
        assert_eq!(refused, 0, "what can be rebuilt is rebuilt");
        changed += usize::from(fs::read(database(&house)).unwrap() != flipped);
        restore(&view, &whole);
    }
    assert!(changed > 8, "only {changed} were mended");
}

#[test]
fn the_program_makes_a_lost_view_anew_and_says_so() {
    let house = House::demo();
    let right = ask(&house);
    let view = house.path(".ledger/view-2");
    for keep in [0, 10, 5_000, 50_000] {
        let bytes = fs::read(database(&house)).unwrap();
        fs::write(database(&house), &bytes[..keep]).unwrap();
        let first = house.ledger(QUESTIONS[0]);
        assert!(first.err.starts_with("warning: the view is damaged"), "{first:?}");
        assert!(first.err.contains("rebuilt"), "{first:?}");
        assert_eq!(right_or_refused(&house, &right, "shortened"), 0);
    }
    fs::remove_dir_all(&view).unwrap();
    let first = house.ledger(QUESTIONS[0]).fine();
    assert_eq!(first.err, "", "a view that was never made is no damage");
    assert_eq!(right_or_refused(&house, &right, "removed"), 0);
}

#[test]
fn a_damaged_view_whose_ledger_is_held_is_refused_and_not_waited_for_without_end() {
    let house = House::demo();
    let right = ask(&house);
    let bytes = fs::read(database(&house)).unwrap();
    let opening = crate::ledgers::patient("somebody else");
    let held = policy_ledger::ledger::Ledger::open(&house.path(".ledger"), &opening).unwrap();
    fs::write(database(&house), &bytes[..5_000]).unwrap();
    let answer = house.ledger(&format!("{} --wait 0", QUESTIONS[7]));
    assert_eq!((answer.code, answer.out.as_str()), (5, ""), "{answer:?}");
    assert!(!answer.help().is_empty(), "{answer:?}");
    drop(held);
    assert_eq!(right_or_refused(&house, &right, "let go"), 0);
}
