//! `ledger explain`: why a measure has its status on a day.

mod text;

use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use crate::ask::Knowing;
use crate::ask::explain::{Question, table};

/// Why a measure has its status on a day: what counts, what does not, the rule, the sources.
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The measure: its id, or another id of it.
    measure: String,
    /// At the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    at: Option<String>,
    #[command(flatten)]
    knowing: Knowing,
}

impl Explain {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let (measure, at) = (self.measure.clone(), self.at.clone());
        let answer = Question { measure, at, knowing: self.knowing.clone() }.ask(desk)?;
        Ok(Page {
            text: text::text(desk, &answer.asked, &answer.explanation, answer.at),
            json: answer.json(),
            table: Some(table(&answer.explanation)),
            ..Page::default()
        })
    }
}
