//! The world changed between two days.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{causes, row, rows, told, turn};
use crate::house::House;

/// What of a row of `state` counts as a difference.
const COMPARED: [&str; 8] = [
    "status",
    "label",
    "standing",
    "possible",
    "attributes",
    "possible_attributes",
    "parts",
    "flags",
];

fn state(house: &House, words: &str) -> BTreeMap<String, Value> {
    let rows = house.state(words);
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (row["measure"].as_str().unwrap().to_owned(), row.clone())).collect()
}

#[test]
fn it_is_state_against_state() {
    let house = House::demo();
    for (from, to, known) in [
        ("2019-06-30", "2019-12-31", ""),
        ("2018-04-10", "2023-05-03", ""),
        ("2019-06-30", "2019-12-31", "--known 2019-11-01"),
        ("2019-06-30", "2020-12-31", "--public 2019-10-01"),
        ("2019-09-01", "2019-09-12", "--known @150 --public 2023-03-06"),
    ] {
        let before = state(&house, &format!("--at {from} {known}"));
        let after = state(&house, &format!("--at {to} {known}"));
        let differs = |id: &&String| COMPARED.iter().any(|key| before[*id][key] != after[*id][key]);
        let expected: Vec<&String> = before.keys().filter(differs).collect();
        let changed = rows(&house, &format!("{from} {to} {known}"));
        let changed: BTreeMap<String, &Value> = changed
            .iter()
            .filter(|row| row["change"] == "changed")
            .map(|row| (row["measure"].as_str().unwrap().to_owned(), row))
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(changed.keys().collect::<Vec<_>>(), expected, "{from} {to} {known}");
        for (id, row) in &changed {
            assert_eq!((&row["from"], &row["to"]), (&before[id], &after[id]), "{id}");
        }
    }
}

#[test]
fn the_second_half_of_2019() {
    let house = House::demo();
    let rows = rows(&house, "2019-06-30 2019-12-31");
    let turn_of = |id: &str| {
        let row = rows.iter().find(|row| row["measure"] == id).unwrap();
        (turn(row), causes(row))
    };
    let (turn, causes) = turn_of("kr-jp.gsomia");
    assert_eq!(turn, "changed in-force -> in-force-notice-suspended");
    assert_eq!(
        causes,
        [
            "@57 event termination-notified 2019-08-23",
            "@81 event termination-notice-suspended 2019-11-22"
        ]
    );
    assert_eq!(turn_of("jp.white-list.kr").0, "changed listed -> removed");
    let (turn, causes) = turn_of("jp.export-control.kr-three-materials");
    assert_eq!(turn, "changed not-imposed -> mixed");
    assert_eq!(causes, ["@38 event imposed 2019-07-04", "@99 event eased 2019-12-20"]);
    let (_, causes) = turn_of("jp.export-control.kr-hydrogen-fluoride");
    assert_eq!(causes, ["@38 event imposed 2019-07-04"], "by its whole, and not by its sister");
    assert!(rows.iter().all(|row| !row["cause"].as_array().unwrap().is_empty()));
}

#[test]
fn changed_and_changed_back_is_told_apart() {
    let house = House::demo();
    let found = row(&house, "2019-08-22 2023-03-21 kr-jp.gsomia");
    assert_eq!(turn(&found), "changed-back in-force -> in-force");
    let between: Vec<&Value> =
        found["steps"].as_array().unwrap().iter().map(|step| &step["to"]["status"]).collect();
    let expected = ["in-force-termination-notified", "in-force-notice-suspended", "in-force"];
    assert_eq!(between, expected);
    assert_eq!(found["because"], json!([57, 81, 156]));
    assert!(rows(&house, "2019-06-30 2019-08-22 kr-jp.gsomia").is_empty());
    let text = house.ledger("diff 2019-08-22 2023-03-21 kr-jp.gsomia").fine().out;
    assert!(text.contains("in force: changed and changed back"), "{text}");
    assert!(text.contains("1 answer changed and changed back."), "{text}");
}

#[test]
fn on_one_day_there_and_back_is_no_change() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"licensing-requirement"}"#,
        r#"{"record":"event","measure":"m","act":"suspended","effective":"2020-03-02"}"#,
        r#"{"record":"event","measure":"m","act":"resumed","effective":"2020-03-02"}"#,
    ]);
    assert!(rows(&house, "2020-03-01 2020-03-31").is_empty());
}

#[test]
fn a_plan_is_a_cause_of_its_own() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"agreement","initial":{"status":"in-force"}}"#,
        r#"{"record":"event","measure":"m","act":"termination-notified","effective":"2020-03-02","then":[{"act":"terminated","effective":"2020-06-02"}]}"#,
    ]);
    let found = row(&house, "2020-03-01..2020-12-31");
    let expected = ["@2 event termination-notified 2020-03-02", "@2 planned terminated 2020-06-02"];
    assert_eq!(causes(&found), expected);
    assert_eq!(found["cause"][1]["effective"]["text"], "2020-06-02");
    assert_eq!(causes(&row(&house, "2020-03-02 2020-12-31")), expected[1..]);
}

#[test]
fn an_uncertain_date_turns_the_answer_twice() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"list-membership"}"#,
        r#"{"record":"event","measure":"m","act":"listed","effective":"2020-03","sources":[{"publisher":"x","published":"2020-04-02"}]}"#,
        r#"{"record":"event","measure":"m","act":"noted","effective":"2020-03-10"}"#,
    ]);
    let found = row(&house, "2020-01-01 2020-12-31");
    let expected = ["@2 event listed 2020-03-01", "@2 event listed 2020-03-31"];
    assert_eq!(causes(&found), expected, "nothing on the days between, and not by what was noted");
    assert_eq!(found["steps"][0]["to"]["possible"], json!(["listed", "not-listed"]));
    assert_eq!(row(&house, "2020-03-01 2020-03-31")["from"]["status"], "undetermined");
    assert!(rows(&house, "2020-03-01 2020-03-30").is_empty());
}

#[test]
fn only_what_turns_the_answer_on_its_day_is_named() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"tariff"}"#,
        r#"{"record":"event","measure":"m","act":"noted","effective":"2020-03","set":{"scope":"wide"}}"#,
        r#"{"record":"event","measure":"m","act":"imposed","effective":"2020-03-10"}"#,
        r#"{"record":"measure","measure":"n","kind":"list-membership"}"#,
        r#"{"record":"event","measure":"n","act":"listed","effective":"2020-03"}"#,
        r#"{"record":"event","measure":"n","act":"removed","effective":"[2020-03-10..2020-03-31]"}"#,
        r#"{"record":"event","measure":"n","act":"noted","effective":"2020-03-31"}"#,
    ]);
    let certain = causes(&row(&house, "2020-03-09 2020-03-10 m"));
    assert_eq!(certain, ["@3 event imposed 2020-03-10"], "the scope was as uncertain before");
    let both = causes(&row(&house, "2020-03-30 2020-03-31 n"));
    let expected = ["@5 event listed 2020-03-31", "@6 event removed 2020-03-31"];
    assert_eq!(both, expected, "either by itself, but not what was noted");
}

#[test]
fn of_two_that_say_the_same_both_are_named() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"list-membership"}"#,
        r#"{"record":"event","measure":"m","act":"listed","effective":"2020-03-02","key":"a"}"#,
        r#"{"record":"event","measure":"m","act":"listed","effective":"2020-03-02","key":"b"}"#,
    ]);
    let found = row(&house, "2020-01-01 2020-12-31");
    assert_eq!(causes(&found), ["@2 event listed 2020-03-02", "@3 event listed 2020-03-02"]);
}

#[test]
fn attributes_and_flags_count_too() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"tariff"}"#,
        r#"{"record":"event","measure":"m","act":"imposed","effective":"2020-03-02","set":{"rate":"10 %"}}"#,
        r#"{"record":"event","measure":"m","act":"increased","effective":"2020-05-02","set":{"rate":"25 %"},"sources":[{"publisher":"x","published":"2020-05-02"},{"publisher":"y","published":"2020-05-02","stance":"denies"}]}"#,
        r#"{"record":"measure","measure":"n","kind":"list-membership"}"#,
        r#"{"record":"event","measure":"n","act":"listed","effective":"2020-03-02"}"#,
        r#"{"record":"event","measure":"n","act":"removed","effective":"2020-05-02","sources":[{"publisher":"y","published":"2020-05-02","says":{"effective":"2020-05-05"}}]}"#,
    ]);
    let rate = row(&house, "2020-04-01 2020-12-31 m");
    assert_eq!(causes(&rate), ["@3 event increased 2020-05-02"]);
    let text = house.ledger("diff 2020-04-01 2020-12-31 m").fine().out;
    assert!(text.contains("in force, rate 10 % → in force, rate 25 %\n"), "{text}");
    let flag = row(&house, "2020-05-02 2020-05-31 n");
    assert_eq!((&flag["from"]["flags"], &flag["to"]["flags"]), (&json!(["contested"]), &json!([])));
    assert_eq!(causes(&flag), ["@6 contested removed 2020-05-05"]);
}

#[test]
fn a_plan_cancelled_in_time_is_no_cause() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"agreement","initial":{"status":"in-force"}}"#,
        r#"{"record":"measure","measure":"order","kind":"regulation"}"#,
        r#"{"record":"event","key":"notice","measure":"m","act":"termination-notified","effective":"2020-03-02","then":[{"act":"terminated","effective":"2020-06-15"}]}"#,
        r#"{"record":"event","measure":"order","act":"entered-into-force","effective":"2020-06-10","cancels":["notice"]}"#,
    ]);
    assert!(rows(&house, "2020-04-01 2020-12-31 m").is_empty());
    let known = row(&house, "2020-04-01 2020-12-31 m --known @3");
    assert_eq!(causes(&known), ["@3 planned terminated 2020-06-15"]);
}
