//! Documents that show commands with what they print, run for real.
//!
//! In a block ```` ```console ```` a line `$ …` is a command, and what follows is its output, both
//! streams in their order. A line `…` stands for any lines, `…` inside a line for anything. All
//! commands of a document are run by one shell, so that `cd` and variables count.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a marker line begins with; the exit code of the command follows.
const MARK: &str = "--- end of command";

/// The fence of a block of commands.
const FENCE: &str = "```console\n";

/// A command with the output that is shown below it.
#[derive(Debug, PartialEq)]
pub struct Example {
    pub command: String,
    pub shown: Vec<String>,
}

/// What a command printed, and its exit code.
pub type Printed = (Vec<String>, i32);

/// Runs a document and fails with the first command that prints something else, or whose exit code
/// is not 0 although the document does not ask for it (`echo $?`).
///
/// With `POLICY_LEDGER_TRANSCRIPTS=write` what is printed is written down instead, to be looked at.
pub fn check(document: &str, least: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let examples = examples(&text);
    assert!(examples.len() >= least, "{document}: {examples:?}");
    let printed = run(&examples);
    if std::env::var_os("POLICY_LEDGER_TRANSCRIPTS").is_some_and(|word| word == "write") {
        write(&path, &text, &printed);
        return;
    }
    for (example, (printed, exit)) in examples.iter().zip(&printed) {
        let Example { command, shown } = example;
        let wrong = format!("$ {command}\n{document} does not show:\n{}", printed.join("\n"));
        assert!(fits(shown, printed), "{wrong}");
        assert_eq!(*exit, 0, "$ {command}\n{}", printed.join("\n"));
    }
    assert_eq!(printed.len(), examples.len(), "{document}: a command ended the shell");
}

/// The commands of every console block, in order.
fn examples(document: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in document.split(FENCE).skip(1) {
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

/// What each command prints, and its exit code.
fn run(examples: &[Example]) -> Vec<Printed> {
    let home = tempfile::tempdir().unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_ledger"));
    let path = program.parent().unwrap().display();
    let system = std::env::var("PATH").unwrap();
    let mut script = String::from("exec 2>&1\n");
    for Example { command, .. } in examples {
        // A ledger on the machine's clock takes no other time.
        if command.ends_with("ledger init") {
            script.push_str("unset POLICY_LEDGER_NOW\n");
        }
        writeln!(script, "{command}\necho \"{MARK} $?\"").unwrap();
    }
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script])
        .env_clear()
        .env("PATH", format!("{path}:{system}"))
        .env("HOME", home.path())
        .env("LANG", "C.UTF-8")
        .env("POLICY_LEDGER_BY", "me")
        .env("POLICY_LEDGER_NOW", "2024-05-02")
        .current_dir(home.path());
    let output = shell.output().unwrap().stdout;
    let output = String::from_utf8_lossy(&output);
    let mut printed = vec![(Vec::new(), 0)];
    for line in output.lines() {
        let last = printed.last_mut().unwrap();
        if let Some((rest, exit)) = line.split_once(MARK) {
            if !rest.is_empty() {
                last.0.push(rest.to_owned());
            }
            last.1 = exit.trim().parse().unwrap();
            printed.push((Vec::new(), 0));
        } else {
            // A terminal ends its lines with a carriage return too, and colours are written out.
            let line = line.trim_end_matches('\r').replace('\u{1b}', "\\e");
            last.0.push(line);
        }
    }
    printed.pop();
    printed
}

/// The document with what was printed in the place of what does not fit.
fn write(path: &Path, text: &str, printed: &[Printed]) {
    let mut printed = printed.iter();
    let mut out = String::new();
    let mut blocks = text.split(FENCE);
    out += blocks.next().unwrap();
    for block in blocks {
        let (block, rest) = block.split_once("```").unwrap();
        out += FENCE;
        for Example { command, shown } in examples(&format!("{FENCE}{block}```")) {
            let (lines, _) = printed.next().unwrap();
            let lines = if fits(&shown, lines) { &shown } else { lines };
            writeln!(out, "$ {command}").unwrap();
            for line in lines {
                writeln!(out, "{line}").unwrap();
            }
        }
        out += "```";
        out += rest;
    }
    std::fs::write(path, out).unwrap();
}

/// Whether lines are those shown, where `…` alone stands for any number of them.
pub fn fits(shown: &[String], printed: &[String]) -> bool {
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
