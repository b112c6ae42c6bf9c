//! `ledger kind show`: the statuses of a kind, and what its acts do.

use serde_json::json;

use super::definitions;
use crate::ask::{Asked, Knowing, Scope, no_kind};
use crate::cli::complaint::Complaint;
use crate::cli::desk::Desk;
use crate::cli::page::Page;
use crate::cli::safe::safe;
use crate::cli::table::Table;
use crate::export::symbol;
use crate::kind::{Act, Builtin, Definition, FREE, To, builtin};

/// One kind: its statuses, and its acts in the order that they have on one day.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The kind.
    kind: String,
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
}

/// What the text is made of.
struct Shown<'a> {
    name: &'a str,
    definition: &'a Definition,
    built_in: Option<&'static Builtin>,
    records: Vec<u64>,
}

impl Show {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let knowing = Knowing { known: self.known.clone(), public: None };
        let asked = Asked::about(desk, &knowing, &Scope::All)?;
        let missing = || no_kind(&asked.history, &self.kind);
        let definition = asked.history.kind(&self.kind).ok_or_else(missing)?;
        let entries = asked.known_entries();
        let shown = Shown {
            name: &self.kind,
            definition: &definition,
            built_in: builtin(&self.kind),
            records: definitions(entries, &self.kind).map(|it| it.0).collect(),
        };
        let result = json!({
            "kind": self.kind,
            "title": shown.built_in.map(|it| &it.title),
            "revision": shown.built_in.map(|it| it.revision),
            "sources": shown.built_in.map(|it| &it.sources),
            "records": shown.records,
            "free_statuses": definition.free_statuses(),
            "definition": *definition,
        });
        let (query, results) = (json!({"kind": self.kind}), json!([result]));
        let now = asked.now(true);
        Ok(Page {
            text: text(desk, &asked, &shown),
            json: asked.envelope("kind", query, now, &results, &asked.notes()),
            ..Page::default()
        })
    }
}

fn text(desk: &Desk, asked: &Asked, shown: &Shown) -> String {
    let definition = shown.definition;
    let title = shown.built_in.map_or(shown.name, |it| &it.title);
    let heading = format!("{} · {}\n{}\n", safe(title), asked.extent(), origin(shown));
    let last_day = definition.last_day.as_ref();
    let sources = shown.built_in.map_or(&[][..], |it| &it.sources);
    let terms = sources.iter().map(|it| format!("terms: {}\n", safe(it)));
    [
        heading,
        "\nStatuses, the initial one first\n".to_owned(),
        statuses(desk, definition).to_text(" "),
        any_other(definition),
        "\nActs, in the order that they have on one day\n".to_owned(),
        acts(definition).to_text("   "),
        last_day.map_or_else(String::new, |act| {
            format!("--last-day plans `{act}` for the day after.\n")
        }),
        terms.collect::<Vec<_>>().concat(),
    ]
    .concat()
}

/// What a kind says of words that are not among its statuses, where it takes them.
fn any_other(definition: &Definition) -> String {
    if !definition.free_statuses() {
        return String::new();
    }
    let standing = definition.standing_of(FREE);
    format!("    and any other word that an event gives; its standing is {standing}\n")
}

/// Where the definition comes from.
fn origin(shown: &Shown) -> String {
    let records: Vec<String> = shown.records.iter().map(|seq| format!("@{seq}")).collect();
    let records = records.join(", ");
    let name = shown.name;
    match shown.built_in {
        Some(it) if records.is_empty() => format!("{name} · built in, revision {}", it.revision),
        Some(it) => format!("{name} · built in, revision {}, changed by {records}", it.revision),
        None => format!("{name} · defined in this ledger by {records}"),
    }
}

fn statuses(desk: &Desk, definition: &Definition) -> Table {
    let mut table = Table::new(&["", "STATUS", "LABEL", "STANDING"]);
    let initial = &definition.initial;
    let rest = definition.statuses.keys();
    let words = std::iter::once(initial).chain(rest.filter(|&word| word != initial));
    for word in words.filter(|word| *word != FREE) {
        let standing = definition.standing_of(word);
        table.row(vec![
            symbol(standing.as_str(), desk.is_utf8()).to_owned(),
            word.clone(),
            definition.label_of(word).to_owned(),
            standing.to_string(),
        ]);
    }
    table
}

fn acts(definition: &Definition) -> Table {
    let mut table = Table::new(&["ACT", "LEADS TO", "BESIDES", "MAKES SENSE IN"]);
    for (word, act) in &definition.acts {
        table.row(vec![word.clone(), leads_to(act), besides(act), act.from.join(", ")]);
    }
    table
}

fn leads_to(act: &Act) -> String {
    match &act.to {
        To::Keep => "no change".to_owned(),
        To::Previous => "the status beneath the suspension".to_owned(),
        To::Status(status) => status.clone(),
        To::Given => "the status that the event gives".to_owned(),
    }
}

fn besides(act: &Act) -> String {
    let cancels = format!("cancels planned {}", act.cancels.join(", "));
    let cancels = (!act.cancels.is_empty()).then_some(cancels);
    let continues = act.continues.then(|| "only continues".to_owned());
    let besides: Vec<String> = cancels.into_iter().chain(continues).collect();
    besides.join("; ")
}
