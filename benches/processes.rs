//! Whole processes, from the shell: one question a process, against the same question put to the
//! sqlite3 shell on the same data. `docs/benchmarks.md` says how to read the figures.
//!
//! ```text
//! cargo bench --bench processes                     # 10,000 and 100,000 events
//! cargo bench --bench processes -- 1000000          # other sizes
//! cargo bench --bench processes -- generate 100000  # only the data, as JSON Lines on stdout
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on stops")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(unreachable_pub, reason = "the door of a benchmark's module is not that of the crate")]

mod data;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use data::{Dice, Size};

const LEDGER: &str = env!("CARGO_BIN_EXE_ledger");
const SEED: u64 = 20_190_701;
/// How often each question is put; the median counts.
const RUNS: usize = 41;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", events] => generate(events.parse().unwrap()),
        [] => [10_000, 100_000].into_iter().for_each(measure),
        sizes => sizes.iter().for_each(|events| measure(events.parse().unwrap())),
    }
}

fn generate(events: u64) {
    let mut out = BufWriter::new(io::stdout().lock());
    data::write(Size { events }, SEED, &mut out, |_| Ok(())).unwrap();
    out.flush().unwrap();
}

/// One ledger and its peer on disk.
struct Bench {
    size: Size,
    directory: PathBuf,
}

fn measure(events: u64) {
    let bench = Bench::prepare(Size { events });
    println!("\n{events} events, {} measures (medians of {RUNS} processes)", bench.size.measures());
    println!("{:34} {:>10} {:>10} {:>7}", "question", "ledger ms", "sqlite3 ms", "ratio");
    bench.one_measure("state M --at D --json", &[]);
    let middle = format!("@{}", bench.records() / 2);
    bench.one_measure("the same, --known mid-log", &["--known", &middle]);
    bench.all_measures();
}

impl Bench {
    /// Makes the data, unless an earlier run has.
    fn prepare(size: Size) -> Self {
        let directory =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{}", size.events));
        let bench = Self { size, directory };
        if !bench.directory.join("whole").exists() {
            let _ = fs::remove_dir_all(&bench.directory);
            fs::create_dir_all(&bench.directory).unwrap();
            bench.write_files();
            bench.import();
            bench.load_peer();
            File::create(bench.directory.join("whole")).unwrap();
        }
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn write_files(&self) {
        let mut lines = BufWriter::new(File::create(self.path("ledger.jsonl")).unwrap());
        let mut plain = BufWriter::new(File::create(self.path("plain.csv")).unwrap());
        let mut seq = 0;
        data::write(self.size, SEED, &mut lines, |event| {
            seq += 1;
            let measure = data::measure(event.measure);
            let data::Plain { effective, act, status, source, .. } = event;
            writeln!(plain, "{seq},{measure},{effective},{act},{status},{source}")
        })
        .unwrap();
        lines.flush().unwrap();
        plain.flush().unwrap();
    }

    fn ledger(&self) -> Command {
        let mut command = Command::new(LEDGER);
        command.arg("-f").arg(self.path("ledger")).stdin(Stdio::null());
        command
    }

    fn import(&self) {
        let made = self.ledger().arg("init").output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let begin = Instant::now();
        let done = self.ledger().arg("import").arg(self.path("ledger.jsonl")).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        println!("import of {} events: {:.1} s", self.size.events, begin.elapsed().as_secs_f64());
    }

    /// The peer: one plain table with the index that its question wants.
    fn load_peer(&self) {
        let script = format!(
            "CREATE TABLE event(seq INTEGER PRIMARY KEY, measure TEXT, effective TEXT, act TEXT, \
             status TEXT, source TEXT);\n.mode csv\n.import {} event\n\
             CREATE INDEX of_measure ON event(measure, effective, seq, status);\n",
            self.path("plain.csv").display()
        );
        let mut shell = Command::new("sqlite3");
        shell.arg(self.path("peer.db")).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut shell = shell.spawn().expect("the sqlite3 shell is installed");
        shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(shell.wait().unwrap().success());
    }

    fn records(&self) -> u64 {
        let answer = self.ledger().args(["log", "--limit", "1", "--json"]).output().unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
        answer["ledger"]["records"].as_u64().unwrap()
    }

    fn one_measure(&self, what: &str, more: &[&str]) {
        let mut dice = Dice::new(7);
        let questions: Vec<(String, String)> = (0..RUNS)
            .map(|_| {
                let measure = data::measure(dice.below(self.size.measures()));
                (measure, data::day(dice.below(data::DAYS)))
            })
            .collect();
        let ours = median(&questions, |(measure, day)| {
            let mut command = self.ledger();
            command.args(["state", measure, "--at", day, "--json"]).args(more);
            command
        });
        let theirs = median(&questions, |(measure, day)| {
            let query = format!(
                "SELECT status FROM event WHERE measure = '{measure}' AND effective <= '{day}' \
                 ORDER BY effective DESC, seq DESC LIMIT 1"
            );
            self.peer(&query)
        });
        report(what, ours, theirs);
    }

    fn all_measures(&self) {
        let days = [String::from("2012-06-30"), String::from("2019-12-31"), data::day(3000)];
        let ours = median(&days, |day| {
            let mut command = self.ledger();
            command.args(["state", "--at", day, "--json"]);
            command
        });
        let theirs = median(&days, |day| {
            let query = format!(
                "SELECT measure, status FROM (SELECT measure, status, row_number() OVER \
                 (PARTITION BY measure ORDER BY effective DESC, seq DESC) AS n FROM event \
                 WHERE effective <= '{day}') WHERE n = 1"
            );
            self.peer(&query)
        });
        report("state --at D --json, all", ours, theirs);
    }

    fn peer(&self, query: &str) -> Command {
        let mut command = Command::new("sqlite3");
        command.arg("-json").arg(self.path("peer.db")).arg(query).stdin(Stdio::null());
        command
    }
}

/// The median time of one process for each question; the first is put once before, to warm up.
fn median<Q>(questions: &[Q], command: impl Fn(&Q) -> Command) -> Duration {
    let time = |question: &Q| {
        let mut command = command(question);
        let begin = Instant::now();
        let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        let took = begin.elapsed();
        // Of an uncertain measure there may be no such record then: exit 4 is an answer too.
        assert!(matches!(done.code(), Some(0 | 4)), "{command:?}: {done}");
        took
    };
    questions.first().map(time);
    let mut times: Vec<Duration> = questions.iter().map(time).collect();
    times.sort();
    times[times.len() / 2]
}

fn report(what: &str, ours: Duration, theirs: Duration) {
    let (ours, theirs) = (ours.as_secs_f64() * 1000.0, theirs.as_secs_f64() * 1000.0);
    println!("{what:34} {ours:10.2} {theirs:10.2} {:7.2}", ours / theirs);
}
