//! How expectations stand on a day.

use std::collections::BTreeSet;

use super::{Awaited, Days, Due, DueState, lateness};
use crate::answer::state::{Dated, leads_to};
use crate::history::{History, Standing};
use crate::record::Modality;
use crate::time::Day;
use crate::timeline::{self, Ended, Telling};

/// The expectations of some measures that were stated by the day.
pub(super) fn rows(history: &History, scope: &BTreeSet<usize>, days: Days, all: bool) -> Vec<Due> {
    let events = history.events().iter().enumerate();
    let expected = events.filter(|(_, standing)| {
        let expected = standing.event.modality == Modality::Expected && !standing.hidden;
        expected && standing.measure.is_some_and(|measure| scope.contains(&measure))
    });
    let rows = expected.filter_map(|(event, standing)| {
        let measure = standing.measure?;
        let expectation = Expectation { history, event, standing, measure };
        expectation.is_stated(days.on).then(|| expectation.row(days, all)).flatten()
    });
    rows.collect()
}

struct Expectation<'h> {
    history: &'h History,
    event: usize,
    standing: &'h Standing,
    measure: usize,
}

/// The events that settle an expectation, and the bounds of the day of the first of them.
struct Settled {
    by: Vec<u64>,
    first: Day,
    last: Day,
}

impl Expectation<'_> {
    /// By which day it was stated; none where neither an announcement nor a source has a date.
    fn stated(&self) -> Option<Day> {
        let event = &self.standing.event;
        let dated = event.sources.iter().any(|source| source.published.is_some());
        (dated || event.announced.is_some()).then(|| self.standing.announced_by())
    }

    /// One that does not tell when it was stated counts at any time.
    fn is_stated(&self, on: Day) -> bool {
        self.stated().is_none_or(|stated| stated <= on)
    }

    fn row(&self, days: Days, all: bool) -> Option<Due> {
        let settled = self.settled(days.on);
        let possible = self.possible_states(settled.as_ref(), days.on);
        let state = shown(&possible);
        if !all && !self.is_wanted(state, &possible, settled.as_ref(), days) {
            return None;
        }
        let event = &self.standing.event;
        let tracked = &self.history.measures()[self.measure];
        let status = leads_to(self.history, self.standing, &event.act, event.status.as_ref());
        Some(Due {
            record: self.standing.record,
            measure: tracked.id().to_owned(),
            title: tracked.title().to_owned(),
            what: Awaited::Expectation,
            act: event.act.clone(),
            status: status.flatten(),
            state,
            late_days: self.late_days(state, settled.as_ref(), days.on),
            possible_states: possible,
            due: Some(Dated::from(&event.effective)),
            stated: self.stated().and_then(Day::written),
            settled_on: settled.as_ref().map(|settled| Dated::between(settled.first, settled.last)),
            settled_by: settled.map(|settled| settled.by).unwrap_or_default(),
            place: None,
        })
    }

    /// What settles it and can have happened by the day.
    fn settled(&self, on: Day) -> Option<Settled> {
        let telling = Telling::plain(self.history);
        let naming = self.history.referring_to(self.event).iter().copied().filter(|&other| {
            let other = &self.history.events()[other];
            other.counts() && other.settles.contains(&self.event)
        });
        let day_of = |event: usize| timeline::first_of(telling, &BTreeSet::from([event]));
        let possible = |&event: &usize| day_of(event).is_some_and(|(first, _)| first <= on);
        let events: BTreeSet<usize> = naming.filter(possible).collect();
        let (first, last) = timeline::first_of(telling, &events)?;
        let by = events.iter().map(|&event| self.history.events()[event].record).collect();
        Some(Settled { by, first, last })
    }

    fn possible_states(&self, settled: Option<&Settled>, on: Day) -> BTreeSet<DueState> {
        if !self.standing.is_live() {
            return BTreeSet::from([DueState::Retracted]);
        }
        let mut states = BTreeSet::new();
        states.extend(settled.map(|_| DueState::Settled));
        if settled.is_some_and(|settled| settled.last <= on) {
            return states;
        }
        let over = self.standing.event.effective.bounds().1 < on;
        let waiting = if over { DueState::Overdue } else { DueState::Open };
        match self.ended(on) {
            Ended::No => states.extend([waiting]),
            Ended::Perhaps => states.extend([waiting, DueState::Lapsed]),
            Ended::Surely => states.extend([DueState::Lapsed]),
        }
        states
    }

    /// Whether the measure came to an end after it was stated; where nothing tells when that was,
    /// from the first day of its window on.
    fn ended(&self, by: Day) -> Ended {
        let first = self.standing.event.effective.earliest();
        match self.stated().or_else(|| first.map(Day::before)) {
            Some(after) => timeline::ended(Telling::plain(self.history), self.measure, after, by),
            None => Ended::No,
        }
    }

    fn is_wanted(
        &self,
        state: DueState,
        possible: &BTreeSet<DueState>,
        settled: Option<&Settled>,
        days: Days,
    ) -> bool {
        let opens = self.standing.event.effective.bounds().0;
        possible.contains(&DueState::Overdue)
            || match state {
                DueState::Open => opens <= days.ahead,
                DueState::Settled => settled.is_some_and(|settled| settled.last >= days.back),
                DueState::Lapsed => self.ended(days.back.before()) != Ended::Surely,
                DueState::Retracted => false,
                DueState::Overdue | DueState::Planned | DueState::Unconfirmed => true,
            }
    }

    fn late_days(&self, state: DueState, settled: Option<&Settled>, on: Day) -> Option<i64> {
        let window = &self.standing.event.effective;
        match state {
            DueState::Overdue => Some(lateness(on, window)),
            DueState::Settled => {
                let Settled { first, last, .. } = settled?;
                let late = lateness(*first, window);
                (late == lateness(*last, window)).then_some(late)
            }
            DueState::Open
            | DueState::Lapsed
            | DueState::Planned
            | DueState::Unconfirmed
            | DueState::Retracted => None,
        }
    }
}

/// The state that is told first: what is certain, else as if what may have happened had not.
fn shown(possible: &BTreeSet<DueState>) -> DueState {
    let waits = [DueState::Overdue, DueState::Open, DueState::Lapsed];
    let waiting = waits.into_iter().find(|state| possible.contains(state));
    waiting.or(possible.first().copied()).unwrap_or(DueState::Open)
}
