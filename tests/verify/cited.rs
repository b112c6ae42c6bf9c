//! Answers that are cited, and asked for again.

use serde_json::Value;

use super::forger::Forger;
use crate::house::{Answer, House};

const QUESTION: &str = "state kr-jp.gsomia --at 2019-12-01 --known 2019-11-01";

fn cite(house: &House, words: &str) -> String {
    let json = house.ledger(&format!("{words} --cite --json")).fine().json();
    json["citation"]["text"].as_str().unwrap().to_owned()
}

fn verify(house: &House, text: &str) -> Answer {
    house.run(&["verify", "--json", "--cite", text], b"")
}

/// The checks that are bad.
fn bad(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let points = json["results"].as_array().unwrap().iter();
    let bad = points.filter(|point| point["state"] == "bad");
    bad.map(|point| point["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_answer_is_cited_and_given_again() {
    let house = House::demo();
    for words in [
        QUESTION,
        "state --at 2020-01-01",
        "state",
        "state --at 2020-01-01 --standing active --party KR",
        "state --at 2019-07-15 --public 2019-07-02 --under jp.",
        "state --at 2020-01-01 --tag no-such-tag",
        "state kr-jp.gsomia jp.white-list.kr --at 2019-12-01 --known @100",
    ] {
        let text = cite(&house, words);
        verify(&house, &text).fine();
        // As a page, from a file, from a pipe, folded, as JSON.
        let page = house.ledger(&format!("{words} --cite")).fine().out;
        assert!(page.contains(&text), "{page}");
        house.file("page", &page);
        house.ledger("verify --cite page").fine();
        house.run(&["verify", "--cite", "-"], page.as_bytes()).fine();
        verify(&house, &text.replace(' ', "\n  ")).fine();
        house.file("answer.json", house.ledger(&format!("{words} --cite --json")).fine().out);
        house.ledger("verify --cite answer.json").fine();
    }
}

#[test]
fn a_citation_stays_true_whatever_is_recorded_later() {
    let house = House::demo();
    let text = cite(&house, "state kr-jp.gsomia --at 2019-12-01");
    house.ledger("amend @81 --set effective=2019-11-20 --because typo").fine();
    assert_ne!(cite(&house, "state kr-jp.gsomia --at 2019-12-01"), text);
    verify(&house, &text).fine();
}

#[test]
fn a_citation_says_what_the_answer_says() {
    let house = House::demo();
    let json = house.ledger(&format!("{QUESTION} --cite --json")).fine().json();
    let cited = &json["citation"];
    assert_eq!(cited["records"], json["ledger"]["records"]);
    assert_eq!(cited["head"], json["ledger"]["head"]);
    assert_eq!(cited["ledger"], json["ledger"]["id"]);
    assert_eq!(
        cited["words"],
        "kr-jp.gsomia on 2019-12-01: terminated since 2019-11-23, unconfirmed (@57)"
    );
    let command = "ledger state kr-jp.gsomia --at 2019-12-01 --known @75";
    assert!(cited["text"].as_str().unwrap().ends_with(command), "{cited}");
    // Written or not, the answer is the same one.
    let plain: Value = house.ledger(&format!("{QUESTION} --json")).fine().json();
    assert_eq!(plain["results"], json["results"]);
    assert_eq!(plain.get("citation"), None);
}

#[test]
fn each_way_of_being_wrong_is_told_apart() {
    let (house, other) = (House::demo(), House::simulated());
    let text = cite(&house, QUESTION);
    let line = r#"{"record":"measure","measure":"m","kind":"plain"}"#;
    other.run(&["append", "-"], line.as_bytes()).fine();
    let elsewhere = verify(&other, &text);
    assert_eq!((elsewhere.code, bad(&elsewhere)), (6, vec!["ledger".to_owned()]));
    let longer = text.replace("1 to 75", "1 to 500").replace("@75", "@500");
    assert_eq!(bad(&verify(&house, &longer)), ["head"]);
    let head = text.split("head ").nth(1).unwrap()[..8].to_owned();
    let beheaded = verify(&house, &text.replace(&head, "00000000"));
    assert_eq!(bad(&beheaded), ["head"], "the answer itself is the same");
    let sum = text.split("sha256:").nth(1).unwrap()[..8].to_owned();
    let another = verify(&house, &text.replace(&sum, "00000000"));
    assert_eq!(bad(&another), ["answer"]);
    assert!(another.out.contains("never gave that answer"), "{another:?}");
    let version = text.replace("policy-ledger 0.", "policy-ledger 9.");
    let newer = verify(&house, &version.replace(&sum, "00000000"));
    assert_eq!(bad(&newer), ["answer"]);
    assert!(newer.out.contains("may answer differently"), "{newer:?}");
    let same = verify(&house, &version);
    assert!(same.code == 0 && same.out.contains("cited by version 9."), "{same:?}");
    let words = verify(&house, &text.replace("terminated since", "in force since"));
    assert_eq!(bad(&words), ["words"]);
    let unknown = text.replace("state kr-jp.gsomia", "state kr-jp.gsoima");
    assert_eq!(bad(&verify(&house, &unknown)), ["answer"]);
}

#[test]
fn an_altered_record_gives_another_head() {
    let house = House::demo();
    let (early, late) = (cite(&house, "state --at 2010-01-01 --known @20"), cite(&house, QUESTION));
    let forger = Forger::of(&house);
    forger.replace(57, "2019-11-23", "2019-11-24");
    forger.hash_anew(58);
    drop(forger);
    std::fs::remove_dir_all(house.path(".ledger/view-2")).unwrap();
    verify(&house, &early).fine();
    assert_eq!(bad(&verify(&house, &late)), ["head", "answer"]);
}

#[test]
fn only_a_question_is_repeated() {
    let house = House::demo();
    let text = cite(&house, QUESTION);
    for (part, other) in [
        ("ledger state", "ledger retract"),
        ("ledger state kr-jp.gsomia", "ledger export"),
        ("--known @75", "--known @74"),
        ("--known @75", "--known 2019-11-01"),
        ("--known @75", ""),
        ("--at 2019-12-01", "--at today"),
        ("--at 2019-12-01", "--at"),
    ] {
        let altered = text.replace(part, other);
        assert_ne!(altered, text);
        let answer = house.run(&["verify", "--cite", &altered], b"");
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{other}: {answer:?}");
    }
    assert_eq!(house.records(), 199);
    let nothing = House::empty().ledger("state --at 2020-01-01 --cite");
    assert!(nothing.code == 2 && nothing.err.contains("nothing to cite"), "{nothing:?}");
}
