//! What is let into a ledger and what is not, through the library.

use policy_ledger::admission::Same;
use policy_ledger::answer::{self, Filter, Row};
use policy_ledger::codec;
use policy_ledger::history::History;
use policy_ledger::ledger::{Ledger, LedgerError, Making, Recorded, Writer};
use policy_ledger::record::{self, Code, Draft};
use policy_ledger::time::{Day, FixedClock, Instant};
use tempfile::TempDir;

/// A ledger of its own, on a clock that stands still.
struct House {
    ledger: Ledger,
    clock: FixedClock,
    _directory: TempDir,
}

impl House {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = FixedClock("2026-01-01T00:00:00Z".parse::<Instant>().unwrap());
        let path = directory.path().join("ledger");
        let ledger = Ledger::create(&path, &Making::default(), &clock).unwrap();
        Self { ledger, clock, _directory: directory }
    }

    fn import(&mut self, drafts: Vec<Draft>) -> Result<Vec<Recorded>, LedgerError> {
        let writer = Writer { same: Same::Already, ..Writer::of(&self.clock) };
        let decisions = self.ledger.append(drafts, &writer)?;
        Ok(decisions.iter().map(Recorded::from).collect())
    }

    fn say(&mut self, lines: &[&str]) -> Vec<Recorded> {
        self.import(lines.iter().map(|line| draft(line)).collect()).unwrap()
    }

    fn refusals(&mut self, lines: &[&str]) -> Vec<Code> {
        let before = self.ledger.records();
        match self.import(lines.iter().map(|line| draft(line)).collect()) {
            Err(LedgerError::Refused(refused)) => {
                assert_eq!(self.ledger.records(), before, "nothing is recorded");
                refused.into_iter().map(|(_, refusal)| refusal.code).collect()
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    fn history(&self) -> History {
        History::of(&self.ledger.entries().unwrap(), None)
    }

    fn rows(&self, at: &str) -> Vec<Row> {
        let history = self.history();
        answer::rows(&history, &Filter::default(), at.parse().unwrap())
    }

    fn exported(&self) -> Vec<Draft> {
        let entries = self.ledger.entries().unwrap();
        entries.iter().map(|entry| record::read(&codec::exchanged(entry)).unwrap()).collect()
    }
}

fn draft(line: &str) -> Draft {
    record::read(&record::parse_object(line).unwrap()).unwrap()
}

fn measure(id: &str) -> String {
    format!(r#"{{"record":"measure","key":"m-{id}","measure":"{id}","kind":"list-membership"}}"#)
}

#[test]
fn a_ledger_full_of_corrections_can_be_imported_elsewhere() {
    let mut house = House::new();
    for id in ["a", "b", "c", "gone"] {
        house.say(&[&measure(id)]);
    }
    house.say(&[
        r#"{"record":"event","key":"e","measure":"gone","act":"listed","effective":"2020"}"#,
    ]);
    house.say(&[r#"{"record":"alias","measure":"gone-too","of":"gone"}"#]);
    house.say(&[r#"{"record":"review","measure":"gone","through":"2020-01-01"}"#]);
    house.say(&[r#"{"record":"retraction","of":"m-gone","because":"entered-by-mistake"}"#]);
    house.say(&[r#"{"record":"amendment","of":"m-a","set":{"part_of":"b"},"because":"x"}"#]);
    house.say(&[r#"{"record":"amendment","of":"m-a","set":{"part_of":"c"},"because":"x"}"#]);
    house.say(&[
        r#"{"record":"event","key":"p","measure":"c","act":"listed","effective":"2020-06"}"#,
    ]);
    let then = |day: &str| {
        format!(
            r#"{{"record":"amendment","key":"then-{day}","of":"p","because":"x",
            "set":{{"then":[{{"act":"removed","effective":"{day}"}}]}}}}"#
        )
    };
    house.say(&[&then("2020-08")]);
    house.say(&[r#"{"record":"amendment","of":"p","set":{"effective":"2020-07"},"because":"x"}"#]);
    house.say(&[&then("2020-09")]);
    house.say(&[r#"{"record":"retraction","of":"then-2020-08","because":"x"}"#]);

    let mut elsewhere = House::new();
    elsewhere.import(house.exported()).unwrap();
    assert_eq!(elsewhere.ledger.records(), house.ledger.records());
    for day in ["2020-07-15", "2020-08-15", "2021-01-01"] {
        assert_eq!(elsewhere.rows(day), house.rows(day), "{day}");
    }
    elsewhere.import(house.exported()).unwrap();
    assert_eq!(elsewhere.ledger.records(), house.ledger.records(), "twice records nothing twice");
}

#[test]
fn circles_are_refused_however_they_are_made() {
    let mut house = House::new();
    house.say(&[&measure("a")]);
    let part = r#"{"record":"measure","measure":"b","kind":"list-membership","part_of":"a"}"#;
    house.say(&[part]);
    let around = r#"{"record":"amendment","of":"m-a","set":{"part_of":"b"},"because":"x"}"#;
    assert_eq!(house.refusals(&[around]), [Code::Circle]);
    let own = r#"{"record":"retraction","key":"r","of":"r","because":"x"}"#;
    let on_it = r#"{"record":"retraction","of":"r","because":"x"}"#;
    assert_eq!(house.refusals(&[own, on_it]), [Code::Circle, Code::Circle]);
}

#[test]
fn revisions_of_kinds_are_the_ledgers_own_remark() {
    let mut house = House::new();
    let unknown = r#"{"record":"measure","measure":"x","kind":"agreement","revision":99}"#;
    assert_eq!(house.refusals(&[unknown]), [Code::UnknownKind]);
    let over = r#"{"record":"kind","kind":"agreement","definition":{"acts":{"renamed":{}}}}"#;
    assert_eq!(house.say(&[over]), [Recorded::New(1)]);
    assert_eq!(house.say(&[over]), [Recorded::Already(1)]);
}

#[test]
fn an_alias_of_an_alias_resolves_in_any_order() {
    let mut house = House::new();
    house.say(&[
        &measure("m"),
        r#"{"record":"alias","measure":"x","of":"y"}"#,
        r#"{"record":"alias","measure":"y","of":"m"}"#,
        r#"{"record":"review","measure":"x","through":"2025-01-01"}"#,
    ]);
    let rows = house.rows("2025-01-01");
    assert_eq!(rows[0].reviewed_through, Day::new(2025, 1, 1));
    let history = house.history();
    assert_eq!(history.measure("x"), history.measure("m"));
}

#[test]
fn repetitions_are_told_by_input() {
    let line = r#"{"record":"event","measure":"m","act":"listed","effective":"2020"}"#;
    let mut house = House::new();
    house.say(&[&measure("m")]);
    let twice_in_one = house.say(&[line, line]);
    assert_eq!(twice_in_one, [Recorded::New(2), Recorded::New(3)]);
    let inputs = (0..2).map(|input| Draft { input, ..draft(line) }).collect();
    let once_in_each = house.import(inputs).unwrap();
    assert_eq!(once_in_each, [Recorded::Already(2), Recorded::Already(2)]);
}

#[test]
fn nobody_has_reviewed_the_future() {
    let mut house = House::new();
    house.say(&[&measure("m")]);
    let future = r#"{"record":"review","measure":"m","through":"9999-12-31"}"#;
    assert_eq!(house.refusals(&[future]), [Code::BadValue]);
}

#[test]
fn only_what_was_public_counts() {
    let mut house = House::new();
    house.say(&[
        &measure("m"),
        r#"{"record":"event","key":"e","measure":"m","act":"listed","effective":"2020-03-01",
        "announced":"2020-05-01","sources":[{"publisher":"A","published":"2020-02-01"},
        {"publisher":"B","published":"2020-04"},{"publisher":"C"}]}"#,
        r#"{"record":"source","of":"e","source":{"publisher":"D","published":"2020-06-01"}}"#,
    ]);
    let seen = |day: &str| {
        let history = History::of(&house.ledger.entries().unwrap(), Some(day.parse().unwrap()));
        let row = answer::rows(&history, &Filter::default(), Day::LAST).remove(0);
        let event = &history.events()[0].event;
        let sources = event.sources.iter().filter_map(|s| s.publisher.clone()).collect::<String>();
        let flags = row.flags.join(" ");
        (row.status, sources, event.announced.is_some(), flags, history.not_public())
    };
    let none = |status: &str| status.to_owned();
    let before = (none("not-listed"), String::new(), false, String::new(), 1);
    assert_eq!(seen("2020-01-31"), before);
    let first = (none("listed"), "A".to_owned(), false, "unconfirmed".to_owned(), 0);
    assert_eq!(seen("2020-02-01"), first);
    assert_eq!(seen("2020-04-29"), first, "a month is public when it is over");
    assert_eq!(seen("2020-04-30"), (none("listed"), "AB".to_owned(), false, String::new(), 0));
    assert_eq!(seen("2020-05-01"), (none("listed"), "AB".to_owned(), true, String::new(), 0));
    assert_eq!(seen("2020-06-01"), (none("listed"), "ABD".to_owned(), true, String::new(), 0));
}

#[test]
fn too_many_worlds_are_answered_with_all_that_can_be() {
    let mut house = House::new();
    let mut lines = vec![r#"{"record":"measure","measure":"t","kind":"tariff"}"#.to_owned()];
    let plan = r#""then":[{"act":"terminated","effective":"2030-01-01"}]"#;
    for place in 0..30 {
        let act = ["imposed", "increased", "reduced"][place % 3];
        lines.push(format!(
            r#"{{"record":"event","key":"k{place}","measure":"t","act":"{act}","effective":"2019",
            "set":{{"rate":"{place} %"}},"sources":[{{"publisher":"P","published":"2018"}}],{plan}}}"#
        ));
    }
    house.say(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let row = house.rows("2019-06-30").remove(0);
    assert_eq!(row.status, "undetermined");
    assert_eq!(row.possible.iter().collect::<Vec<_>>(), ["in-force", "none"]);
    assert_eq!(row.flags, ["unconfirmed", "approximate"]);
    assert_eq!(row.possible_attributes, ["rate"]);
    assert_eq!(row.pending.len(), 60, "30 events and their plans may all be still to come");
    let row = house.rows("2020-01-01").remove(0);
    assert_eq!(row.possible.iter().collect::<Vec<_>>(), ["in-force"], "all have come by then");
}
