//! Where the end of a status is announced: from the event that plans it to the planned day, or to
//! the day on which the plan was taken away.

use std::collections::BTreeMap;

use crate::answer::{Fate, Moment};
use crate::history::History;
use crate::kind::Standing;
use crate::time::Day;

/// Stretches of days, both ends inclusive, by measure.
pub(super) struct Endings(BTreeMap<String, Vec<(Day, Day)>>);

impl Endings {
    /// Those that what happened tells of; `to` is the last day that is drawn.
    pub(super) fn of(history: &History, moments: &[Moment], to: Day) -> Self {
        let own = moments.iter().filter(|moment| moment.planned.is_none());
        let days: BTreeMap<u64, Day> = own.filter_map(|m| Some((m.record, first(m)?))).collect();
        let mut endings = Self(BTreeMap::new());
        for moment in moments.iter().filter(|moment| leads_to_an_end(history, moment)) {
            let Some(&from) = days.get(&moment.record) else { continue };
            let Some(last) = last(moment, &days, to).filter(|last| *last >= from) else { continue };
            let measures = moment.also.iter().map(|also| &also.measure);
            for measure in measures.chain([&moment.measure]) {
                endings.0.entry(measure.clone()).or_default().push((from, last));
            }
        }
        endings
    }

    pub(super) fn about(&self, measure: &str) -> &[(Day, Day)] {
        self.0.get(measure).map_or(&[], Vec::as_slice)
    }
}

fn first(moment: &Moment) -> Option<Day> {
    moment.effective.as_ref()?.earliest
}

fn leads_to_an_end(history: &History, moment: &Moment) -> bool {
    let kind = history.measure(&moment.measure).map(|m| &history.measures()[m].kind);
    let standing = kind.zip(moment.leads_to.as_ref()).map(|(kind, to)| kind.standing_of(to));
    moment.planned.is_some() && standing == Some(Standing::Ended)
}

/// The last day on which the end is still to come.
fn last(moment: &Moment, days: &BTreeMap<u64, Day>, to: Day) -> Option<Day> {
    let planned = moment.planned.as_ref()?;
    let due = moment.effective.as_ref().and_then(|due| due.latest);
    let before = |day: Day| day.plus(-1);
    match planned.fate {
        Fate::TakesEffect | Fate::Partly | Fate::Undetermined => due.and_then(before),
        Fate::Waiting => Some(to),
        Fate::Cancelled | Fate::Replaced | Fate::Settled | Fate::Gone => {
            let by = planned.by.iter().filter_map(|record| days.get(record)).min();
            by.copied().or(due).and_then(before)
        }
    }
}
