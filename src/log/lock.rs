//! The lock: one process at a time has the log, and says who it is.
//!
//! It is the operating system's lock on the file, not the file itself: a holder that dies, even by
//! `kill -9`, leaves the file but not the lock.

use std::{
    fmt,
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    process, thread,
    time::Duration,
};

use super::{Access, LogError};
use crate::files;

/// How often a waiting process looks again.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How much of a command line is told to others, in characters.
const SHOWN_COMMAND: usize = 200;

/// A process that holds a log, as it says itself in the lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its command line, on one line, cut after 200 characters.
    pub command: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} ({})", self.pid, self.command)
    }
}

/// Who holds the log in a directory, as far as can be seen without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nobody.
    Free,
    /// A process, as it says itself; none if it has not said so yet.
    By(Option<Holder>),
}

/// The lock, held from [`Lock::acquire`] until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock in this file, which is made if need be.
    pub(super) fn acquire(path: &Path, access: Access<'_>) -> Result<Self, LogError> {
        let mut file = files::open_private(path).map_err(|error| LogError::io(path, error))?;
        wait(&mut file, path, access.wait)?;
        // Only now: what is dropped takes the name off the file.
        let mut lock = Self { file };
        lock.sign(access.command).map_err(|error| LogError::io(path, error))?;
        Ok(lock)
    }

    /// Who holds the lock in this file, without taking it.
    pub(super) fn holder(path: &Path) -> Result<Held, LogError> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Held::Free),
            Err(error) => return Err(LogError::io(path, error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Held::Free),
            Err(TryLockError::Error(error)) => Err(LogError::io(path, error)),
            Err(TryLockError::WouldBlock) => Ok(Held::By(signed(&mut file))),
        }
    }

    fn sign(&mut self, command: &str) -> io::Result<()> {
        let one_line = command.split_whitespace().collect::<Vec<_>>().join(" ");
        let command: String = one_line.chars().take(SHOWN_COMMAND).collect();
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(format!("{}\n{command}\n", process::id()).as_bytes())
    }
}

/// Takes the system's lock on a file. Time is counted in naps, so that no clock is read here.
fn wait(file: &mut File, path: &Path, patience: Duration) -> Result<(), LogError> {
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(LogError::io(path, error)),
            Err(TryLockError::WouldBlock) if waited >= patience => {
                let shown = path.parent().unwrap_or(path).to_owned();
                return Err(LogError::Locked { path: shown, holder: signed(file), waited });
            }
            Err(TryLockError::WouldBlock) => {
                let nap = LOOK_EVERY.min(patience.saturating_sub(waited));
                thread::sleep(nap);
                waited += nap;
            }
        }
    }
}

/// What is read of a holder's number and command.
const MOST_NAME_BYTES: u64 = 1 << 12;

/// Who has signed the file. That is a courtesy: an unreadable file does not change that the log is
/// held.
fn signed(file: &mut File) -> Option<Holder> {
    let mut text = Vec::new();
    let read = file.take(MOST_NAME_BYTES).read_to_end(&mut text).is_ok();
    read.then(|| parse(&String::from_utf8_lossy(&text))).flatten()
}

impl Drop for Lock {
    /// Takes the name off, so that nobody is blamed who no longer holds it; closing the file then
    /// lets go. A failure leaves an old name, which the next holder overwrites.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

fn parse(text: &str) -> Option<Holder> {
    let (pid, command) = text.split_once('\n')?;
    Some(Holder { pid: pid.parse().ok()?, command: command.trim_end().to_owned() })
}
