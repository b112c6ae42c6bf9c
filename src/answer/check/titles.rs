//! Titles of measures that name what was done to them. A measure is a thing that lasts; what is
//! done to it are its events.

use super::{Checked, Finding, Level, Rule, rule};
use crate::history::Tracked;

pub(super) const NAMES_ACTION: Rule = rule("title-names-action", Level::Note);

/// Nouns of actions; a title that begins with one names an action.
const ACTIONS: [&str; 30] = [
    "abolition",
    "adoption",
    "announcement",
    "cancellation",
    "delisting",
    "dissolution",
    "easing",
    "establishment",
    "expiry",
    "imposing",
    "imposition",
    "introduction",
    "launch",
    "launching",
    "lifting",
    "postponement",
    "ratification",
    "reinstatement",
    "relisting",
    "removal",
    "removing",
    "repeal",
    "restoration",
    "resumption",
    "revocation",
    "signing",
    "suspension",
    "termination",
    "tightening",
    "withdrawal",
];

/// After one of these, or at the end, a participle tells what was done.
const FOLLOW: [&str; 10] =
    ["as", "against", "by", "for", "from", "in", "on", "to", "until", "with"];

/// Kinds whose measures happen once, and are named for it.
const HAPPENINGS: [&str; 2] = ["incident", "meeting"];

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let titled = checked.scope.iter().filter_map(|&measure| {
        let tracked = &checked.history.measures()[measure];
        let word = action(tracked)?;
        let message = format!(
            "the title `{}` names an action (`{word}`): a measure is the thing it is done to",
            tracked.title()
        );
        Some(checked.finding(NAMES_ACTION, measure, [tracked.record], message))
    });
    titled.collect()
}

/// The word of the title that names an action.
fn action(tracked: &Tracked) -> Option<String> {
    let title = tracked.measure.title.as_ref()?;
    let words = title
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    let words: Vec<String> = words.collect();
    if HAPPENINGS.contains(&tracked.measure.kind.as_str()) {
        return None;
    }
    let begins = words.first().filter(|word| ACTIONS.contains(&word.as_str()));
    begins.or_else(|| participle(tracked, &words)).cloned()
}

/// An act of the measure's kind that a subject stands before.
fn participle<'w>(tracked: &Tracked, words: &'w [String]) -> Option<&'w String> {
    let changes = |word: &str| {
        let act = tracked.kind.act(word).filter(|_| word.ends_with("ed"));
        act.is_some_and(|act| !act.to.is_keep())
    };
    let tells =
        |place: usize| words.get(place + 1).is_none_or(|next| FOLLOW.contains(&next.as_str()));
    let later = words.iter().enumerate().skip(1);
    later.filter(|&(place, word)| changes(word) && tells(place)).map(|(_, word)| word).next()
}
