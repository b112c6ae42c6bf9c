//! What an answer in JSON consists of, as JSON Schema (draft 2020-12).
//!
//! Each schema is a file of `schema/`; what several of them use is written once, in `defs.json`. A
//! schema that is handed out brings with it what it uses.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("schema/", $name, ".json")))),*]
    };
}

/// Every schema by its name: the questions, what commands that record say, the rest.
const SCHEMAS: [(&str, &str); 45] = files!(
    "state" "timeline" "timeline-lanes" "explain" "diff" "agenda" "conflicts" "check"
    "log" "show" "measures" "measure" "kinds" "kind"
    "append" "amend" "retract" "source-add" "review" "measure-add" "measure-alias" "kind-define"
    "conflicts-settle" "import"
    "verify" "checkpoint" "checkpoint-key" "prove"
    "export" "init" "demo" "backup" "restore" "rebuild" "follow" "migrate" "doctor" "help" "completions" "man" "schema"
    "sources" "about" "error" "record"
);

/// What several schemas use.
const SHARED: &str = include_str!("schema/defs.json");

/// The names of all schemas.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}

/// Every name with its title.
pub(crate) fn titles() -> impl Iterator<Item = (&'static str, String)> {
    SCHEMAS.iter().map(|(name, text)| (*name, title(&parsed(text))))
}

/// What a schema is of.
pub(crate) fn title(schema: &Value) -> String {
    schema["title"].as_str().unwrap_or_default().to_owned()
}

/// A schema and all that it uses, by their names, as components of a description of programs
/// (`OpenAPI` 3.1). Their references lead to each other there.
pub(crate) fn component(name: &str) -> Vec<(String, Value)> {
    let Some(schema) = schema(name) else { return Vec::new() };
    let mut schema = parsed(&schema.to_string().replace("\"#/$defs/", "\"#/components/schemas/"));
    let mut components = Vec::new();
    if let Some(whole) = schema.as_object_mut() {
        whole.shift_remove("$id");
        whole.shift_remove("$schema");
        if let Some(Value::Object(used)) = whole.shift_remove("$defs") {
            components.extend(used);
        }
    }
    components.push((name.to_owned(), schema));
    components
}

/// The reference to such a component.
pub(crate) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A schema with all that it uses; none if there is none of that name.
pub(crate) fn schema(name: &str) -> Option<Value> {
    let (_, text) = SCHEMAS.iter().find(|(known, _)| *known == name)?;
    let mut schema = parsed(text);
    let shared = parsed(SHARED);
    let used = used(&schema, &shared);
    let shared = shared.as_object().into_iter().flatten();
    let definitions: Map<String, Value> = shared
        .filter(|(name, _)| used.contains(name.as_str()))
        .map(|(name, definition)| (name.clone(), definition.clone()))
        .collect();
    if !definitions.is_empty() {
        schema["$defs"] = Value::Object(definitions);
    }
    Some(schema)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The names of the shared definitions that a schema uses, directly or through others.
fn used(schema: &Value, shared: &Value) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                let named = object.get("$ref").and_then(Value::as_str);
                let name = named.and_then(|named| named.strip_prefix("#/$defs/"));
                if let Some(name) = name.filter(|name| used.insert((*name).to_owned())) {
                    waiting.extend(shared.get(name));
                }
                waiting.extend(object.values());
            }
            Value::Array(items) => waiting.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    used
}
