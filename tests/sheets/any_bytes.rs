//! Whatever the bytes are: a table, or problems; never a panic.

use std::collections::BTreeSet;

use policy_ledger::import::{Book, Encoding, Rules, Sheet, Sort, Told, suggest};
use proptest::prelude::*;

use super::fixture;

const SORTS: [Sort; 4] = [
    Sort::Text { tabs: false },
    Sort::Text { tabs: true },
    Sort::Book(Book::Xlsx),
    Sort::Book(Book::Ods),
];

/// Reads, gathers, writes what would be refused; and proposes rules.
fn through(bytes: &[u8], sort: Sort, rules: &str, encoding: Option<Encoding>) {
    let told = Told { encoding, sheet: None };
    if let Ok(text) = suggest("any.csv", bytes, sort, told) {
        // What is proposed is TOML.
        if let Err(problems) = Rules::read(&text) {
            let is_toml = problems.iter().all(|problem| !problem.message.contains("no TOML"));
            assert!(is_toml, "{problems:?}\n{text}");
        }
    }
    let Ok(rules) = Rules::read(rules) else { return };
    let Ok(sheet) = Sheet::read(bytes, sort, rules, told) else { return };
    let ending = |_: &str, _: Option<&str>| Some("expired".to_owned());
    let Ok(rows) = sheet.rows(&ending) else { return };
    let gathered = rows.gather(&BTreeSet::new());
    assert_eq!(gathered.drafts.len(), gathered.origins.len());
    let bad: BTreeSet<usize> = gathered.problems.iter().map(|(place, _)| *place).collect();
    let without = rows.gather(&bad);
    assert!(without.problems.is_empty(), "{:?}", without.problems);
    let _ = sheet.refused(&bad);
}

/// Words that mean something in rules, in dates, in tables.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "}",
        "|",
        "\"",
        "\\",
        "\n",
        "\r\n",
        ",",
        ";",
        "\t",
        "=",
        "[",
        "]",
        "[[event]]\n",
        "[measure]\n",
        "[wide]\n",
        "[dates]\n",
        "forms = ",
        "id = ",
        "key = ",
        "act = ",
        "effective = ",
        "\"?\"",
        "\"{A}\"",
        "\"{A|split:;}\"",
        "\"{row}\"",
        "\"{B|date}\"",
        "\"{B|next-day}\"",
        "A",
        "B",
        "2020-01-01",
        "31/12/99",
        "\"DD/MM/YY\"",
        "0220",
        "9999-12-31",
        "Mar",
        "16-Mar",
        "é",
        "ß",
        "輸",
        "한",
        "\u{feff}",
        "\u{0}",
        "\u{301}",
        "first = \"event\"\n",
        "empty = \"blank\"\n",
        "change = \"between\"\n",
        "kind = \"plain\"\n",
        "end = { date = \"{B}\", is = \"last-day\" }\n",
        "false",
        "12345",
        "-1",
    ];
    prop_oneof![proptest::sample::select(words.to_vec()).prop_map(str::to_owned), ".{0,3}"]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

const RULES: &str = "[measure]\nid = \"m.{A|slug}\"\nkind = \"plain\"\n[[event]]\nkey = \"k-{A|slug}-{B}\"\n\
                     act = \"set\"\nstatus = \"{B}\"\neffective = \"{B}\"\nend = { date = \"{A}\", is = \
                     \"last-day\" }\n";
const WIDE: &str = "[measure]\nid = \"m.{A|slug}\"\nkind = \"plain\"\n[wide]\nfirst = \"event\"\nempty = \
                    \"blank\"\nchange = \"between\"\n[[event]]\nkey = \"k-{A|slug}-{head}\"\nact = \
                    \"set\"\nstatus = \"{value}\"\n";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_table_and_any_rules(table in text(), rules in text()) {
        through(table.as_bytes(), SORTS[0], &rules, None);
        let table = format!("A,B,2020-01-01,2020-02-01\n{table}");
        through(table.as_bytes(), SORTS[0], RULES, None);
        through(table.as_bytes(), SORTS[0], WIDE, None);
    }

    #[test]
    fn any_bytes_in_any_encoding(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        encoding in proptest::sample::select(Encoding::ALL.to_vec()),
    ) {
        for sort in SORTS {
            through(&bytes, sort, RULES, Some(encoding));
        }
        let headed = [b"A,B\n".as_slice(), &bytes].concat();
        through(&headed, SORTS[0], RULES, Some(encoding));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn any_damage_to_a_workbook(places in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..20)) {
        let mut bytes = std::fs::read(fixture("food-curbs.xlsx")).unwrap();
        let length = bytes.len();
        for (place, byte) in places {
            bytes[place % length] = byte;
        }
        let rules = std::fs::read_to_string(fixture("food-curbs.rules.toml")).unwrap();
        through(&bytes, SORTS[2], &rules, None);
        bytes.truncate(length / 2);
        through(&bytes, SORTS[2], &rules, None);
    }
}
