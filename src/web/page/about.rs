//! `/about`: what this ledger is, how far it goes, whether it is unaltered, and what it is not.

use maud::html;
use serde_json::{Value, json};

use super::Page;
use super::piece::{count, long};
use crate::ask::Complaint;
use crate::ask::measures::{Declared, declared};
use crate::ledger::{Point, verify_view};
use crate::web::address::{Address, Query};
use crate::web::site::Site;

/// What of a ledger of more records than this is checked is said by the command alone.
const MOST_CHECKED: usize = 20_000;

/// What the page says, for programs.
pub(in crate::web) fn json(site: &Site, query: &Query) -> Result<Value, Complaint> {
    let known = query.owned("known");
    let found = declared(site, known.as_ref(), &query.which())?;
    let asked = &found.asked;
    let points = points(site, asked.all_records())?;
    let result = json!({
        "measures": found.measures().len(),
        "kinds": kinds(&found),
        "program": env!("CARGO_PKG_VERSION"),
        "checked": points.as_ref().map(|points| points.iter().map(point).collect::<Vec<Value>>()),
    });
    Ok(asked.envelope("about", json!({}), asked.now(true), &json!([result]), &asked.notes()))
}

fn point(point: &Point) -> Value {
    json!({"check": point.check, "state": point.state, "says": point.says})
}

fn kinds(found: &Declared<'_>) -> Vec<String> {
    let kinds = found.measures().into_iter().map(|tracked| tracked.measure.kind.clone());
    kinds.collect::<std::collections::BTreeSet<String>>().into_iter().collect()
}

/// What a check of all that the pages rest on finds; none where there is too much of it.
fn points(site: &Site, records: usize) -> Result<Option<Vec<Point>>, Complaint> {
    if records > MOST_CHECKED {
        return Ok(None);
    }
    Ok(Some(verify_view(&site.directory, &[])?.points))
}

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let known = address.query.owned("known");
    let found = declared(site, known.as_ref(), &address.query.which())?;
    let asked = &found.asked;
    let standpoint = &asked.standpoint;
    let checked = points(site, asked.all_records())?;
    let main = html! {
        h1 { "About this ledger" }
        p.lead {
            "It tracks " (count(found.measures().len(), "measure", "measures"))
            " of policy: what was decided, announced, suspended, ended, and who says so."
        }
        dl.facts-of {
            dt { "Records" } dd { (standpoint.records) }
            @if let (Some(from), Some(to)) = (standpoint.recorded_from, standpoint.recorded_to) {
                dt { "Recorded" } dd { "from " (long(from.day())) " to " (long(to.day())) }
            }
            dt { "Kinds of measures" } dd { (kinds(&found).join(", ")) }
            dt { "Ledger" } dd { code.hash { (standpoint.id) } }
            dt { "Head" } dd { code.hash { (standpoint.head) } }
            dt { "Program" } dd { "policy-ledger " (env!("CARGO_PKG_VERSION")) }
        }
        h2 { "Is it unaltered?" }
        @match &checked {
            None => p { "There are too many records to check them for a page: run " code { "ledger verify" } "." },
            Some(points) => ul.plain {
                @for point in points {
                    li { strong { (point.check) } ": " (point.says) }
                }
            },
        }
        p {
            "The head stands for every record in its order: who has kept it elsewhere can tell whether "
            "anything was changed. " code { "ledger verify" } " reads the log itself, and "
            code { "ledger checkpoint" } " writes the head down to be kept."
        }
        h2 { "What an answer means" }
        ul {
            li { strong { "Undetermined" } " means that the evidence allows more than one answer; all are named." }
            li { "A day in the world, what was " strong { "published" } " by a day and what was "
                strong { "recorded" } " by a day are three different things. One day can have two answers: what we say now, and what could be said then." }
            li { strong { "Contested" } " means that one source alone would give another answer." }
        }
        h2 { "What it is not" }
        ul {
            li { "It is no list of everything: a measure that is not here is not tracked, which says nothing about the world." }
            li { "It is no legal advice, and no official register; the sources are named so that they can be read." }
        }
        h2 { "For programs" }
        p { "Every page has its answer in JSON: put " code { ".json" } " behind its path. "
            a href="/openapi.json" { "What can be asked for" } " is described for programs." }
    };
    Ok(Page::new("About", asked, main).command(asked, "verify"))
}
