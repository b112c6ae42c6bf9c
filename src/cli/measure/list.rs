//! `ledger measure list`: the measures that are declared.

use crate::ask::measures::{declared, table};
use crate::ask::{Asked, Which};
use crate::cli::complaint::Complaint;
use crate::cli::desk::Desk;
use crate::cli::log::noted;
use crate::cli::page::Page;
use crate::cli::table::Table;
use crate::history::Tracked;

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
        let answer = declared(desk, self.known.as_ref(), &self.which)?;
        let found = answer.measures();
        Ok(Page {
            text: text(&answer.asked, &found),
            json: answer.json(),
            table: Some(table(&found, &answer.asked.history)),
            ..Page::default()
        })
    }
}

fn text(asked: &Asked, found: &[&Tracked]) -> String {
    let count = found.len();
    let heading = format!("{count} measures · {}\n\n", asked.extent());
    let Some(first) = found.first() else {
        let declare = asked.asker.command("measure add ID --kind KIND --title TEXT");
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
