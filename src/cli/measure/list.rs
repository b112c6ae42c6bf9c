//! `ledger measure list`: the measures that are declared.

use serde_json::{Value, json};

use crate::cli::complaint::Complaint;
use crate::cli::desk::{Asked, Desk, Knowing};
use crate::cli::log::{extent, noted};
use crate::cli::page::Page;
use crate::cli::table::Table;
use crate::cli::which::Which;
use crate::history::{History, Tracked};

/// The measures that are declared, in the order of declaration.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    which: Which,
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
}

impl List {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let knowing = Knowing { known: self.known.clone(), public: None };
        let asked = desk.ask(&knowing)?;
        self.which.check(&asked)?;
        let measures = asked.history.measures().iter().enumerate();
        let filter = self.which.filter();
        let found: Vec<&Tracked> =
            measures.filter(|(m, tracked)| filter.takes(*m, tracked)).map(|(_, m)| m).collect();
        let results = found.iter().map(|m| row(m, &asked.history)).collect();
        let now = asked.now(true);
        Ok(Page {
            text: text(&asked, &found),
            json: asked.envelope("measures", json!({}), now, &results, &asked.notes()),
            table: Some(table(&found, &asked.history)),
            ..Page::default()
        })
    }
}

/// A declaration as JSON, as amended.
pub(super) fn row(tracked: &Tracked, history: &History) -> Value {
    let measure = &tracked.measure;
    json!({
        "measure": measure.measure,
        "title": tracked.title(),
        "kind": measure.kind,
        "revision": measure.revision,
        "parties": measure.parties,
        "part_of": whole(tracked, history),
        "tags": measure.tags,
        "items": measure.items,
        "initial": measure.initial,
        "note": measure.note,
        "aliases": tracked.aliases,
        "parts": parts(tracked, history),
        "record": tracked.record,
        "event_count": tracked.events.len(),
        "reviewed_through": tracked.reviewed_through,
    })
}

/// The id of the whole.
pub(super) fn whole<'h>(tracked: &Tracked, history: &'h History) -> Option<&'h str> {
    tracked.whole.map(|whole| history.measures()[whole].id())
}

/// The ids of the parts that are not withdrawn.
pub(super) fn parts<'h>(tracked: &Tracked, history: &'h History) -> Vec<&'h str> {
    let parts = tracked.parts.iter().map(|&part| &history.measures()[part]);
    parts.filter(|part| !part.retracted).map(Tracked::id).collect()
}

/// The columns that spreadsheets get; part of the contract.
fn table(found: &[&Tracked], history: &History) -> Table {
    let mut table = Table::new(&[
        "measure", "title", "kind", "parties", "part_of", "tags", "items", "initial", "aliases",
        "record", "events",
    ]);
    for tracked in found {
        let measure = &tracked.measure;
        let initial = measure.initial.as_ref();
        table.row(vec![
            measure.measure.clone(),
            tracked.title().to_owned(),
            measure.kind.clone(),
            measure.parties.join(";"),
            whole(tracked, history).unwrap_or_default().to_owned(),
            measure.tags.join(";"),
            measure.items.join(";"),
            initial.map(|it| it.status.clone()).unwrap_or_default(),
            tracked.aliases.join(";"),
            tracked.record.to_string(),
            tracked.events.len().to_string(),
        ]);
    }
    table
}

fn text(asked: &Asked, found: &[&Tracked]) -> String {
    let count = found.len();
    let heading = format!("{count} measures · {}\n\n", extent(asked));
    let Some(first) = found.first() else {
        let declare = asked.desk.command("measure add ID --kind KIND --title TEXT");
        return format!("{heading}No measure fits.\nDeclare one:  {declare}\n");
    };
    let mut table = Table::new(&["MEASURE", "KIND", "TITLE", "PARTIES", "EVENTS"]);
    for tracked in found {
        table.row(vec![
            tracked.id().to_owned(),
            tracked.measure.kind.clone(),
            tracked.title().to_owned(),
            tracked.measure.parties.join(" "),
            tracked.events.len().to_string(),
        ]);
    }
    let hint = asked.command(&format!("measure show {}", first.id()));
    let hint = format!("One in full:  {hint}\n");
    [heading, table.to_text(" "), noted(asked), hint].concat()
}
