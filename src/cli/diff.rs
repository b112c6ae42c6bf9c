//! `ledger diff`: what changed in the world between two days, or in our knowledge about one.

mod text;

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::page::Page;
use crate::answer::Change;
use crate::ask::diff::{Question, table};
use crate::ask::{Knowing, Meant, Which};

/// What changed in the world between two days, or (--learned) in our knowledge about one.
#[derive(Debug, clap::Args)]
#[command(override_usage = "ledger diff A B [MEASURE…]\n       \
                            ledger diff --learned K1..K2 [--at DATE] [MEASURE…]")]
pub(super) struct Diff {
    /// Two days (also as A..B), then measures [default: all]; with --learned only measures.
    /// A day that begins with a hyphen stands after `--`: diff -- -30d today.
    #[arg(value_name = "A B|MEASURE")]
    words: Vec<String>,
    /// What we learned between two points: days, instants or record numbers (@N), included; ..K2
    /// from the beginning, K1.. to everything recorded.
    #[arg(long, value_name = "K1..K2", allow_hyphen_values = true)]
    learned: Option<String>,
    /// With --learned: about the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    at: Option<String>,
    #[command(flatten)]
    knowing: Knowing,
    #[command(flatten)]
    which: Which,
    /// Exit with 1 where something changed.
    #[arg(long)]
    exit_code: bool,
}

impl Diff {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let question = Question {
            words: self.words.clone(),
            learned: self.learned.clone(),
            at: self.at.clone(),
            knowing: self.knowing.clone(),
            which: self.which.clone(),
        };
        let format = desk.format()?;
        let meant = if format == Format::Text { Meant::ForPeople } else { Meant::ForPrograms };
        let (answer, changes) = question.ask(desk, meant)?;
        let exit = u8::from(self.exit_code && !changes.is_empty());
        let text = |changes: &[Change]| text::text(&answer, desk.is_utf8(), changes);
        Ok(Page { exit, ..Page::of_rows(format, answer.envelope(), changes, text, table) })
    }
}
