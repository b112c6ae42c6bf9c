//! `ledger kind define`: a kind as data of this ledger.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::definitions;
use crate::admission::Same;
use crate::ask::{Asker, Scope};
use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::desk::Desk;
use crate::cli::page::Page;
use crate::cli::safe::quoted;
use crate::cli::writing::{Session, Writing, refused_values};
use crate::kind::Definition;
use crate::record::{self, MOST_LINE_BYTES, parse_object};

/// Defines a kind, or changes what one says, in this ledger.
///
/// The definition is one JSON object: `initial`, `statuses` (each with `label` and `standing`),
/// `acts` in the order that they have on one day (each with `to`, `from`, `cancels`, `continues`)
/// and `last_day`. Over a kind that is there it is laid: what it leaves out stays, and nothing is
/// taken away. `ledger kind show KIND --json` prints the definition of a kind to start from.
#[derive(Debug, clap::Args)]
pub(super) struct Define {
    /// The kind: a lower-case word, its parts joined by `-`.
    name: String,
    /// The file with the definition; `-` for standard input.
    #[arg(value_name = "FILE")]
    definition: String,
    /// A remark: what the kind is for.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Define {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let definition = self.read(desk)?;
        let session = self.writing.open(desk, "kind define", &Scope::All)?;
        let same =
            if self.says_nothing_new(&session, &definition) { Same::Already } else { Same::New };
        let mut fields = Map::new();
        fields.insert("record".to_owned(), json!("kind"));
        fields.insert("kind".to_owned(), json!(self.name));
        fields.insert("definition".to_owned(), Value::Object(definition));
        fields.insert("note".to_owned(), json!(self.note));
        let draft = record::read(&fields).map_err(|refusals| {
            let items = refusals.into_iter().map(Item::from).collect();
            refused_values(items, "kind define")
        })?;
        let mut page = session.record(vec![draft], same)?.page()?;
        let next = desk.command(&format!("kind show {}", quoted(&self.name)));
        page.text.extend(["Next: ", &next, "\n"]);
        Ok(page)
    }

    fn read(&self, desk: &Desk) -> Result<Map<String, Value>, Complaint> {
        let path = desk.surroundings.directory.join(&self.definition);
        let mut text = String::new();
        let most = MOST_LINE_BYTES as u64 + 1;
        let read = if self.definition == "-" {
            io::stdin().take(most).read_to_string(&mut text)
        } else {
            File::open(&path).and_then(|file| file.take(most).read_to_string(&mut text))
        };
        read.map_err(|error| {
            Complaint::file(Path::new(&self.definition), &error).or_help("help kind define")
        })?;
        if text.len() > MOST_LINE_BYTES {
            let message = format!("`{}` is longer than {MOST_LINE_BYTES} bytes", self.definition);
            let item = Item::new("too-large", message).help("help kind define");
            return Err(Complaint::new(Exit::Refused, item));
        }
        parse_object(&text).map_err(|refusal| {
            let mut item = Item::from(refusal);
            item.at = line(&item.message).map(|line| (self.definition.clone(), line));
            Complaint::new(Exit::Refused, item.help("kind show agreement --json"))
        })
    }

    /// Whether the ledger's last word on the kind is this already. An older definition that comes
    /// back is something new.
    fn says_nothing_new(&self, session: &Session<'_>, definition: &Map<String, Value>) -> bool {
        let patch = Value::Object(definition.clone());
        let base = session.history.kind(&self.name);
        let laid = Definition::laid_over(&patch, base.as_deref()).ok();
        let last = definitions(&session.entries, &self.name).last();
        let again = last.is_some_and(|(_, record)| record.definition == *definition);
        again && laid.as_ref() == base.as_deref()
    }
}

/// The line that a message of the JSON reader names: `… at line 3 column 5`.
fn line(message: &str) -> Option<usize> {
    let rest = message.rsplit_once(" at line ")?.1;
    rest.split_whitespace().next()?.parse().ok()
}
