//! `ledger review`: somebody looked and found nothing newer.

use indexmap::IndexMap;
use serde_json::json;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use super::writing::Writing;
use crate::admission::Same;
use crate::ask::Scope;
use crate::ask::saying::Values;

/// Says that nothing newer was found through a day, so that no news is told from nobody looked.
#[derive(Debug, clap::Args)]
pub(super) struct Review {
    /// The measures.
    #[arg(required = true, value_name = "MEASURE")]
    measures: Vec<String>,
    /// The last day that was looked through.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    through: String,
    /// What was read.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Review {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let session = self.writing.open(desk, "review", &Scope::measures(&self.measures))?;
        let mut values = Values::new(session.ground(), "review");
        let through = values.day(&self.through);
        let mut measures: IndexMap<usize, &String> = IndexMap::new();
        for name in &self.measures {
            match session.history.measure(name) {
                // Named twice, by an alias perhaps, it is reviewed once.
                Some(measure) => drop(measures.entry(measure).or_insert(name)),
                None => values.problem(session.no_measure(name)),
            }
        }
        let said = measures.values().map(|measure| {
            json!({"record": "review", "measure": measure, "through": through, "note": self.note})
        });
        let drafts = values.drafts(said)?;
        session.record(drafts, Same::New)?.page()
    }
}
