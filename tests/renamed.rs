//! Histories in which words changed: a measure that got another id, and a kind whose statuses are
//! called otherwise from some day on. What was asked before is answered as before, for ever.

use crate::house::House;
use serde_json::{Value, json};

/// Records with the days on which they were recorded, as an import brings them.
fn lines(records: &[(&str, Value)]) -> String {
    let line = |(day, record): &(&str, Value)| {
        let mut record = record.clone();
        record["recorded"] = json!(format!("{day}T09:00:00Z"));
        format!("{record}\n")
    };
    records.iter().map(line).collect()
}

fn event(key: &str, measure: &str, act: &str, day: &str) -> Value {
    json!({"record": "event", "key": key, "measure": measure, "act": act, "effective": day,
           "sources": [{"publisher": "Gazette", "published": day}]})
}

fn first() -> String {
    lines(&[
        (
            "2019-01-02",
            json!({"record": "measure", "measure": "jp.hs-2804", "title": "Fluoride",
                              "kind": "licensing-requirement", "parties": ["JP", "KR"]}),
        ),
        ("2019-07-04", event("imposed", "jp.hs-2804", "imposed", "2019-07-04")),
        ("2019-08-01", event("eased", "jp.hs-2804", "eased", "2019-08-01")),
    ])
}

fn second() -> String {
    lines(&[
        ("2020-01-10", json!({"record": "alias", "measure": "jp.fluoride", "of": "jp.hs-2804"})),
        ("2020-01-10", event("tightened", "jp.fluoride", "tightened", "2020-01-05")),
    ])
}

fn third() -> String {
    lines(&[
        ("2021-03-01", event("suspended", "jp.hs-2804", "suspended", "2021-02-01")),
        ("2021-03-02", event("lifted", "jp.fluoride", "lifted", "2021-03-01")),
    ])
}

fn import(house: &House, name: &str, lines: &str) -> (u64, u64) {
    let file = house.file(name, lines);
    let told = house.ledger(&format!("import {file} --json")).fine().json();
    let count = |key: &str| told["results"][0][key].as_u64().unwrap();
    (count("new"), count("already"))
}

const DAYS: [&str; 6] =
    ["2019-01-01", "2019-07-10", "2019-09-01", "2020-02-01", "2021-02-10", "2022-01-01"];

fn statuses(house: &House, measure: &str, more: &str) -> Vec<String> {
    let status = |day: &&str| {
        let rows = house.state(&format!("{measure} --at {day} {more}"));
        assert_eq!(rows.as_array().unwrap().len(), 1);
        rows[0]["status"].as_str().unwrap().to_owned()
    };
    DAYS.iter().map(status).collect()
}

#[test]
fn a_renamed_measure_is_found_by_each_of_its_ids_for_ever() {
    let house = House::simulated();
    assert_eq!(import(&house, "1.jsonl", &first()), (3, 0));
    let then = house.ledger("state jp.hs-2804 --at 2019-09-01 --known 2019-12-31 --json").fine();
    assert_eq!(import(&house, "2.jsonl", &second()), (2, 0));
    assert_eq!(import(&house, "3.jsonl", &third()), (2, 0));
    let now = statuses(&house, "jp.hs-2804", "");
    assert_eq!(
        now,
        ["not-imposed", "in-force", "in-force-eased", "in-force", "suspended", "lifted"]
    );
    assert_eq!(statuses(&house, "jp.fluoride", ""), now);
    for words in ["state", "explain", "timeline", "log", "diff 2019-01-01 2021-06-01", "agenda"] {
        let about = |id: &str| {
            let answer = house.ledger(&format!("{words} --json {id}"));
            let answer = if words.starts_with("diff") {
                house.ledger(&format!("{words} {id} --json"))
            } else {
                answer
            };
            answer.fine().json()["results"].clone()
        };
        assert_eq!(about("jp.hs-2804"), about("jp.fluoride"), "{words}");
    }
    // What is imported again, under whichever id, is recorded already.
    for (name, lines) in [("1.jsonl", first()), ("2.jsonl", second()), ("3.jsonl", third())] {
        assert_eq!(import(&house, name, &lines).0, 0, "{name}");
    }
    assert_eq!(house.records(), 7);
    // Before it was renamed it had one id, and that answers as it did.
    let known = "--known 2019-12-31";
    let again = house.ledger("state jp.hs-2804 --at 2019-09-01 --known 2019-12-31 --json").fine();
    assert_eq!(again.json()["results"], then.json()["results"]);
    assert_eq!(statuses(&house, "jp.hs-2804", known)[3..], ["in-force-eased"; 3]);
    let early = house.ledger(&format!("state jp.fluoride --at 2019-09-01 {known}"));
    assert_eq!(early.code, 4, "{early:?}");
    assert!(early.err.contains("`jp.fluoride` was not known yet"), "{early:?}");
}

#[test]
fn an_id_that_was_given_up_is_given_to_nothing_else() {
    let house = House::simulated();
    import(&house, "1.jsonl", &first());
    import(&house, "2.jsonl", &second());
    for id in ["jp.hs-2804", "jp.fluoride"] {
        let other = lines(&[(
            "2022-01-01",
            json!({"record": "measure", "measure": id, "kind": "tariff", "title": "Another"}),
        )]);
        house.file("other.jsonl", other);
        let answer = house.ledger("import other.jsonl");
        assert_eq!((answer.code, house.records()), (3, 5), "{id}: {answer:?}");
    }
}

#[test]
fn a_ledger_with_a_renamed_measure_goes_out_and_in_again() {
    let house = House::simulated();
    for (name, lines) in [("1.jsonl", first()), ("2.jsonl", second()), ("3.jsonl", third())] {
        import(&house, name, &lines);
    }
    house.ledger("rebuild").fine();
    let copy = House::simulated();
    copy.file("all.jsonl", house.export());
    copy.ledger("import all.jsonl").fine();
    for id in ["jp.hs-2804", "jp.fluoride"] {
        assert_eq!(statuses(&copy, id, ""), statuses(&house, id, ""));
    }
    let known = "--known 2020-06-01";
    assert_eq!(statuses(&copy, "jp.fluoride", known), statuses(&house, "jp.hs-2804", known));
}

/// `eased` gives another status from now on, and one is called otherwise.
fn renamed_words() -> Value {
    json!({
        "statuses": {"relaxed": {"label": "relaxed", "standing": "active"},
                     "suspended": {"label": "on hold"}},
        "acts": {"eased": {"to": "relaxed"}},
    })
}

#[test]
fn a_new_definition_changes_the_words_of_every_measure_of_a_kind_from_then_on() {
    let by_line = House::simulated();
    import(&by_line, "1.jsonl", &first());
    let definition = json!({"record": "kind", "kind": "licensing-requirement",
        "definition": renamed_words(), "note": "as the gazette calls it"});
    assert_eq!(import(&by_line, "k.jsonl", &lines(&[("2021-01-01", definition.clone())])), (1, 0));
    import(&by_line, "3.jsonl", &third().replace("jp.fluoride", "jp.hs-2804"));
    // The same by the command.
    let by_command = House::simulated();
    import(&by_command, "1.jsonl", &first());
    by_command.file("words.json", renamed_words().to_string());
    let define = "kind define licensing-requirement words.json --now 2021-01-01T09:00:00Z";
    by_command.ledger(define).fine();
    import(&by_command, "3.jsonl", &third().replace("jp.fluoride", "jp.hs-2804"));
    for house in [&by_line, &by_command] {
        for _ in 0..2 {
            assert_eq!(
                statuses(house, "jp.hs-2804", ""),
                ["not-imposed", "in-force", "relaxed", "relaxed", "suspended", "lifted"]
            );
            let before = statuses(house, "jp.hs-2804", "--known 2020-12-31");
            assert_eq!(before[2..4], ["in-force-eased", "in-force-eased"]);
            let text = house.ledger("state --at 2021-02-10").fine().out;
            assert!(text.contains("on hold"), "{text}");
            let all = house.state("--at 2019-09-01");
            assert_eq!(all[0]["status"], "relaxed");
            let all = house.state("--at 2019-09-01 --known 2020-12-31");
            assert_eq!(all[0]["status"], "in-force-eased");
            // What was worked out beforehand says the same when it is made anew.
            house.ledger("rebuild").fine();
        }
        // What was recorded is as it was: only what it means was said anew.
        let export = house.export();
        assert_eq!(export.matches(r#""act":"eased""#).count(), 1);
        let changed = house.ledger("diff --learned 2020-12-31..2021-01-02 --at 2019-09-01 --json");
        let changed = changed.fine().json()["results"].clone();
        assert_eq!(changed[0]["measure"], "jp.hs-2804", "{changed}");
    }
    // Saying it again is nothing new.
    assert_eq!(import(&by_line, "k.jsonl", &lines(&[("2021-01-01", definition)])), (0, 1));
}
