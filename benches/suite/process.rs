//! One process: how long it takes, and how much memory of its own it has at most.

use std::fs::{self, File};
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::place;

/// How often memory is looked at in the first second of a process, and later.
const LOOKS: [Duration; 2] = [Duration::from_micros(100), Duration::from_millis(2)];

/// How much memory a process had at most, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Of its own (anonymous), as far as looking often can tell.
    pub own: u64,
    /// With the files it has mapped, as the system counts it.
    pub all: u64,
}

/// What was seen of a process.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// From its start to its end.
    pub took: Duration,
    /// How much it said.
    pub bytes: u64,
    /// Nothing where it was not looked at.
    pub memory: Memory,
}

/// Runs a process to its end and reads what it says.
pub fn timed(command: &mut Command) -> Run {
    let begin = Instant::now();
    let mut child = started(command);
    let bytes = read_all(&mut child.stdout.take().unwrap());
    finished(child, command);
    Run { took: begin.elapsed(), bytes, memory: Memory::default() }
}

/// The same, looking at its memory all the while. That takes a little time from it: what is short
/// is timed without.
pub fn watched(command: &mut Command) -> Run {
    let begin = Instant::now();
    let mut child = started(command);
    let (process, has_ended) = (child.id(), AtomicBool::new(false));
    let (bytes, memory) = thread::scope(|scope| {
        let watcher = scope.spawn(|| most_memory(process, &has_ended));
        let bytes = read_all(&mut child.stdout.take().unwrap());
        finished(child, command);
        has_ended.store(true, Ordering::Relaxed);
        (bytes, watcher.join().unwrap())
    });
    Run { took: begin.elapsed(), bytes, memory }
}

fn most_memory(process: u32, has_ended: &AtomicBool) -> Memory {
    let begin = Instant::now();
    let mut most = Memory::default();
    while !has_ended.load(Ordering::Relaxed) {
        most = most.or(memory_of(process).unwrap_or_default());
        thread::sleep(LOOKS[usize::from(begin.elapsed() > Duration::from_secs(1))]);
    }
    most
}

impl Memory {
    /// The larger of each.
    pub fn or(self, other: Self) -> Self {
        Self { own: self.own.max(other.own), all: self.all.max(other.all) }
    }
}

/// None once the process has ended.
fn memory_of(process: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()
    };
    Some(Memory { own: kilobytes("RssAnon:")? * 1024, all: kilobytes("VmHWM:")? * 1024 })
}

fn started(command: &mut Command) -> Child {
    let complaints = File::create(place::complaints()).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(complaints);
    command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn finished(mut child: Child, command: &Command) {
    let status = child.wait().unwrap();
    // Of an uncertain measure there may be no record then: exit 4 is an answer too.
    if !matches!(status.code(), Some(0 | 4)) {
        let complaints = fs::read_to_string(place::complaints()).unwrap_or_default();
        panic!("{command:?}: {status}\n{complaints}");
    }
}

fn read_all(stream: &mut impl Read) -> u64 {
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return bytes,
            Ok(more) => bytes += more as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}"),
        }
    }
}
