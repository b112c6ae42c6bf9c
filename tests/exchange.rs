//! What leaves a ledger comes back the same, and what comes in twice is there once.

mod house;

use house::{House, PUBLIC_RECORD};
use serde_json::Value;

const MEASURE: &str = r#"{"record":"measure","measure":"m","kind":"agreement"}"#;
const SIGNED: &str = r#"{"record":"event","measure":"m","act":"signed","effective":"2020-01-01"}"#;

#[test]
fn an_export_imported_elsewhere_answers_the_same() {
    let from = House::demo();
    from.ledger("amend gsomia-signed-2016-11-23 --set effective=2016-11-24 --because typo").fine();
    from.ledger("retract @200 --because entered-by-mistake").fine();
    let export = from.export();
    for into in [House::simulated(), House::empty()] {
        into.file("all.jsonl", &export);
        let answer = into.ledger("import all.jsonl").fine();
        assert!(answer.out.contains("all.jsonl: 201 recorded, 0 recorded already"), "{answer:?}");
        for day in ["2016-11-23", "2019-07-04", "2019-12-01", "2020-01-01", "2023-04-01"] {
            let at = format!("--at {day}");
            assert_eq!(into.state(&at), from.state(&at), "{day}");
        }
        into.ledger("import all.jsonl").fine();
        assert_eq!(into.records(), 201);
    }
}

#[test]
fn a_machine_clock_keeps_ids_and_writers_but_not_times_and_says_so_once() {
    let (from, into) = (House::demo(), House::empty());
    into.file("all.jsonl", from.export());
    let first = into.ledger("import all.jsonl").fine();
    assert_eq!(first.err.matches("warning:").count(), 1, "{}", first.err);
    let second = into.ledger("import all.jsonl").fine();
    assert_eq!(second.err, "");
    let without_times = |text: &str| -> Vec<Value> {
        let record = |line: &str| {
            let mut record: Value = serde_json::from_str(line).unwrap();
            record.as_object_mut().unwrap().remove("recorded");
            record
        };
        text.lines().map(record).collect()
    };
    assert_eq!(without_times(&into.export()), without_times(&from.export()));
    assert_ne!(into.export(), from.export());
    let copy = House::simulated();
    copy.file("all.jsonl", from.export());
    copy.ledger("import all.jsonl").fine();
    assert_eq!(copy.export(), from.export());
}

#[test]
fn a_file_imported_twice_is_recorded_once() {
    let keyed =
        format!("{MEASURE}\n{}\n", SIGNED.replace("\"measure\"", "\"key\":\"k\",\"measure\""));
    // The same event three times is three records, and stays three.
    let unnamed = format!("{MEASURE}\n{SIGNED}\n{SIGNED}\n{SIGNED}\n");
    for (text, records) in [(keyed, 2), (unnamed, 4)] {
        for house in [House::empty(), House::simulated()] {
            house.file("a.jsonl", &text);
            house.ledger("import a.jsonl").fine();
            let again = house.ledger("import a.jsonl").fine().out;
            assert_eq!(again, format!("a.jsonl: 0 recorded, {records} recorded already\n"));
            house.run(&["append", "-"], text.as_bytes()).fine();
            assert_eq!(house.records(), records);
        }
    }
    for house in [House::demo(), House::simulated(), House::empty()] {
        house.run(&["import", PUBLIC_RECORD], b"").fine();
        let all = house.export();
        house.run(&["import", PUBLIC_RECORD], b"").fine();
        assert_eq!(house.export(), all);
        assert_eq!(all.lines().count(), 199);
    }
}

#[test]
fn every_problem_has_its_file_and_line_and_nothing_is_recorded() {
    let house = House::empty();
    let bad = r#"{"record":"event","measure":"m","act":"sighned","effective":"2020-02-30"}"#;
    let act = SIGNED.replace("signed", "sighned");
    house.file("a.jsonl", format!("\u{feff}{MEASURE}\r\n\n{bad}\n{act}\n"));
    house.file("b.jsonl", [b"\xff\xfe\n{\n".as_slice(), &vec![b'x'; 1 << 21], b"\n[]\n"].concat());
    let answer = house.ledger("import a.jsonl b.jsonl");
    assert_eq!(answer.code, 3, "{answer:?}");
    let expected =
        ["a.jsonl:3: ", "a.jsonl:4: ", "b.jsonl:1: ", "b.jsonl:2: ", "b.jsonl:3: ", "b.jsonl:4: "];
    let lines: Vec<&str> =
        answer.err.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    assert_eq!(lines.len(), expected.len(), "{}", answer.err);
    for (line, place) in lines.iter().zip(expected) {
        assert!(line.starts_with(place), "{line}");
    }
    assert_eq!(house.records(), 0);
    let taken = format!("{MEASURE}\n{act}\n{MEASURE}\n{SIGNED}\n");
    let answer = house.run(&["import", "-"], taken.as_bytes());
    assert_eq!((answer.code, answer.err.matches("error: -:").count()), (3, 2), "{answer:?}");
}

#[test]
fn references_reach_anywhere_in_all_files() {
    let house = House::empty();
    house.file("a.jsonl", r#"{"record":"retraction","of":"k","because":"typo"}"#);
    house.file(
        "b.jsonl",
        format!("{MEASURE}\n{}", SIGNED.replace("\"measure\"", "\"key\":\"k\",\"measure\"")),
    );
    house.ledger("import a.jsonl b.jsonl").fine();
    assert_eq!(house.status("m", "2020-02-01"), "none");
    let answer = house.ledger("import a.jsonl nowhere.jsonl");
    assert_eq!(answer.code, 5, "{answer:?}");
}

#[test]
fn standard_input_is_one_batch_or_nothing() {
    let house = House::empty();
    let bad = format!("{MEASURE}\n{SIGNED}\n{{\"record\":\"event\"}}\n");
    let answer = house.run(&["append", "-"], bad.as_bytes());
    assert_eq!(answer.code, 3, "{answer:?}");
    assert!(answer.err.contains("error: -:3: "), "{}", answer.err);
    assert_eq!(house.records(), 0);
    let pretty = MEASURE.replace(',', ",\n  ");
    house.run(&["append", "-"], pretty.as_bytes()).fine();
    house.run(&["append", "-", "-n"], SIGNED.as_bytes()).fine();
    assert_eq!(house.records(), 1);
    let day = |place: u32| {
        format!("{}-{:02}-{:02}", 2000 + place / 300, place / 25 % 12 + 1, place % 25 + 1)
    };
    let event = |place| SIGNED.replace("2020-01-01", &day(place)) + "\n";
    let thousand: String = (0..1_000).map(event).collect();
    let more = house.run(&["append", "-"], format!("{thousand}{SIGNED}").as_bytes());
    assert_eq!(more.code, 3);
    assert_eq!(more.help(), ["import -"]);
    assert!(more.err.contains("-:1001: "), "{}", more.err);
    house.ledger("import -").fine();
    let told = house.run(&["append", "-", "--json"], thousand.as_bytes()).fine().json();
    assert_eq!(told["results"].as_array().unwrap().len(), 1_000);
    let times: std::collections::BTreeSet<_> =
        told["results"].as_array().unwrap().iter().map(|row| row["recorded"].to_string()).collect();
    assert_eq!(times.len(), 1);
    let nothing = house.ledger("append -").fine();
    assert_eq!(nothing.out, "Nothing to record on standard input.\n");
}

#[test]
fn an_export_goes_to_a_file_and_has_its_forms() {
    let house = House::demo();
    let text = house.export();
    for words in ["export -o all.jsonl", "export --format text -o all.txt"] {
        house.ledger(words).fine();
        let name = words.rsplit(' ').next().unwrap();
        assert_eq!(std::fs::read_to_string(house.path(name)).unwrap(), text);
    }
    let json = house.ledger("export --json").fine().json();
    assert_eq!(json["results"].as_array().unwrap().len(), 199);
    assert_eq!(house.ledger("export --csv").code, 2);
}
