//! Records of which no world is left, and measures with more worlds than can be told apart.

use std::collections::BTreeSet;

use super::{Checked, Finding, Level, Rule, listed, named, rule};
use crate::timeline::{self, Retold, Telling};

pub(super) const INCONSISTENT: Rule = rule("inconsistent", Level::Error);
pub(super) const TOO_MANY: Rule = rule("too-many-worlds", Level::Note);

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut told: BTreeSet<BTreeSet<u64>> = BTreeSet::new();
    for leaf in checked.leaves() {
        let telling = Telling::plain(checked.history);
        if timeline::has_worlds(telling, leaf) {
            found.extend(too_many(checked, leaf));
        } else {
            let events = contradicting(checked, leaf);
            let records = events.iter().map(|&event| checked.history.events()[event].record);
            if told.insert(records.collect()) {
                found.push(inconsistent(checked, leaf, &events));
            }
        }
    }
    found
}

/// The events without any one of which a world would be left; where there is none, all of whose
/// order something is said.
fn contradicting(checked: &Checked<'_>, leaf: usize) -> Vec<usize> {
    let history = checked.history;
    let touching = timeline::touching(Telling::plain(history), leaf);
    let bound: Vec<usize> = touching
        .into_iter()
        .filter(|&event| {
            let standing = &history.events()[event];
            let says = !standing.after.is_empty() || !standing.cancels.is_empty();
            standing.counts() && (says || !history.referring_to(event).is_empty())
        })
        .collect();
    let needed: Vec<usize> = bound
        .iter()
        .copied()
        .filter(|&event| {
            let mut standing = history.events()[event].clone();
            standing.denied = true;
            let retold = Retold { event, standing };
            timeline::has_worlds(Telling { history, retold: Some(&retold) }, leaf)
        })
        .collect();
    if needed.is_empty() { bound } else { needed }
}

fn inconsistent(checked: &Checked<'_>, leaf: usize, events: &[usize]) -> Finding {
    let standings = events.iter().map(|&event| &checked.history.events()[event]);
    let names = standings.clone().map(|it| format!("@{} {}", it.record, named(it)));
    let message = format!(
        "what is said of the order of {} contradicts their dates: no day is left for them",
        listed(names, "and")
    );
    checked.finding(INCONSISTENT, leaf, standings.map(|it| it.record), message)
}

fn too_many(checked: &Checked<'_>, leaf: usize) -> Option<Finding> {
    let outcome = timeline::outcome(Telling::plain(checked.history), leaf, checked.on);
    let message = format!(
        "too many uncertain dates lie in one another's windows: the answer on {} is approximate; \
         `after` tells which came first",
        checked.on
    );
    let record = checked.history.measures()[leaf].record;
    outcome.approximate.then(|| checked.finding(TOO_MANY, leaf, [record], message))
}
