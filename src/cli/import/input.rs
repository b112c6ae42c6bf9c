//! The files of an import, each to be read from its beginning as often as is needed.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, Write as _};
use std::path::Path;

use uuid::Uuid;

use crate::files::open_private;

/// What can be read twice.
pub(super) trait Again: Read + Seek + Send {}

impl<T: Read + Seek + Send> Again for T {}

/// From this size on an input is a long one, in bytes.
pub(super) const LONG_BYTES: u64 = 1024 * 1024;

/// One file, or standard input.
pub(super) struct Input {
    /// As it was named.
    pub(super) name: String,
    pub(super) content: Box<dyn Again>,
    pub(super) bytes: u64,
}

impl Input {
    /// Opens a file, or reads standard input to its end. What can be read only once and is long is
    /// kept in a file without a name.
    pub(super) fn open(name: &str, path: &Path) -> io::Result<Self> {
        let name = name.to_owned();
        if name == "-" {
            return Self::kept(name, &mut io::stdin().lock());
        }
        let mut file = File::open(path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Self::kept(name, &mut file);
        }
        Ok(Self { name, content: Box::new(file), bytes: found.len() })
    }

    fn kept(name: String, from: &mut dyn Read) -> io::Result<Self> {
        let mut head = Vec::new();
        let bytes = from.take(LONG_BYTES).read_to_end(&mut head)? as u64;
        if bytes < LONG_BYTES {
            return Ok(Self { name, content: Box::new(Cursor::new(head)), bytes });
        }
        let path = std::env::temp_dir().join(format!("ledger-{}", Uuid::new_v4()));
        let mut file = open_private(&path)?;
        let removed = fs::remove_file(&path);
        file.write_all(&head)?;
        let bytes = bytes + io::copy(from, &mut file)?;
        file.rewind()?;
        // Elsewhere than on Unix it goes when the system clears such files.
        drop(removed);
        Ok(Self { name, content: Box::new(file), bytes })
    }
}
