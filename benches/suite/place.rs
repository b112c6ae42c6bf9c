//! The data on disk, made once for each size and form of the store, and kept.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use policy_ledger::{log, view};

use super::process;
use crate::data::{GENERATION, Said, Size};

const LEDGER: &str = env!("CARGO_BIN_EXE_ledger");

/// The data of one size.
pub struct Place {
    /// How large.
    pub size: Size,
    directory: PathBuf,
    records: OnceLock<u64>,
}

/// Where all that the benchmark makes is kept.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench")
}

/// Where a process puts what it complains of.
pub fn complaints() -> PathBuf {
    root().join("complaints")
}

impl Place {
    pub fn of(size: Size) -> Self {
        let directory = root().join(format!("{}-events-{GENERATION}", size.events));
        fs::create_dir_all(&directory).unwrap();
        Self { size, directory, records: OnceLock::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// How many records the data are.
    pub fn records(&self) -> u64 {
        *self.records.get_or_init(|| self.size.records())
    }

    /// The record in the middle of the log.
    pub fn middle(&self) -> u64 {
        self.records() / 2
    }

    /// The data as JSON Lines.
    pub fn lines(&self) -> PathBuf {
        self.made("ledger.jsonl", |path| write(path, self.size, Said::line))
    }

    /// The data as the peers get them.
    pub fn plain(&self) -> PathBuf {
        self.made("plain.tsv", |path| write(path, self.size, Said::plain))
    }

    /// The ledger; its view made anew where it is of another layout.
    pub fn ledger(&self) -> PathBuf {
        let layout = self.path("layout");
        let kept = self.made(&ledger_name(), |path| {
            let lines = self.lines();
            eprintln!("importing {} events once", self.size.events);
            process::timed(ledger(path).arg("init"));
            process::timed(ledger(path).arg("import").arg(lines));
            fs::write(&layout, view::LAYOUT.to_string()).unwrap();
        });
        let is_new = fs::read_to_string(&layout).is_ok_and(|it| it == view::LAYOUT.to_string());
        if !is_new {
            process::timed(ledger(&kept).arg("rebuild"));
            fs::write(layout, view::LAYOUT.to_string()).unwrap();
        }
        kept
    }

    /// Takes a ledger that was just imported for that of this place.
    pub fn keep_ledger(&self, new: &Path) {
        let kept = self.path(&ledger_name());
        let _ = fs::remove_dir_all(&kept);
        fs::rename(new, kept).unwrap();
        fs::write(self.path("layout"), view::LAYOUT.to_string()).unwrap();
    }

    /// A command for the ledger of this place.
    pub fn command(&self) -> Command {
        ledger(&self.path(&ledger_name()))
    }

    /// Makes a file or directory under another name, and gives it its own when it is whole.
    pub fn made(&self, name: &str, make: impl FnOnce(&Path)) -> PathBuf {
        let path = self.path(name);
        if !path.exists() {
            let new = self.path(&format!("{name}.new"));
            remove(&new);
            make(&new);
            fs::rename(new, &path).unwrap();
        }
        path
    }

    /// A directory for what is thrown away.
    pub fn scratch(&self) -> PathBuf {
        let path = self.path("scratch");
        fs::create_dir_all(&path).unwrap();
        path
    }
}

/// A log of another format is another ledger.
fn ledger_name() -> String {
    format!("ledger-{}", log::FORMAT)
}

/// The program, for a ledger in a directory.
pub fn ledger(directory: &Path) -> Command {
    let mut command = Command::new(LEDGER);
    command.arg("-f").arg(directory).stdin(Stdio::null());
    command
}

/// Removes a file or directory where there is one.
pub fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Copies a directory or file; whatever is there is replaced.
pub fn copy(from: &Path, to: &Path) {
    remove(to);
    process::timed(Command::new("cp").arg("-a").arg(from).arg(to));
}

/// Waits until all that was written is on the disk, so that nobody pays for what another wrote.
pub fn settle() {
    process::timed(&mut Command::new("sync"));
}

fn write(path: &Path, size: Size, written: fn(&Said) -> String) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    for said in size.said() {
        writeln!(out, "{}", written(&said)).unwrap();
    }
    out.flush().unwrap();
}
