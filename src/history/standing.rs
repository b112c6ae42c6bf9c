//! One event as it stands, with the sources that say otherwise.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::record::{Event, Modality, Says, Source, Stance};
use crate::time::{Day, Window};

/// An event with every correction counted in.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The record that said it first.
    pub record: u64,
    /// The measure it acts on; `None` where its measure is retracted or unknown.
    pub measure: Option<usize>,
    /// What it says, as amended and settled, with the sources of later records at the end.
    pub event: Arc<Event>,
    /// The records that amended or settled it, in record order.
    pub corrected_by: Vec<u64>,
    /// Whether a retraction that stands withdraws it.
    pub retracted: bool,
    /// Whether nothing that was public by the day asked speaks of it.
    pub hidden: bool,
    /// Whether a settlement says that it did not happen.
    pub denied: bool,
    /// Events that did not happen on a later day.
    pub after: Vec<usize>,
    /// Events whose plans it cancels.
    pub cancels: Vec<usize>,
    /// Events (expected or not) that it settles.
    pub settles: Vec<usize>,
    /// What it said as amended, before any settlement; none where nothing was settled.
    pub unsettled: Option<Arc<Event>>,
    /// Where its sources disagree with it.
    pub sides: Sides,
}

/// What contrary sources say about one event.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// One for each contrary source, in record order.
    pub all: Vec<Side>,
}

/// One source that denies the event or says something else about it.
#[derive(Debug, Clone)]
pub struct Side {
    /// The record that brought the source.
    pub record: u64,
    /// The source.
    pub source: Source,
    /// The fields on which it differs and that were not settled since.
    pub open: Vec<&'static str>,
    /// The fields on which it differs, settled ones too.
    pub differs: Vec<&'static str>,
    /// The fields that were settled after the source was recorded.
    pub settled: Vec<&'static str>,
}

impl Side {
    /// Whether an answer is contested where this source alone would change it: it differs on more
    /// than attributes, which have no part in any status.
    #[must_use]
    pub fn contests(&self) -> bool {
        self.open.iter().any(|&field| field != "set")
    }
}

impl Standing {
    /// Whether the event counts for statuses: it stands, is visible, and is said to have occurred.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.is_live() && self.event.modality == Modality::Occurred
    }

    /// Whether the event stands and is visible, expected or not.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.retracted && !self.hidden && !self.denied && self.measure.is_some()
    }

    /// The latest day on which, at the earliest, anybody spoke of the event: its announcement and
    /// its sources that do not deny it. `None` where none of them has a date.
    ///
    /// On a later day than this the event is in doubt (`unconfirmed`): nobody has yet said that it
    /// happened.
    #[must_use]
    pub fn last_told(&self) -> Option<Day> {
        let sources = self.event.sources.iter().filter(|source| source.stance.is_none());
        let published = sources.filter_map(|source| source.published.as_ref());
        let told = published.chain(&self.event.announced);
        told.map(|window| window.bounds().0).max()
    }

    /// The last day of the window on which it became known that the event was coming: its
    /// announcement, else its earliest source, else its own day.
    #[must_use]
    pub fn announced_by(&self) -> Day {
        let latest = |window: &Window| window.bounds().1;
        let published = || {
            let windows = self.event.sources.iter().filter_map(|source| source.published.as_ref());
            windows.map(latest).min()
        };
        let announced = self.event.announced.as_ref().map(latest).or_else(published);
        announced.unwrap_or_else(|| latest(&self.event.effective))
    }

    /// The fields on which a source says something else than the event as it stands.
    #[must_use]
    pub fn differences(&self, source: &Source) -> Vec<&'static str> {
        differences(&self.event, source)
    }

    /// What the event sets of the attributes that a source speaks of.
    #[must_use]
    pub fn set_beside(event: &Event, source: &Source) -> Map<String, Value> {
        let of = |name: &String| Some((name.clone(), event.set.get(name)?.clone()));
        source.says.set.keys().filter_map(of).collect()
    }

    /// The event as one source tells it: what it says otherwise, as far as that is not settled.
    #[must_use]
    pub fn as_told_by(&self, side: &Side) -> Self {
        let mut told = self.clone();
        let open = |field: &str| !side.settled.contains(&field);
        let Says { act, effective, announced, set } = side.source.says.clone();
        let event = Arc::make_mut(&mut told.event);
        event.act = act.filter(|_| open("act")).unwrap_or_else(|| event.act.clone());
        let effective = effective.filter(|_| open("effective"));
        event.effective = effective.unwrap_or_else(|| event.effective.clone());
        event.announced = announced.filter(|_| open("announced")).or(event.announced.take());
        event.set.extend(set.into_iter().filter(|_| open("set")));
        told.denied |= side.source.stance == Some(Stance::Denies) && open("occurred");
        told
    }
}

/// The fields on which a source says something else than an event.
pub(super) fn differences(event: &Event, source: &Source) -> Vec<&'static str> {
    let Says { act, effective, announced, set } = &source.says;
    let mut fields = Vec::new();
    if act.as_ref().is_some_and(|act| *act != event.act) {
        fields.push("act");
    }
    if effective.as_ref().is_some_and(|window| window.excludes(&event.effective)) {
        fields.push("effective");
    }
    if announced.as_ref().zip(event.announced.as_ref()).is_some_and(|(a, b)| a.excludes(b)) {
        fields.push("announced");
    }
    if set.iter().any(|(name, value)| event.set.get(name) != Some(value)) {
        fields.push("set");
    }
    if source.stance == Some(Stance::Denies) {
        fields.push("occurred");
    }
    fields
}
