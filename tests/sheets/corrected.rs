//! A sheet that was corrected since it was imported: only the difference is recorded.

use super::{LONG, import, start_end};
use crate::house::House;

const FIRST: &str = "No,Id,Act,Date\n1,a,imposed,2020-01-01\n2,a,lifted,2020-03-01\n\
                     3,b,imposed,2020-02-01\n";

fn sync(house: &House, table: &str, more: &str) -> crate::house::Answer {
    import(house, table, LONG, &format!("--sync {more}"))
}

#[test]
fn what_is_otherwise_is_amended_and_what_is_new_is_recorded() {
    let house = House::empty();
    import(&house, FIRST, LONG, "").fine();
    let corrected = FIRST.replace("2020-03-01", "2020-03-15") + "4,b,lifted,2020-06-01\n";
    let plain = import(&house, &corrected, LONG, "");
    assert_eq!(plain.code, 3, "{plain:?}");
    assert_eq!(plain.help().last().unwrap(), "import t.csv --map rules.toml --sync -n");
    let dry = sync(&house, &corrected, "-n").fine();
    assert!(
        dry.out.contains("1 would be recorded, 4 recorded already, 1 would be amended"),
        "{dry:?}"
    );
    assert_eq!(house.records(), 5);
    let told = sync(&house, &corrected, "--reason second-reading").fine();
    assert!(told.out.contains("1 recorded, 4 recorded already, 1 amended"), "{told:?}");
    assert_eq!((house.records(), house.status("t.a", "2020-03-14")), (7, "in-force".to_owned()));
    let export = house.export();
    assert!(export.contains(r#""set":{"effective":"2020-03-15"},"because":"corrected-in-spreadsheet","reason":"second-reading"}"#), "{export}");
    let again = sync(&house, &corrected, "").fine();
    assert!(again.out.contains("0 recorded, 6 recorded already\n"), "{again:?}");
    assert_eq!(house.export(), export);
    // There and back again, and there: each is a correction of its own.
    sync(&house, FIRST, "").fine();
    assert_eq!(house.status("t.a", "2020-03-01"), "lifted");
    sync(&house, &corrected, "").fine();
    assert_eq!(house.status("t.a", "2020-03-14"), "in-force");
}

#[test]
fn what_was_known_before_stays_known() {
    let house = House::empty();
    import(&house, FIRST, LONG, "").fine();
    sync(&house, &FIRST.replace("2020-03-01", "2020-03-15"), "").fine();
    let then = house.state("t.a --at 2020-03-05 --known @5");
    assert_eq!(then[0]["status"], "lifted");
    assert_eq!(house.status("t.a", "2020-03-05"), "in-force");
}

#[test]
fn a_row_that_is_gone_is_no_retraction_unless_it_is_told() {
    let house = House::empty();
    import(&house, FIRST, LONG, "").fine();
    let shorter = FIRST.replace("2,a,lifted,2020-03-01\n", "");
    let kept = sync(&house, &shorter, "").fine();
    assert!(kept.out.contains("1 no longer in the sheet, and kept: @4"), "{kept:?}");
    assert_eq!(house.status("t.a", "2020-03-01"), "lifted");
    let json = sync(&house, &shorter, "--json").fine().json();
    assert_eq!(json["results"][0]["missing"], serde_json::json!([4]));
    let told = sync(&house, &shorter, "--missing retract").fine();
    assert!(told.out.contains("1 retracted"), "{told:?}");
    assert_eq!(house.status("t.a", "2020-03-01"), "in-force");
    // It comes back.
    let back = sync(&house, FIRST, "").fine();
    assert!(back.out.contains("1 reinstated"), "{back:?}");
    assert_eq!(house.status("t.a", "2020-03-01"), "lifted");
    let records = house.records();
    sync(&house, FIRST, "--missing retract").fine();
    assert_eq!(house.records(), records);
}

#[test]
fn what_is_missing_is_told_by_the_keys_of_the_sheet_alone() {
    let house = House::empty();
    import(&house, FIRST, LONG, "").fine();
    let other = LONG.replace("key = \"t-", "key = \"not-").replace("id = \"t.", "id = \"o.");
    import(&house, FIRST, &other, "--sync --missing retract").fine();
    sync(&house, FIRST, "--missing retract").fine();
    assert!(!house.export().contains("retraction"));
    let bare = LONG.replace("t-{No}", "{No}");
    let answer = import(&house, FIRST, &bare, "--sync --missing retract");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("which records are this table's own?"), "{answer:?}");
    let bad = FIRST.replace("2020-02-01", "soon");
    let words = "--sync --missing retract --skip-bad bad.csv";
    let answer = import(&house, bad, LONG, words);
    assert_eq!((answer.code, house.path("bad.csv").exists()), (2, false), "{answer:?}");
}

#[test]
fn what_was_corrected_in_the_ledger_stays_where_the_sheet_did_not_change() {
    let house = House::empty();
    import(&house, FIRST, LONG, "").fine();
    house.ledger("amend t-2 --set effective=2020-03-10 --because better-source").fine();
    house.ledger("retract t-3 --because entered-by-mistake").fine();
    let told = sync(&house, FIRST, "").fine();
    assert!(told.out.contains("1 retracted in the ledger, and left so: @5"), "{told:?}");
    assert_eq!(house.records(), 7);
    assert_eq!(house.status("t.a", "2020-03-09"), "in-force");
    assert_eq!(house.status("t.b", "2020-03-09"), "not-imposed");
    // Where the sheet changes, it counts.
    sync(&house, &FIRST.replace("2020-03-01", "2020-03-20"), "").fine();
    assert_eq!(house.status("t.a", "2020-03-19"), "in-force");
}

#[test]
fn ends_titles_and_fields_that_the_rules_do_not_name() {
    let house = House::empty();
    let rules = start_end("is = \"last-day\"").replace("kind =", "title = \"{Title}\"\nkind =");
    let table = "Id,Title,From,Until\na,One,2020-01-01,2020-03-31\n";
    import(&house, table, &rules, "").fine();
    house.ledger("amend t-a --set note=mine --because better-source").fine();
    house.ledger("amend @1 --set note=mine --because better-source").fine();
    let changed = "Id,Title,From,Until\na,Two,2020-01-01,\n";
    let told = import(&house, changed, &rules, "--sync").fine();
    assert!(told.out.contains("2 amended"), "{told:?}");
    let row = house.state("t.a --at 2021-01-01")[0].clone();
    assert_eq!((&row["status"], &row["title"]), (&"in-force".into(), &"Two".into()));
    let shown =
        house.ledger("show t-a --json").fine().out + &house.ledger("show @1 --json").fine().out;
    assert!(shown.matches("mine").count() >= 2, "{shown}");
    assert!(!house.export().contains(r#""set":{"note":null"#));
}
