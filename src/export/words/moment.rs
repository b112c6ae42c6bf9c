//! A moment of a timeline in words.

use crate::answer::{Fate, Moment, Planned};
use crate::history::History;
use crate::record::Modality;

/// The act, and whether it is more or less than something that happened.
#[must_use]
pub fn act_words(row: &Moment) -> String {
    let words = [
        (row.planned.is_some(), " (planned)"),
        (row.modality == Modality::Expected, " (expected)"),
        (row.retracted, " (retracted)"),
        (row.denied, " (did not happen)"),
    ];
    let words = words.iter().filter_map(|&(holds, word)| holds.then_some(word));
    row.act.clone() + &words.collect::<String>()
}

/// What became of a plan; none of one that takes effect.
#[must_use]
pub fn fate_words(planned: &Planned) -> Option<String> {
    let records: Vec<u64> = planned.by.iter().copied().collect();
    let by = by(&records);
    match planned.fate {
        Fate::TakesEffect => None,
        Fate::Cancelled => Some(format!("cancelled{by}")),
        Fate::Replaced => Some(format!("replaced{by}")),
        Fate::Settled => Some(format!("settled{by}")),
        Fate::Gone => Some(format!("taken away{by}")),
        Fate::Partly => Some(format!("not for all parts{by}")),
        Fate::Undetermined => Some("may not come".to_owned()),
        Fate::Waiting => Some("waiting".to_owned()),
    }
}

/// ` by @57 @58`; nothing where there is none.
#[must_use]
pub fn by(records: &[u64]) -> String {
    let numbers: Vec<String> = records.iter().map(|record| format!("@{record}")).collect();
    if numbers.is_empty() { String::new() } else { format!(" by {}", numbers.join(" ")) }
}

/// The status after it, with what to beware of.
#[must_use]
pub fn moment_status(row: &Moment, history: &History) -> Option<String> {
    let kind = history.measure(&row.measure).map(|m| &history.measures()[m].kind);
    let label = |status: &String| {
        kind.map_or_else(|| status.clone(), |kind| kind.label_of(status).to_owned())
    };
    let words = if row.certain? {
        let parts = row.parts.iter().map(|(status, count)| format!("{count} {}", label(status)));
        let parts = parts.collect::<Vec<_>>().join("; ");
        let own = row.label.clone()?;
        if parts.is_empty() { own } else { format!("{own}: {parts}") }
    } else {
        let possible: Vec<String> = row.possible.iter().map(label).collect();
        format!("undetermined: {}", possible.join(" or "))
    };
    let flags: Vec<&str> = row.flags.iter().copied().filter(|flag| *flag != "mixed").collect();
    Some(if flags.is_empty() { words } else { format!("{words} ({})", flags.join(", ")) })
}

/// What the parts asked about are after an event on their whole.
#[must_use]
pub fn of_parts(row: &Moment) -> Option<String> {
    let mut labels: Vec<(&str, Vec<&str>)> = Vec::new();
    for also in &row.also {
        match labels.iter_mut().find(|(label, _)| *label == also.label) {
            Some((_, measures)) => measures.push(&also.measure),
            None => labels.push((&also.label, vec![&also.measure])),
        }
    }
    let words = labels.iter().map(|(label, of)| format!("{label} ({})", of.join(", ")));
    Some(words.collect::<Vec<_>>().join("; ")).filter(|words| !words.is_empty())
}
