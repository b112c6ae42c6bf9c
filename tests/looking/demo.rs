//! The demo in a directory of its own, and the program in surroundings that are pinned.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use policy_ledger::ledger::{Ledger, Opening, Writer};
use policy_ledger::record;
use policy_ledger::time::SystemClock;
use serde_json::Value;
use tempfile::TempDir;

/// The demo, and the program in surroundings that are pinned.
pub(crate) struct Demo {
    pub(crate) home: TempDir,
}

impl Demo {
    pub(crate) fn new() -> Self {
        let demo = Self { home: tempfile::tempdir().unwrap() };
        demo.text("demo ledger");
        demo
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.home.path().join("ledger")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        command
            .args(words)
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("POLICY_LEDGER_NOW", "2024-05-02")
            .env("POLICY_LEDGER_FILE", self.ledger())
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &str) -> Output {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.command(&words).output().unwrap()
    }

    /// What a command that ends well says, on stdout alone.
    pub(crate) fn text(&self, words: &str) -> String {
        let output = self.run(words);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "ledger {words}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self, words: &str) -> Value {
        let value: Value = serde_json::from_str(&self.text(&format!("{words} --json"))).unwrap();
        assert_eq!(value["ok"], true, "{words}");
        value
    }

    /// The rows of an answer.
    pub(crate) fn rows(&self, words: &str) -> Vec<Value> {
        self.json(words)["results"].as_array().unwrap().clone()
    }

    /// The exit code and the one error of a command that ends otherwise.
    pub(crate) fn error(&self, words: &str) -> (i32, Value) {
        let output = self.run(&format!("{words} --json"));
        assert!(output.stdout.is_empty(), "{words}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        (output.status.code().unwrap(), error["error"].clone())
    }

    /// Records lines by the library, as another program would.
    pub(crate) fn record(&self, lines: &[Value]) {
        let mut ledger = Ledger::open(&self.ledger(), &Opening::default()).unwrap();
        let drafts = lines.iter().map(|line| record::read(line.as_object().unwrap()).unwrap());
        let writer = Writer::of(&SystemClock);
        ledger.append(drafts.collect(), &writer).unwrap();
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).unwrap();
    }
}

/// The record numbers of rows.
pub(crate) fn numbers(rows: &[Value]) -> Vec<u64> {
    rows.iter().map(|row| row["record"].as_u64().unwrap()).collect()
}
