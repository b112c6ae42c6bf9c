//! Copies of the test program that write to a ledger until they are killed.

use std::env;
use std::fmt::Display;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::{self, Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use policy_ledger::admission::Same;
use policy_ledger::ledger::{Ledger, Making, Opening, Queue, Request, Writer};
use policy_ledger::log::{self, Access, Entries, Expect, Log, LogError, SledLog};
use policy_ledger::record::Draft;
use policy_ledger::time::SystemClock;
use serde_json::Value;

use super::{draft, event, hasty, measure, numbers, patient};

/// What a copy is to do, and in which directory.
const ROLE: &str = "POLICY_LEDGER_TEST_ROLE";
const DIRECTORY: &str = "POLICY_LEDGER_TEST_DIRECTORY";

/// How many measures the children's events are about.
pub const MEASURES: usize = 10;

/// Not a test of its own: what a copy does. Elsewhere there is no role, and nothing to do.
#[test]
fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let directory = PathBuf::from(env::var_os(DIRECTORY).unwrap());
    match role.split_once(' ').map_or((role.as_str(), ""), |(role, rest)| (role, rest)) {
        ("append", most) => append(&directory, most.parse().unwrap()),
        ("import", size) => import(&directory, size.parse().unwrap()),
        ("between", after) => between(&directory, after.parse().unwrap()),
        ("batches", after) => batches(&directory, after.parse().unwrap()),
        ("rebuild", _) => rebuild(&directory),
        ("compete", who) => compete(&directory, who.parse().unwrap()),
        ("read", _) => read(&directory),
        ("seal", entries) => seal(&directory, entries.parse().unwrap()),
        ("queue", threads) => queue(&directory, threads.parse().unwrap()),
        ("log", _) => log_alone(&directory),
        ("create", from) => create(&directory, from.parse().unwrap()),
        ("backup", from) => backup(&directory, from.parse().unwrap()),
        ("restore", from) => restore(&directory, from.parse().unwrap()),
        ("hold", events) => hold(&directory, events.parse().unwrap()),
        (other, _) => panic!("no role {other}"),
    }
}

/// Says a line that cannot be mixed with what the test harness says.
fn say(word: &str, what: impl Display) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{word} {what}").unwrap();
    out.flush().unwrap();
}

fn record_next(ledger: &mut Ledger, number: u64) {
    let about = format!("m{}", usize::try_from(number).unwrap() % MEASURES);
    let drafts = vec![draft(&event(&about, number))];
    ledger.append(drafts, &Writer::of(&SystemClock)).unwrap();
}

fn last_number(ledger: &Ledger) -> u64 {
    numbers(&ledger.entries().unwrap()).last().copied().unwrap_or(0)
}

/// Appends one event at a time; opens the ledger anew after every 25.
fn append(directory: &Path, most: u64) {
    let mut done = 0;
    while done < most {
        let mut ledger = Ledger::open(directory, &patient("a child that appends")).unwrap();
        let last = last_number(&ledger);
        let until = most.min(done + 25);
        for number in last + 1..=last + until - done {
            record_next(&mut ledger, number);
            say("acknowledged", number);
        }
        done = until;
    }
}

/// Appends one event at a time; opens the ledger anew after every third, so that others get at it.
fn compete(directory: &Path, who: u64) {
    let mut next = who * 1_000_000 + 1;
    loop {
        // As one program after another would. Who takes the lock again at once leaves little to
        // those who look for it every 20 milliseconds.
        thread::sleep(Duration::from_millis(60));
        let patient = Opening { wait: Duration::from_mins(2), ..patient("a child that competes") };
        let mut ledger = Ledger::open(directory, &patient).unwrap();
        for number in next..next + 3 {
            record_next(&mut ledger, number);
            say("acknowledged", number);
        }
        next += 3;
    }
}

/// Reads all there is on and on, as one who waits for nobody; says how many events there were.
fn read(directory: &Path) {
    loop {
        let ledger = Ledger::read(directory, &hasty("a child that reads")).unwrap();
        say("read", numbers(&ledger.entries().unwrap()).len());
    }
}

/// Imports so many events at a time; every other import opens the ledger anew.
fn import(directory: &Path, size: u64) {
    loop {
        let mut ledger = Ledger::open(directory, &patient("a child that imports")).unwrap();
        for _ in 0..2 {
            let last = last_number(&ledger);
            let writer = Writer { same: Same::Already, ..Writer::of(&SystemClock) };
            ledger.append(events(last.saturating_sub(size / 2) + 1, last + size), &writer).unwrap();
            say("acknowledged", last + size);
        }
    }
}

/// The drafts of the events of these numbers.
pub fn events(from: u64, to: u64) -> Vec<Draft> {
    let about = |number: u64| format!("m{}", usize::try_from(number).unwrap() % MEASURES);
    (from..=to).map(|number| draft(&event(&about(number), number))).collect()
}

fn rebuild(directory: &Path) {
    loop {
        let records = Ledger::rebuild(directory, &patient("a child that rebuilds")).unwrap();
        say("rebuilt", records);
    }
}

/// Appends one event at a time to a log of so short segments.
fn seal(directory: &Path, entries: u64) {
    loop {
        let access = Access { command: "a child that seals", wait: Duration::from_secs(20) };
        let log = SledLog::open_with(directory, access, entries).unwrap();
        let mut ledger = Ledger::following(directory, Box::new(log), None).unwrap();
        let last = last_number(&ledger);
        for number in last + 1..=last + 25 {
            record_next(&mut ledger, number);
            say("acknowledged", number);
        }
    }
}

/// Appends through a queue from so many threads; each number is acknowledged by itself.
fn queue(directory: &Path, threads: u64) {
    let ledger = Ledger::open(directory, &patient("a child with a queue")).unwrap();
    let next = AtomicU64::new(numbers(&ledger.entries().unwrap()).into_iter().max().unwrap_or(0));
    let queue = Queue::of(ledger, SystemClock);
    let work = || loop {
        let number = next.fetch_add(1, Ordering::SeqCst) + 1;
        let request = Request { drafts: events(number, number), by: None, same: Same::New };
        queue.append(request).unwrap();
        say("acknowledged", number);
    };
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
}

/// Appends to a log without a view; each entry says its position.
fn log_alone(directory: &Path) {
    let access = Access { command: "a child with a log", wait: Duration::from_secs(20) };
    let mut log = log::open(directory, access).unwrap();
    for round in 0_u64.. {
        let end = log.position().map_or(0, NonZeroU64::get);
        let batch: Vec<_> = (end + 1..=end + 1 + round % 30).map(plain_entry).collect();
        log.append(Expect::from(log.position()), &batch).unwrap();
        say("acknowledged", log.position().unwrap());
    }
}

/// The entry of a log that holds no records: large, so that its file soon has to grow.
pub fn plain_entry(position: u64) -> Vec<u8> {
    format!("entry {position} {}", "x".repeat(usize::try_from(position % 97).unwrap() * 650)).into()
}

/// Makes ledgers of one record in new directories.
fn create(directory: &Path, from: u64) {
    for number in from.. {
        let directory = directory.join(number.to_string());
        let mut ledger = Ledger::create(&directory, &Making::default(), &SystemClock).unwrap();
        if number % 2 == 0 {
            ledger.append(vec![draft(&measure(1))], &Writer::of(&SystemClock)).unwrap();
        }
        say("acknowledged", number);
    }
}

/// Makes backups beside the ledger.
fn backup(directory: &Path, from: u64) {
    for number in from.. {
        let ledger = Ledger::read(directory, &patient("a child that backs up")).unwrap();
        ledger.backup(&directory.with_file_name(format!("{number}.backup")), None).unwrap();
        say("acknowledged", number);
    }
}

/// Makes ledgers of the backup `whole.backup` beside the ledger.
fn restore(directory: &Path, from: u64) {
    for number in from.. {
        let into = directory.with_file_name(format!("restored-{number}"));
        let file = directory.with_file_name("whole.backup");
        Ledger::restore(&file, &into, &patient("a child that restores")).unwrap();
        say("acknowledged", number);
    }
}

/// Records some events and keeps the ledger open until it is killed.
fn hold(directory: &Path, most: u64) {
    let mut ledger = Ledger::open(directory, &patient("a child that holds on")).unwrap();
    let last = last_number(&ledger);
    for number in last + 1..=last + most {
        record_next(&mut ledger, number);
    }
    say("holding", last + most);
    loop {
        thread::sleep(Duration::from_mins(1));
    }
}

/// Appends until its process is killed right after the log has taken the batch of this place.
fn between(directory: &Path, after: usize) {
    let mut ledger = Ledger::following(directory, fatal(directory, after), None).unwrap();
    let last = last_number(&ledger);
    for number in last + 1.. {
        record_next(&mut ledger, number);
        say("acknowledged", number);
    }
}

/// Imports [`long_import`], and is killed right after the log has taken the batch of this place.
fn batches(directory: &Path, after: usize) {
    let mut ledger = Ledger::following(directory, fatal(directory, after), None).unwrap();
    let writer = Writer { same: Same::Already, ..Writer::of(&SystemClock) };
    ledger.append(long_import(), &writer).unwrap();
    say("imported", ledger.records());
}

/// More than two batches, in which unnamed records come before what they speak of.
pub fn long_import() -> Vec<Draft> {
    let unnamed = |word: &str, rest: Value| {
        let mut value = rest;
        value["record"] = word.into();
        draft(&value)
    };
    let mut drafts: Vec<Draft> = (0..MEASURES).map(|number| draft(&measure(number))).collect();
    drafts.push(unnamed(
        "retraction",
        serde_json::json!({"of": "e2100", "because": "entered-by-mistake", "reason": "r"}),
    ));
    drafts.push(unnamed(
        "amendment",
        serde_json::json!({"of": "e2101", "set": {"effective": "2020-02-02"},
            "because": "better-source", "reason": "r"}),
    ));
    drafts.push(unnamed(
        "source",
        serde_json::json!({"of": "e2102", "source": {"publisher": "P", "published": "2020-01-03"}}),
    ));
    drafts.extend(events(1, 2_200));
    drafts
}

/// The log of a directory, that kills its process right after so many appends.
fn fatal(directory: &Path, after: usize) -> Box<dyn Log> {
    let access = Access { command: "a child to be killed", wait: Duration::from_secs(20) };
    Box::new(Fatal { log: log::open(directory, access).unwrap(), after })
}

struct Fatal {
    log: Box<dyn Log>,
    after: usize,
}

impl Log for Fatal {
    fn header(&self) -> &[u8] {
        self.log.header()
    }

    fn position(&self) -> Option<NonZeroU64> {
        self.log.position()
    }

    fn append(&mut self, expect: Expect, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        let first = self.log.append(expect, batch)?;
        self.after -= 1;
        if self.after == 0 {
            kill_myself();
        }
        Ok(first)
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        self.log.entries(from)
    }
}

fn kill_myself() {
    let words = format!("kill -9 {}", process::id());
    Command::new("sh").args(["-c", &words]).status().unwrap();
    loop {
        thread::sleep(Duration::from_secs(1));
    }
}

// From outside

/// This program once more, to run nothing but the test `child` of a module (`module_path!()`).
pub fn again(module: &str) -> Command {
    let (_, path) = module.split_once("::").unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("{path}::child"), "--nocapture"]);
    command
}

/// A copy of this program at work. It is killed when it is dropped.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    pub fn start(role: &str, directory: &Path) -> Self {
        Self::start_telling(role, directory, Stdio::inherit())
    }

    /// One that is expected to fail: what it says of that is not shown.
    pub fn start_quiet(role: &str, directory: &Path) -> Self {
        Self::start_telling(role, directory, Stdio::null())
    }

    fn start_telling(role: &str, directory: &Path, errors: Stdio) -> Self {
        let mut child = again(module_path!())
            .stderr(errors)
            .env(ROLE, role)
            .env(DIRECTORY, directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The number it says next with this word; none if it says no more.
    pub fn hears(&mut self, word: &str) -> Option<u64> {
        let mut said = self.lines.by_ref().map_while(Result::ok);
        said.find_map(|line| line.strip_prefix(word)?.trim().parse().ok())
    }

    /// Kills it and gives every number it has said with this word since the last one heard.
    pub fn kill_all(mut self, word: &str) -> Vec<u64> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.hears(word)).collect()
    }

    /// The last number it says with this word before it ends.
    pub fn last(&mut self, word: &str) -> Option<u64> {
        let mut last = None;
        while let Some(number) = self.hears(word) {
            last = Some(number);
        }
        // Who has said the last may hold the ledger for a moment yet.
        self.child.wait().unwrap();
        last
    }

    /// Kills it and gives the last number it has said with this word since the last one heard.
    pub fn kill(mut self, word: &str) -> Option<u64> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.last(word)
    }
}
