//! `ledger measure show`: one measure and its events.

use crate::ask::measures::{one, parts, whole};
use crate::ask::{Asked, Knowing};
use crate::cli::complaint::Complaint;
use crate::cli::desk::Desk;
use crate::cli::log::noted;
use crate::cli::page::Page;
use crate::cli::safe::safe;
use crate::cli::table::Table;
use crate::codes::party_by_code;
use crate::history::{Standing, Tracked};
use crate::record::Modality;

/// One measure: its declaration, other ids, parts, and its events.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The measure, by any of its ids.
    id: String,
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
}

impl Show {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let knowing = Knowing { known: self.known.clone(), public: None };
        let answer = one(desk, &self.id, &knowing)?;
        Ok(Page {
            text: text(&answer.asked, answer.tracked(), &answer.events()),
            json: answer.json(),
            ..Page::default()
        })
    }
}

fn text(asked: &Asked, tracked: &Tracked, events: &[&Standing]) -> String {
    let id = tracked.id();
    let whole = whole(tracked, &asked.history);
    let rows =
        if events.is_empty() { String::new() } else { event_table(asked, events).to_text("  ") };
    [
        format!("{} · {}\n\n", safe(tracked.title()), asked.extent()),
        declaration(asked, tracked),
        format!("\n{} events, by the first day of their effect\n", events.len()),
        rows,
        whole.map_or_else(String::new, |whole| {
            let command = asked.command(&format!("measure show {whole}"));
            format!("and those of the whole:  {command}\n")
        }),
        noted(asked),
        format!(
            "Status:  {}   Records:  {}\n",
            asked.command(&format!("state {id}")),
            asked.command(&format!("log {id}"))
        ),
    ]
    .concat()
}

fn declaration(asked: &Asked, tracked: &Tracked) -> String {
    let (measure, history) = (&tracked.measure, &asked.history);
    let initial = measure.initial.as_ref();
    let initial = initial.map(|it| tracked.kind.label_of(&it.status).to_owned());
    let reviewed = tracked.reviewed_through.map(|day| day.to_string());
    let revision = measure.revision.map(|number| format!(", revision {number}"));
    let lines = [
        ("id", measure.measure.clone()),
        ("also", tracked.aliases.join(", ")),
        ("kind", format!("{}{}", measure.kind, revision.unwrap_or_default())),
        ("parties", parties(&measure.parties)),
        ("part of", whole(tracked, history).unwrap_or_default().to_owned()),
        ("parts", parts(tracked, history).join(", ")),
        ("tags", measure.tags.join(", ")),
        ("items", measure.items.join(", ")),
        ("at first", initial.unwrap_or_default()),
        ("note", measure.note.clone().unwrap_or_default()),
        ("reviewed", reviewed.map(|day| format!("through {day}")).unwrap_or_default()),
        ("declared", format!("@{}", tracked.record)),
    ];
    let said = lines.into_iter().filter(|(_, words)| !words.is_empty());
    let line = |(name, words): (&str, String)| format!("  {name:8}  {}\n", safe(&words));
    said.map(line).collect()
}

fn event_table(asked: &Asked, events: &[&Standing]) -> Table {
    let mut table = Table::new(&["EFFECTIVE", "ACT", "RECORD", "RECORDED", ""]);
    for standing in events {
        let entry = asked.entry(standing.record);
        let recorded = entry.map(|entry| entry.recorded.day().to_string());
        table.row(vec![
            standing.event.effective.text().to_owned(),
            standing.event.act.clone(),
            format!("@{}", standing.record),
            recorded.unwrap_or_default(),
            remarks(standing).join(", "),
        ]);
    }
    table
}

/// What to know of an event beside what it says.
fn remarks(standing: &Standing) -> Vec<String> {
    let corrected = standing.corrected_by.last();
    let remarks = [
        (standing.event.modality == Modality::Expected).then(|| "expected".to_owned()),
        standing.retracted.then(|| "retracted".to_owned()),
        standing.denied.then(|| "settled: it did not happen".to_owned()),
        corrected.map(|record| format!("corrected by @{record}")),
    ];
    remarks.into_iter().flatten().collect()
}

/// Parties as they are written, countries' codes with their names.
fn parties(parties: &[String]) -> String {
    let name = |word: &String| match party_by_code(word) {
        Some(party) => format!("{word} ({})", party.called()),
        None => word.clone(),
    };
    parties.iter().map(name).collect::<Vec<_>>().join(", ")
}
