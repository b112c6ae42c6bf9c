//! README.md is true: its examples are run in order, and print what it shows.
//!
//! In a block ```` ```console ```` a line `$ …` is a command, and what follows is its output. A
//! line `…` stands for any lines, `…` inside a line for anything.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// What a marker line begins with; the number of the command and its exit code follow.
const MARK: &str = "--- end of command";

/// A command with the output that is shown below it.
#[derive(Debug, PartialEq)]
struct Example {
    command: String,
    shown: Vec<String>,
}

#[test]
fn the_examples_print_what_is_shown() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let examples = examples(&std::fs::read_to_string(readme).unwrap());
    assert!(examples.len() >= 10, "{examples:?}");
    let printed = run(&examples);
    for (example, (printed, exit)) in examples.iter().zip(&printed) {
        let Example { command, shown } = example;
        assert_eq!(*exit, 0, "$ {command}\n{}", printed.join("\n"));
        let wrong = format!("$ {command}\nREADME.md does not show:\n{}", printed.join("\n"));
        assert!(fits(shown, printed), "{wrong}");
    }
    assert_eq!(printed.len(), examples.len());
}

/// The commands of every console block, in order.
fn examples(readme: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => {
                    examples.push(Example { command: command.to_owned(), shown: Vec::new() });
                }
                None => examples.last_mut().unwrap().shown.push(line.to_owned()),
            }
        }
    }
    examples
}

/// What each command prints, and its exit code. One shell runs them all, so that `cd` counts.
fn run(examples: &[Example]) -> Vec<(Vec<String>, i32)> {
    let home = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_ledger"));
    let path = program.parent().unwrap().display();
    let system = std::env::var("PATH").unwrap();
    let mut script = String::from("exec 2>&1\n");
    for Example { command, .. } in examples {
        // A ledger on the machine's clock takes no other time.
        if command.contains("ledger init") {
            script.push_str("unset POLICY_LEDGER_NOW\n");
        }
        writeln!(script, "{command}\necho \"{MARK} $?\"").unwrap();
    }
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .env_clear()
        .env("PATH", format!("{path}:{system}"))
        .env("LANG", "C.UTF-8")
        .env("POLICY_LEDGER_BY", "me")
        .env("POLICY_LEDGER_NOW", "2024-05-02")
        .current_dir(home.path());
    let output = String::from_utf8(shell.output().unwrap().stdout).unwrap();
    let mut printed = vec![(Vec::new(), 0)];
    for line in output.lines() {
        let last = printed.last_mut().unwrap();
        if let Some(exit) = line.strip_prefix(MARK) {
            last.1 = exit.trim().parse().unwrap();
            printed.push((Vec::new(), 0));
        } else {
            last.0.push(line.to_owned());
        }
    }
    printed.pop();
    printed
}

/// Whether lines are those shown, where `…` alone stands for any number of them.
fn fits(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "…" => {
            (0..=printed.len()).any(|left_out| fits(rest, &printed[left_out..]))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| line_fits(line, first) && fits(rest, others)),
    }
}

/// Whether a line is the one shown, where `…` inside it stands for anything.
fn line_fits(shown: &str, printed: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut left) = printed.strip_prefix(parts.next().unwrap()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((end, middle)) = parts.split_last() else {
        return left.is_empty();
    };
    for part in middle {
        match left.split_once(part) {
            Some((_, rest)) => left = rest,
            None => return false,
        }
    }
    left.ends_with(end)
}

#[test]
fn what_is_left_out_is_marked() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let printed = lines("a\nb 1 c\nd");
    for shown in ["a\nb 1 c\nd", "…\nd", "a\n…", "a\nb … c\nd", "a\n…\nb 1 c\n…\nd\n…", "…"]
    {
        assert!(fits(&lines(shown), &printed), "{shown}");
    }
    for shown in ["a", "a\nb 2 c\nd", "…\nc", "a\nd", "", "a\nb … b\nd", "a\nb 1 c\nd\ne"] {
        assert!(!fits(&lines(shown), &printed), "{shown}");
    }
}
