//! A ledger in a directory of its own, and the program run in it with nothing around it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The public record of the Japan–Korea measures.
pub const PUBLIC_RECORD: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/public-record.jsonl");

/// What the program said, and its exit code.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    /// The answer as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in {self:?}"))
    }

    /// The answer, which must be exit 0.
    #[track_caller]
    pub fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// The commands of the `help:` lines, without the program's name.
    pub fn help(&self) -> Vec<String> {
        let lines = self.err.lines();
        let commands = lines.filter_map(|line| line.strip_prefix("help:  ledger "));
        commands.map(str::to_owned).collect()
    }
}

/// A directory with a ledger in it.
pub struct House {
    directory: TempDir,
}

impl House {
    fn with(words: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let house = Self { directory };
        house.ledger(words).fine();
        house
    }

    /// An empty ledger.
    pub fn empty() -> Self {
        Self::with("init")
    }

    /// An empty ledger on a simulated clock.
    pub fn simulated() -> Self {
        Self::with("init --simulated-clock")
    }

    /// The worked example.
    pub fn demo() -> Self {
        Self::with("demo .ledger")
    }

    /// A path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file in the directory.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        name.to_owned()
    }

    /// Runs the program with words that are separated by spaces.
    pub fn ledger(&self, words: &str) -> Answer {
        self.run(&words.split_whitespace().collect::<Vec<_>>(), b"")
    }

    /// Runs the program with these words and standard input.
    pub fn run(&self, words: &[&str], input: &[u8]) -> Answer {
        run_in(self.directory.path(), words, input)
    }

    /// The same with variables around it.
    pub fn run_with(&self, words: &[&str], input: &[u8], variables: &[(&str, &str)]) -> Answer {
        run_among(self.directory.path(), words, input, variables)
    }

    /// Every record, as `export` writes it.
    pub fn export(&self) -> String {
        self.ledger("export").fine().out
    }

    /// How many records there are.
    pub fn records(&self) -> usize {
        self.export().lines().count()
    }

    /// The rows of `state --json`.
    pub fn state(&self, words: &str) -> Value {
        let answer = self.ledger(&format!("state --json {words}")).fine();
        answer.json()["results"].clone()
    }

    /// The status of one measure on a day.
    pub fn status(&self, measure: &str, at: &str) -> String {
        let rows = self.state(&format!("{measure} --at {at}"));
        rows[0]["status"].as_str().unwrap().to_owned()
    }
}

fn run_in(directory: &Path, words: &[&str], input: &[u8]) -> Answer {
    run_among(directory, words, input, &[])
}

fn run_among(directory: &Path, words: &[&str], input: &[u8], variables: &[(&str, &str)]) -> Answer {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ledger"))
        .args(words)
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that reads nothing closes the pipe.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Answer {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
