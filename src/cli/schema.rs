//! `ledger schema`: what an answer in JSON consists of, as JSON Schema.

use serde_json::{Value, json};

use super::complaint::{Complaint, Exit, Item};
use super::page::Page;
use super::table::Table;
use crate::ask::schema::{names, schema, titles};
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
    let mut table = Table::new(&["NAME", "OF"]);
    let mut plain = Table::new(&["name", "title"]);
    let mut rows = Vec::new();
    for (name, title) in titles() {
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

fn unknown(name: &str) -> Complaint {
    let guesses = nearest(name, names()).into_iter().map(str::to_owned).collect();
    let item = Item::new("unknown-topic", format!("no schema `{name}`"));
    Complaint::new(Exit::Usage, item.guesses(guesses).help("schema"))
}
