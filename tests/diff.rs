//! `ledger diff`: what changed in the world, what changed in our knowledge, and why.

mod asking;
mod learned;
mod world;

use serde_json::Value;

use crate::house::House;

/// A ledger on a simulated clock with these records.
fn told(lines: &[&str]) -> House {
    let house = House::simulated();
    let file = house.file("records.jsonl", lines.join("\n"));
    house.ledger(&format!("import {file}")).fine();
    house
}

/// The rows of `diff --json`.
fn rows(house: &House, words: &str) -> Vec<Value> {
    let answer = house.ledger(&format!("diff --json {words}")).fine();
    answer.json()["results"].as_array().unwrap().clone()
}

/// The one row there is.
#[track_caller]
fn row(house: &House, words: &str) -> Value {
    let rows = rows(house, words);
    assert_eq!(rows.len(), 1, "{rows:#?}");
    rows[0].clone()
}

/// `changed in-force -> removed`, with `-` where the measure was not tracked.
fn turn(row: &Value) -> String {
    let status = |side: &Value| side["status"].as_str().unwrap_or("-").to_owned();
    let change = row["change"].as_str().unwrap();
    format!("{change} {} -> {}", status(&row["from"]), status(&row["to"]))
}

/// Each cause as `@57 event termination-notified 2019-08-23`: the act (or what was said), the day.
fn causes(row: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let cause = |cause: &Value| {
        let act = text(&cause["act"]).or(text(&cause["said"])).or(text(&cause["type"])).unwrap();
        let on = text(&cause["on"]).or(text(&cause["recorded"])).unwrap();
        format!("@{} {} {act} {}", cause["record"], text(&cause["cause"]).unwrap(), &on[..10])
    };
    row["cause"].as_array().unwrap().iter().map(cause).collect()
}
