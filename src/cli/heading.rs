//! The first line of an answer in words.

use super::desk::Asked;

/// What is asked, what was known and public, and how many records that are.
pub(super) fn heading(asked: &Asked, question: &str) -> String {
    let all = asked.ledger.records();
    let known = asked.known.as_ref().map(|known| format!(" · AS KNOWN ON {known}"));
    let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}"));
    let records = match asked.known {
        Some(_) => format!("{} of {all} records", asked.records),
        None => format!("all {all} records"),
    };
    let (known, public) = (known.unwrap_or_default(), public.unwrap_or_default());
    format!("{question}{known}{public} · {records}\n")
}
