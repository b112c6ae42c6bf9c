//! The agenda as a calendar, read by the parser of the `icalendar` crate.

use std::collections::BTreeMap;

use icalendar::parser::{read_calendar, unfold};
use serde_json::json;

use super::{ask, evil, record};
use crate::house::House;

/// The entries of a calendar by UID, each its properties by name.
pub(crate) type Entries = BTreeMap<String, BTreeMap<String, String>>;

/// Reads a calendar, and holds it to the rules that the parser forgives.
pub(crate) fn read(text: &str) -> Entries {
    for line in text.split_inclusive('\n') {
        assert!(line.ends_with("\r\n") && line.len() <= 77, "{line:?}");
        assert!(!line.trim_end().chars().any(char::is_control), "{line:?}");
    }
    let unfolded = unfold(text);
    let calendar = read_calendar(&unfolded).unwrap();
    let property = |name: &str| {
        calendar.properties.iter().find(|it| it.name == name).map(|it| it.val.to_string())
    };
    assert_eq!(property("VERSION").as_deref(), Some("2.0"));
    assert!(property("PRODID").is_some());
    let mut entries = Entries::new();
    for component in &calendar.components {
        assert_eq!(component.name, "VEVENT");
        let mut properties = BTreeMap::new();
        for it in &component.properties {
            let said = properties.insert(it.name.to_string(), it.val.to_string());
            assert_eq!(said, None, "{} twice", it.name);
        }
        for needed in ["UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY"] {
            assert!(properties.contains_key(needed), "{needed}: {properties:?}");
        }
        let (start, end) = (&properties["DTSTART"], properties.get("DTEND"));
        assert!(end.is_none_or(|end| start < end), "{properties:?}");
        let uid = properties["UID"].clone();
        assert!(entries.insert(uid.clone(), properties).is_none(), "{uid} twice");
    }
    entries
}

fn calendar(house: &House, words: &str) -> Entries {
    read(&ask(house, &format!("agenda --format ics {words}")).fine().out)
}

/// The only entry whose summary has these words.
fn only<'e>(entries: &'e Entries, words: &str) -> &'e BTreeMap<String, String> {
    let found: Vec<_> = entries.values().filter(|it| it["SUMMARY"].contains(words)).collect();
    assert_eq!(found.len(), 1, "{words}: {entries:#?}");
    found[0]
}

fn number(entry: &BTreeMap<String, String>) -> u64 {
    entry["SEQUENCE"].parse().unwrap()
}

#[test]
fn an_entry_is_firm_tentative_or_dropped() {
    let house = House::demo();
    let on = |day: &str, words: &str| calendar(&house, &format!("--on {day} {words}"));
    let then = on("2019-09-01", "--known 2019-09-01");
    let planned = only(&then, "terminated (planned)");
    assert_eq!((&*planned["STATUS"], &*planned["DTSTART"]), ("CONFIRMED", "20191123"));
    assert_eq!(planned["DTEND"], "20191124");
    let later = on("2019-12-01", "--known 2019-12-01");
    let dropped = only(&later, "terminated (planned)");
    assert_eq!((&dropped["UID"], &*dropped["STATUS"]), (&planned["UID"], "CANCELLED"));
    assert!(number(dropped) > number(planned), "{planned:?}\n{dropped:?}");
    assert!(dropped["DTSTAMP"] > planned["DTSTAMP"]);
    let expected = on("2023-05-01", "--known 2023-05-01");
    let expected = only(&expected, "launched (expected, day not certain)");
    assert_eq!(&*expected["STATUS"], "TENTATIVE");
    assert_eq!((&*expected["DTSTART"], &*expected["DTEND"]), ("20230401", "20230501"));
    let said = &expected["DESCRIPTION"];
    assert!(said.contains("on one day from 2023-04-01 to 2023-04-30; which one is not"), "{said}");
    assert!(said.contains("Record: @162, recorded 2023-04-03"), "{said}");
    assert_eq!(expected["URL"], "https://2nn.jp/news4plus/1680497460");
}

#[test]
fn what_becomes_of_an_entry_is_told_to_those_who_have_it() {
    let house = House::simulated();
    record(
        &house,
        &[
            json!({"record": "measure", "measure": "m", "kind": "licence", "title": "M"}),
            json!({"record": "event", "key": "issued", "measure": "m", "act": "issued",
                   "effective": "2020-01-01", "then": [{"act": "expired", "effective": "2021-01-01"}]}),
            json!({"record": "event", "key": "hoped", "measure": "m", "act": "extended",
                   "modality": "expected", "effective": "2020-06-01", "announced": "2020-01-01"}),
            json!({"record": "event", "key": "coming", "measure": "m", "act": "narrowed",
                   "effective": "2020-03-01", "announced": "2020-01-01"}),
        ],
    );
    let now = || calendar(&house, "--on 2020-02-01 --within 2y");
    let first = now();
    assert_eq!(first.len(), 3, "{first:#?}");
    let plan = only(&first, "expired (planned)");
    assert_eq!(only(&first, "narrowed (announced)")["STATUS"], "CONFIRMED");
    // Another date is the same entry, newer.
    house.ledger("amend issued --set then=[{\"act\":\"expired\",\"effective\":\"2021-02\"}] --because typo --now 2020-01-02").fine();
    let second = now();
    let moved = &second[&plan["UID"]];
    assert_eq!((&*moved["DTSTART"], &*moved["DTEND"]), ("20210201", "20210301"));
    assert_eq!(&*moved["STATUS"], "TENTATIVE");
    assert!(number(moved) > number(plan) && moved["DTSTAMP"] > plan["DTSTAMP"]);
    assert_eq!(moved["CREATED"], plan["CREATED"]);
    // What has no date any more, what is withdrawn and what is met is dropped.
    house.ledger("amend issued --set then=[] --because typo --now 2020-01-03").fine();
    house.ledger("retract coming --because entered-by-mistake --now 2020-01-04").fine();
    house.ledger("append m extended --on 2020-01-20 --settles hoped --now 2020-01-20").fine();
    let third = now();
    for uid in first.keys() {
        assert_eq!(third[uid]["STATUS"], "CANCELLED", "{:?}", third[uid]);
        assert!(number(&third[uid]) > number(&first[uid]));
    }
    assert_eq!(third[&plan["UID"]]["DTSTART"], "20210101");
    // A measure that is withdrawn takes all of its entries with it.
    let fresh = House::simulated();
    record(
        &fresh,
        &[
            json!({"record": "measure", "measure": "x", "kind": "licence", "key": "x"}),
            json!({"record": "event", "measure": "x", "act": "issued", "effective": "2020-05-01",
                   "announced": "2020-01-01", "then": [{"act": "expired", "effective": "2021-01-01"}]}),
        ],
    );
    let before = calendar(&fresh, "--on 2020-02-01 --all");
    fresh.ledger("retract x --because entered-by-mistake --now 2020-01-04").fine();
    let after = calendar(&fresh, "--on 2020-02-01 --all");
    assert_eq!(before.len(), 2, "{before:#?}");
    assert!(before.keys().all(|uid| after[uid]["STATUS"] == "CANCELLED"), "{after:#?}");
}

#[test]
fn no_entry_vanishes_and_none_changes_without_a_higher_number() {
    let house = House::demo();
    for day in ["2019-12-01", "2023-06-01"] {
        let mut before = Entries::new();
        for known in (1..=199).step_by(2) {
            let now = calendar(&house, &format!("--on {day} --known @{known}"));
            for (uid, old) in &before {
                let new = now.get(uid).unwrap_or_else(|| panic!("{day} @{known}: {old:?}"));
                let content = |entry: &BTreeMap<String, String>| {
                    let mut entry = entry.clone();
                    for name in ["SEQUENCE", "DTSTAMP", "LAST-MODIFIED"] {
                        entry.remove(name);
                    }
                    entry
                };
                assert!(number(new) >= number(old), "{day} @{known}: {old:?}\n{new:?}");
                let same = content(new) == content(old);
                assert!(same || number(new) > number(old), "{day} @{known}: {old:?}\n{new:?}");
            }
            before = now;
        }
        assert!(before.len() >= 7, "{day}: {}", before.len());
    }
}

#[test]
fn a_date_that_no_calendar_holds_is_said_to_be_left_out() {
    let house = House::simulated();
    record(
        &house,
        &[
            json!({"record": "measure", "measure": "m", "kind": "licence"}),
            json!({"record": "event", "measure": "m", "act": "issued", "effective": "2020-01-01",
                   "then": [{"act": "expired"}, {"act": "revoked", "effective": "[2021-03-04..]"}]}),
        ],
    );
    let answer = ask(&house, "agenda --on 2020-02-01 --all --format ics").fine();
    assert!(
        answer.err.contains("note: left out of the calendar for want of a date: 1"),
        "{answer:?}"
    );
    let entries = read(&answer.out);
    let open = only(&entries, "revoked");
    assert_eq!((&*open["DTSTART"], &*open["DTEND"]), ("20210304", "20210305"));
    assert!(open["DESCRIPTION"].contains("on 2021-03-04 or later"), "{open:?}");
    assert_eq!(open["STATUS"], "TENTATIVE");
}

#[test]
fn no_text_ends_a_line_of_a_calendar() {
    let entries = calendar(&evil(), "--on 2024-01-01 --all");
    let entry = only(&entries, "terminated");
    let summary = &entry["SUMMARY"];
    // The parser takes the escapes off; what acts on a screen was written out before.
    assert!(summary.contains("=1+1,\"<x>&amp;';\\ \\u{1}\\u{202e}]]> _x0041_"), "{summary}");
    assert_eq!(entry["URL"], "https://example.org/?a=1&b=%3C");
}
