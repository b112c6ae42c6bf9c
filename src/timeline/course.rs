//! A measure without parts on every day of the calendar, in one walk through time.
//!
//! Not every day is looked at. Where no uncertain date can fall, nothing changes; where `k` can,
//! worlds only come to be in the first `k` days and only go in the last `k`, so the days between
//! are alike if the first and the last of them are (as in [`crate::answer::bands`]).

use std::collections::BTreeSet;

use super::Telling;
use super::outcome::Outcome;
use super::stage::{self, Stage};
use super::sweep::Sweep;
use crate::time::Day;

/// How many uncertain dates may be open at once; beyond that days are asked one by one.
const MOST_OPEN: usize = 16;

/// One day that was looked at.
#[derive(Debug, Clone)]
pub struct Stop {
    /// The day.
    pub day: Day,
    /// What the measure was at its end.
    pub outcome: Outcome,
    /// Whether the days up to the next stop were not looked at though an uncertain date can fall
    /// on them: they are like this one only if the next is, too. Else they are like this one.
    pub leap: bool,
}

/// The stops from the first day of the calendar to the last, among them the `moments`; none where
/// the days had better be asked one by one: no world is left, or very many are.
pub(super) fn course(
    telling: Telling<'_>,
    leaf: usize,
    moments: &BTreeSet<Day>,
) -> Option<Vec<Stop>> {
    let scene = stage::scene(telling, &[leaf]);
    let [stage] = scene.stages.as_slice() else { return None };
    if scene.inconsistent || stage.approximate {
        return None;
    }
    let looks = looks(stage, moments)?;
    let days: Vec<Day> = looks.iter().map(|&(day, _)| day).collect();
    let mut sweep = Sweep::through(stage, &days);
    let stop = |(day, leap): (Day, bool)| {
        sweep.live_to(day).ok()?;
        let (outcome, saw_all) = sweep.outcome();
        saw_all.then_some(Stop { day, outcome, leap })
    };
    looks.into_iter().map(stop).collect()
}

/// The days to look at, each with whether days are leapt over after it.
fn looks(stage: &Stage, moments: &BTreeSet<Day>) -> Option<Vec<(Day, bool)>> {
    let firsts = firsts(stage, moments);
    let mut windows = windows(stage);
    let mut open: Vec<Day> = Vec::new();
    let mut looks = Vec::new();
    for (place, &first) in firsts.iter().enumerate() {
        let last = firsts.get(place + 1).map_or(Day::LAST, |next| next.before());
        while let Some((_, end)) = windows.pop_if(|(begin, _)| *begin <= first) {
            open.push(end);
        }
        open.retain(|&end| end >= first);
        if open.len() > MOST_OPEN {
            return None;
        }
        look_into(first, last, open.len(), &mut looks);
    }
    Some(looks)
}

/// Adds the days to look at of a stretch in which so many uncertain dates can fall.
fn look_into(first: Day, last: Day, open: usize, looks: &mut Vec<(Day, bool)>) {
    let open = i64::try_from(open).unwrap_or(i64::MAX);
    let days = last.days_since(first);
    let mut look = |after: i64, leap: bool| looks.extend(first.plus(after).map(|day| (day, leap)));
    if open == 0 {
        return look(0, false);
    }
    if days < 2 * open + 3 {
        return (0..=days).for_each(|after| look(after, false));
    }
    (0..open).for_each(|after| look(after, false));
    look(open, true);
    (days - 1 - open..=days).for_each(|after| look(after, false));
}

/// The days on which a stretch begins: a window opens or has closed, an event comes to be in doubt,
/// or it is one of the moments.
fn firsts(stage: &Stage, moments: &BTreeSet<Day>) -> Vec<Day> {
    let mut firsts = moments.clone();
    firsts.extend(stage.dates.iter().flat_map(|dated| [dated.first, dated.last.after()]));
    firsts.extend(&stage.doubts);
    firsts.insert(Day::FIRST);
    firsts.into_iter().filter_map(Day::written).collect()
}

/// The windows of more than one day, the one that opens first at the end.
fn windows(stage: &Stage) -> Vec<(Day, Day)> {
    let dates = stage.dates.iter().filter(|dated| dated.first < dated.last);
    let mut windows: Vec<(Day, Day)> = dates.map(|dated| (dated.first, dated.last)).collect();
    windows.sort_unstable_by(|a, b| b.cmp(a));
    windows
}
