//! Two records of one event.

use std::collections::BTreeMap;

use super::{Checked, Finding, Level, Rule, listed, rule};
use crate::history::Standing;
use crate::time::Day;

pub(super) const DUPLICATE: Rule = rule("duplicate", Level::Warning);
pub(super) const POSSIBLE_DUPLICATE: Rule = rule("possible-duplicate", Level::Note);

/// Events of one measure with one act, by the first day of their windows.
type Alike<'h> = Vec<(usize, &'h Standing)>;

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut alike: BTreeMap<(Option<usize>, &str, bool), Alike<'_>> = BTreeMap::new();
    for (event, standing) in checked.events() {
        let said = &standing.event;
        let key = (standing.measure, said.act.as_str(), standing.counts());
        alike.entry(key).or_default().push((event, standing));
    }
    let groups = alike.into_iter().flat_map(|((measure, act, _), mut events)| {
        events.sort_by_key(|(_, standing)| (standing.event.effective.bounds(), standing.record));
        clusters(&events, is_remark(checked, measure, act))
    });
    groups.flat_map(|group| findings(checked, &group)).collect()
}

/// Whether an act changes no status, so that there can be many on one day.
fn is_remark(checked: &Checked<'_>, measure: Option<usize>, act: &str) -> bool {
    let kind = measure.map(|measure| &checked.history.measures()[measure].kind);
    kind.and_then(|kind| kind.act(act)).is_some_and(|act| act.to.is_keep())
}

/// Events in the order of their windows that overlap and that nothing tells apart, those that hang
/// together in one group; for remarks the notes tell, too.
fn clusters<'h>(events: &Alike<'h>, remarks: bool) -> Vec<Vec<&'h Standing>> {
    let mut done: Vec<Alike<'_>> = Vec::new();
    let mut open: Vec<(Day, Alike<'_>)> = Vec::new();
    for &(event, standing) in events {
        let (first, last) = standing.event.effective.bounds();
        let over = open.extract_if(.., |(last, _)| *last < first);
        done.extend(over.map(|(_, cluster)| cluster));
        let hangs_together = |(_, cluster): &mut (Day, Alike<'_>)| {
            cluster.iter().any(|&other| {
                let noted = remarks && is_noted_apart(standing, other.1);
                !noted && may_be_one((event, standing), other)
            })
        };
        let near: Vec<(Day, Alike<'_>)> = open.extract_if(.., hangs_together).collect();
        let last = near.iter().map(|(last, _)| *last).fold(last, Day::max);
        let near = near.into_iter().flat_map(|(_, cluster)| cluster);
        open.push((last, near.chain([(event, standing)]).collect()));
    }
    done.extend(open.into_iter().map(|(_, cluster)| cluster));
    let groups = done.into_iter().filter(|cluster| cluster.len() > 1);
    groups.map(|cluster| cluster.into_iter().map(|(_, standing)| standing).collect()).collect()
}

/// Whether both have notes, and not the same.
fn is_noted_apart(one: &Standing, other: &Standing) -> bool {
    let notes = one.event.note.as_ref().zip(other.event.note.as_ref());
    notes.is_some_and(|(one, other)| one != other)
}

/// Whether two records with the same act can tell of one event.
fn may_be_one(one: (usize, &Standing), other: (usize, &Standing)) -> bool {
    let (a, b) = (&one.1.event, &other.1.event);
    let names = |from: &Standing, to: usize| {
        [&from.after, &from.cancels, &from.settles].iter().any(|list| list.contains(&to))
    };
    let shared = |a: &[String], b: &[String]| {
        a.is_empty() || b.is_empty() || a.iter().any(|actor| b.contains(actor))
    };
    let instruments = a.instrument.as_ref().zip(b.instrument.as_ref());
    !a.effective.excludes(&b.effective)
        && a.status == b.status
        && a.set == b.set
        && shared(&a.actors, &b.actors)
        && instruments.is_none_or(|(a, b)| a == b)
        && !names(one.1, other.0)
        && !names(other.1, one.0)
}

/// What is to be said of one group: those that share a certain day, and all if there are others.
fn findings(checked: &Checked<'_>, group: &[&Standing]) -> Vec<Finding> {
    let mut by_window: BTreeMap<_, Vec<&Standing>> = BTreeMap::new();
    for &standing in group {
        by_window.entry(standing.event.effective.bounds()).or_default().push(standing);
    }
    let certain = |group: &&Vec<&Standing>| {
        group.len() > 1 && group.iter().all(|it| it.event.effective.certain().is_some())
    };
    let mut found: Vec<Finding> =
        by_window.values().filter(certain).filter_map(|group| duplicate(checked, group)).collect();
    if by_window.len() > 1 || found.is_empty() {
        found.extend(possible_duplicate(checked, group));
    }
    found
}

fn duplicate(checked: &Checked<'_>, group: &[&Standing]) -> Option<Finding> {
    let first = group.first()?;
    let names = listed(group.iter().map(|it| format!("@{}", it.record)), "and");
    let message = format!("{names} say `{}` on {}", first.event.act, first.event.effective);
    let records = group.iter().map(|standing| standing.record);
    Some(checked.finding(DUPLICATE, first.measure?, records, message))
}

fn possible_duplicate(checked: &Checked<'_>, group: &[&Standing]) -> Option<Finding> {
    let first = group.first()?;
    let name = |it: &&Standing| format!("@{} ({})", it.record, it.event.effective);
    let names = listed(group.iter().map(name), "and");
    let message = format!("{names} say `{}` on days that can be the same", first.event.act);
    let records = group.iter().map(|standing| standing.record);
    Some(checked.finding(POSSIBLE_DUPLICATE, first.measure?, records, message))
}
