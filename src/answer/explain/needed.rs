//! Later events without which the answer would be another one.
//!
//! An event that lies later than the day can still decide: it says that another one came before it,
//! it stands for a plan whose day is past, it confirms that a plan came. Which ones do is found by
//! asking again without them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::question::Question;
use super::words::Role;
use crate::timeline::{self, Outcome, Telling};

/// The live events that did nothing by the day and without which the answer would differ, with what
/// each is needed for; and those that stand for a plan whose day is past. Leaving out all others at
/// once changes nothing.
pub(super) fn later(question: &Question<'_>) -> BTreeMap<usize, Role> {
    let mut needed = BTreeMap::new();
    if question.outcome.approximate || question.fates.approximate {
        return needed;
    }
    let holders = question.fates.holders().filter(|&event| !question.came(event));
    needed.extend(holders.map(|event| (event, Role::StandsForAPlan)));
    let counts = |&&event: &&usize| {
        let counts = question.standing(event).counts() && !question.came(event);
        counts && !needed.contains_key(&event)
    };
    let candidates: Vec<usize> = question.events.iter().filter(counts).copied().collect();
    let mut search = Search { question, left_out: BTreeSet::new(), needed: &mut needed };
    search.leave_out(&candidates);
    needed
}

struct Search<'s, 'q> {
    question: &'s Question<'q>,
    left_out: BTreeSet<usize>,
    needed: &'s mut BTreeMap<usize, Role>,
}

impl Search<'_, '_> {
    /// Leaves out as many of some events as it can.
    fn leave_out(&mut self, events: &[usize]) {
        let Some((&first, _)) = events.split_first() else { return };
        let without: BTreeSet<usize> = self.left_out.iter().chain(events).copied().collect();
        let outcome = self.outcome_without(&without);
        if is_same(&outcome, &self.question.outcome) {
            self.left_out = without;
        } else if events.len() == 1 {
            self.needed.insert(first, self.role(&outcome));
        } else {
            let (one, other) = events.split_at(events.len() / 2);
            self.leave_out(one);
            self.leave_out(other);
        }
    }

    fn outcome_without(&self, events: &BTreeSet<usize>) -> Outcome {
        let Question { history, measure, at, .. } = *self.question;
        let history = history.without(events);
        timeline::outcome(Telling::plain(&history), measure, at)
    }

    /// What an event is needed for, as what would be answered without it tells.
    fn role(&self, without: &Outcome) -> Role {
        let confirmed =
            Outcome { unconfirmed: self.question.outcome.unconfirmed, ..without.clone() };
        if is_same(&confirmed, &self.question.outcome) {
            Role::ConfirmsAPlan
        } else {
            Role::BoundsADate
        }
    }
}

/// Whether two answers are the same but for what is still pending.
fn is_same(one: &Outcome, other: &Outcome) -> bool {
    one.possible == other.possible
        && one.since == other.since
        && one.because == other.because
        && values(&one.attributes) == values(&other.attributes)
        && one.unconfirmed == other.unconfirmed
        && one.inconsistent == other.inconsistent
        && one.approximate == other.approximate
}

/// The values of each attribute that can be there, whatever their order.
pub(super) fn values(
    attributes: &BTreeMap<String, Vec<Option<Value>>>,
) -> BTreeMap<&str, BTreeSet<String>> {
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let named = attributes.iter().map(|(name, values)| {
        (name.as_str(), values.iter().map(text).collect::<BTreeSet<String>>())
    });
    named.filter(|(_, values)| values.iter().any(|value| !value.is_empty())).collect()
}
