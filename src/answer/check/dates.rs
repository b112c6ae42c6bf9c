//! Dates that cannot be meant.

use super::{Checked, Finding, Level, Rule, named, rule};
use crate::history::Standing;
use crate::record::{Entry, Record, Review, Source};
use crate::time::{Day, Window};

pub(super) const IMPLAUSIBLE_YEAR: Rule = rule("implausible-year", Level::Warning);
pub(super) const DATED_AFTER_RECORD: Rule = rule("dated-after-record", Level::Warning);

/// Earlier years are taken for slips.
const FIRST_YEAR: i32 = 1900;
/// So many years after it was recorded nothing is planned.
const MOST_AHEAD: i64 = 50;
/// Days of a year.
const YEAR: i64 = 365;

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let years = checked.events().filter_map(|(_, standing)| implausible(checked, standing));
    let mut found: Vec<Finding> = years.collect();
    found.extend(checked.events().filter_map(|(_, standing)| announced_later(checked, standing)));
    found.extend(brought_too_early(checked));
    found
}

fn implausible(checked: &Checked<'_>, standing: &Standing) -> Option<Finding> {
    let why = dates(standing).find_map(|(what, window)| {
        let why = far_off(window, last_told(checked, standing))?;
        Some(format!("{what} {window} {why}"))
    });
    let message = format!("{}: {}", named(standing), why?);
    checked.about(IMPLAUSIBLE_YEAR, standing, message)
}

/// Every date of an event, with what it is.
fn dates(standing: &Standing) -> impl Iterator<Item = (&'static str, &Window)> {
    let event = &standing.event;
    let plans = event.then.iter().filter_map(|plan| plan.effective.as_ref());
    let sources = event.sources.iter().filter_map(|source| source.published.as_ref());
    std::iter::once(("effective", &event.effective))
        .chain(event.announced.iter().map(|window| ("announced", window)))
        .chain(plans.map(|window| ("planned for", window)))
        .chain(sources.map(|window| ("published", window)))
}

/// The day of the last record that says something of an event.
fn last_told(checked: &Checked<'_>, standing: &Standing) -> Option<Day> {
    let records = std::iter::once(&standing.record).chain(&standing.corrected_by);
    records.filter_map(|&record| checked.recorded(record)).max()
}

fn far_off(window: &Window, recorded: Option<Day>) -> Option<String> {
    let days = || window.earliest().into_iter().chain(window.latest());
    let ahead = |day: Day| recorded.is_some_and(|r| day.days_since(r) > MOST_AHEAD * YEAR);
    if Day::new(FIRST_YEAR, 1, 1).is_some_and(|first| days().any(|day| day < first)) {
        return Some(format!("is before {FIRST_YEAR}"));
    }
    let far = days().any(ahead);
    far.then(|| format!("is more than {MOST_AHEAD} years after it was recorded"))
}

/// An announcement that was still to come when it was recorded; a day is allowed for time zones.
fn announced_later(checked: &Checked<'_>, standing: &Standing) -> Option<Finding> {
    let announced = standing.event.announced.as_ref()?;
    let recorded = last_told(checked, standing)?;
    let message =
        format!("{}: announced {announced}, after it was recorded ({recorded})", named(standing));
    let finding = checked.about(DATED_AFTER_RECORD, standing, message);
    finding.filter(|_| is_later(announced, recorded))
}

fn is_later(window: &Window, recorded: Day) -> bool {
    window.earliest().is_some_and(|day| day.days_since(recorded) > 1)
}

/// The same for sources and reviews, by the record that brought each.
fn brought_too_early(checked: &Checked<'_>) -> Vec<Finding> {
    let standing = checked.entries.iter().filter(|it| !checked.history.is_retracted(it.seq));
    standing.flat_map(|entry| of_record(checked, entry)).collect()
}

fn of_record(checked: &Checked<'_>, entry: &Entry) -> Vec<Finding> {
    let history = checked.history;
    match &entry.record {
        Record::Event(event) => of_sources(checked, entry, entry.seq, &event.sources),
        Record::Source(record) => {
            let of = history.names().resolve(&record.of).unwrap_or_default();
            of_sources(checked, entry, of, std::slice::from_ref(&record.source))
        }
        Record::Review(review) => of_review(checked, entry, review).into_iter().collect(),
        Record::Measure(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Alias(_) => Vec::new(),
    }
}

/// Those sources that the event still has.
fn of_sources(checked: &Checked<'_>, entry: &Entry, of: u64, sources: &[Source]) -> Vec<Finding> {
    let event = checked.history.event_of(of).map(|event| &checked.history.events()[event]);
    let Some(standing) = event.filter(|standing| checked.concerns(standing)) else {
        return Vec::new();
    };
    let kept = sources.iter().filter(|source| standing.event.sources.contains(source));
    kept.filter_map(|source| published_later(checked, standing, source, entry)).collect()
}

fn of_review(checked: &Checked<'_>, entry: &Entry, review: &Review) -> Option<Finding> {
    let measure = checked.history.measure(&review.measure)?;
    let (through, recorded) = (review.through, entry.recorded.day());
    let message = format!("reviewed through {through}, after that was recorded ({recorded})");
    let finding = checked.finding(DATED_AFTER_RECORD, measure, [entry.seq], message);
    let early = checked.scope.contains(&measure) && is_later(&Window::from(through), recorded);
    early.then_some(finding)
}

fn published_later(
    checked: &Checked<'_>,
    standing: &Standing,
    source: &Source,
    entry: &Entry,
) -> Option<Finding> {
    let recorded = entry.recorded.day();
    let published = source.published.as_ref().filter(|window| is_later(window, recorded))?;
    let message = format!(
        "{}: a source published {published}, after it was recorded ({recorded})",
        named(standing)
    );
    let records = [standing.record, entry.seq];
    Some(checked.finding(DATED_AFTER_RECORD, standing.measure?, records, message))
}
