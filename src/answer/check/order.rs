//! Events of one day of which only the order of recording tells which came first, where that makes
//! a difference.

use std::collections::BTreeSet;

use super::{Checked, Finding, Level, Rule, named, rule};
use crate::record::Event;
use crate::timeline::{self, Outcome, Pair, Retold, Telling};

pub(super) const RECORD_ORDER: Rule = rule("record-order", Level::Warning);

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut told: BTreeSet<Pair> = BTreeSet::new();
    for leaf in checked.leaves() {
        let pairs = timeline::by_record_alone(Telling::plain(checked.history), leaf).into_iter();
        let pairs = pairs.filter(|&pair| !told.contains(&pair) && may_differ(checked, pair));
        for (first, second) in differing(checked, leaf, pairs.collect()) {
            told.insert((first, second));
            found.extend(finding(checked, first, second));
        }
    }
    found
}

fn may_differ(checked: &Checked<'_>, (first, second): Pair) -> bool {
    let event = |event: usize| &checked.history.events()[event].event;
    !is_same_deed(event(first), event(second))
}

/// Those pairs after which the day ends otherwise if the second event comes first.
fn differing(checked: &Checked<'_>, leaf: usize, pairs: Vec<Pair>) -> Vec<Pair> {
    let day = |pair: Pair| checked.history.events()[pair.0].event.effective.bounds().1;
    let with_days = pairs.iter().map(|&pair| (pair, day(pair))).collect();
    let told = timeline::turned(checked.history, leaf, &with_days);
    let differs = |&pair: &Pair| match told.get(&pair) {
        Some([as_it_is, turned]) => is_other(as_it_is, turned),
        None => differs(checked, leaf, pair),
    };
    pairs.into_iter().filter(differs).collect()
}

/// The same for one pair, in two walks.
fn differs(checked: &Checked<'_>, leaf: usize, (first, second): Pair) -> bool {
    let history = checked.history;
    let standing = &history.events()[first];
    let mut later = standing.clone();
    later.after.push(second);
    let retold = Retold { event: first, standing: later };
    let at = standing.event.effective.bounds().1;
    let as_it_is = timeline::outcome(Telling::plain(history), leaf, at);
    let turned = timeline::outcome(Telling { history, retold: Some(&retold) }, leaf, at);
    is_other(&as_it_is, &turned)
}

fn is_other(one: &Outcome, other: &Outcome) -> bool {
    one.possible != other.possible
        || one.attributes != other.attributes
        || one.pending != other.pending
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
