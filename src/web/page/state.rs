//! `/state`: the status of every measure on a day. The table is the answer; the lanes show it.

use maud::{Markup, html};

use super::Page;
use super::lanes::{MOST, Wanted, shown};
use super::piece::{count, long, measure, records, since, status};
use crate::answer::Row;
use crate::ask::state::{Answer, Question, STANDINGS};
use crate::ask::{Complaint, Meant};
use crate::export::status_words;
use crate::proof::{flag, quoted};
use crate::time::Day;
use crate::web::address::{Address, Query, Route};
use crate::web::answer::state_question;
use crate::web::site::Site;

pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    let query = &address.query;
    let question = state_question(query);
    let answer = question.ask(site, Meant::ForPeople)?;
    let Answer { asked, rows, at, .. } = &answer;
    let measures = shown(rows);
    let wanted = Wanted { measures, query, from: None, to: None, at: Some(*at) };
    let lanes = if rows.is_empty() { None } else { Some(wanted.read(site)?) };
    let main = html! {
        h1 { "Status on " (long(*at)) }
        (filters(query))
        p { (count(rows.len(), "measure", "measures")) "." }
        @if let Some(lanes) = &lanes { (wanted.draw(lanes)) }
        @if rows.len() > MOST { p.small { "The lanes are those of the first " (MOST) " measures." } }
        (table(&answer, rows, query))
    };
    let drawn = lanes.as_ref().map_or(&[][..], |lanes| &lanes.lanes);
    let mut page = Page::new(format!("Status on {}", long(*at)), asked, main)
        .command(asked, &words(&question, *at))
        .on(*at, drawn);
    page.later = answer.later.len();
    Ok(page)
}

/// The question as words of a command.
fn words(question: &Question, at: Day) -> String {
    let mut words = vec!["state".to_owned()];
    words.extend(question.measures.iter().cloned());
    words.extend(flag("at", &at.to_string()));
    words.extend(question.standing.iter().flat_map(|standing| flag("standing", standing)));
    words.extend(question.which.words());
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// Some rows of an answer: what, how, since when, why. Below them what changed later.
pub(super) fn table(answer: &Answer<'_>, rows: &[Row], query: &Query) -> Markup {
    let Answer { asked, later, .. } = answer;
    html! {
        @if rows.is_empty() {
            p { "No measure fits." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label="Statuses" {
                table.cards {
                    thead { tr {
                        th scope="col" { "Measure" }
                        th scope="col" { "Status" }
                        th scope="col" { "Since" }
                        th scope="col" { "Because of" }
                        th scope="col" { "Why" }
                    } }
                    tbody {
                        @for row in rows {
                            tr.depth[depth(rows, row) > 0] {
                                th scope="row" data-depth=(depth(rows, row)) {
                                    (measure(&row.measure, &row.title, query))
                                }
                                td data-label="Status" {
                                    (status(&row.standing, &status_words(row, &asked.history)))
                                    (pending(row, query))
                                }
                                td data-label="Since" { (since(row)) }
                                td data-label="Because of" { (records(&row.because, query)) }
                                td data-label="Why" {
                                    a href=(query.to(&Route::Why(row.measure.clone())))
                                        aria-label={ "Why: " (row.title) } { "why" }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if !later.is_empty() {
            ul.later { @for sentence in later { li { (crate::export::safe(sentence)) } } }
        }
    }
}

/// What had been announced and was not yet in effect.
fn pending(row: &Row, query: &Query) -> Markup {
    html! {
        @for announced in &row.pending {
            div.pending {
                "to come: " (announced.act) ", "
                @match &announced.effective {
                    Some(date) => (super::piece::dated(date)),
                    None => "no date given",
                }
                " " (super::piece::record(announced.record, query))
            }
        }
    }
}

/// How far below a whole that is shown too a part stands.
fn depth(rows: &[Row], row: &Row) -> usize {
    let above = |row: &Row| {
        let whole = row.part_of.as_ref()?;
        rows.iter().find(|other| other.measure == *whole)
    };
    let mut depth = 0;
    let mut at = row;
    while let Some(whole) = above(at).filter(|_| depth < 8) {
        depth += 1;
        at = whole;
    }
    depth
}

/// What narrows the answer.
pub(super) fn filters(query: &Query) -> Markup {
    let texts = [
        ("kind", "Kind"),
        ("party", "Party"),
        ("tag", "Tag"),
        ("item", "Goods"),
        ("under", "Id begins with"),
    ];
    let narrowed = texts.iter().any(|(name, _)| query.is_set(name)) || query.is_set("standing");
    html! {
        details.filters open[narrowed] {
            summary { "Narrow it" }
            form method="get" action="/state" aria-label="Narrow it" {
                @for (name, value) in query.carried().pairs() {
                    input type="hidden" name=(name) value=(value);
                }
                @for (name, label) in texts {
                    span.field {
                        label for={ "f-" (name) } { (label) } " "
                        input id={ "f-" (name) } name=(name) size="14" autocomplete="off"
                            value=(query.value(name).unwrap_or_default());
                    }
                }
                span.field {
                    label for="f-standing" { "Standing" } " "
                    select #f-standing name="standing" {
                        option value="" { "any" }
                        @for word in STANDINGS {
                            option value=(word) selected[query.value("standing") == Some(word)] { (word) }
                        }
                    }
                }
                button { "Narrow" }
            }
        }
    }
}
