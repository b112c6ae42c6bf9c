//! The frame of every page: what is above, below and at the head of it.

use maud::{DOCTYPE, Markup, html};

use super::Page;
use super::band::{bands, time_control};
use crate::web::address::{Address, Form, Query, Route, forms, parameters};

/// What leads through the pages.
const WAYS: [(Route, &str); 8] = [
    (Route::Home, "Overview"),
    (Route::State, "Status"),
    (Route::Timeline, "Timeline"),
    (Route::Agenda, "Agenda"),
    (Route::Log, "Log"),
    (Route::Conflicts, "Conflicts"),
    (Route::Sources, "Sources"),
    (Route::About, "About"),
];

/// The page, with all around it; `writes`: whether something can be recorded here.
pub(super) fn frame(address: &Address, page: &Page, writes: bool) -> String {
    let main = html! {
        (bands(address, page))
        @if let Some(lead) = &page.lead { (lead) }
        (time_control(address, page))
        (page.main)
        (foot(address, page))
    };
    shell(&page.title, &head(&address.route, &address.query, writes), &main)
}

/// What stands around every page, that of an error too.
pub(super) fn shell(title: &str, head: &Markup, main: &Markup) -> String {
    let feed = Address { route: Route::Log, form: Form::Atom, query: Query::default() };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · policy ledger" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="alternate" type="application/atom+xml" title="Log" href=(feed.as_form(Form::Atom));
                script type="module" src="/module.js" {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (head)
                main #main tabindex="-1" { (main) }
            }
        }
    }
    .into_string()
}

/// What leads through the pages from one of them, with the day and the knowledge of its address.
pub(super) fn head(here: &Route, query: &Query, writes: bool) -> Markup {
    let recording = writes.then_some(&(Route::Append, "Record"));
    html! {
        header.top {
            p.brand { a href=(query.to(&Route::Home)) { "policy ledger" } }
            nav aria-label="Pages" {
                ul {
                    @for (route, name) in WAYS.iter().chain(recording) {
                        li {
                            a href=(query.to(route))
                                aria-current=[(route == here).then_some("page")] { (name) }
                        }
                    }
                }
            }
        }
    }
}

/// What the answer rests on, its other forms, the same on the command line, and a link that stays.
fn foot(address: &Address, page: &Page) -> Markup {
    let facts = &page.facts;
    html! {
        footer.facts {
            @if let Some(command) = &page.command {
                p { "The same on the command line: " code { (command) } }
            }
            p {
                (other_forms(address))
                @if parameters(&address.route).contains(&"known") {
                    " " a.pin href=(pinned(address, page)) { "A link that never changes" }
                }
            }
            p.small {
                "Ledger " code { (facts.id) } ", " (facts.records) " of " (facts.all) " records, head "
                code title=(facts.head) { (facts.head.get(..12).unwrap_or_default()) } "."
                @for note in &facts.notes { " " (note) "." }
            }
        }
    }
}

fn other_forms(address: &Address) -> Markup {
    let others: Vec<Form> =
        forms(&address.route).iter().copied().filter(|form| *form != Form::Html).collect();
    html! {
        @if !others.is_empty() {
            "This page as "
            @for (place, form) in others.iter().enumerate() {
                @if place > 0 { ", " }
                a href=(address.as_form(*form)) { (name(*form)) }
            }
            "."
        }
    }
}

fn name(form: Form) -> &'static str {
    match form {
        Form::Html => "a page",
        Form::Json => "JSON",
        Form::Csv => "CSV",
        Form::Md => "Markdown",
        Form::Svg => "a drawing",
        Form::Atom => "a feed",
        Form::Ics => "a calendar",
    }
}

/// The same page with what is known now and the day it is about written into its address.
fn pinned(address: &Address, page: &Page) -> String {
    let known = format!("@{}", page.facts.records);
    let mut query = address.query.with("known", Some(&known));
    if let Some(at) = page.at {
        query = query.with("at", Some(&at.to_string()));
    }
    if let Some(public) = page.facts.public {
        query = query.with("public", Some(&public.to_string()));
    }
    Address { query, ..address.clone() }.as_form(Form::Html)
}
