//! Histories of other systems: thousands of measures with their corrections and the times at which
//! all of it was recorded, held to a model that knows no more than what a spreadsheet would.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::house::House;

const MEASURES: u32 = 5_000;
const EVENTS: u32 = 6;

/// Days from 2018-01-01 as ISO dates; years of 360 days and months of 30, so that a date is plain
/// arithmetic.
fn day(number: u32) -> String {
    let (year, rest) = (2018 + number / 360, number % 360);
    let (month, day) = (1 + rest / 30, 1 + rest % 30);
    // February has no 29th and 30th here.
    let (month, day) = if month == 2 && day > 28 { (3, 1) } else { (month, day) };
    format!("{year:04}-{month:02}-{day:02}")
}

/// One line of the tracker.
struct Line {
    /// The day on which it was recorded.
    recorded: u32,
    says: Says,
}

enum Says {
    Measure(u32),
    Event { measure: u32, number: u32, effective: u32 },
    Amended { measure: u32, number: u32, effective: u32 },
    Retracted { measure: u32, number: u32 },
}

/// A small generator of chance, the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end)).unwrap()
    }
}

/// A tracker in the order in which it was kept: an event every hundred days or so of each measure,
/// recorded up to 200 days late; one in ten corrected later, one in twenty withdrawn.
fn tracker() -> Vec<Line> {
    let mut chance = Chance(7);
    let mut lines: Vec<Line> = Vec::new();
    for measure in 0..MEASURES {
        lines.push(Line { recorded: 0, says: Says::Measure(measure) });
        for number in 0..EVENTS {
            let effective = 10 + number * 100 + chance.below(40);
            let recorded = effective + chance.below(200);
            lines.push(Line { recorded, says: Says::Event { measure, number, effective } });
            let later = recorded + 1 + chance.below(300);
            match chance.below(20) {
                0 | 1 => {
                    let effective = effective + 1 + chance.below(30);
                    let says = Says::Amended { measure, number, effective };
                    lines.push(Line { recorded: later, says });
                }
                2 => {
                    lines.push(Line { recorded: later, says: Says::Retracted { measure, number } });
                }
                _ => {}
            }
        }
    }
    lines.sort_by_key(|line| line.recorded);
    lines
}

fn json_line(line: &Line, with_time: bool) -> String {
    let key = |measure: &u32, number: &u32| format!("m{measure}.{number}");
    let mut record = match &line.says {
        Says::Measure(measure) => json!({"record": "measure", "measure": format!("m{measure}"),
            "kind": "plain", "title": format!("Measure {measure}")}),
        Says::Event { measure, number, effective } => json!({"record": "event",
            "key": key(measure, number), "measure": format!("m{measure}"), "act": "set",
            "status": format!("s{number}"), "effective": day(*effective),
            "sources": [{"publisher": "Gazette", "published": day(*effective)}]}),
        Says::Amended { measure, number, effective } => json!({"record": "amendment",
            "of": key(measure, number), "set": {"effective": day(*effective)},
            "because": "data-entry", "reason": "wrong day"}),
        Says::Retracted { measure, number } => json!({"record": "retraction",
            "of": key(measure, number), "because": "data-entry", "reason": "never happened"}),
    };
    if with_time {
        record["recorded"] = json!(format!("{}T12:00:00Z", day(line.recorded)));
    }
    record.to_string()
}

fn written(lines: &[Line], with_time: bool) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{}", json_line(line, with_time)).unwrap();
        text
    })
}

/// What a reader with a spreadsheet would say: of the events recorded by a day, as corrected by
/// then, the last one that is not after the day asked about.
fn expected(lines: &[Line], at: u32, known: u32) -> BTreeMap<String, String> {
    let mut days: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for line in lines.iter().filter(|line| day(line.recorded) <= day(known)) {
        match line.says {
            Says::Measure(measure) => drop(said.insert(format!("m{measure}"), "none".to_owned())),
            Says::Event { measure, number, effective }
            | Says::Amended { measure, number, effective } => {
                days.insert((measure, number), effective);
            }
            Says::Retracted { measure, number } => drop(days.remove(&(measure, number))),
        }
    }
    let mut last: BTreeMap<u32, (String, u32)> = BTreeMap::new();
    for ((measure, number), effective) in days {
        let on = day(effective);
        let newer = last.get(&measure).is_none_or(|(other, _)| *other <= on);
        if on <= day(at) && newer {
            last.insert(measure, (on, number));
        }
    }
    said.extend(last.into_iter().map(|(m, (_, number))| (format!("m{m}"), format!("s{number}"))));
    said
}

fn answered(house: &House, words: &str) -> BTreeMap<String, String> {
    let rows = house.state(words);
    let word = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(|row| (word(row, "measure"), word(row, "status"))).collect()
}

#[test]
fn a_tracker_of_five_thousand_measures_answers_for_every_state_of_knowledge() {
    let lines = tracker();
    assert!(lines.len() > 38_000, "{}", lines.len());
    let house = House::simulated();
    let file = house.file("tracker.jsonl", written(&lines, true));
    house.ledger(&format!("import {file}")).fine();
    let last = lines.last().unwrap().recorded;
    for (at, known) in [(50, 60), (200, 200), (333, 250), (333, 400), (600, 500), (700, last)] {
        let told = answered(&house, &format!("--at {} --known {}", day(at), day(known)));
        assert_eq!(told, expected(&lines, at, known), "at {at}, known {known}");
    }
    assert_eq!(answered(&house, &format!("--at {}", day(450))), expected(&lines, 450, last));
    // Importing it again records nothing.
    house.ledger(&format!("import {file}")).fine();
    assert_eq!(house.records(), lines.len());
}

#[test]
fn a_shuffled_copy_without_times_answers_the_same_with_everything_known() {
    let lines = tracker();
    let last = lines.last().unwrap().recorded;
    // A measure is declared before anything is said of it; all else comes in any order, corrections
    // before what they correct among it.
    let declares = |line: &Line| matches!(line.says, Says::Measure(_));
    let first = lines.iter().filter(|line| declares(line)).count();
    let (declared, facts): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| declares(line));
    let in_order = declared.into_iter().chain(facts);
    let mut shuffled: Vec<String> = in_order.map(|line| json_line(line, false)).collect();
    let mut chance = Chance(11);
    for place in (first + 1..shuffled.len()).rev() {
        let others = u32::try_from(place - first + 1).unwrap();
        shuffled.swap(place, first + chance.below(others) as usize);
    }
    let house = House::empty();
    let file = house.file("shuffled.jsonl", shuffled.join("\n") + "\n");
    house.ledger(&format!("import {file}")).fine();
    for at in [0, 100, 333, 500, 700] {
        let told = answered(&house, &format!("--at {}", day(at)));
        assert_eq!(told, expected(&lines, at, last), "at {at}");
    }
}

#[test]
fn thousands_of_corrections_are_one_command_with_one_reason() {
    let lines = tracker();
    let declared = |says: &Says| matches!(says, Says::Measure(_) | Says::Event { .. });
    let facts: Vec<Line> = lines.into_iter().filter(|line| declared(&line.says)).collect();
    let house = House::empty();
    let file = house.file("facts.jsonl", written(&facts, false));
    house.ledger(&format!("import {file}")).fine();
    let before = house.records();
    let amendment = |measure: u32| {
        json!({"record": "amendment", "of": format!("m{measure}.0"), "key": format!("fix.{measure}"),
               "set": {"status": "put right"}, "because": "revised", "reason": "the gazette erred"})
        .to_string()
    };
    let fixes: Vec<String> = (0..4_000).map(amendment).collect();
    // One of them is wrong: none is recorded.
    let wrong = fixes.join("\n").replacen("m3999.0", "m3999.77", 1);
    let wrong = house.file("wrong.jsonl", wrong);
    let refused = house.ledger(&format!("import {wrong}"));
    assert_eq!((refused.code, house.records()), (3, before), "{refused:?}");
    assert!(refused.err.contains("wrong.jsonl:4000"), "{}", refused.err);
    let file = house.file("fixes.jsonl", fixes.join("\n") + "\n");
    house.ledger(&format!("import {file}")).fine();
    assert_eq!(house.records(), before + 4_000);
    let told = answered(&house, &format!("--at {}", day(80)));
    let right = told.values().filter(|status| *status == "put right").count();
    assert_eq!(right, 4_000);
}
