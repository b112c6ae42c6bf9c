//! Where an answer goes: standard output, or the file of `-o`, made ready before the command does
//! anything.

mod tame;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::complaint::{Complaint, Exit, Item};
use super::desk::{Desk, is_ledger};
use tame::Tame;

/// How many bytes are written at a time.
const BUFFER: usize = 64 * 1024;

/// Where an answer goes.
pub(super) enum Output {
    /// Standard output.
    Standard,
    /// A device or a pipe, written as it is.
    Device(PathBuf, File),
    /// A file: what is there stays until all of the answer is written.
    File(Scratch),
}

/// A file beside its target that takes the target's place, or is removed.
pub(super) struct Scratch {
    shown: PathBuf,
    target: PathBuf,
    path: PathBuf,
    file: File,
}

impl Output {
    /// Opens what will be written; a place that cannot take an answer is refused.
    pub(super) fn prepare(desk: &Desk) -> Result<Self, Complaint> {
        let Some(shown) = &desk.global.output else { return Ok(Self::Standard) };
        let named = desk.surroundings.directory.join(shown);
        let failed = |error| Complaint::file(shown, &error);
        if is_device(&named) {
            let opened = OpenOptions::new().append(true).open(&named);
            return opened.map(|file| Self::Device(shown.clone(), file)).map_err(failed);
        }
        let target = outside_ledgers(&named, &format!("`-o {}`", shown.display()))?;
        Scratch::beside(target, shown.clone()).map(Self::File).map_err(failed)
    }

    /// Writes an answer that is data, not made for a terminal: nothing in it acts on one.
    pub(super) fn write_data(
        self,
        answer: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Complaint> {
        if matches!(self, Self::Standard) && io::stdout().is_terminal() {
            return told(unless_gone(buffered(Tame::to(io::stdout().lock()), answer)));
        }
        self.write(answer)
    }

    /// Writes the answer; a reader that has gone (`| head`) is no error.
    pub(super) fn write(
        self,
        answer: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Complaint> {
        match self {
            Self::Standard => stream_out(answer),
            Self::Device(shown, file) => {
                unless_gone(buffered(file, answer)).map_err(|error| Complaint::file(&shown, &error))
            }
            Self::File(mut scratch) => {
                let written = scratch.put(answer);
                written.map_err(|error| Complaint::file(&scratch.shown, &error))
            }
        }
    }
}

/// Writes to standard output; a reader that has gone (`| head`) is no error.
pub(super) fn write_out(bytes: &[u8]) -> Result<(), Complaint> {
    stream_out(|out| out.write_all(bytes))
}

fn stream_out(answer: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Complaint> {
    told(unless_gone(buffered(io::stdout().lock(), answer)))
}

fn told(written: io::Result<()>) -> Result<(), Complaint> {
    written.map_err(|error| {
        let item = Item::new("file", format!("standard output: {error}"));
        Complaint::new(Exit::Unusable, item)
    })
}

fn buffered(
    out: impl Write,
    answer: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    answer(&mut out)?;
    out.flush()
}

fn unless_gone(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Whether it is written as it is: a device, a pipe, or a name of an open file.
fn is_device(path: &Path) -> bool {
    let is_special = |found: fs::Metadata| !found.is_file() && !found.is_dir();
    let of_system = path.starts_with("/dev/fd") || path.starts_with("/proc");
    let standard = ["/dev/stdout", "/dev/stderr"].iter().any(|name| path == Path::new(name));
    of_system || standard || fs::metadata(path).is_ok_and(is_special)
}

/// The file to be written, links followed; never one in a ledger. `shown` is what the command line
/// says.
pub(super) fn outside_ledgers(named: &Path, shown: &str) -> Result<PathBuf, Complaint> {
    let refused = |what: &str| Complaint::usage(format!("{shown}: {what}"));
    if named.is_dir() {
        return Err(refused("that is a directory, not a file"));
    }
    let target = fs::canonicalize(named).unwrap_or_else(|_| named.to_path_buf());
    let parent = target.parent().and_then(|parent| fs::canonicalize(parent).ok());
    let name = target.file_name().filter(|_| !ends_in_separator(named));
    let (Some(parent), Some(name)) = (parent.filter(|parent| parent.is_dir()), name) else {
        return Err(refused("the directory it would be in is not there"));
    };
    if parent.ancestors().any(is_ledger) {
        return Err(refused("that is inside a ledger's directory: write it elsewhere"));
    }
    Ok(parent.join(name))
}

fn ends_in_separator(path: &Path) -> bool {
    path.to_string_lossy().ends_with(std::path::is_separator)
}

impl Scratch {
    fn beside(target: PathBuf, shown: PathBuf) -> io::Result<Self> {
        let there = fs::metadata(&target).ok();
        if there.is_some() {
            // What may not be written may not be replaced.
            OpenOptions::new().append(true).open(&target)?;
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let path = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let scratch = Self { shown, target, path, file };
        if let Some(there) = there {
            fs::set_permissions(&scratch.path, there.permissions())?;
        }
        Ok(scratch)
    }

    /// Writes all, durably, and takes the target's place.
    fn put(&mut self, answer: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        buffered(&self.file, answer)?;
        self.file.sync_all()?;
        fs::rename(&self.path, &self.target)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Where it took the target's place nothing is left to remove.
        let _ = fs::remove_file(&self.path);
    }
}
