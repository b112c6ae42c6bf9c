//! What an earlier agenda can have had and this one has not: events and plans that came, plans that
//! were cancelled or replaced, and what was withdrawn.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hold, Wanted};
use crate::answer::agenda::Awaited;
use crate::answer::state::{Dated, leads_to};
use crate::answer::timeline::{Fate, Span, moments};
use crate::history::{History, Standing};
use crate::record::{Entry, Event, Modality, Plan, Record, numbered};
use crate::time::Window;

/// One such thing.
#[derive(Debug, Clone)]
pub(super) struct Gone {
    pub(super) record: u64,
    pub(super) place: Option<usize>,
    pub(super) what: Awaited,
    pub(super) act: String,
    pub(super) status: Option<String>,
    pub(super) due: Dated,
    pub(super) hold: Hold,
    pub(super) state: &'static str,
}

/// By record and place in its `then`.
type Key = (u64, Option<usize>);

/// All of them but those that the agenda knows.
pub(super) fn gone(
    history: &History,
    entries: &[Entry],
    wanted: &Wanted<'_>,
    known: &BTreeSet<Key>,
) -> Vec<Gone> {
    let standings = concerned(history, wanted);
    let is_open = |standing: &&Standing| {
        let places = 0..standing.event.then.len();
        standing.counts()
            && places.into_iter().any(|p| !known.contains(&(standing.record, Some(p))))
    };
    let needs_fates = standings.iter().any(is_open);
    let fates = if needs_fates { fates(history, entries, wanted) } else { BTreeMap::new() };
    let mut found = Vec::new();
    for standing in standings {
        let said = numbered(entries, standing.record).map(|entry| &entry.record);
        let Some(Record::Event(said)) = said else { continue };
        let search = Search { history, standing, said, known, fates: &fates };
        found.extend(search.event());
        found.extend(search.plans());
    }
    found
}

/// The events on the measures asked about, on withdrawn ones too; not what nothing public speaks of
/// and what was not known to be coming by the day.
fn concerned<'h>(history: &'h History, wanted: &Wanted<'_>) -> Vec<&'h Standing> {
    let asked = wanted.filter.asked(history);
    let live = crate::answer::agenda::scope(history, &asked);
    let withdrawn = |measure: &usize| {
        let tracked = &history.measures()[*measure];
        let it = &tracked.measure;
        tracked.retracted
            && wanted.filter.measures.is_empty()
            && wanted.filter.fits(&it.measure, &it.kind, &it.parties, &it.tags)
    };
    let withdrawn = (0..history.measures().len()).filter(withdrawn);
    let measures: BTreeSet<usize> = live.into_iter().chain(withdrawn).collect();
    let of = |standing: &&Standing| {
        let measure = history.declared(&standing.event.measure);
        let is_asked = measure.is_some_and(|measure| measures.contains(&measure));
        is_asked && !standing.hidden && standing.announced_by() <= wanted.days.on
    };
    history.events().iter().filter(of).collect()
}

/// What becomes of every plan that was made.
fn fates(history: &History, entries: &[Entry], wanted: &Wanted<'_>) -> BTreeMap<Key, Fate> {
    let filter = wanted.filter.clone();
    let span = Span { filter, from: None, to: None, all: false };
    let planned = moments(history, entries, &span).into_iter().filter_map(|moment| {
        let planned = moment.planned?;
        Some(((moment.record, Some(planned.place)), planned.fate))
    });
    planned.collect()
}

/// What came is firm where its day is certain.
fn firm(date: &Window) -> Hold {
    if date.certain().is_some() { Hold::Firm } else { Hold::Tentative }
}

/// One event, as it stands and as it was said first.
struct Search<'s> {
    history: &'s History,
    standing: &'s Standing,
    said: &'s Event,
    known: &'s BTreeSet<Key>,
    fates: &'s BTreeMap<Key, Fate>,
}

impl Search<'_> {
    fn is_withdrawn(&self) -> bool {
        !self.standing.is_live()
    }

    /// The event itself, where it was once still to come.
    fn event(&self) -> Option<Gone> {
        let now = &self.standing.event;
        let key = (self.standing.record, None);
        let is_event = now.modality == Modality::Occurred || self.is_withdrawn();
        if !is_event || self.known.contains(&key) || !self.was_ahead() {
            return None;
        }
        let fate = if self.is_withdrawn() {
            (Hold::Dropped, "retracted")
        } else {
            (firm(&now.effective), "past")
        };
        Some(self.gone(None, (&now.act, now.status.as_ref()), &now.effective, fate))
    }

    /// Whether it, or what was first said of it, was known to be coming before its day.
    fn was_ahead(&self) -> bool {
        let ahead = |event: &Event, known_by| known_by < event.effective.bounds().1;
        let first = Standing { event: self.said.clone().into(), ..self.standing.clone() };
        ahead(&self.standing.event, self.standing.announced_by())
            || ahead(self.said, first.announced_by())
    }

    /// Its plans, those that an amendment has taken away too.
    fn plans(&self) -> Vec<Gone> {
        let most = self.standing.event.then.len().max(self.said.then.len());
        (0..most).filter_map(|place| self.plan(place)).collect()
    }

    fn plan(&self, place: usize) -> Option<Gone> {
        let key = (self.standing.record, Some(place));
        let now = self.standing.event.then.get(place);
        let said = self.said.then.get(place);
        let date = |plan: Option<&Plan>| plan.and_then(|plan| plan.effective.clone());
        if self.known.contains(&key) && date(now).is_some() {
            return None;
        }
        let fate = match (date(now), self.is_withdrawn()) {
            (None, _) | (_, true) => (Hold::Dropped, "withdrawn"),
            (Some(due), false) => self.fate_of_plan(key, &due)?,
        };
        let due = date(now).or_else(|| date(said))?;
        let plan = now.or(said)?;
        Some(self.gone(Some(place), (&plan.act, plan.status.as_ref()), &due, fate))
    }

    fn fate_of_plan(&self, key: Key, due: &Window) -> Option<(Hold, &'static str)> {
        Some(match self.fates.get(&key)? {
            Fate::Cancelled => (Hold::Dropped, "cancelled"),
            Fate::Replaced => (Hold::Dropped, "replaced by an event"),
            Fate::Settled => (Hold::Dropped, "settled"),
            Fate::Gone => (Hold::Dropped, "taken away"),
            Fate::TakesEffect => (firm(due), "took effect"),
            Fate::Partly | Fate::Undetermined | Fate::Waiting => (Hold::Tentative, "not certain"),
        })
    }

    fn gone(
        &self,
        place: Option<usize>,
        (act, status): (&str, Option<&Option<String>>),
        due: &Window,
        (hold, state): (Hold, &'static str),
    ) -> Gone {
        let expected = self.standing.event.modality == Modality::Expected;
        let what = match place {
            Some(_) => Awaited::Plan,
            None if expected => Awaited::Expectation,
            None => Awaited::Event,
        };
        Gone {
            record: self.standing.record,
            place,
            what,
            act: act.to_owned(),
            status: leads_to(self.history, self.standing, act, status).flatten(),
            due: Dated::from(due),
            hold,
            state,
        }
    }
}
