//! `ledger measure add`: declares a measure.

use serde_json::{Map, Value, json};

use crate::admission::Same;
use crate::ask::{Asker, Scope, no_kind, one_party};
use crate::cli::complaint::{Complaint, Exit};
use crate::cli::desk::Desk;
use crate::cli::measure::draft;
use crate::cli::page::Page;
use crate::cli::writing::{Session, Writing};
use crate::record::Mentions;

/// Declares a measure.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Its id, for ever: lower-case parts of a-z, 0-9 and `-` joined by dots.
    id: String,
    /// Its kind, which gives it statuses and acts [default: that of its whole].
    #[arg(long, required_unless_present = "part_of")]
    kind: Option<String>,
    /// Its name for people: a thing, not an action.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Who is bound or concerned, a country by its ISO 3166 code or its name; may be repeated.
    #[arg(long, value_name = "NAME")]
    party: Vec<String>,
    /// The measure that it is a part of.
    #[arg(long, value_name = "MEASURE")]
    part_of: Option<String>,
    /// A word to find it by; may be repeated.
    #[arg(long, value_name = "WORD")]
    tag: Vec<String>,
    /// Something that it covers: goods by their HS code (HS2017:8486.20) or a word; may be repeated.
    #[arg(long, value_name = "TEXT")]
    item: Vec<String>,
    /// Its status when tracking began, if not the first of its kind.
    #[arg(long, value_name = "STATUS")]
    initial: Option<String>,
    /// A remark.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// A stable name for the record, unique in the ledger.
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Add {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let parties = self.parties()?;
        let named = [&self.id].into_iter().chain(&self.part_of);
        let mentions = Mentions::measures(named).and_records(&self.key);
        let session = self.writing.open(desk, "measure add", &Scope::About(mentions))?;
        let kind = self.kind(&session)?;
        // What is declared already is found again; a withdrawn id is refused by the ledger.
        let same = match session.history.measure(&self.id) {
            Some(_) => Same::Already,
            None => Same::New,
        };
        let mut page = session.record(vec![draft(&self.fields(&kind, &parties))?], same)?.page()?;
        let next = format!("append {} ACT --on DATE --source URL", self.id);
        let next = format!("Next: {}", desk.command(&next));
        let acts = desk.command(&format!("kind show {kind}"));
        let acts = format!("   (acts: {acts})\n");
        page.text.extend([next, acts]);
        Ok(page)
    }

    /// The kind, given or that of the whole; names that lead nowhere are complaints.
    fn kind(&self, session: &Session<'_>) -> Result<String, Complaint> {
        let history = &session.history;
        let whole = match &self.part_of {
            Some(id) => {
                let missing = || Complaint::new(Exit::Missing, session.no_measure(id));
                Some(history.measure(id).ok_or_else(missing)?)
            }
            None => None,
        };
        let of_whole = whole.map(|whole| history.measures()[whole].measure.kind.clone());
        let kind = self.kind.clone().or(of_whole).unwrap_or_default();
        match history.kind(&kind) {
            Some(_) => Ok(kind),
            None => Err(no_kind(history, &kind)),
        }
    }

    /// Countries by their codes, whatever they were called, and other parties as they are.
    fn parties(&self) -> Result<Vec<String>, Complaint> {
        let code = |name: &String| {
            let party = one_party(name)?;
            Ok(party.map_or_else(|| name.clone(), |party| party.code.to_owned()))
        };
        self.party.iter().map(code).collect()
    }

    fn fields(&self, kind: &str, parties: &[String]) -> Map<String, Value> {
        let initial = self.initial.as_ref().map(|status| json!({"status": status}));
        let fields = [
            ("record", json!("measure")),
            ("measure", json!(self.id)),
            ("kind", json!(kind)),
            ("title", json!(self.title)),
            ("parties", json!(parties)),
            ("part_of", json!(self.part_of)),
            ("tags", json!(self.tag)),
            ("items", json!(self.item)),
            ("initial", json!(initial)),
            ("note", json!(self.note)),
            ("key", json!(self.key)),
        ];
        let owned = fields.map(|(name, value)| (name.to_owned(), value));
        owned.into_iter().collect()
    }
}
