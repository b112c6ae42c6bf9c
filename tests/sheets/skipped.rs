//! Rows that were refused go to a file that can be mended and imported with the same rules.

use super::{LONG, errors, fixture, house_with, import};
use crate::house::House;

#[test]
fn the_good_rows_are_recorded_and_the_others_can_be_mended() {
    let house = House::empty();
    let table = "No,Id,Act,Date\n1,a,imposed,2020-01-01\n2,a,lifted,16-Mar\n3,b,imposd,2020-01-01\n\
                 4,\"c, \"\"quoted\"\"\nline\",imposed,soon\n5,b,lifted,2020-05-01\n";
    let told = import(&house, table, LONG, "--skip-bad bad.csv").fine();
    assert!(told.out.contains("t.csv: 3 refused, which are in bad.csv"), "{told:?}");
    assert_eq!(told.err.matches("warning: t.csv:").count(), 3, "{told:?}");
    let bad = std::fs::read_to_string(house.path("bad.csv")).unwrap();
    let expected = "No,Id,Act,Date\n2,a,lifted,16-Mar\n3,b,imposd,2020-01-01\n4,\"c, \"\"quoted\"\"\n\
                    line\",imposed,soon\n";
    assert_eq!(bad, expected);
    // Measures a and b, events 1 and 5: b is declared by the row that is good.
    assert_eq!(house.records(), 4);
    house.file("mended.csv", bad.replace("16-Mar", "2020-03-16").replace("soon", "2021"));
    let still = house.ledger("import mended.csv --map rules.toml");
    assert_eq!(errors(&still).len(), 1, "{still:?}");
    house.file(
        "mended.csv",
        bad.replace("16-Mar", "2020-03-16").replace("soon", "2021").replace("imposd", "imposed"),
    );
    house.ledger("import mended.csv --map rules.toml").fine();
    assert_eq!((house.records(), house.status("t.a", "2020-03-16")), (8, "lifted".to_owned()));
}

#[test]
fn a_file_that_is_there_is_not_replaced_and_none_is_made_for_nothing() {
    let house = House::empty();
    let (good, bad) =
        ("No,Id,Act,Date\n1,a,imposed,2020-01-01\n", "No,Id,Act,Date\n1,a,imposed,soon\n");
    import(&house, good, LONG, "--skip-bad bad.csv").fine();
    assert!(!house.path("bad.csv").exists());
    import(&house, bad, LONG, "--skip-bad bad.csv -n").fine();
    assert!(!house.path("bad.csv").exists());
    house.file("bad.csv", "mine");
    let answer = import(&house, bad, LONG, "--skip-bad bad.csv");
    assert_eq!(answer.code, 5, "{answer:?}");
    assert_eq!(std::fs::read(house.path("bad.csv")).unwrap(), b"mine");
    let answer = import(&house, bad, LONG, "--skip-bad t.csv");
    assert_eq!(answer.code, 5, "{answer:?}");
    assert_eq!(import(&house, bad, LONG, "--skip-bad bad.xlsx").code, 2);
    // The rows would have other numbers there.
    let counted = LONG.replace("{No}", "{row}");
    let answer = import(&house, bad, &counted, "--skip-bad other.csv");
    assert!(answer.code == 2 && answer.err.contains("`{row}`"), "{answer:?}");
}

#[test]
fn rows_that_are_too_long_or_too_short_stay_so() {
    let house = House::empty();
    let table = "No,Id,Act,Date\n1,a,imposed\n2,a,imposed,2020-01-01,x\n3,a,imposed,2020-01-01\n";
    import(&house, table, LONG, "--skip-bad bad.csv").fine();
    let bad = std::fs::read_to_string(house.path("bad.csv")).unwrap();
    assert_eq!(bad, "No,Id,Act,Date\n1,a,imposed\n2,a,imposed,2020-01-01,x\n");
}

#[test]
fn the_encoding_the_separator_and_cells_from_above_are_kept() {
    let house = house_with(&["japan-korea-sjis.csv", "japan-korea-sjis.rules.toml"]);
    let words = "import japan-korea-sjis.csv --map japan-korea-sjis.rules.toml --skip-bad bad.csv";
    house.ledger(words).fine();
    let whole = std::fs::read(fixture("japan-korea-sjis.csv")).unwrap();
    let bad = std::fs::read(house.path("bad.csv")).unwrap();
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec()).collect()
    };
    let (whole, bad) = (lines(&whole), lines(&bad));
    let expected: Vec<Vec<u8>> = [0, 5, 6, 7, 8].iter().map(|&line| whole[line].clone()).collect();
    assert_eq!(bad, expected);
    let house = House::empty();
    let rules = format!("{LONG}[rows]\nfill_down = [\"Id\"]\n");
    let table = "No,Id,Act,Date\n1,a,imposed,2020-01-01\n2,,lifted,soon\n";
    import(&house, table, &rules, "--skip-bad bad.csv").fine();
    let bad = std::fs::read_to_string(house.path("bad.csv")).unwrap();
    assert_eq!(bad, "No,Id,Act,Date\n2,a,lifted,soon\n");
}

#[test]
fn a_dry_run_and_json_say_what_would_be_refused() {
    let house = House::empty();
    let table = "No,Id,Act,Date\n1,a,imposed,2020-01-01\n2,a,lifted,soon\n";
    let json = import(&house, table, LONG, "--skip-bad bad.csv -n --json").fine().json();
    let row = &json["results"][0];
    assert_eq!((&json["dry_run"], &row["refused_rows"]), (&true.into(), &1.into()), "{json}");
    assert_eq!((&row["new"], &row["rows"]), (&2.into(), &2.into()), "{json}");
    assert_eq!(house.records(), 0);
}
