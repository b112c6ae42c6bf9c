//! What becomes of planned consequences, and of expectations.

use serde_json::{Value, json};

use super::{event, ledger, measure, part, row, rows, with};

/// An agreement whose notice (record 3) plans its end on 2020-09-01, and what comes after.
fn pact(more: &[Value]) -> Vec<Value> {
    let mut records = vec![
        measure("m", "agreement"),
        event("force", "m", "entered-into-force", "2020-01-01"),
        with(
            event("notice", "m", "termination-notified", "2020-03-01"),
            "then",
            json!([{"act": "terminated", "effective": "2020-09-01"}]),
        ),
    ];
    records.extend(more.iter().cloned());
    records
}

/// What becomes of the plan of record 3: the fate, by which records, the status after it.
fn fate(more: &[Value]) -> (String, Value, Value) {
    let house = ledger(&pact(more));
    let rows = rows(&house, "");
    let plan = rows.iter().find(|row| row["record"] == 3 && row["planned"].is_object()).unwrap();
    let planned = &plan["planned"];
    (planned["fate"].as_str().unwrap().to_owned(), planned["by"].clone(), plan["status"].clone())
}

fn told(fate: &str, by: Value, status: Value) -> (String, Value, Value) {
    (fate.to_owned(), by, status)
}

#[test]
fn nothing_comes_between() {
    assert_eq!(fate(&[]), told("takes-effect", json!([]), json!("terminated")));
    // A later event of the same act confirms it on its own date.
    let later = event("late", "m", "terminated", "2020-10-01");
    assert_eq!(fate(&[later]), told("takes-effect", json!([]), json!("terminated")));
}

#[test]
fn it_is_cancelled_by_name_by_the_kind_and_by_an_end() {
    let named = with(event("x", "m", "noted", "2020-05-01"), "cancels", json!(["notice"]));
    assert_eq!(fate(&[named]), told("cancelled", json!([4]), Value::Null));
    let by_kind = event("x", "m", "restored", "2020-05-01");
    assert_eq!(fate(&[by_kind]), told("cancelled", json!([4]), Value::Null));
    let ended = event("x", "m", "expired", "2020-05-01");
    assert_eq!(fate(&[ended]), told("cancelled", json!([4]), Value::Null));
    // On its own day it is still reached.
    let that_day = event("x", "m", "restored", "2020-09-01");
    assert_eq!(fate(&[that_day]), told("cancelled", json!([4]), Value::Null));
    let too_late = event("x", "m", "restored", "2020-09-02");
    assert_eq!(fate(&[too_late]), told("takes-effect", json!([]), json!("terminated")));
}

#[test]
fn another_plan_that_ends_the_measure_cancels_it() {
    let other = with(
        event("x", "m", "noted", "2020-04-01"),
        "then",
        json!([{"act": "expired", "effective": "2020-06-01"}]),
    );
    assert_eq!(fate(&[other]), told("cancelled", json!([4]), Value::Null));
}

#[test]
fn an_event_stands_for_it() {
    let early = event("x", "m", "terminated", "2020-08-01");
    assert_eq!(fate(&[early]), told("replaced", json!([4]), Value::Null));
    let slipped = with(event("x", "m", "terminated", "2020-11-01"), "settles", json!(["notice"]));
    assert_eq!(fate(&[slipped]), told("settled", json!([4]), Value::Null));
}

#[test]
fn of_several_that_could_the_one_of_the_day_is_named() {
    let first = event("x", "m", "restored", "2020-04-01");
    let second = event("y", "m", "restored", "2020-06-01");
    assert_eq!(fate(&[second, first]), told("cancelled", json!([5]), Value::Null));
}

#[test]
fn worlds_that_differ_leave_it_open() {
    let maybe = event("x", "m", "restored", "[2020-08-15..2020-09-15]");
    let (fate, _, status) = fate(&[maybe]);
    assert_eq!((fate.as_str(), status), ("undetermined", json!("undetermined")));
}

#[test]
fn a_plan_without_a_date_waits_until_its_act_comes() {
    let announced = with(
        event("lift", "m", "position-stated", "2020-03-01"),
        "then",
        json!([{"act": "terminated"}]),
    );
    let records = [measure("m", "agreement"), announced];
    let house = ledger(&records);
    let waiting = rows(&house, "");
    let plan = row(&waiting, 2, "terminated");
    assert_eq!((&plan["effective"], &plan["planned"]["fate"]), (&Value::Null, &json!("waiting")));
    // It can come on any later day, so every later range has it.
    assert_eq!(rows(&house, "--from 2024-01-01").len(), 1);
    house.ledger("append m terminated --on 2020-06-01").fine();
    let gone = rows(&house, "");
    let plan = row(&gone, 2, "terminated");
    assert_eq!(plan["planned"], json!({"place": 0, "fate": "replaced", "by": [3]}));
    assert_eq!(rows(&house, "--from 2024-01-01").len(), 0);
}

#[test]
fn a_part_can_be_spared_what_its_whole_plans() {
    let house = ledger(&[
        measure("w", "licensing-requirement"),
        part("w.a", "licensing-requirement", "w"),
        part("w.b", "licensing-requirement", "w"),
        with(
            event("imposed", "w", "imposed", "2020-01-01"),
            "then",
            json!([{"act": "expired", "effective": "2020-09-01"}]),
        ),
        event("lifted", "w.a", "lifted", "2020-05-01"),
    ]);
    let fate = |words: &str| row(&rows(&house, words), 4, "expired")["planned"]["fate"].clone();
    assert_eq!(fate("w"), "partly");
    assert_eq!(fate("w.a"), "cancelled");
    assert_eq!(fate("w.b"), "takes-effect");
}

#[test]
fn an_expectation_is_marked_and_changes_nothing() {
    let expected =
        |act: &str, on: &str| with(event("x", "m", act, on), "modality", json!("expected"));
    let house = ledger(&pact(&[
        expected("restored", "2020-04"),
        with(event("did", "m", "restored", "2020-05-02"), "settles", json!(["x"])),
    ]));
    let rows = rows(&house, "");
    let row = row(&rows, 4, "restored");
    assert_eq!((&row["modality"], &row["uncertain"]), (&json!("expected"), &json!(true)));
    assert_eq!((&row["status"], &row["changes_status"]), (&Value::Null, &json!(false)));
    assert_eq!(row["settled_by"], json!([5]));
    let text = house.ledger("timeline").fine().out;
    assert!(text.contains("restored (expected)") && text.contains("settled by @5"), "{text}");
}
