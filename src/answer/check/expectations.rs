//! What was expected or planned, and what became of it.

use std::collections::BTreeSet;

use super::{Checked, Finding, Level, Rule, named, rule};
use crate::answer::agenda::{Awaited, Days, Due, DueState, in_scope};
use crate::history::Standing;
use crate::time::Day;

pub(super) const LAPSED: Rule = rule("lapsed-expectation", Level::Note);
pub(super) const UNMET: Rule = rule("unmet-expectation", Level::Note);
pub(super) const UNCONFIRMED_PLAN: Rule = rule("unconfirmed-plan", Level::Warning);

/// So many days a plan may have passed with nobody saying so.
const MOST_UNCONFIRMED: i64 = 90;

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let days = Days { on: checked.on, back: Day::FIRST, ahead: Day::LAST };
    let measures: Vec<usize> = checked.leaves().into_iter().collect();
    let due = in_scope(checked.history, &measures, &checked.scope, days, true);
    due.iter().filter_map(|due| finding(checked, due)).collect()
}

fn finding(checked: &Checked<'_>, due: &Due) -> Option<Finding> {
    let standing = &checked.history.events()[checked.history.event_of(due.record)?];
    if due.what == Awaited::Plan {
        return unconfirmed(checked, due, standing);
    }
    let waits = [DueState::Open, DueState::Overdue, DueState::Lapsed];
    if due.what != Awaited::Expectation || !waits.contains(&due.state) {
        return None;
    }
    met_by(checked, standing)
        .and_then(|event| unmet(checked, standing, event))
        .or_else(|| lapsed(checked, due, standing))
}

fn unconfirmed(checked: &Checked<'_>, due: &Due, maker: &Standing) -> Option<Finding> {
    let days = due.late_days.filter(|&days| days > MOST_UNCONFIRMED)?;
    let on = due.due.as_ref().map_or("", |due| &due.text);
    let message = format!(
        "`{}` was planned for {on}, {days} days ago, and nothing recorded says that it came",
        due.act
    );
    let late = due.state == DueState::Unconfirmed;
    checked.about(UNCONFIRMED_PLAN, maker, message).filter(|_| late)
}

/// The first event of the same act since it was stated that settles nothing.
fn met_by<'h>(checked: &Checked<'h>, expectation: &Standing) -> Option<&'h Standing> {
    let said = &expectation.event;
    let dated = said.announced.is_some() || said.sources.iter().any(|s| s.published.is_some());
    let since = if dated { expectation.announced_by() } else { said.effective.bounds().0 };
    let fits = |it: &&Standing| {
        let (first, last) = it.event.effective.bounds();
        let same = it.event.act == said.act && it.event.status == said.status;
        same && it.settles.is_empty() && first >= since && last <= checked.on
    };
    let events = &checked.history.measures()[expectation.measure?].events;
    let own = events.iter().map(|&event| &checked.history.events()[event]);
    own.filter(|it| it.counts())
        .filter(fits)
        .min_by_key(|it| (it.event.effective.bounds(), it.record))
}

fn unmet(checked: &Checked<'_>, expectation: &Standing, event: &Standing) -> Option<Finding> {
    let message = format!(
        "`{}` was expected on {}, and @{} {} does not say that it `settles` @{}",
        expectation.event.act,
        expectation.event.effective,
        event.record,
        named(event),
        expectation.record,
    );
    let records = [expectation.record, event.record];
    Some(checked.finding(UNMET, expectation.measure?, records, message))
}

fn lapsed(checked: &Checked<'_>, due: &Due, expectation: &Standing) -> Option<Finding> {
    let message = format!(
        "`{}` was expected on {}; nothing settled it, and the measure has come to an end",
        due.act, expectation.event.effective
    );
    let certain = due.possible_states == BTreeSet::from([DueState::Lapsed]);
    checked.about(LAPSED, expectation, message).filter(|_| certain)
}
