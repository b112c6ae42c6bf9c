//! `ledger agenda`: what is due, overdue, met or lapsed, and what is planned.

#![allow(clippy::needless_pass_by_value, reason = "records are written in place")]

use serde_json::{Value, json};

use crate::house::House;

/// A ledger on a simulated clock with these records.
fn of(records: &[Value]) -> House {
    let house = House::simulated();
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    house.file("records.jsonl", lines.join("\n"));
    house.ledger("import records.jsonl").fine();
    house
}

fn measure(id: &str, kind: &str) -> Value {
    json!({"record": "measure", "measure": id, "kind": kind})
}

/// An event with these fields besides.
fn event(measure: &str, act: &str, effective: &str, rest: Value) -> Value {
    let mut event =
        json!({"record": "event", "measure": measure, "act": act, "effective": effective});
    event.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    event
}

fn expected(measure: &str, act: &str, window: &str, stated: &str, key: &str) -> Value {
    event(measure, act, window, json!({"modality": "expected", "announced": stated, "key": key}))
}

impl House {
    fn agenda(&self, words: &str) -> Vec<Value> {
        let answer = self.ledger(&format!("agenda --json {words}")).fine();
        answer.json()["results"].as_array().unwrap().clone()
    }

    /// `act state late_days` of each row.
    fn brief(&self, words: &str) -> Vec<String> {
        let brief = |row: &Value| {
            let (act, state) = (row["act"].as_str().unwrap(), row["state"].as_str().unwrap());
            format!("{act} {state} {}", row["late_days"])
        };
        self.agenda(words).iter().map(brief).collect()
    }
}

#[test]
fn the_launch_of_the_dialogue_is_overdue_and_then_settled_three_days_late() {
    let house = House::demo();
    let nsc = "kr-jp.dialogue.nsc-economic-security";
    assert_eq!(house.brief(&format!("{nsc} --on 2023-04-02")), [""; 0]);
    assert_eq!(house.brief(&format!("{nsc} --on 2023-04-30")), ["launched open null"]);
    let overdue = &house.agenda("--on 2023-05-01 --overdue");
    assert_eq!(overdue.len(), 1);
    let row = &overdue[0];
    assert_eq!(row["record"], 162);
    assert_eq!((&row["measure"], &row["act"]), (&json!(nsc), &json!("launched")));
    assert_eq!((&row["state"], &row["late_days"]), (&json!("overdue"), &json!(1)));
    let due = json!({"text": "2023-04", "earliest": "2023-04-01", "latest": "2023-04-30"});
    assert_eq!((&row["due"], &row["stated"]), (&due, &json!("2023-04-03")));
    let settled = &house.agenda(&format!("{nsc} --on 2023-05-04"))[0];
    assert_eq!((&settled["state"], &settled["late_days"]), (&json!("settled"), &json!(3)));
    assert_eq!(settled["settled_by"], json!([177]));
    assert_eq!(settled["settled_on"]["text"], "2023-05-03");
    let text = house.ledger("agenda --on 2023-05-04").fine().out;
    assert!(text.contains("settled on 2023-05-03, 3 days after its window ended"), "{text}");
}

#[test]
fn the_exit_code_tells_of_what_is_late_only_when_asked() {
    let house = House::demo();
    assert_eq!(house.ledger("agenda --on 2023-05-01").code, 0);
    assert_eq!(house.ledger("agenda --on 2023-05-01 --exit-code").code, 1);
    assert_eq!(house.ledger("agenda --on 2023-05-04 --exit-code").code, 0);
    let pact = House::demo();
    pact.ledger("retract gsomia-notice-suspended-2019-11-22 --because entered-by-mistake").fine();
    let late = pact.ledger("agenda kr-jp.gsomia --on 2019-12-01 --exit-code --json");
    assert_eq!(late.code, 1);
    let row = &late.json()["results"][0];
    assert_eq!((&row["state"], &row["late_days"]), (&json!("unconfirmed"), &json!(8)));
    assert_eq!((&row["act"], &row["what"]), (&json!("terminated"), &json!("plan")));
    assert_eq!(pact.ledger("agenda kr-jp.gsomia --on 2019-12-01 --overdue --exit-code").code, 0);
}

#[test]
fn plans_and_announced_events_are_ahead_until_they_come() {
    let house = House::demo();
    let list = "agenda jp.white-list.kr --json --on";
    let rows = |day: &str| house.ledger(&format!("{list} {day}")).json()["results"].clone();
    let before = rows("2019-08-15");
    assert_eq!(before.as_array().unwrap().len(), 1, "{before}");
    assert_eq!((&before[0]["act"], &before[0]["state"]), (&json!("removed"), &json!("planned")));
    assert_eq!(before[0]["due"]["latest"], "2019-08-28");
    assert_eq!(rows("2019-08-28"), json!([]));
    // Not announced yet.
    assert_eq!(rows("2019-06-01"), json!([]));
    assert_eq!(house.brief("jp.white-list.kr --on 2019-08-15 --within 12d"), [""; 0]);
    assert_eq!(house.brief("jp.white-list.kr --on 2019-08-15 --within 13d").len(), 1);
}

#[test]
fn a_window_without_an_end_is_never_overdue() {
    let house = of(&[
        measure("d", "dialogue"),
        expected("d", "resumed", "[2023-03-17..]", "2023-03-16", "x"),
    ]);
    assert_eq!(house.brief("--on 2023-03-16"), ["resumed open null"]);
    assert_eq!(house.brief("--on 2099-01-01"), ["resumed open null"]);
    assert_eq!(house.brief("--on 2023-03-15"), [""; 0]);
    // Its window opens too far ahead.
    assert_eq!(house.brief("--on 2023-03-16 --within 0d"), [""; 0]);
    assert_eq!(house.brief("--on 2023-03-16 --within 0d --all"), ["resumed open null"]);
}

#[test]
fn what_is_met_early_in_time_or_late_says_by_how_many_days() {
    let settle = |on: &str| event("d", "held", on, json!({"settles": ["x"]}));
    let late = |on: &str| {
        let house = of(&[
            measure("d", "dialogue"),
            expected("d", "held", "[2023-04-10..2023-04-20]", "2023-04-01", "x"),
            settle(on),
        ]);
        house.brief("--on 2023-06-01").remove(0)
    };
    assert_eq!(late("2023-04-08"), "held settled -2");
    assert_eq!(late("2023-04-10"), "held settled 0");
    assert_eq!(late("2023-04-20"), "held settled 0");
    assert_eq!(late("2023-04-21"), "held settled 1");
    // A month in which the number of days differs, and one in which it does not.
    assert_eq!(late("2023-05"), "held settled null");
    assert_eq!(late("[2023-04-12..2023-04-19]"), "held settled 0");
}

#[test]
fn settled_is_only_said_where_it_is_certain() {
    let house = of(&[
        measure("d", "dialogue"),
        expected("d", "held", "2023-04", "2023-04-01", "x"),
        event("d", "held", "[2023-05-10..2023-05-20]", json!({"settles": ["x"]})),
    ]);
    assert_eq!(house.brief("--on 2023-05-09"), ["held overdue 9"]);
    let between = &house.agenda("--on 2023-05-15")[0];
    assert_eq!((&between["state"], &between["late_days"]), (&json!("overdue"), &json!(15)));
    assert_eq!(between["possible_states"], json!(["overdue", "settled"]));
    assert_eq!(between["settled_by"], json!([3]));
    assert_eq!(house.brief("--on 2023-05-20"), ["held settled null"]);
    let text = house.ledger("agenda --on 2023-05-15").fine().out;
    assert!(text.contains("overdue or settled"), "{text}");
    // Awaited is said of the order narrows the window.
    house.ledger("append d noted --on 2023-05-18 --key n").fine();
    house.ledger("amend @3 --set after=[\"n\"] --because better-source").fine();
    assert_eq!(house.brief("--on 2023-05-15"), ["held overdue 15", "noted planned null"][..1]);
}

#[test]
fn an_end_after_it_was_stated_makes_it_lapse() {
    let house = of(&[
        measure("d", "dialogue"),
        event("d", "launched", "2022-01-01", json!({})),
        expected("d", "held", "2023-09", "2023-04-01", "x"),
        event("d", "ended", "2023-05-10", json!({})),
        expected("d", "launched", "2024", "2023-05-10", "y"),
    ]);
    assert_eq!(house.brief("--on 2023-05-09"), ["held open null"][..0]);
    assert_eq!(house.brief("--on 2023-05-09 --within 1y"), ["held open null"]);
    assert_eq!(
        house.brief("--on 2023-05-10 --within 1y"),
        ["held lapsed null", "launched open null"]
    );
    // Long past, it is shown only where all is asked for.
    assert_eq!(house.brief("--on 2023-12-01"), ["launched open null"]);
    assert_eq!(house.brief("--on 2023-12-01 --all"), ["held lapsed null", "launched open null"]);
    // A later beginning does not bring it back.
    house.ledger("append d launched --on 2023-06-01").fine();
    assert_eq!(house.brief("--on 2023-07-01")[0], "held lapsed null");
    house.ledger("append d held --on 2023-07-02 --settles x").fine();
    assert_eq!(house.brief("--on 2023-07-02")[0], "held settled -61");
}

#[test]
fn an_uncertain_end_lapses_in_some_worlds() {
    let house = of(&[
        measure("d", "dialogue"),
        event("d", "launched", "2022-01-01", json!({})),
        expected("d", "held", "2023-04", "2023-04-01", "x"),
        event("d", "ended", "2023-05", json!({})),
    ]);
    let row = &house.agenda("--on 2023-05-10")[0];
    assert_eq!((&row["state"], &row["late_days"]), (&json!("overdue"), &json!(10)));
    assert_eq!(row["possible_states"], json!(["overdue", "lapsed"]));
    assert_eq!(house.brief("--on 2023-05-31"), ["held lapsed null"]);
}

#[test]
fn a_whole_ends_with_the_last_of_its_parts() {
    let part = |id: &str| json!({"record": "measure", "measure": id, "kind": "licensing-requirement", "part_of": "w"});
    let house = of(&[
        measure("w", "licensing-requirement"),
        part("w.a"),
        part("w.b"),
        event("w", "imposed", "2019-07-04", json!({})),
        event("w.a", "lifted", "2023-02-01", json!({})),
        expected("w", "eased", "2023-04", "2023-03-01", "x"),
        event("w.b", "lifted", "2023-05-10", json!({})),
    ]);
    assert_eq!(house.brief("w --on 2023-05-09"), ["eased overdue 9"]);
    assert_eq!(house.brief("w --on 2023-05-10"), ["eased lapsed null"]);
    // Awaited is expected of the whole concerns its parts.
    assert_eq!(house.brief("w.b --on 2023-05-10"), ["eased lapsed null"]);
}

#[test]
fn an_expectation_that_does_not_tell_when_it_was_stated_counts_at_any_time() {
    let house = of(&[
        measure("d", "dialogue"),
        event("d", "held", "2023-04", json!({"modality": "expected"})),
        event("d", "ended", "2022-01-01", json!({})),
    ]);
    let row = &house.agenda("--on 2023-03-01")[0];
    assert_eq!((&row["state"], &row["stated"]), (&json!("open"), &Value::Null));
    assert_eq!(house.brief("--on 2023-05-01"), ["held overdue 1"]);
}

#[test]
fn withdrawn_expectations_are_shown_only_with_all() {
    let house = House::demo();
    house.ledger("retract @162 --because entered-by-mistake").fine();
    assert_eq!(house.brief("--on 2023-05-01 --overdue"), [""; 0]);
    let rows = house.agenda("--on 2023-05-01 --all");
    let row = rows.iter().find(|row| row["record"] == 162).unwrap();
    assert_eq!(row["state"], "retracted");
}

#[test]
fn a_plan_that_slipped_is_overdue_until_its_settler_comes() {
    let house = of(&[
        measure("r", "regulation"),
        event(
            "r",
            "promulgated",
            "2023-01-01",
            json!({"key": "p", "then": [{"act": "entered-into-force", "effective": "2023-03-01"}]}),
        ),
        event("r", "entered-into-force", "2023-06-01", json!({"settles": ["p"]})),
    ]);
    assert_eq!(house.brief("--on 2023-02-01"), ["entered-into-force planned null"]);
    assert_eq!(house.brief("--on 2023-03-11"), ["entered-into-force overdue 10"]);
    assert_eq!(house.brief("--on 2023-06-01"), [""; 0]);
}

#[test]
fn an_old_agenda_never_changes() {
    let house = House::demo();
    let known = |words: &str| house.ledger(&format!("agenda --json {words}")).fine();
    let ask = "--on 2023-05-01 --known 2023-05-01";
    let before = known(ask);
    assert_eq!(before.json()["query"]["now"], Value::Null);
    assert_eq!(before.json()["query"]["from"], "2023-01-31");
    // Without the record of the launch it is overdue for ever.
    let row = &house.agenda("--on 2023-06-01 --known 2023-05-01 --overdue")[0];
    assert_eq!(row["late_days"], 32);
    house.ledger("retract @162 --because entered-by-mistake").fine();
    house.ledger("append kr-jp.gsomia noted --on 2024-01-01").fine();
    assert_eq!(known(ask), before);
    // Awaited is not public does not settle.
    let public = house
        .agenda("jp.export-control.kr-three-materials --on 2019-07-05 --public 2019-06-30 --all");
    assert_eq!(public[0]["state"], "open", "{public:?}");
}

#[test]
fn every_form_has_every_row() {
    let house = House::demo();
    let ask = "agenda --on 2019-12-01";
    let rows = house.ledger(&format!("{ask} --json")).json()["results"].clone();
    let count = rows.as_array().unwrap().len();
    assert_eq!(count, 4);
    let lines = house.ledger(&format!("{ask} --format jsonl")).fine().out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json!(lines), rows);
    let csv = house.ledger(&format!("{ask} --csv")).fine().out;
    assert!(csv.starts_with("record,measure,title,what,act,status,state,"), "{csv}");
    assert_eq!(csv.lines().count(), count + 1);
    let md = house.ledger(&format!("{ask} --format md")).fine().out;
    assert_eq!(md.lines().count(), count + 2);
    let text = house.ledger(ask).fine().out;
    assert!(text.starts_with("Agenda on 2019-12-01 · all 199 records\n"), "{text}");
    assert!(text.contains("since 2019-09-02, to come by 2020-02-29"), "{text}");
}

#[test]
fn rows_are_sorted_by_the_last_day_due() {
    let house = House::demo();
    let rows = house.agenda("--on 2023-05-01 --all");
    let days: Vec<String> = rows
        .iter()
        .map(|row| {
            let open = if row["due"].is_null() { "~~" } else { "~" };
            row["due"]["latest"].as_str().unwrap_or(open).to_owned()
        })
        .collect();
    assert!(days.is_sorted(), "{days:?}");
    assert!(days.len() >= 4, "{days:?}");
}

#[test]
fn filters_and_names_choose_the_measures() {
    let house = House::demo();
    assert_eq!(house.agenda("--on 2023-05-01 --kind dialogue").len(), 1);
    assert_eq!(house.agenda("--on 2023-05-01 --under kr-jp. --party KR").len(), 1);
    assert_eq!(house.agenda("--on 2023-05-01 --kind tariff"), [Value::Null; 0]);
    assert_eq!(house.agenda("jp.white-list.kr --on 2023-05-01").len(), 1);
}

#[test]
fn what_cannot_be_understood_is_refused_with_help() {
    let house = House::demo();
    let refused = |words: &str, code: i32, says: &str| {
        let answer = house.ledger(words);
        assert_eq!((answer.code, answer.out.as_str()), (code, ""), "{words}: {answer:?}");
        assert!(answer.err.contains(says), "{words}: {}", answer.err);
        for help in answer.help() {
            house.ledger(&help).fine();
        }
    };
    refused("agenda kr-jp.gsoima", 4, "did you mean `kr-jp.gsomia`?");
    refused("agenda --on 2023-05", 2, "first 2023-05-01");
    refused("agenda --within 90", 2, "write 90d");
    refused("agenda --within -3d", 2, "is not a distance");
    refused("agenda --kind treaty", 4, "no kind");
    refused("agenda --overdue --all", 2, "cannot be used with");
    let empty = House::empty();
    let answer = empty.ledger("agenda").fine();
    assert!(answer.out.contains("Nothing is due."), "{answer:?}");
    assert_eq!(empty.ledger("agenda --json").json()["results"], json!([]));
    assert_eq!(empty.ledger("agenda --csv").out.lines().count(), 1);
}
