//! P5, P6, P7: what writes, one process each.

use std::fs;
use std::process::Command;

use super::{Bench, Contestant};
use crate::data;
use crate::suite::place::{self, Place, ledger};
use crate::suite::process;
use crate::suite::results::{Row, Target};
use crate::suite::sqlite;

const AT_10_K: &str = "ledger, 10 k events";

/// A measure and a day that were not appended before, neither in this run nor in an earlier one: a
/// repetition would be refused.
fn question(place: &Place) -> (String, String) {
    let path = place.path("appended");
    let appended = fs::read_to_string(&path).ok().and_then(|text| text.parse::<u64>().ok());
    let number = appended.map_or(0, |number| number + 1);
    fs::write(path, number.to_string()).unwrap();
    let measures = place.size.measures();
    // A prime, so that neighbours in time are none in the ledger.
    let measure = number * 7919 % measures;
    (data::measure(measure), data::day(number / measures % data::DAYS))
}

fn append(place: &Place) -> Command {
    let (measure, day) = question(place);
    let mut command = place.command();
    command.args(["append", &measure, "noted", "--on", &day, "--source", "Gazette", "--json"]);
    command
}

impl Bench {
    /// P5. Adds some dozens of events to the ledger; its questions stay what they are.
    pub(super) fn one_append(&self, row: &mut Row) {
        let (here, small) = (&self.here, &self.small);
        here.ledger();
        small.ledger();
        let peer = sqlite::copied(here);
        place::settle();
        let mut contestants = vec![
            Contestant::new("ledger", |_| append(here)),
            Contestant::new("sqlite3", |_| {
                let (measure, day) = question(here);
                sqlite::shell_appends(&peer, &measure, &day)
            }),
        ];
        if self.is_larger() {
            contestants.push(Contestant::new(AT_10_K, |_| append(small)));
        }
        row.measured = self.contest(&contestants);
        row.hold("ledger", AT_10_K, Some(Target::AtMost(2.0)));
        row.hold("ledger", "sqlite3", None);
        place::remove(&peer);
    }

    /// P6. The last ledger that is imported is kept as that of this size.
    pub(super) fn import(&self, row: &mut Row) {
        let here = &self.here;
        let (lines, scratch) = (here.lines(), here.scratch());
        here.plain();
        let (imported, loaded) = (scratch.join("imported"), scratch.join("loaded.db"));
        let contestants = [
            Contestant::long("ledger", |_| {
                place::remove(&imported);
                process::timed(ledger(&imported).arg("init"));
                place::settle();
                let mut command = ledger(&imported);
                command.arg("import").arg(&lines);
                command
            }),
            Contestant::long("rusqlite", |_| {
                place::remove(&loaded);
                place::settle();
                sqlite::loader(here, &loaded)
            }),
        ];
        row.measured = self.contest(&contestants);
        here.keep_ledger(&imported);
        place::remove(&loaded);
        row.hold("ledger", "rusqlite", Some(Target::AtMost(1.0)));
        row.judged.extend(row.of("ledger").map(|ours| ours.memory_within(500.0)));
    }

    /// P7.
    pub(super) fn whole_log(&self, row: &mut Row) {
        let (here, events) = (&self.here, self.here.size.events);
        here.ledger();
        let rebuild = Contestant::long("rebuild", |_| {
            place::settle();
            asked(here, "rebuild")
        });
        row.measured = self.contest(&[rebuild]);
        let speed = row.of("rebuild").map(|it| it.at_least_a_second(events, 60_000.0));
        row.judged.extend(speed);
        if is_verb("verify") {
            let verify = Contestant::long("verify", |_| asked(here, "verify"));
            row.measured.extend(self.contest(&[verify]));
            let speed = row.of("verify").map(|it| it.at_least_a_second(events, 300_000.0));
            row.judged.extend(speed);
        } else {
            row.notes.push("`verify` is not there.".to_owned());
        }
    }
}

fn asked(place: &Place, verb: &str) -> Command {
    let mut command = place.command();
    command.args([verb, "--json"]);
    command
}

/// Whether this version of the program has a verb.
fn is_verb(verb: &str) -> bool {
    let help = ledger(&place::root()).args([verb, "--help"]).output().unwrap();
    help.status.success()
}
