//! What is due, in words.

use crate::answer::{Awaited, Due, DueState};

/// The act, and how it is awaited.
#[must_use]
pub fn due_words(row: &Due) -> String {
    let how = match row.what {
        Awaited::Expectation => "expected",
        Awaited::Plan => "planned",
        Awaited::Event => "announced",
    };
    match &row.status {
        Some(status) if *status != row.act && row.act == "set" => {
            format!("{} {status}, {how}", row.act)
        }
        Some(_) | None => format!("{}, {how}", row.act),
    }
}

/// The state in words, or all that are possible.
#[must_use]
pub fn due_state(row: &Due) -> String {
    if row.possible_states.len() > 1 {
        let words: Vec<&str> = row.possible_states.iter().map(|&state| state.as_str()).collect();
        return words.join(" or ");
    }
    let late = row.late_days.unwrap_or_default();
    match row.state {
        DueState::Overdue => format!("overdue by {}", count(late)),
        DueState::Unconfirmed if late == 0 => "unconfirmed".to_owned(),
        DueState::Unconfirmed => format!("unconfirmed for {}", count(late)),
        DueState::Settled => settled(row),
        DueState::Lapsed => "lapsed: the measure came to an end".to_owned(),
        DueState::Open | DueState::Planned | DueState::Retracted => row.state.as_str().to_owned(),
    }
}

fn settled(row: &Due) -> String {
    let on = row.settled_on.as_ref().map_or("", |on| &on.text);
    let last = row.due.as_ref().and_then(|due| due.latest);
    let is_window = row.due.as_ref().is_some_and(|due| due.earliest != due.latest);
    let when = match row.late_days {
        Some(0) if is_window => ", in its window".to_owned(),
        Some(0) => ", on its day".to_owned(),
        Some(days) if days > 0 => {
            let after = if is_window { "its window ended" } else { "its day" };
            format!(", {} after {after}", count(days))
        }
        Some(days) if last.is_some() && !is_window => {
            format!(", {} before its day", count(-days))
        }
        Some(days) => format!(", {} before its window began", count(-days)),
        None => String::new(),
    };
    format!("settled on {on}{when}")
}

fn count(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
