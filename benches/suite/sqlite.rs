//! The peer that most would pick: SQLite, with one plain table of what is certain, and the index
//! that its questions want.
//!
//! It knows no worlds, no plans and no sources in conflict. Corrections are applied as they come:
//! a row says from which record on, and until which, it was what was known.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, params};

use super::place::{self, Place};
use super::process;

/// As many records are one transaction, as in the program's own import.
const BATCH: u64 = 1_000;

/// Until this record: it is still what is known.
const EVER: i64 = i64::MAX;

/// What was said of an event is a row for each time it was said. Its first has the event's number
/// for an id; `event` orders what happened on one day.
const SCHEMA: &str = "
    CREATE TABLE measure(id TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID;
    CREATE TABLE event(
        id INTEGER PRIMARY KEY, event INTEGER, measure TEXT, effective TEXT, act TEXT,
        status TEXT, source TEXT, known_from INTEGER, known_to INTEGER
    );
    CREATE INDEX of_measure ON event(measure, effective, event, status, known_from, known_to);
";

/// A database that keeps what it acknowledges, as the ledger does.
pub fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_mins(1)).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    connection.pragma_update(None, "synchronous", "full").unwrap();
    connection
}

/// Loads records in their plain form.
pub fn load(plain: &Path, database: &Path) {
    let connection = open(database);
    connection.execute_batch(SCHEMA).unwrap();
    let mut loading = Loading { connection: &connection, newest: HashMap::new() };
    let lines = BufReader::new(fs::File::open(plain).unwrap()).lines();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    for (line, record) in lines.zip(1_u64..) {
        loading.record(&line.unwrap(), record);
        if record % BATCH == 0 {
            connection.execute_batch("COMMIT; BEGIN IMMEDIATE").unwrap();
        }
    }
    connection.execute_batch("COMMIT").unwrap();
}

struct Loading<'c> {
    connection: &'c Connection,
    /// The newest row of each event that was corrected; none of one that was retracted.
    newest: HashMap<i64, Option<i64>>,
}

impl Loading<'_> {
    fn prepared(&self, sql: &str) -> CachedStatement<'_> {
        self.connection.prepare_cached(sql).unwrap()
    }

    fn record(&mut self, line: &str, record: u64) {
        let record = i64::try_from(record).unwrap();
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["measure", id, title] => {
                self.prepared("INSERT INTO measure VALUES(?, ?)").execute([id, title]).unwrap();
            }
            ["event", number, measure, effective, act, status, source] => {
                let number: i64 = number.parse().unwrap();
                let row =
                    params![number, number, measure, effective, act, status, source, record, EVER];
                let sql = "INSERT INTO event VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
                self.prepared(sql).execute(row).unwrap();
            }
            ["amended", of, effective] => self.amended(of.parse().unwrap(), effective, record),
            ["retracted", of] => {
                let of = of.parse().unwrap();
                self.over(of, record);
                self.newest.insert(of, None);
            }
            _ => panic!("no record: {line}"),
        }
    }

    fn amended(&mut self, event: i64, effective: &str, record: i64) {
        if let Some(old) = self.over(event, record) {
            // No event has so high a number.
            let new = record + (1 << 40);
            let sql = "INSERT INTO event SELECT ?, event, measure, ?, act, status, source, ?, ? \
                       FROM event WHERE id = ?";
            self.prepared(sql).execute(params![new, effective, record, EVER, old]).unwrap();
            self.newest.insert(event, Some(new));
        }
    }

    /// What was known of an event is so no longer; gives the row that said it.
    fn over(&self, event: i64, record: i64) -> Option<i64> {
        let old = self.newest.get(&event).copied().unwrap_or(Some(event))?;
        let sql = "UPDATE event SET known_to = ? WHERE id = ?";
        self.prepared(sql).execute([record, old]).unwrap();
        Some(old)
    }
}

/// This program, to load the plain records into a new database.
pub fn loader(place: &Place, database: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("load-peer").arg(place.plain()).arg(database);
    command
}

/// The database of a place.
pub fn database(place: &Place) -> PathBuf {
    place.made("peer.db", |path| {
        eprintln!("loading {} events into SQLite once", place.size.events);
        process::timed(&mut loader(place, path));
    })
}

/// The sqlite3 shell, asked.
pub fn shell(database: &Path, query: &str) -> Command {
    let mut command = Command::new("sqlite3");
    command.arg("-json").arg(database).arg(query).stdin(Stdio::null());
    command
}

/// One durable row, through the shell.
pub fn shell_appends(database: &Path, measure: &str, effective: &str) -> Command {
    let statement = format!(
        "PRAGMA synchronous = FULL; INSERT INTO event SELECT max(id) + 1, max(id) + 1, \
         '{measure}', '{effective}', 'imposed', 'in-force', 'source', max(id) + 1, {EVER} FROM event"
    );
    shell(database, &statement)
}

/// What must hold of a row for it to count: that it was known so when the ledger had these many
/// records; all of them where there is none.
pub fn known(records: Option<u64>) -> String {
    match records {
        Some(records) => format!("known_from <= {records} AND known_to > {records}"),
        None => format!("known_to = {EVER}"),
    }
}

/// The status of one measure on a day.
pub fn of_one(measure: &str, day: &str, records: Option<u64>) -> String {
    let known = known(records);
    format!(
        "SELECT measure, status FROM event WHERE measure = '{measure}' AND \
         effective <= '{day}' AND {known} ORDER BY effective DESC, event DESC LIMIT 1"
    )
}

/// The status of every measure on a day, as one would write it.
pub fn of_all(day: &str, records: Option<u64>) -> String {
    let known = known(records);
    format!(
        "SELECT measure, status FROM (SELECT measure, status, row_number() OVER (PARTITION BY measure ORDER BY effective DESC, event DESC) AS place FROM event \
         WHERE effective <= '{day}' AND {known}) WHERE place = 1"
    )
}

/// The same, as one who knows how SQLite goes about it would write it: one search a measure.
pub fn of_all_by_search(day: &str, records: Option<u64>) -> String {
    let known = known(records);
    format!(
        "SELECT id AS measure, (SELECT status FROM event e WHERE e.measure = measure.id AND \
         effective <= '{day}' AND {known} ORDER BY effective DESC, event DESC LIMIT 1) AS status \
         FROM measure"
    )
}

/// The versions of the shell and of the library.
pub fn versions() -> (String, String) {
    let shell = Command::new("sqlite3").arg("--version").output().expect("the sqlite3 shell");
    let shell = String::from_utf8_lossy(&shell.stdout);
    let shell = shell.split(' ').next().unwrap_or_default().to_owned();
    (shell, rusqlite::version().to_owned())
}

/// A copy of the database of a place, to write to.
pub fn copied(place: &Place) -> PathBuf {
    let copy = place.scratch().join("peer.db");
    place::remove(&copy.with_extension("db-wal"));
    place::remove(&copy.with_extension("db-shm"));
    place::copy(&database(place), &copy);
    copy
}
