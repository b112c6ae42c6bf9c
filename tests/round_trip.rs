//! A spreadsheet that becomes a ledger, whose answer becomes a workbook, of which another ledger is
//! made: it answers the same.

use std::path::Path;

use crate::house::House;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;

/// What the columns of the sheet of `timeline` mean. What was planned and came is an event of that
/// day; what was planned and never came is none.
const OF_TIMELINE: &str = r#"
[file]
sheet = "timeline"

[rows]
when = { planned = ["", "takes-effect", "pending"] }
unless = { retracted = ["TRUE"], denied = ["TRUE"], modality = ["expected"] }

[measure]
id = "{measure}"
kind = "{kind}"
title = "{title}"

[[event]]
key = "again-{record}-{act}"
act = "{act}"
effective = "{effective}"
note = "{note}"
actors = "{actors|split:;}"

[[source]]
publisher = "{source_publisher}"
title = "{source_title}"
url = "{source_url}"
published = "{source_published}"
"#;

const OF_TRACKER: &str = r#"
[file]
sheet = "Tracker"

[measure]
id = "t.{Ref|slug}"
kind = "licensing-requirement"
title = "{Measure}"

[[event]]
key = "t-{Ref|slug}"
act = "imposed"
effective = "{From}"
note = "{Remark}"

[event.end]
date = "{Until}"
is = "last-day"

[[event]]
when = { Eased = "*" }
key = "t-{Ref|slug}-eased"
act = "eased"
effective = "{Eased}"

[[source]]
url = "{Link}"
publisher = "Gazette"
published = "{Seen}"
"#;

/// A workbook of a tracker: days as dates, what is not certain as text.
fn tracker(path: &Path) {
    let rows: [[&str; 8]; 6] = [
        ["Ref", "Measure", "From", "Until", "Eased", "Remark", "Link", "Seen"],
        [
            "A 1",
            "Masks",
            "2020-02-26",
            "2020-10-22",
            "2020-05",
            "=SUM(A1)",
            "https://e.org/1",
            "2020-02-25",
        ],
        ["A 2", "Rice", "2020-03", "", "", "400,000 t; monthly", "https://e.org/2", "2020-03-02"],
        ["B 1", "Öl", "[2019-11-22..2020-01-15]", "2021-12-31", "2020-06-01", "", "", ""],
        ["B 2", "Steel", "2018", "2019-07-03", "", "'quoted'", "https://e.org/4", "2018-03-01"],
        ["C", "Chips 半導体", "2023-03-01", "2031-12-31", "", "", "https://e.org/5", ""],
    ];
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Read me").unwrap().write_string(0, 0, "A tracker").unwrap();
    let sheet = book.add_worksheet().set_name("Tracker").unwrap();
    let dates = Format::new().set_num_format("yyyy-mm-dd");
    for (line, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match ExcelDateTime::parse_from_str(cell).ok().filter(|_| cell.len() == 10) {
                Some(day) => sheet.write_with_format(line, column, &day, &dates).unwrap(),
                None => sheet.write_string(line, column, cell).unwrap(),
            };
        }
    }
    book.save(path).unwrap();
}

const DAYS: [&str; 12] = [
    "2018-06-01",
    "2019-07-03",
    "2019-07-04",
    "2019-12-01",
    "2020-01-15",
    "2020-02-26",
    "2020-03-15",
    "2020-05-15",
    "2020-10-22",
    "2020-10-23",
    "2022-01-01",
    "2032-01-01",
];

/// What is answered on each of the days of each measure: a line each, in the order of their ids.
fn answers(house: &House) -> Vec<String> {
    let keys = ["measure", "title", "kind", "status", "standing", "possible", "since"];
    let on = |day: &&str| -> Vec<String> {
        let rows = house.state(&format!("--at {day}"));
        let line = |row: &Value| {
            let said: Vec<String> = keys.iter().map(|key| row[key].to_string()).collect();
            format!("{day} {}", said.join(" "))
        };
        rows.as_array().unwrap().iter().map(line).collect()
    };
    let mut lines: Vec<String> = DAYS.iter().flat_map(on).collect();
    lines.sort();
    lines
}

/// Whether both answer the same; tells what does not.
fn assert_same(copy: &House, house: &House) {
    let (copied, told) = (answers(copy), answers(house));
    assert!(told.len() >= 5 * DAYS.len());
    let other: Vec<_> = copied.iter().zip(&told).filter(|(one, other)| one != other).collect();
    assert!(other.is_empty() && copied.len() == told.len(), "{other:#?}");
}

/// The ledger made of the workbook that the other one answers with.
fn again(house: &House) -> House {
    house.ledger("timeline --all -o answer.xlsx").fine();
    let copy = House::empty();
    copy.file("answer.xlsx", std::fs::read(house.path("answer.xlsx")).unwrap());
    copy.file("rules.toml", OF_TIMELINE);
    let told = copy.ledger("import answer.xlsx --map rules.toml").fine();
    assert!(told.out.contains(" 0 recorded already"), "{told:?}");
    let twice = copy.ledger("import answer.xlsx --map rules.toml").fine();
    assert!(twice.out.contains(": 0 recorded, "), "{twice:?}");
    copy
}

#[test]
fn a_workbook_becomes_a_ledger_and_its_answer_another_one_that_answers_the_same() {
    let house = House::empty();
    tracker(&house.path("tracker.xlsx"));
    house.file("rules.toml", OF_TRACKER);
    house.ledger("import tracker.xlsx --map rules.toml").fine();
    let told = answers(&house);
    // The answers are no plain ones: some undetermined, some that came by themselves.
    let all = told.concat();
    for word in ["undetermined", "expired", "in-force-eased", "Chips 半導体"] {
        assert!(all.contains(word), "{word} in {all}");
    }
    let copy = again(&house);
    assert_same(&copy, &house);
    // And once more, from the copy.
    assert_same(&again(&copy), &house);
}

#[test]
fn what_was_said_in_cells_and_by_whom_comes_through() {
    let house = House::empty();
    tracker(&house.path("tracker.xlsx"));
    house.file("rules.toml", OF_TRACKER);
    house.ledger("import tracker.xlsx --map rules.toml").fine();
    let copy = again(&house);
    let said = |house: &House| {
        let imposed = |line: &str| {
            let record: Value = serde_json::from_str(line).unwrap();
            (record["act"] == "imposed").then(|| {
                let keys = ["measure", "effective", "note", "sources"];
                Value::from_iter(keys.map(|key| (key.to_owned(), record[key].clone())))
            })
        };
        let mut said: Vec<Value> = house.export().lines().filter_map(imposed).collect();
        said.sort_by_key(|it| it["measure"].to_string());
        said
    };
    assert_eq!(said(&house).len(), 5);
    assert_eq!(said(&copy), said(&house));
    assert_eq!(said(&copy)[0]["note"], "=SUM(A1)");
}

/// The tracker of the fixtures: lines above its header, merged cells, several links in a cell.
#[test]
fn a_workbook_of_the_fixtures_comes_through() {
    let house = House::empty();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sources");
    for name in ["food-curbs.xlsx", "food-curbs.rules.toml"] {
        house.file(name, std::fs::read(fixtures.join(name)).unwrap());
    }
    house.ledger("import food-curbs.xlsx --map food-curbs.rules.toml").fine();
    assert_same(&again(&house), &house);
}
