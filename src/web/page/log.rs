//! `/log`: the records in the order they were made.

use maud::{Markup, html};

use super::Page;
use super::piece::{dated, measure, record};
use crate::ask::{Asked, Complaint, Logged};
use crate::web::address::{Address, Query, Route};
use crate::web::answer::log_question;
use crate::web::site::Site;

/// How many records are on a page where nothing is said.
const USUAL: u64 = 100;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let mut question = log_question(query)?;
    question.limit = question.limit.or(Some(USUAL));
    let answer = question.ask(site)?;
    let found = answer.find();
    let asked = &answer.asked;
    let main = html! {
        h1 { "Log" }
        p { "The records in the order they were made, the newest first: when something was learned, not when it happened." }
        @if found.left_out > 0 {
            p {
                (found.rows.len()) " of " (found.rows.len() + found.left_out) " records are shown. "
                a href=(address.query.with("limit", Some(&(found.rows.len() * 4).to_string())).after("/log")) { "Show more" }
            }
        }
        (table(&found.rows, asked, query))
    };
    let limit = question.limit.map(|limit| format!(" --limit {limit}")).unwrap_or_default();
    Ok(Page::new("Log", asked, main).command(asked, &format!("log{limit}")))
}

fn table(rows: &[Logged<'_>], asked: &Asked<'_>, query: &Query) -> Markup {
    let title = |id: &str| {
        let place = asked.history.measure(id);
        place.map_or_else(
            || id.to_owned(),
            |place| asked.history.measures()[place].title().to_owned(),
        )
    };
    html! {
        @if rows.is_empty() { p { "No record fits." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Records" {
                table.cards {
                    thead { tr {
                        th scope="col" { "Record" }
                        th scope="col" { "Recorded (UTC)" }
                        th scope="col" { "Measure" }
                        th scope="col" { "Says" }
                        th scope="col" { "Effective" }
                        th scope="col" { "By" }
                    } }
                    tbody {
                        @for logged in rows.iter().rev() {
                            tr.void[logged.retracted] {
                                th scope="row" { (record(logged.entry.seq, query)) " " (logged.entry.record.kind()) }
                                td data-label="Recorded" { time datetime=(logged.entry.recorded.to_string()) { (logged.entry.recorded.minute()) } }
                                td data-label="Measure" {
                                    @if let Some(id) = &logged.measure {
                                        (measure(id, &title(id), query)) " "
                                        a.small href=(query.carried().with("measure", Some(id)).after("/log"))
                                            aria-label={ "only these: records about " (id) } { "only these" }
                                    }
                                }
                                td data-label="Says" { (logged.words()) }
                                td data-label="Effective" { @if let Some(date) = logged.effective() { (dated(&date)) } }
                                td data-label="By" { (logged.entry.by.clone().unwrap_or_default()) }
                            }
                        }
                    }
                }
            }
        }
        p { a href=(query.to(&Route::Sources)) { "The sources, by publisher" } }
    }
}
