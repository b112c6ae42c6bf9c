//! Every JSON answer keeps the schema that `ledger schema` prints for it, and has no key that the
//! schema does not explain.

mod book;
mod commands;
mod words;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::house::House;
pub(crate) use book::Book;

/// A ledger that has something of everything: uncertain dates, plans, disagreement, a whole with
/// different parts, corrections.
pub(crate) fn motley() -> House {
    let house = House::simulated();
    let lines = concat!(
        r#"{"record":"measure","measure":"w","kind":"licensing-requirement","recorded":"2020-01-01T00:00:00Z"}"#,
        "\n",
        r#"{"record":"measure","measure":"w.a","kind":"licensing-requirement","part_of":"w"}"#,
        "\n",
        r#"{"record":"measure","measure":"w.b","kind":"licensing-requirement","part_of":"w"}"#,
        "\n",
        r#"{"record":"event","key":"a","measure":"w.a","act":"imposed","effective":"[2020-02-01..2020-03-31]","sources":[{"publisher":"A","published":"2020-03-03"}]}"#,
        "\n",
        r#"{"record":"measure","measure":"g","kind":"agreement","recorded":"2020-03-05T10:00:00Z"}"#,
        "\n",
        r#"{"record":"event","key":"signed","measure":"g","act":"signed","effective":"2020-01-10","sources":[{"publisher":"A","published":"2020-01-10","says":{"effective":"2020-01-20"}},{"title":"B","stance":"denies"}]}"#,
        "\n",
        r#"{"record":"event","key":"force","measure":"g","act":"entered-into-force","effective":"2020-02-01"}"#,
        "\n",
        r#"{"record":"event","key":"notice","measure":"g","act":"termination-notified","effective":"2020-04-01","then":[{"act":"terminated","effective":"2020-10-01"}]}"#,
        "\n",
        r#"{"record":"event","measure":"g","act":"extended","effective":"2020-06","modality":"expected"}"#,
        "\n",
        r#"{"record":"amendment","of":"notice","set":{"effective":"2020-04-02"},"because":"typo","reason":"a slip"}"#,
        "\n",
        r#"{"record":"source","of":"force","source":{"publisher":"C","says":{"effective":"2020-02-03"}}}"#,
        "\n",
        r#"{"record":"alias","measure":"gg","of":"g"}"#,
        "\n",
        r#"{"record":"review","measure":"g","through":"2020-05-01"}"#,
        "\n",
        r#"{"record":"event","key":"rate","measure":"w.a","act":"noted","effective":"2020-02-15","set":{"rate":"25%"}}"#,
        "\n",
        r#"{"record":"settlement","of":"signed","field":"occurred","value":true,"reason":"seen"}"#,
        "\n",
        r#"{"record":"kind","kind":"agreement","definition":{"acts":{"frozen":{}}},"note":"more"}"#,
        "\n",
        r#"{"record":"retraction","of":"rate","because":"typo"}"#,
        "\n",
        r#"{"record":"event","measure":"w.a","act":"noted","effective":"2020-02-16","set":{"quota":3}}"#,
        "\n",
    );
    house.run(&["append", "-"], lines.as_bytes()).fine();
    house
}

/// The ledgers that are asked: empty, the worked example, the articles, and one of everything.
fn houses() -> [(&'static str, House); 4] {
    let articles = House::simulated();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/articles.jsonl");
    articles.run(&["import", path], b"").fine();
    [
        ("empty", House::empty()),
        ("demo", House::demo()),
        ("articles", articles),
        ("motley", motley()),
    ]
}

/// Questions, asked of every ledger.
const QUESTIONS: [(&str, &str); 33] = [
    ("state", "state"),
    ("state", "state --at 2020-01-01"),
    ("state", "state --at 2020-02-20"),
    ("state", "state --at 2019-12-01 --known 2019-11-30"),
    ("state", "state --at 2020-02-02 --public 2020-01-15"),
    ("timeline", "timeline"),
    ("timeline", "timeline --all --from 2019-07-01 --to 2020-12-31"),
    ("timeline", "timeline --known 2019-12-31 --public 2019-10-01"),
    ("timeline-lanes", "timeline --lanes"),
    ("timeline-lanes", "timeline --lanes --to 2020-03-01"),
    ("diff", "diff 2019-06-30 2020-03-31"),
    ("diff", "diff 2020-01-01 2020-02-20"),
    ("diff", "diff 2019-06-30 2023-12-31"),
    ("diff", "diff 2016-01-01 2023-12-31 --known 2021-01-01"),
    ("diff", "diff --learned 2019-08-23..2020-03-01 --at 2019-12-01"),
    ("diff", "diff --learned 2019-01-01..2024-01-01 --at 2020-05-01"),
    ("agenda", "agenda"),
    ("agenda", "agenda --on 2023-05-01 --all"),
    ("agenda", "agenda --on 2020-07-15 --within 400d"),
    ("agenda", "agenda --on 2023-05-04 --overdue"),
    ("conflicts", "conflicts"),
    ("conflicts", "conflicts --all"),
    ("check", "check"),
    ("check", "check --on 2020-11-01 --strict"),
    ("log", "log"),
    ("log", "log --limit 3"),
    ("log", "log --from 2019-12-01 --known 2020-01-31"),
    ("measures", "measure list"),
    ("measures", "measure list --kind agreement --known 2020-01-01"),
    ("kinds", "kind list"),
    ("kind", "kind show plain"),
    ("kind", "kind show agreement"),
    ("export", "export"),
];

#[test]
fn every_answer_keeps_its_schema() {
    let book = Book::open();
    for (name, house) in houses() {
        for (schema, words) in QUESTIONS {
            let answer = house.ledger(&format!("{words} --json"));
            assert!(answer.code <= 1, "{name}: {words}: {answer:?}");
            book.check(schema, &answer.json(), &format!("{name}: {words}"));
        }
    }
}

#[test]
fn every_measure_and_record_keeps_its_schema() {
    let book = Book::open();
    for (name, house) in houses() {
        for row in house.ledger("measure list --json").fine().json()["results"].as_array().unwrap()
        {
            let id = row["measure"].as_str().unwrap();
            for (schema, words) in [
                ("measure", format!("measure show {id}")),
                ("explain", format!("explain {id} --at 2020-02-20")),
                ("explain", format!("explain {id} --at 2019-12-01 --known 2020-03-04")),
            ] {
                let answer = house.ledger(&format!("{words} --json"));
                if answer.code == 4 && words.contains("--known") {
                    continue;
                }
                book.check(schema, &answer.fine().json(), &format!("{name}: {words}"));
            }
        }
        for record in (1..=house.records()).step_by(if name == "demo" { 7 } else { 1 }) {
            let words = format!("show @{record}");
            let answer = house.ledger(&format!("{words} --json")).fine();
            book.check("show", &answer.json(), &format!("{name}: {words}"));
        }
    }
}

/// The answers have everything the schemas speak of; else a test above would show little.
#[test]
fn the_ledgers_that_are_asked_have_something_of_everything() {
    let said: String = houses()
        .iter()
        .flat_map(|(_, house)| {
            QUESTIONS.map(|(_, words)| house.ledger(&format!("{words} --json")).out)
        })
        .collect();
    for word in [
        r#""status":"undetermined""#,
        r#""status":"mixed""#,
        r#""contested""#,
        r#""unconfirmed""#,
        r#""parts":{"#,
        r#""attributes":{""#,
        r#""planned":{"place""#,
        r#""fate":"cancelled""#,
        r#""also":[{"#,
        r#""changed-back""#,
        r#""late-fact""#,
        r#""state":"overdue""#,
        r#""settled_on":{"#,
        r#""would_change":[{"#,
        r#""level":"warning""#,
        r#""reviewed_through":"20"#,
    ] {
        assert!(said.contains(word), "{word} is nowhere");
    }
}

/// Makes an answer a wrong one.
type Spoil = fn(&mut Value);

#[test]
fn a_wrong_answer_does_not_keep_its_schema() {
    let book = Book::open();
    let house = House::demo();
    let answer = house.ledger("state --at 2020-01-01 --json").fine().json();
    let wrong: [(&str, Spoil); 9] = [
        ("a row without its status", |a| drop(a["results"][0]["status"].take())),
        ("no standing of that word", |a| a["results"][0]["standing"] = json!("alive")),
        ("a record that is no number", |a| a["results"][1]["because"] = json!(["57"])),
        ("a day that is none", |a| a["query"]["at"] = json!("1 January 2020")),
        ("the name of another schema", |a| a["schema"] = json!("policy-ledger/log/1")),
        ("no flag of that word", |a| a["results"][0]["flags"] = json!(["odd"])),
        ("a key that nothing explains", |a| a["results"][0]["mood"] = json!("good")),
        ("a key that nothing explains", |a| a["ledger"]["size"] = json!(1)),
        ("a clock of another sort", |a| a["ledger"]["clock"] = json!("sun")),
    ];
    book.check("state", &answer, "as it is");
    for (what, spoil) in wrong {
        let mut spoilt = answer.clone();
        spoil(&mut spoilt);
        assert!(!book.complaints("state", &spoilt).is_empty(), "{what}");
    }
    for key in answer.as_object().unwrap().keys() {
        let mut spoilt = answer.clone();
        spoilt.as_object_mut().unwrap().shift_remove(key);
        assert!(!book.complaints("state", &spoilt).is_empty(), "without `{key}`");
    }
}

/// Within `/1` keys are only ever added: a reader with an old schema must take a newer answer.
#[test]
fn a_schema_takes_keys_that_are_added_later() {
    let book = Book::open();
    let mut answer = House::demo().ledger("state --at 2020-01-01 --json").fine().json();
    answer["results"][0]["mood"] = json!("good");
    answer["weather"] = json!("fine");
    assert_eq!(book.complaints_of_a_reader("state", &answer), Vec::<String>::new());
}

#[test]
fn every_schema_is_a_schema_and_explains_every_key() {
    let book = Book::open();
    for name in book.names() {
        let schema = book.schema(name);
        assert!(jsonschema::draft202012::meta::is_valid(schema), "{name}");
        let mut unexplained = Vec::new();
        unexplained_in(schema, schema, name, &mut unexplained);
        assert_eq!(unexplained, Vec::<String>::new());
    }
}

/// The places of keys that have neither a description nor a definition that has one.
fn unexplained_in(value: &Value, whole: &Value, place: &str, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else { return };
    for (name, said) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let named = said["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
        let definition = named.and_then(|pointer| whole.pointer(pointer));
        let explained = [Some(said), definition].into_iter().flatten();
        let explained = explained.filter(|it| it["description"].is_string()).count() > 0;
        if !explained && said.get("const").is_none() {
            found.push(format!("{place}: `{name}` is not explained"));
        }
    }
    for (key, inner) in object {
        let place = format!("{place}/{key}");
        for item in inner.as_array().into_iter().flatten().chain([inner]) {
            unexplained_in(item, whole, &place, found);
        }
    }
}

#[test]
fn the_list_is_that_of_the_files_and_of_the_sources() {
    let book = Book::open();
    let listed: BTreeSet<String> = book.names().map(str::to_owned).collect();
    let source = |path: &str| concat!(env!("CARGO_MANIFEST_DIR"), "/src/").to_owned() + path;
    let files = std::fs::read_dir(source("ask/schema")).unwrap().map(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".json").unwrap_or("").to_owned()
    });
    let files: BTreeSet<String> = files.filter(|name| !name.is_empty() && name != "defs").collect();
    assert_eq!(listed, files);
    let rooms = ["ask", "cli", "web"].map(|room| book::named_in_sources(&source(room)));
    let mut named: BTreeSet<String> = rooms.into_iter().flatten().collect();
    // What is no answer of a command that is 0.
    named.extend(["error".to_owned(), "record".to_owned()]);
    assert_eq!(listed, named);
}
