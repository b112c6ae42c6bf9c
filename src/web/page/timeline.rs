//! `/timeline`: what happened, in the order of the world; above it the lanes.

use maud::{Markup, html};

use super::Page;
use super::lanes::{MOST, Wanted};
use super::piece::{dated, measure, record, status};
use crate::answer::Moment;
use crate::ask::timeline::Answer;
use crate::ask::{Asked, Complaint, Meant};
use crate::export::{act_words, by, fate_words, moment_status, of_parts};
use crate::web::address::{Address, Query};
use crate::web::answer::timeline_question;
use crate::web::site::Site;

/// The most rows of a page: more are had as CSV, or between two days.
const MOST_ROWS: usize = 2_000;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let answer = timeline_question(query).ask(site, Meant::ForPeople)?;
    let lanes = lanes(site, query, &answer)?;
    let Answer { asked, rows, .. } = &answer;
    let main = html! {
        h1 { "Timeline" }
        (between(query))
        @if let Some(lanes) = lanes { (lanes) }
        p { "Sorted by the day of effect in the world; an uncertain one by its earliest." }
        @if rows.len() > MOST_ROWS {
            p { strong { "The first " (MOST_ROWS) " of " (rows.len()) " are shown." } " Ask between two days, or take the CSV." }
        }
        (table(&rows[..rows.len().min(MOST_ROWS)], asked, query))
    };
    let span = query.value("from").map(|from| format!(" --from {from}")).unwrap_or_default()
        + &query.value("to").map(|to| format!(" --to {to}")).unwrap_or_default();
    Ok(Page::new("Timeline", asked, main).command(asked, &format!("timeline{span}")))
}

/// The lanes of the first measures that something happened to.
fn lanes(site: &Site, query: &Query, answer: &Answer<'_>) -> Result<Option<Markup>, Complaint> {
    let mut measures: Vec<String> = Vec::new();
    for row in &answer.rows {
        if measures.len() < MOST && !measures.contains(&row.measure) {
            measures.push(row.measure.clone());
        }
    }
    if measures.is_empty() {
        return Ok(None);
    }
    let (from, to) = (query.owned("from"), query.owned("to"));
    let wanted = Wanted { measures, query, from, to, at: None };
    let lanes = wanted.read(site)?;
    Ok(Some(wanted.draw(&lanes)))
}

fn between(query: &Query) -> Markup {
    html! {
        form.between method="get" action="/timeline" aria-label="Between two days" {
            @for (name, value) in query.pairs() {
                @if !["from", "to"].contains(&name) { input type="hidden" name=(name) value=(value); }
            }
            label for="from" { "From" } " "
            input #from name="from" size="14" value=(query.value("from").unwrap_or_default()) autocomplete="off";
            " " label for="to" { "to" } " "
            input #to name="to" size="14" value=(query.value("to").unwrap_or_default()) autocomplete="off";
            " " button { "Show" }
        }
    }
}

fn table(rows: &[Moment], asked: &Asked<'_>, query: &Query) -> Markup {
    html! {
        @if rows.is_empty() { p { "Nothing fits." } } @else {
            div.scroll tabindex="0" role="region" aria-label="What happened" {
                table.cards {
                    thead { tr {
                        th scope="col" { "Effective" }
                        th scope="col" { "Measure" }
                        th scope="col" { "Act" }
                        th scope="col" { "Status after" }
                        th scope="col" { "Record" }
                    } }
                    tbody {
                        @for row in rows {
                            tr.void[row.retracted || row.denied] {
                                td data-label="Effective" {
                                    @match &row.effective { Some(date) => (dated(date)), None => "no date given", }
                                }
                                th scope="row" { (measure(&row.measure, &row.title, query)) }
                                td data-label="Act" { (act_words(row)) }
                                td data-label="Status after" { (after(row, asked)) }
                                td data-label="Record" { (record(row.record, query)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the measure is after it; of what has no effect, why.
pub(super) fn after(row: &Moment, asked: &Asked<'_>) -> Markup {
    let told = if row.asked { moment_status(row, &asked.history) } else { of_parts(row) };
    let fate = row.planned.as_ref().and_then(fate_words);
    html! {
        @if let Some(words) = told { (status(row.standing.as_deref().unwrap_or("none"), &words)) }
        @if let Some(fate) = fate { " " (fate) }
        @if !row.settled_by.is_empty() { " settled" (by(&row.settled_by)) }
    }
}
