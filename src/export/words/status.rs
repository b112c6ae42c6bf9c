//! A status in words.

use crate::answer::{Held, Row};
use crate::export::safe;
use crate::history::History;

/// What a measure is in words: what is possible, how many parts, and what to beware of.
#[must_use]
pub fn held_words(held: &Held, measure: &str, history: &History) -> String {
    let kind = history.measure(measure).map(|m| &history.measures()[m].kind);
    let label = |status: &String| {
        kind.map_or_else(|| status.clone(), |kind| kind.label_of(status).to_owned())
    };
    let words = if !held.certain {
        let possible: Vec<String> = held.possible.iter().map(label).collect();
        format!("undetermined: {}", possible.join(" or "))
    } else if held.parts.is_empty() {
        held.label.clone()
    } else {
        let parts = held.parts.iter().map(|(status, count)| format!("{count} {}", label(status)));
        format!("mixed: {}", parts.collect::<Vec<_>>().join("; "))
    };
    let flags: Vec<&str> = held.flags.iter().copied().filter(|flag| *flag != "mixed").collect();
    let words = if flags.is_empty() { words } else { format!("{words} ({})", flags.join(", ")) };
    safe(&words).into_owned()
}

/// A mark for a standing that needs no colour.
#[must_use]
pub fn symbol(standing: &str, utf8: bool) -> &'static str {
    match (standing, utf8) {
        ("active", true) => "●",
        ("active", false) => "*",
        ("suspended", true) => "◐",
        ("suspended", false) => "%",
        ("pending", true) => "◌",
        ("pending", false) => "+",
        ("none" | "ended", true) => "○",
        ("none" | "ended", false) => "o",
        ("mixed", true) => "◑",
        ("mixed", false) => "&",
        _ => "?",
    }
}

/// The status in words: what is possible, how many parts, and what to beware of.
#[must_use]
pub fn status_words(row: &Row, history: &History) -> String {
    let label = |status: &str| {
        let kind = history.measure(&row.measure).map(|m| history.measures()[m].kind.clone());
        kind.map_or_else(|| status.to_owned(), |kind| kind.label_of(status).to_owned())
    };
    let words = if !row.certain {
        let possible: Vec<String> = row.possible.iter().map(|status| label(status)).collect();
        format!("undetermined: {}", possible.join(" or "))
    } else if !row.parts.is_empty() {
        let parts = row.parts.iter().map(|(status, count)| format!("{count} {}", label(status)));
        format!("mixed: {}", parts.collect::<Vec<_>>().join("; "))
    } else {
        row.label.clone()
    };
    let flags = row.flags.iter().filter(|flag| **flag != "mixed").copied();
    let planned = rests_on_a_plan(row, history).then_some("planned");
    let beware: Vec<&str> = planned.into_iter().chain(flags).collect();
    if beware.is_empty() { words } else { format!("{words} ({})", beware.join(", ")) }
}

/// Whether a record that gave the status did so by what it planned, not by its own act.
fn rests_on_a_plan(row: &Row, history: &History) -> bool {
    row.certain
        && row.flags.contains(&"unconfirmed")
        && row.because.iter().any(|&record| {
            history.event_of(record).map(|event| &history.events()[event]).is_some_and(|standing| {
                let kind = standing.measure.map(|m| &history.measures()[m].kind);
                let leads = |act: &str| {
                    let act = kind.and_then(|kind| kind.act(act));
                    act.and_then(|act| act.to.as_str()) == Some(row.status.as_str())
                };
                !leads(&standing.event.act)
                    && standing.event.then.iter().any(|plan| leads(&plan.act))
            })
        })
}
