//! `ledger kind`: the kinds and what they define.

mod define;
mod list;
mod show;

use clap::Subcommand;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use crate::record::{Entry, KindRecord, Record};

/// The kinds of measures: their statuses, their acts, and what the acts do.
#[derive(Debug, clap::Args)]
pub(super) struct Kind {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
enum Verb {
    /// The kinds there are: built in, and this ledger's own.
    List(list::List),
    /// One kind: its statuses, and its acts in the order of one day.
    Show(show::Show),
    /// Defines a kind, or changes what one says, in this ledger.
    Define(define::Define),
}

impl Kind {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        match &self.verb {
            Verb::List(verb) => verb.run(desk),
            Verb::Show(verb) => verb.run(desk),
            Verb::Define(verb) => verb.run(desk),
        }
    }
}

/// The records that define or change a kind, in record order.
fn definitions<'e>(
    entries: &'e [Entry],
    name: &str,
) -> impl Iterator<Item = (u64, &'e KindRecord)> {
    entries.iter().filter_map(move |entry| {
        let Record::Kind(record) = &entry.record else {
            return None;
        };
        (record.kind == name).then_some((entry.seq, record))
    })
}
