//! The schema files hold together.

use super::*;

#[test]
fn every_file_is_json_and_what_it_uses_is_there() {
    let shared: Value = serde_json::from_str(SHARED).unwrap();
    let mut everything = BTreeSet::new();
    for (name, text) in SCHEMAS {
        let schema: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(schema["$id"], format!("urn:policy-ledger:{name}:1"));
        for used in used(&schema, &shared) {
            assert!(shared.get(&used).is_some(), "{name}: `{used}` is nowhere defined");
            everything.insert(used);
        }
    }
    let defined: BTreeSet<String> = shared.as_object().unwrap().keys().cloned().collect();
    assert_eq!(everything, defined, "what nothing uses has no place in defs.json");
}

#[test]
fn no_name_is_there_twice() {
    assert_eq!(names().collect::<BTreeSet<_>>().len(), SCHEMAS.len());
}

#[test]
fn what_a_schema_uses_comes_with_it_and_nothing_else_does() {
    let demo = schema("demo").unwrap();
    let definitions: Vec<&String> = demo["$defs"].as_object().unwrap().keys().collect();
    assert_eq!(definitions, ["instant", "hash", "id", "ledger", "notes"]);
    assert!(schema("diff").unwrap()["$defs"]["announced"].is_object());
}
