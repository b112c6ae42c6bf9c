//! References that have no effect any more.

use super::{Checked, Finding, Level, Rule, named, rule};
use crate::history::Standing;

pub(super) const IDLE_REFERENCE: Rule = rule("idle-reference", Level::Note);

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let events = checked.events();
    events.flat_map(|(_, standing)| of_event(checked, standing)).collect()
}

fn of_event(checked: &Checked<'_>, standing: &Standing) -> Vec<Finding> {
    let fields = [
        ("after", &standing.after),
        ("cancels", &standing.cancels),
        ("settles", &standing.settles),
    ];
    let references = fields.into_iter().flat_map(|(field, named)| {
        named.iter().map(move |&event| (field, &checked.history.events()[event]))
    });
    let idle = references.filter_map(|(field, target)| {
        let why = why_idle(field, target)?;
        let message = format!(
            "{}: `{field}` names @{} {}, which {why}, so it has no effect",
            named(standing),
            target.record,
            named(target),
        );
        let records = [standing.record, target.record];
        Some(checked.finding(IDLE_REFERENCE, standing.measure?, records, message))
    });
    idle.collect()
}

fn why_idle(field: &str, target: &Standing) -> Option<&'static str> {
    if target.retracted {
        Some("was retracted")
    } else if target.denied {
        Some("did not happen, as was settled")
    } else if target.is_live() && !target.counts() && field != "settles" {
        Some("is an expectation")
    } else {
        None
    }
}
