//! Events and plans that do not count, each with the reason.

use super::question::Question;
use super::words::{Reason, What};
use super::{Otherwise, Unused, corrected, unknown};
use crate::answer::state::Dated;
use crate::history::Standing;
use crate::record::{Entry, Modality, Record};
use crate::time::Day;
use crate::timeline::Thing;

/// Everything that does not count, by the date of its effect; what has none comes last.
pub(super) fn rows(question: &Question<'_>) -> Vec<Unused> {
    let mut rows: Vec<Unused> = Vec::new();
    for &event in &question.events {
        if !question.is_used(event) {
            rows.push(event_row(question, event));
        }
        if question.came(event) {
            rows.extend(plans(question, event));
        }
    }
    rows.extend(corrected::rows(question));
    rows.extend(unknown::rows(question));
    rows.sort_by_cached_key(order);
    rows
}

type Order = (Option<(Option<Day>, Option<Day>)>, u64, What, Option<usize>, Option<String>);

fn order(row: &Unused) -> (bool, Order) {
    let date = row.effective.as_ref().map(|date| (date.earliest, date.latest));
    (date.is_none(), (date, row.record, row.what, row.place, row.field.clone()))
}

fn event_row(question: &Question<'_>, event: usize) -> Unused {
    let standing = question.standing(event);
    let (reason, by, text) = why(question, event, standing);
    Unused {
        act: Some(standing.event.act.clone()),
        effective: Some(Dated::from(&standing.event.effective)),
        recorded: question.recorded(standing.record),
        ..Unused::of(standing.record, What::Event, &standing.event.measure, reason, by, text)
    }
}

fn why(question: &Question<'_>, event: usize, standing: &Standing) -> (Reason, Vec<u64>, String) {
    if standing.retracted {
        return retracted(question, standing.record);
    }
    if standing.denied {
        return denied(question, standing);
    }
    if let Some(public) = question.grounds.public.filter(|_| standing.hidden) {
        let text = format!("nothing public by {public} speaks of it");
        return (Reason::NotYetPublic, Vec::new(), text);
    }
    if standing.event.modality == Modality::Expected {
        return expectation(question, event);
    }
    outside(question, event, standing)
}

/// An event that counts, and that the answer does not need.
fn outside(
    question: &Question<'_>,
    event: usize,
    standing: &Standing,
) -> (Reason, Vec<u64>, String) {
    let day = question.at;
    let (first, _) = standing.event.effective.bounds();
    let later = question.fates.surely_later(Thing { event, place: None });
    if first > day || later {
        let note = if first > day { "" } else { ", for what is said of the order of the dates" };
        return (Reason::Later, Vec::new(), format!("later than {day}{note}"));
    }
    if question.is_own(event) || question.fates.knows(event) {
        let text = format!("possibly later than {day}; without it the answer is the same");
        return (Reason::PossiblyLater, Vec::new(), text);
    }
    let text = format!("an event of {}, which does not reach this measure", standing.event.measure);
    (Reason::OtherMeasure, Vec::new(), text)
}

/// The retraction that stands and withdraws a record.
fn retracted(question: &Question<'_>, record: u64) -> (Reason, Vec<u64>, String) {
    let names = question.history.names();
    let withdraws = |entry: &Entry| {
        let Record::Retraction(it) = &entry.record else { return None };
        let stands = !question.history.is_retracted(entry.seq);
        let reason = it.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        (stands && names.resolve(&it.of) == Ok(record))
            .then(|| (vec![entry.seq], format!(", because {}{reason}", it.because)))
    };
    let (by, because) = question.known_entries().iter().find_map(withdraws).unwrap_or_default();
    let text = format!("retracted{}{because}", at(&by));
    (Reason::Retracted, by, text)
}

/// The settlement that says that it did not happen, and its reason.
fn denied(question: &Question<'_>, standing: &Standing) -> (Reason, Vec<u64>, String) {
    let settles = |&record: &u64| {
        let Record::Settlement(it) = &question.entry(record)?.record else { return None };
        let reason = it.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        (it.field == "occurred").then(|| (vec![record], reason))
    };
    let settled = standing.corrected_by.iter().rev().find_map(settles);
    let (by, reason) = settled.unwrap_or_default();
    let text = format!("settled{}: it did not happen{reason}", at(&by));
    (Reason::Denied, by, text)
}

fn expectation(question: &Question<'_>, event: usize) -> (Reason, Vec<u64>, String) {
    let settles = |&&other: &&usize| {
        let other = question.standing(other);
        other.counts() && other.settles.contains(&event)
    };
    let by: Vec<usize> =
        question.history.referring_to(event).iter().filter(settles).copied().collect();
    let cited = by.iter().map(|&event| question.cited(Thing { event, place: None }));
    let cited = cited.collect::<Vec<_>>().join(", ");
    let settled = if by.is_empty() { String::new() } else { format!("; settled by {cited}") };
    let text = format!("expected: an expectation never changes a status{settled}");
    let by = by.into_iter().map(|event| question.standing(event).record).collect();
    (Reason::Expectation, by, text)
}

/// ` by @3, @4`; nothing where there is no record.
pub(super) fn at(records: &[u64]) -> String {
    if records.is_empty() {
        return String::new();
    }
    let records: Vec<String> = records.iter().map(|record| format!("@{record}")).collect();
    format!(" by {}", records.join(", "))
}

/// The plans of an event that came of which none took effect by the day.
fn plans(question: &Question<'_>, event: usize) -> Vec<Unused> {
    let places = 0..question.standing(event).event.then.len();
    let plans = places.map(|place| Thing { event, place: Some(place) });
    let without_effect = plans.filter(|&plan| !question.fates.took_effect(question, plan));
    without_effect.filter_map(|plan| plan_row(question, plan)).collect()
}

fn plan_row(question: &Question<'_>, thing: Thing) -> Option<Unused> {
    let maker = question.standing(thing.event);
    let plan = question.plan(thing)?;
    let mut fates = question.fates.elsewhere(question, thing);
    if fates.is_empty() {
        fates.push(unknown_fate(question));
    }
    let Otherwise { reason, by, text, parts } = fates.remove(0);
    let parts =
        if parts.is_empty() { String::new() } else { format!("for {}: ", parts.join(", ")) };
    Some(Unused {
        place: thing.place,
        act: Some(plan.act.clone()),
        effective: plan.effective.as_ref().map(Dated::from),
        recorded: question.recorded(maker.record),
        otherwise: fates,
        ..Unused::of(
            maker.record,
            What::Plan,
            &maker.event.measure,
            reason,
            by,
            format!("{parts}{text}"),
        )
    })
}

/// Where there are too many worlds to tell, and the plan's day is later.
fn unknown_fate(question: &Question<'_>) -> Otherwise {
    let text = format!("its day is later than {}, or not given", question.at);
    Otherwise { reason: Reason::Pending, by: Vec::new(), parts: Vec::new(), text }
}

impl Unused {
    pub(super) fn of(
        record: u64,
        what: What,
        measure: &str,
        reason: Reason,
        by: Vec<u64>,
        text: String,
    ) -> Self {
        Self {
            record,
            what,
            place: None,
            of: None,
            measure: measure.to_owned(),
            act: None,
            effective: None,
            reason,
            by,
            field: None,
            from: None,
            to: None,
            text,
            otherwise: Vec::new(),
            recorded: None,
        }
    }
}
