//! What `import --suggest` proposes for tables in which only the first of several rows says what
//! they are about.

use crate::house::House;
use rust_xlsxwriter::{Format, Workbook};

fn suggested(house: &House, file: &str) -> String {
    house.ledger(&format!("import --suggest {file}")).fine().out
}

const MERGED: &str = "Country,Measure,Action,Date,Remark\n\
                      KR,Masks,imposed,2020-02-26,first\n\
                      ,,lifted,2020-10-23,\n\
                      ,Rice,imposed,2020-03-01,\n\
                      IN,Masks,imposed,2020-01-31,\n\
                      ,,eased,2020-02-08,second\n\
                      ,,lifted,2020-08-18,\n";

#[test]
fn empty_cells_below_a_value_are_proposed_to_say_the_same() {
    let house = House::empty();
    house.file("bans.csv", MERGED);
    let rules = suggested(&house, "bans.csv");
    assert!(rules.contains("[rows]\n# Guess: \"Country\": 4 of 6 cells are empty"), "{rules}");
    assert!(rules.contains("fill_down = [\"Country\", \"Measure\"]"), "{rules}");
    // The columns that say something else in each row are left alone, and ids come of what is filled.
    assert!(rules.contains("id = \"bans.{Country|slug}.{Measure|slug}\""), "{rules}");
    house.file("rules.toml", &rules);
    let told = house.ledger("import bans.csv --map rules.toml").fine();
    assert!(told.out.contains("9 recorded"), "{told:?}");
    for (measure, at, status) in [
        ("bans.kr.masks", "2020-10-22", "in-force"),
        ("bans.kr.masks", "2020-10-23", "lifted"),
        ("bans.kr.rice", "2020-03-01", "in-force"),
        ("bans.in.masks", "2020-02-08", "in-force-eased"),
        ("bans.in.masks", "2020-08-18", "lifted"),
    ] {
        assert_eq!(house.status(measure, at), status, "{measure} on {at}");
    }
}

#[test]
fn an_empty_cell_that_says_nothing_is_not_filled() {
    let house = House::empty();
    // Every row has its own id, and a title is missing; notes and ends are there or not; the first
    // country is unknown; a sum has neither.
    for (table, why) in [
        ("Id,Country,Measure,Start\n1,KR,Masks,2020-01-01\n2,KR,,2020-01-02\n", "ids"),
        (
            "Country,Measure,Start,Until,Note\nKR,Masks,2020-01-01,2020-02-01,a\n\
          IN,Rice,2020-01-02,,\n",
            "other columns",
        ),
        (
            "Country,Measure,Start\n,Masks,2020-01-01\nKR,Rice,2020-01-02\n,Oil,2020-01-03\n",
            "nothing above",
        ),
        ("Country,Measure,Start\nKR,Masks,2020-01-01\nIN,,2020-01-02\n", "another country"),
        (
            "Country,Measure,Start,Number\nKR,Masks,2020-01-01,3\nIN,Oil,2020-01-02,4\n,,,7\n",
            "a sum",
        ),
    ] {
        house.file("t.csv", table);
        let rules = suggested(&house, "t.csv");
        assert!(!rules.contains("fill_down"), "{why}: {rules}");
    }
}

/// A workbook in which the cells of a column are merged: only the first of them has the text.
#[test]
fn merged_cells_of_a_workbook_are_proposed_whatever_they_are_for() {
    let house = House::empty();
    let (plain, mut book) = (Format::new(), Workbook::new());
    let sheet = book.add_worksheet();
    let rows = [
        ["Id", "Measure", "Start", "Gazette"],
        ["1", "Ban on masks", "2020-01-01", ""],
        ["2", "Ban on rice", "2020-01-02", ""],
        ["3", "Ban on oil", "2020-01-03", "No 12"],
        ["4", "Ban on gas", "2020-01-04", ""],
    ];
    for (line, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(line, column, cell).unwrap();
        }
    }
    sheet.merge_range(1, 3, 2, 3, "No 11", &plain).unwrap();
    sheet.write_string(1, 3, "No 11").unwrap();
    book.save(house.path("bans.xlsx")).unwrap();
    let rules = suggested(&house, "bans.xlsx");
    assert!(rules.contains("the sheet has merged cells there"), "{rules}");
    assert!(rules.contains("fill_down = [\"Gazette\"]"), "{rules}");
}

#[test]
fn the_merged_cells_of_the_fixture_are_found() {
    let house = House::empty();
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sources");
    house.file("food-curbs.xlsx", std::fs::read(fixtures.join("food-curbs.xlsx")).unwrap());
    let rules = suggested(&house, "food-curbs.xlsx");
    assert!(rules.contains("fill_down = [\"Country\"]"), "{rules}");
}

#[test]
fn rules_are_written_to_a_file() {
    let house = House::empty();
    house.file("bans.csv", MERGED);
    let rules = suggested(&house, "bans.csv");
    let told = house.ledger("import --suggest bans.csv -o rules.toml").fine();
    assert_eq!(told.out, "", "{told:?}");
    assert_eq!(std::fs::read_to_string(house.path("rules.toml")).unwrap(), rules);
    house.ledger("import bans.csv --map rules.toml -n").fine();
    // An answer is no file of rules.
    let answer = house.ledger("state -o state.toml");
    assert_eq!((answer.code, house.path("state.toml").exists()), (2, false), "{answer:?}");
    assert!(answer.err.contains("`.toml`"), "{answer:?}");
}
