//! Where the view is on disk: `view-2/<generation>.db` in the ledger's directory.
//!
//! A view that is made anew gets the next generation and its name only when it is whole, so that
//! there is always one to read, and an open one is never changed under its reader.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{LAYOUT, ViewError};
use crate::files::{self, FileError};

/// How long SQLite waits for another connection; only checkpoints and the first reader after a
/// crash ever make one wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// What SQLite may keep in memory of a database in the making: 32 MiB, in the form it wants it.
const SCRATCH_CACHE: i64 = -32 * 1024;
/// How much room there must be on the disk before a view is written to.
const ROOM_BYTES: usize = 256 * 1024;

/// How often a view is looked for before there is none.
const LOOKS: usize = 4;

/// One generation of the view of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The ledger's directory.
    ledger: PathBuf,
    generation: u64,
}

impl Place {
    /// The newest view in a ledger's directory.
    pub(super) fn newest(ledger: &Path) -> Result<Option<Self>, ViewError> {
        let directory = directory(ledger);
        if !directory.is_dir() {
            return Ok(None);
        }
        // While one view takes the place of another, a list of the names may have neither.
        for _ in 0..LOOKS {
            let found = files::list(&directory)?.into_iter().filter_map(|path| generation(&path));
            if let Some(generation) = found.max() {
                return Ok(Some(Self { ledger: ledger.to_owned(), generation }));
            }
        }
        Ok(None)
    }

    /// The place of a view that is to come after the newest.
    pub(super) fn after_newest(ledger: &Path) -> Result<Self, ViewError> {
        let newest = Self::newest(ledger)?.map_or(0, |place| place.generation);
        let place = Self { ledger: ledger.to_owned(), generation: newest.saturating_add(1) };
        if !place.directory().is_dir() {
            files::create_directory(&place.directory())?;
        }
        Ok(place)
    }

    fn directory(&self) -> PathBuf {
        directory(&self.ledger)
    }

    /// The database.
    pub(super) fn path(&self) -> PathBuf {
        self.directory().join(format!("{}.db", self.generation))
    }

    /// The database while it is being made.
    fn scratch(&self) -> PathBuf {
        self.directory().join(format!("{}.new", self.generation))
    }

    /// The file that tells how far the view was acknowledged.
    pub(super) fn witness(&self) -> PathBuf {
        self.directory().join("end")
    }

    /// Opens it to read one state of it. Nothing is written, so the directory need not be
    /// writable.
    pub(super) fn open_to_read(&self) -> Result<Connection, ViewError> {
        let path = self.path();
        let usual = open(&uri(&path, ""), OpenFlags::SQLITE_OPEN_READ_ONLY);
        match usual.and_then(snapshot) {
            // SQLite wants a file beside a database in this mode, which it cannot make here. Where
            // there is no write-ahead log nobody writes either, and the database alone is all.
            Err(ViewError::Denied { .. } | ViewError::DiskFull | ViewError::Failed { .. })
                if !has_log(&path) =>
            {
                let alone = open(&uri(&path, "?immutable=1"), OpenFlags::SQLITE_OPEN_READ_ONLY);
                alone.and_then(snapshot)
            }
            opened => opened,
        }
    }

    /// Opens it to write.
    pub(super) fn open_to_write(&self) -> Result<Connection, ViewError> {
        self.has_room()?;
        let connection = open(&uri(&self.path(), ""), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(connection)
    }

    /// Finds that there is some room on the disk. SQLite maps the index of its write-ahead log into
    /// memory, and a page of it for which no room is left ends the process by a signal.
    fn has_room(&self) -> Result<(), ViewError> {
        let path = self.directory().join("room.new");
        let written =
            files::open_private(&path).and_then(|mut file| file.write_all(&vec![1; ROOM_BYTES]));
        // What was written is not needed, and where it was not made nothing is there.
        let _ = fs::remove_file(&path);
        Ok(written.map_err(FileError::at(&path))?)
    }

    /// Makes a database that takes its place with [`Place::publish`]. Until then it is worth
    /// nothing, so nothing is done for its safety.
    pub(super) fn open_scratch(&self) -> Result<Connection, ViewError> {
        let path = self.scratch();
        if path.exists() {
            fs::remove_file(&path).map_err(FileError::at(&path))?;
        }
        // SQLite would make it for others to read too.
        drop(files::open_private(&path).map_err(FileError::at(&path))?);
        let connection = open(&uri(&path, ""), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "journal_mode", "OFF")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", SCRATCH_CACHE)?;
        Ok(connection)
    }

    /// Gives a database made with [`Place::open_scratch`] its name, durably.
    pub(super) fn publish(&self, connection: Connection) -> Result<(), ViewError> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.close().map_err(|(_, error)| error)?;
        files::sync(&self.scratch())?;
        Ok(files::rename(&self.scratch(), &self.path())?)
    }

    /// Removes older generations, what interrupted rebuilds left, and the views of other layouts.
    /// What cannot be removed only takes room.
    pub(super) fn clear_others(&self) {
        let own = self.path();
        for path in files::list(&self.directory()).unwrap_or_default() {
            if database_of(&path).is_some_and(|database| database != own) {
                let _ = fs::remove_file(&path);
            }
        }
        for path in other_layouts(&self.ledger) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// The directories of views of other layouts in a ledger's directory.
#[must_use]
pub fn other_layouts(ledger: &Path) -> Vec<PathBuf> {
    let mut paths = files::list(ledger).unwrap_or_default();
    paths.retain(|path| {
        let layout = files::name(path).strip_prefix("view-").map(str::parse::<u32>);
        layout.is_some_and(|layout| layout.is_ok_and(|layout| layout != LAYOUT))
    });
    paths
}

/// The directory of the views of this layout.
pub(super) fn directory(ledger: &Path) -> PathBuf {
    ledger.join(format!("view-{LAYOUT}"))
}

/// The generation that a file's name tells, if it is a finished view.
fn generation(path: &Path) -> Option<u64> {
    number(files::name(path).strip_suffix(".db")?).filter(|_| path.is_file())
}

/// The database, finished or in the making, that a file is or stands beside; none where the file is
/// not ours.
fn database_of(path: &Path) -> Option<PathBuf> {
    let name = files::name(path);
    let beside = ["-wal", "-shm", "-journal"];
    let name = beside.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    number(name.strip_suffix(".db").or_else(|| name.strip_suffix(".new"))?)?;
    Some(path.with_file_name(name))
}

/// A number as it is written in names.
fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|number: &u64| number.to_string() == digits)
}

fn open(uri: &str, how: OpenFlags) -> Result<Connection, ViewError> {
    let flags = how | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Begins a transaction that sees one state until the connection is closed.
fn snapshot(connection: Connection) -> Result<Connection, ViewError> {
    connection.execute_batch("BEGIN; SELECT 1 FROM meta LIMIT 1")?;
    Ok(connection)
}

/// Whether there is a write-ahead log that the database alone does not have.
fn has_log(path: &Path) -> bool {
    let log = path.with_extension("db-wal");
    fs::metadata(log).is_ok_and(|found| found.len() > 0)
}

/// A path as SQLite's URIs want it.
fn uri(path: &Path, parameters: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + parameters
}
