//! A ledger of more records than are asked about at once answers as it does all at once.

use policy_ledger::answer::{self, Days, Filter, Learning, Span};
use policy_ledger::history::History;
use policy_ledger::ledger::{Ledger, Opening, PORTION};
use policy_ledger::record::Entry;
use policy_ledger::time::Day;
use serde::Serialize;
use serde_json::{Value, json};

use crate::house::House;

const MEASURES: usize = 160;
const EVENTS: usize = 15;

/// One event in the middle of everything, with what may stand in one.
fn event(measure: usize, number: usize) -> Value {
    let acts =
        ["signed", "entered-into-force", "operation-suspended", "operation-resumed", "noted"];
    let day = format!("20{:02}-{:02}-{:02}", 10 + number, 1 + measure % 12, 1 + measure % 28);
    // Some days have events of many measures, with instants and what is said of their order.
    let crowded = number == 7 || number == 8;
    let day = if crowded { "2017-01-01".to_owned() } else { day };
    let date = if crowded && measure.is_multiple_of(3) {
        format!("2017-01-01T{:02}:00Z", 23 - (measure + number) % 24)
    } else if measure.is_multiple_of(7) {
        day[..7].to_owned()
    } else {
        day.clone()
    };
    let mut event = json!({"record": "event", "key": format!("e{measure}-{number}"),
        "measure": format!("m{measure}"), "act": acts[(measure + number) % 5], "effective": date,
        "sources": [{"publisher": "P", "published": day}]});
    if (measure + number).is_multiple_of(9) {
        event["then"] =
            json!([{"act": "terminated", "effective": format!("20{:02}", 12 + number)}]);
    }
    if (measure + number).is_multiple_of(11) {
        event["modality"] = "expected".into();
    }
    if crowded && measure % 10 == 4 {
        event["after"] = json!([format!("e{}-{number}", measure - 1)]);
    }
    if measure % 10 == 3 && number == 5 {
        event["after"] = json!([format!("e{}-4", measure - 1)]);
    }
    event
}

fn correction(measure: usize) -> Value {
    let of = format!("e{measure}-{}", measure % EVENTS);
    match measure % 4 {
        0 => json!({"record": "retraction", "of": of, "because": "typo", "reason": "r"}),
        1 => json!({"record": "amendment", "of": of, "set": {"effective": "2009-02-03"},
            "because": "typo", "reason": "r"}),
        2 => json!({"record": "source", "of": of, "says": {"effective": "2003-05-06"},
            "source": {"publisher": "Q", "published": "2021-01-01"}}),
        _ => json!({"record": "review", "measure": format!("m{measure}"), "through": "2022-01-01"}),
    }
}

/// A ledger of several portions.
fn ledger() -> House {
    let house = House::empty();
    let measure = |number: usize| {
        let part = number % 5 == 1;
        let whole = part.then(|| format!("m{}", number - 1));
        let party = if number.is_multiple_of(2) { "KR" } else { "JP" };
        json!({"record": "measure", "measure": format!("m{number}"), "kind": "agreement",
            "title": format!("Title {number}"), "part_of": whole, "parties": [party]})
    };
    let mut lines: Vec<Value> = (0..MEASURES).map(measure).collect();
    for number in 0..EVENTS {
        lines.extend((0..MEASURES).map(|measure| event(measure, number)));
    }
    lines.extend((0..MEASURES).map(correction));
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    house.file("lines.jsonl", lines.join("\n"));
    house.ledger("import lines.jsonl").fine();
    house
}

fn entries(house: &House) -> Vec<Entry> {
    let ledger = Ledger::read(&house.path(".ledger"), &Opening::default()).unwrap();
    assert!(ledger.records() > PORTION + PORTION / 4, "{}", ledger.records());
    ledger.entries().unwrap()
}

fn same(house: &House, question: &str, rows: &impl Serialize) {
    let rows = serde_json::to_value(rows).unwrap();
    let found = house.ledger(&format!("{question} --json"));
    assert!(found.code < 2, "{question}: {found:?}");
    assert!(!rows.as_array().unwrap().is_empty(), "{question}");
    assert_eq!(found.json()["results"], rows, "{question}");
    // The same in the other forms.
    let lines = house.ledger(&format!("{question} --format jsonl")).out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(lines), rows, "{question}");
    let text = house.ledger(question).out;
    assert!(text.lines().count() > 3, "{question}: {text}");
    // Titles are of what is loaded again for the words.
    let titled = ["state", "diff"].iter().any(|verb| question.starts_with(verb));
    assert!(!titled || text.contains("Title 1"), "{question}: {text}");
}

#[test]
fn every_question_over_all_measures_answers_as_over_all_records() {
    let house = ledger();
    let entries = entries(&house);
    let day = |text: &str| -> Day { text.parse().unwrap() };
    let all = Filter::default();
    let history = History::of(&entries, None);
    same(&house, "state --at 2021-03-04", &answer::rows(&history, &all, day("2021-03-04")));
    let some = Filter {
        party: Some("KR".to_owned()),
        standing: Some("active".to_owned()),
        ..Filter::default()
    };
    let question = "state --at 2019-03-04 --party KR --standing active";
    same(&house, question, &answer::rows(&history, &some, day("2019-03-04")));
    let past = History::of(&entries[..1_500], None);
    same(
        &house,
        "state --at 2021-03-04 --known @1500",
        &answer::rows(&past, &all, day("2021-03-04")),
    );
    let public = History::of(&entries, Some(day("2017-06-07")));
    let question = "state --at 2021-03-04 --public 2017-06-07";
    same(&house, question, &answer::rows(&public, &all, day("2021-03-04")));
    let notes = house.ledger(&format!("{question} --json")).json()["notes"].clone();
    assert!(notes[0].as_str().unwrap().starts_with(&format!("{} events", public.not_public())));

    let (on, back, ahead) = (day("2020-01-01"), day("0001-01-01"), day("9999-12-31"));
    let due = answer::agenda(&history, &all, Days { on, back, ahead }, true);
    same(&house, "agenda --on 2020-01-01 --all", &due);
    for (question, span) in [
        ("timeline", Span::default()),
        ("timeline --all --known @1500", Span { all: true, ..Span::default() }),
        (
            "timeline --from 2016-12-31 --to 2017-06-01",
            Span { from: Some(day("2016-12-31")), to: Some(day("2017-06-01")), ..Span::default() },
        ),
    ] {
        let known = if span.all { &entries[..1_500] } else { &entries[..] };
        let rows = answer::moments(&History::of(known, None), known, &span);
        assert!(rows.len() > 150, "{question}");
        same(&house, question, &rows);
    }
    same(&house, "conflicts --all", &answer::conflicts(&history, &entries, &[], true));
    same(
        &house,
        "check --on 2023-01-01",
        &answer::check(&history, &entries, &all, day("2023-01-01")),
    );
    let changes = answer::world(&history, &all, day("2018-01-01"), day("2019-06-01"));
    same(&house, "diff 2018-01-01 2019-06-01", &changes);
}

#[test]
fn what_was_learned_is_told_part_by_part() {
    let house = ledger();
    let entries = entries(&house);
    let (since, at) = (entries[1_999].recorded.day(), "2021-03-04".parse().unwrap());
    let learning = Learning { from: 2_000, to: entries.len() as u64, since, public: None };
    let history = History::of(&entries, None);
    let changes = answer::learned(&entries, &history, &Filter::default(), learning, at);
    same(&house, "diff --learned @2000.. --at 2021-03-04", &changes);
}

#[test]
fn answers_that_changed_later_are_named_for_every_part() {
    let house = ledger();
    let said = house.ledger("state --at 2021-03-04 --known @2200 --json").fine().err;
    let named = said.lines().filter(|line| line.contains("answer changed later")).count();
    assert!(named >= 5, "{said}");
    let text = house.ledger("state --at 2021-03-04 --known @2200").fine().out;
    assert_eq!(text.matches("answer changed later").count(), named);
    assert_eq!(
        house.ledger("state m7 --at 2021-03-04 --json").fine().json()["results"][0]["measure"],
        "m7"
    );
}
