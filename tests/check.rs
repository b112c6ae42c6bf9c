//! `ledger check`: each rule fires where it should, and only there.

#![allow(clippy::needless_pass_by_value, reason = "records are written in place")]

mod firing;

use policy_ledger::answer::{Filter, Finding, RULES, check};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{Answer, House};
use firing::{event, firing, measure};

/// The day on which all is looked at, unless a test says another.
const ON: &str = "2024-01-01";

/// These records, all recorded on the day before.
fn of(records: &[Value]) -> Vec<Entry> {
    let entry = |(seq, record): (u64, &Value)| {
        let draft = record::read(record.as_object().unwrap()).unwrap();
        let id = Uuid::from_u128(u128::from(seq));
        let recorded = "2023-12-31T12:00:00Z".parse().unwrap();
        Entry { seq, id, recorded, by: None, key: draft.key, record: draft.record }
    };
    (1..).zip(records).map(entry).collect()
}

fn findings_on(entries: &[Entry], on: &str) -> Vec<Finding> {
    let history = History::of(entries, None);
    check(&history, entries, &Filter::default(), on.parse().unwrap())
}

fn findings(entries: &[Entry]) -> Vec<Finding> {
    findings_on(entries, ON)
}

/// `rule [records]` of each finding.
fn brief(entries: &[Entry]) -> Vec<String> {
    findings(entries).iter().map(|it| format!("{} {:?}", it.rule, it.records)).collect()
}

impl House {
    fn check(&self, words: &str) -> Answer {
        self.ledger(&format!("check --json --on {ON} {words}"))
    }
}

#[test]
fn each_rule_fires_with_its_level_and_its_records_and_brings_no_other() {
    for rule in RULES {
        let (records, about) = firing(rule.name);
        let found = findings(&of(&records));
        assert_eq!(found.len(), 1, "{}: {found:?}", rule.name);
        let Finding { rule: name, level, measure, records, .. } = &found[0];
        assert_eq!((*name, *level, measure.as_str()), (rule.name, rule.level, "m"));
        assert_eq!(*records, about, "{found:?}");
    }
}

#[test]
fn errors_alone_make_it_exit_1_and_warnings_where_strict() {
    for (rule, level, codes) in [
        ("inconsistent", "error", [1, 1]),
        ("record-order", "warning", [0, 1]),
        ("possible-duplicate", "note", [0, 0]),
    ] {
        let house = House::simulated();
        let (records, about) = firing(rule);
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        house.file("records.jsonl", lines.join("\n"));
        house.ledger("import records.jsonl").fine();
        let answers = [house.check(""), house.check("--strict")];
        assert_eq!(answers.each_ref().map(|answer| answer.code), codes, "{rule}");
        let row = &answers[0].json()["results"][0];
        assert_eq!((&row["rule"], &row["level"]), (&json!(rule), &json!(level)));
        assert_eq!(row["records"], json!(about));
        let text = house.ledger(&format!("check --on {ON}")).out;
        assert!(text.contains(&format!("{level}: {rule}\n  @{}", about[0])), "{text}");
    }
}

#[test]
fn every_rule_is_in_the_page_with_its_level() {
    let page = include_str!("../docs/check.md");
    for rule in RULES {
        let level = serde_json::to_value(rule.level).unwrap();
        let row = format!("| `{}` | {} |", rule.name, level.as_str().unwrap());
        assert!(page.contains(&row), "docs/check.md has no row {row}");
    }
}

#[test]
fn the_worked_examples_have_no_error_and_few_warnings() {
    let house = House::demo();
    let brief = |house: &House| -> Vec<String> {
        let brief = |it: &Value| format!("{} {}", it["rule"].as_str().unwrap(), it["records"]);
        let answer = house.check("").fine().json();
        answer["results"].as_array().unwrap().iter().map(brief).collect()
    };
    assert_eq!(brief(&house), ["no-source [16]", "reported-ahead [117]"]);
    let articles = House::simulated();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/articles.jsonl");
    articles.run(&["import", path], b"").fine();
    // The articles do not tell of the notice that was suspended.
    assert_eq!(brief(&articles), ["impossible-transition [21]"]);
}

// What must not cry wolf

#[test]
fn a_step_that_some_world_or_some_part_allows_is_not_told() {
    let list = |events: &[Value]| {
        let mut records = vec![measure("m", "list-membership")];
        records.extend(events.iter().cloned());
        brief(&of(&records))
    };
    let happy = [
        event("m", "listed", "2019-01-01", json!({})),
        event("m", "removed", "2019", json!({})),
        event("m", "relisted", "2019-06-01", json!({})),
    ];
    assert_eq!(list(&happy), [""; 0]);
    // A removal the day after its plan says that the plan came.
    let then = json!({"then": [{"act": "removed", "effective": "2020-01-01"}]});
    let confirmed =
        [event("m", "listed", "2019-01-01", then), event("m", "removed", "2020-01-02", json!({}))];
    assert_eq!(list(&confirmed), [""; 0]);
    let part = |id: &str| json!({"record": "measure", "measure": id, "kind": "list-membership", "part_of": "m"});
    let parts = |second: &str| {
        let removed = |id: &str, day: &str| event(id, "removed", day, json!({}));
        [
            part("m.a"),
            part("m.b"),
            event("m", "listed", "2019-01-01", json!({})),
            removed("m.a", "2020-01-01"),
            removed("m.b", second),
            event("m", "removed", "2021-01-01", json!({})),
        ]
    };
    assert_eq!(list(&parts("2022-01-01")), ["impossible-transition [6]"]);
    assert_eq!(list(&parts("2020-02-01")), ["impossible-transition [7]"]);
}

#[test]
fn an_act_that_changes_nothing_is_judged_too() {
    let records = |day: &str| {
        brief(&of(&[
            measure("m", "agreement"),
            event("m", "signed", "2019-01-01", json!({})),
            event("m", "entered-into-force", "2019-02-01", json!({})),
            event("m", "termination-announced", day, json!({})),
        ]))
    };
    assert_eq!(records("2019-01-15"), ["impossible-transition [4]"]);
    assert_eq!(records("2019-02-15"), [""; 0]);
    // In a window that reaches over the day it came into force, it can be.
    assert_eq!(records("2019"), [""; 0]);
    assert_eq!(records("2019-01"), ["impossible-transition [4]"]);
}

#[test]
fn a_missing_beginning_is_named() {
    let house =
        of(&[measure("m", "list-membership"), event("m", "removed", "2019-01-01", json!({}))]);
    let message = findings(&house)[0].message.clone();
    assert_eq!(
        message,
        "`removed` on 2019-01-01 makes sense from `listed`, but found `not-listed`: is something \
         before it missing, or the measure's `initial`?"
    );
}

#[test]
fn order_is_told_only_where_nothing_says_it_and_it_matters() {
    let tariff = |first: Value, second: Value| {
        brief(&of(&[
            measure("m", "tariff"),
            event("m", "imposed", "2019-01-01", json!({"set": {"rate": "5 %"}})),
            event("m", "increased", "2020-01-01", first),
            event("m", "increased", "2020-01-01", second),
        ]))
    };
    let rate = |rate: &str| json!({"set": {"rate": rate}});
    assert_eq!(tariff(rate("10 %"), rate("20 %")), ["record-order [3, 4]"]);
    let first = json!({"key": "a", "set": {"rate": "10 %"}});
    let second = json!({"after": ["a"], "set": {"rate": "20 %"}});
    assert_eq!(tariff(first, second), [""; 0]);
    // Other attributes do not rival.
    assert_eq!(tariff(json!({"set": {"a": "1"}}), json!({"set": {"b": "1"}})), [""; 0]);
    assert_eq!(tariff(rate("10 %"), rate("10 %")), ["duplicate [3, 4]"]);
    let at = |time: &str, rate: &str| {
        let on = format!("2020-01-01T{time}+09:00");
        json!({"effective": on, "set": {"rate": rate}})
    };
    assert_eq!(tariff(at("10:00", "10 %"), at("12:00", "20 %")), [""; 0]);
    // A plan that one of them makes and the other replaces.
    let plan = json!({"then": [{"act": "increased", "effective": "2020-06-01"}]});
    assert_eq!(
        tariff(plan, json!({"actors": ["US"]})),
        ["record-order [3, 4]", "duplicate [3, 4]"]
    );
}

#[test]
fn what_tells_two_events_apart_makes_them_no_duplicates() {
    let pair = |act: &str, first: Value, second: Value| {
        brief(&of(&[
            measure("m", "regulation"),
            event("m", "entered-into-force", "2019-01-01", json!({})),
            event("m", act, "2020-01-01", first),
            event("m", act, "2020-01-01", second),
        ]))
    };
    let none = || json!({});
    assert_eq!(pair("amended", none(), none()), ["duplicate [3, 4]"]);
    let by = |actor: &str| json!({"actors": [actor]});
    assert_eq!(pair("amended", by("METI"), by("METI")), ["duplicate [3, 4]"]);
    assert_eq!(pair("amended", by("METI"), by("MOTIE")), [""; 0]);
    let act = |name: &str| json!({"instrument": name});
    assert_eq!(pair("amended", act("Order 1"), act("Order 2")), [""; 0]);
    let noted = |note: &str| json!({"note": note});
    assert_eq!(pair("noted", noted("one"), noted("another")), [""; 0]);
    assert_eq!(pair("noted", noted("one"), noted("one")), ["duplicate [3, 4]"]);
    assert_eq!(pair("noted", json!({"key": "k"}), json!({"after": ["k"]})), [""; 0]);
    let expected = json!({"modality": "expected", "announced": "2019-12-01"});
    assert_eq!(pair("amended", expected, none()), ["unmet-expectation [3, 4]"]);
}

#[test]
fn three_records_of_one_day_and_one_of_its_month_are_told_in_two_findings() {
    let house = of(&[
        measure("m", "regulation"),
        event("m", "entered-into-force", "2019-01-01", json!({})),
        event("m", "amended", "2020-01-01", json!({})),
        event("m", "amended", "2020-01", json!({})),
        event("m", "amended", "2020-01-01", json!({"note": "x"})),
        event("m", "amended", "2021-01", json!({})),
    ]);
    assert_eq!(brief(&house), ["duplicate [3, 5]", "possible-duplicate [3, 4, 5]"]);
}

#[test]
fn dates_that_can_be_meant_are_left_alone() {
    let house = of(&[
        measure("m", "list-membership"),
        event(
            "m",
            "listed",
            "1965",
            json!({
                "sources": [{"publisher": "G", "published": "2024-01-01"}],
                "then": [{"act": "removed", "effective": "2070-01-01"}],
            }),
        ),
    ]);
    assert_eq!(brief(&house), [""; 0]);
    let far = of(&[
        measure("m", "list-membership"),
        event(
            "m",
            "listed",
            "2019-01-01",
            json!({"then": [{"act": "removed", "effective": "2091"}]}),
        ),
    ]);
    assert_eq!(brief(&far), ["implausible-year [2]"]);
    let later = json!({
        "record": "source",
        "of": "@2",
        "source": {"publisher": "G", "published": "2024-01-02"},
    });
    let mut records =
        vec![measure("m", "list-membership"), event("m", "listed", "2019-01-01", json!({})), later];
    assert_eq!(brief(&of(&records)), ["dated-after-record [2, 3]"]);
    records.push(json!({"record": "retraction", "of": "@3", "because": "typo"}));
    assert_eq!(brief(&of(&records)), [""; 0]);
    let reviewed = json!({"record": "review", "measure": "m", "through": "2024-06-01"});
    let ahead = of(&[measure("m", "list-membership"), reviewed]);
    assert_eq!(brief(&ahead), ["dated-after-record [2]"]);
}

#[test]
fn a_plan_is_told_after_ninety_days_unless_somebody_said_that_it_came() {
    let then = json!({"then": [{"act": "removed", "effective": "2020-01-01"}]});
    let mut records =
        vec![measure("m", "list-membership"), event("m", "listed", "2019-01-01", then)];
    let rules = |records: &[Value], on: &str| -> Vec<&str> {
        findings_on(&of(records), on).iter().map(|finding| finding.rule).collect()
    };
    assert_eq!(rules(&records, "2020-03-31"), [""; 0]);
    assert_eq!(rules(&records, "2020-04-01"), ["unconfirmed-plan"]);
    records.push(event("m", "removed", "2020-01-03", json!({})));
    assert_eq!(rules(&records, "2020-04-01"), [""; 0]);
}

#[test]
fn sources_that_only_deny_are_none_and_later_ones_count() {
    let denied = json!({"sources": [{"publisher": "G", "stance": "denies"}]});
    let mut records =
        vec![measure("m", "list-membership"), event("m", "listed", "2019-01-01", denied)];
    assert_eq!(brief(&of(&records)), ["no-source [2]"]);
    records.push(json!({"record": "source", "of": "@2", "source": {"publisher": "Gazette"}}));
    assert_eq!(brief(&of(&records)), [""; 0]);
}

#[test]
fn an_event_reported_after_its_day_was_not_only_foretold() {
    let told = |published: &str| json!({"sources": [{"publisher": "G", "published": published}]});
    let told_on = |published: &str, effective: &str| {
        let listed = event("m", "listed", effective, told(published));
        brief(&of(&[measure("m", "list-membership"), listed]))
    };
    assert_eq!(told_on("2018-12-01", "2019-01-01"), ["reported-ahead [2]"]);
    assert_eq!(told_on("2019-01-01", "2019-01-01"), [""; 0]);
    // Not past yet.
    assert_eq!(told_on("2018-12-01", "2024-02-01"), [""; 0]);
}

#[test]
fn contradictions_name_what_one_could_do_without() {
    let mut records = vec![
        measure("m", "list-membership"),
        event("m", "noted", "2019-01-01", json!({"key": "a"})),
        event("m", "listed", "2018-01-01", json!({"key": "b"})),
        event("m", "removed", "2018-06-01", json!({"key": "c", "after": ["a", "b"]})),
        event("m", "relisted", "2020-01-01", json!({"after": ["c"]})),
    ];
    assert_eq!(brief(&of(&records)), ["inconsistent [2, 4]"]);
    let set = json!({"effective": "2018"});
    records.push(json!({"record": "amendment", "of": "@2", "set": set, "because": "typo"}));
    assert_eq!(brief(&of(&records)), [""; 0]);
}

#[test]
fn titles_of_things_are_left_alone() {
    let titled = |title: &str, kind: &str| {
        let mut named = measure("m", kind);
        named["title"] = json!(title);
        brief(&of(&[named]))
    };
    for (title, kind) in [
        ("Korea on Japan's white list", "list-membership"),
        ("Suspended licences", "licensing-requirement"),
        ("Agreed Framework", "agreement"),
        ("Launch of a missile", "incident"),
        ("Withdrawals register", "programme"),
    ] {
        assert_eq!(titled(title, kind), [""; 0], "{title}");
    }
    for (title, kind) in [
        ("Removal of Korea from the white list", "list-membership"),
        ("GSOMIA restored", "agreement"),
        ("Duties imposed on steel", "tariff"),
    ] {
        assert_eq!(titled(title, kind), ["title-names-action [1]"], "{title}");
    }
}

// The command

#[test]
fn only_what_is_asked_about_is_checked() {
    let house = House::demo();
    let about = |words: &str| house.check(words).json()["results"].as_array().unwrap().len();
    assert_eq!(about("kr-jp.shuttle-diplomacy"), 1);
    assert_eq!(about("kr-jp.gsomia"), 0);
    assert_eq!(about("--kind dialogue"), 2);
    assert_eq!(about("--under wto"), 0);
    // Before the record was made there was nothing to find.
    assert_eq!(about("kr-jp.shuttle-diplomacy --known @15"), 0);
    assert_eq!(about("kr-jp.shuttle-diplomacy --known @16"), 1);
}

#[test]
fn an_old_check_never_changes_and_every_form_has_every_row() {
    let house = House::demo();
    let ask = || house.check("--known @199").out;
    let before = ask();
    let json: Value = serde_json::from_str(&before).unwrap();
    assert_eq!(json["query"]["now"], Value::Null);
    house.ledger("retract @16 --because entered-by-mistake").fine();
    assert_eq!(ask(), before);
    let csv = house.ledger("check --csv --known @199").fine().out;
    assert_eq!(csv.lines().next(), Some("rule,level,measure,title,records,message"));
    assert_eq!(csv.lines().count(), 3);
    assert_eq!(house.ledger("check --format md --known @199").fine().out.lines().count(), 4);
    assert_eq!(house.ledger("check --format jsonl --known @199").fine().out.lines().count(), 2);
}

#[test]
fn bad_words_are_refused_and_an_empty_ledger_is_sensible() {
    let empty = House::empty();
    let answer = empty.ledger("check").fine();
    assert!(answer.out.ends_with("no errors, no warnings, no notes.\n"), "{answer:?}");
    assert_eq!(empty.ledger("check --json").fine().json()["results"], json!([]));
    let house = House::demo();
    for (words, code) in [("check nothing", 4), ("check --on 2020", 2), ("check --kind nothing", 4)]
    {
        let answer = house.ledger(words);
        assert_eq!((answer.code, answer.out.as_str()), (code, ""), "{answer:?}");
        assert!(!answer.help().is_empty(), "{answer:?}");
    }
}
