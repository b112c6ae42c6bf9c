//! What needs small segments, or a look inside the directory.

use std::fs;

use super::*;

const HEADER_BYTES: &[u8] = br#"{"format":1}"#;

fn access() -> Access<'static> {
    Access { command: "a test", wait: std::time::Duration::ZERO }
}

/// A ledger in a temporary directory, with segments of five entries.
struct Small {
    home: tempfile::TempDir,
}

impl Small {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let small = Self { home };
        drop(SledLog::create_with(&small.path(), HEADER_BYTES, access(), 5).unwrap());
        small
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("ledger")
    }

    fn segment(&self, name: &str) -> PathBuf {
        self.path().join(LOG).join(name)
    }

    fn open(&self) -> Result<SledLog, LogError> {
        SledLog::open_with(&self.path(), access(), 5)
    }

    /// Appends a batch for each size; an entry is its position as text.
    fn fill(&self, batches: &[usize]) -> SledLog {
        let mut log = self.open().unwrap();
        for size in batches {
            let start = log.end() + 1;
            let batch: Vec<Vec<u8>> = (start..).take(*size).map(entry).collect();
            log.append(log.position.into(), &batch).unwrap();
        }
        log
    }
}

fn entry(position: u64) -> Vec<u8> {
    position.to_string().into_bytes()
}

fn at(position: u64) -> NonZeroU64 {
    NonZeroU64::new(position).unwrap()
}

fn read(log: &SledLog, from: u64) -> Result<Vec<u64>, LogError> {
    let read = log.entries(at(from)).map(|item| {
        let (position, bytes) = item?;
        assert_eq!(bytes, entry(position.get()));
        Ok(position.get())
    });
    read.collect()
}

fn said(result: Result<impl Sized, LogError>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_batch_is_never_split_over_two_segments() {
    let small = Small::new();
    let log = small.fill(&[3, 3, 2, 1, 5, 4, 1]);
    assert_eq!(log.starts, [1, 4, 9, 10, 15]);
    assert_eq!(read(&log, 1).unwrap(), (1..=19).collect::<Vec<_>>());
    drop(log);
    let log = small.open().unwrap();
    assert_eq!(log.position(), Some(at(19)));
    for from in 1..=19 {
        assert_eq!(read(&log, from).unwrap(), (from..=19).collect::<Vec<_>>());
    }
    assert!(read(&log, 20).unwrap().is_empty());
}

#[test]
fn two_readers_share_a_segment() {
    let small = Small::new();
    let log = small.fill(&[5, 5, 5]);
    let (mut one, mut other) = (log.entries(at(1)), log.entries(at(2)));
    for position in 1..=13 {
        assert_eq!(one.next().unwrap().unwrap().0, at(position));
        assert_eq!(other.next().unwrap().unwrap().0, at(position + 1));
    }
}

#[test]
fn a_segment_that_was_never_begun_is_begun_later() {
    let small = Small::new();
    drop(small.fill(&[5]));
    fs::create_dir(small.segment("6")).unwrap();
    let log = small.open().unwrap();
    assert_eq!(log.position(), Some(at(5)));
    drop(log);
    let log = small.fill(&[2]);
    assert_eq!(log.starts, [1, 6]);
    assert_eq!(read(&log, 1).unwrap(), (1..=7).collect::<Vec<_>>());
}

#[test]
fn a_new_segment_without_entries_ends_where_the_one_before_does() {
    let small = Small::new();
    drop(small.fill(&[4]));
    Store::create(&small.segment("5"), &small.segment(NEW_SEGMENT)).unwrap();
    let log = small.open().unwrap();
    assert_eq!(log.position(), Some(at(4)));
    drop(log);
    let log = small.fill(&[2]);
    assert_eq!(log.starts, [1, 5]);
    assert_eq!(read(&log, 3).unwrap(), [3, 4, 5, 6]);
}

#[test]
fn a_gap_before_an_empty_segment_is_found_when_opening() {
    let small = Small::new();
    drop(small.fill(&[4]));
    Store::create(&small.segment("6"), &small.segment(NEW_SEGMENT)).unwrap();
    assert!(said(small.open()).ends_with("record 5 is missing"));
}

#[test]
fn a_lost_segment_is_named_by_its_first_record() {
    let small = Small::new();
    drop(small.fill(&[5, 5, 5]));
    fs::rename(small.segment("6"), small.home.path().join("away")).unwrap();
    let log = small.open().unwrap();
    assert!(said(read(&log, 1)).ends_with("record 6 is missing"));
    assert_eq!(read(&log, 11).unwrap(), [11, 12, 13, 14, 15]);
    drop(log);
    fs::rename(small.segment("11"), small.home.path().join("away too")).unwrap();
    assert!(said(small.open()).ends_with("record 6 is missing"));
    fs::rename(small.segment("1"), small.home.path().join("all away")).unwrap();
    assert!(said(small.open()).ends_with("record 1 is missing"));
}

#[test]
fn a_segment_under_another_name_is_refused() {
    let small = Small::new();
    drop(small.fill(&[5, 5]));
    fs::rename(small.segment("6"), small.segment("7")).unwrap();
    assert!(said(small.open()).ends_with("record 7 is missing"));
    fs::rename(small.segment("7"), small.segment("06")).unwrap();
    assert!(said(small.open()).ends_with("does not belong in a ledger"));
}

#[test]
fn a_record_in_two_segments_is_refused() {
    let small = Small::new();
    drop(small.fill(&[5, 5]));
    let store = Store::open(&small.segment("1"), 1, 5, &mut Vec::new()).unwrap();
    store.write(at(6), &[entry(6)]).unwrap();
    drop(store);
    let log = small.open().unwrap();
    assert!(said(read(&log, 1)).ends_with("record 6 is in it and in the next one"));
}

#[test]
fn a_record_missing_inside_a_segment_is_named() {
    let small = Small::new();
    let store = Store::open(&small.segment("1"), 1, 0, &mut Vec::new()).unwrap();
    store.write(at(1), &[entry(1)]).unwrap();
    store.write(at(3), &[entry(3)]).unwrap();
    drop(store);
    let log = small.open().unwrap();
    assert!(said(read(&log, 1)).ends_with("record 2 is missing"));
    let mut reading = log.entries(at(1));
    assert!(reading.next().unwrap().is_ok());
    assert!(reading.next().unwrap().is_err());
    assert!(reading.next().is_none(), "nothing follows an error");
}

#[test]
fn entries_of_any_size_stay_in_the_synced_file() {
    let small = Small::new();
    let mut log = SledLog::open(&small.path(), access()).unwrap();
    let large = vec![7; super::super::MAX_ENTRY_BYTES];
    for _ in 0..60 {
        log.append(log.position.into(), std::slice::from_ref(&large)).unwrap();
    }
    log.append(log.position.into(), &vec![large; 300]).unwrap();
    let spilled = fs::read_dir(small.segment("1").join("blobs")).unwrap().count();
    assert_eq!(spilled, 0, "sled syncs nothing in there");
}

#[test]
fn after_a_failed_append_the_log_is_opened_again() {
    let small = Small::new();
    let mut log = small.fill(&[5]);
    let obstacle = small.segment(NEW_SEGMENT);
    fs::write(&obstacle, "a file where a directory is to be made").unwrap();
    let failed = log.append(log.position.into(), &[entry(6)]);
    assert!(matches!(failed, Err(LogError::Io { .. })), "{failed:?}");
    fs::remove_file(&obstacle).unwrap();
    let refused = log.append(log.position.into(), &[entry(6)]);
    assert!(matches!(refused, Err(LogError::Poisoned)), "{refused:?}");
    assert_eq!(read(&log, 1).unwrap(), [1, 2, 3, 4, 5]);
    drop(log);
    assert_eq!(read(&small.fill(&[1]), 1).unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn an_interrupted_creation_is_no_ledger_and_can_be_completed() {
    let small = Small::new();
    fs::remove_file(small.path().join(HEADER)).unwrap();
    fs::write(small.path().join(NEW_HEADER), r#"{"for"#).unwrap();
    fs::create_dir(small.segment(NEW_SEGMENT)).unwrap();
    assert!(matches!(small.open(), Err(LogError::NotALedger { .. })));
    drop(SledLog::create(&small.path(), br#"{"format":1,"id":2}"#, access()).unwrap());
    assert_eq!(small.open().unwrap().header(), br#"{"format":1,"id":2}"#);
    assert_eq!(read(&small.fill(&[6]), 1).unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_ledger_without_its_header_is_not_built_upon() {
    let small = Small::new();
    drop(small.fill(&[1]));
    fs::remove_file(small.path().join(HEADER)).unwrap();
    let again = SledLog::create(&small.path(), HEADER_BYTES, access());
    assert!(matches!(again, Err(LogError::NotEmpty { .. })));
    fs::write(small.path().join(HEADER), HEADER_BYTES).unwrap();
    assert_eq!(read(&small.open().unwrap(), 1).unwrap(), [1]);
}

#[test]
fn the_witness_of_a_torn_write_tells_nothing() {
    let small = Small::new();
    drop(small.fill(&[2]));
    for torn in ["", "0000", "00000000000000000009", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"] {
        fs::write(small.path().join(directory::END), torn).unwrap();
        assert_eq!(small.open().unwrap().position(), Some(at(2)), "{torn:?}");
    }
    fs::write(small.path().join(directory::END), format!("{:020}\n", 3)).unwrap();
    assert!(said(small.open()).ends_with("record 3 is missing"));
}
