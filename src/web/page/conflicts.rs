//! `/conflicts`: where sources disagree, and which side is followed.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::Page;
use super::piece::{long, measure, record};
use crate::answer::{Conflict, WouldChange};
use crate::ask::conflicts::Answer;
use crate::ask::{Asked, Complaint, Meant};
use crate::timeline::MIXED;
use crate::web::address::{Address, Query};
use crate::web::answer::conflicts_question;
use crate::web::site::Site;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let question = conflicts_question(query);
    let answer = question.ask(site, Meant::ForPeople)?;
    let Answer { asked, rows, .. } = &answer;
    let all = if question.all { " --all" } else { "" };
    let main = html! {
        h1 { "Where sources disagree" }
        p.ways {
            a href=(query.with("all", None).after("/conflicts")) { "open ones" } " · "
            a href=(query.with("all", Some("1")).after("/conflicts")) { "settled ones, too" }
        }
        @if rows.is_empty() { p { "No source disagrees." } }
        @for conflict in rows { (one(conflict, asked, query)) }
    };
    Ok(Page::new("Conflicts", asked, main).command(asked, &format!("conflicts{all}")))
}

fn one(conflict: &Conflict, asked: &Asked<'_>, query: &Query) -> Markup {
    let Conflict { record: number, measure: id, act, field, .. } = conflict;
    html! {
        section.change {
            h2 { (record(*number, query)) " " (measure(id, id, query)) " " (act) ": " (field) }
            div.scroll tabindex="0" role="region" aria-label={ "What sources say: @" (number) " " (field) } { table {
                thead { tr { th scope="col" { "Value" } th scope="col" { "Sources" } } }
                tbody {
                    @for (place, side) in conflict.sides.iter().enumerate() {
                        tr {
                            th scope="row" {
                                (side.value)
                                @if place == 0 { " " em { (if conflict.settled.is_some() { "settled" } else { "in use" }) } }
                            }
                            td { (side.sources.join("; ")) }
                        }
                    }
                }
            } }
            @if let Some(by) = conflict.settled { p { "Settled by " (record(by, query)) } }
            @if conflict.would_change.is_empty() && conflict.settled.is_none() {
                p { "No status hangs on it." }
            }
            @for change in &conflict.would_change { p { (hangs(change, asked)) } }
        }
    }
}

/// Which answer hangs on it.
fn hangs(change: &WouldChange, asked: &Asked<'_>) -> String {
    let WouldChange { measure, at, value, attribute, from, to } = change;
    let kind = asked.history.measure(measure).map(|m| &asked.history.measures()[m].kind);
    let words = |possible: &BTreeSet<String>| {
        let label = |status: &String| match &kind {
            Some(kind) if status != MIXED && attribute.is_none() => {
                kind.label_of(status).to_owned()
            }
            Some(_) | None => status.clone(),
        };
        possible.iter().map(label).collect::<Vec<_>>().join(" or ")
    };
    let of = attribute.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("With {value}, {measure}{of} on {}: {} (now {})", long(*at), words(to), words(from))
}
