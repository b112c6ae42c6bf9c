//! Which events an explanation speaks of.

use std::collections::BTreeSet;

use crate::history::History;
use crate::timeline::{self, Telling};

/// The measures whose events are spoken of: the measure, all wholes above it, all that is part of it.
pub(super) fn members(history: &History, measure: usize) -> BTreeSet<usize> {
    let mut below = vec![measure];
    let mut next = 0;
    while let Some(&member) = below.get(next) {
        below.extend(&history.measures()[member].parts);
        next += 1;
    }
    below.extend(history.upward(measure));
    below.into_iter().collect()
}

/// The events spoken of: those of the members, those that refer to them or that they refer to, and
/// all whose dates hang together with what reaches the measure.
pub(super) fn events(history: &History, measure: usize) -> BTreeSet<usize> {
    let members = members(history, measure);
    let own = members.iter().flat_map(|&member| &history.measures()[member].events);
    let own: Vec<usize> = own.copied().collect();
    let mut events = timeline::reaching(Telling::plain(history), measure);
    for &event in &own {
        let standing = &history.events()[event];
        events.extend(history.referring_to(event));
        events.extend(&standing.after);
        events.extend(&standing.cancels);
        events.extend(&standing.settles);
    }
    events.extend(own);
    events
}
