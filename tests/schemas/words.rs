//! The closed lists of words in the schemas are those of the sources.

use std::collections::BTreeSet;

use serde_json::Value;

use super::book::Book;

/// An enum of the sources, the schema that lists its words, where, and words that are more.
const LISTS: [(&str, &str, &str, &str, &[&str]); 16] = [
    ("kind.rs", "Standing", "state", "/$defs/standing", &["mixed", "undetermined"]),
    ("answer/explain/words.rs", "Reason", "explain", "/$defs/reason", &[]),
    ("answer/explain/words.rs", "Role", "explain", "/$defs/role", &[]),
    ("answer/explain/words.rs", "What", "explain", "/$defs/what", &[]),
    ("answer/explain/words.rs", "RuleWord", "explain", "/$defs/ruling/properties/word", &[]),
    ("answer/diff.rs", "Sort", "diff", "/$defs/cause/properties/cause", &[]),
    ("answer/diff.rs", "Turn", "diff", "/properties/results/items/properties/change", &[]),
    (
        "answer/timeline/fate.rs",
        "Fate",
        "timeline",
        "/properties/results/items/properties/planned/anyOf/0/properties/fate",
        &[],
    ),
    ("answer/agenda.rs", "DueState", "agenda", "/$defs/due-state", &[]),
    ("answer/agenda.rs", "Awaited", "agenda", "/properties/results/items/properties/what", &[]),
    ("answer/check.rs", "Level", "check", "/properties/results/items/properties/level", &[]),
    ("record/event.rs", "Modality", "log", "/$defs/modality", &[]),
    ("record.rs", "Record", "log", "/$defs/record-type", &[]),
    ("ledger/header.rs", "ClockKind", "state", "/$defs/ledger/properties/clock", &[]),
    ("ledger/health.rs", "State", "doctor", "/properties/results/items/properties/state", &[]),
    ("ledger/health.rs", "State", "verify", "/properties/results/items/properties/state", &[]),
];

#[test]
fn closed_lists_are_those_of_the_sources() {
    let book = Book::open();
    for (file, name, schema, pointer, more) in LISTS {
        let listed = listed(book.schema(schema), pointer);
        let mut words = variants(file, name);
        words.extend(more.iter().map(|&word| word.to_owned()));
        assert_eq!(listed, words, "{name} in {file}, {schema}{pointer}");
    }
}

#[test]
fn the_rules_of_check_are_listed() {
    let rules = policy_ledger::answer::RULES.iter().map(|rule| rule.name.to_owned());
    let book = Book::open();
    let pointer = "/properties/results/items/properties/rule";
    assert_eq!(listed(book.schema("check"), pointer), rules.collect());
}

fn listed(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let list = schema.pointer(pointer).and_then(|it| it["enum"].as_array());
    let list = list.unwrap_or_else(|| panic!("no list at {pointer}"));
    list.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// The variants of an enum as its JSON writes them: in lower case, parts joined by `-`.
fn variants(file: &str, name: &str) -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/").to_owned() + file;
    let source = std::fs::read_to_string(path).unwrap();
    let body = source.split(&format!("pub enum {name} {{\n")).nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let variants = body.lines().map(str::trim).filter(|line| line.starts_with(char::is_uppercase));
    let word = |line: &str| line.split(['(', ',']).next().unwrap().to_owned();
    let words: BTreeSet<String> = variants.map(|line| kebab(&word(line))).collect();
    assert!(!words.is_empty(), "{name} in {file} has no variants");
    words
}

fn kebab(word: &str) -> String {
    word.chars().enumerate().fold(String::new(), |mut kebab, (place, c)| {
        if c.is_uppercase() && place > 0 {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase());
        kebab
    })
}
