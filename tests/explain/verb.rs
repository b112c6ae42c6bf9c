//! The verb by itself: the demo, every form, what is wrong.

use serde_json::{Value, json};

use crate::house::House;

fn row(house: &House, words: &str) -> Value {
    let answer = house.ledger(&format!("explain --json {words}")).fine().json();
    assert_eq!(answer["schema"], "policy-ledger/explain/1");
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    answer["results"][0].clone()
}

/// The records of some rows, with their roles or reasons.
fn named(rows: &Value, word: &str) -> Vec<(u64, String)> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (row["record"].as_u64().unwrap(), row[word].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn the_notice_is_used_and_its_suspension_was_not_known() {
    let house = House::demo();
    let words = "kr-jp.gsomia --at 2019-12-01 --known 2019-11-01";
    let row = row(&house, words);
    let used = named(&row["used"], "role");
    assert!(used.contains(&(57, "changed-the-status".to_owned())), "{used:?}");
    assert!(used.contains(&(57, "began-the-status".to_owned())), "{used:?}");
    let not_used = row["not_used"].as_array().unwrap();
    let suspension = not_used.iter().find(|row| row["record"] == 81).unwrap();
    assert_eq!(suspension["reason"], "not-yet-known");
    assert_eq!(suspension["text"], "recorded after 2019-11-01");
    assert_eq!(row["rule"]["word"], "plan-took-effect");
    assert_eq!(row["with_everything"]["status"], "in-force-notice-suspended");
    assert_eq!(row["answer"], house.state(words)[0]);
    let text = house.ledger(&format!("explain {words}")).fine().out;
    for line in [
        "Status on 2019-12-01 · AS KNOWN ON 2019-11-01 · 75 of 199 records",
        "        https://www.nippon.com/ja/news/yjj2019082301028/",
        "@81 termination-notice-suspended: recorded after 2019-11-01",
        "With everything recorded: \"in force, notice suspended\" (@81, recorded 2019-11-22).",
        "One in full:  ledger show @57 --known 2019-11-01",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_plan_says_who_cancelled_it_and_a_value_who_settled_it() {
    let house = House::demo();
    let gsomia = row(&house, "kr-jp.gsomia --at 2020-01-01");
    let not_used = gsomia["not_used"].as_array().unwrap();
    let plan = not_used.iter().find(|row| row["record"] == 57 && row["what"] == "plan").unwrap();
    assert_eq!((&plan["reason"], &plan["by"]), (&json!("cancelled"), &json!([81])));
    assert_eq!(gsomia["with_everything"], Value::Null);
    let list = row(&house, "jp.white-list.kr --at 2020-01-01");
    let not_used = list["not_used"].as_array().unwrap();
    let side = not_used.iter().find(|row| row["what"] == "source").unwrap();
    assert_eq!((&side["record"], &side["of"], &side["by"]), (&json!(73), &json!(59), &json!([75])));
    assert_eq!((&side["field"], &side["from"]), (&json!("effective"), &json!("2019-08-07")));
}

#[test]
fn a_whole_names_what_its_parts_rest_on() {
    let house = House::demo();
    let row = row(&house, "jp.export-control.kr-three-materials --at 2020-01-01");
    assert_eq!(row["rule"]["word"], "mixed-whole");
    let used = named(&row["used"], "role");
    for record in [38, 99] {
        assert!(used.contains(&(record, "began-the-status".to_owned())), "{used:?}");
    }
    let not_used = named(&row["not_used"], "reason");
    assert!(not_used.contains(&(37, "expectation".to_owned())), "{not_used:?}");
    assert!(not_used.contains(&(35, "replaced".to_owned())), "{not_used:?}");
}

#[test]
fn the_articles_alone_leave_a_day_open_and_contested() {
    let house = House::simulated();
    let articles = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/articles.jsonl");
    house.run(&["import", articles], b"").fine();
    let control = row(&house, "jp.export-control.kr-three-materials --at 2019-07-05");
    assert_eq!(control["rule"]["word"], "dates-overlap");
    let on = &control["deciding"][0]["on"];
    assert_eq!(control["deciding"].as_array().unwrap().len(), 1);
    assert_eq!(on[0], json!({"day": "2019-07-01", "possible": ["in-force"]}));
    assert_eq!(on[3], json!({"day": "2019-07-10", "possible": ["not-imposed"]}));
    let pact = row(&house, "kr-jp.gsomia --at 2019-07-05");
    assert_eq!(pact["contested"][0]["fields"], json!(["act"]));
    assert!(pact["contested"][0]["source"]["quote"] == "shelved in 2019", "{}", pact["contested"]);
    let text = house.ledger("why kr-jp.gsomia --at 2019-07-05").fine().out;
    for heading in
        ["What decides\n", "One source alone would change it\n", "Said, and not followed\n"]
    {
        assert!(text.contains(heading), "{text}");
    }
}

#[test]
fn every_form_of_it_says_the_same() {
    let house = House::demo();
    let words = "kr-jp.gsomia --at 2019-12-01 --known 2019-11-01";
    let row = row(&house, words);
    let rows = row["used"].as_array().unwrap().len() + row["not_used"].as_array().unwrap().len();
    let csv = house.ledger(&format!("explain --csv {words}")).fine().out;
    assert_eq!(csv.lines().count(), rows + 1, "{csv}");
    let header = "used,record,what,place,measure,act,effective,effective_earliest,effective_latest,\
                  role,reason,by,field,from,to,text";
    assert_eq!(csv.lines().next(), Some(header));
    assert!(csv.contains("\r\ntrue,57,plan,0,kr-jp.gsomia,terminated,"), "{csv}");
    let cells = |line: &str| line.matches(" | ").count();
    let markdown = house.ledger(&format!("explain --format md {words}")).fine().out;
    assert!(markdown.lines().skip(2).all(|line| cells(line) == 15), "{markdown}");
    let lines = house.ledger(&format!("explain --format jsonl {words}")).fine().out;
    assert_eq!(serde_json::from_str::<Value>(&lines).unwrap(), row);
}

#[test]
fn the_part_that_rests_on_what_was_known_stays_for_ever() {
    let house = House::demo();
    let words = "kr-jp.gsomia --at 2019-12-01 --known 2019-11-01";
    let before = house.ledger(&format!("explain --json {words}")).fine().json();
    house.ledger("append kr-jp.gsomia restored --on 2019-11-25 -s A --now 2024-05-02").fine();
    house.ledger("retract @57 --because test --now 2024-05-02").fine();
    let after = house.ledger(&format!("explain --json {words}")).fine().json();
    for key in ["query", "ledger", "notes"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    let (before, after) = (&before["results"][0], &after["results"][0]);
    for key in ["answer", "used", "rule", "deciding", "contested"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    let known = |row: &&Value| row["reason"] != "not-yet-known";
    let told = |row: &Value| {
        let rows = row["not_used"].as_array().unwrap().iter().filter(known);
        rows.cloned().collect::<Vec<_>>()
    };
    assert_eq!(told(before), told(after));
    assert_ne!(before["with_everything"], after["with_everything"]);
}

#[test]
fn any_id_of_a_measure_and_no_other() {
    let house = House::demo();
    house.ledger("measure alias gsomia kr-jp.gsomia --now 2024-05-02").fine();
    let words = "--at 2019-12-01";
    assert_eq!(
        row(&house, &format!("gsomia {words}")),
        row(&house, &format!("kr-jp.gsomia {words}"))
    );
    let wrong = house.ledger("explain kr-jp.gsoima");
    assert_eq!((wrong.code, wrong.out.as_str()), (4, ""));
    assert!(wrong.err.contains("did you mean `kr-jp.gsomia`?"), "{}", wrong.err);
    for help in wrong.help() {
        house.ledger(&help).fine();
    }
    assert_eq!(house.ledger("explain").code, 2);
    assert_eq!(house.ledger("explain gsomia jp.white-list.kr").code, 2);
    assert_eq!(house.ledger("explain gsomia --at 2020-01").code, 2);
    assert_eq!(house.ledger("explain gsomia --as-of 2020-01-01").code, 2);
    assert_eq!(House::empty().ledger("explain gsomia").code, 4);
    let unknown = house.ledger("explain kr-jp.gsomia --known @3");
    assert_eq!(unknown.code, 4, "{unknown:?}");
}

#[test]
fn what_state_offers_is_the_explanation() {
    let house = House::demo();
    for words in [
        "state kr-jp.gsomia --at 2019-12-01",
        "state kr-jp.gsomia --at 2019-12-01 --known 2019-11-01 --public 2019-11-01",
        "state ipef --at 2004-01-01",
    ] {
        let text = house.ledger(words).fine().out;
        let offered = text.lines().find_map(|line| line.strip_prefix("Why?  ledger ")).unwrap();
        assert!(offered.starts_with("explain "), "{text}");
        let told = house.ledger(offered).fine().out;
        assert_eq!(told.lines().next(), text.lines().next());
    }
}

#[test]
fn nothing_in_it_acts_on_the_terminal() {
    let house = House::empty();
    let evil = "\u{1b}[31mred\u{202e}\u{7}\nline";
    let records = [
        json!({"record": "measure", "measure": "evil", "kind": "plain", "title": evil}),
        json!({"record": "event", "measure": "evil", "act": "set", "status": evil,
               "effective": "2020", "set": {"rate": evil}, "sources": [
                {"publisher": evil, "title": evil, "url": evil, "quote": evil},
                {"publisher": evil, "says": {"effective": "2021"}}]}),
        json!({"record": "amendment", "of": "@2", "set": {"note": evil}, "because": "typo",
               "reason": evil}),
    ];
    let lines: Vec<String> = records.iter().map(|record| format!("{record}\n")).collect();
    house.run(&["append", "-"], lines.concat().as_bytes()).fine();
    for words in ["explain evil --at 2020-06-01", "explain evil --at 2020-06-01 --format md"] {
        let text = house.ledger(words).fine().out;
        let acts = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(text.contains("red") && !text.contains(acts), "{text:?}");
    }
}
