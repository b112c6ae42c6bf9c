//! `/m/ID`: one measure: what it is on a day, its band, its events with their sources, and how our
//! picture of it changed.

use maud::{Markup, PreEscaped, html};

use super::Page;
use super::lanes::Wanted;
use super::piece::{count, dated, long, measure, record, since, source, status, value};
use crate::answer::{Belief, Dated, Lane, Row, beliefs};
use crate::ask::measures::{One, one, parts, whole};
use crate::ask::{Complaint, Meant, state};
use crate::codes::party_by_code;
use crate::export::{Picture, status_words};
use crate::history::{Standing, Tracked};
use crate::record::Modality;
use crate::web::address::{Address, Query, Route};
use crate::web::site::Site;

/// How our picture changed is drawn for a measure of up to so many records.
const MOST_RECORDS: usize = 150;

pub(super) fn draw(site: &Site, address: &Address, id: &str) -> Result<Page, Complaint> {
    let query = &address.query;
    let found = one(site, id, &query.knowing())?;
    let tracked = found.tracked();
    let question = state::Question {
        measures: vec![tracked.id().to_owned()],
        at: query.owned("at"),
        knowing: query.knowing(),
        ..state::Question::default()
    };
    let answer = question.ask(site, Meant::ForPeople)?;
    let state::Answer { rows, at, later, .. } = &answer;
    let wanted =
        Wanted { measures: question.measures.clone(), query, from: None, to: None, at: Some(*at) };
    let lanes = wanted.read(site)?;
    let main = html! {
        h1 { (tracked.title()) }
        @for row in rows { (sentence(row, &answer, query)) }
        @for sentence in later { p.later { (crate::export::safe(sentence)) } }
        (wanted.draw(&lanes))
        @if site.writing.is_some() { (recording(tracked.id())) }
        (events(&found, query))
        (declaration(&found, tracked, query))
        (picture(&found, query))
    };
    let words = format!("measure show {}", tracked.id());
    let mut page = Page::new(tracked.title(), &found.asked, main)
        .command(&found.asked, &words)
        .on(*at, &lanes.lanes);
    page.later = later.len();
    Ok(page)
}

/// On to the form.
fn recording(id: &str) -> Markup {
    let query = Query::default().with("measure", Some(id));
    html! { p { a href=(query.after("/append")) { "Record what happened" } } }
}

/// The status in a sentence, with what is pending and the attributes.
fn sentence(row: &Row, answer: &state::Answer<'_>, query: &Query) -> Markup {
    let words = status_words(row, &answer.asked.history);
    html! {
        p.lead {
            "On " (long(answer.at)) ": " (status(&row.standing, &words))
            @if row.since.is_some() { ", since " (since(row)) }
            " " (super::piece::records(&row.because, query))
            " " a href=(query.to(&Route::Why(row.measure.clone()))) { "Why?" }
        }
        @if !row.attributes.is_empty() {
            dl.facts-of {
                @for (name, set) in &row.attributes {
                    dt { (name) }
                    dd {
                        @if row.possible_attributes.contains(name) { em { "undetermined" } }
                        @else { (value(set)) }
                    }
                }
            }
        }
        @for announced in &row.pending {
            p { "To come: " (announced.act) ", "
                @match &announced.effective { Some(date) => (dated(date)), None => "no date given", }
                " " (record(announced.record, query)) }
        }
    }
}

fn events(found: &One<'_>, query: &Query) -> Markup {
    let events = found.events();
    html! {
        section aria-labelledby="h-events" {
            h2 #h-events { (count(events.len(), "event", "events")) ", by the first day of their effect" }
            ol.events {
                @for standing in events { (event(standing, query)) }
            }
        }
    }
}

fn event(standing: &Standing, query: &Query) -> Markup {
    let event = &standing.event;
    let day = event.effective.earliest();
    html! {
        li.void[standing.retracted || standing.denied] {
            p {
                strong { (dated(&Dated::from(&event.effective))) } " " (event.act)
                @if event.modality == Modality::Expected { " (expected)" }
                @if standing.retracted { " (retracted)" }
                @if standing.denied { " (settled: it did not happen)" }
                " " (record(standing.record, query))
                @for by in &standing.corrected_by { " corrected by " (record(*by, query)) }
            }
            @if let Some(note) = &event.note { p.note { (note) } }
            @if !event.then.is_empty() {
                p { "Then: "
                    @for (place, plan) in event.then.iter().enumerate() {
                        @if place > 0 { "; " }
                        (plan.act)
                        @if let Some(on) = &plan.effective { " on " (on.text()) }
                    }
                }
            }
            @if event.sources.is_empty() { p.small { "No source." } }
            @else { ul.sources { @for it in &event.sources { li { (source(it)) } } } }
            @if let Some(day) = day { (super::home::ways(day, query)) }
        }
    }
}

fn declaration(found: &One<'_>, tracked: &Tracked, query: &Query) -> Markup {
    let (declared, history) = (&tracked.measure, &found.asked.history);
    let parties: Vec<String> = declared.parties.iter().map(|word| named(word)).collect();
    let parts = parts(tracked, history);
    html! {
        section aria-labelledby="h-what" {
            h2 #h-what { "What it is" }
            dl.facts-of {
                dt { "Id" } dd { code { (tracked.id()) } @for alias in &tracked.aliases { ", also " code { (alias) } } }
                dt { "Kind" } dd { a href=(query.carried().with("kind", Some(&declared.kind)).after("/state")) { (declared.kind) } }
                @if !parties.is_empty() { dt { "Parties" } dd { (parties.join(", ")) } }
                @if let Some(whole) = whole(tracked, history) {
                    dt { "Part of" } dd { (measure(whole, whole, query)) }
                }
                @if !parts.is_empty() {
                    dt { "Parts" } dd { ul.plain { @for part in parts { li { (measure(part, part, query)) } } } }
                }
                @if !declared.tags.is_empty() { dt { "Tags" } dd { (declared.tags.join(", ")) } }
                @if !declared.items.is_empty() { dt { "Covers" } dd { (declared.items.join(", ")) } }
                @if let Some(note) = &declared.note { dt { "Note" } dd { (note) } }
                @if let Some(day) = tracked.reviewed_through {
                    dt { "Reviewed" } dd { "nothing newer found through " (long(day)) }
                }
                dt { "Declared" } dd { (record(tracked.record, query)) }
            }
        }
    }
}

fn named(party: &str) -> String {
    party_by_code(party).map_or_else(|| party.to_owned(), |it| format!("{} ({party})", it.called()))
}

/// How our picture changed: world time across, recorded time down, a rectangle for each belief.
fn picture(found: &One<'_>, query: &Query) -> Markup {
    let entries = found.asked.known_entries();
    if entries.len() > MOST_RECORDS {
        return html! {
            p.small { "How our picture changed is drawn for measures of up to " (MOST_RECORDS) " records." }
        };
    }
    let beliefs = beliefs(entries, found.tracked().id(), found.asked.public);
    html! {
        section aria-labelledby="h-picture" {
            h2 #h-picture { "How our picture changed" }
            p {
                "Across are the days in the world; down are the days on which something was recorded. "
                "Each line is what was held from then on, until the line below."
            }
            div.lanes { (PreEscaped(drawn(found, &beliefs))) }
            div.scroll tabindex="0" role="region" aria-label="What was held" {
                table.cards {
                    thead { tr { th scope="col" { "Recorded" } th scope="col" { "What was held from then on" } } }
                    tbody {
                        @for belief in &beliefs {
                            tr {
                                th scope="row" { (long(belief.recorded.day())) " " (record(belief.record, query)) }
                                td data-label="Held" { (held(belief)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn held(belief: &Belief) -> Markup {
    html! {
        @for (place, band) in belief.bands.iter().enumerate() {
            span.belief {
                @if place > 0 { "from " (long(band.from)) " " }
                (status(&band.held.standing, &band.held.label))
            } " "
        }
    }
}

/// The beliefs as lanes: each named by the day on which it came to be held.
fn drawn(found: &One<'_>, beliefs: &[Belief]) -> String {
    let (Some(first), Some(last)) = (
        beliefs.first().and_then(|belief| belief.bands.first()),
        beliefs.first().and_then(|belief| belief.bands.last()),
    ) else {
        return String::new();
    };
    let id = found.tracked().id();
    let lane = |belief: &Belief| Lane {
        measure: id.to_owned(),
        title: format!("{} (@{})", belief.recorded.day(), belief.record),
        kind: "recorded".to_owned(),
        part_of: None,
        depth: 0,
        bands: belief.bands.clone(),
    };
    let lanes: Vec<Lane> = beliefs.iter().map(lane).collect();
    Picture {
        id: "beliefs",
        title: "How our picture changed",
        extent: &found.asked.extent(),
        from: first.from,
        to: last.to,
        mark: None,
        lanes: &lanes,
        moments: &[],
        history: &found.asked.history,
        rest: "The table below has all.",
        styled: false,
        patterned: false,
        link: None,
    }
    .draw()
    .svg
}
