//! Answers in the forms of other programs, read back with the libraries of others: workbooks,
//! calendars, feeds, drawings.

mod calendar;
mod drawing;
mod feed;
mod workbook;

use serde_json::{Value, json};

use crate::house::{Answer, House};

/// Runs the program on the fixed day that most of these tests live on.
fn ask(house: &House, words: &str) -> Answer {
    house.ledger(&format!("{words} --now 2024-06-01"))
}

/// The bytes of a file that an answer is written to.
fn file(house: &House, words: &str, name: &str) -> Vec<u8> {
    ask(house, &format!("{words} -o {name}")).fine();
    std::fs::read(house.path(name)).unwrap()
}

/// Records them, each at its own time.
fn record(house: &House, records: &[Value]) {
    let lines: Vec<String> = records.iter().map(|record| format!("{record}\n")).collect();
    house.run(&["append", "-", "--now", "2020-01-01"], lines.concat().as_bytes()).fine();
}

/// Texts that could do harm in one form or another.
fn evil() -> House {
    let house = House::simulated();
    let words = "=1+1,\"<x>&amp;';\\\n\u{1}\u{202e}]]> _x0041_ ＝韓國";
    let url = "https://example.org/?a=1&b=%3C";
    record(
        &house,
        &[
            json!({"record": "measure", "measure": "m", "kind": "agreement", "title": words}),
            json!({"record": "event", "measure": "m", "act": "signed", "effective": "2019-01-01",
                   "key": "signed", "note": words, "actors": [words],
                   "sources": [{"publisher": words, "title": words, "url": url},
                               {"url": "javascript:alert(1)"}],
                   "then": [{"act": "terminated", "effective": "2030-02-03"}]}),
            json!({"record": "amendment", "of": "signed", "set": {"note": "-2+3"},
                   "because": "typo", "reason": words}),
        ],
    );
    house
}

#[test]
fn a_form_that_a_command_does_not_have_is_refused_before_anything_is_done() {
    let house = House::demo();
    for (words, has) in [
        ("state --format ics", "agenda --format ics"),
        ("agenda --format atom", "log --format atom"),
        ("log -o a.svg", "timeline --format svg"),
        ("append kr-jp.gsomia restored --on 2023-03-22 --format ics", "agenda --format ics"),
    ] {
        let answer = house.ledger(words);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{words}: {answer:?}");
        assert_eq!(answer.help(), [has], "{words}");
        assert!(!house.path("a.svg").exists());
    }
    let answer = house.ledger("append kr-jp.gsomia restored --on 2023-03-22 --format xlsx");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert_eq!(house.records(), 199);
    assert_eq!(ask(&house, "timeline --all --format svg").code, 2);
    let help = ask(&house, "show @1 -o a.xlsx");
    assert!(help.err.contains("no form `xlsx`"), "{help:?}");
}

#[test]
fn the_same_answer_is_the_same_file() {
    let house = House::demo();
    for (words, name) in [
        ("state --at 2020-01-01 --known @199", "a.xlsx"),
        ("agenda --on 2020-01-01 --known @199", "a.ics"),
        ("log --known @199", "a.atom"),
        ("timeline --from 2019-01-01 --to 2020-12-31 --known @199", "a.svg"),
        ("diff 2019-06-30 2020-01-01 --known @199", "b.xlsx"),
    ] {
        let first = file(&house, words, name);
        house.ledger(&format!("{words} -o other-{name} --now 2031-05-05")).fine();
        let second = std::fs::read(house.path(&format!("other-{name}"))).unwrap();
        assert!(first == second, "{words}");
    }
}

#[test]
fn an_empty_ledger_has_every_form() {
    let house = House::empty();
    for words in ["state -o a.xlsx", "agenda -o a.ics", "log -o a.atom", "timeline -o a.svg"] {
        ask(&house, words).fine();
    }
    let svg = std::fs::read_to_string(house.path("a.svg")).unwrap();
    assert!(svg.contains("No measure fits."), "{svg}");
}
