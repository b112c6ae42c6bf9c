//! `ledger schema`: what an answer in JSON consists of, as JSON Schema.
//!
//! Each schema is a file of `schema/`; what several of them use is written once, in `defs.json`. A
//! schema that is printed brings with it what it uses.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::complaint::{Complaint, Exit, Item};
use super::page::Page;
use super::table::Table;
use crate::nearest::nearest;

/// The JSON Schema (draft 2020-12) of a JSON answer; without a name, the list of them.
///
/// Every answer names its schema: `"schema":"policy-ledger/state/1"` is that of `ledger schema
/// state`. Within `/1` keys are only ever added. `error` is what stands on standard error where a
/// command with `--json` fails, `record` a line of `ledger export`.
#[derive(Debug, clap::Args)]
pub(super) struct Schema {
    /// The name: that of the command, such as `state` or `source-add`.
    name: Option<String>,
}

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("schema/", $name, ".json")))),*]
    };
}

/// Every schema by its name: the questions, what commands that record say, the rest.
const SCHEMAS: [(&str, &str); 41] = files!(
    "state" "timeline" "timeline-lanes" "explain" "diff" "agenda" "conflicts" "check"
    "log" "show" "measures" "measure" "kinds" "kind"
    "append" "amend" "retract" "source-add" "review" "measure-add" "measure-alias" "kind-define"
    "conflicts-settle" "import"
    "verify" "checkpoint" "checkpoint-key" "prove"
    "export" "init" "demo" "backup" "restore" "rebuild" "doctor" "help" "completions" "man" "schema"
    "error" "record"
);

/// What several schemas use.
const SHARED: &str = include_str!("schema/defs.json");

/// The names of all schemas.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}

impl Schema {
    pub(super) fn run(&self) -> Result<Page, Complaint> {
        match &self.name {
            Some(name) => one(name),
            None => Ok(list()),
        }
    }
}

fn one(name: &str) -> Result<Page, Complaint> {
    let schema = schema(name).ok_or_else(|| unknown(name))?;
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap_or_default());
    let row = json!({"name": name, "title": schema["title"], "schema": schema});
    Ok(Page { text, json: answer(&[row]), as_is: true, ..Page::default() })
}

fn list() -> Page {
    let titled = SCHEMAS.iter().map(|(name, text)| (*name, title(&parsed(text))));
    let mut table = Table::new(&["NAME", "OF"]);
    let mut plain = Table::new(&["name", "title"]);
    let mut rows = Vec::new();
    for (name, title) in titled {
        let of = if title.contains('(') { title.clone() } else { format!("ledger {title}") };
        table.row(vec![name.to_owned(), of]);
        plain.row(vec![name.to_owned(), title.clone()]);
        rows.push(json!({"name": name, "title": title}));
    }
    let text = format!("{}One of them:  ledger schema state\n", table.to_text("  "));
    Page { text, json: answer(&rows), table: Some(plain), ..Page::default() }
}

fn answer(rows: &[Value]) -> Value {
    json!({"ok": true, "schema": "policy-ledger/schema/1", "results": rows, "notes": []})
}

fn title(schema: &Value) -> String {
    schema["title"].as_str().unwrap_or_default().to_owned()
}

fn unknown(name: &str) -> Complaint {
    let guesses = nearest(name, names()).into_iter().map(str::to_owned).collect();
    let item = Item::new("unknown-topic", format!("no schema `{name}`"));
    Complaint::new(Exit::Usage, item.guesses(guesses).help("schema"))
}

/// A schema with all that it uses; none if there is none of that name.
fn schema(name: &str) -> Option<Value> {
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
