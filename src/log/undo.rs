//! Keeps the opening of a damaged store from damaging it further.
//!
//! Where sled's data stops making sense, it takes all that follows for a torn write and overwrites
//! it with zeros as it opens: one flipped bit can cost megabytes of what was acknowledged. So what
//! it may overwrite is kept in memory, and put back if opening fails.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::LogError;
use crate::files;

const HEADER_BYTES: usize = 20;

/// Parts of the data file, each by its place.
type Pieces = Vec<(u64, Vec<u8>)>;

/// What a store was like before it was opened.
pub(super) struct Before {
    store: PathBuf,
    /// All files but the data: small, and kept whole.
    small: Vec<(PathBuf, Vec<u8>)>,
    data_bytes: u64,
    /// The end of the data, by place in the data file.
    tail: Pieces,
}

impl Before {
    /// Keeps what opening this store may overwrite: a few of sled's own segments, of this size.
    pub(super) fn of(store: &Path, segment: usize) -> Result<Self, LogError> {
        let read = || -> io::Result<(u64, Pieces)> {
            let mut data = File::open(store.join("db"))?;
            Ok((data.metadata()?.len(), tail(&mut data, segment)?))
        };
        let (data_bytes, tail) = read().map_err(|error| LogError::io(store, error))?;
        let mut small = Vec::new();
        for path in small_files(store)? {
            let bytes = fs::read(&path).map_err(|error| LogError::io(&path, error))?;
            small.push((path, bytes));
        }
        Ok(Self { store: store.to_owned(), small, data_bytes, tail })
    }

    /// Puts it back, durably. What cannot be put back was damaged already; the error that led here
    /// is the one to be told.
    pub(super) fn put_back(&self) {
        let _ = self.put_data_back();
        let _ = self.put_small_back();
        let _ = files::sync_tree(&self.store);
    }

    fn put_data_back(&self) -> io::Result<()> {
        let mut data = File::options().write(true).open(self.store.join("db"))?;
        data.set_len(self.data_bytes)?;
        for (place, bytes) in &self.tail {
            data.seek(SeekFrom::Start(*place))?;
            data.write_all(bytes)?;
        }
        Ok(())
    }

    fn put_small_back(&self) -> Result<(), LogError> {
        for path in small_files(&self.store)? {
            if !self.small.iter().any(|(kept, _)| *kept == path) {
                // A snapshot of the shortened data, made a moment ago.
                fs::remove_file(&path).map_err(|error| LogError::io(&path, error))?;
            }
        }
        for (path, bytes) in &self.small {
            fs::write(path, bytes).map_err(|error| LogError::io(path, error))?;
        }
        Ok(())
    }
}

fn small_files(store: &Path) -> Result<Vec<PathBuf>, LogError> {
    let mut paths = files::list(store)?;
    paths.retain(|path| path.is_file() && files::name(path) != "db");
    Ok(paths)
}

/// sled's own segments from the one on that was last known to be whole: those it looks through for
/// torn writes.
fn tail(data: &mut File, segment: usize) -> io::Result<Pieces> {
    let headers = headers(data, segment)?;
    let stable = headers.iter().map(|(_, _, stable)| *stable).max().unwrap_or(0);
    let from = stable - stable % i64::try_from(segment).unwrap_or(i64::MAX);
    let mut tail = Vec::new();
    for (place, ..) in headers.into_iter().filter(|(_, number, _)| *number >= from) {
        let mut bytes = Vec::new();
        data.seek(SeekFrom::Start(place))?;
        data.take(u64::try_from(segment).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        tail.push((place, bytes));
    }
    Ok(tail)
}

/// Of each of sled's own segments with a sound header: its place in the file, its place in the
/// order of writing, and how far all was known to be written then.
fn headers(data: &mut File, segment: usize) -> io::Result<Vec<(u64, i64, i64)>> {
    let length = data.metadata()?.len();
    let mut headers = Vec::new();
    for place in (0..length).step_by(segment) {
        let mut header = [0; HEADER_BYTES];
        data.seek(SeekFrom::Start(place))?;
        match data.read_exact(&mut header) {
            Ok(()) => headers.extend(part_header(&header).map(|(at, stable)| (place, at, stable))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) => return Err(error),
        }
    }
    Ok(headers)
}

/// A header is a CRC-32 (inverted) of the rest, and two numbers (with all bits but the sign's
/// inverted), all little-endian.
pub(super) fn part_header(header: &[u8; HEADER_BYTES]) -> Option<(i64, i64)> {
    let (crc, rest) = header.split_first_chunk::<4>()?;
    let (order, stable) = rest.split_first_chunk::<8>()?;
    let number = |bytes: &[u8; 8]| i64::from_le_bytes(*bytes) ^ i64::MAX;
    let sound = !crc32fast::hash(rest) == u32::from_le_bytes(*crc);
    sound.then_some((number(order), number(stable.first_chunk()?)))
}
