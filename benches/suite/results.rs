//! What is kept of a run: JSON, a row for each row of the table and each size.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use policy_ledger::time::{Clock as _, SystemClock};
use serde::{Deserialize, Serialize};

use super::process::{Memory, Run};
use super::{duckdb, place, sqlite};

/// All that was measured, the newest of each row and size.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    pub machine: Machine,
    pub floors: Vec<Floor>,
    pub rows: Vec<Row>,
}

/// On what and with what.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Machine {
    pub cores: usize,
    pub processor: String,
    pub system: String,
    /// The sqlite3 shell.
    pub sqlite_shell: String,
    /// The library in the loader of P6 and in P4.
    pub sqlite_library: String,
    /// None where it was not there.
    pub duckdb: Option<String>,
}

/// What the machine can do at all.
#[derive(Debug, Serialize, Deserialize)]
pub struct Floor {
    pub what: String,
    pub value: f64,
    pub unit: String,
}

/// One row at one size.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    /// `P1`, …
    pub id: String,
    pub work: String,
    pub events: u64,
    /// The UTC day.
    pub taken: String,
    pub measured: Vec<Measured>,
    pub judged: Vec<Judged>,
    /// What could not be run, and what else is to be known.
    pub notes: Vec<String>,
}

/// What one contestant took.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measured {
    pub who: String,
    pub runs: usize,
    /// The median.
    pub milliseconds: f64,
    /// A quarter of the runs took no longer.
    pub lower_quartile: f64,
    /// Three quarters took no longer.
    pub upper_quartile: f64,
    /// How much of its answer there was.
    pub answer_bytes: u64,
    /// Peak anonymous memory, by looking often.
    pub own_memory_bytes: u64,
    /// Peak memory with mapped files, as the system keeps it.
    pub all_memory_bytes: u64,
}

/// Ours held against something.
#[derive(Debug, Serialize, Deserialize)]
pub struct Judged {
    /// What of ours.
    pub what: String,
    pub ours: f64,
    /// What it is held against.
    pub against: String,
    pub theirs: f64,
    pub unit: String,
    /// Ours divided by theirs.
    pub ratio: f64,
    /// None where no target was set.
    pub target: Option<Target>,
}

/// What the ratio may be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    /// How far off, as a factor above 1; none where it is met.
    pub fn missed_by(self, ratio: f64) -> Option<f64> {
        let by = match self {
            Self::AtMost(most) => ratio / most,
            Self::AtLeast(least) => least / ratio,
        };
        (by > 1.0).then_some(by)
    }
}

impl Measured {
    pub fn of(who: &str, runs: &[Run], memory: Memory) -> Self {
        let mut times: Vec<Duration> = runs.iter().map(|run| run.took).collect();
        times.sort();
        let quartile = |of: usize| times[(times.len() - 1) * of / 4].as_secs_f64() * 1000.0;
        Self {
            who: who.to_owned(),
            runs: runs.len(),
            milliseconds: quartile(2),
            lower_quartile: quartile(1),
            upper_quartile: quartile(3),
            answer_bytes: runs.last().map_or(0, |run| run.bytes),
            own_memory_bytes: memory.own,
            all_memory_bytes: memory.all,
        }
    }

    /// The time of this against that of another.
    pub fn against(&self, other: &Self, target: Option<Target>) -> Judged {
        Judged::of(&self.who, self.milliseconds, target)
            .against(&other.who, other.milliseconds)
            .unit("ms")
    }

    /// The memory of this against that of another.
    pub fn memory_against(&self, other: &Self, target: Option<Target>) -> Judged {
        Judged::of(&self.who, megabytes(self.own_memory_bytes), target)
            .against(&other.who, megabytes(other.own_memory_bytes))
            .unit("MB of its own")
    }

    /// The memory of this against a number of megabytes.
    pub fn memory_within(&self, most: f64) -> Judged {
        let target = Some(Target::AtMost(1.0));
        Judged::of(&self.who, megabytes(self.own_memory_bytes), target)
            .against("the limit", most)
            .unit("MB of its own")
    }

    /// How many events a second, against so many.
    pub fn at_least_a_second(&self, events: u64, least: f64) -> Judged {
        let speed = number(events) / (self.milliseconds / 1000.0);
        Judged::of(&self.who, speed, Some(Target::AtLeast(1.0)))
            .against("the target", least)
            .unit("events/s")
    }
}

impl Judged {
    pub fn of(what: &str, ours: f64, target: Option<Target>) -> Self {
        let (against, unit) = (String::new(), String::new());
        Self { what: what.to_owned(), ours, against, theirs: 0.0, unit, ratio: 0.0, target }
    }

    pub fn against(self, against: &str, theirs: f64) -> Self {
        Self { against: against.to_owned(), theirs, ratio: self.ours / theirs, ..self }
    }

    pub fn unit(self, unit: &str) -> Self {
        Self { unit: unit.to_owned(), ..self }
    }
}

fn megabytes(bytes: u64) -> f64 {
    number(bytes) / 1e6
}

/// Counts here are far below 2^53.
#[allow(clippy::cast_precision_loss, reason = "of a figure for people")]
pub fn number(count: u64) -> f64 {
    count as f64
}

/// Today, UTC.
pub fn today() -> String {
    SystemClock.now().to_string()[..10].to_owned()
}

/// Where the results are kept.
pub fn path() -> PathBuf {
    place::root().join("results.json")
}

/// A path as it is from the project.
pub fn shown(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

impl Results {
    /// Nothing where there are none.
    pub fn read(path: &Path) -> Self {
        let Ok(text) = fs::read_to_string(path) else {
            return Self::default();
        };
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}: remove it", shown(path)))
    }

    /// Puts a row in the place of the one it repeats.
    pub fn keep(&mut self, row: Row) {
        self.rows.retain(|old| (&old.id, old.events) != (&row.id, row.events));
        self.rows.push(row);
        self.rows.sort_by(|a, b| (a.events, &a.id).cmp(&(b.events, &b.id)));
    }

    pub fn write(&self, path: &Path) {
        let text = serde_json::to_string_pretty(self).unwrap();
        fs::write(path, text + "\n").unwrap();
    }

    /// Every size there is a row of.
    pub fn sizes(&self) -> Vec<u64> {
        let mut sizes: Vec<u64> = self.rows.iter().map(|row| row.events).collect();
        sizes.dedup();
        sizes
    }
}

impl Machine {
    pub fn this() -> Self {
        let (sqlite_shell, sqlite_library) = sqlite::versions();
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: processor(),
            system: said_by("uname", &["-sr"]),
            sqlite_shell,
            sqlite_library,
            duckdb: duckdb::version(),
        }
    }
}

fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("model name"));
    line.map_or("unknown", |line| line.trim_start_matches([' ', '\t', ':'])).to_owned()
}

fn said_by(program: &str, words: &[&str]) -> String {
    let said = Command::new(program).args(words).output();
    said.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned()).unwrap_or_default()
}
