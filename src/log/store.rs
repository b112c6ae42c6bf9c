//! One sled store on disk: a segment of the log. What is known of sled's habits is in here, in
//! `snapshot` and in `undo`.
//!
//! Of sled 0.34.7, which this relies on:
//! - `flush` hands the bytes to the system but does not make them durable (its issue 1452). So
//!   `sync_data` on its data file follows each.
//! - A page (up to 17 entries) larger than a quarter of sled's own segments goes to a file of its
//!   own under `blobs/`, which nothing syncs and whose loss sled passes over in silence. With those
//!   of 8 MiB, 17 entries of 64 KiB always fit: no such file ever comes to be.
//! - On damage it may panic rather than return an error. Such a panic is caught here and becomes
//!   [`LogError::Damaged`]: nothing of the store is used afterwards, so no broken state is seen.
//! - Or it takes damage for a torn write, and opens a shorter store. So whoever opens one says how
//!   far it must reach.
//! - Dropping a store lets go of sled's own lock on the data file a little later.

use std::{
    fs::{self, File, OpenOptions},
    io,
    num::NonZeroU64,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{LogError, snapshot, undo::Before};
use crate::files;

/// Bytes in one of sled's own segments, of which its data file consists; part of the format.
pub(super) const SLED_SEGMENT_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of pages kept in memory; sled's own choice would be 1 GiB.
const CACHE_BYTES: u64 = 2 * 1024 * 1024;
/// How long, and in what steps, to wait for sled's lock to be let go by this very process.
const LINGER: Duration = Duration::from_secs(5);
const LINGER_STEP: Duration = Duration::from_millis(5);

/// An open sled store.
#[derive(Debug)]
pub(super) struct Store {
    path: PathBuf,
    /// Always there until the store is dropped.
    db: Option<sled::Db>,
    /// The data file, kept open to be synced.
    data: File,
}

impl Store {
    /// Makes a new store as this directory; it appears there whole, or not at all.
    pub(super) fn create(path: &Path, scratch: &Path) -> Result<(), LogError> {
        if scratch.exists() {
            // What an interrupted creation left; it never held an entry.
            fs::remove_dir_all(scratch).map_err(|error| LogError::io(scratch, error))?;
        }
        files::create_directory(scratch)?;
        drop(start(scratch)?);
        files::sync_tree(scratch)?;
        Ok(files::rename(scratch, path)?)
    }

    /// Opens a store that is there and begins with this record. All that it then shows is durable.
    ///
    /// It is an error if it does not reach `end`, the last record it is known to hold (`first - 1`
    /// if none is). Then it is left as it was. Files that had to be set aside are added to
    /// `set_aside`.
    pub(super) fn open(
        path: &Path,
        first: u64,
        end: u64,
        set_aside: &mut Vec<PathBuf>,
    ) -> Result<Self, LogError> {
        let data = open_data(&path.join("db"), true)?;
        set_aside.extend(snapshot::set_aside_damaged(path)?);
        let before = Before::of(path, SLED_SEGMENT_BYTES)?;
        let opened = Self::open_checked(path, data, first, end);
        if let Err(LogError::Damaged { .. }) = opened {
            before.put_back();
        }
        opened
    }

    fn open_checked(path: &Path, data: File, first: u64, end: u64) -> Result<Self, LogError> {
        let promised = snapshot::promised_reach(path)?;
        let store = Self { path: path.to_owned(), db: Some(start(path)?), data };
        store.sync()?;
        if store.first()?.is_some_and(|found| found != first) {
            return Err(missing(path, first));
        }
        let found = store.last()?.unwrap_or(first - 1);
        if found < end {
            return Err(missing(path, found + 1));
        }
        if snapshot::reach(path)? < promised {
            return Err(LogError::damaged(path, "is damaged: the end of its data is lost"));
        }
        Ok(store)
    }

    fn first(&self) -> Result<Option<u64>, LogError> {
        let pair = self.guarded(|db| db.first())?;
        pair.map(|(key, _)| self.position(&key)).transpose()
    }

    /// The last record, if there is one.
    pub(super) fn last(&self) -> Result<Option<u64>, LogError> {
        let pair = self.guarded(|db| db.last())?;
        pair.map(|(key, _)| self.position(&key)).transpose()
    }

    /// Writes a batch at these positions, all or nothing; durable when this returns.
    pub(super) fn write(&self, first: NonZeroU64, entries: &[Vec<u8>]) -> Result<(), LogError> {
        let mut batch = sled::Batch::default();
        for (position, entry) in (first.get()..).zip(entries) {
            batch.insert(&position.to_be_bytes(), entry.as_slice());
        }
        self.guarded(|db| {
            db.apply_batch(batch)?;
            db.flush()
        })?;
        self.sync()
    }

    /// Reads on from a position.
    pub(super) fn cursor(&self, from: u64) -> Result<Cursor, LogError> {
        self.guarded(|db| Ok(Cursor(db.range(from.to_be_bytes()..))))
    }

    /// The next entry of a cursor of this store.
    pub(super) fn read(&self, cursor: &mut Cursor) -> Result<Option<(u64, Vec<u8>)>, LogError> {
        let pair = self.guarded(|_| cursor.0.next().transpose())?;
        pair.map(|(key, value)| Ok((self.position(&key)?, value.to_vec()))).transpose()
    }

    fn position(&self, key: &[u8]) -> Result<u64, LogError> {
        let key = <[u8; 8]>::try_from(key);
        key.map(u64::from_be_bytes)
            .map_err(|_| LogError::damaged(&self.path, "has a key that is no record number"))
    }

    fn sync(&self) -> Result<(), LogError> {
        self.data.sync_data().map_err(|error| LogError::io(&self.path, error))
    }

    fn guarded<T>(
        &self,
        work: impl FnOnce(&sled::Db) -> Result<T, sled::Error>,
    ) -> Result<T, LogError> {
        let db = self.db.as_ref().ok_or(LogError::Poisoned)?;
        guarded(&self.path, || work(db))
    }
}

impl Drop for Store {
    /// sled writes and syncs once more here, and panics if that fails. All that was acknowledged
    /// is on disk already.
    fn drop(&mut self) {
        let db = self.db.take();
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(db)));
    }
}

/// A place in a store, to read on from.
pub(super) struct Cursor(sled::Iter);

/// A record that should be in this directory is not.
pub(super) fn missing(path: &Path, position: u64) -> LogError {
    LogError::damaged(path, format!("is damaged: record {position} is missing"))
}

/// sled would make a missing data file anew, and read an empty one as a new store.
pub(super) fn open_data(path: &Path, to_write: bool) -> Result<File, LogError> {
    let file = OpenOptions::new().read(true).write(to_write).open(path);
    let file = file.map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            LogError::damaged(path, "is missing")
        } else {
            LogError::io(path, error)
        }
    })?;
    let length = file.metadata().map_err(|error| LogError::io(path, error))?.len();
    if length == 0 { Err(LogError::damaged(path, "is empty")) } else { Ok(file) }
}

fn start(path: &Path) -> Result<sled::Db, LogError> {
    let config = || {
        sled::Config::new()
            .path(path)
            .segment_size(SLED_SEGMENT_BYTES)
            .cache_capacity(CACHE_BYTES)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None)
            .use_compression(false)
    };
    let mut lingered = Duration::ZERO;
    loop {
        match guarded(path, || config().open()) {
            Err(LogError::Locked { .. }) if lingered < LINGER => {
                thread::sleep(LINGER_STEP);
                lingered += LINGER_STEP;
            }
            result => return result,
        }
    }
}

fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, LogError> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| explain(path, error)),
        Err(_) => Err(LogError::damaged(path, "is damaged: its data does not hang together")),
    }
}

fn explain(path: &Path, error: sled::Error) -> LogError {
    match error {
        sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
            LogError::Locked { path: path.to_owned(), holder: None, waited: LINGER }
        }
        sled::Error::Io(error) if is_damage(error.kind()) => {
            LogError::damaged(path, format!("is damaged: {error}"))
        }
        sled::Error::Io(error) => LogError::io(path, error),
        sled::Error::Corruption { at: Some(place), .. } => {
            LogError::damaged(path, format!("is damaged at {place}"))
        }
        sled::Error::Corruption { at: None, .. } => LogError::damaged(path, "is damaged"),
        sled::Error::CollectionNotFound(_) => LogError::damaged(path, "is damaged: no tree in it"),
        // The settings are sound, or they were set aside; but they are not ours.
        sled::Error::Unsupported(_) => {
            LogError::damaged(&path.join("conf"), "is not of this ledger")
        }
        sled::Error::ReportableBug(what) => LogError::damaged(path, format!("is damaged: {what}")),
    }
}

/// Whether a failed read says that bytes are not there that should be.
fn is_damage(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound | io::ErrorKind::InvalidData
    )
}
