//! Shapes of tables: long, wide, several events a row, several sources a row.

use super::{LONG, import};
use crate::house::House;

#[test]
fn several_events_a_row_and_plans_of_other_acts() {
    let rules = "[measure]\nid = \"law.{Id|slug}\"\nkind = \"regulation\"\n\
                 [[event]]\nkey = \"law-{Id}-adopted\"\nact = \"adopted\"\neffective = \"{Adopted}\"\n\
                 [[event.then]]\nwhen = { Force = \"*\" }\nact = \"entered-into-force\"\neffective = \
                 \"{Force}\"\n\
                 [[event]]\nwhen = { Repealed = \"*\" }\nkey = \"law-{Id}-repealed\"\nact = \
                 \"repealed\"\neffective = \"{Repealed}\"\nset = { by = \"{By}\" }\n";
    let house = House::empty();
    let table = "Id,Adopted,Force,Repealed,By\n1,2020-01-01,2020-03-01,2021-01-01,law 9\n\
                 2,2020-02-01,,,\n";
    import(&house, table, rules, "").fine();
    assert_eq!(house.records(), 5);
    for (measure, at, status) in [
        ("law.1", "2020-02-01", "adopted"),
        ("law.1", "2020-03-01", "in-force"),
        ("law.1", "2021-01-01", "repealed"),
        ("law.2", "2021-01-01", "adopted"),
    ] {
        assert_eq!(house.status(measure, at), status, "{measure} {at}");
    }
    assert_eq!(house.state("law.1 --at 2021-01-01")[0]["attributes"]["by"], "law 9");
}

#[test]
fn sources_of_a_row_stand_beside_each_other() {
    let rules = format!(
        "{LONG}[[event.source]]\nurl = \"{{Link|split:;}}\"\npublisher = \"{{By|split:;}}\"\nlang = \
         \"en\"\n"
    );
    let table = "No,Id,Act,Date,Link,By\n1,a,imposed,2020-01-01,https://a;https://b,A;B\n\
                 2,a,lifted,2020-02-01,https://c;https://d,C\n3,b,imposed,2020-02-01,,\n";
    let house = House::empty();
    import(&house, table, &rules, "").fine();
    let export = house.export();
    let sources = |key: &str| {
        let line = export.lines().find(|line| line.contains(key)).unwrap();
        serde_json::from_str::<serde_json::Value>(line).unwrap()["sources"].clone()
    };
    assert_eq!(
        sources("\"t-1\"")[1],
        serde_json::json!({"publisher":"B","url":"https://b","lang":"en"})
    );
    assert_eq!(sources("\"t-2\"")[1]["publisher"], "C");
    assert!(sources("\"t-3\"").is_null());
    let uneven = table.replace("A;B", "A;B;C");
    let answer = import(&House::empty(), uneven, &rules, "");
    assert!(answer.err.contains("t.csv:2: column \"Link\": 2 here, but 3"), "{answer:?}");
}

/// Rules for a wide table of `plain` statuses.
fn wide(more: &str) -> String {
    format!(
        "[measure]\nid = \"w.{{Id|slug}}\"\nkind = \"plain\"\n[wide]\n{more}[[event]]\nkey = \
         \"w-{{Id}}-{{head}}\"\nact = \"set\"\nstatus = \"{{value}}\"\n"
    )
}

#[test]
fn a_wide_table_asks_what_it_does_not_say() {
    let table = "Id,2020-01-01,2020-01-08,2020-01-15\na,open,,closed\n";
    let house = House::empty();
    let answer = import(&house, table, &wide(""), "");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("`first = \"baseline\"`"), "{answer:?}");
    let answer = import(&house, table, &wide("first = \"event\"\n"), "");
    assert_eq!(answer.code, 2, "{answer:?}");
    for said in ["`change = \"between\"`", "`empty = \"as-before\"`", "column \"2020-01-08\""] {
        assert!(answer.err.contains(said), "{said}: {answer:?}");
    }
}

#[test]
fn a_cell_that_is_not_like_the_one_before_makes_an_event() {
    let table = "Id,2020-01-01,2020-01-08,2020-01-15\na,open,,closed\n";
    let said = |more: &str| {
        let house = House::empty();
        import(&house, table, &wide(more), "").fine();
        (house.records(), house.status("w.a", "2020-01-10"), house.status("w.a", "2020-01-15"))
    };
    let answers = |records, one: &str, other: &str| (records, one.to_owned(), other.to_owned());
    let before = "first = \"baseline\"\nempty = \"as-before\"\n";
    let between = said(&format!("{before}change = \"between\"\n"));
    assert_eq!(between, answers(2, "undetermined", "closed"));
    let on_the_date = said(&format!("{before}change = \"on-the-date\"\n"));
    assert_eq!(on_the_date, answers(2, "open", "closed"));
    let blank = said("first = \"event\"\nempty = \"blank\"\nchange = \"on-the-date\"\n");
    assert_eq!(blank, answers(4, "none", "closed"));
    // Every day has its column: nothing is uncertain, and nothing is asked.
    let daily = "Id,2020-01-01,2020-01-02,2020-01-03\na,open,open,closed\n";
    let house = House::empty();
    import(&house, daily, &wide("first = \"ignored\"\n"), "").fine();
    assert_eq!(house.status("w.a", "2020-01-02"), "none");
    assert_eq!(house.status("w.a", "2020-01-03"), "closed");
    // Months: some day in them.
    let monthly = "Id,2020-01,2020-02\na,open,closed\n";
    let house = House::empty();
    import(&house, monthly, &wide("first = \"event\"\n"), "").fine();
    assert_eq!(house.status("w.a", "2020-02-10"), "undetermined");
    assert_eq!(house.status("w.a", "2020-02-29"), "closed");
    let turned = "Id,2020-01-02,2020-01-01\na,open,closed\n";
    let answer = import(&House::empty(), turned, &wide("first = \"event\"\n"), "");
    assert!(answer.err.contains("not in the order of their dates"), "{answer:?}");
}

#[test]
fn measures_of_the_ledger_take_events_without_being_declared() {
    let house = House::demo();
    let rules = "[measure]\nid = \"{Measure}\"\ndeclare = false\n[[event]]\nkey = \"more-{No}\"\nact = \
                 \"{Act}\"\neffective = \"{Date}\"\nend = { date = \"{Until}\", is = \"last-day\" }\n";
    let table = "No,Measure,Act,Date,Until\n1,jp.white-list.kr,modified,2024-05-01,2024-12-31\n";
    let answer = house.run(&["import", "t.csv", "--map", "rules.toml"], b"");
    assert_eq!(answer.code, 5, "{answer:?}");
    house.file("t.csv", table);
    house.file("rules.toml", rules);
    house.ledger("import t.csv --map rules.toml --now 2024-05-02").fine();
    assert_eq!(house.status("jp.white-list.kr", "2024-12-31"), "listed");
    assert_eq!(house.status("jp.white-list.kr", "2025-01-01"), "removed");
    let wrong = table.replace("white-list", "whit-list");
    house.file("t.csv", wrong.replace("\n1,", "\n2,"));
    let answer = house.ledger("import t.csv --map rules.toml --now 2024-05-02");
    assert_eq!(answer.code, 3, "{answer:?}");
    assert!(answer.err.contains("t.csv:2: column \"Measure\": "), "{answer:?}");
    assert!(answer.err.contains("did you mean `jp.white-list.kr`?"), "{answer:?}");
}

#[test]
fn a_large_table_is_imported_in_one_go() {
    let row = |row: usize| {
        let act = if row.is_multiple_of(2) { "imposed" } else { "lifted" };
        format!("{row},m{},{act},20{:02}-0{}-01\n", row / 4, 10 + row % 4, 1 + row % 3)
    };
    let rows = (0..4_000).map(row).collect::<Vec<String>>().concat();
    let table = format!("No,Id,Act,Date\n{rows}");
    let house = House::empty();
    let first = import(&house, &table, LONG, "").fine();
    assert!(first.out.contains("t.csv: 5000 recorded, 0 recorded already"), "{}", first.out);
    let again = import(&house, &table, LONG, "").fine();
    assert!(again.out.contains("t.csv: 0 recorded, 5000 recorded already"), "{}", again.out);
    assert_eq!(house.status("t.m7", "2013-12-31"), "lifted");
    let dirty =
        table.replace("\n3999,", "\n3999 ,").replace("3998,m999,imposed", "3998,m999,imposd");
    let answer = import(&House::empty(), dirty, LONG, "");
    assert_eq!((answer.code, super::errors(&answer).len()), (3, 1), "{}", answer.err);
}
