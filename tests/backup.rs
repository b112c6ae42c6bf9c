//! A backup makes the same ledger again, or is refused; and it never stands in anybody's way.

use std::fs;
use std::num::NonZeroU64;
use std::path::Path;
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::{self, Access};
use policy_ledger::proof::Hash;
use policy_ledger::time::SystemClock;
use sha2::{Digest as _, Sha256};

use crate::house::House;
use crate::ledgers::children::{MEASURES, Running};
use crate::ledgers::random::{Random, Writing};
use crate::ledgers::{self, Place, contents, listing, patient, sound};

/// The header and every entry of a log, byte for byte.
fn stored(directory: &Path) -> (Vec<u8>, Vec<Vec<u8>>) {
    let access = Access { command: "the test", wait: Duration::from_secs(5) };
    let log = log::open(directory, access).unwrap();
    let entries = log.entries(NonZeroU64::MIN).map(|item| item.unwrap().1).collect();
    (log.header().to_vec(), entries)
}

fn head(directory: &Path) -> String {
    let ledger = Ledger::read(directory, &patient("the test")).unwrap();
    ledger.standpoint(ledger.records()).unwrap().head
}

/// A ledger in which all that connects records meets.
fn random_ledger(seed: u64) -> Place {
    let (place, mut random) = (Place::new(), Random::new(seed));
    let mut ledger = place.open();
    let mut writing = Writing::new(&mut random);
    for _ in 0..40 {
        let batch = writing.batch();
        let drafts = batch.iter().map(ledgers::draft).collect();
        if ledger.append(drafts, &Writer::of(&SystemClock)).is_ok() {
            writing.recorded(batch, ledger.records());
        }
    }
    place
}

#[test]
fn a_restored_ledger_is_the_same_to_the_last_byte() {
    for seed in 1..=6 {
        let place = if seed == 1 { Place::new() } else { random_ledger(seed) };
        let (file, into) = (place.path("a.backup"), place.path("restored"));
        let made = place.read().backup(&file, None).unwrap();
        assert_eq!(Ledger::inspect(&file, None).unwrap(), made);
        assert_eq!(Ledger::restore(&file, &into, &patient("the test")).unwrap(), made);
        assert!(stored(&into) == stored(&place.ledger()), "seed {seed}");
        assert_eq!((head(&into), head(&into)), (head(&place.ledger()), made.head));
        sound(&into);
        // And both go on in the same way.
        for directory in [place.ledger(), into] {
            let mut ledger = Ledger::open(&directory, &patient("the test")).unwrap();
            let next = vec![ledgers::draft(&ledgers::measure(77))];
            ledger.append(next, &Writer::of(&SystemClock)).unwrap();
            drop(ledger);
            sound(&directory);
        }
    }
}

#[test]
fn a_restored_ledger_answers_the_same() {
    let house = House::demo();
    house.ledger("retract @199 --because entered-by-mistake").fine();
    let said = house.ledger("backup all.backup").fine();
    assert!(said.out.starts_with("All 200 records are in all.backup (head "), "{said:?}");
    assert!(said.out.contains("ledger restore all.backup DIR"), "{said:?}");
    house.ledger("restore all.backup again").fine();
    for question in [
        "state --json --at 2020-01-01",
        "state --json --known @120 --at 2020-01-01",
        "log --json",
        "explain --json kr-jp.gsomia --at 2020-01-01",
        "check --json",
        "export",
    ] {
        let asked = |place: &str| {
            let answer = house.ledger(&format!("-f {place} {question} --now 2024-01-01")).fine();
            // Help names the ledger where the command did.
            answer.out.replace(&format!("-f {place} "), "")
        };
        assert_eq!(asked("again"), asked(".ledger"), "{question}");
    }
    house.ledger("-f again doctor").fine();
}

#[test]
fn a_backup_is_taken_while_others_record() {
    let place = Place::with_measures(MEASURES);
    let mut writer = Running::start("append 1000000", &place.ledger());
    let mut made = Vec::new();
    for number in 0..8 {
        let heard = writer.hears("acknowledged").unwrap();
        let file = place.path(&format!("{number}.backup"));
        let contents = place.read().backup(&file, None).unwrap();
        assert!(contents.records >= heard + MEASURES as u64);
        // The next one has more: what the writer said until now may be less than is there.
        while writer.hears("acknowledged").unwrap() + MEASURES as u64 <= contents.records {}
        made.push((file, contents));
    }
    writer.kill("acknowledged");
    let ledger = place.open();
    let counts: Vec<u64> = made.iter().map(|(_, contents)| contents.records).collect();
    assert!(counts.windows(2).all(|pair| pair[0] < pair[1]), "{counts:?}");
    for (number, (file, contents)) in made.iter().enumerate() {
        let records = usize::try_from(contents.records).unwrap();
        assert_eq!(ledger.standpoint(records).unwrap().head, contents.head);
        let into = place.path(&format!("restored-{number}"));
        Ledger::restore(file, &into, &patient("the test")).unwrap();
        sound(&into);
    }
}

#[test]
fn nothing_is_replaced_and_nothing_is_put_into_a_ledger() {
    let house = House::demo();
    house.file("there.txt", "mine");
    let before = contents(&house.path(".ledger"));
    for (file, code, says) in [
        ("there.txt", 5, "is there already"),
        (".ledger/all.backup", 2, "inside a ledger"),
        (".ledger/log/../x", 2, "inside a ledger"),
        ("nowhere/all.backup", 2, "is not there"),
        (".", 2, "is a directory"),
    ] {
        let answer = house.ledger(&format!("backup {file}"));
        assert_eq!((answer.code, answer.out.as_str()), (code, ""), "{answer:?}");
        assert!(answer.err.contains(says), "{answer:?}");
    }
    assert_eq!(fs::read_to_string(house.path("there.txt")).unwrap(), "mine");
    assert!(contents(&house.path(".ledger")) == before);
    let names: Vec<_> = fs::read_dir(house.path("")).unwrap().collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_and_follows_no_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let house = House::demo();
    house.ledger("backup all.backup").fine();
    house.ledger("restore all.backup again").fine();
    let mode = |name: &str| fs::metadata(house.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("all.backup"), 0o600);
    for (path, _) in listing(&house.path("again")) {
        let found = fs::metadata(&path).unwrap();
        let forbidden = found.permissions().mode() & 0o077;
        // What the database of the log makes is inside directories of 0700.
        let inside = path.parent().unwrap().ends_with("log/1");
        assert!(forbidden == 0 || inside, "{}", path.display());
    }
    assert_eq!([mode("again"), mode("again/log"), mode("again/log/1")], [0o700; 3]);
    symlink(house.path("elsewhere"), house.path("link")).unwrap();
    assert_eq!(house.ledger("backup link").code, 5);
    assert!(!house.path("elsewhere").exists());
    // A link to a ledger's directory is that directory.
    symlink(house.path("again"), house.path("linked")).unwrap();
    assert_eq!(house.ledger("backup linked/x").code, 2);
    assert_eq!(house.ledger("restore all.backup linked").code, 5);
    symlink(house.path("nowhere"), house.path("dangling")).unwrap();
    assert_eq!(house.ledger("restore all.backup dangling").code, 5);
}

#[test]
fn a_ledger_is_restored_only_where_nothing_is() {
    let house = House::demo();
    house.ledger("backup all.backup").fine();
    house.file("full.txt", "x");
    fs::create_dir(house.path("full")).unwrap();
    house.file("full/x", "x");
    for (place, says) in [
        ("full", "is not empty"),
        ("full.txt", "is not a directory"),
        (".ledger", "there is a ledger"),
        (".ledger/inside", "there is a ledger"),
    ] {
        let answer = house.ledger(&format!("restore all.backup {place}"));
        assert_eq!((answer.code, answer.out.as_str()), (5, ""), "{answer:?}");
        assert!(answer.err.contains(says), "{answer:?}");
    }
    fs::create_dir(house.path("empty")).unwrap();
    house.ledger("restore all.backup empty").fine();
    house.ledger("restore all.backup deep/down").fine();
    let before = listing(&house.path(""));
    let dry = house.ledger("restore all.backup other -n").fine();
    assert!(dry.out.contains("is sound: 199 records of ledger"), "{dry:?}");
    assert!(listing(&house.path("")) == before, "something was made");
}

/// Refused with this exit code, and nothing is made by it.
#[track_caller]
fn refused(house: &House, bytes: &[u8], codes: &[&str], what: &str) {
    house.file("bad.backup", bytes);
    for words in ["restore bad.backup made --json", "restore bad.backup made -n --json"] {
        let answer = house.ledger(words);
        assert!(answer.out.is_empty() && [5, 6].contains(&answer.code), "{what}: {answer:?}");
        let error: serde_json::Value = serde_json::from_str(&answer.err).unwrap();
        let code = error["error"]["code"].as_str().unwrap();
        assert!(codes.contains(&code), "{what}: {error}");
    }
    let left: Vec<_> = fs::read_dir(house.path("")).unwrap().map(|it| it.unwrap().path()).collect();
    let ours = |path: &Path| path.ends_with("made") || path.ends_with(".made.restoring");
    assert!(!left.iter().any(|path| ours(path)), "{what}: {left:?}");
}

#[test]
fn a_damaged_backup_is_refused_whole() {
    let house = House::demo();
    house.ledger("backup all.backup").fine();
    let whole = fs::read(house.path("all.backup")).unwrap();
    let damage = ["damaged-backup", "not-a-backup"];
    for cut in 0..20 {
        refused(&house, &whole[..whole.len() * cut / 20], &damage, &format!("{cut} of 20"));
    }
    refused(&house, &whole[..whole.len() - 1], &damage, "the last byte");
    let without_last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap();
    refused(&house, &whole[..=without_last], &damage, "the last line");
    refused(&house, &[&whole[..], b"x"].concat(), &damage, "one more byte");
    refused(&house, &[&whole[..], b"\n"].concat(), &damage, "one more line");
    refused(&house, &whole.repeat(2), &damage, "twice");
    let mut random = Random::new(3);
    for _ in 0..40 {
        let (at, bit) = (random.below(whole.len()), 1_u8 << random.below(8));
        let mut flipped = whole.clone();
        flipped[at] ^= bit;
        refused(
            &house,
            &flipped,
            &[damage[0], damage[1], "newer-format"],
            &format!("{bit} at {at}"),
        );
    }
    refused(&house, b"", &["not-a-backup"], "nothing");
    refused(&house, &vec![0; 300_000], &damage, "zeros");
    refused(&house, &vec![b'x'; 3_000_000], &damage, "one long line");
    let newer = String::from_utf8(whole).unwrap().replacen("\"backup\":1", "\"backup\":2", 1);
    refused(&house, newer.as_bytes(), &["newer-format"], "a newer form");
}

/// A backup with something exchanged, and the checksum that then fits.
fn forged(whole: &str, from: &str, to: &str) -> String {
    assert!(whole.contains(from), "{from}");
    let changed = whole.replacen(from, to, 1);
    let (lines, last) = changed.trim_end().rsplit_once('\n').unwrap();
    let lines = format!("{lines}\n");
    let digest = Hash::from(<[u8; 32]>::from(Sha256::digest(&lines))).to_string();
    let mut last: serde_json::Value = serde_json::from_str(last).unwrap();
    last["sha256"] = digest.into();
    format!("{lines}{last}\n")
}

#[test]
fn a_backup_that_was_written_anew_is_found_out_by_its_chain_and_its_head() {
    let house = House::demo();
    house.ledger("backup all.backup").fine();
    let whole = fs::read_to_string(house.path("all.backup")).unwrap();
    let head = head(&house.path(".ledger"));
    let third = whole.lines().nth(3).unwrap();
    let last = whole.lines().nth(199).unwrap();
    let another = last.replacen("\"record\":", "\"note\":\"n\",\"record\":", 1);
    for (from, to) in [
        ("2016-11-23", "2016-11-24"),
        ("\"seq\":7,", "\"seq\":8,"),
        (&*head, &*head.chars().rev().collect::<String>()),
        ("\\\"clock\\\":\\\"simulated\\\"", "\\\"clock\\\":\\\"machine\\\""),
        ("\"ledger\":\"6a", "\"ledger\":\"6b"),
        (&format!("{third}\n"), ""),
        (last, &another),
    ] {
        let codes = ["altered-backup", "damaged-backup"];
        refused(&house, forged(&whole, from, to).as_bytes(), &codes, from);
    }
    let sound = forged(&whole, &head, &head);
    assert_eq!(sound, whole, "what is not changed has its own checksum");
}

#[test]
fn what_an_interrupted_restore_left_is_no_hindrance() {
    let house = House::demo();
    house.ledger("backup all.backup").fine();
    fs::create_dir_all(house.path(".made.restoring/log/1")).unwrap();
    house.ledger("restore all.backup made").fine();
    assert!(!house.path(".made.restoring").exists());
    // One that is at work is left alone.
    let working = house.path(".other.restoring");
    let making = policy_ledger::ledger::Making::default();
    let held = Ledger::create(&working, &making, &SystemClock).unwrap();
    let answer = house.ledger("restore all.backup other");
    assert!(answer.code == 5 && answer.err.contains("in use by"), "{answer:?}");
    drop(held);
    house.ledger("restore all.backup other").fine();
}
