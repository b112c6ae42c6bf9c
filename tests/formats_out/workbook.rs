//! Tables as workbooks, read by the `calamine` crate and held to the same tables as CSV.

use std::io::Cursor;
use std::process::{Command, Stdio};

use calamine::{Data, Range, Reader as _, Xlsx};
use serde_json::{Value, json};

use super::{ask, evil, file, record};
use crate::house::House;

/// Every question with rows.
const QUESTIONS: [(&str, &str); 13] = [
    ("state", "state --at 2020-01-01"),
    ("timeline", "timeline"),
    ("timeline-lanes", "timeline --lanes kr-jp.gsomia jp.white-list.kr"),
    ("diff", "diff 2019-06-30 2020-01-01"),
    ("diff", "diff --learned 2019-01-01.. --at 2020-01-01"),
    ("log", "log"),
    ("agenda", "agenda --on 2023-05-01 --all"),
    ("conflicts", "conflicts"),
    ("check", "check"),
    ("explain", "explain kr-jp.gsomia --at 2019-12-01"),
    ("measures", "measure list"),
    ("kinds", "kind list"),
    ("state", "state --at 2020-01-01 --standing pending"),
];

struct Book {
    names: Vec<String>,
    rows: Range<Data>,
    about: Vec<(String, Data)>,
}

fn read(bytes: Vec<u8>) -> Book {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    for name in &names {
        assert!(book.worksheet_formula(name).unwrap().is_empty(), "a formula in {name}");
    }
    let rows = book.worksheet_range(&names[0]).unwrap();
    let about = book.worksheet_range("About").unwrap();
    let about = about.rows().map(|row| (row[0].to_string(), row[1].clone())).collect();
    Book { names, rows, about }
}

fn said<'b>(book: &'b Book, name: &str) -> &'b Data {
    &book.about.iter().find(|(it, _)| it == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// The cells of a CSV, line by line; the apostrophe before what could be a formula taken off.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut chars, mut quoted) = (text.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(c),
        }
    }
    let plain = |cell: &mut String| {
        if let Some(rest) =
            cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']))
        {
            *cell = rest.to_owned();
        }
    };
    rows.iter_mut().flatten().for_each(plain);
    rows
}

/// The time that a number of days since the end of 1899 stands for.
fn time(serial: f64) -> chrono::NaiveDateTime {
    let start = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
    let millis = format!("{:.0}", serial * 86_400_000.0).parse().unwrap();
    start.and_time(chrono::NaiveTime::MIN) + chrono::TimeDelta::milliseconds(millis)
}

/// A cell of a workbook as it is written in a CSV.
fn written(cell: Option<&Data>) -> String {
    match cell {
        None | Some(Data::Empty) => String::new(),
        Some(Data::Bool(truth)) => truth.to_string(),
        Some(Data::DateTime(date)) => {
            let time = time(date.as_f64());
            let midnight = time.time() == chrono::NaiveTime::MIN;
            let form = if midnight { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%.3fZ" };
            time.format(form).to_string()
        }
        Some(other) => other.to_string(),
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

#[test]
fn every_table_is_the_same_as_a_workbook_with_typed_cells() {
    let house = House::demo();
    let (mut dates, mut numbers, mut times, mut truths) = (0, 0, 0, 0);
    for (sheet, words) in &QUESTIONS {
        let book = read(file(&house, words, "a.xlsx"));
        assert_eq!(book.names, [*sheet, "About"], "{words}");
        let table = csv(&ask(&house, &format!("{words} --csv")).out);
        assert_eq!(book.rows.height(), table.len(), "{words}");
        let header = &table[0];
        for (line, row) in table.iter().enumerate() {
            for (column, text) in row.iter().enumerate() {
                let cell = book.rows.get((line, column));
                let name = &header[column];
                assert_eq!(written(cell), *text, "{words}: {name} in row {line}");
                match cell {
                    Some(Data::DateTime(_)) if is_day(text) => dates += 1,
                    Some(Data::DateTime(_)) => times += 1,
                    Some(Data::Float(_) | Data::Int(_)) => numbers += 1,
                    Some(Data::Bool(_)) => truths += 1,
                    _ => {}
                }
            }
        }
        // Where all cells of a column are days, or counts, none of them is a text.
        for (column, name) in header.iter().enumerate() {
            let mut cells = table[1..].iter().map(|row| &row[column]).filter(|it| !it.is_empty());
            let mut filled = cells.clone();
            let typed = filled.next().is_some()
                && (cells.clone().all(|it| is_day(it))
                    || cells.all(|it| it.parse::<i64>().is_ok()));
            let lists = [
                "because",
                "by",
                "planned_by",
                "settled_by",
                "items",
                "text",
                "value",
                "key",
                "records",
            ];
            if typed && !lists.contains(&&**name) {
                let text = (1..table.len())
                    .any(|line| matches!(book.rows.get((line, column)), Some(Data::String(_))));
                assert!(!text, "{words}: {name} is a text");
            }
        }
        assert_eq!(said(&book, "question").to_string(), *sheet);
        assert_eq!(said(&book, "ledger").to_string(), "6a617061-6e6b-8f72-a561-64656d6f0001");
        assert_eq!(said(&book, "head").to_string().len(), 64);
    }
    assert!(dates > 500 && numbers > 500 && times > 100 && truths > 100);
}

#[test]
fn the_command_in_a_workbook_repeats_it() {
    let house = House::demo();
    let before: Vec<(String, Value)> = QUESTIONS
        .iter()
        // An explanation also says what was recorded later.
        .filter(|(_, words)| !words.starts_with("kind") && !words.starts_with("explain"))
        .map(|(_, words)| {
            let book = read(file(&house, words, "a.xlsx"));
            let results = ask(&house, &format!("{words} --json")).json()["results"].clone();
            (said(&book, "repeat").to_string(), results)
        })
        .collect();
    let agenda = read(file(&house, "agenda --party KR --within 1y", "a.xlsx"));
    let command = said(&agenda, "repeat").to_string();
    assert_eq!(command, "ledger agenda --party KR --within 1y --known @199 --now 2024-06-01");
    let moved = read(file(&house, "state --at yesterday --known @60", "a.xlsx"));
    let command = said(&moved, "repeat").to_string();
    assert_eq!(command, "ledger state --at yesterday --known @60 --now 2024-06-01");
    let more = "append kr-jp.gsomia terminated --on 2019-08-01 --now 2024-02-01";
    house.ledger(more).fine();
    house.ledger("measure add new --kind plain --now 2024-02-01").fine();
    for (command, results) in before {
        let words = command.strip_prefix("ledger ").unwrap();
        let again = house.ledger(&format!("{words} --json"));
        assert!(again.json()["results"] == results, "{command}");
    }
}

#[test]
fn what_excel_does_not_know_is_a_text() {
    let house = House::simulated();
    let event = |day: &str| {
        json!({"record": "event", "measure": "m", "act": "set", "status": format!("since {day}"),
               "effective": day})
    };
    let days = ["0001-01-01", "1899-12-31", "1900-02-28", "1900-03-01", "2019-08", "9999-12-31"];
    let measure = json!({"record": "measure", "measure": "m", "kind": "plain", "title": "=A1"});
    let records: Vec<Value> =
        std::iter::once(measure).chain(days.iter().map(|day| event(day))).collect();
    record(&house, &records);
    let book = read(file(&house, "timeline", "a.xlsx"));
    let header: Vec<String> =
        book.rows.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let column = |name: &str| header.iter().position(|it| it == name).unwrap();
    for (line, day) in days.iter().enumerate() {
        let cell = |name: &str| book.rows.get((line + 1, column(name))).unwrap();
        let exact = matches!(cell("effective"), Data::DateTime(_));
        assert_eq!(exact, is_day(day) && *day >= "1900-03-01", "{day}");
        assert_eq!(written(Some(cell("effective"))), *day);
        assert_eq!(*cell("title"), Data::String("=A1".to_owned()));
    }
    let month = book.rows.get((5, column("effective_latest")));
    assert!(matches!(month, Some(Data::DateTime(_))));
    assert_eq!(written(month), "2019-08-31");
}

#[test]
fn a_text_that_is_too_long_is_cut_and_said_to_be() {
    let house = House::simulated();
    let fits = "韓".repeat(16_000);
    let event = |note: &str, day: &str| json!({"record": "event", "measure": "m", "act": "noted", "effective": day, "note": note});
    let measure = json!({"record": "measure", "measure": "m", "kind": "plain"});
    record(&house, &[measure, event(&fits, "2019-01-01")]);
    let quiet = ask(&house, "timeline -o a.xlsx").fine();
    assert!(!quiet.err.contains("cut"), "{}", quiet.err);
    let mut text =
        json!({"record": "event", "measure": "m", "act": "noted", "effective": "2019-01-02"});
    text["note"] = json!(format!("{}{}", "x".repeat(32_000), "y".repeat(1_000)));
    record(&house, &[text]);
    let answer = ask(&house, "timeline -o a.xlsx").fine();
    assert!(answer.err.contains("note: 1 cell is cut and marked"), "{}", answer.err);
    let book = read(std::fs::read(house.path("a.xlsx")).unwrap());
    let cells: Vec<String> = book.rows.rows().map(|row| row[21].to_string()).collect();
    assert_eq!(cells[1], fits);
    assert_eq!(cells[2].encode_utf16().count(), 32_767);
    let mark = " … [cut: 33000 characters do not fit into a cell]";
    assert!(cells[2].starts_with("xxx") && cells[2].ends_with(mark));
}

#[test]
fn nothing_in_a_text_is_run_or_lost() {
    let house = evil();
    let book = read(file(&house, "log", "a.xlsx"));
    let measures = read(file(&house, "measure list", "a.xlsx"));
    let title = measures.rows.get((1, 1)).unwrap().to_string();
    assert_eq!(title, "=1+1,\"<x>&amp;';\\\n\\u{1}\u{202e}]]> _x0041_ ＝韓國");
    assert_eq!(book.rows.height(), 4);
    let table = ask(&house, "measure list --csv").fine().out;
    assert!(table.contains("\"'=1+1,"), "{table}");
}

#[test]
fn a_pipe_takes_a_workbook() {
    let house = House::demo();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(["state", "--format", "xlsx", "--now", "2024-06-01"]).env_clear();
    let output = command.current_dir(house.path("")).stdout(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(read(output.stdout.clone()).rows.height() > 20);
    assert!(output.stdout == file(&house, "state", "a.xlsx"));
}
