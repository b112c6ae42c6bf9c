//! What happened, in the order of the world?
//!
//! Each event is a row, and each planned consequence one of its own on its own date. A date that is
//! not certain has its place by its earliest day, then its latest.

mod course;
mod fate;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::bands::{Held, Watch};
use super::state::{Dated, Filter, leads_to};
use crate::history::{History, Standing};
use crate::record::{Entry, Event, Modality, numbered};
use crate::time::{Day, Instant, Window};

pub use fate::Fate;
use fate::Fates;
pub use order::Rank;
pub use order::together;

/// What is asked: which measures, and which days.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// The measures; their parts are asked about with them.
    pub filter: Filter,
    /// Only what can have its effect on this day or later; all where none is given.
    pub from: Option<Day>,
    /// Only what can have its effect on this day or earlier.
    pub to: Option<Day>,
    /// Events that were retracted, and those of which a settlement says that they did not happen,
    /// too.
    pub all: bool,
}

/// One row: an event, an expectation, or a planned consequence.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own about the row")]
pub struct Moment {
    /// The event; the maker of a planned consequence.
    pub record: u64,
    /// The measure it acts on. What acts on a whole reaches all its parts.
    pub measure: String,
    /// The measure's title, or its id where it has none.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Whether the measure is one of those asked about, or a part of one; else it is a whole of
    /// theirs, and what they are after it is told in `also`.
    pub asked: bool,
    /// The act.
    pub act: String,
    /// The status of its own that the act leads to; none where it leads to none.
    pub leads_to: Option<String>,
    /// The day of its effect in the world; none for a plan that was given none.
    pub effective: Option<Dated>,
    /// Whether that day is not certain.
    pub uncertain: bool,
    /// When the record was made (UTC).
    pub recorded: Option<Instant>,
    /// `occurred` or `expected`; what is expected never changes a status.
    pub modality: Modality,
    /// For a planned consequence, what becomes of it.
    pub planned: Option<Planned>,
    /// The day at whose end the status is told: the day of its effect, the last one of an
    /// uncertain date. None for what does not take part, and where the date is open.
    pub status_on: Option<Day>,
    /// The measure's status at the end of that day, as `state` answers.
    pub status: Option<String>,
    /// The status in words for people.
    pub label: Option<String>,
    /// The reading of the status.
    pub standing: Option<String>,
    /// Whether one status holds in every world.
    pub certain: Option<bool>,
    /// Every status that some world has.
    pub possible: BTreeSet<String>,
    /// How many innermost parts have which status; only where they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, usize>,
    /// The flags of that answer.
    pub flags: Vec<&'static str>,
    /// Whether the status is another one than at the end of the day before; none where a date or
    /// a status is not certain.
    pub changes_status: Option<bool>,
    /// The other measures asked about that this is part of the story of: parts that it reaches,
    /// wholes that it is in.
    pub also: Vec<Also>,
    /// Events that settle the expectation.
    pub settled_by: Vec<u64>,
    /// Whether it was retracted.
    pub retracted: bool,
    /// Whether a settlement says that it did not happen.
    pub denied: bool,
    /// Who acted.
    pub actors: Vec<String>,
    /// Attributes it sets; null takes one away.
    pub set: Map<String, Value>,
    /// A remark in the recorder's own words.
    pub note: Option<String>,
    /// How many sources it has, later ones included.
    pub sources: usize,
    /// The legal act that several events share.
    pub instrument: Option<String>,
    /// The event as it stands, with its sources. Not in JSON: `show` gives the record in full.
    #[serde(skip)]
    pub event: Arc<Event>,
}

/// A planned consequence and what becomes of it, as far as that is certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Its place in the maker's `then`, from 0.
    pub place: usize,
    /// What becomes of it.
    pub fate: Fate,
    /// The records that have or can have taken it away; of a plan that takes effect none.
    pub by: BTreeSet<u64>,
}

/// Another measure that a row is part of the story of, at the end of the same day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Also {
    /// The measure.
    pub measure: String,
    /// Its status.
    pub status: String,
    /// The status in words for people.
    pub label: String,
    /// The reading of the status.
    pub standing: String,
    /// Whether one status holds in every world.
    pub certain: bool,
    /// Every status that some world has.
    pub possible: BTreeSet<String>,
    /// As for the row's own measure.
    pub changes_status: Option<bool>,
}

/// What can be a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Item {
    event: usize,
    /// For a planned consequence its place in the maker's `then`.
    plan: Option<usize>,
    /// The first and the last day of its effect; the calendar's ends where open.
    first: Day,
    last: Day,
}

/// The rows, in the order of the world: by earliest day, then latest, then as the days are lived.
/// `entries` are the records that the history was made from.
#[must_use]
pub fn moments(history: &History, entries: &[Entry], span: &Span) -> Vec<Moment> {
    moments_ranked(history, entries, span).into_iter().map(|(_, moment)| moment).collect()
}

/// The same for some records of many that hang together with no others, each row with its rank:
/// [`together`] puts such parts into the one order.
#[must_use]
pub fn moments_ranked(history: &History, entries: &[Entry], span: &Span) -> Vec<(Rank, Moment)> {
    let mut teller = Teller::new(history, entries, span);
    let mut items = teller.items();
    items.retain(|item| span.from.is_none_or(|from| from <= item.last));
    items.retain(|item| span.to.is_none_or(|to| item.first <= to));
    teller.look_ahead(&items);
    let items = order::sort(history, items).into_iter();
    items.filter_map(|(rank, item)| Some((rank, teller.moment(item)?))).collect()
}

/// The measures that are asked about: those the filter takes, and all their parts.
pub(super) fn asked(history: &History, filter: &Filter) -> BTreeSet<usize> {
    let all = 0..history.measures().len();
    let mut asked: BTreeSet<usize> =
        all.filter(|&m| filter.takes(m, &history.measures()[m])).collect();
    let mut waiting: Vec<usize> = asked.iter().copied().collect();
    while let Some(measure) = waiting.pop() {
        let parts = history.measures()[measure].parts.iter().copied();
        let live = parts.filter(|&part| !history.measures()[part].retracted);
        waiting.extend(live.filter(|&part| asked.insert(part)).collect::<Vec<_>>());
    }
    asked
}

/// Puts items into words.
struct Teller<'h> {
    history: &'h History,
    entries: &'h [Entry],
    asked: BTreeSet<usize>,
    all: bool,
    watches: BTreeMap<usize, Watch<'h>>,
    fates: Fates<'h>,
}

impl<'h> Teller<'h> {
    fn new(history: &'h History, entries: &'h [Entry], span: &Span) -> Self {
        let asked = asked(history, &span.filter);
        let fates = Fates::new(history, asked.clone());
        Self { history, entries, asked, all: span.all, watches: BTreeMap::new(), fates }
    }

    /// Everything in the stories of the measures asked about.
    fn items(&mut self) -> Vec<Item> {
        let history = self.history;
        let upward: BTreeSet<usize> =
            self.asked.iter().flat_map(|&measure| history.upward(measure)).collect();
        let events = upward.iter().flat_map(|&m| history.measures()[m].events.iter().copied());
        let shown = |&event: &usize| {
            let standing = &history.events()[event];
            let stands = standing.is_live() || self.all && standing.measure.is_some();
            stands && !standing.hidden
        };
        let events: Vec<usize> = events.filter(shown).collect();
        let mut items = Vec::new();
        for event in events {
            let standing = &history.events()[event];
            let (first, last) = standing.event.effective.bounds();
            items.push(Item { event, plan: None, first, last });
            if standing.counts() {
                let plans = standing.event.then.iter().enumerate();
                items.extend(plans.map(|(place, plan)| {
                    let due = plan.effective.as_ref().map(Window::bounds);
                    let (first, last) = due.unwrap_or_else(|| self.waits(event, place));
                    Item { event, plan: Some(place), first, last }
                }));
            }
        }
        items
    }

    /// The days on which a plan without a date may come: from its maker on, unless it has gone.
    fn waits(&mut self, event: usize, place: usize) -> (Day, Day) {
        let maker = self.history.events()[event].event.effective.bounds();
        match self.fates.of(event, place).0 {
            Fate::Waiting | Fate::Undetermined | Fate::Partly => (maker.0, Day::OPEN_END),
            Fate::TakesEffect | Fate::Cancelled | Fate::Replaced | Fate::Settled | Fate::Gone => {
                maker
            }
        }
    }

    /// Looks at all the days that will be told, for each measure in one walk.
    fn look_ahead(&mut self, items: &[Item]) {
        let history = self.history;
        let mut days: BTreeMap<usize, BTreeSet<Day>> = BTreeMap::new();
        for item in items {
            let standing = &history.events()[item.event];
            let Some(measure) = standing.measure.filter(|_| standing.counts()) else { continue };
            let Some(day) = item.last.written() else { continue };
            let before = item.first.before().written().filter(|_| item.first == item.last);
            for measure in self.related(measure).into_iter().chain([measure]) {
                days.entry(measure).or_default().extend(before.into_iter().chain([day]));
            }
        }
        for (measure, days) in days {
            let watch = self.watches.entry(measure).or_insert_with(|| Watch::new(history, measure));
            watch.look_at(&days);
        }
    }

    fn moment(&mut self, item: Item) -> Option<Moment> {
        let standing = &self.history.events()[item.event];
        let measure = standing.measure?;
        let mut moment = self.said(item, standing, measure)?;
        let fate = moment.planned.as_ref().map(|planned| planned.fate);
        let takes_part = standing.counts() && fate.is_none_or(Fate::may_take_effect);
        moment.status_on = item.last.written().filter(|_| takes_part);
        if !takes_part {
            moment.changes_status = Some(false);
            return Some(moment);
        }
        let Some(day) = moment.status_on else { return Some(moment) };
        let keeps = !self.leads(item, standing);
        let held = self.held(measure, day);
        moment.changes_status = self.changes(measure, item, &held, keeps);
        moment.also = self.also(measure, item, day, keeps);
        moment.status = Some(held.status);
        moment.label = Some(held.label);
        moment.standing = Some(held.standing);
        moment.certain = Some(held.certain);
        moment.possible = held.possible;
        moment.parts = held.parts;
        moment.flags = held.flags;
        Some(moment)
    }

    /// What the record itself says.
    fn said(&mut self, item: Item, standing: &Standing, measure: usize) -> Option<Moment> {
        let tracked = &self.history.measures()[measure];
        let event = &standing.event;
        let plan = item.plan.map(|place| event.then.get(place).map(|plan| (place, plan)));
        let plan = if let Some(plan) = plan { Some(plan?) } else { None };
        let (act, status, set, effective) = match plan {
            Some((_, plan)) => (&plan.act, &plan.status, &plan.set, plan.effective.as_ref()),
            None => (&event.act, &event.status, &event.set, Some(&event.effective)),
        };
        let planned = plan.map(|(place, _)| {
            let (fate, by) = self.fates.of(item.event, place);
            Planned { place, fate, by }
        });
        let settlers = self.settlers(item, standing);
        Some(Moment {
            record: standing.record,
            measure: tracked.id().to_owned(),
            title: tracked.title().to_owned(),
            kind: tracked.measure.kind.clone(),
            asked: self.asked.contains(&measure),
            act: act.clone(),
            leads_to: leads_to(self.history, standing, act, status.as_ref()).flatten(),
            effective: effective.map(Dated::from),
            uncertain: effective.is_none_or(|window| window.certain().is_none()),
            recorded: numbered(self.entries, standing.record).map(|entry| entry.recorded),
            modality: event.modality,
            planned,
            status_on: None,
            status: None,
            label: None,
            standing: None,
            certain: None,
            possible: BTreeSet::new(),
            parts: BTreeMap::new(),
            flags: Vec::new(),
            changes_status: None,
            also: Vec::new(),
            settled_by: settlers,
            retracted: standing.retracted,
            denied: standing.denied,
            actors: event.actors.clone(),
            set: set.clone(),
            note: event.note.clone(),
            sources: event.sources.len(),
            instrument: event.instrument.clone(),
            event: event.clone(),
        })
    }

    /// The events that settle an expectation.
    fn settlers(&self, item: Item, standing: &Standing) -> Vec<u64> {
        if standing.event.modality == Modality::Occurred {
            return Vec::new();
        }
        let naming = self.history.referring_to(item.event).iter();
        let naming = naming.map(|&other| &self.history.events()[other]);
        let settlers = naming.filter(|o| o.counts() && o.settles.contains(&item.event));
        settlers.map(|settler| settler.record).collect()
    }

    /// Whether the act changes a status at all.
    fn leads(&self, item: Item, standing: &Standing) -> bool {
        let event = &standing.event;
        let (act, status) = match item.plan.and_then(|place| event.then.get(place)) {
            Some(plan) => (&plan.act, &plan.status),
            None => (&event.act, &event.status),
        };
        leads_to(self.history, standing, act, status.as_ref()).is_some()
    }

    fn held(&mut self, measure: usize, day: Day) -> Held {
        let history = self.history;
        self.watches.entry(measure).or_insert_with(|| Watch::new(history, measure)).on(day)
    }

    /// Whether the status is another than at the end of the day before.
    fn changes(&mut self, measure: usize, item: Item, held: &Held, keeps: bool) -> Option<bool> {
        if keeps {
            return Some(false);
        }
        if item.first != item.last || !held.certain {
            return None;
        }
        let Some(before) = item.first.before().written() else { return Some(true) };
        let before = self.held(measure, before);
        let differs = before.status != held.status || before.parts != held.parts;
        before.certain.then_some(differs)
    }

    /// The other measures asked about that are wholes or parts of one.
    fn related(&self, own: usize) -> BTreeSet<usize> {
        let history = self.history;
        let mut related: BTreeSet<usize> = history.upward(own).collect();
        let mut waiting = vec![own];
        while let Some(measure) = waiting.pop() {
            let parts = &history.measures()[measure].parts;
            related.extend(parts);
            waiting.extend(parts);
        }
        related.remove(&own);
        related.retain(|measure| self.asked.contains(measure));
        related
    }

    /// The other measures asked about that an item is in the story of, at the end of a day.
    fn also(&mut self, own: usize, item: Item, day: Day, keeps: bool) -> Vec<Also> {
        let history = self.history;
        let others = self.related(own);
        let others = others.into_iter().map(|measure| {
            let held = self.held(measure, day);
            let changes_status = self.changes(measure, item, &held, keeps);
            let Held { status, label, standing, certain, possible, .. } = held;
            let measure = history.measures()[measure].id().to_owned();
            Also { measure, status, label, standing, certain, possible, changes_status }
        });
        others.collect()
    }
}
