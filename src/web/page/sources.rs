//! `/sources`: who says so.

use maud::{Markup, html};
use serde_json::Value;

use super::Page;
use super::piece::{count, outward, records};
use crate::answer::Publisher;
use crate::ask::Complaint;
use crate::ask::sources::{Answer, ask};
use crate::web::address::{Address, Query};
use crate::web::site::Site;

/// How many sources of a publisher are listed where others are, too.
const FEW: usize = 5;

/// The answer for programs.
pub(in crate::web) fn json(site: &Site, query: &Query) -> Result<Value, Complaint> {
    Ok(answer(site, query)?.json())
}

fn answer<'s>(site: &'s Site, query: &Query) -> Result<Answer<'s>, Complaint> {
    ask(site, &query.knowing(), query.value("publisher"))
}

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let Answer { asked, rows, .. } = &answer(site, query)?;
    let alone = query.value("publisher");
    let main = html! {
        h1 { "Sources" }
        @match alone {
            Some(_) => p { a href=(query.with("publisher", None).after("/sources")) { "All publishers" } },
            None => p { (count(rows.len(), "publisher", "publishers")) ", in alphabetical order." },
        }
        @if rows.is_empty() { p { "No source is named." } }
        @for row in rows { (one(row, alone.is_some(), query)) }
    };
    Ok(Page::new("Sources", asked, main))
}

fn one(row: &Publisher, alone: bool, query: &Query) -> Markup {
    let shown = if alone { row.sources.len() } else { row.sources.len().min(FEW) };
    html! {
        section.change {
            h2 { (row.publisher.as_deref().unwrap_or("Nobody named")) }
            p {
                "Speaks of " (count(row.events, "event", "events"))
                @if row.differences > 0 { ", differs " (count(row.differences, "time", "times")) }
                @if row.denials > 0 { ", denies " (count(row.denials, "time", "times")) }
                "."
            }
            ul.sources {
                @for told in &row.sources[..shown] {
                    li {
                        @if let Some(date) = &told.published { time { (date) } " " }
                        cite { (told.title.as_deref().unwrap_or("without a title")) }
                        @if let Some(url) = &told.url { " " (outward(url)) }
                        " " (records(&told.records, query))
                    }
                }
            }
            @if let Some(name) = row.publisher.as_ref().filter(|_| shown < row.sources.len()) {
                p { a href=(query.with("publisher", Some(name)).after("/sources")) {
                    "All " (row.sources.len()) " of " (name)
                } }
            }
        }
    }
}
