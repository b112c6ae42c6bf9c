//! The rows of one day: as the kernel lives it.

use serde_json::{Value, json};

use super::{acts, event, ledger, measure, part, rows, with};

#[test]
fn plans_come_first_then_acts_in_the_order_of_the_kind() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("noted", "m", "noted", "2020-05-01"),
        event("force", "m", "entered-into-force", "2020-05-01"),
        event("signed", "m", "signed", "2020-05-01"),
        with(
            event("notice", "m", "termination-notified", "2020-04-01"),
            "then",
            json!([{"act": "terminated", "effective": "2020-05-01"}]),
        ),
    ]);
    let rows = rows(&house, "--from 2020-05-01 --to 2020-05-01");
    let expected = ["planned terminated", "signed", "entered-into-force", "noted"];
    assert_eq!(acts(&rows), expected.map(|act| format!("{act} 2020-05-01")));
    // What all of them lead to is told at the end of the day.
    assert!(
        rows.iter()
            .filter(|row| row["status"] != Value::Null)
            .all(|row| row["status"] == "in-force")
    );
}

#[test]
fn a_plan_due_on_the_day_of_its_maker_comes_right_after_it() {
    let house = ledger(&[
        measure("m", "agreement"),
        with(
            event("signed", "m", "signed", "2020-05-01"),
            "then",
            json!([{"act": "entered-into-force", "effective": "2020-05-01"}]),
        ),
        event("extended", "m", "extended", "2020-05-01"),
    ]);
    let expected =
        ["signed 2020-05-01", "planned entered-into-force 2020-05-01", "extended 2020-05-01"];
    assert_eq!(acts(&rows(&house, "")), expected);
}

#[test]
fn what_is_said_of_the_order_counts_before_the_order_of_acts() {
    let house = ledger(&[
        measure("m", "agreement"),
        with(event("signed", "m", "signed", "2020-05-01"), "after", json!(["force"])),
        event("force", "m", "entered-into-force", "2020-05-01"),
    ]);
    assert_eq!(acts(&rows(&house, "")), ["entered-into-force 2020-05-01", "signed 2020-05-01"]);
    assert_eq!(house.status("m", "2020-05-01"), "signed");
}

#[test]
fn instants_order_a_day_and_then_the_record() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("signed", "m", "signed", "2020-05-01T15:00Z"),
        event("force", "m", "entered-into-force", "2020-05-01T09:00Z"),
    ]);
    let expected = ["entered-into-force 2020-05-01T09:00Z", "signed 2020-05-01T15:00Z"];
    assert_eq!(acts(&rows(&house, "")), expected);
    let house = ledger(&[
        measure("m", "agreement"),
        event("second", "m", "noted", "2020-05-01"),
        event("first", "m", "noted", "2020-05-01"),
    ]);
    let records: Vec<Value> = rows(&house, "").iter().map(|row| row["record"].clone()).collect();
    assert_eq!(records, [json!(2), json!(3)]);
}

#[test]
fn the_order_on_a_measure_is_kept_where_another_measure_comes_between() {
    // On `p.a` the kernel takes `signed` before `entered-into-force`, though another part's event
    // stands between them: what is after it waits in its own family only.
    let house = ledger(&[
        measure("p", "agreement"),
        part("p.a", "agreement", "p"),
        part("p.b", "agreement", "p"),
        with(event("signed", "p.a", "signed", "2020-05-01"), "after", json!(["elsewhere"])),
        event("force", "p.a", "entered-into-force", "2020-05-01"),
        event("elsewhere", "p.b", "terminated", "2020-05-01"),
    ]);
    let order = acts(&rows(&house, ""));
    let expected = ["terminated", "signed", "entered-into-force"];
    assert_eq!(order, expected.map(|act| format!("{act} 2020-05-01")));
    assert_eq!(house.status("p.a", "2020-05-01"), "in-force");
}

#[test]
fn uncertain_dates_stand_by_their_earliest_then_their_latest_day() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("year", "m", "noted", "2020"),
        event("month", "m", "noted", "2020-01"),
        event("day", "m", "signed", "2020-01-01"),
        event("open", "m", "noted", "[..2020-06-01]"),
        event("from", "m", "noted", "[2020-01-01..]"),
    ]);
    let expected = [
        "noted [..2020-06-01]",
        "signed 2020-01-01",
        "noted 2020-01",
        "noted 2020",
        "noted [2020-01-01..]",
    ];
    assert_eq!(acts(&rows(&house, "")), expected);
}
