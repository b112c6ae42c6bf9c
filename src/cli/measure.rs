//! `ledger measure`: declare measures and inspect what is declared.

mod add;
mod alias;
mod list;
mod show;

use clap::Subcommand;
use serde_json::{Map, Value};

use super::complaint::{Complaint, Item};
use super::desk::Desk;
use super::page::Page;
use super::writing::refused_values;
use crate::record::{self, Draft};

/// Declare measures and inspect what is declared.
#[derive(Debug, clap::Args)]
pub(super) struct Measure {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
enum Verb {
    /// The measures that are declared.
    List(list::List),
    /// One measure: its declaration, other ids, parts, and its events.
    Show(show::Show),
    /// Declares a measure.
    Add(add::Add),
    /// Gives a measure a second id; both name it for ever.
    Alias(alias::Alias),
}

impl Measure {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        match &self.verb {
            Verb::List(verb) => verb.run(desk),
            Verb::Show(verb) => verb.run(desk),
            Verb::Add(verb) => verb.run(desk),
            Verb::Alias(verb) => verb.run(desk),
        }
    }
}

/// The draft of a record from its fields, as flags gave them.
pub(super) fn draft(fields: &Map<String, Value>) -> Result<Draft, Complaint> {
    record::read(fields).map_err(|refusals| {
        let items = refusals.into_iter().map(Item::from).collect();
        refused_values(items, "measure add")
    })
}
