//! What this machine can do at all: no program that is a process, durable and hashed is faster.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use policy_ledger::proof;

use super::results::{Floor, number};
use super::{place, process};

/// An entry of the usual size, with what surrounds it.
const ENTRY: usize = 700;
const BLOCK: usize = 1 << 20;
const BLOCKS: usize = 128;
const RUNS: usize = 31;

/// Every floor.
pub fn measured(scratch: &Path) -> Vec<Floor> {
    let (write, read) = sequential(&scratch.join("floor"));
    vec![
        floor("start and end a process that does nothing", start(), "ms"),
        floor("append 4 KiB to a file and sync it", sync(&scratch.join("floor")), "ms"),
        floor("write a file and sync it", write, "MB/s"),
        floor("read it from the system's memory", read, "MB/s"),
        floor("hash entries of 700 bytes (SHA-256)", speed(hash), "MB/s"),
        floor("checksum them (CRC-32)", speed(checksum), "MB/s"),
    ]
}

fn floor(what: &str, value: f64, unit: &str) -> Floor {
    Floor { what: what.to_owned(), value, unit: unit.to_owned() }
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}

fn start() -> f64 {
    let run = |_| process::timed(&mut Command::new("true")).took;
    median((0..RUNS).map(run)).as_secs_f64() * 1e3
}

fn sync(path: &Path) -> f64 {
    let mut file = File::create(path).unwrap();
    let run = |_| {
        let begin = Instant::now();
        file.write_all(&[0; 4096]).unwrap();
        file.sync_data().unwrap();
        begin.elapsed()
    };
    let took = median((0..RUNS).map(run)).as_secs_f64() * 1e3;
    place::remove(path);
    took
}

fn sequential(path: &Path) -> (f64, f64) {
    let mut block = vec![7; BLOCK];
    let megabytes = number((BLOCK * BLOCKS) as u64) / 1e6;
    let begin = Instant::now();
    let mut file = File::create(path).unwrap();
    for _ in 0..BLOCKS {
        file.write_all(&block).unwrap();
    }
    file.sync_data().unwrap();
    let write = megabytes / begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let mut file = File::open(path).unwrap();
    while file.read(&mut block).unwrap() > 0 {}
    let read = megabytes / begin.elapsed().as_secs_f64();
    place::remove(path);
    (write, read)
}

fn hash(entry: &[u8]) -> u64 {
    u64::from(proof::leaf(entry).as_bytes()[0])
}

fn checksum(entry: &[u8]) -> u64 {
    u64::from(crc32fast::hash(entry))
}

/// Megabytes a second over many entries: the best of some tries, for others can only slow it down.
fn speed(of: fn(&[u8]) -> u64) -> f64 {
    let entry = vec![7; ENTRY];
    let entries = 20_000;
    let try_once = |_| {
        let begin = Instant::now();
        let sum: u64 = (0..entries).map(|_| of(std::hint::black_box(&entry))).sum();
        std::hint::black_box(sum);
        begin.elapsed()
    };
    let best = (0..RUNS).map(try_once).min().unwrap_or_default();
    number(ENTRY as u64 * entries) / 1e6 / best.as_secs_f64()
}
