//! P1, P2, P3, P8, P9: questions, one process each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Bench, Contestant};
use crate::data::{self, Dice};
use crate::suite::place::Place;
use crate::suite::results::{Row, Target};
use crate::suite::{duckdb, sqlite};

/// The days that questions about all measures are asked for.
const DAYS: [&str; 3] = ["2012-06-30", "2019-12-31", "2008-03-20"];

const AT_10_K: &str = "ledger, 10 k events";

/// A measure and a day for each round.
fn question(place: &Place, round: usize) -> (String, String) {
    let mut dice = Dice::new(7).at(round as u64);
    let (large, all) = (place.size.large_measures(), place.size.measures());
    (data::measure(large + dice.below(all - large)), data::day(dice.below(data::DAYS)))
}

fn one(place: &Place, round: usize) -> Command {
    let (measure, day) = question(place, round);
    let mut command = place.command();
    command.args(["state", &measure, "--at", &day, "--json"]);
    command
}

fn all(place: &Place, day: &str) -> Command {
    let mut command = place.command();
    command.args(["state", "--at", day, "--json"]);
    command
}

fn known(mut command: Command, record: u64) -> Command {
    command.arg("--known").arg(format!("@{record}"));
    command
}

fn asked(place: &Place, words: &[&str]) -> Command {
    let mut command = place.command();
    command.args(words).arg("--json");
    command
}

fn day_of(round: usize) -> &'static str {
    DAYS[round % DAYS.len()]
}

/// Both peers, ready.
struct Peers {
    sqlite: PathBuf,
    /// None where it is not installed.
    duckdb: Option<PathBuf>,
}

impl Peers {
    fn of(place: &Place) -> Self {
        let sqlite = sqlite::database(place);
        Self { sqlite, duckdb: duckdb::version().map(|_| duckdb::database(place)) }
    }

    /// All measures, asked of each in the ways it has.
    fn all_measures(&self, records: Option<u64>) -> Vec<Contestant<'_>> {
        let shell = |name: &str, query: fn(&str, Option<u64>) -> String| {
            Contestant::new(name, move |round| {
                sqlite::shell(&self.sqlite, &query(day_of(round), records))
            })
        };
        let mut contestants = vec![
            shell("sqlite3, window query", sqlite::of_all),
            shell("sqlite3, a search a measure", sqlite::of_all_by_search),
        ];
        contestants.extend(self.duckdb.as_deref().map(|database| in_duckdb(database, records)));
        contestants
    }
}

fn in_duckdb(database: &Path, records: Option<u64>) -> Contestant<'_> {
    Contestant::new("DuckDB", move |round| {
        duckdb::ask(database, &duckdb::of_all(day_of(round), records))
    })
}

impl Bench {
    /// P1.
    pub(super) fn one_measure(&self, row: &mut Row) {
        let (here, small) = (&self.here, &self.small);
        here.ledger();
        small.ledger();
        let (middle, small_middle) = (here.middle(), small.middle());
        let peer = sqlite::database(here);
        let shell = |name: &str, records: Option<u64>| {
            let peer = peer.clone();
            Contestant::new(name, move |round| {
                let (measure, day) = question(here, round);
                sqlite::shell(&peer, &sqlite::of_one(&measure, &day, records))
            })
        };
        let mut contestants = vec![
            Contestant::new("ledger", |round| one(here, round)),
            shell("sqlite3", None),
            Contestant::new("ledger, known", |round| known(one(here, round), middle)),
            shell("sqlite3, known", Some(middle)),
            Contestant::new("ledger --version", |_| asked(here, &["--version"])),
        ];
        if self.is_larger() {
            let both = [
                Contestant::new(AT_10_K, |round| one(small, round)),
                Contestant::new("ledger, known, 10 k events", |round| {
                    known(one(small, round), small_middle)
                }),
            ];
            contestants.extend(both);
        }
        if here.size.large_measures() > 0 {
            contestants.push(large(here));
        }
        row.measured = self.contest(&contestants);
        let (peer, own) = (Some(Target::AtMost(1.5)), Some(Target::AtMost(1.3)));
        row.hold("ledger", "sqlite3", peer);
        row.hold("ledger", AT_10_K, own);
        row.hold("ledger, known", "sqlite3, known", peer);
        row.hold("ledger, known", "ledger, known, 10 k events", own);
        row.hold("ledger", "ledger --version", None);
        row.hold(LARGE, "ledger", None);
    }

    /// P2.
    pub(super) fn all_measures(&self, row: &mut Row) {
        self.here.ledger();
        let peers = Peers::of(&self.here);
        let mut contestants =
            vec![Contestant::new("ledger", |round| all(&self.here, day_of(round)))];
        contestants.extend(peers.all_measures(None));
        contestants.extend(
            peers.duckdb.as_ref().map(|_| Contestant::new("DuckDB, start", |_| duckdb::start())),
        );
        row.measured = self.contest(&contestants);
        row.hold("ledger", "sqlite3, window query", Some(Target::AtMost(0.1)));
        row.hold("ledger", "DuckDB", Some(Target::AtMost(1.0)));
        row.hold("ledger", "sqlite3, a search a measure", None);
        row.judged.extend(row.of("ledger").map(|ours| ours.memory_within(200.0)));
        row.notes.push(self.agreement(&peers.sqlite));
        if peers.duckdb.is_none() {
            row.notes.push(duckdb::NOT_THERE.to_owned());
        }
    }

    /// How often the peer says the same. It knows no plans, and takes a day of which only the month
    /// is known for certain; were it asked something else, few would agree.
    fn agreement(&self, peer: &Path) -> String {
        let day = DAYS[1];
        let ours = statuses(&mut all(&self.here, day), "/results");
        let theirs = statuses(&mut sqlite::shell(peer, &sqlite::of_all(day, None)), "");
        let same = ours.iter().filter(|&(measure, status)| theirs.get(measure) == Some(status));
        let (same, of) = (same.count(), ours.len());
        assert!(same * 10 >= of * 9, "the peer answers another question: {same} of {of} agree");
        format!(
            "Of {of} measures {same} have the same status in SQLite, which knows no plans and no \
             uncertain days."
        )
    }

    /// P3.
    pub(super) fn all_measures_known(&self, row: &mut Row) {
        let (here, middle) = (&self.here, self.here.middle());
        here.ledger();
        let peers = Peers::of(here);
        let mut contestants = vec![
            Contestant::new("ledger, known", |round| known(all(here, day_of(round)), middle)),
            Contestant::new("ledger", |round| all(here, day_of(round))),
        ];
        contestants.extend(peers.all_measures(Some(middle)));
        row.measured = self.contest(&contestants);
        row.hold("ledger, known", "ledger", Some(Target::AtMost(2.0)));
        row.hold("ledger, known", "sqlite3, window query", None);
        row.hold("ledger, known", "sqlite3, a search a measure", None);
        row.hold("ledger, known", "DuckDB", None);
    }

    /// P8.
    pub(super) fn spans(&self, row: &mut Row) {
        let here = &self.here;
        here.ledger();
        let quick = [
            Contestant::new("log --limit 20", |_| asked(here, &["log", "--limit", "20"])),
            Contestant::new("state M", |round| one(here, round)),
        ];
        let spans: [(&str, &[&str]); 3] = [
            ("diff 2019-06-30 2019-12-31", &["diff", "2019-06-30", "2019-12-31"]),
            (
                "timeline --from 2019-07-01 --to 2019-12-31",
                &["timeline", "--from", "2019-07-01", "--to", "2019-12-31"],
            ),
            ("agenda --on 2019-12-31", &["agenda", "--on", "2019-12-31"]),
        ];
        let mut slow = vec![Contestant::new("state", |_| all(here, DAYS[1]))];
        slow.extend(spans.map(|(name, words)| Contestant::new(name, |_| asked(here, words))));
        row.measured = self.contest(&quick);
        row.measured.extend(self.contest(&slow));
        row.hold("log --limit 20", "state M", Some(Target::AtMost(1.0)));
        for (name, _) in spans {
            row.hold(name, "state", Some(Target::AtMost(3.0)));
        }
    }

    /// P9. That every row runs at ten million events is seen by running them.
    pub(super) fn memory(&self, row: &mut Row) {
        if !self.is_larger() {
            row.notes.push("The size that others are held against.".to_owned());
            return;
        }
        let (here, small) = (&self.here, &self.small);
        here.ledger();
        small.ledger();
        let contestants = [
            Contestant::new("ledger", |round| one(here, round)),
            Contestant::new(AT_10_K, |round| one(small, round)),
            Contestant::new("ledger, history", |round| history(here, round)),
            Contestant::new("ledger, history, 10 k events", |round| history(small, round)),
        ];
        row.measured = self.contest(&contestants);
        // What malloc takes from the system comes in steps: a tenth more is not growth.
        let flat = Some(Target::AtMost(1.1));
        row.hold_by("ledger", AT_10_K, |a, b| a.memory_against(b, flat));
        row.hold_by("ledger, history", "ledger, history, 10 k events", |a, b| {
            a.memory_against(b, flat)
        });
    }
}

/// The status of each measure, from an answer in JSON.
fn statuses(command: &mut Command, rows: &str) -> BTreeMap<String, String> {
    let said = command.output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let rows = answer.pointer(rows).and_then(serde_json::Value::as_array).unwrap();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or("").to_owned();
    rows.iter().map(|row| (text(row, "measure"), text(row, "status"))).collect()
}

/// One of the few measures that have very many events.
const LARGE: &str = "ledger, a measure of 10,000 events";

fn large(place: &Place) -> Contestant<'_> {
    Contestant::new(LARGE, |round| {
        let (_, day) = question(place, round);
        asked(place, &["state", &data::measure(0), "--at", &day])
    })
}

/// All that happened to one measure.
fn history(place: &Place, round: usize) -> Command {
    let (measure, _) = question(place, round);
    asked(place, &["timeline", &measure])
}
