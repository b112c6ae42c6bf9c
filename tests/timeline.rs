//! `ledger timeline`: what happened, in the order of the world, and its lanes.

mod lanes;
mod order;
mod plans;

use serde_json::{Value, json};

use crate::house::House;

/// A ledger with these records.
fn ledger(records: &[Value]) -> House {
    let house = House::simulated();
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    house.file("records.jsonl", lines.join("\n"));
    house.ledger("import records.jsonl").fine();
    house
}

fn measure(id: &str, kind: &str) -> Value {
    json!({"record": "measure", "measure": id, "kind": kind, "title": id})
}

fn part(id: &str, kind: &str, whole: &str) -> Value {
    json!({"record": "measure", "measure": id, "kind": kind, "title": id, "part_of": whole})
}

fn event(key: &str, measure: &str, act: &str, effective: &str) -> Value {
    json!({"record": "event", "key": key, "measure": measure, "act": act, "effective": effective})
}

/// The event with one more field.
fn with(mut event: Value, field: &str, value: Value) -> Value {
    event[field] = value;
    event
}

fn rows(house: &House, words: &str) -> Vec<Value> {
    let answer = house.ledger(&format!("timeline --json {words}")).fine().json();
    answer["results"].as_array().unwrap().clone()
}

/// Each row as `act date`, with `planned` before what is only planned.
fn acts(rows: &[Value]) -> Vec<String> {
    let act = |row: &Value| {
        let planned = if row["planned"].is_null() { "" } else { "planned " };
        let on = row["effective"]["text"].as_str().unwrap_or("-");
        format!("{planned}{} {on}", row["act"].as_str().unwrap())
    };
    rows.iter().map(act).collect()
}

fn row<'r>(rows: &'r [Value], record: u64, act: &str) -> &'r Value {
    rows.iter().find(|row| row["record"] == record && row["act"] == act).unwrap()
}

#[test]
fn the_story_of_a_pact() {
    let demo = House::demo();
    let rows = rows(&demo, "kr-jp.gsomia --from 2019-08-01 --to 2019-12-31");
    let expected = [
        "termination-announced 2019-08-22",
        "planned terminated -",
        "termination-notified 2019-08-23",
        "termination-notice-suspended 2019-11-22",
        "planned terminated 2019-11-23T00:00+09:00",
    ];
    assert_eq!(acts(&rows), expected);
    let notice = row(&rows, 57, "termination-notified");
    assert_eq!(notice["measure"], "kr-jp.gsomia");
    assert_eq!(notice["recorded"], "2019-08-23T12:00:00.000Z");
    assert_eq!(notice["status"], "in-force-termination-notified");
    assert_eq!(notice["standing"], "active");
    assert_eq!(
        (&notice["status_on"], &notice["changes_status"]),
        (&json!("2019-08-23"), &json!(true))
    );
    let announced = row(&rows, 53, "termination-announced");
    assert_eq!(
        (&announced["status"], &announced["changes_status"]),
        (&json!("in-force"), &json!(false))
    );
    // A plan that was cancelled does not look as if it had happened.
    let plan = row(&rows, 57, "terminated");
    assert_eq!(plan["planned"], json!({"place": 0, "fate": "cancelled", "by": [81]}));
    assert_eq!((&plan["status"], &plan["changes_status"]), (&Value::Null, &json!(false)));
    assert_eq!(plan["leads_to"], "terminated");
}

#[test]
fn what_was_known_then_took_effect_as_planned() {
    let demo = House::demo();
    let words = "kr-jp.gsomia --known 2019-11-01 --from 2019-08-23";
    let rows = rows(&demo, words);
    let plan = row(&rows, 57, "terminated");
    assert_eq!(plan["planned"], json!({"place": 0, "fate": "takes-effect", "by": []}));
    assert_eq!((&plan["status"], &plan["flags"]), (&json!("terminated"), &json!(["unconfirmed"])));
    let text = demo.ledger(&format!("timeline {words}")).fine().out;
    assert!(text.contains("AS KNOWN ON 2019-11-01 · 75 of 199 records"), "{text}");
    assert!(text.contains("→ terminated (unconfirmed)"), "{text}");
}

#[test]
fn rows_are_in_the_order_of_the_world() {
    let demo = House::demo();
    let rows = rows(&demo, "");
    assert!(rows.len() > 110, "{}", rows.len());
    let dated = rows.iter().filter(|row| row["effective"].is_object());
    let end = |day: &Value, open: &str| day.as_str().unwrap_or(open).to_owned();
    let windows: Vec<(String, String)> = dated
        .map(|row| {
            let on = &row["effective"];
            (end(&on["earliest"], "0000"), end(&on["latest"], "9999"))
        })
        .collect();
    assert!(windows.is_sorted());
    let uncertain = rows.iter().filter(|row| row["uncertain"] == true);
    assert!(uncertain.clone().count() > 5);
    assert!(uncertain.clone().all(|row| row["changes_status"] != true));
    // Its status is told on the last day of the window.
    let dormant = uncertain.clone().find(|row| row["effective"]["text"] == "2011-12").unwrap();
    assert_eq!(
        (&dormant["status_on"], &dormant["status"]),
        (&json!("2011-12-31"), &json!("dormant"))
    );
}

#[test]
fn both_ends_of_the_range_count_and_windows_overlap_it() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("a", "m", "signed", "2020-01-10"),
        event("b", "m", "entered-into-force", "2020-02"),
        with(
            event("c", "m", "termination-notified", "2020-03-10"),
            "then",
            json!([{"act": "terminated", "effective": "2020-09-10"}]),
        ),
    ]);
    let asked = |words: &str| acts(&rows(&house, words));
    assert_eq!(asked("--from 2020-01-10 --to 2020-01-10"), ["signed 2020-01-10"]);
    assert_eq!(asked("--from 2020-01-11 --to 2020-02-01"), ["entered-into-force 2020-02"]);
    assert_eq!(asked("--from 2020-02-29 --to 2020-03-09"), ["entered-into-force 2020-02"]);
    assert_eq!(asked("--from 2020-03-01 --to 2020-09-09"), ["termination-notified 2020-03-10"]);
    assert_eq!(asked("--from 2020-09-10"), ["planned terminated 2020-09-10"]);
    assert_eq!(asked("--to 2020-01-09"), Vec::<String>::new());
}

#[test]
fn a_whole_and_its_parts() {
    let demo = House::demo();
    let whole = "jp.export-control.kr-three-materials";
    let photoresist = "jp.export-control.kr-photoresist";
    // A whole named shows the events of its parts.
    let of_whole = rows(&demo, &format!("{whole} --to 2019-12-31"));
    let eased = row(&of_whole, 99, "eased");
    assert_eq!((&eased["measure"], &eased["asked"]), (&json!(photoresist), &json!(true)));
    assert_eq!(eased["status"], "in-force-eased");
    let also = &eased["also"][0];
    assert_eq!((&also["measure"], &also["status"]), (&json!(whole), &json!("mixed")));
    assert_eq!(also["changes_status"], true);
    // A part named shows the events that reach it from its whole, and nothing of its sisters.
    let of_part = rows(&demo, photoresist);
    let imposed = row(&of_part, 38, "imposed");
    assert_eq!((&imposed["measure"], &imposed["asked"]), (&json!(whole), &json!(false)));
    let part = &imposed["also"][0];
    assert_eq!((&part["measure"], &part["status"]), (&json!(photoresist), &json!("in-force")));
    let sister = "jp.export-control.kr-hydrogen-fluoride";
    let of_sister = rows(&demo, sister);
    assert!(of_part.iter().all(|row| row["measure"] != sister));
    assert!(of_sister.iter().all(|row| row["record"] != 99));
}

#[test]
fn retracted_and_denied_events_only_where_they_are_asked_for() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("a", "m", "signed", "2020-01-10"),
        event("b", "m", "entered-into-force", "2020-02-10"),
        event("c", "m", "terminated", "2020-03-10"),
        json!({"record": "retraction", "of": "b", "because": "entered-by-mistake"}),
        json!({"record": "settlement", "of": "c", "field": "occurred", "value": false,
               "reason": "nobody else says so"}),
    ]);
    assert_eq!(acts(&rows(&house, "")), ["signed 2020-01-10"]);
    let all = rows(&house, "--all");
    assert_eq!(all.len(), 3);
    assert_eq!((&all[1]["retracted"], &all[1]["status"]), (&json!(true), &Value::Null));
    assert_eq!((&all[2]["denied"], &all[2]["changes_status"]), (&json!(true), &json!(false)));
    let text = house.ledger("timeline --all").fine().out;
    assert!(text.contains("entered-into-force (retracted)"), "{text}");
    assert!(text.contains("terminated (did not happen)"), "{text}");
}

#[test]
fn every_form_of_the_answer() {
    let demo = House::demo();
    let json = demo.ledger("timeline kr-jp.gsomia --json").fine().json();
    assert_eq!(json["schema"], "policy-ledger/timeline/1");
    assert_eq!(json["query"]["measures"], json!(["kr-jp.gsomia"]));
    assert_eq!(json["query"]["from"], Value::Null);
    let rows = json["results"].as_array().unwrap();
    for key in ["record", "measure", "act", "effective", "recorded"] {
        assert!(rows.iter().all(|row| row.get(key).is_some()), "{key}");
    }
    let lines = demo.ledger("timeline kr-jp.gsomia --format jsonl").fine().out;
    assert_eq!(lines.lines().count(), rows.len());
    let csv = demo.ledger("timeline kr-jp.gsomia --csv").fine().out;
    assert!(csv.starts_with("record,measure,title,act,effective,effective_earliest,"), "{csv}");
    assert!(csv.contains("\r\n57,kr-jp.gsomia,"), "{csv}");
    assert!(csv.contains(",cancelled,81,"), "{csv}");
    assert_eq!(csv.lines().count(), rows.len() + 1);
    let md = demo.ledger("timeline kr-jp.gsomia --format md").fine().out;
    assert!(md.starts_with("| record | measure |"), "{md}");
}

#[test]
fn the_text_names_its_axis_its_range_and_what_is_to_come() {
    let demo = House::demo();
    let words = "timeline kr-jp.gsomia --from 2019-08-01 --to 2019-12-31 --now 2019-09-01";
    let text = demo.ledger(words).fine().out;
    assert!(text.starts_with("Timeline · 2019-08-01..2019-12-31 · all 199 records\n"), "{text}");
    assert!(text.contains("Sorted by the day of effect in the world"), "{text}");
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
    assert!(place("2019-08-23") < place("today is 2019-09-01"));
    assert!(place("today is 2019-09-01") < place("2019-11-22"));
    assert!(text.contains("terminated (planned)"), "{text}");
    assert!(text.contains("cancelled by @81"), "{text}");
    assert!(text.contains("clock: simulated"), "{text}");
}

#[test]
fn nothing_is_an_answer_too() {
    let house = House::empty();
    assert_eq!(rows(&house, ""), Vec::<Value>::new());
    assert!(house.ledger("timeline").fine().out.contains("Nothing fits."));
    assert_eq!(house.ledger("timeline --csv").fine().out.lines().count(), 1);
    let lanes = house.ledger("timeline --lanes").fine().out;
    assert!(lanes.contains("No measure fits."), "{lanes}");
    assert_eq!(rows(&house, "--lanes"), Vec::<Value>::new());
}

#[test]
fn what_cannot_be_understood_is_said() {
    let demo = House::demo();
    let cases = [
        ("--from 2020-01", 2, "is a month, not a day"),
        ("--from 2020-02-02 --to 2020-02-01", 2, "ends before it begins"),
        ("kr-jp.gsoima", 4, "no measure `kr-jp.gsoima`"),
        ("--kind agreemnt", 4, "agreemnt"),
        ("--width 20", 2, "30 to 1000"),
        ("--lanes --width 10", 2, "10"),
        ("--lanes --all", 2, "--all"),
        ("--as-of 2020-01-01", 2, "--at"),
    ];
    for (words, code, says) in cases {
        let answer = demo.ledger(&format!("timeline {words}"));
        assert_eq!((answer.code, answer.out.as_str()), (code, ""), "{words}: {answer:?}");
        assert!(answer.err.contains(says), "{words}: {answer:?}");
    }
}

#[test]
fn the_next_command_can_be_pasted() {
    let demo = House::demo();
    for words in ["timeline --to 2019-12-31 --known 2023-01-01", "timeline --lanes ipef"] {
        let text = demo.ledger(words).fine().out;
        let (_, command) = text.lines().last().unwrap().split_once("ledger ").unwrap();
        let answer = demo.ledger(command).fine();
        assert!(!answer.out.is_empty(), "{command}");
    }
}

#[test]
fn an_old_answer_stays_as_it_was() {
    let house = ledger(&[
        with(measure("m", "agreement"), "recorded", json!("2020-01-01T00:00:00Z")),
        with(event("a", "m", "signed", "2020-01-10"), "recorded", json!("2020-01-10T00:00:00Z")),
    ]);
    let asked = [
        "timeline --known 2020-02-01 --json",
        "timeline --known 2020-02-01 --csv",
        "timeline --lanes --known 2020-02-01 --from 2020-01-01 --to 2020-03-01 --json",
    ];
    let before: Vec<String> = asked.iter().map(|words| house.ledger(words).fine().out).collect();
    house.ledger("append m terminated --on 2020-01-20 --now 2020-05-01").fine();
    let after: Vec<String> = asked
        .iter()
        .map(|words| house.ledger(&format!("{words} --now 2021-01-01")).fine().out)
        .collect();
    assert_eq!(before, after);
    assert_eq!(rows(&house, "").len(), 2);
}

#[test]
fn only_what_was_public_by_a_day() {
    let house = ledger(&[
        measure("m", "agreement"),
        with(event("a", "m", "signed", "2020-01-10"), "announced", json!("2020-01-10")),
        with(event("b", "m", "entered-into-force", "2020-01-20"), "announced", json!("2020-06-01")),
    ]);
    assert_eq!(acts(&rows(&house, "--public 2020-02-01")), ["signed 2020-01-10"]);
    let text = house.ledger("timeline --public 2020-02-01").fine().out;
    assert!(text.contains("AS PUBLIC BY 2020-02-01"), "{text}");
    assert!(text.contains("1 events left out"), "{text}");
    assert_eq!(rows(&house, "--public 2020-06-01").len(), 2);
}
