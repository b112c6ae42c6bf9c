//! Events that nobody vouches for.

use super::{Checked, Finding, Level, Rule, named, rule};
use crate::history::Standing;

pub(super) const NO_SOURCE: Rule = rule("no-source", Level::Warning);
pub(super) const REPORTED_AHEAD: Rule = rule("reported-ahead", Level::Note);

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let events = checked.events();
    let found = events.flat_map(|(_, standing)| {
        let unsupported = unsupported(checked, standing);
        [unsupported, reported_ahead(checked, standing)].into_iter().flatten()
    });
    found.collect()
}

fn unsupported(checked: &Checked<'_>, standing: &Standing) -> Option<Finding> {
    let sources = &standing.event.sources;
    let why = if sources.is_empty() {
        "has no source"
    } else if sources.iter().all(|source| source.stance.is_some()) {
        "has no source but such as say that it did not happen"
    } else {
        return None;
    };
    checked.about(NO_SOURCE, standing, format!("{} {why}", named(standing)))
}

/// All who speak of it did so before its day, and that is past: nobody has said that it happened.
fn reported_ahead(checked: &Checked<'_>, standing: &Standing) -> Option<Finding> {
    let (first, last) = standing.event.effective.bounds();
    let told = standing.last_told().filter(|&told| told < first && last <= checked.on)?;
    let message = format!(
        "{} was last spoken of on {told}: nobody has yet said that it happened",
        named(standing)
    );
    checked.about(REPORTED_AHEAD, standing, message).filter(|_| standing.counts())
}
