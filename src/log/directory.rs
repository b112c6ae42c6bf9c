//! What is where in a ledger's directory, and what may be taken for one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{LogError, check_header, store::missing};
use crate::files;

pub(super) const HEADER: &str = "ledger.json";
pub(super) const NEW_HEADER: &str = "ledger.json.new";
pub(super) const LOCK: &str = "lock";
pub(super) const END: &str = "end";
pub(super) const LOG: &str = "log";
/// Where the directory is a node's copy of a stream: of which.
pub(super) const STREAM: &str = "stream.json";
pub(super) const NEW_STREAM: &str = "stream.json.new";
/// Beside it: the messages of the stream that are no entries.
pub(super) const SKIPPED: &str = "skipped.jsonl";
/// In [`LOG`]: where a new segment is made before it gets its name.
pub(super) const NEW_SEGMENT: &str = ".new";

/// The directory of a ledger, by a path that holds wherever the process goes.
pub(super) fn find(directory: &Path) -> Result<PathBuf, LogError> {
    let found = fs::canonicalize(directory).map_err(|error| {
        let path = directory.to_owned();
        if error.kind() == io::ErrorKind::NotFound {
            LogError::Missing { path }
        } else {
            LogError::io(&path, error)
        }
    })?;
    if found.is_dir() { Ok(found) } else { Err(LogError::NotADirectory { path: found }) }
}

/// More than any header has.
const MOST_HEADER_BYTES: u64 = 1 << 16;

/// The header of the ledger in this directory.
pub(super) fn read_header(directory: &Path) -> Result<Vec<u8>, LogError> {
    let path = directory.join(HEADER);
    let header = files::read_small(&path, MOST_HEADER_BYTES).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            LogError::NotALedger { path: directory.to_owned() }
        } else {
            LogError::io(&path, error)
        }
    })?;
    check_header(&header, &path)?;
    Ok(header)
}

/// A directory to create a ledger in: new, empty, or with what an interrupted creation left.
pub(super) fn make_room(directory: &Path) -> Result<PathBuf, LogError> {
    if !directory.exists() {
        files::create_directories(directory)?;
    }
    let directory = find(directory)?;
    refuse_ledger(&directory)?;
    let names = [NEW_HEADER, LOCK, END, LOG, STREAM, NEW_STREAM];
    let ours = |path: &PathBuf| names.contains(&files::name(path));
    if files::list(&directory)?.iter().all(ours) {
        Ok(directory)
    } else {
        Err(LogError::NotEmpty { path: directory })
    }
}

pub(super) fn refuse_ledger(directory: &Path) -> Result<(), LogError> {
    if directory.join(HEADER).exists() {
        return Err(LogError::AlreadyALedger { path: directory.to_owned() });
    }
    Ok(())
}

/// The first positions of the segments, in order, from the names of their directories.
pub(super) fn starts(segments: &Path) -> Result<Vec<u64>, LogError> {
    if !segments.is_dir() {
        return Err(LogError::damaged(segments, "is missing"));
    }
    let mut starts = Vec::new();
    for path in files::list(segments)? {
        let name = files::name(&path);
        match name.parse::<u64>() {
            Ok(start) if start.to_string() == name => starts.push(start),
            // A segment in the making, or what a desktop leaves in directories.
            _ if name.starts_with('.') => {}
            _ => return Err(LogError::damaged(&path, "does not belong in a ledger")),
        }
    }
    starts.sort_unstable();
    drop_empty_last(segments, &mut starts)?;
    if starts.first() == Some(&1) { Ok(starts) } else { Err(missing(segments, 1)) }
}

/// An empty directory at the end is a segment that was never begun; the next append makes it anew.
fn drop_empty_last(segments: &Path, starts: &mut Vec<u64>) -> Result<(), LogError> {
    if let [_, .., last] = starts[..]
        && files::list(&segments.join(last.to_string()))?.is_empty()
    {
        starts.pop();
    }
    Ok(())
}
