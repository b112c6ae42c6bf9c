//! Our knowledge about a day changed.

use serde_json::{Value, json};

use super::{causes, row, rows, told, turn};
use crate::house::House;

const GSOMIA: &str = "--learned 2019-11-01..2019-12-31 --at 2019-12-01 kr-jp.gsomia";

#[test]
fn one_day_two_answers_and_why() {
    let house = House::demo();
    let found = row(&house, GSOMIA);
    assert_eq!(turn(&found), "changed terminated -> in-force-notice-suspended");
    assert_eq!(found["from"]["flags"], json!(["unconfirmed"]));
    assert_eq!(causes(&found), ["@81 world-event termination-notice-suspended 2019-11-22"]);
    assert_eq!(found["because"], json!([81]));
    let text = house.ledger(&format!("diff {GSOMIA}")).fine().out;
    for words in [
        "What we learned about 2019-12-01: from 2019-11-01 to 2019-12-31 · 75 and 102 of 199",
        "  terminated (planned, unconfirmed) → in force, notice suspended\n",
        "    2019-11-22  @81 world event: termination-notice-suspended on 2019-11-22\n",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn it_is_state_against_state() {
    let house = House::demo();
    for (from, to, at, public) in [
        ("2019-07-31", "2019-12-31", "2019-12-31", ""),
        ("@40", "@120", "2019-09-12", ""),
        ("@59", "@190", "2023-05-01", "--public 2023-03-31"),
    ] {
        let state = |known: &str| {
            let rows = house.state(&format!("--at {at} --known {known} {public}"));
            rows.as_array().unwrap().clone()
        };
        let (before, after) = (state(from), state(to));
        let changes = rows(&house, &format!("--learned {from}..{to} --at {at} {public}"));
        let of = |rows: &[Value], id: &Value| {
            rows.iter().find(|row| row["measure"] == *id).cloned().unwrap_or_default()
        };
        let mut seen = 0;
        for row in &after {
            let id = &row["measure"];
            let change = changes.iter().find(|change| change["measure"] == *id);
            let change = change.filter(|change| change["change"] == "changed");
            let was = of(&before, id);
            let differs = ["status", "possible", "flags", "attributes", "parts"]
                .iter()
                .any(|key| was[key] != row[key]);
            assert_eq!(differs, change.is_some(), "{id} {from}..{to}");
            if let Some(change) = change {
                assert_eq!((&change["from"], &change["to"]), (&was, row), "{id}");
                seen += 1;
            }
        }
        assert!(seen > 3);
    }
}

/// A ledger in which on 2020-06-01 this much is known, and something more is told on 2020-07-01.
fn then(lines: &[&str]) -> House {
    let mut all = vec![
        r#"{"record":"measure","measure":"m","kind":"list-membership","recorded":"2020-06-01T12:00:00Z"}"#,
        r#"{"record":"event","key":"in","measure":"m","act":"listed","effective":"2020-05-01","recorded":"2020-06-01T12:00:00Z","sources":[{"publisher":"x","published":"2020-05-02"}]}"#,
    ];
    all.extend(lines);
    told(&all)
}

const LEARNED: &str = "--learned 2020-06-15..2020-07-31 --at 2020-08-01";

#[track_caller]
fn the_cause(lines: &[&str], turned: &str, cause: &str) {
    let house = then(lines);
    let found = row(&house, LEARNED);
    assert_eq!((turn(&found).as_str(), causes(&found)), (turned, vec![cause.to_owned()]));
}

#[test]
fn a_development_and_a_late_fact() {
    the_cause(
        &[
            r#"{"record":"event","measure":"m","act":"removed","effective":"2020-06-16","recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed listed -> removed",
        "@3 world-event removed 2020-07-01",
    );
    the_cause(
        &[
            r#"{"record":"event","measure":"m","act":"removed","effective":"2020-06-15","recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed listed -> removed",
        "@3 late-fact removed 2020-07-01",
    );
    the_cause(
        &[
            r#"{"record":"event","measure":"m","act":"removed","effective":"2020-06","recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed listed -> removed",
        "@3 late-fact removed 2020-07-01",
    );
}

#[test]
fn corrections_by_their_word() {
    let amend = |because: &str| {
        format!(
            r#"{{"record":"amendment","of":"in","set":{{"act":"removed"}},"because":"{because}","recorded":"2020-07-01T12:00:00Z"}}"#
        )
    };
    let retract = |because: &str| {
        format!(
            r#"{{"record":"retraction","of":"in","because":"{because}","recorded":"2020-07-01T12:00:00Z"}}"#
        )
    };
    for (line, sort) in [
        (amend("better-source"), "corrected-source better-source"),
        (amend("typo"), "own-mistake typo"),
        (amend("no-word-of-ours"), "own-mistake no-word-of-ours"),
    ] {
        let cause = format!("@3 {sort} 2020-07-01");
        the_cause(&[&line], "changed listed -> removed", &cause);
    }
    for (line, sort) in [
        (retract("source-withdrawn"), "corrected-source source-withdrawn"),
        (retract("entered-by-mistake"), "own-mistake entered-by-mistake"),
        (retract("out-of-scope"), "retraction out-of-scope"),
    ] {
        let cause = format!("@3 {sort} 2020-07-01");
        the_cause(&[&line], "changed listed -> not-listed", &cause);
    }
}

#[test]
fn evidence_settlements_declarations_and_kinds() {
    the_cause(
        &[
            r#"{"record":"source","of":"in","source":{"publisher":"y","published":"2020-06-20","stance":"denies"},"recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed listed -> listed",
        "@3 new-source source 2020-07-01",
    );
    the_cause(
        &[
            r#"{"record":"settlement","of":"in","field":"occurred","value":false,"reason":"r","recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed listed -> not-listed",
        "@3 settlement settlement 2020-07-01",
    );
    the_cause(
        &[
            r#"{"record":"measure","measure":"n","kind":"list-membership","recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed - -> not-listed",
        "@3 declared measure 2020-07-01",
    );
    the_cause(
        &[
            r#"{"record":"kind","kind":"list-membership","definition":{"statuses":{"listed":{"label":"on the list","standing":"active"}}},"recorded":"2020-07-01T12:00:00Z"}"#,
        ],
        "changed listed -> listed",
        "@3 kind-definition kind 2020-07-01",
    );
    let of_a_part = r#"{"record":"measure","measure":"m.1","kind":"list-membership","part_of":"m","initial":{"status":"removed"},"recorded":"2020-07-01T12:00:00Z"}"#;
    let later = r#"{"record":"event","measure":"m.1","act":"removed","effective":"2020-06-20","recorded":"2020-07-01T12:00:00Z"}"#;
    let rows = rows(&then(&[of_a_part, later]), LEARNED);
    assert_eq!(turn(&rows[0]), "changed listed -> removed");
    assert_eq!(
        causes(&rows[0]),
        ["@4 world-event removed 2020-07-01"],
        "the part alone changed nothing"
    );
    assert_eq!(turn(&rows[1]), "changed - -> removed");
}

/// Entered on one day and withdrawn on another, then withdrawn and back again in one batch.
fn back_and_forth() -> House {
    then(&[
        r#"{"record":"event","key":"out","measure":"m","act":"removed","effective":"2020-05-20","recorded":"2020-07-01T12:00:00Z"}"#,
        r#"{"record":"retraction","of":"out","because":"entered-by-mistake","recorded":"2020-07-02T12:00:00Z"}"#,
        r#"{"record":"event","key":"again","measure":"m","act":"removed","effective":"2020-05-21","recorded":"2020-07-03T12:00:00Z"}"#,
        r#"{"record":"retraction","of":"again","because":"entered-by-mistake","recorded":"2020-07-03T12:00:00Z"}"#,
    ])
}

#[test]
fn learned_and_unlearned_is_told_apart() {
    let house = back_and_forth();
    let found = row(&house, LEARNED);
    assert_eq!(turn(&found), "changed-back listed -> listed");
    let expected =
        ["@3 late-fact removed 2020-07-01", "@4 own-mistake entered-by-mistake 2020-07-02"];
    assert_eq!(causes(&found), expected);
    assert!(rows(&house, "--learned 2020-07-02.. --at 2020-08-01").is_empty(), "within a batch");
    let inside = row(&house, "--learned @4..@5 --at 2020-08-01");
    assert_eq!(causes(&inside), ["@5 late-fact removed 2020-07-03"]);
    let rest = row(&house, "--learned @5.. --at 2020-08-01");
    assert_eq!(turn(&rest), "changed removed -> listed");
}

#[test]
fn what_led_nowhere_in_a_batch_is_no_cause() {
    let house = told(&[
        r#"{"record":"measure","measure":"m","kind":"list-membership"}"#,
        r#"{"record":"event","key":"out","measure":"m","act":"removed","effective":"2020-05-20"}"#,
        r#"{"record":"retraction","of":"out","because":"entered-by-mistake"}"#,
        r#"{"record":"event","measure":"m","act":"listed","effective":"2020-05-21"}"#,
    ]);
    let found = row(&house, "--learned .. --at 2020-08-01");
    let numbers: Vec<&Value> =
        found["cause"].as_array().unwrap().iter().map(|cause| &cause["record"]).collect();
    assert_eq!(numbers, [1, 4]);
    assert_eq!(found["steps"].as_array().unwrap().len(), 1);
}

#[test]
fn a_measure_that_was_withdrawn() {
    let house = then(&[
        r#"{"record":"retraction","of":"@1","because":"out-of-scope","recorded":"2020-07-01T12:00:00Z"}"#,
        r#"{"record":"measure","key":"k","measure":"n","kind":"list-membership","recorded":"2020-07-02T12:00:00Z"}"#,
        r#"{"record":"retraction","of":"k","because":"typo","recorded":"2020-07-03T12:00:00Z"}"#,
    ]);
    let gone = row(&house, &format!("{LEARNED} m"));
    assert_eq!(turn(&gone), "changed listed -> -");
    assert_eq!(gone["to"], Value::Null);
    let back = row(&house, &format!("{LEARNED} n"));
    assert_eq!(turn(&back), "changed-back - -> -");
    let text = house.ledger(&format!("diff {LEARNED}")).fine().out;
    assert!(text.contains("listed → not tracked\n"), "{text}");
    assert!(text.contains("not tracked: changed and changed back\n"), "{text}");
    let before = house.ledger("diff --learned 2020-07-02.. --at 2020-08-01 m");
    assert_eq!(before.code, 4, "{before:?}");
}

#[test]
fn what_was_public_counts_at_both_ends() {
    let house = then(&[
        r#"{"record":"event","measure":"m","act":"removed","effective":"2020-06-16","recorded":"2020-07-01T12:00:00Z","sources":[{"publisher":"x","published":"2020-06-20"}]}"#,
    ]);
    assert!(rows(&house, &format!("{LEARNED} --public 2020-06-19")).is_empty());
    let found = row(&house, &format!("{LEARNED} --public 2020-06-20"));
    assert_eq!(turn(&found), "changed listed -> removed");
    let nothing = house.ledger(&format!("diff {LEARNED} --public 2020-06-19 --json")).fine().json();
    assert!(nothing["notes"][0].as_str().unwrap().starts_with("1 events left out"), "{nothing}");
}

#[test]
fn the_past_of_our_knowledge_does_not_change() {
    let house = House::demo();
    let words = format!("diff {GSOMIA} --json");
    let before = house.ledger(&words).fine().out;
    assert_eq!(before, house.ledger(&format!("{words} --now 2030-01-01")).fine().out);
    house.ledger("retract gsomia-notice-suspended-2019-11-22 --because entered-by-mistake").fine();
    assert_eq!(before, house.ledger(&words).fine().out);
    let json = house.ledger(&words).json();
    assert_eq!((&json["query"]["now"], &json["ledger"]["records"]), (&Value::Null, &102.into()));
    assert_eq!(json["query"]["learned"]["from_records"], 75);
}
