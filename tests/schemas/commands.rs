//! What commands say that record, make or tell something, and what errors say.

use serde_json::Value;

use super::book::Book;
use super::motley;
use crate::house::House;

/// Commands that record, each tried with `-n` and without.
const RECORDING: [(&str, &str); 13] = [
    ("append", "append g restored --on 2020-05-02 -s A --source-date 2020-05 --set rate=2"),
    ("append", "append w.b imposed --on 2020-07 --then lifted=2021-01-01 --cancels notice"),
    ("amend", "amend force --set effective=2020-02-02 --set note=x --because typo --reason y"),
    ("retract", "retract notice --because entered-by-mistake"),
    ("source-add", "source add a -s https://example.org/1 --says effective=2020-02-20 --denies"),
    ("review", "review g w --through 2020-08-01 --note none"),
    ("measure-add", "measure add n --kind tariff --title N --party KR --initial in-force --tag t"),
    ("measure-alias", "measure alias ggg g --note old"),
    ("kind-define", "kind define agreement extended.json --note more"),
    ("conflicts-settle", "conflicts settle force --field effective --value 2020-02-03 --reason r"),
    ("import", "import more.jsonl"),
    ("import", "import more.csv --map rules.toml --sync"),
    ("append", "append g restored --on 2020-05-02 --allow-duplicate --key again --by me"),
];

#[test]
fn what_is_said_of_what_was_recorded_keeps_its_schema() {
    let book = Book::open();
    let house = motley();
    house.file("extended.json", r#"{"acts":{"thawed":{}}}"#);
    house.file("more.csv", "Id,Date\n1,2020-01-01\n");
    house.file("other.csv", "Id,Date\n2,2020-01-01\n3,soon\n");
    house.file(
        "rules.toml",
        "[measure]\nid = \"more.{Id}\"\nkind = \"licence\"\n[[event]]\nkey = \"more-{Id}\"\nact = \
         \"issued\"\neffective = \"{Date}\"\n",
    );
    house.file("more.jsonl", "{\"record\":\"measure\",\"measure\":\"mm\",\"kind\":\"plain\"}\n");
    let mut said = String::new();
    for (schema, words) in RECORDING {
        for words in
            [format!("{words} -n --json"), format!("{words} --json"), words.to_owned() + " --json"]
        {
            let answer = house.ledger(&words);
            if answer.code == 3 {
                // The same again without a key is refused.
                let error: Value = serde_json::from_str(&answer.err).unwrap();
                let code = error["error"]["code"].as_str().unwrap();
                assert!(["duplicate", "already-retracted"].contains(&code), "{words}: {error}");
                book.check("error", &error, &words);
                continue;
            }
            said += &answer.out;
            book.check(schema, &answer.fine().json(), &words);
        }
    }
    let words = "import other.csv --map rules.toml --skip-bad bad.csv --json";
    book.check("import", &house.ledger(words).fine().json(), words);
    for part in [r#""dry_run":true"#, r#""new":false"#, r#""changed":[{"#, r#""already":1"#] {
        assert!(said.contains(part), "{part} is nowhere");
    }
}

#[test]
fn what_makes_or_tells_something_keeps_its_schema() {
    let book = Book::open();
    let house = House::empty();
    for (schema, words) in [
        ("init", "init other"),
        ("init", "init third --simulated-clock"),
        ("demo", "demo fourth"),
        ("rebuild", "rebuild"),
        ("backup", "backup all.backup"),
        ("restore", "restore all.backup fifth -n"),
        ("restore", "restore all.backup fifth"),
        ("doctor", "doctor"),
        ("doctor", "-f fourth doctor"),
        ("help", "help"),
        ("help", "help dates"),
        ("help", "help measure add"),
        ("completions", "completions bash"),
        ("completions", "completions fish"),
        ("man", "man"),
        ("man", "man measure add"),
        ("schema", "schema"),
        ("schema", "schema state"),
    ] {
        book.check(schema, &house.ledger(&format!("{words} --json")).fine().json(), words);
    }
    house.ledger("-f fourth checkpoint --known @57 -o old.checkpoint").fine();
    house.ledger("-f fourth prove @57 -o a.tlog-proof").fine();
    for (schema, words) in [
        ("verify", "verify"),
        ("verify", "-f fourth verify --checkpoint old.checkpoint"),
        ("verify", "-f fourth verify --view"),
        ("verify", "verify --proof a.tlog-proof"),
        ("checkpoint", "checkpoint"),
        ("checkpoint-key", "checkpoint --new-key key"),
        ("checkpoint", "checkpoint --key key"),
        ("prove", "-f fourth prove @57 --under old.checkpoint"),
        ("prove", "-f fourth prove --since old.checkpoint"),
        ("state", "-f fourth state --at 2020-01-01 --cite"),
    ] {
        book.check(schema, &house.ledger(&format!("{words} --json")).fine().json(), words);
    }
    let wrong = house.ledger(&format!("verify --expect {} --json", "0".repeat(64)));
    assert_eq!(wrong.code, 6);
    book.check("verify", &wrong.json(), "verify of another head");
    let bad = house.ledger("-f nowhere doctor --json");
    assert_eq!(bad.code, 5);
    book.check("doctor", &bad.json(), "doctor of what is not there");
}

#[test]
fn errors_keep_their_schema() {
    let book = Book::open();
    let house = House::demo();
    house.file("bad.jsonl", "{\"record\":\"event\"}\n{\"a\":1,\"a\":2}\n");
    for words in [
        "stat",
        "state kr-jp.gsoima nowhere",
        "state --at 2020-01",
        "import bad.jsonl",
        "import nowhere.jsonl",
        "-f nowhere state",
        "show @9999",
    ] {
        let answer = house.ledger(&format!("{words} --json"));
        assert!(answer.code > 1 && answer.out.is_empty(), "{words}: {answer:?}");
        book.check("error", &serde_json::from_str(&answer.err).unwrap(), words);
    }
}

#[test]
fn every_exported_record_keeps_the_schema_of_records() {
    let book = Book::open();
    for house in [House::demo(), motley()] {
        for line in house.export().lines() {
            book.check("record", &serde_json::from_str(line).unwrap(), line);
        }
    }
    for file in ["articles.jsonl", "public-record.jsonl"] {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/").to_owned() + file;
        for line in std::fs::read_to_string(path).unwrap().lines() {
            book.check("record", &serde_json::from_str(line).unwrap(), line);
        }
    }
    let wrong = r#"{"record":"event","measure":"m","effective":"2020-01-01"}"#;
    let wrong: Value = serde_json::from_str(wrong).unwrap();
    assert!(!book.complaints("record", &wrong).is_empty(), "an event without an act");
}
