//! How far something got, told in a small file.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::{FileError, open_private, read_small};

/// More than any position with its line break takes.
const MOST_BYTES: u64 = 64;

/// A file that says how far something was acknowledged.
///
/// It is written after each step and not synced, so after a loss of power it may say too little,
/// never too much. What reaches less far than it says has lost something.
#[derive(Debug)]
pub(crate) struct Witness {
    file: File,
    path: PathBuf,
}

impl Witness {
    /// Opens the file, made if need be, with the position it tells: 0 if it tells none.
    pub(crate) fn open(path: PathBuf) -> Result<(Self, u64), FileError> {
        let file = open_private(&path).map_err(FileError::at(&path))?;
        let told = Self::told(&path)?;
        Ok((Self { file, path }, told))
    }

    /// The position that a file tells: 0 if it tells none, or is not there.
    pub(crate) fn told(path: &Path) -> Result<u64, FileError> {
        let told = match read_small(path, MOST_BYTES) {
            Ok(told) => told,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(FileError::at(path)(error)),
        };
        let told = str::from_utf8(&told).ok().and_then(|text| text.strip_suffix('\n'));
        Ok(told.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Tells a new end. Always as many bytes, so that an interrupted write cannot shorten it.
    pub(crate) fn tell(&mut self, end: u64) -> Result<(), FileError> {
        // In one piece: nobody reads half a number.
        let line = format!("{end:020}\n");
        let told = self.file.rewind().and_then(|()| self.file.write_all(line.as_bytes()));
        told.map_err(FileError::at(&self.path))
    }
}
