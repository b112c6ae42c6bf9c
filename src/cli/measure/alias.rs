//! `ledger measure alias`: a second id for a measure.

use serde_json::{Map, json};

use crate::admission::Same;
use crate::ask::{Asker, Scope};
use crate::cli::complaint::Complaint;
use crate::cli::desk::Desk;
use crate::cli::measure::draft;
use crate::cli::page::Page;
use crate::cli::safe::quoted;
use crate::cli::writing::Writing;
use crate::record::Mentions;

/// Gives a measure a second id; both name it for ever.
#[derive(Debug, clap::Args)]
pub(super) struct Alias {
    /// The new id.
    new: String,
    /// The measure, by an id it has.
    of: String,
    /// A remark.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Alias {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let mentions = Mentions::measures([&self.new, &self.of]);
        let session = self.writing.open(desk, "measure alias", &Scope::About(mentions))?;
        let same = match session.history.measure(&self.new) {
            Some(_) => Same::Already,
            None => Same::New,
        };
        let mut fields = Map::new();
        fields.insert("record".to_owned(), json!("alias"));
        fields.insert("measure".to_owned(), json!(self.new));
        fields.insert("of".to_owned(), json!(self.of));
        fields.insert("note".to_owned(), json!(self.note));
        let mut page = session.record(vec![draft(&fields)?], same)?.page()?;
        let next = desk.command(&format!("measure show {}", quoted(&self.new)));
        page.text.extend(["Next: ", &next, "\n"]);
        Ok(page)
    }
}
