//! Sources that differ on the attributes an event sets: shown, settled, opened again.

use serde_json::{Value, json};

use crate::house::House;

/// The rows of `conflicts --json`.
fn conflicts(house: &House, words: &str) -> Vec<Value> {
    let answer = house.ledger(&format!("conflicts --json {words}"));
    answer.json()["results"].as_array().unwrap().clone()
}

/// A tariff whose rate A and B give otherwise than the event, which has a scope besides.
fn tariff() -> House {
    let house = House::empty();
    house.ledger("measure add t --kind tariff").fine();
    house
        .ledger("append t imposed --on 2020-01-10 --set rate=10% --set scope=all -s A --says set.rate=15%")
        .fine();
    house.ledger("source add @2 -s B --says set.rate=15% --says set.floor=null").fine();
    house
}

fn attributes(house: &House) -> Value {
    house.state("t --at 2020-02-01")[0]["attributes"].clone()
}

#[test]
fn the_two_readings_of_the_easing_are_shown_and_change_no_answer() {
    let house = House::demo();
    let rows = conflicts(&house, "jp.export-control.kr-photoresist");
    assert_eq!(rows.len(), 1);
    let both = json!([
        {"value": "{}", "sources": []},
        {"value": r#"{"licence":"comprehensive"}"#, "sources": ["Yonhap"]},
        {"value": r#"{"licence":"individual","validity":"3 years"}"#,
         "sources": ["NHK (copied on bankr.cn)"]},
    ]);
    assert_eq!((&rows[0]["field"], &rows[0]["in_use"]), (&json!("set"), &json!("{}")));
    assert_eq!(rows[0]["sides"], both);
    let change = |row: &Value| [row["attribute"].clone(), row["from"].clone(), row["to"].clone()];
    let changes: Vec<_> = rows[0]["would_change"].as_array().unwrap().iter().map(change).collect();
    assert_eq!(
        changes,
        [
            [json!("licence"), json!(["null"]), json!(["comprehensive"])],
            [json!("licence"), json!(["null"]), json!(["individual"])],
            [json!("validity"), json!(["null"]), json!(["3 years"])],
        ]
    );
    let row = house.state("jp.export-control.kr-photoresist --at 2019-12-20")[0].clone();
    assert_eq!(
        (&row["status"], &row["flags"], &row["attributes"]),
        (&json!("in-force-eased"), &json!([]), &json!({}))
    );
    let text = house.ledger("conflicts jp.export-control.kr-photoresist").fine().out;
    for said in [
        "licence=individual; validity=3 years          NHK (copied on bankr.cn)",
        "With licence=comprehensive, jp.export-control.kr-photoresist licence on 2019-12-20: \
         comprehensive (now nothing)",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_settlement_decides_the_attributes_it_names_until_a_contrary_source_comes() {
    let house = tariff();
    let own = json!({"rate": "10%", "scope": "all"});
    assert_eq!(attributes(&house), own);
    let open = &conflicts(&house, "")[0];
    assert_eq!(open["in_use"], r#"{"rate":"10%"}"#);
    assert_eq!(open["sides"][1]["value"], r#"{"rate":"15%"}"#);
    assert_eq!(open["sides"][2]["value"], r#"{"floor":null,"rate":"15%"}"#);
    house
        .ledger("conflicts settle @2 --field set --value rate=15% --value floor=null --reason law")
        .fine();
    // What is not named stays, and nothing is taken for an attribute that was taken away.
    assert_eq!(attributes(&house), json!({"rate": "15%", "scope": "all"}));
    assert_eq!(conflicts(&house, ""), Vec::<Value>::new());
    let settled = &conflicts(&house, "--all")[0];
    assert_eq!((&settled["settled"], &settled["would_change"]), (&json!(4), &json!([])));
    assert_eq!(
        settled["sides"][0],
        json!({"value": r#"{"floor":null,"rate":"15%"}"#, "sources": ["B"]})
    );
    house.ledger("source add @2 -s C --says set.rate=12%").fine();
    let again = &conflicts(&house, "")[0];
    assert_eq!(again["sides"].as_array().unwrap().last().unwrap()["sources"], json!(["C"]));
    assert_eq!(again["would_change"][0]["from"], json!(["15%"]));
    house.ledger("retract @5 --because entered-by-mistake").fine();
    house.ledger("retract @4 --because entered-by-mistake").fine();
    assert_eq!(attributes(&house), own);
    assert_eq!(conflicts(&house, "")[0]["sides"], open["sides"]);
}

#[test]
fn of_several_settlements_the_last_that_stands_counts() {
    let house = tariff();
    house.ledger("conflicts settle @2 --field set --value rate=15% --reason law").fine();
    house.ledger("source add @2 -s C --says set.rate=12%").fine();
    house.ledger("conflicts settle @2 --field set --value rate=12% --reason court").fine();
    let settled = |house: &House| conflicts(house, "--all")[0]["settled"].clone();
    assert_eq!((settled(&house), &attributes(&house)["rate"]), (json!(6), &json!("12%")));
    house.ledger("retract @6 --because entered-by-mistake").fine();
    // C speaks after the first one, so that is open again.
    assert_eq!((settled(&house), &attributes(&house)["rate"]), (json!(null), &json!("15%")));
}

#[test]
fn the_command_that_is_offered_closes_the_conflict_as_it_stands() {
    for (house, measure) in [(tariff(), "t"), (House::demo(), "jp.export-control.kr-photoresist")] {
        let text = house.ledger(&format!("conflicts {measure}")).fine().out;
        let offered = text.lines().find_map(|line| line.trim().strip_prefix("Settle: ledger "));
        let words: Vec<&str> = offered.unwrap().split(' ').collect();
        let words: Vec<&str> = words.iter().map(|word| word.trim_matches('\'')).collect();
        let before = house.state(&format!("{measure} --at 2020-02-01"));
        house.run(&words, b"").fine();
        assert_eq!(house.state(&format!("{measure} --at 2020-02-01")), before);
        assert_eq!(conflicts(&house, measure), Vec::<Value>::new());
    }
}

#[test]
fn attributes_make_no_answer_contested() {
    let house = House::empty();
    house.ledger("measure add m --kind agreement").fine();
    // The source's day lies in the event's window, so that only its attribute contradicts.
    house
        .ledger(
            "append m signed --on 2020-01 -s A --says effective=2020-01-20 --says set.place=Seoul",
        )
        .fine();
    let row = &house.state("m --at 2020-01-10")[0];
    assert_eq!((&row["status"], &row["flags"]), (&json!("undetermined"), &json!([])));
    let why = house.ledger("explain m --at 2020-01-10 --json").fine().json();
    assert_eq!(why["results"][0]["contested"], json!([]));
    let turns = house.ledger("diff 2019-12-31 2020-02-01 --json").fine().json();
    let causes = turns["results"][0]["steps"].to_string();
    assert!(!causes.contains("contested"), "{causes}");
    // A source that differs in both contests, and is told in both.
    house.ledger("source add @2 -s B --says effective=2020-03-01 --says set.place=Tokyo").fine();
    assert_eq!(house.state("m --at 2020-01-10")[0]["flags"], json!(["contested"]));
    let fields: Vec<Value> =
        conflicts(&house, "").iter().map(|conflict| conflict["field"].clone()).collect();
    assert_eq!(fields, [json!("effective"), json!("set")]);
}

#[test]
fn every_verb_tells_what_a_source_says_of_attributes() {
    let house = tariff();
    let why = house.ledger("explain t --at 2020-02-01").fine().out;
    let outvoted = "A says set rate=15%, followed is rate=10%; not settled";
    assert!(why.contains(outvoted) && why.contains("says otherwise: set rate 15%"), "{why}");
    assert!(house.ledger("show @2").fine().out.contains("says otherwise: set rate 15%"));
    house.ledger("conflicts settle @2 --field set --value rate=15% --reason law").fine();
    let why = house.ledger("explain t --at 2020-02-01 --json").fine().json();
    let unused = why["results"][0]["not_used"].as_array().unwrap().clone();
    let wording = unused.iter().find(|row| row["what"] == "wording").unwrap();
    assert_eq!(wording["from"], json!({"rate": "10%", "scope": "all"}));
    assert_eq!(wording["to"], json!({"rate": "15%", "scope": "all"}));
    let export = house.export();
    assert!(export.contains(r#""says":{"set":{"rate":"15%"}}"#), "{export}");
    assert!(export.contains(r#""field":"set","value":{"rate":"15%"}"#), "{export}");
    let copy = House::empty();
    copy.file("all.jsonl", &export);
    copy.ledger("import all.jsonl").fine();
    assert_eq!(attributes(&copy), attributes(&house));
    assert_eq!(conflicts(&copy, "--all"), conflicts(&house, "--all"));
}

#[test]
fn attributes_that_can_be_none_are_refused() {
    let house = tariff();
    for (words, code, says) in [
        ("source add @2 -s C --says set.rate=[1]", 3, "names with a text"),
        ("source add @2 -s C --says set.=x", 3, "set.NAME"),
        ("source add @2 -s C --says rate=x", 3, "set.NAME"),
        ("conflicts settle @2 --field set --value 15%", 3, "expected a name, `=` and a value"),
        (r#"conflicts settle @2 --field set --value {"rate":[1]}"#, 3, "names with a text"),
        ("conflicts settle @2 --field set --value rate=1 --value rate=2", 2, "given twice"),
        ("conflicts settle @2 --field effective --value 2020 --value 2021", 2, "several `--value`"),
        ("conflicts settle @2 --field set", 2, "--value"),
    ] {
        let answer = house.ledger(words);
        assert!(answer.code == code && answer.err.contains(says), "{words}: {answer:?}");
        assert!(!answer.help().is_empty(), "{words}: {answer:?}");
    }
    let lines = r#"{"record":"settlement","of":"@2","field":"set","value":"15%"}"#;
    let answer = house.run(&["append", "-"], lines.as_bytes());
    assert!(answer.code == 3 && answer.err.contains("`value` of `set` must be"), "{answer:?}");
    assert_eq!(house.records(), 3);
}
