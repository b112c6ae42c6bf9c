//! A log in a directory, kept by the embedded store sled in segments of 32,768 entries.
//!
//! Segments keep the time to open a log from growing with it: only the last is opened, the others
//! when they are read. `docs/format.md` describes the directory.

#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    collections::BTreeMap,
    num::NonZeroU64,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
};

use super::{
    Access, Entries, Expect, Log, LogError, advance, check_batch, check_expected, check_header,
    directory::{self, END, HEADER, LOCK, LOG, NEW_HEADER, NEW_SEGMENT},
    lock::Lock,
    next,
    store::{Cursor, Store, missing},
};
use crate::files::{self, Witness};

/// The most entries in one segment; part of the format.
const SEGMENT_ENTRIES: u64 = 32_768;

/// A log in a directory. Holding it is holding the directory's lock.
#[derive(Debug)]
pub struct SledLog {
    header: Vec<u8>,
    /// The directory of the segments.
    segments: PathBuf,
    /// The first positions of the segments, the first of all being 1.
    starts: Vec<u64>,
    last: Arc<Store>,
    position: Option<NonZeroU64>,
    witness: Witness,
    segment_entries: u64,
    poisoned: bool,
    /// Segments that somebody is reading.
    open: RefCell<BTreeMap<u64, Weak<Store>>>,
    set_aside: RefCell<Vec<PathBuf>>,
    /// Declared last, so that it is let go of last.
    _lock: Lock,
}

impl SledLog {
    /// Opens the log in a directory; see [`super::open`].
    pub fn open(directory: &Path, access: Access<'_>) -> Result<Self, LogError> {
        Self::open_with(directory, access, SEGMENT_ENTRIES)
    }

    /// Creates an empty log in a directory; see [`super::create`].
    pub fn create(directory: &Path, header: &[u8], access: Access<'_>) -> Result<Self, LogError> {
        Self::create_with(directory, header, access, SEGMENT_ENTRIES)
    }

    /// The same with shorter segments: a log may have them of any length up to 32,768 entries, and
    /// of different lengths. For whoever wants to see many of them.
    pub fn open_with(
        directory: &Path,
        access: Access<'_>,
        segment_entries: u64,
    ) -> Result<Self, LogError> {
        let segment_entries = segment_entries.clamp(1, SEGMENT_ENTRIES);
        let directory = &directory::find(directory)?;
        // Before the lock: nothing is written where there is no ledger, or a newer one.
        let header = directory::read_header(directory)?;
        let lock = Lock::acquire(&directory.join(LOCK), access)?;
        Self::load(directory, header, lock, segment_entries)
    }

    fn create_with(
        directory: &Path,
        header: &[u8],
        access: Access<'_>,
        segment_entries: u64,
    ) -> Result<Self, LogError> {
        check_header(header, Path::new("the header"))?;
        let directory = &directory::make_room(directory)?;
        let lock = Lock::acquire(&directory.join(LOCK), access)?;
        directory::refuse_ledger(directory)?;
        create_first_segment(&directory.join(LOG))?;
        // The header comes last: without it, this is no ledger yet.
        files::write_whole(&directory.join(HEADER), &directory.join(NEW_HEADER), header)?;
        Self::load(directory, header.to_vec(), lock, segment_entries)
    }

    fn load(
        directory: &Path,
        header: Vec<u8>,
        lock: Lock,
        segment_entries: u64,
    ) -> Result<Self, LogError> {
        let segments = directory.join(LOG);
        let starts = directory::starts(&segments)?;
        let (witness, told) = Witness::open(directory.join(END))?;
        let mut set_aside = Vec::new();
        let (last, position) = open_last(&segments, &starts, told, &mut set_aside)?;
        Ok(Self {
            header,
            segments,
            starts,
            last: Arc::new(last),
            position,
            witness,
            segment_entries,
            poisoned: false,
            open: RefCell::default(),
            set_aside: RefCell::new(set_aside),
            _lock: lock,
        })
    }

    fn write(&mut self, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        self.roll_over(batch.len())?;
        let first = next(self.position);
        self.last.write(first, batch)?;
        self.position = advance(self.position, batch.len());
        self.witness.tell(self.end())?;
        Ok(first)
    }

    /// Begins a new segment if the batch does not fit into the last one as a whole.
    fn roll_over(&mut self, entries: usize) -> Result<(), LogError> {
        let start = next(self.position).get();
        let last_start = self.starts.last().copied().unwrap_or(1);
        let end = advance(self.position, entries).map_or(0, NonZeroU64::get);
        if start == last_start || end - last_start < self.segment_entries {
            return Ok(());
        }
        let path = self.segments.join(start.to_string());
        Store::create(&path, &self.segments.join(NEW_SEGMENT))?;
        self.last = Arc::new(Store::open(&path, start, start - 1, self.set_aside.get_mut())?);
        self.starts.push(start);
        Ok(())
    }

    /// The last position as a number, 0 if there is none.
    fn end(&self) -> u64 {
        self.position.map_or(0, NonZeroU64::get)
    }

    /// The segment that holds this position, opened if nobody has it open.
    fn segment(&self, position: u64) -> Result<Arc<Store>, LogError> {
        let after = self.starts.partition_point(|start| *start <= position);
        let start = self.starts[..after].last().copied().unwrap_or(1);
        let Some(next_start) = self.starts.get(after) else {
            return Ok(Arc::clone(&self.last));
        };
        let mut open = self.open.borrow_mut();
        if let Some(store) = open.get(&start).and_then(Weak::upgrade) {
            return Ok(store);
        }
        let set_aside = &mut self.set_aside.borrow_mut();
        let store = Arc::new(open_full(&self.segments, start, *next_start, set_aside)?);
        open.insert(start, Arc::downgrade(&store));
        Ok(store)
    }
}

impl Log for SledLog {
    fn header(&self) -> &[u8] {
        &self.header
    }

    fn position(&self) -> Option<NonZeroU64> {
        self.position
    }

    fn append(&mut self, expect: Expect, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        if self.poisoned {
            return Err(LogError::Poisoned);
        }
        check_batch(batch)?;
        check_expected(expect, self.position)?;
        self.poisoned = true;
        let first = self.write(batch)?;
        self.poisoned = false;
        Ok(first)
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        Box::new(Reading { log: self, next: from, end: self.end(), place: None })
    }

    fn resume(&self, from: NonZeroU64) -> Option<NonZeroU64> {
        let mut from = from.get();
        while from <= self.end() {
            let found = self.segment(from).and_then(|store| {
                let mut cursor = store.cursor(from)?;
                store.read(&mut cursor)
            });
            if let Ok(Some((position, _))) = found {
                return NonZeroU64::new(position);
            }
            // Nothing more in this segment: on to the next.
            let after = self.starts.partition_point(|start| *start <= from);
            from = *self.starts.get(after)?;
        }
        None
    }

    fn set_aside(&self) -> Vec<PathBuf> {
        self.set_aside.borrow().clone()
    }
}

/// Reading on through the segments.
struct Reading<'a> {
    log: &'a SledLog,
    /// The position to be read next.
    next: NonZeroU64,
    /// The last position to be read; below `next` when all is read.
    end: u64,
    /// Declared in this order, so that the store outlives its cursor.
    place: Option<(Cursor, Arc<Store>)>,
}

impl Iterator for Reading<'_> {
    type Item = Result<(NonZeroU64, Vec<u8>), LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next.get() > self.end {
            return None;
        }
        let position = self.next;
        let read = self.read(position.get());
        if read.is_ok() {
            self.next = position.saturating_add(1);
        } else {
            self.end = 0;
        }
        Some(read.map(|entry| (position, entry)))
    }
}

impl Reading<'_> {
    fn read(&mut self, position: u64) -> Result<Vec<u8>, LogError> {
        if self.log.starts.binary_search(&position).is_ok() {
            self.place = None;
        }
        let (cursor, store) = match &mut self.place {
            Some(place) => place,
            none => {
                let store = self.log.segment(position)?;
                none.insert((store.cursor(position)?, store))
            }
        };
        match store.read(cursor)? {
            Some((found, entry)) if found == position => Ok(entry),
            _ => Err(missing(&self.log.segments, position)),
        }
    }
}

/// Makes the first segment, or takes the empty one of an interrupted creation. One with entries is
/// what is left of a ledger that lost its header: nothing is built upon it.
fn create_first_segment(segments: &Path) -> Result<(), LogError> {
    if !segments.is_dir() {
        files::create_directory(segments)?;
    }
    let first = segments.join("1");
    let foreign = |path: &PathBuf| *path != first && files::name(path) != NEW_SEGMENT;
    if files::list(segments)?.iter().any(foreign) {
        return Err(LogError::NotEmpty { path: segments.to_owned() });
    }
    if !first.is_dir() {
        return Store::create(&first, &segments.join(NEW_SEGMENT));
    }
    match Store::open(&first, 1, 0, &mut Vec::new())?.last()? {
        None => Ok(()),
        Some(_) => Err(LogError::NotEmpty { path: segments.to_owned() }),
    }
}

/// Opens the last segment and finds the last position, which is `told` or beyond.
fn open_last(
    segments: &Path,
    starts: &[u64],
    told: u64,
    set_aside: &mut Vec<PathBuf>,
) -> Result<(Store, Option<NonZeroU64>), LogError> {
    let start = starts.last().copied().unwrap_or(1);
    let path = segments.join(start.to_string());
    let store = Store::open(&path, start, told.max(start - 1), set_aside)?;
    let last = store.last()?;
    if let (None, [.., before, _]) = (last, starts) {
        // Nothing in the last one says that the one before it is whole.
        open_full(segments, *before, start, set_aside)?;
    }
    Ok((store, NonZeroU64::new(last.unwrap_or(start - 1))))
}

/// Opens a segment that another follows: it ends where that begins.
fn open_full(
    segments: &Path,
    start: u64,
    next_start: u64,
    set_aside: &mut Vec<PathBuf>,
) -> Result<Store, LogError> {
    let path = segments.join(start.to_string());
    let store = Store::open(&path, start, next_start - 1, set_aside)?;
    match store.last()? {
        Some(last) if last >= next_start => {
            let what = format!("is damaged: record {next_start} is in it and in the next one");
            Err(LogError::damaged(&path, what))
        }
        _ => Ok(store),
    }
}
