//! A status in words for people.

use super::safe::safe;
use crate::answer::Held;
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
