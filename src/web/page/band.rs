//! The time machine: which day and which knowledge a page is about, and how to change both.

use maud::{Markup, html};

use super::piece::{count, long};
use super::{Page, Turning};
use crate::time::Day;
use crate::web::address::{Address, Form, Query, Route};

/// What a page about the past says first, over its full width.
pub(super) fn bands(address: &Address, page: &Page) -> Markup {
    let facts = &page.facts;
    let back = |names: &[&str]| {
        let query = names.iter().fold(address.query.clone(), |query, name| query.with(name, None));
        Address { query, ..address.clone() }.as_form(Form::Html)
    };
    html! {
        @if let Some(at) = page.at.filter(|at| *at != facts.today) {
            p.past role="status" {
                strong { "Looking at " (long(at)) "." } " "
                a href=(back(&["at", "on"])) { "Back to today" }
            }
        }
        @if let Some(known) = &facts.known {
            p.past {
                strong { "Only what was recorded by " (point(known)) } " ("
                (facts.records) " of " (facts.all) " records). "
                @if page.later > 0 {
                    (count(page.later, "answer", "answers")) " on this page "
                    (if page.later == 1 { "is" } else { "are" }) " different today. "
                }
                a href=(back(&["known"])) { "Use everything recorded" }
            }
        }
        @if let Some(public) = facts.public {
            p.past {
                strong { "Only what was public by " (long(public)) } ". "
                a href=(back(&["public"])) { "Use everything public" }
            }
        }
    }
}

/// A point of knowledge in words.
fn point(known: &str) -> String {
    match known.strip_prefix('@') {
        Some(number) => format!("record {number}"),
        None => known.parse().map_or_else(|_| known.to_owned(), long),
    }
}

/// The control of the day, with the turnings before and after it. A plain form; the module makes a
/// slider over the turnings of it.
pub(super) fn time_control(address: &Address, page: &Page) -> Markup {
    let Some(at) = page.at else { return html! {} };
    let facts = &page.facts;
    let before = page.changes.iter().rev().find(|turning| turning.day < at);
    let after = page.changes.iter().find(|turning| turning.day > at);
    let path = Address { query: Query::default(), ..address.clone() }.as_form(Form::Html);
    html! {
        form.time method="get" action=(path) role="search" aria-label="Day and knowledge" {
            @for (name, value) in address.query.pairs() {
                @if !["at", "on", "known", "public"].contains(&name) {
                    input type="hidden" name=(name) value=(value);
                }
            }
            div.day {
                label for="at" { (if address.route == Route::Agenda { "Due around" } else { "Status on" }) }
                input #at name="at" value=(at.to_string()) autocomplete="off" spellcheck="false"
                    aria-describedby="at-help" size="14";
                button { "Show" }
                span #at-help .small { "a day: 2020-01-01, today, 3 days ago, last monday" }
            }
            @if !page.changes.is_empty() {
                (neighbours(address, before, after))
                (slider(page, at))
            }
            details open[facts.known.is_some() || facts.public.is_some()] {
                summary { "Using " (used(page)) }
                p {
                    label for="known" { "only what was recorded by" } " "
                    input #known name="known" value=(facts.known.clone().unwrap_or_default())
                        autocomplete="off" spellcheck="false" size="22"
                        placeholder="a day, an instant or @57";
                }
                p {
                    label for="public" { "only what was published by" } " "
                    input #public name="public"
                        value=(facts.public.map(|day| day.to_string()).unwrap_or_default())
                        autocomplete="off" spellcheck="false" size="14" placeholder="a day";
                }
            }
        }
    }
}

fn used(page: &Page) -> &'static str {
    match (&page.facts.known, page.facts.public) {
        (None, None) => "everything recorded",
        (Some(_), None) => "only what was recorded by then",
        (None, Some(_)) => "only what was published by then",
        (Some(_), Some(_)) => "only what was recorded and published by then",
    }
}

/// Links to the turnings before and after the day.
fn neighbours(address: &Address, before: Option<&Turning>, after: Option<&Turning>) -> Markup {
    let to = |turning: &Turning| {
        let query = address.query.with("at", Some(&turning.day.to_string()));
        Address { query, ..address.clone() }.as_form(Form::Html)
    };
    html! {
        nav.turnings aria-label="Changes" {
            @match before {
                Some(turning) => a rel="prev" href=(to(turning)) { "← " (sentence(turning)) },
                None => span.none { "← nothing earlier" },
            }
            " "
            @match after {
                Some(turning) => a rel="next" href=(to(turning)) { (sentence(turning)) " →" },
                None => span.none { "nothing later →" },
            }
        }
    }
}

/// The most changes that the slider goes over; those nearest to the day.
const MOST_SLID: usize = 240;

/// What the slider of the module goes over.
fn slider(page: &Page, at: Day) -> Markup {
    let before = page.changes.partition_point(|turning| turning.day <= at);
    let first = before.saturating_sub(MOST_SLID / 2);
    let nearest = page.changes.iter().skip(first).take(MOST_SLID);
    html! {
        ol #turnings hidden {
            @for turning in nearest {
                li data-day=(turning.day.to_string()) { (sentence(turning)) }
            }
        }
    }
}

/// `28 August 2019: Korea on Japan's white list: removed`, and how many more.
fn sentence(turning: &Turning) -> String {
    let first = turning.words.first().map_or("", String::as_str);
    let more = turning.words.len().saturating_sub(1);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}: {first}{more}", long(turning.day))
}
