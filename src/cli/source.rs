//! `ledger source`: more evidence for an event, or evidence against it.

use serde_json::json;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::sources::Sources;
use super::writing::{Writing, misused};
use crate::admission::Same;
use crate::ask::Scope;
use crate::ask::saying::Values;

/// Adds evidence to an event.
#[derive(Debug, clap::Args)]
pub(super) struct Source {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Adds one or several sources to an event.
    Add(Add),
}

/// Adds one or several sources to an event.
#[derive(Debug, clap::Args)]
struct Add {
    /// The event: a number (@12), an id or the beginning of one, or a key.
    #[arg(value_name = "REF")]
    of: String,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    writing: Writing,
}

impl Source {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        match &self.act {
            Act::Add(add) => add.run(desk),
        }
    }
}

impl Add {
    fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        if self.sources.is_empty() {
            let message = "say who says so: `ledger source add REF --source URL`";
            return Err(misused(message, "source add"));
        }
        let session = self.writing.open(desk, "source add", &Scope::records([&self.of]))?;
        let mut values = Values::new(session.ground(), "source add");
        let of = values.reference(&self.of);
        let sources = self.sources.values(&mut values);
        let said = sources
            .into_iter()
            .map(|source| json!({"record": "source", "of": of, "source": source}));
        let drafts = values.drafts(said)?;
        session.record(drafts, Same::New)?.page()
    }
}
