//! The past does not change: what was known stays answerable, whatever is corrected later.

use crate::house::House;

const DAYS: [&str; 3] = ["2019-11-23", "2019-12-01", "2023-04-01"];

/// What was answered when the ledger had so many records.
fn answers(house: &House) -> Vec<(String, String)> {
    let known = house.records();
    let ask = |day: &&str| {
        let question = format!("state --json --at {day} --known @{known}");
        let answer = house.ledger(&question).fine().out;
        (question, answer)
    };
    DAYS.iter().map(ask).collect()
}

#[test]
fn an_old_answer_never_changes() {
    let house = House::demo();
    let mut old = answers(&house);
    for words in [
        "amend gsomia-termination-notified-2019-08-23 --set effective=2019-08-24 --because better-source --reason x",
        "retract gsomia-notice-suspended-2019-11-22 --because entered-by-mistake --reason x",
        "retract @201 --because entered-by-mistake",
        "retract @200 --because entered-by-mistake",
        "source add gsomia-restored-2023-03-21 -s METI --says effective=2023-03-25 --source-date 2023-03-26",
        "conflicts settle gsomia-restored-2023-03-21 --field effective --value 2023-03-25 --reason x",
        "amend @5 --set title=White_list --because typo",
        "append jp.white-list.kr removed --on 2023-03-30 -s METI",
        "review kr-jp.gsomia --through 2024-05-01",
    ] {
        house.ledger(words).fine();
        unchanged(&house, &old[..DAYS.len()], words);
        old.extend(answers(&house));
    }
    unchanged(&house, &old, "all");
}

fn unchanged(house: &House, old: &[(String, String)], after: &str) {
    for (question, answer) in old {
        let now = house.ledger(question).fine().out;
        assert_eq!(now, *answer, "{question} after {after}");
    }
}

#[test]
fn a_retraction_brings_back_the_plan_and_its_retraction_takes_it_away_again() {
    let house = House::demo();
    let day = "kr-jp.gsomia --at 2019-12-01";
    let before = house.state(day);
    assert_eq!(before[0]["status"], "in-force-notice-suspended");
    house.ledger("retract gsomia-notice-suspended-2019-11-22 --because entered-by-mistake").fine();
    let between = house.state(day);
    assert_eq!(between[0]["status"], "terminated");
    assert_eq!(between[0]["flags"], serde_json::json!(["unconfirmed"]));
    house.ledger("retract @200 --because entered-by-mistake").fine();
    assert_eq!(house.state(day), before);
}

#[test]
fn sources_that_disagree_are_listed_until_it_is_settled() {
    let house = House::demo();
    let open = |words: &str| {
        let answer = house.ledger(&format!("conflicts --json {words}"));
        answer.json()["results"].as_array().unwrap().clone()
    };
    let before = open("").len();
    house
        .ledger("source add gsomia-restored-2023-03-21 -s METI --says effective=2023-03-25")
        .fine();
    let rows = open("kr-jp.gsomia");
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["record"], &rows[0]["in_use"]), (&156.into(), &"2023-03-21".into()));
    let side = serde_json::json!({"value": "2023-03-25", "sources": ["METI"]});
    assert_eq!(rows[0]["sides"][1], side);
    assert_eq!(house.ledger("conflicts kr-jp.gsomia --exit-code").code, 1);
    house.ledger("conflicts settle @156 --field effective --value 2023-03-21 --reason x").fine();
    assert_eq!(open("").len(), before);
    assert_eq!(open("kr-jp.gsomia --all")[0]["settled"], 201);
    house.ledger("source add @156 -s METI --denies").fine();
    assert_eq!(open("kr-jp.gsomia")[0]["field"], "occurred");
}

#[test]
fn evidence_and_reviews_are_seen() {
    let house = House::demo();
    house.ledger("review kr-jp.gsomia jp.white-list.kr --through 2024-05-01").fine();
    let rows = house.state("kr-jp.gsomia --at 2024-05-01");
    assert_eq!(rows[0]["reviewed_through"], "2024-05-01");
    house.ledger("source add @156 -s METI -s https://example.org/b --publisher NHK").fine();
    assert_eq!(house.records(), 203);
    let last = house.export().lines().last().unwrap().to_owned();
    assert!(
        last.contains(r#""source":{"publisher":"NHK","url":"https://example.org/b"}"#),
        "{last}"
    );
}
