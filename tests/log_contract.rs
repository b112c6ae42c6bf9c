//! The contract of a log, held by every log; and what one on disk must survive.

pub mod checks;

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    num::NonZeroU64,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use policy_ledger::log::{self, Access, Log, LogError, MemoryLog};

use crate::ledgers::children::again;

pub const HEADER: &[u8] = br#"{"format":1,"id":"7e6b0a4c","clock":"machine"}"#;
/// Set for the copies of this program that a test starts: the directory they write to.
const CHILD: &str = "LOG_CONTRACT_CHILD";

fn access(wait: Duration) -> Access<'static> {
    Access { command: "log_contract --test", wait }
}

fn open(directory: &Path) -> Result<Box<dyn Log>, LogError> {
    log::open(directory, access(Duration::from_secs(20)))
}

fn create(directory: &Path) -> Result<Box<dyn Log>, LogError> {
    log::create(directory, HEADER, access(Duration::ZERO))
}

fn at(position: u64) -> NonZeroU64 {
    NonZeroU64::new(position).unwrap()
}

fn entry(position: u64) -> Vec<u8> {
    format!("entry {position} {}", "x".repeat(usize::try_from(position % 97).unwrap() * 11))
        .into_bytes()
}

/// Appends the next `count` entries as one batch.
fn extend(log: &mut dyn Log, count: u64) -> NonZeroU64 {
    let end = log.position().map_or(0, NonZeroU64::get);
    let batch: Vec<_> = (end + 1..=end + count).map(entry).collect();
    log.append(log.position().into(), &batch).unwrap()
}

/// Reads from a position to the end, and holds each entry to what was written.
fn read(log: &dyn Log, from: u64) -> Result<Vec<u64>, LogError> {
    let read = log.entries(at(from)).map(|item| {
        let (position, bytes) = item?;
        assert_eq!(bytes, entry(position.get()), "entry {position}");
        Ok(position.get())
    });
    read.collect()
}

/// Runs a check on a new log of each sort.
fn on_every_log(check: fn(&mut dyn Log)) {
    check(&mut MemoryLog::create(HEADER).unwrap());
    let home = tempfile::tempdir().unwrap();
    check(create(&home.path().join("ledger")).unwrap().as_mut());
}

// The contract.

#[test]
fn a_new_log_is_empty() {
    on_every_log(checks::a_new_log_is_empty);
}

#[test]
fn the_header_comes_back_byte_for_byte() {
    on_every_log(checks::the_header_comes_back_byte_for_byte);
}

#[test]
fn entries_keep_their_order_and_bytes() {
    on_every_log(checks::entries_keep_their_order_and_bytes);
}

#[test]
fn entries_are_bytes_and_nothing_else() {
    on_every_log(checks::entries_are_bytes_and_nothing_else);
}

#[test]
fn reading_starts_anywhere_and_ends_at_the_end() {
    on_every_log(checks::reading_starts_anywhere_and_ends_at_the_end);
}

#[test]
fn a_writer_who_has_not_seen_the_end_is_refused() {
    on_every_log(checks::a_writer_who_has_not_seen_the_end_is_refused);
}

#[test]
fn a_batch_at_the_limits_fits_and_one_beyond_leaves_nothing() {
    on_every_log(checks::a_batch_at_the_limits_fits_and_one_beyond_leaves_nothing);
}

#[test]
fn batch_after_batch_each_is_told_of_when_it_is_durable() {
    on_every_log(checks::batch_after_batch_each_is_told_of_when_it_is_durable);
}

#[test]
fn of_batches_those_before_a_bad_one_are_recorded() {
    on_every_log(checks::of_batches_those_before_a_bad_one_are_recorded);
}

#[test]
fn the_header_must_be_one_of_this_format() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("ledger");
    for header in ["", "no", "[]", "{}", r#"{"format":"1"}"#, r#"{"format":0}"#] {
        let header = header.as_bytes();
        assert!(matches!(MemoryLog::create(header), Err(LogError::Damaged { .. })));
        let made = log::create(&path, header, access(Duration::ZERO));
        assert!(matches!(made, Err(LogError::Damaged { .. })));
        assert!(!path.exists(), "nothing is made for a bad header");
    }
    let newer = br#"{"format":2}"#;
    assert!(matches!(MemoryLog::create(newer), Err(LogError::Newer { found: 2, .. })));
}

// On disk.

#[test]
fn what_was_appended_is_there_when_opened_again() {
    let home = tempfile::tempdir().unwrap();
    drop(create(home.path()).unwrap());
    for round in 0..6 {
        let mut log = open(home.path()).unwrap();
        assert_eq!(log.header(), HEADER);
        assert_eq!(read(log.as_ref(), 1).unwrap().len(), round * 7);
        extend(log.as_mut(), 7);
    }
    assert_eq!(open(home.path()).unwrap().position(), Some(at(42)));
}

#[test]
fn a_full_segment_is_followed_by_another() {
    let home = tempfile::tempdir().unwrap();
    let mut log = create(home.path()).unwrap();
    for _ in 0..33 {
        extend(log.as_mut(), 1_000);
    }
    extend(log.as_mut(), 2);
    drop(log);
    let mut names: Vec<_> = names(&home.path().join("log"));
    names.sort();
    assert_eq!(names, ["1", "32001"], "the 33rd batch did not fit as a whole");
    let log = open(home.path()).unwrap();
    assert_eq!(log.position(), Some(at(33_002)));
    assert_eq!(read(log.as_ref(), 31_990).unwrap(), (31_990..=33_002).collect::<Vec<_>>());
    assert_eq!(read(log.as_ref(), 1).unwrap().len(), 33_002);
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn each_place_that_is_no_ledger_is_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    assert!(matches!(open(&path("missing")), Err(LogError::Missing { .. })));
    fs::write(path("file"), "").unwrap();
    assert!(matches!(open(&path("file")), Err(LogError::NotADirectory { .. })));
    assert!(matches!(create(&path("file")), Err(LogError::NotADirectory { .. })));
    fs::create_dir(path("other")).unwrap();
    fs::write(path("other/notes.txt"), "mine").unwrap();
    assert!(matches!(open(&path("other")), Err(LogError::NotALedger { .. })));
    assert!(matches!(create(&path("other")), Err(LogError::NotEmpty { .. })));
    assert_eq!(names(&path("other")), ["notes.txt"], "nothing was left there");
    drop(create(&path("deep/down/ledger")).unwrap());
    assert!(matches!(create(&path("deep/down/ledger")), Err(LogError::AlreadyALedger { .. })));
    fs::create_dir(path("empty")).unwrap();
    drop(create(&path("empty")).unwrap());
}

#[test]
fn a_header_that_cannot_be_used_is_told_apart() {
    let home = tempfile::tempdir().unwrap();
    drop(create(home.path()).unwrap());
    let header = home.path().join("ledger.json");
    fs::write(&header, r#"{"format":2,"id":"7e6b0a4c"}"#).unwrap();
    assert!(matches!(open(home.path()), Err(LogError::Newer { found: 2, known: 1, .. })));
    fs::write(&header, "{\"form").unwrap();
    assert!(matches!(open(home.path()), Err(LogError::Damaged { .. })));
    fs::write(&header, HEADER).unwrap();
    assert!(open(home.path()).is_ok(), "looking changed nothing");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_ledger() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("ledger");
    drop(create(&path).unwrap());
    let mode = |name: &str| fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(""), mode("log"), mode("log/1")], [0o700; 3]);
    assert_eq!([mode("ledger.json"), mode("lock"), mode("end")], [0o600; 3]);
}

// One at a time.

#[test]
fn a_second_opener_waits_and_is_then_told_who_holds_the_log() {
    let home = tempfile::tempdir().unwrap();
    let held = create(home.path()).unwrap();
    let second = || log::open(home.path(), access(Duration::from_millis(120))).map(|_| ());
    // Who waits in vain does not take the holder's name off.
    assert_eq!(second().unwrap_err().to_string(), second().unwrap_err().to_string());
    let error = second().unwrap_err();
    let text = error.to_string();
    let LogError::Locked { holder: Some(holder), waited, .. } = error else { panic!("{text}") };
    assert_eq!(holder.pid, std::process::id());
    assert_eq!(holder.command, "log_contract --test");
    assert_eq!(waited, Duration::from_millis(120));
    assert!(text.contains("log_contract --test"), "{text}");
    drop(held);
    assert!(log::open(home.path(), access(Duration::ZERO)).is_ok());
}

#[test]
fn a_second_opener_gets_the_log_when_the_first_lets_go() {
    let home = tempfile::tempdir().unwrap();
    let mut held = create(home.path()).unwrap();
    let first = thread::spawn(move || {
        thread::sleep(Duration::from_millis(150));
        extend(held.as_mut(), 5);
    });
    let log = open(home.path()).unwrap();
    assert_eq!(log.position(), Some(at(5)), "and sees all that the first wrote");
    first.join().unwrap();
}

// Crashes. A copy of this program appends until it is killed.

/// Not a test of its own: what the killed copies do. Each line names an acknowledged position.
#[test]
fn child() {
    let Ok(directory) = env::var(CHILD) else {
        return;
    };
    let mut log = open(Path::new(&directory)).unwrap();
    let mut out = std::io::stdout();
    for round in 0_u64.. {
        extend(log.as_mut(), 1 + round % 60);
        writeln!(out, "\nacknowledged {}", log.position().unwrap()).unwrap();
        out.flush().unwrap();
    }
}

fn start_child(directory: &Path) -> Child {
    again(module_path!()).env(CHILD, directory).stdout(Stdio::piped()).spawn().unwrap()
}

/// Kills a copy after so many acknowledged batches; returns the last acknowledged position.
fn kill_after(directory: &Path, batches: usize, then: Duration) -> u64 {
    let mut child = start_child(directory);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut acknowledged = lines.by_ref().filter_map(|line| {
        line.strip_prefix("acknowledged ").and_then(|position| position.parse::<u64>().ok())
    });
    let seen = acknowledged.by_ref().nth(batches).unwrap();
    thread::sleep(then);
    child.kill().unwrap();
    child.wait().unwrap();
    // What it still said between that line and its death.
    acknowledged.last().unwrap_or(seen)
}

#[test]
fn nothing_acknowledged_is_lost_and_no_batch_is_halved_by_a_kill() {
    let home = tempfile::tempdir().unwrap();
    drop(create(home.path()).unwrap());
    let mut before = 0;
    for run in 0..6_u64 {
        let pause = Duration::from_micros(run * 1_700);
        let acknowledged = kill_after(home.path(), 20 + usize::try_from(run).unwrap() * 9, pause);
        let log = open(home.path()).unwrap();
        let end = log.position().unwrap().get();
        assert!(end >= acknowledged, "{acknowledged} was acknowledged, {end} is there");
        assert_eq!(read(log.as_ref(), 1).unwrap().len() as u64, end);
        assert!(ends_between_batches(end - before), "{before} to {end} is no number of batches");
        before = end;
    }
}

/// Whether so many entries are a number of whole batches of a child.
fn ends_between_batches(mut entries: u64) -> bool {
    for round in 0_u64.. {
        match entries.checked_sub(1 + round % 60) {
            Some(rest) => entries = rest,
            None => break,
        }
    }
    entries == 0
}

#[test]
fn a_killed_holder_leaves_no_lock() {
    let home = tempfile::tempdir().unwrap();
    drop(create(home.path()).unwrap());
    let mut child = start_child(home.path());
    let pid = child.id();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let drain = thread::spawn(move || stdout.lines().map_while(Result::ok).count());
    let holder = (0..10_000).find_map(|_| {
        thread::sleep(Duration::from_millis(1));
        match log::open(home.path(), access(Duration::ZERO)) {
            Err(LogError::Locked { holder, .. }) => holder,
            _ => None,
        }
    });
    assert_eq!(holder.unwrap().pid, pid);
    child.kill().unwrap();
    child.wait().unwrap();
    drain.join().unwrap();
    assert!(log::open(home.path(), access(Duration::ZERO)).is_ok());
}

// Damage.

/// A store of 400 entries, and its directory; the last one was appended after a reopening.
fn written(home: &Path) -> PathBuf {
    let mut log = create(home).unwrap();
    for _ in 0..399 {
        extend(log.as_mut(), 1);
    }
    drop(log);
    extend(open(home).unwrap().as_mut(), 1);
    home.join("log/1")
}

fn file(store: &Path, prefix: &str) -> PathBuf {
    let name = names(store).into_iter().find(|name| name.starts_with(prefix)).unwrap();
    store.join(name)
}

/// Opens and reads all; an error may come from either.
fn open_and_read(directory: &Path) -> Result<(Vec<u64>, Vec<PathBuf>), LogError> {
    let log = open(directory)?;
    let read = read(log.as_ref(), 1)?;
    Ok((read, log.set_aside()))
}

#[test]
fn a_damaged_snapshot_is_set_aside_and_named() {
    let home = tempfile::tempdir().unwrap();
    let store = written(home.path());
    for (round, prefix) in ["snap.", "snap.", "conf"].into_iter().enumerate() {
        let path = file(&store, prefix);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        if round == 1 {
            bytes.truncate(middle);
        } else {
            bytes[middle] ^= 1;
        }
        fs::write(&path, &bytes).unwrap();
        let (read, set_aside) = open_and_read(home.path()).unwrap();
        assert_eq!(read.len(), 400);
        assert_eq!(set_aside.len(), 1);
        assert_eq!(fs::read(&set_aside[0]).unwrap(), bytes, "kept as it was");
        assert!(open_and_read(home.path()).unwrap().1.is_empty(), "once is enough");
    }
}

#[test]
fn a_shortened_store_is_an_error_and_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let data = written(home.path()).join("db");
    let whole = fs::read(&data).unwrap();
    let used = whole.iter().rposition(|byte| *byte != 0).unwrap();
    for keep in [0, 1, 100, used / 3, used / 2, used - 100, used - 1] {
        fs::write(&data, &whole[..keep]).unwrap();
        let result = open_and_read(home.path());
        assert!(matches!(result, Err(LogError::Damaged { .. })), "{keep} of {used}: {result:?}");
        assert!(fs::read(&data).unwrap() == whole[..keep], "{keep} of {used} left alone");
    }
    fs::remove_file(&data).unwrap();
    assert!(matches!(open_and_read(home.path()), Err(LogError::Damaged { .. })));
    assert!(!data.exists(), "no empty store is made in its place");
    fs::write(&data, &whole).unwrap();
    assert_eq!(open_and_read(home.path()).unwrap().0.len(), 400);
}

#[test]
fn a_flipped_bit_never_passes_for_a_shorter_or_other_log() {
    let home = tempfile::tempdir().unwrap();
    let data = written(home.path()).join("db");
    let whole = fs::read(&data).unwrap();
    let used = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let mut found = 0;
    for step in 0..40 {
        let mut bytes = whole.clone();
        bytes[used * step / 40] ^= 1 << (step % 8);
        fs::write(&data, &bytes).unwrap();
        match open_and_read(home.path()) {
            Ok((read, _)) => assert_eq!(read.len(), 400),
            Err(LogError::Damaged { .. }) => {
                found += 1;
                assert!(fs::read(&data).unwrap() == bytes, "a damaged store is left alone");
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(found > 0, "the flips hit something");
    fs::write(&data, &whole).unwrap();
    assert_eq!(open_and_read(home.path()).unwrap().0.len(), 400);
}
