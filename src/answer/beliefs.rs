//! How our picture of a measure changed: what was held about all its days, after each record that
//! changed it.

use serde::Serialize;

use super::bands::{Band, bands};
use super::lanes::{Reach, reach};
use super::state::Filter;
use crate::history::History;
use crate::record::Entry;
use crate::time::{Day, Instant};

/// What was held of a measure from a record on, until the next belief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Belief {
    /// The last record of the day on which it came to be held.
    pub record: u64,
    /// When that was made.
    pub recorded: Instant,
    /// What was held, day by day; all beliefs of a measure are about the same days.
    pub bands: Vec<Band>,
}

/// The beliefs about a measure, in the order in which they were come to; of the records of one day
/// only what all of them gave.
///
/// `entries` are the records that hang together with the measure, `public` counts as in every other
/// question. A measure that was not declared yet, or is withdrawn, was not believed anything of.
#[must_use]
pub fn beliefs(entries: &[Entry], measure: &str, public: Option<Day>) -> Vec<Belief> {
    let ends = entries.chunk_by(|one, next| one.recorded.day() == next.recorded.day());
    let ends = ends.scan(0, |end, day| {
        *end += day.len();
        Some(*end)
    });
    let then: Vec<(&Entry, History)> =
        ends.map(|end| (&entries[end - 1], History::of(&entries[..end], public))).collect();
    let places = then.iter().filter_map(|(_, history)| {
        let measures = vec![history.measure(measure)?];
        reach(history, &Filter { measures, ..Filter::default() })
    });
    let all = places.reduce(|one, other| Reach {
        first: one.first.min(other.first),
        last: one.last.max(other.last),
    });
    let Some(Reach { first, last }) = all else { return Vec::new() };
    // The day before and the day after show what was there before anything happened, and what stays.
    let (first, last) = (first.plus(-1).unwrap_or(first), last.plus(1).unwrap_or(last));
    let mut beliefs: Vec<Belief> = Vec::new();
    for (entry, history) in &then {
        let Some(place) = history.measure(measure) else { continue };
        let bands = bands(history, place, first, last);
        if beliefs.last().is_none_or(|before| before.bands != bands) {
            beliefs.push(Belief { record: entry.seq, recorded: entry.recorded, bands });
        }
    }
    beliefs
}
