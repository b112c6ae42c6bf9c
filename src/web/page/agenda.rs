//! `/agenda`: what is due, overdue, met or lapsed, and what is planned.

use maud::{Markup, html};

use super::Page;
use super::piece::{dated, long, measure, record, records};
use crate::answer::{Due, DueState};
use crate::ask::Complaint;
use crate::ask::agenda::Answer;
use crate::export::{due_state, due_words};
use crate::web::address::{Address, Query};
use crate::web::answer::agenda_question;
use crate::web::site::Site;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let question = agenda_question(query);
    let answer = question.ask(site)?;
    let Answer { asked, rows, days, .. } = &answer;
    let main = html! {
        h1 { "Agenda on " (long(days.on)) }
        p {
            @if question.all { "However far off or long past." }
            @else { "Met or lapsed since " (long(days.back)) ", to come by " (long(days.ahead)) ", and all that is late." }
            " Sorted by the last day due."
        }
        (facets(query))
        (table(rows, query))
    };
    let overdue = if question.overdue { " --overdue" } else { "" };
    let words = format!("agenda --on {} --within {}{overdue}", days.on, question.within);
    let mut page = Page::new("Agenda", asked, main).command(asked, &words);
    page.at = Some(days.on);
    Ok(page)
}

fn facets(query: &Query) -> Markup {
    let plain = query.with("overdue", None).with("all", None);
    html! {
        p.ways {
            a href=(plain.after("/agenda")) { "all that is due" } " · "
            a href=(plain.with("overdue", Some("1")).after("/agenda")) { "only what is overdue" } " · "
            a href=(plain.with("all", Some("1")).after("/agenda")) { "however far off or long past" }
        }
    }
}

fn table(rows: &[Due], query: &Query) -> Markup {
    html! {
        @if rows.is_empty() { p { "Nothing is due." } } @else {
            div.scroll tabindex="0" role="region" aria-label="What is due" {
                table.cards {
                    thead { tr {
                        th scope="col" { "Due" }
                        th scope="col" { "Measure" }
                        th scope="col" { "What" }
                        th scope="col" { "State" }
                        th scope="col" { "Because of" }
                    } }
                    tbody {
                        @for row in rows {
                            tr.late[matches!(row.state, DueState::Overdue | DueState::Unconfirmed)] {
                                td data-label="Due" { @match &row.due { Some(date) => (dated(date)), None => "no date given", } }
                                th scope="row" { (measure(&row.measure, &row.title, query)) }
                                td data-label="What" { (due_words(row)) }
                                td data-label="State" { (due_state(row)) }
                                td data-label="Because of" { (record(row.record, query)) " " (records(&row.settled_by, query)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
