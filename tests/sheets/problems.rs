//! Everything that is wrong is said at once, with its line, its column and a way out.

use super::{LONG, errors, import, start_end};
use crate::house::House;

#[track_caller]
fn refused(table: &str, rules: &str, expected: &[&str]) {
    let house = House::empty();
    let answer = import(&house, table, rules, "");
    assert_eq!(answer.code, 3, "{answer:?}");
    assert!(!answer.help().is_empty(), "{answer:?}");
    let said = errors(&answer);
    assert_eq!(said.len(), expected.len(), "{answer:?}");
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said}\n{expected}");
    }
    assert_eq!(house.records(), 0);
}

#[test]
fn each_row_has_its_problems_and_each_column_its_name() {
    let table = "No,Id,Act,Date\n\
                 1,a,imposed,16-Mar\n\
                 2,b,imposd,2020-02-30\n\
                 3,c,imposed,Next academic year\n\
                 4,d,imposed,0220-03-16\n\
                 5,,imposed,2020-03-16\n\
                 6,f,,\n\
                 7,g,imposed,43906\n\
                 8,h,imposed,04/07/2019\n";
    refused(
        table,
        LONG,
        &[
            "t.csv:2: column \"Date\": `16-Mar` does not say which year",
            "t.csv:3: column \"Date\": `2020-02-30` is no date in `edtf`",
            "t.csv:4: column \"Date\": `Next academic year` is no date",
            "t.csv:5: column \"Date\": `0220-03-16` is in the year 0220",
            "t.csv:6: column \"Id\": no measure: it is empty here",
            "t.csv:7: column \"Date\": no date: it is empty here",
            "t.csv:7: column \"Act\": no act: it is empty here",
            "t.csv:8: column \"Date\": `43906` is a number",
            "t.csv:9: column \"Date\": `04/07/2019` is no date",
        ],
    );
}

#[test]
fn what_the_ledger_refuses_is_said_of_the_column_it_comes_from() {
    let table = "No,Id,Act,Date\n1,a,imposd,2020-01-01\n2 2,b,imposed,2020-01-01\n";
    refused(
        table,
        LONG,
        &[
            "t.csv:2: column \"Act\": ",
            "t.csv:3: column \"No\": `key` must be 1 to 200 printable characters",
        ],
    );
    let house = House::empty();
    let answer = import(&house, "No,Id,Act,Date\n1,a,imposd,2020-01-01\n", LONG, "");
    assert!(answer.err.contains("did you mean `imposed`?"), "{answer:?}");
    let rules = LONG.replace("licensing-requirement", "licensing-requirment");
    refused("No,Id,Act,Date\n1,a,imposed,2020-01-01\n", &rules, &["t.csv:2: no kind"]);
}

#[test]
fn a_word_that_is_not_mapped_comes_with_the_nearest() {
    let rules = LONG.replace("{Act}", "{Act|table:acts}")
        + "[tables.acts]\nBan = \"imposed\"\n\"Ban lifted\" = \"lifted\"\n\"n/a\" = false\n";
    let house = House::empty();
    let table = "No,Id,Act,Date\n1,a,Bann,2020-01-01\n2,a,n/a,\n3,a, ban  LIFTED ,2020-02-01\n";
    let answer = import(&house, table, &rules, "");
    assert_eq!(errors(&answer), ["t.csv:2: column \"Act\": `Bann` is not in [tables.acts]"]);
    assert!(answer.err.contains("did you mean `Ban`?"), "{answer:?}");
    let good = table.replace("Bann", "Ban");
    import(&house, good, &rules, "").fine();
    // A measure and two events: the word that says nothing makes none.
    assert_eq!(house.records(), 3);
}

#[test]
fn names_are_taken_once() {
    refused(
        "No,Id,Act,Date\n1,a,imposed,2020-01-01\n1,a,lifted,2020-02-01\n",
        LONG,
        &["t.csv:3: column \"No\": the key `t-1` is that of another event, on line 2"],
    );
    let row = "1,a,imposed,2020-01-01\n";
    let table = format!("No,Id,Act,Date\n{row}2,a,lifted,2020-02-01\n{row}");
    refused(&table, LONG, &["t.csv:4: the same row as on line 2"]);
    let once = format!("{LONG}[rows]\nrepeated = \"once\"\n");
    let house = House::empty();
    import(&house, &table, &once, "").fine();
    assert_eq!(house.records(), 3);
    let titled = LONG.replace("kind =", "title = \"{Title}\"\nkind =");
    let table = "No,Id,Act,Date,Title\n1,a,imposed,2020-01-01,One\n2,a,lifted,2020-02-01,Other\n";
    refused(table, &titled, &["t.csv:3: column \"Title\": the title of `t.a` is `\"Other\"` here"]);
    let first = titled.replace("title =", "differing = \"first\"\ntitle =");
    let house = House::empty();
    import(&house, table, &first, "").fine();
    assert!(house.export().contains(r#""title":"One""#));
}

#[test]
fn an_end_is_never_assumed_to_be_the_one_or_the_other() {
    let house = House::empty();
    let table = "Id,From,Until\na,2020-01-01,2020-03-31\n";
    let answer = import(&house, table, &start_end(""), "");
    assert_eq!(answer.code, 2, "{answer:?}");
    let said = errors(&answer).concat();
    let place = "rules.toml:8: `event.end` does not say what a date in the column \"Until\" is: ";
    assert!(said.starts_with(place), "{said}");
    assert!(said.contains("`is = \"last-day\"`") && said.contains("`is = \"first-day-after\"`"));
    for (is, last, over) in
        [("last-day", "2020-03-31", "2020-04-01"), ("first-day-after", "2020-03-30", "2020-03-31")]
    {
        let house = House::empty();
        import(&house, table, &start_end(&format!("is = \"{is}\"")), "").fine();
        assert_eq!(house.status("t.a", last), "in-force", "{is}");
        assert_eq!(house.status("t.a", over), "expired", "{is}");
    }
}

#[test]
fn an_end_before_the_start_is_refused() {
    let last = start_end("is = \"last-day\"");
    let after = start_end("is = \"first-day-after\"");
    refused(
        "Id,From,Until\na,2020-03-02,2020-03-01\n",
        &last,
        &["t.csv:2: column \"Until\": the end, `2020-03-01`, lies before the start, `2020-03-02`"],
    );
    refused(
        "Id,From,Until\na,2020-03-02,2020-03-02\n",
        &after,
        &[
            "t.csv:2: column \"Until\": `2020-03-02` is the first day on which it no longer holds, and",
        ],
    );
    let house = House::empty();
    import(&house, "Id,From,Until\na,2020-03-02,2020-03-02\n", &last, "").fine();
    assert_eq!(house.status("t.a", "2020-03-02"), "in-force");
    assert_eq!(house.status("t.a", "2020-03-03"), "expired");
}

#[test]
fn two_digits_of_a_year_are_never_guessed() {
    let rules = format!("{LONG}[dates]\nforms = [\"MMM-YY\"]\n");
    let house = House::empty();
    let table = "No,Id,Act,Date\n1,a,imposed,Mar-20\n";
    let answer = import(&house, table, &rules, "");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("two_digit_years = 2000"), "{answer:?}");
    import(&house, table, &format!("{rules}two_digit_years = 2000\n"), "").fine();
    assert!(house.export().contains(r#""effective":"2020-03""#));
}

#[test]
fn rules_that_cannot_be_used_say_every_reason_with_its_line() {
    let house = House::empty();
    let rules = "[measure]\nid = \"{Id\"\nkind = \"plain\"\ncolour = \"red\"\n[dates]\nforms = \
                 [\"soon\"]\n[[event]]\nkey = \"{No|slag}\"\nact = \"{Act|table:acts}\"\n";
    let answer = import(&house, "No,Id,Act,Date\n", rules, "");
    assert_eq!(answer.code, 2, "{answer:?}");
    let lines: Vec<String> =
        errors(&answer).iter().map(|error| error.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(lines, [2, 4, 6, 7, 8].map(|line| format!("rules.toml:{line}")), "{answer:?}");
    let open = LONG.replace("{Act}", "?");
    let answer = import(&house, "No,Id,Act,Date\n", &open, "");
    assert_eq!(errors(&answer).len(), 1, "{answer:?}");
    assert!(answer.err.contains("rules.toml:6: `event.act` is not answered yet"), "{answer:?}");
    let other = LONG.replace("{Date}", "{Dat}");
    let answer = import(&house, "No,Id,Act,Date\n", &other, "");
    assert!(answer.err.contains("rules.toml:7: the table has no column `Dat`"), "{answer:?}");
    assert!(answer.err.contains("or `Date`?"), "{answer:?}");
    assert_eq!(import(&house, "", "= 1", "").code, 2);
}

#[test]
fn what_is_no_table_is_refused() {
    let house = House::empty();
    house.file("rules.toml", LONG);
    for (name, bytes) in [
        ("a.xlsx", b"PK\x03\x04 no workbook".as_slice()),
        ("a.ods", b""),
        ("a.csv", b""),
        ("b.csv", b"\n\n"),
        ("c.csv", b",,\n1,2,3\n"),
    ] {
        house.file(name, bytes);
        let answer = house.ledger(&format!("import {name} --map rules.toml"));
        assert_eq!(answer.code, 3, "{name}: {answer:?}");
        assert!(answer.err.starts_with(&format!("error: {name}:")), "{answer:?}");
    }
    house.file("book.xlsx", std::fs::read(super::fixture("food-curbs.xlsx")).unwrap());
    let answer = house.ledger("import book.xlsx --map rules.toml");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("There are `Read me`, `Measures`"), "{answer:?}");
    let answer = house.ledger("import book.xlsx --map rules.toml --sheet Meazures");
    assert!(answer.err.contains("did you mean `Measures`?"), "{answer:?}");
    for words in [
        "import a.csv",
        "import a.xls",
        "import a.csv b.csv --map rules.toml",
        "import rules.toml --map rules.toml",
    ] {
        assert_eq!(house.ledger(words).code, 2, "{words}");
    }
}
