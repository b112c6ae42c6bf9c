//! The small pieces that pages are made of.

use maud::{Markup, html};

use crate::answer::{Dated, Row};
use crate::export::{is_address, symbol};
use crate::record::Source;
use crate::time::Day;
use crate::web::address::{Query, Route};

/// A day as people write it: `28 August 2019`.
pub(super) fn long(day: Day) -> String {
    day.date().format("%-d %B %Y").to_string()
}

/// A link to a measure.
pub(super) fn measure(id: &str, title: &str, query: &Query) -> Markup {
    html! { a href=(query.to(&Route::Measure(id.to_owned()))) { (title) } }
}

/// A link to a record.
pub(super) fn record(number: u64, query: &Query) -> Markup {
    html! { a.record href=(query.to(&Route::Record(number.to_string()))) { "@" (number) } }
}

/// Links to records, one after another.
pub(super) fn records<'r>(numbers: impl IntoIterator<Item = &'r u64>, query: &Query) -> Markup {
    html! { @for number in numbers { (record(*number, query)) " " } }
}

/// A status with the sign of its standing.
pub(super) fn status(standing: &str, words: &str) -> Markup {
    html! {
        span class={ "status s-" (standing) } {
            span.sign aria-hidden="true" { (symbol(standing, true)) } " " (words)
        }
    }
}

/// A date in an answer; an uncertain one with what it can be.
pub(super) fn dated(date: &Dated) -> Markup {
    let window = match (date.earliest, date.latest) {
        (Some(first), Some(last)) if first == last => None,
        (first, last) => {
            let end = |day: Option<Day>, open: &str| day.map_or_else(|| open.to_owned(), long);
            Some(format!("{} to {}", end(first, "open"), end(last, "open")))
        }
    };
    html! {
        @match window {
            None => time datetime=(date.earliest.map(|day| day.to_string()).unwrap_or_default()) { (date.text) },
            Some(window) => span.uncertain title=(window) { (date.text) },
        }
    }
}

/// Since when a status holds.
pub(super) fn since(row: &Row) -> Markup {
    html! { @if let Some(since) = &row.since { (dated(since)) } }
}

/// A source: who, what, when; a link where its address is one of the web.
pub(super) fn source(source: &Source) -> Markup {
    let title = source.title.as_deref();
    let publisher = source.publisher.as_deref();
    let name = source.name();
    html! {
        cite {
            @if let Some(publisher) = publisher { (publisher) }
            @if publisher.is_none() { (name) }
            @if let Some(title) = title.filter(|_| publisher.is_some()) { ", “" (title) "”" }
            @if let Some(date) = &source.published { ", " time { (date.text()) } }
        }
        @if let Some(url) = &source.url {
            " " (outward(url))
        }
        @if let Some(quote) = &source.quote { " " q { (quote) } }
        @if source.stance.is_some() { " " strong { "denies that it happened" } }
        @if let Some(note) = &source.note { " " span.note { (note) } }
        @if let Some(archived) = &source.archived { " " span.note { "kept as " (archived) } }
    }
}

/// An address of the web as a link that tells nothing of us; any other as text.
pub(super) fn outward(url: &str) -> Markup {
    html! {
        @if is_address(url) {
            a.out href=(url) rel="noopener noreferrer" { (host(url)) }
        } @else {
            span.note { (url) }
        }
    }
}

/// The host of an address, for people.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// A value of a record.
pub(super) fn value(value: &serde_json::Value) -> String {
    crate::export::value_words(value)
}

/// `1 measure`, `2 measures`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
