//! The schemas as the program prints them, and answers held against them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::house::House;

/// Every schema, twice: as printed, and closed, so that it refuses keys that it does not explain.
pub(crate) struct Book {
    pages: BTreeMap<String, (Value, Validator, Validator)>,
}

impl Book {
    pub(crate) fn open() -> Self {
        let house = House::empty();
        let list = house.ledger("schema --json").fine().json();
        let names = list["results"].as_array().unwrap().iter().map(|row| row["name"].as_str());
        let page = |name: &str| {
            let text = house.ledger(&format!("schema {name}")).fine().out;
            let schema: Value = serde_json::from_str(&text).unwrap();
            let mut strict = schema.clone();
            close(&mut strict);
            let validator = |schema: &Value| {
                let options = jsonschema::draft202012::options().should_validate_formats(true);
                options.build(schema).unwrap_or_else(|error| panic!("{name}: {error}"))
            };
            let (open, strict) = (validator(&schema), validator(&strict));
            (name.to_owned(), (schema, open, strict))
        };
        Self { pages: names.map(|name| page(name.unwrap())).collect() }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.pages.keys().map(String::as_str)
    }

    pub(crate) fn schema(&self, name: &str) -> &Value {
        &self.pages[name].0
    }

    /// What is wrong with an answer, unexplained keys too.
    pub(crate) fn complaints(&self, name: &str, answer: &Value) -> Vec<String> {
        complaints(&self.pages[name].2, answer)
    }

    /// What is wrong with an answer for somebody who has the schema as it is printed.
    pub(crate) fn complaints_of_a_reader(&self, name: &str, answer: &Value) -> Vec<String> {
        complaints(&self.pages[name].1, answer)
    }

    /// Fails where an answer does not keep its schema.
    #[track_caller]
    pub(crate) fn check(&self, name: &str, answer: &Value, what: &str) {
        let complaints = self.complaints(name, answer);
        assert!(complaints.is_empty(), "{what}\n{}", complaints.join("\n"));
        if !["error", "record"].contains(&name) {
            assert_eq!(answer["schema"], format!("policy-ledger/{name}/1"), "{what}");
        }
    }
}

fn complaints(validator: &Validator, answer: &Value) -> Vec<String> {
    let errors = validator.iter_errors(answer);
    errors.map(|error| format!("{}: {error}", error.instance_path())).take(5).collect()
}

/// Forbids keys that are not explained. A schema that is put together from several forbids what
/// none of them explains; its parts then forbid nothing.
fn close(schema: &mut Value) {
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        for (name, definition) in definitions {
            if name.starts_with("said-") { close_inside(definition) } else { close(definition) }
        }
    }
    if let Some(object) = schema.as_object_mut() {
        if object.contains_key("allOf") {
            object.insert("unevaluatedProperties".to_owned(), json!(false));
        } else if object.contains_key("properties") {
            object.insert("additionalProperties".to_owned(), json!(false));
        }
    }
    close_inside(schema);
}

fn close_inside(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    for (key, inner) in object {
        match (key.as_str(), inner) {
            ("properties", Value::Object(fields)) => fields.values_mut().for_each(close),
            ("items" | "additionalProperties", inner) => close(inner),
            ("anyOf", Value::Array(choices)) => choices.iter_mut().for_each(close),
            _ => {}
        }
    }
}

/// The schemas that the sources of the verbs name: `"policy-ledger/X/1"`, `envelope("X", …)`, and
/// the verbs that record (`Writing::open`).
pub(crate) fn named_in_sources(directory: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let mut waiting = vec![Path::new(directory).to_owned()];
    while let Some(path) = waiting.pop() {
        for file in std::fs::read_dir(path).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                read(&std::fs::read_to_string(path).unwrap(), &mut named);
            }
        }
    }
    named
}

fn read(source: &str, named: &mut BTreeSet<String>) {
    let mut take = |opening: &str, closing: &str| {
        for rest in source.split(opening).skip(1) {
            let name = rest.split(closing).next().unwrap();
            if !name.contains('{') {
                named.insert(name.replace(' ', "-"));
            }
        }
    };
    take("\"policy-ledger/", "/1\"");
    take(".envelope(\"", "\"");
    take(".envelope_of_rows(\"", "\"");
    take(".writing.open(desk, \"", "\"");
    take("const VERB: &str = \"", "\"");
    take("let verb = \"", "\"");
}
