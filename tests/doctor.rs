//! `doctor` says what state a ledger is in and what to do, and changes nothing.

use std::fs;

use serde_json::Value;

use crate::house::House;
use crate::ledgers::children::Running;
use crate::ledgers::{self, contents, databases};

/// Asks the doctor in both forms; nothing may change by that.
#[track_caller]
fn doctor(house: &House, code: i32) -> (String, Value) {
    let before = contents(&house.path(".ledger"));
    let text = house.ledger("doctor");
    assert_eq!((text.code, text.err.as_str()), (code, ""), "{}", text.out);
    let json = house.ledger("doctor --json");
    assert_eq!((json.code, json.err.as_str()), (code, ""), "{}", json.out);
    assert!(contents(&house.path(".ledger")) == before, "something was changed");
    let (out, json) = (text.out, json.json());
    same_in_both(&out, &json);
    (out, json["results"].clone())
}

/// Every finding is in the text too, with what to do.
#[track_caller]
fn same_in_both(text: &str, json: &Value) {
    for finding in json["results"].as_array().unwrap() {
        let word = |name: &str| finding[name].as_str().unwrap().to_owned();
        assert!(text.contains(&word("check")), "{finding} in {text}");
        let to_do = finding["help"].as_str().map(|help| format!("Do:  ledger {help}\n"));
        assert!(to_do.is_none_or(|words| text.contains(&words)), "{finding} in {text}");
    }
}

/// The finding of a check: its state, what it says, what to do.
#[track_caller]
fn finding(results: &Value, check: &str) -> (String, String, Option<String>) {
    let all = results.as_array().unwrap().iter();
    let found = all.rev().find(|finding| finding["check"] == check);
    let found = found.unwrap_or_else(|| panic!("no {check} in {results}"));
    let word = |name: &str| found[name].as_str().map(str::to_owned);
    (word("state").unwrap(), word("says").unwrap(), word("help"))
}

#[track_caller]
fn is(results: &Value, check: &str, state: &str, says: &str, help: Option<&str>) {
    let found = finding(results, check);
    assert_eq!((found.0.as_str(), found.2.as_deref()), (state, help), "{found:?}");
    assert!(found.1.contains(says), "{found:?}");
}

/// A small file that is another thing than a small file is not read without end.
#[test]
fn an_endless_file_in_a_ledgers_directory_is_no_trap() {
    for name in ["end", "view-2/end", "ledger.json"] {
        let house = House::demo();
        let path = house.path(".ledger").join(name);
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        let answer = house.ledger("state --at 2020-01-01");
        let refused = name == "ledger.json";
        assert_eq!(answer.code, if refused { 5 } else { 0 }, "{name}: {answer:?}");
    }
}

#[test]
fn a_good_ledger_needs_nothing() {
    let house = House::demo();
    let (text, results) = doctor(&house, 0);
    is(&results, "directory", "good", ".ledger", None);
    is(&results, "header", "good", "clock simulated", None);
    is(&results, "lock", "good", "free", None);
    is(&results, "log", "good", "199 records acknowledged, 1 segment", None);
    is(&results, "view", "good", "199 records, every row sound, layout 2", None);
    assert!(text.ends_with("\nNothing to do.\n"), "{text}");
    let all = results.as_array().unwrap();
    assert!(all.iter().all(|finding| finding["state"] == "good"), "{results}");
}

#[test]
fn a_ledger_is_good_after_it_was_asked_and_written() {
    let house = House::demo();
    house.ledger("state").fine();
    house.ledger("review kr-jp.gsomia --through 2024-01-01").fine();
    doctor(&house, 0);
}

#[test]
fn who_holds_a_ledger_is_named() {
    let house = house_with_measures();
    let mut holder = Running::start("hold 3", &house.path(".ledger"));
    holder.hears("holding").unwrap();
    let results = doctor(&house, 0).1;
    let held = format!("held by process {} (a child that holds on)", holder.pid());
    is(&results, "lock", "good", &held, None);
    is(&results, "view", "good", "13 records", None);
}

fn house_with_measures() -> House {
    let house = House::empty();
    let lines: Vec<String> = (0..10).map(|number| ledgers::measure(number).to_string()).collect();
    house.file("measures.jsonl", lines.join("\n"));
    house.ledger("import measures.jsonl").fine();
    house
}

#[test]
fn a_view_behind_the_log_is_told_and_not_changed() {
    let house = house_with_measures();
    let mut child = Running::start("between 2", &house.path(".ledger"));
    assert_eq!(child.last("acknowledged"), Some(1));
    let results = doctor(&house, 0).1;
    is(&results, "view", "warning", "11 records", Some("rebuild"));
    is(&results, "view", "warning", "1 records behind the log", Some("rebuild"));
    house.ledger("rebuild").fine();
    is(&doctor(&house, 0).1, "view", "good", "12 records", None);
}

/// The bytes with a letter exchanged, wherever it is: in what is used, too.
fn exchanged(bytes: &[u8]) -> Vec<u8> {
    let mut exchanged = bytes.to_vec();
    for at in 0..bytes.len() - 6 {
        if bytes[at..].starts_with(b"gsomia") {
            exchanged[at] = b'h';
        }
    }
    assert!(exchanged != bytes);
    exchanged
}

#[test]
fn a_damaged_view_is_told() {
    let house = House::demo();
    let database = databases(&house.path(".ledger")).pop().unwrap();
    let whole = fs::read(&database).unwrap();
    let flipped = exchanged(&whole);
    for bytes in [&flipped[..], &whole[..9_000], b""] {
        fs::write(&database, bytes).unwrap();
        is(&doctor(&house, 5).1, "view", "bad", "damaged", Some("rebuild"));
    }
    fs::remove_file(&database).unwrap();
    is(&doctor(&house, 5).1, "view", "bad", "there is no view", Some("rebuild"));
    house.ledger("rebuild").fine();
    is(&doctor(&house, 0).1, "view", "good", "199 records", None);
}

#[test]
fn a_damaged_header_is_told_and_not_to_be_made_anew() {
    let house = House::demo();
    let header = house.path(".ledger/ledger.json");
    let whole = fs::read_to_string(&header).unwrap();
    for bytes in ["{", "", "[]", r#"{"format":1}"#] {
        fs::write(&header, bytes).unwrap();
        let (text, results) = doctor(&house, 5);
        let (state, _, help) = finding(&results, "header");
        assert_eq!((state.as_str(), help), ("bad", None));
        assert!(!text.contains("init") && !text.contains("Nothing to do"), "{text}");
    }
    fs::write(&header, whole.replace("\"format\":1", "\"format\":9")).unwrap();
    let results = doctor(&house, 5).1;
    is(&results, "header", "bad", "newer version", None);
}

#[test]
fn a_view_of_another_header_is_told() {
    let (house, other) = (House::demo(), House::simulated());
    fs::copy(other.path(".ledger/ledger.json"), house.path(".ledger/ledger.json")).unwrap();
    is(&doctor(&house, 5).1, "view", "bad", "another ledger", Some("rebuild"));
}

#[test]
fn a_missing_log_is_told() {
    let house = House::demo();
    fs::rename(house.path(".ledger/log"), house.path("away")).unwrap();
    let (text, results) = doctor(&house, 5);
    // The view still has every record.
    is(&results, "log", "bad", "is missing", Some("export -o rescued.jsonl"));
    assert!(!text.contains("Nothing to do"), "{text}");
}

#[test]
fn where_there_is_no_ledger_one_can_be_made() {
    let house = House::demo();
    for place in ["nowhere", "."] {
        let answer = house.ledger(&format!("doctor -f {place}"));
        assert_eq!(answer.code, if place == "." { 0 } else { 5 }, "{answer:?}");
        assert!(place == "." || answer.out.contains("init"), "{answer:?}");
    }
}

#[test]
fn what_is_left_over_is_told() {
    let house = House::demo();
    fs::create_dir(house.path(".ledger/view-99")).unwrap();
    fs::create_dir(house.path(".ledger/view-0")).unwrap();
    let results = doctor(&house, 0).1;
    is(&results, "leftovers", "good", "view-99", None);
    is(&results, "leftovers", "good", "view-0", None);
    house.ledger("rebuild").fine();
    assert!(!doctor(&house, 0).1.to_string().contains("leftovers"));
    fs::write(house.path(".ledger/log/1/damaged.snap.0"), "x").unwrap();
    let (text, results) = doctor(&house, 0);
    is(&results, "leftovers", "warning", "damaged.snap.0", None);
    assert!(text.contains("nothing recorded is lost"), "{text}");
}

#[test]
fn the_other_forms_have_the_same_rows() {
    let house = House::demo();
    let results = doctor(&house, 0).1;
    let csv = house.ledger("doctor --csv").fine().out;
    assert_eq!(csv.lines().count(), 1 + results.as_array().unwrap().len(), "{csv}");
    assert!(csv.starts_with("check,state,says,help"), "{csv}");
}

/// On a ledger that is not small a changed kind takes away what was ready of all measures.
#[test]
fn answers_that_are_not_used_are_told_and_a_rebuild_makes_them_ready() {
    let house = House::empty();
    let event = |number| ledgers::event("m0", number).to_string();
    let lines: Vec<String> =
        [ledgers::measure(0).to_string()].into_iter().chain((1..2_050).map(event)).collect();
    house.file("lines.jsonl", lines.join("\n"));
    house.ledger("import lines.jsonl").fine();
    assert!(!doctor(&house, 0).1.to_string().contains("\"ready\""));
    let kind = r#"{"record":"kind","kind":"plain","definition":{"acts":{"heard":{}}}}"#;
    house.run(&["append", "-"], kind.as_bytes()).fine();
    let (text, results) = doctor(&house, 0);
    is(&results, "ready", "warning", "a kind was changed since", Some("rebuild"));
    assert!(!text.contains("Nothing to do."), "{text}");
    house.ledger("rebuild").fine();
    let (text, results) = doctor(&house, 0);
    assert!(
        !results.to_string().contains("\"ready\"") && text.contains("Nothing to do."),
        "{text}"
    );
}
