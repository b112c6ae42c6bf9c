//! The peer for questions about everything: DuckDB, by its Python wheel, where that is installed
//! (`scripts/install-bench-peers`).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::place::{self, Place};
use super::{process, sqlite};

/// What is said of a row that goes without it.
pub const NOT_THERE: &str = "DuckDB: not run, for its Python wheel is not there \
                             (`scripts/install-bench-peers` brings it)";

fn python() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../bench-peers/bin/python")
}

fn peer(words: &[&str]) -> Command {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/duckdb_peer.py");
    let mut command = Command::new(python());
    command.arg(program).args(words).stdin(Stdio::null());
    command
}

/// Its version, where it is there.
pub fn version() -> Option<String> {
    let said = peer(&["version"]).output().ok().filter(|done| done.status.success())?;
    Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

/// The database of a place, made of the rows of the SQLite peer.
pub fn database(place: &Place) -> PathBuf {
    place.made("duck.db", |path| {
        eprintln!("loading {} events into DuckDB once", place.size.events);
        let rows = place.scratch().join("rows.csv");
        let query = "SELECT event, measure, effective, act, status, source, known_from, known_to \
                     FROM event";
        let mut shell = Command::new("sqlite3");
        shell.args(["-csv", "-header"]).arg(sqlite::database(place)).arg(query);
        let done = shell.stdout(File::create(&rows).unwrap()).status().unwrap();
        assert!(done.success(), "{shell:?}");
        process::timed(&mut peer(&["load", &rows.to_string_lossy(), &path.to_string_lossy()]));
        place::remove(&rows);
    })
}

/// Asked in a process of its own.
pub fn ask(database: &Path, query: &str) -> Command {
    peer(&["ask", &database.to_string_lossy(), query])
}

/// Python and the module, nothing asked.
pub fn start() -> Command {
    peer(&["start"])
}

/// The status of every measure on a day, in the way that DuckDB is fastest at.
pub fn of_all(day: &str, records: Option<u64>) -> String {
    let known = sqlite::known(records);
    format!(
        "SELECT measure, arg_max(status, (effective, event)) AS status FROM event \
         WHERE effective <= DATE '{day}' AND {known} GROUP BY measure"
    )
}
