//! What leaves a ledger comes back the same, and what comes in twice is there once.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::house::{House, PUBLIC_RECORD};

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

/// Every question, those about what was known too.
const QUESTIONS: [&str; 15] = [
    "state --at 2020-01-01",
    "state --at 2019-12-01 --public 2019-11-01",
    "timeline --all",
    "timeline --lanes --to 2023-12-31",
    "explain kr-jp.gsomia --at 2019-12-01",
    "diff 2019-06-30 2023-12-31",
    "agenda --on 2023-05-01 --all",
    "conflicts",
    "check",
    "log",
    "measure list",
    "show @57",
    "state --at 2019-12-01 --known 2019-11-01",
    "diff --learned 2019-11-01..2019-12-31 --at 2019-12-01",
    "explain kr-jp.gsomia --at 2019-12-01 --known 2019-11-01",
];

#[test]
fn an_exported_ledger_answers_every_question_the_same() {
    let from = House::demo();
    from.ledger("amend gsomia-signed-2016-11-23 --set effective=2016-11-24 --because typo").fine();
    let into = House::simulated();
    into.file("all.jsonl", from.export());
    into.ledger("import all.jsonl").fine();
    for question in QUESTIONS {
        let results = |house: &House| {
            let mut json = house.ledger(&format!("{question} --json --now 2024-06-01")).json();
            // A hash is of the bytes of one ledger: the first is chained to its header.
            for hash in ["hash", "previous"] {
                if let Some(Value::Object(row)) = json["results"].get_mut(0) {
                    row.remove(hash);
                }
            }
            json["results"].clone()
        };
        let (there, here) = (results(&from), results(&into));
        assert!(there.as_array().is_some_and(|rows| !rows.is_empty()), "{question}");
        assert!(there == here, "{question}");
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
fn what_a_demo_says_of_its_place_can_be_pasted_and_does_nothing_to_the_terminal() {
    let house = House::empty();
    std::fs::create_dir(house.path("elsewhere")).unwrap();
    for (name, said) in [("my demo", "cd 'elsewhere/my demo'\n"), ("a\u{1b}[2J", "a\\u{1b}[2J")] {
        let place = format!("elsewhere/{name}");
        let out = house.run(&["demo", &place], b"").fine().out;
        assert!(out.contains(said) && !out.contains('\u{1b}'), "{out}");
    }
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

#[test]
fn a_file_is_made_ready_before_anything_is_recorded() {
    let house = House::empty();
    house.ledger("measure add m --kind agreement").fine();
    let append = "append m signed --on 2020-01-01";
    std::fs::create_dir(house.path("dir")).expect("a directory");
    for place in ["nowhere/a.json", ".ledger/a.json", ".ledger/lock.txt", "dir"] {
        let answer = house.ledger(&format!("{append} -o {place}"));
        assert_eq!(answer.code, 2, "{place}: {answer:?}");
        let lines: Vec<&str> = answer.err.lines().collect();
        // As JSON it is one line; else the sentence and a command that helps.
        let expected = if answer.err.starts_with('{') { 1 } else { 2 };
        assert_eq!(lines.len(), expected, "{place}: {lines:?}");
    }
    assert_eq!(house.records(), 1);
    // What fails leaves the file as it was, and nothing beside it.
    house.file("dir/a.txt", "before");
    assert_eq!(house.ledger("append m nothing --on 2020-01-01 -o dir/a.txt").code, 3);
    assert_eq!(std::fs::read(house.path("dir/a.txt")).expect("the file"), b"before");
    house.ledger(&format!("{append} -o dir/a.txt")).fine();
    let text = std::fs::read_to_string(house.path("dir/a.txt")).expect("the file");
    assert!(text.starts_with("@2 recorded: "), "{text}");
    assert_eq!(std::fs::read_dir(house.path("dir")).expect("the directory").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_as_it_is() {
    let house = House::demo();
    let answer = house.ledger("export -o /dev/stdout --format text").fine();
    assert_eq!(answer.out, house.export());
    house.ledger("export -o /dev/null --format text").fine();
    assert!(!std::path::Path::new("/dev/null").is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error_and_a_reader_that_has_gone_is_none() {
    let house = House::demo();
    for words in [&["export"][..], &["--help"], &["--version"], &["completions", "bash"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let output = program(&house, words).stdout(full).output().expect("the program");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{words:?}: {said}");
        assert!(said.starts_with("error: standard output: "), "{words:?}: {said}");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = program(&house, words).stdout(writer).output().expect("the program");
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{words:?}");
    }
}

#[test]
fn the_ledger_is_free_while_input_is_waited_for() {
    let house = House::demo();
    for words in [["append", "-"], ["import", "-"]] {
        let mut waiting = program(&house, &words);
        let mut waiting = waiting.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it");
        let mut stdin = waiting.stdin.take().expect("its input");
        let key = words[0];
        let line = SIGNED.replace("\"measure\":\"m\"", &format!("\"measure\":\"{key}\""));
        let measure = MEASURE.replace("\"m\"", &format!("\"{key}\""));
        writeln!(stdin, "{measure}\n{line}").expect("a program that reads");
        stdin.flush().expect("a program that reads");
        // Long enough for a program that opens the ledger first to hold it.
        for _ in 0..10 {
            std::thread::sleep(std::time::Duration::from_millis(50));
            house.ledger("state --wait 0").fine();
        }
        drop(stdin);
        assert!(waiting.wait().expect("its end").success(), "{words:?}");
    }
    assert_eq!(house.records(), 203);
}

fn program(house: &House, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(words).env_clear().current_dir(house.path(""));
    command
}
