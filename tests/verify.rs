//! `verify`: whatever is changed in log or view is found, the record is named, and nothing sound is
//! called altered.

mod cited;
mod flipped;
mod forger;
mod views;

use std::time::Duration;

use policy_ledger::ledger::{Ledger, Opening};
use serde_json::Value;

use crate::house::{Answer, House};
use forger::Forger;

/// What `verify` finds wrong: the check and the records of each.
pub(crate) fn wrong(house: &House) -> Vec<(String, Option<u64>, Option<u64>)> {
    let answer = house.ledger("verify --json");
    assert_eq!(answer.code, 6, "{answer:?}");
    let json = answer.json();
    assert_eq!(json["sound"], false);
    bad(&json)
        .iter()
        .map(|point| {
            let number = |key: &str| point[key].as_u64();
            (point["check"].as_str().unwrap().to_owned(), number("record"), number("through"))
        })
        .collect()
}

fn bad(json: &Value) -> Vec<Value> {
    let points = json["results"].as_array().unwrap().iter();
    points.filter(|point| point["state"] == "bad").cloned().collect()
}

pub(crate) fn finds(house: &House, check: &str, from: u64, to: u64) {
    let found = wrong(house);
    assert!(found.contains(&(check.to_owned(), Some(from), Some(to))), "{found:?}");
}

pub(crate) fn sound(house: &House) -> Answer {
    let answer = house.ledger("verify --json").fine();
    assert_eq!(answer.json()["sound"], true, "{answer:?}");
    answer
}

fn head(house: &House, known: &str) -> String {
    let answer = house.ledger(&format!("state --at 2020-01-01 --known {known} --json")).fine();
    answer.json()["ledger"]["head"].as_str().unwrap().to_owned()
}

#[test]
fn a_sound_ledger_is_sound() {
    let house = House::demo();
    let ledger = house.ledger("state --json").fine().json()["ledger"].clone();
    assert_eq!(sound(&house).json()["ledger"], ledger);
    let text = house.ledger("verify").fine().out;
    assert!(text.contains("Nothing is wrong.") && text.contains("all 199 records"), "{text}");
    assert!(text.contains(ledger["head"].as_str().unwrap()), "{text}");
    sound(&House::empty());
    let machine = House::empty();
    machine.ledger("measure add m --kind plain").fine();
    sound(&machine);
    let view = house.ledger("verify --view").fine().out;
    assert!(view.contains("199 records") && view.contains("only the view"), "{view}");
}

#[test]
fn a_head_that_was_written_down_is_held_against_the_ledger() {
    let house = House::demo();
    let (all, some) = (head(&house, "@199"), head(&house, "@75"));
    for words in [all.clone(), format!("199:{all}"), format!("75:{some}"), format!("@75:{some}")] {
        house.ledger(&format!("verify --expect {words}")).fine();
        house.ledger(&format!("verify --view --expect {words}")).fine();
    }
    house.ledger(&format!("verify --expect {all} --expect 75:{some}")).fine();
    for words in [some.clone(), format!("199:{some}"), format!("74:{some}"), format!("500:{all}")] {
        for view in ["", "--view"] {
            let answer = house.ledger(&format!("verify {view} --expect {words} --json"));
            assert_eq!(answer.code, 6, "{words}: {answer:?}");
            assert_eq!(bad(&answer.json())[0]["check"], "expect");
        }
    }
}

#[test]
fn one_word_altered_in_the_log_is_found_and_the_view_says_where() {
    let house = House::demo();
    let before = house.state("kr-jp.gsomia --at 2017-01-01");
    Forger::of(&house).replace(26, "\"effective\":\"2016-11-23\"", "\"effective\":\"2016-11-24\"");
    let found = wrong(&house);
    assert_eq!(
        found,
        [("chain".to_owned(), Some(26), Some(27)), ("log".to_owned(), Some(26), Some(26)),]
    );
    let answer = house.ledger("verify");
    assert!(answer.out.contains("@26 was altered in the log"), "{answer:?}");
    assert!(answer.out.contains("kr-jp.gsomia"), "{answer:?}");
    assert!(answer.out.contains("ledger export -o rescued.jsonl"), "{answer:?}");
    // As it says: what is read is what was recorded.
    assert_eq!(house.state("kr-jp.gsomia --at 2017-01-01"), before);
    assert_eq!(house.ledger("rebuild").code, 6);
}

#[test]
fn everything_that_was_altered_is_told_not_only_the_first() {
    let house = House::demo();
    let forger = Forger::of(&house);
    for record in [26, 57, 58, 120] {
        forger.edit(record, |text| text.replacen("\"record\":\"", "\"record\" :\"", 1));
    }
    forger.remove(150);
    drop(forger);
    let found = wrong(&house);
    for (check, from, to) in [
        ("chain", 26, 27),
        ("chain", 57, 58),
        ("chain", 58, 59),
        ("chain", 120, 121),
        ("log", 26, 26),
        ("log", 57, 58),
        ("log", 120, 120),
        ("log", 150, 150),
    ] {
        assert!(found.contains(&(check.to_owned(), Some(from), Some(to))), "{check} {found:?}");
    }
    assert!(found.contains(&("tree".to_owned(), None, None)), "{found:?}");
}

#[test]
fn a_record_that_is_gone_is_named_and_those_after_it_are_still_read() {
    let house = House::demo();
    let forger = Forger::of(&house);
    forger.remove(50);
    forger.remove(51);
    forger.remove(90);
    drop(forger);
    let found = wrong(&house);
    let logs: Vec<_> = found.iter().filter(|(check, ..)| check == "log").collect();
    assert_eq!(logs.len(), 2, "{found:?}");
    finds(&house, "log", 50, 51);
    finds(&house, "log", 90, 90);
    assert!(found.iter().all(|(check, ..)| check != "chain" && check != "view"), "{found:?}");
}

#[test]
fn entries_that_changed_places_are_named() {
    let house = House::demo();
    Forger::of(&house).swap(100, 101);
    finds(&house, "entry", 100, 100);
    finds(&house, "entry", 101, 101);
    assert!(house.ledger("verify").out.contains("at the place of @100 lies the record @101"));
}

#[test]
fn a_history_that_was_hashed_anew_has_another_head() {
    let house = House::demo();
    let (old, early) = (head(&house, "@199"), head(&house, "@57"));
    house.file("old", house.ledger("checkpoint").fine().out);
    house.file("early", house.ledger("checkpoint --known @57").fine().out);
    let forger = Forger::of(&house);
    forger.replace(58, "\"recorded\":", "\"recorded\": ");
    forger.hash_anew(59);
    drop(forger);
    let found = wrong(&house);
    assert_eq!(found, [("view".to_owned(), Some(58), Some(199))]);
    assert!(house.ledger("verify").out.contains("the chain of each is whole"));
    // Without the old view nothing here shows it: an old head does.
    std::fs::remove_dir_all(house.path(".ledger/view-2")).unwrap();
    house.ledger("verify").fine();
    house.ledger("rebuild").fine();
    sound(&house);
    assert_eq!(house.ledger(&format!("verify --expect {old}")).code, 6);
    assert_eq!(house.ledger("verify --checkpoint old").code, 6);
    house.ledger(&format!("verify --expect 57:{early}")).fine();
    house.ledger("verify --checkpoint early").fine();
}

#[test]
fn the_last_record_has_nothing_after_it_but_the_view() {
    let house = House::demo();
    Forger::of(&house).edit(199, |text| text.replacen("\"record\":\"", "\"record\" :\"", 1));
    finds(&house, "view", 199, 199);
}

#[test]
fn times_that_go_back_and_ids_that_come_twice_are_found() {
    let house = House::demo();
    let forger = Forger::of(&house);
    let id = forger.text(100).split("\"id\":\"").nth(1).unwrap()[..36].to_owned();
    let own = forger.text(101).split("\"id\":\"").nth(1).unwrap()[..36].to_owned();
    forger.replace(101, &own, &id);
    let year = forger.text(120).split("\"recorded\":\"").nth(1).unwrap()[..4].to_owned();
    forger.replace(120, &format!("\"recorded\":\"{year}"), "\"recorded\":\"2001");
    forger.hash_anew(102);
    drop(forger);
    // Only what no old head is needed for.
    std::fs::remove_dir_all(house.path(".ledger/view-2")).unwrap();
    let found = wrong(&house);
    assert!(found.contains(&("entry".to_owned(), Some(101), Some(101))), "{found:?}");
    assert!(found.contains(&("time".to_owned(), Some(120), Some(120))), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn on_the_machines_clock_no_batch_is_larger_than_it_can_be() {
    for (clock, is_sound) in [("", false), (" --simulated-clock", true)] {
        let house = House::empty();
        house.ledger(&format!("init other{clock}")).fine();
        let line = |n: u64| format!(r#"{{"record":"measure","measure":"m{n}","kind":"plain"}}"#);
        let lines: Vec<String> = (0..1001).map(line).collect();
        house.file("many.jsonl", lines.join("\n"));
        house.ledger("-f other import many.jsonl").fine();
        let forger = Forger::at(&house, "other");
        let first = forger.text(1).split("\"recorded\":\"").nth(1).unwrap().to_owned();
        let first = first.split('"').next().unwrap();
        let last = forger.text(1001).split("\"recorded\":\"").nth(1).unwrap().to_owned();
        let last = last.split('"').next().unwrap();
        if last != first {
            forger.replace(1001, last, first);
        }
        drop(forger);
        std::fs::remove_dir_all(house.path("other/view-2")).unwrap();
        let answer = house.ledger("-f other verify");
        assert_eq!(answer.code == 0, is_sound, "{answer:?}");
        assert_eq!(answer.out.contains("no batch is so large"), !is_sound, "{answer:?}");
    }
}

#[test]
fn the_header_is_bound_into_the_chain() {
    let house = House::demo();
    let path = house.path(".ledger/ledger.json");
    let header = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, header.replace("simulated", "machine")).unwrap();
    let found = wrong(&house);
    assert!(found.contains(&("chain".to_owned(), Some(1), Some(1))), "{found:?}");
    let says = house.ledger("verify").out;
    assert!(says.contains("hash of the header"), "{says}");
}

#[test]
fn a_ledger_in_use_is_not_verified_but_its_view_can_be() {
    let house = House::demo();
    let opening = Opening { command: "a test".to_owned(), wait: Duration::ZERO, progress: None };
    let held = Ledger::open(&house.path(".ledger"), &opening).unwrap();
    let answer = house.ledger("verify --wait 0");
    assert!(answer.code == 5 && answer.err.contains("a test"), "{answer:?}");
    assert!(answer.help().iter().any(|help| help == "verify --view"), "{answer:?}");
    house.ledger("verify --view --wait 0").fine();
    drop(held);
    sound(&house);
}

#[test]
fn without_the_log_the_view_is_looked_at() {
    let house = House::demo();
    std::fs::remove_dir_all(house.path(".ledger/log")).unwrap();
    let answer = house.ledger("verify");
    assert_eq!(answer.code, 6, "{answer:?}");
    assert!(answer.out.contains("each carries the hash before it"), "{answer:?}");
    assert!(answer.out.contains("export -o rescued.jsonl"), "{answer:?}");
    assert_eq!(house.ledger("verify -f nowhere").code, 5);
}

#[test]
fn the_other_forms_have_the_same_rows() {
    let house = House::demo();
    Forger::of(&house).replace(26, "\"effective\":\"2016-11-23\"", "\"effective\":\"2016-11-24\"");
    let rows = house.ledger("verify --json").json()["results"].as_array().unwrap().len();
    for (form, lines) in [("csv", rows + 1), ("md", rows + 2), ("jsonl", rows)] {
        let answer = house.ledger(&format!("verify --format {form}"));
        assert_eq!((answer.code, answer.out.lines().count()), (6, lines), "{answer:?}");
    }
    let csv = house.ledger("verify --csv").out;
    assert!(csv.starts_with("check,state,record,through,says,consequence,measures,help"), "{csv}");
}
