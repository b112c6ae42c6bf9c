//! A long spreadsheet on its way in: interrupted or killed at any moment, what is there is the
//! beginning of what was to come, whole and in order; the same command completes it.
#![cfg(unix)]
#![allow(clippy::print_stderr, reason = "long runs tell their figures")]

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::house::House;
use crate::ledgers::random::Random;
use serde_json::Value;

const ROWS: usize = 6_000;
const MEASURES: usize = 12;

const RULES: &str = "[measure]\nid = \"s.{Id}\"\nkind = \"plain\"\n[[event]]\nkey = \"s-{No}\"\n\
                     act = \"set\"\nstatus = \"{Status}\"\neffective = \"{Date}\"\nnote = \"{Note}\"\n";

/// Rows of some measures; with `bad` every thousandth has no date that can be read.
fn table(bad: bool) -> String {
    let mut table = String::from("No,Id,Status,Date,Note\n");
    for row in 0..ROWS {
        let (id, day) =
            (row % MEASURES, format!("20{:02}-{:02}-{:02}", row / 400, row % 12 + 1, row % 28 + 1));
        let day = if bad && row % 1000 == 999 { "soon".to_owned() } else { day };
        writeln!(table, "{row},m{id},s{row},{day},a note of some length on row {row}").unwrap();
    }
    table
}

fn house(bad: bool) -> House {
    let house = House::empty();
    house.file("t.csv", table(bad));
    house.file("rules.toml", RULES);
    house
}

fn import(house: &House, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(["import", "t.csv", "--map", "rules.toml"]).args(more);
    command.current_dir(house.path("")).env_clear();
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// What each record says, in record order, without what this ledger adds.
fn said(house: &House) -> Vec<Value> {
    let bare = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        for key in ["id", "recorded", "by", "revision"] {
            value.as_object_mut().unwrap().shift_remove(key);
        }
        value
    };
    house.export().lines().map(bare).collect()
}

/// Waits until so many batches are in the log, or the import has ended.
fn batches_written(house: &House, child: &mut Child, batches: usize) {
    let told = || std::fs::read(house.path(".ledger/end")).unwrap_or_default();
    let (mut before, mut seen) = (told(), 0);
    while seen < batches && child.try_wait().unwrap().is_none() {
        let now = told();
        seen += usize::from(now != before);
        before = now;
    }
}

fn signal(child: &Child, name: &str) {
    let words = format!("kill -{name} {}", child.id());
    Command::new("sh").args(["-c", &words]).status().unwrap();
}

/// Whether who started this program has it pass over interrupts, and so all that it starts.
fn interrupts_are_passed_over() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0) & 0b10 != 0
}

/// Interrupts or kills imports of the same rows until they are all there; gives how many were cut
/// short, and how many of them left a part.
fn cuts(name: &str, runs: usize, more: &[&str], bad: bool, seed: u64) -> (usize, usize) {
    let whole = house(bad);
    let start = Instant::now();
    assert!(import(&whole, more).status().unwrap().success());
    let takes = usize::try_from(start.elapsed().as_micros()).unwrap();
    let expected = said(&whole);
    let (mut random, mut house, mut before) = (Random::new(seed), house(bad), 0);
    let (mut cut, mut parts) = (0, 0);
    for number in 0..runs {
        let mut child = import(&house, more).spawn().unwrap();
        if number % 3 == 0 {
            std::thread::sleep(Duration::from_micros(random.below(takes) as u64));
        } else {
            batches_written(&house, &mut child, 1 + random.below(4));
        }
        signal(&child, name);
        let done = child.wait().unwrap().success();
        let there = said(&house);
        assert!(there.len() >= before, "{} of {before} records are there", there.len());
        assert!(there == expected[..there.len()], "{} of them, and not the first", there.len());
        assert!(!done || there.len() == expected.len(), "done, and {} are there", there.len());
        house.ledger("state --at 2010-01-01 s.m1").code.to_string();
        cut += usize::from(!done);
        parts += usize::from(there.len() > before && there.len() < expected.len());
        before = there.len();
        if before == expected.len() {
            (house, before) = (self::house(bad), 0);
        }
    }
    assert!(import(&house, more).status().unwrap().success(), "the same command completes it");
    assert!(said(&house) == expected, "completed");
    house.ledger("verify").fine();
    assert!(house.ledger("doctor").fine().out.contains("Nothing to do."));
    if bad {
        let file = |house: &House| std::fs::read_to_string(house.path("bad.csv")).unwrap();
        assert_eq!(file(&house), file(&whole));
        assert_eq!(file(&house).lines().count(), 1 + ROWS / 1000);
    }
    eprintln!("{runs} times {name}: {cut} cut short, {parts} of them left a part");
    (cut, parts)
}

#[test]
fn a_killed_import_of_a_spreadsheet_is_completed_by_the_same_command() {
    let (cut, parts) = cuts("KILL", 4, &[], false, 3);
    assert!(cut > 0 && parts > 0, "{cut} cut short, {parts} left a part");
}

#[test]
fn an_interrupted_import_of_a_spreadsheet_leaves_nothing_half_done() {
    let (cut, _) = cuts("INT", 4, &[], false, 4);
    assert!(cut > 0 || interrupts_are_passed_over(), "no import was cut short");
}

#[test]
fn what_is_skipped_is_no_obstacle_to_completing_it() {
    let (cut, parts) = cuts("KILL", 4, &["--skip-bad", "bad.csv"], true, 5);
    assert!(cut > 0 && parts > 0, "{cut} cut short, {parts} left a part");
}

/// A bad row: nothing is recorded, however many rows are good.
#[test]
fn all_of_it_or_nothing() {
    let house = house(true);
    let answer = house.ledger("import t.csv --map rules.toml");
    assert_eq!((answer.code, house.records()), (3, 0), "{answer:?}");
    assert_eq!(answer.err.matches("error: t.csv:").count(), ROWS / 1000, "{answer:?}");
}
