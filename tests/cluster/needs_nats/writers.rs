//! Copies of this program that record in a ledger on a cluster, two offices each, until they are
//! stopped.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use policy_ledger::admission::Same;
use policy_ledger::ledger::{Ledger, LedgerError, Writer};
use policy_ledger::log::{LogError, Problem};
use policy_ledger::time::SystemClock;

use super::office::{Office, found};
use super::servers::{connect, program, shared};
use crate::ledgers::children::again;
use crate::ledgers::{draft, event, numbers, patient};

const ADDRESS: &str = "POLICY_LEDGER_CLUSTER_ADDRESS";
const DIRECTORY: &str = "POLICY_LEDGER_CLUSTER_DIRECTORY";
const WHO: &str = "POLICY_LEDGER_CLUSTER_WHO";
const MOST: &str = "POLICY_LEDGER_CLUSTER_MOST";

/// How many copies there are.
const PROCESSES: u64 = 4;
/// How many offices each has.
const OFFICES: u64 = 2;
/// How many events every other office records at once.
const SEVERAL: u64 = 7;
/// The pause after each batch. Who has just recorded has the newest end of the stream: without a
/// pause the others would come too late again and again.
const BREATH: Duration = Duration::from_millis(20);
/// How far the numbers of two offices are apart.
const FAR: u64 = 1_000_000;

/// Not a test of its own: what a copy does. Elsewhere there is no address, and nothing to do.
#[test]
fn child() {
    let Ok(address) = env::var(ADDRESS) else { return };
    let directory = PathBuf::from(env::var_os(DIRECTORY).unwrap());
    let number = |name| env::var(name).unwrap().parse::<u64>().unwrap();
    let (who, most) = (number(WHO), number(MOST));
    thread::scope(|scope| {
        for office in 0..OFFICES {
            let (address, directory) = (&address, &directory);
            let who = who * OFFICES + office;
            scope.spawn(move || record(address, &directory.join(who.to_string()), who, most));
        }
    });
}

/// How many events an office records at once: every other one batches of several.
fn at_once(who: u64) -> u64 {
    if who.is_multiple_of(2) { 1 } else { SEVERAL }
}

/// Records events, each batch until it is acknowledged.
fn record(address: &str, directory: &Path, who: u64, most: u64) {
    let stream = connect(address);
    let mut ledger: Option<Ledger> = None;
    let mut next = who * FAR + 1;
    while next <= who * FAR + most {
        let batch = next..next + at_once(who);
        loop {
            let joined = match ledger.as_mut() {
                Some(ledger) => Ok(ledger),
                None => Ledger::join(directory, &stream, &patient("an office"))
                    .map(|joined| ledger.insert(joined)),
            };
            let writer = Writer { same: Same::Already, ..Writer::of(&SystemClock) };
            let drafts = batch.clone().map(|it| draft(&event(&format!("m{}", it % 10), it)));
            let drafts = drafts.collect();
            match joined.and_then(|ledger| ledger.append(drafts, &writer)) {
                Ok(_) => break,
                Err(error) if may_pass(&error) => {
                    ledger = None;
                    thread::sleep(Duration::from_millis(200));
                }
                Err(error) => panic!("office {who}: {error}"),
            }
        }
        next = batch.end;
        for number in batch {
            let mut out = std::io::stdout();
            writeln!(out, "\nacknowledged {number}").unwrap();
            out.flush().unwrap();
        }
        thread::sleep(BREATH);
    }
}

/// What a person would try again.
fn may_pass(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::Log(
            LogError::Conflict { .. }
                | LogError::Cluster {
                    problem: Problem::Unreachable | Problem::NotKnown | Problem::NoStream,
                    ..
                }
        )
    )
}

/// Copies at work.
pub struct Writers {
    children: Vec<Child>,
    readers: Vec<JoinHandle<()>>,
    acknowledged: Arc<Mutex<Vec<u64>>>,
}

impl Writers {
    /// Starts copies that record so many events an office.
    pub fn start(address: &str, home: &Path, most: u64) -> Self {
        Self::start_in(&[None], address, home, most)
    }

    /// The same, in these networks by turns.
    pub fn start_in(networks: &[Option<&Path>], address: &str, home: &Path, most: u64) -> Self {
        let acknowledged = Arc::<Mutex<Vec<u64>>>::default();
        let (mut children, mut readers) = (Vec::new(), Vec::new());
        for (who, network) in (0..PROCESSES).zip(networks.iter().cycle()) {
            let copy = again(module_path!());
            let mut child = program(*network, copy.get_program())
                .args(copy.get_args())
                .env(ADDRESS, address)
                .env(DIRECTORY, home)
                .env(WHO, who.to_string())
                .env(MOST, most.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let told = Arc::clone(&acknowledged);
            readers.push(thread::spawn(move || {
                for line in lines.map_while(Result::ok) {
                    if let Some(number) = line.strip_prefix("acknowledged ") {
                        told.lock().unwrap().push(number.parse().unwrap());
                    }
                }
            }));
            children.push(child);
        }
        Self { children, readers, acknowledged }
    }

    pub fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// How many each copy has acknowledged.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; usize::try_from(PROCESSES).unwrap()];
        for number in self.acknowledged.lock().unwrap().iter() {
            counts[usize::try_from(number / FAR / OFFICES).unwrap()] += 1;
        }
        counts
    }

    /// Waits until so many more are acknowledged, and tells how long that took.
    pub fn go_on(&mut self, more: usize, most: Duration) -> Duration {
        self.some_go_on(&[0, 1, 2, 3], more, most)
    }

    /// The same of these copies, by whichever of them.
    pub fn some_go_on(&mut self, copies: &[usize], more: usize, most: Duration) -> Duration {
        let sum = |counts: &[usize]| copies.iter().map(|copy| counts[*copy]).sum::<usize>();
        self.until(most, |before, now| sum(now) >= sum(before) + more)
    }

    /// Waits until each of these copies has acknowledged more, and tells how long that took.
    pub fn each_goes_on(&mut self, copies: &[usize], most: Duration) -> Duration {
        self.until(most, |before, now| copies.iter().all(|copy| now[*copy] > before[*copy]))
    }

    /// Waits until what is acknowledged is enough: told before, and now.
    fn until(&mut self, most: Duration, enough: impl Fn(&[usize], &[usize]) -> bool) -> Duration {
        let (start, before) = (Instant::now(), self.counts());
        while !enough(&before, &self.counts()) {
            assert!(start.elapsed() < most, "{before:?} after {most:?}: {:?}", self.counts());
            for child in &mut self.children {
                let ended = child.try_wait().unwrap();
                assert!(ended.is_none_or(|status| status.success()), "a writer failed");
            }
            thread::sleep(Duration::from_millis(5));
        }
        start.elapsed()
    }

    /// Waits until all have ended; what they acknowledged.
    pub fn finish(mut self) -> Vec<u64> {
        for child in &mut self.children {
            assert!(child.wait().unwrap().success());
        }
        self.told()
    }

    /// Kills all; what they acknowledged.
    pub fn kill(mut self) -> Vec<u64> {
        for child in &mut self.children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        self.told()
    }

    fn told(&mut self) -> Vec<u64> {
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        std::mem::take(&mut *self.acknowledged.lock().unwrap())
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Every office has the same records, every acknowledged one exactly once; returns how many.
pub fn all_agree(office: &Office, home: &Path, acknowledged: &[u64]) -> usize {
    let (entries, point) = office.all();
    for who in 0..PROCESSES * OFFICES {
        let directory = home.join(who.to_string());
        if directory.is_dir() {
            let (other, its_point) = office.other(directory).all();
            assert!(other == entries, "office {who} has other records");
            assert_eq!(its_point, point, "office {who}");
        }
    }
    let recorded = numbers(&entries);
    let once: BTreeSet<u64> = recorded.iter().copied().collect();
    assert_eq!(once.len(), recorded.len(), "something is recorded twice");
    let lost: Vec<_> = acknowledged.iter().filter(|number| !once.contains(number)).collect();
    assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
    are_whole(&recorded);
    recorded.len()
}

/// Of every batch there is all, in one piece.
fn are_whole(recorded: &[u64]) {
    let batch = |number: u64| (number / FAR, (number % FAR - 1) / at_once(number / FAR));
    let mut seen = BTreeSet::new();
    for piece in recorded.chunk_by(|one, next| batch(*one) == batch(*next)) {
        let place = batch(piece[0]);
        assert_eq!(piece.len() as u64, at_once(place.0), "batch {place:?}: {piece:?}");
        assert!(seen.insert(place), "batch {place:?} in two pieces");
    }
}

#[test]
fn eight_writers_in_four_processes_record_each_event_once() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "writers", home.path());
    let most = 2 * SEVERAL;
    let start = Instant::now();
    let writers = Writers::start(&cluster.address("writers"), home.path(), most);
    let acknowledged = writers.finish();
    let many = PROCESSES * OFFICES * most;
    eprintln!("{many} events of 8 writers in {:?}", start.elapsed());
    assert_eq!(acknowledged.len() as u64, many);
    assert_eq!(all_agree(&office, home.path(), &acknowledged) as u64, many);
}
