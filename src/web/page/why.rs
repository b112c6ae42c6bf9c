//! `/why/ID`: why a measure has its status on a day.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::Page;
use super::lanes::Wanted;
use super::piece::{dated, long, measure, outward, record, records, since, status, value};
use crate::answer::{Deciding, Evidence, Explanation, Otherwise, Role, Row, Unused, Used, What};
use crate::ask::Complaint;
use crate::ask::explain::Answer;
use crate::export::status_words;
use crate::web::address::{Address, Query};
use crate::web::answer::why_question;
use crate::web::site::Site;

pub(super) fn draw(site: &Site, address: &Address, id: &str) -> Result<Page, Complaint> {
    let query = &address.query;
    let answer = why_question(id, query).ask(site)?;
    let Answer { asked, explanation: it, at, .. } = &answer;
    let row = &it.answer;
    let measures = vec![it.measure.clone()];
    let wanted = Wanted { measures, query, from: None, to: None, at: Some(*at) };
    let lanes = wanted.read(site)?;
    let words = status_words(row, &asked.history);
    let main = html! {
        h1 { "Why " (row.title) " is what it is" }
        p.lead {
            "On " (long(*at)) ": " (status(&row.standing, &words))
            @if row.since.is_some() { ", since " (since(row)) }
            " (" (measure(&it.measure, &it.measure, query)) ")"
        }
        (wanted.draw(&lanes))
        (because(it, query))
        (not_used(it, asked.records, query))
        (not_followed(it, asked.records, query))
        (deciding(it, query))
        h2 { "Rule" }
        p { (it.rule.text) }
        @for also in &it.rule.also { p { (also.text) } }
        (with_everything(&answer))
    };
    let title = format!("Why {}", row.title);
    let mut page = Page::new(title, asked, main)
        .command(asked, &format!("explain {} --at {at}", it.measure))
        .on(*at, &lanes.lanes);
    page.later = usize::from(!same(it, &answer));
    Ok(page)
}

/// Whether everything recorded gives the same answer.
fn same(it: &Explanation, answer: &Answer<'_>) -> bool {
    answer.asked.known.is_none()
        || it.with_everything.as_ref().is_none_or(|row| row.possible == it.answer.possible)
}

fn because(it: &Explanation, query: &Query) -> Markup {
    let (idle, telling): (Vec<&Used>, Vec<&Used>) =
        it.used.iter().partition(|used| used.role == Role::ChangedNothing);
    let mut shown = BTreeSet::new();
    html! {
        section aria-labelledby="h-because" {
            h2 #h-because { "Because" }
            p.small { "By the date of effect." }
            @if telling.is_empty() { p { "Nothing that counts had done anything by then." } }
            ol.events {
                @for used in telling { (one_used(used, it, query, shown.insert(used.record))) }
            }
            @if !idle.is_empty() {
                h3 { "Counted too, and changed nothing" }
                ol.events { @for used in idle { (one_used(used, it, query, false)) } }
            }
        }
    }
}

fn one_used(used: &Used, it: &Explanation, query: &Query, with_sources: bool) -> Markup {
    let roles: Vec<String> = used.roles.iter().map(|role| plain(role.as_str())).collect();
    html! {
        li {
            p {
                @if let Some(date) = &used.effective { strong { (dated(date)) } " " }
                (thing(used.act.as_deref(), used.what, &used.measure, it)) ": " (roles.join(", "))
                " " (record(used.record, query))
                @if !used.amended_by.is_empty() { " corrected by " (records(&used.amended_by, query)) }
            }
            (otherwise(&used.otherwise, query))
            @if with_sources && !used.sources.is_empty() {
                ul.sources { @for source in &used.sources { li { (evidence(source)) } } }
            }
        }
    }
}

/// What became of something in other worlds or parts.
fn otherwise(rows: &[Otherwise], query: &Query) -> Markup {
    html! {
        @for row in rows {
            p.note {
                @if row.parts.is_empty() { "in other worlds: " } @else { "for " (row.parts.join(", ")) ": " }
                (row.text) " " (records(&row.by, query))
            }
        }
    }
}

/// A link to a record that may be later than what was known: there it is shown with all that is.
fn any_record(number: u64, known: usize, query: &Query) -> Markup {
    let is_later = usize::try_from(number).is_ok_and(|number| number > known);
    if is_later { record(number, &query.with("known", None)) } else { record(number, query) }
}

fn not_used(it: &Explanation, known: usize, query: &Query) -> Markup {
    let rows: Vec<&Unused> = it.not_used.iter().filter(|row| !is_of_a_source(row)).collect();
    html! {
        section aria-labelledby="h-not" {
            h2 #h-not { "Not used" }
            @if rows.is_empty() { p { "Nothing." } }
            ul.events {
                @for row in rows {
                    li {
                        p {
                            @if let Some(date) = &row.effective { strong { (dated(date)) } " " }
                            @match row.what {
                                What::Correction => "correction",
                                _ => (thing(row.act.as_deref(), row.what, &row.measure, it)),
                            }
                            ": " (row.text) " " (any_record(row.record, known, query))
                        }
                        (otherwise(&row.otherwise, query))
                    }
                }
            }
        }
    }
}

/// Wordings that were corrected, and sources that say otherwise.
fn not_followed(it: &Explanation, known: usize, query: &Query) -> Markup {
    let rows: Vec<&Unused> = it.not_used.iter().filter(|row| is_of_a_source(row)).collect();
    html! {
        @if !rows.is_empty() {
            section aria-labelledby="h-said" {
                h2 #h-said { "Said, and not followed" }
                ul.events {
                    @for row in rows {
                        li {
                            (any_record(row.of.unwrap_or(row.record), known, query)) " "
                            @if let (What::Wording, Some(field)) = (row.what, &row.field) {
                                (field) " was "
                                del { (row.from.as_ref().map(value).unwrap_or_default()) } ", is "
                                ins { (row.to.as_ref().map(value).unwrap_or_default()) } ": "
                            }
                            (row.text) " " (any_record(row.record, known, query))
                        }
                    }
                }
            }
        }
    }
}

fn deciding(it: &Explanation, query: &Query) -> Markup {
    let words = |it: &Deciding| {
        let on = it.on.iter().map(|on| {
            let possible: Vec<&str> = on.possible.iter().map(String::as_str).collect();
            format!("on {} {}", long(on.day), possible.join(" or "))
        });
        on.collect::<Vec<_>>().join("; ")
    };
    html! {
        @if !it.deciding.is_empty() {
            section aria-labelledby="h-decides" {
                h2 #h-decides { "What decides" }
                ul.events {
                    @for row in &it.deciding {
                        li { (dated(&row.effective)) " " (row.act) ": " (words(row)) " " (record(row.record, query)) }
                    }
                }
            }
        }
        @if !it.contested.is_empty() {
            section aria-labelledby="h-contested" {
                h2 #h-contested { "One source alone would change it" }
                ul.events {
                    @for row in &it.contested {
                        li {
                            (record(row.record, query)) ": " (name(&row.source)) " differs on "
                            (row.fields.join(", ")) "; then "
                            (row.possible.iter().cloned().collect::<Vec<_>>().join(" or "))
                        }
                    }
                }
            }
        }
    }
}

/// What everything recorded and public gives, where not all of it counted.
fn with_everything(answer: &Answer<'_>) -> Markup {
    let (asked, it) = (&answer.asked, &answer.explanation);
    if asked.known.is_none() && asked.public.is_none() {
        return html! {};
    }
    let words = |row: &Row| status_words(row, &asked.history_when(usize::MAX, None));
    html! {
        section aria-labelledby="h-everything" {
            h2 #h-everything { "With everything recorded and public" }
            p {
                @match &it.with_everything {
                    None => "The same answer.",
                    Some(row) => (status(&row.standing, &words(row))),
                }
            }
        }
    }
}

// Pieces

fn thing(act: Option<&str>, what: What, about: &str, it: &Explanation) -> String {
    let other = if about == it.measure { String::new() } else { format!("{about} ") };
    match (act, what) {
        (Some(act), What::Plan) => format!("{other}planned {act}"),
        (Some(act), _) => format!("{other}{act}"),
        (None, _) => format!("declaration of {about}"),
    }
}

fn is_of_a_source(row: &Unused) -> bool {
    matches!(row.what, What::Wording | What::Source)
}

/// A word of a closed list, for people.
fn plain(word: &str) -> String {
    word.replace('-', " ")
}

fn name(source: &Evidence) -> &str {
    let names = [&source.publisher, &source.title, &source.url];
    names.into_iter().find_map(Option::as_deref).unwrap_or("a source")
}

fn evidence(source: &Evidence) -> Markup {
    let title = source.title.as_deref().filter(|&title| title != name(source));
    html! {
        cite {
            (name(source))
            @if let Some(title) = title { ", “" (title) "”" }
            @if let Some(date) = &source.published { ", " (dated(date)) }
        }
        @if let Some(url) = &source.url { " " (outward(url)) }
        @if let Some(quote) = &source.quote { " " q { (quote) } }
        @if source.stance.is_some() { " " strong { "denies that it happened" } }
        @if let Some(says) = &source.says {
            " says otherwise: " (value(&serde_json::to_value(says).unwrap_or_default()))
        }
    }
}
