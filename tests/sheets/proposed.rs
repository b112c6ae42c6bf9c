//! What `--suggest` proposes: after what it asks is answered, it works.

use super::{errors, house_with, import};
use crate::house::House;

/// The rules proposed for a fixture, with the questions that stand in them answered in order.
fn proposed(house: &House, tracker: &str, answers: &[(&str, &str)]) -> String {
    let mut rules = house.ledger(&format!("import --suggest {tracker}")).fine().out;
    let before = rules.clone();
    for (asked, answer) in answers {
        assert!(rules.contains(asked), "{tracker}: {asked} in\n{before}");
        rules = rules.replacen(asked, answer, 1);
    }
    house.file("proposed.toml", &rules);
    rules
}

#[test]
fn a_long_table_asks_for_the_word_that_is_no_act() {
    let house = house_with(&["export-curbs.csv"]);
    let answers = [("Narrowed = \"?\"", "Narrowed = \"eased\"")];
    let rules = proposed(&house, "export-curbs.csv", &answers);
    assert!(!rules.contains("= \"?\""), "{rules}");
    assert!(
        rules.contains("# Guess: \"Date\": the header says `date`, and 14 of 14 values are dates.")
    );
    house.ledger("import export-curbs.csv --map proposed.toml").fine();
    let eu = "export-curbs.eu.export-authorisation-for-protective-equipment";
    assert_eq!(house.status(eu, "2020-03-15"), "in-force");
    assert_eq!(house.status(eu, "2020-05-26"), "lifted");
}

#[test]
fn a_wide_table_asks_for_first_empty_and_change() {
    let house = house_with(&["school-closures.csv"]);
    let answers = [
        ("first = \"?\"", "first = \"baseline\""),
        ("empty = \"?\"", "empty = \"as-before\""),
        ("change = \"?\"", "change = \"between\""),
    ];
    let rules = proposed(&house, "school-closures.csv", &answers);
    assert!(rules.contains("\"DD/MM/YYYY\"") && rules.contains("\"no data\" = false"), "{rules}");
    house.ledger("import school-closures.csv --map proposed.toml").fine();
    assert_eq!(house.status("school-closures.jp", "2020-02-24"), "Open");
    assert_eq!(house.status("school-closures.jp", "2020-03-02"), "Closed");
}

#[test]
fn ends_names_of_countries_and_words_for_dates_are_asked_for() {
    let house = House::empty();
    let table = "Ref,Country,Measure,Start,End,Source\n\
                 A1,Narnia,Ban on exports of masks,13/02/2020,ongoing,https://example.org/1\n\
                 A2,KR,Ban on exports of rice,01/02/2020,next year,https://example.org/2\n\
                 A3,KR,Ban on exports of oil,01/02/2020,30/04/2020,https://example.org/3\n";
    house.file("bans.csv", table);
    let open = house.ledger("import --suggest bans.csv").fine().out;
    house.file("proposed.toml", &open);
    let answer = house.ledger("import bans.csv --map proposed.toml");
    assert_eq!(answer.code, 2, "{answer:?}\n{open}");
    let asked = errors(&answer);
    assert_eq!(asked.len(), 3, "{answer:?}");
    assert!(
        asked.iter().any(|said| said.contains("`last-day`") || said.contains("is = \"last-day\""))
    );
    let answers = [
        ("\"next year\" = \"?\"", "\"next year\" = \"2021\""),
        ("Narnia = \"?\"", "Narnia = \"XN\""),
        ("is = \"?\"", "is = \"first-day-after\""),
    ];
    proposed(&house, "bans.csv", &answers);
    house.ledger("import bans.csv --map proposed.toml").fine();
    assert_eq!(house.status("bans.a1", "2020-02-13"), "in-force");
    assert_eq!(house.status("bans.a2", "2020-12-31"), "in-force");
    assert_eq!(house.status("bans.a2", "2021-12-31"), "expired");
}

#[test]
fn what_no_value_tells_is_asked() {
    let house = House::empty();
    house.file("t.csv", "Id,Status,Date\n1,imposed,01/02/2020\n2,lifted,03/04/2020\n");
    let rules = house.ledger("import --suggest t.csv").fine().out;
    assert!(rules.contains("forms = [\"?\"]"), "{rules}");
    assert!(rules.contains("\"DD/MM/YYYY\" or \"MM/DD/YYYY\"?"), "{rules}");
    house.file("t.csv", "Id,Status,Date\n1,imposed,Mar-20\n2,lifted,Apr-20\n");
    let rules = house.ledger("import --suggest t.csv").fine().out;
    assert!(rules.contains("two_digit_years = \"?\""), "{rules}");
    let answered = rules.replace("two_digit_years = \"?\"", "two_digit_years = 2000");
    let table = std::fs::read(house.path("t.csv")).unwrap();
    import(&house, table, &answered, "").fine();
}

#[test]
fn encodings_separators_and_sheets_are_told() {
    for (tracker, said) in [
        ("waivers-1252.csv", "encoding = \"windows-1252\""),
        ("japan-korea-sjis.csv", "encoding = \"shift-jis\""),
        ("korea-controls-euckr.csv", "encoding = \"euc-kr\""),
        ("japan-korea-sjis.csv", "delimiter = \";\""),
        ("food-curbs.xlsx", "sheet = \"Measures\""),
        ("food-curbs.xlsx", "header = 3"),
    ] {
        let house = house_with(&[tracker]);
        let rules = house.ledger(&format!("import --suggest {tracker}")).fine().out;
        assert!(rules.contains(said), "{tracker}: {rules}");
    }
    let house = house_with(&["food-curbs.xlsx"]);
    assert_eq!(house.ledger("import --suggest food-curbs.xlsx --json").code, 2);
    assert_eq!(house.ledger("import --suggest nowhere.csv").code, 5);
    house.ledger("import --suggest food-curbs.xlsx -o rules.txt").fine();
    assert!(house.path("rules.txt").exists());
}

#[test]
fn titles_that_make_no_ids_are_given_some() {
    let house = house_with(&["japan-korea-sjis.csv"]);
    let rules = house.ledger("import --suggest japan-korea-sjis.csv").fine().out;
    assert!(rules.contains("id = \"japan-korea-sjis.{措置|table:ids}\""), "{rules}");
    assert!(rules.contains("\"輸出管理優遇国\" = \"?\""), "{rules}");
}

/// A header or a word that would end a text or a comment does not.
#[test]
fn what_stands_in_cells_cannot_break_the_rules() {
    let house = House::empty();
    let table = "\"a\"\"b\\\",\"No|x}\",\"Sta\ntus\",Date,Date\n1,1,\"im\"\"posed\\\",2020-01-01,\n\
                 2,2,lifted,2020-02-01,\n";
    house.file("t.csv", table);
    let rules = house.ledger("import --suggest t.csv").fine().out;
    house.file("rules.toml", &rules);
    let answer = house.ledger("import t.csv --map rules.toml");
    assert!(!answer.err.contains("no TOML"), "{answer:?}\n{rules}");
}
