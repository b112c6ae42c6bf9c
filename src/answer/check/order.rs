//! Events of one day of which only the order of recording tells which came first, where that makes
//! a difference.

use std::collections::BTreeSet;

use super::{Checked, Finding, Level, Rule, named, rule};
use crate::record::Event;
use crate::timeline::{self, Retold, Telling};

pub(super) const RECORD_ORDER: Rule = rule("record-order", Level::Warning);

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    for leaf in checked.leaves() {
        for (first, second) in timeline::by_record_alone(Telling::plain(checked.history), leaf) {
            let differs = || differs(checked, leaf, first, second);
            if !told.contains(&(first, second)) && differs() {
                told.insert((first, second));
                found.extend(finding(checked, first, second));
            }
        }
    }
    found
}

/// Whether the day ends otherwise if the second event came first.
fn differs(checked: &Checked<'_>, leaf: usize, first: usize, second: usize) -> bool {
    let history = checked.history;
    let standing = &history.events()[first];
    if is_same_deed(&standing.event, &history.events()[second].event) {
        return false;
    }
    let mut later = standing.clone();
    later.after.push(second);
    let retold = Retold { event: first, standing: later };
    let at = standing.event.effective.bounds().1;
    let as_it_is = timeline::outcome(Telling::plain(history), leaf, at);
    let turned = timeline::outcome(Telling { history, retold: Some(&retold) }, leaf, at);
    as_it_is.possible != turned.possible
        || as_it_is.attributes != turned.attributes
        || as_it_is.pending != turned.pending
}

/// Whether two events of one act do the same and nothing besides.
fn is_same_deed(one: &Event, other: &Event) -> bool {
    let alone = |event: &Event| {
        event.then.is_empty() && event.cancels.is_empty() && event.settles.is_empty()
    };
    alone(one) && alone(other) && one.set == other.set && one.status == other.status
}

fn finding(checked: &Checked<'_>, first: usize, second: usize) -> Option<Finding> {
    let (first, second) = (&checked.history.events()[first], &checked.history.events()[second]);
    let message = format!(
        "{}: only the order of recording says that @{} came before @{}, and it makes a difference; \
         `after` or a time of day would say so",
        named(first),
        first.record,
        second.record,
    );
    let records = [first.record, second.record];
    Some(checked.finding(RECORD_ORDER, first.measure?, records, message))
}
