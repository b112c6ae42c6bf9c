//! How long did each status last, measure by measure?

use std::collections::BTreeSet;

use serde::Serialize;

use super::bands::{Band, bands};
use super::state::Filter;
use super::timeline::asked;
use crate::history::History;
use crate::time::{Day, Window};

/// One measure with all its bands in the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// The measure's id.
    pub measure: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// The whole it is a part of.
    pub part_of: Option<String>,
    /// How many of the wholes above it have a lane of their own.
    pub depth: usize,
    /// Its bands, which leave no day of the range out.
    pub bands: Vec<Band>,
}

/// The days on which something can happen, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The first.
    pub first: Day,
    /// The last.
    pub last: Day,
}

/// The lanes of the measures that a filter takes and of their parts, each part under its whole,
/// from one day to another, both inclusive.
#[must_use]
pub fn lanes(history: &History, filter: &Filter, from: Day, to: Day) -> Vec<Lane> {
    let places = in_order(history, filter);
    let lanes = places.into_iter().map(|(measure, depth)| {
        let tracked = &history.measures()[measure];
        Lane {
            measure: tracked.id().to_owned(),
            title: tracked.title().to_owned(),
            kind: tracked.measure.kind.clone(),
            part_of: tracked.whole.map(|whole| history.measures()[whole].id().to_owned()),
            depth,
            bands: bands(history, measure, from, to),
        }
    });
    lanes.collect()
}

/// Named measures in the order they were named, else in that of declaration; parts after their
/// whole.
fn in_order(history: &History, filter: &Filter) -> Vec<(usize, usize)> {
    let asked = asked(history, filter);
    let named = filter.measures.iter().copied().chain(0..history.measures().len());
    let is_top = |&measure: &usize| {
        let whole = history.measures()[measure].whole;
        asked.contains(&measure) && whole.is_none_or(|whole| !asked.contains(&whole))
    };
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for top in named.filter(is_top) {
        let mut waiting = vec![(top, 0)];
        while let Some((measure, depth)) = waiting.pop() {
            if seen.insert(measure) {
                order.push((measure, depth));
                let parts = history.measures()[measure].parts.iter().rev();
                let parts = parts.filter(|&part| asked.contains(part));
                waiting.extend(parts.map(|&part| (part, depth + 1)));
            }
        }
    }
    order
}

/// The days on which something can happen to the measures a filter takes, by the bounds of events
/// and plans that are not open; none where nothing is dated.
#[must_use]
pub fn reach(history: &History, filter: &Filter) -> Option<Reach> {
    let asked = asked(history, filter);
    let measures: BTreeSet<usize> = asked.iter().flat_map(|&m| history.upward(m)).collect();
    let events = measures.iter().flat_map(|&m| &history.measures()[m].events);
    let standing = events.map(|&event| &history.events()[event]).filter(|it| it.counts());
    let dates = standing.flat_map(|standing| {
        let due = standing.event.then.iter().filter_map(|plan| plan.effective.as_ref());
        due.chain([&standing.event.effective])
    });
    let days: Vec<Day> =
        dates.flat_map(|date: &Window| date.earliest().into_iter().chain(date.latest())).collect();
    let (first, last) = days.iter().min().zip(days.iter().max())?;
    Some(Reach { first: *first, last: *last })
}
