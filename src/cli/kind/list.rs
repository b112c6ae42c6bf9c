//! `ledger kind list`: the kinds there are.

use serde_json::{Value, json};

use super::definitions;
use crate::ask::{Asked, Knowing, Scope};
use crate::cli::complaint::Complaint;
use crate::cli::desk::Desk;
use crate::cli::log::noted;
use crate::cli::page::Page;
use crate::cli::table::Table;
use crate::kind::{builtin, builtins};

/// The kinds there are: built in, and this ledger's own.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
}

/// A kind in a line.
struct Listed {
    kind: String,
    title: String,
    /// The revision of the built-in kind; none for a kind of this ledger's own.
    revision: Option<u32>,
    /// The records of this ledger that define or change it.
    records: Vec<u64>,
    /// How many measures are of this kind.
    measures: usize,
}

impl List {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let knowing = Knowing { known: self.known.clone(), public: None };
        let asked = Asked::about(desk, &knowing, &Scope::All)?;
        let found = found(&asked);
        let results = found.iter().map(row).collect();
        let now = asked.now(true);
        Ok(Page {
            text: text(&asked, &found),
            json: asked.envelope("kinds", json!({}), now, &results, &asked.notes()),
            table: Some(table(&found)),
            ..Page::default()
        })
    }
}

/// The built-in kinds in their order, then the ledger's own in record order.
fn found(asked: &Asked) -> Vec<Listed> {
    let own = asked.history.own_kinds().map(|(name, _)| name);
    let own = own.filter(|name| builtin(name).is_none());
    let names = builtins().map(|builtin| builtin.kind.as_str());
    names.chain(own).map(|name| listed(asked, name)).collect()
}

fn listed(asked: &Asked, name: &str) -> Listed {
    let entries = asked.known_entries();
    let (records, notes): (Vec<u64>, Vec<_>) =
        definitions(entries, name).map(|(seq, record)| (seq, record.note.clone())).unzip();
    let built_in = builtin(name);
    let noted = notes.into_iter().rev().flatten().next();
    let title = built_in.map(|it| it.title.clone()).or(noted);
    let measures = asked.history.measures().iter();
    let of_kind = measures.filter(|m| !m.retracted && m.measure.kind == name);
    Listed {
        kind: name.to_owned(),
        title: title.unwrap_or_default(),
        revision: built_in.map(|builtin| builtin.revision),
        records,
        measures: of_kind.count(),
    }
}

fn row(listed: &Listed) -> Value {
    json!({
        "kind": listed.kind,
        "title": listed.title,
        "built_in": listed.revision.is_some(),
        "revision": listed.revision,
        "records": listed.records,
        "measures": listed.measures,
    })
}

/// The columns that spreadsheets get; part of the contract.
fn table(found: &[Listed]) -> Table {
    let mut table = Table::new(&["kind", "title", "built_in", "revision", "records", "measures"]);
    for listed in found {
        let records: Vec<String> = listed.records.iter().map(u64::to_string).collect();
        table.row(vec![
            listed.kind.clone(),
            listed.title.clone(),
            listed.revision.is_some().to_string(),
            listed.revision.map(|it| it.to_string()).unwrap_or_default(),
            records.join(";"),
            listed.measures.to_string(),
        ]);
    }
    table
}

fn text(asked: &Asked, found: &[Listed]) -> String {
    let heading = format!("{} kinds · {}\n\n", found.len(), asked.extent());
    let mut table = Table::new(&["KIND", "REVISION", "MEASURES", "TITLE"]);
    for listed in found {
        table.row(vec![
            listed.kind.clone(),
            origin(listed),
            listed.measures.to_string(),
            listed.title.clone(),
        ]);
    }
    let hint = format!("One in full:  {}\n", asked.command("kind show agreement"));
    [heading, table.to_text(" "), noted(asked), hint].concat()
}

/// Where a kind comes from: `1`, `1 + @12`, `own @12`.
fn origin(listed: &Listed) -> String {
    let records: Vec<String> = listed.records.iter().map(|seq| format!("@{seq}")).collect();
    let records = records.join(" ");
    match listed.revision {
        Some(revision) if records.is_empty() => revision.to_string(),
        Some(revision) => format!("{revision} + {records}"),
        None => format!("own {records}"),
    }
}
