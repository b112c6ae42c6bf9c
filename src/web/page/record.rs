//! `/r/12`: one record: what it says, what later records did to it, its place in the ledger.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::Page;
use super::piece::{long, measure, record, source, value};
use crate::ask::show::{Answer, Chapter, Shown};
use crate::ask::{Complaint, Logged};
use crate::export::said;
use crate::record::{Record, Source};
use crate::web::address::{Address, Query};
use crate::web::answer::show_question;
use crate::web::site::Site;

/// What a record's writer did not say: shown at the end.
const ENVELOPE: [&str; 5] = ["record", "id", "recorded", "by", "key"];
/// What is shown in its own way.
const APART: [&str; 3] = ["sources", "source", "definition"];

pub(super) fn draw(site: &Site, address: &Address, words: &str) -> Result<Page, Complaint> {
    let query = &address.query;
    let answer = show_question(words, query).ask(site)?;
    let shown = answer.shown()?;
    let Answer { asked, seq, .. } = &answer;
    let title = format!("Record @{seq}");
    let main = html! {
        h1 { (title) }
        (lead(&answer, &shown, query))
        (fields(&shown.says))
        (evidence(&answer, &shown))
        (afterwards(&shown, query))
        (differing(&shown))
        (place(&shown))
        (neighbours(*seq, asked.records, query))
    };
    Ok(Page::new(title, asked, main).command(asked, &format!("show @{seq}")))
}

fn lead(answer: &Answer<'_>, shown: &Shown<'_>, query: &Query) -> Markup {
    let asked = &answer.asked;
    let logged = Logged::of(shown.entry, asked.known_entries(), &asked.history);
    let tracked = logged.measure.as_deref().and_then(|id| asked.history.measure(id));
    let tracked = tracked.map(|place| &asked.history.measures()[place]);
    html! {
        p.lead {
            (said(shown.entry, &asked.history, asked.known_entries())) "."
            @if shown.retracted { " " strong { "Retracted." } }
            @if shown.denied { " " strong { "Settled: it did not happen." } }
        }
        @if let Some(tracked) = tracked {
            p { (shown.entry.record.kind()) " about " (measure(tracked.id(), tracked.title(), query)) }
        }
        @if let Some(of) = logged.of { p { "It is about " (record(of, query)) "." } }
    }
}

fn fields(says: &Map<String, Value>) -> Markup {
    let own = says
        .iter()
        .filter(|(name, _)| !ENVELOPE.contains(&name.as_str()) && !APART.contains(&name.as_str()));
    html! {
        h2 { "What it says" }
        dl.facts-of { @for (name, said) in own { dt { (name) } dd { (value(said)) } } }
        @if let Some(definition) = says.get("definition") {
            pre { code { (serde_json::to_string_pretty(definition).unwrap_or_default()) } }
        }
    }
}

/// The sources as they stand, those added later among them.
fn evidence(answer: &Answer<'_>, shown: &Shown<'_>) -> Markup {
    let history = &answer.asked.history;
    let event = history.event_of(shown.entry.seq).map(|event| &history.events()[event].event);
    let mut sources: Vec<&Source> = event.iter().flat_map(|event| &event.sources).collect();
    if let Record::Source(added) = &shown.entry.record {
        sources.push(&added.source);
    }
    html! {
        @if !sources.is_empty() {
            h2 { "Sources" }
            ul.sources { @for it in sources { li { (source(it)) } } }
        }
    }
}

fn afterwards(shown: &Shown<'_>, query: &Query) -> Markup {
    html! {
        @if !shown.story.is_empty() {
            h2 { "What other records did" }
            ol.events { @for chapter in &shown.story { (one(chapter, query)) } }
        }
    }
}

fn one(chapter: &Chapter<'_>, query: &Query) -> Markup {
    html! {
        li.void[chapter.retracted] {
            p {
                strong { (long(chapter.entry.recorded.day())) } " " (record(chapter.entry.seq, query))
                " " (chapter.does)
                @if let Some(of) = chapter.of { " " (record(of, query)) }
                @if let Some(because) = chapter.because { ", because " (because) }
                @if chapter.retracted { " (retracted)" }
            }
            @for (field, from, to) in &chapter.changes {
                p { (field) ": from " del { (value(from)) } " to " ins { (value(to)) } }
            }
            @if let Some(reason) = chapter.reason { p.note { (reason) } }
        }
    }
}

/// What of it reads otherwise with its corrections.
fn differing(shown: &Shown<'_>) -> Markup {
    let other: Vec<(&String, &Value)> = shown
        .stands
        .iter()
        .filter(|(name, stands)| {
            !APART.contains(&name.as_str()) && shown.says.get(*name) != Some(stands)
        })
        .collect();
    html! {
        @if !other.is_empty() {
            h2 { "As it stands now, where it differs" }
            dl.facts-of { @for (name, stands) in other { dt { (name) } dd { (value(stands)) } } }
        }
    }
}

fn place(shown: &Shown<'_>) -> Markup {
    let entry = shown.entry;
    html! {
        h2 { "The record itself" }
        dl.facts-of {
            dt { "Recorded" } dd { time datetime=(entry.recorded.to_string()) { (entry.recorded.to_string()) } }
            @if let Some(by) = &entry.by { dt { "By" } dd { (by) } }
            @if let Some(key) = &entry.key { dt { "Key" } dd { code { (key) } } }
            dt { "Id" } dd { code { (entry.id.to_string()) } }
            dt { "Hash" } dd { code.hash { (shown.hash) } }
            dt { "Hash of the one before" } dd { code.hash { (shown.previous) } }
        }
    }
}

fn neighbours(seq: u64, records: usize, query: &Query) -> Markup {
    html! {
        nav.turnings aria-label="Records" {
            @if seq > 1 { a rel="prev" href=(query.to(&crate::web::address::Route::Record((seq - 1).to_string()))) { "← @" (seq - 1) } }
            " "
            @if seq < records as u64 { a rel="next" href=(query.to(&crate::web::address::Route::Record((seq + 1).to_string()))) { "@" (seq + 1) " →" } }
        }
    }
}
