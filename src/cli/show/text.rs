//! A record as people read it.

use serde_json::{Map, Value};

use crate::ask::show::{Chapter, Shown};
use crate::ask::{Asked, Logged};
use crate::cli::log::noted;
use crate::cli::safe::safe;
use crate::export::value_words;
use crate::record::numbered;
use crate::record::{Record, Source};

/// What a record's writer did not say: shown at the end, with what the ledger knows of it.
const ENVELOPE: [&str; 5] = ["record", "id", "recorded", "by", "key"];

pub(super) fn text(asked: &Asked, shown: &Shown) -> String {
    let differs = differing(&shown.says, &shown.stands);
    let stands = if differs.is_empty() {
        String::new()
    } else {
        format!("\nAs it stands now, where it differs\n{}", fields(&differs))
    };
    [
        heading(asked, shown),
        about(asked, shown),
        fields(&shown.says),
        afterwards(&shown.story),
        stands,
        envelope(shown),
        noted(asked),
    ]
    .concat()
}

/// What of a record reads otherwise with its corrections; of the sources only those added.
fn differing(says: &Map<String, Value>, stands: &Map<String, Value>) -> Map<String, Value> {
    let gone = says.keys().filter(|field| !stands.contains_key(*field));
    let gone = gone.map(|field| (field.clone(), Value::Null));
    let other = stands.iter().filter(|(field, value)| says.get(*field) != Some(value));
    let other = other.map(|(field, value)| (field.clone(), value.clone()));
    let mut differing: Map<String, Value> = other.chain(gone).collect();
    let said = says.get("sources").and_then(Value::as_array);
    if let Some(Value::Array(sources)) = differing.get_mut("sources") {
        sources.retain(|source| said.is_none_or(|said| !said.contains(source)));
    }
    differing
}

fn heading(asked: &Asked, shown: &Shown) -> String {
    let (seq, sort) = (shown.entry.seq, shown.entry.record.kind());
    let retracted = if shown.retracted { " · RETRACTED" } else { "" };
    let denied = if shown.denied { " · settled: it did not happen" } else { "" };
    let entries = asked.known_entries();
    let logged = Logged::of(shown.entry, entries, &asked.history);
    let id = logged.measure.as_deref();
    let measure = id.and_then(|id| asked.history.measure(id));
    let measure = measure.map(|measure| &asked.history.measures()[measure]);
    let title = measure.map(|it| format!("{} · {}\n", safe(it.title()), it.id()));
    format!(
        "@{seq} {sort}{retracted}{denied} · {}\n{}\n",
        asked.extent(),
        title.unwrap_or_default()
    )
}

/// The record that a correction is about, in a line.
fn about(asked: &Asked, shown: &Shown) -> String {
    let entries = asked.known_entries();
    let of = shown.entry.record.corrects();
    let of = of.and_then(|of| asked.history.names().resolve(of).ok());
    let Some(other) = of.and_then(|of| numbered(entries, of)) else {
        return String::new();
    };
    let said = Logged::of(other, entries, &asked.history);
    let date = said.effective().map(|date| format!(", {}", date.text));
    let (sort, date) = (other.record.kind(), date.unwrap_or_default());
    format!("  about @{}, {sort}: {}{date}\n", other.seq, safe(&said.words()))
}

/// The fields of a record, a line each; sources below them.
fn fields(record: &Map<String, Value>) -> String {
    let own = |(name, _): &(&String, &Value)| !ENVELOPE.contains(&name.as_str());
    let listed = record.iter().filter(own);
    let plain: Vec<_> = listed
        .filter(|(name, _)| !["sources", "source", "definition"].contains(&name.as_str()))
        .collect();
    let width = plain.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, value): (&String, &Value)| {
        format!("  {name:width$}  {}\n", safe(&value_words(value)))
    };
    let mut out: String = plain.into_iter().map(line).collect::<Vec<_>>().concat();
    out += &record.get("definition").map_or_else(String::new, definition_lines);
    let sources = record.get("sources").and_then(Value::as_array);
    let one = record.get("source").map(std::slice::from_ref);
    for source in sources.map(Vec::as_slice).or(one).unwrap_or_default() {
        out += &source_lines(source);
    }
    out
}

/// The definition of a kind, as JSON.
fn definition_lines(definition: &Value) -> String {
    let text = serde_json::to_string_pretty(definition).unwrap_or_default();
    let lines = text.lines().map(|line| format!("    {}\n", safe(line)));
    format!("  definition\n{}", lines.collect::<String>())
}

/// A source: who and when, the title, where, its words, what it says otherwise.
fn source_lines(source: &Value) -> String {
    let text = |name: &str| source.get(name).and_then(Value::as_str);
    let named = |name: &str| text(name).map(|it| format!("{name}: {it}"));
    let publisher = text("publisher").map(|publisher| format!("{publisher}, "));
    let date = text("published").unwrap_or("no date");
    let says = source.get("says");
    let denies = text("stance") == Some("denies");
    let below = [
        text("title").map(str::to_owned),
        text("url").map(str::to_owned),
        text("quote").map(|quote| format!("\"{quote}\"")),
        named("archived"),
        named("note"),
        named("lang"),
        says.map(|says| format!("says otherwise: {}", value_words(says))),
        denies.then(|| "denies that it happened".to_owned()),
    ];
    let first = format!("  source: {}{}\n", safe(&publisher.unwrap_or_default()), safe(date));
    let below = below.into_iter().flatten();
    let below = below.map(|line| format!("    {}\n", safe(&line)));
    std::iter::once(first).chain(below).collect()
}

/// What later records did, a line each with its reasons and changes below.
fn afterwards(story: &[Chapter]) -> String {
    if story.is_empty() {
        return String::new();
    }
    let chapters: Vec<String> = story.iter().map(chapter).collect();
    format!("\nWhat other records did\n{}", chapters.concat())
}

fn chapter(chapter: &Chapter) -> String {
    let (seq, recorded) = (chapter.entry.seq, chapter.entry.recorded.day());
    let of = chapter.of.map(|of| format!(" @{of}")).unwrap_or_default();
    let because = chapter.because.map(|word| format!(", because {word}"));
    let withdrawn = if chapter.retracted { " (retracted)" } else { "" };
    format!(
        "  {recorded}  @{seq} {}{of}{}{withdrawn}\n{}",
        chapter.does,
        because.unwrap_or_default(),
        details(chapter)
    )
}

fn details(chapter: &Chapter) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (field, from, to) in &chapter.changes {
        lines.push(format!("{field}: from {} to {}", value_words(from), value_words(to)));
    }
    match &chapter.entry.record {
        Record::Event(event) => lines.push(format!("{} on {}", event.act, event.effective)),
        Record::Source(record) => lines.push(source_line(&record.source)),
        Record::Alias(alias) => lines.push(alias.measure.clone()),
        Record::Review(review) => lines.push(format!("through {}", review.through)),
        Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Settlement(_)
        | Record::Measure(_)
        | Record::Kind(_) => {}
    }
    lines.extend(chapter.reason.map(str::to_owned));
    let indented = |line: &String| format!("              {}\n", safe(line));
    lines.iter().map(indented).collect()
}

fn source_line(source: &Source) -> String {
    let date = source.published.as_ref();
    let date = date.map(|date| format!(", {date}")).unwrap_or_default();
    format!("{}{date}", source.name())
}

fn envelope(shown: &Shown) -> String {
    let entry = shown.entry;
    let lines = [
        ("id", Some(entry.id.to_string())),
        ("key", entry.key.clone()),
        ("recorded", Some(entry.recorded.to_string())),
        ("by", entry.by.clone()),
        ("hash", Some(shown.hash.clone())),
        ("previous", Some(shown.previous.clone())),
    ];
    let line = |(name, value): (&str, Option<String>)| {
        value.map(|value| format!("  {name:8}  {}\n", safe(&value)))
    };
    let lines: Vec<String> = lines.into_iter().filter_map(line).collect();
    format!("\nThe record itself\n{}", lines.concat())
}
