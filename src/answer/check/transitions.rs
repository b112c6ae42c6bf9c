//! Acts that make no sense in any status the measure can have had before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checked, Finding, Level, Rule, listed, named, rule};
use crate::timeline::{self, Telling};

pub(super) const IMPOSSIBLE: Rule = rule("impossible-transition", Level::Warning);

/// What all parts that an event reaches can have been before it, and whether one of them allows it.
#[derive(Default)]
struct Before {
    statuses: BTreeSet<String>,
    allowed: bool,
}

/// An event of a whole makes sense where it does for one part.
pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut before: BTreeMap<usize, Before> = BTreeMap::new();
    for leaf in checked.leaves() {
        let kind = &checked.history.measures()[leaf].kind;
        for (event, found) in timeline::found(Telling::plain(checked.history), leaf) {
            let act = kind.act(&checked.history.events()[event].event.act);
            let fits = |status: &String| act.is_none_or(|act| act.makes_sense_in(status));
            let before = before.entry(event).or_default();
            before.allowed |= found.planned || found.statuses.iter().any(fits);
            before.statuses.extend(found.statuses);
        }
    }
    let impossible = before.into_iter().filter(|(_, before)| !before.allowed);
    impossible.filter_map(|(event, before)| finding(checked, event, &before)).collect()
}

fn finding(checked: &Checked<'_>, event: usize, before: &Before) -> Option<Finding> {
    let standing = &checked.history.events()[event];
    let measure = standing.measure.filter(|measure| checked.scope.contains(measure))?;
    let tracked = &checked.history.measures()[measure];
    let act = tracked.kind.act(&standing.event.act)?;
    let ticked = |word: &String| format!("`{word}`");
    let mut message = format!(
        "{} makes sense from {}, but found {}",
        named(standing),
        listed(act.from.iter().map(ticked), "or"),
        listed(before.statuses.iter().map(ticked), "or"),
    );
    let given = checked
        .history
        .upward(measure)
        .any(|measure| checked.history.measures()[measure].measure.initial.is_some());
    if !given && before.statuses.iter().eq([&tracked.kind.initial]) {
        message += ": is something before it missing, or the measure's `initial`?";
    }
    Some(checked.finding(IMPOSSIBLE, measure, [standing.record], message))
}
