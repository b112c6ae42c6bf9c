//! Events: what happened, when, who says so, and what follows by itself.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::{Code, Reference, Refusal};
use crate::time::Window;

/// One development: an act on a measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The measure acted on.
    pub measure: String,
    /// What the event does to it; a word of the measure's kind.
    pub act: String,
    /// The status given, for kinds whose statuses are free (`plain`); `Some(None)` is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Option<String>>,
    /// When it took effect in the world: a civil date of the acting authority.
    pub effective: Window,
    /// When it was announced, if apart from its sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<Window>,
    /// Whether it happened or is expected.
    #[serde(skip_serializing_if = "Modality::is_default")]
    pub modality: Modality,
    /// Who acted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actors: Vec<String>,
    /// Events that did not happen on a later day than this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Reference>,
    /// Events whose planned consequences this one cancels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cancels: Vec<Reference>,
    /// Expectations this event meets, or events whose plans it stands for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settles: Vec<Reference>,
    /// Planned consequences: what follows on a date without a further act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Plan>,
    /// Attributes of the measure that the event sets; null takes one away.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
    /// The evidence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The legal act that several events share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// A remark in the recorder's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether an event happened or is expected. An expectation never changes a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// It happened (or will, without a further act of anybody's being needed to say so).
    #[default]
    Occurred,
    /// Somebody expects it.
    Expected,
}

impl Modality {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if asks for it")]
    fn is_default(&self) -> bool {
        *self == Self::Occurred
    }
}

/// A planned consequence of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// What will be done to the measure.
    pub act: String,
    /// The status it gives, for kinds whose statuses are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Option<String>>,
    /// The first day of its effect; without it the plan waits for an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<Window>,
    /// Attributes it sets when it takes effect.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Source {
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it is; never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Window>,
    /// A few of its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Its language (BCP 47).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Where a copy is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<String>,
    /// A remark on the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it says otherwise than the event.
    #[serde(skip_serializing_if = "Says::is_empty")]
    pub says: Says,
    /// Whether it says that the event did not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
}

impl Source {
    /// What it is called: its publisher, else its title, else its address.
    #[must_use]
    pub fn name(&self) -> &str {
        let names = [&self.publisher, &self.title, &self.url];
        let name = names.into_iter().find_map(Option::as_deref);
        name.unwrap_or("a source")
    }

    /// Whether it says anything by which it can be found.
    pub(super) fn is_named(&self) -> bool {
        let names = [&self.publisher, &self.title, &self.url, &self.quote, &self.archived];
        names.iter().any(|name| name.is_some()) || self.published.is_some()
    }
}

/// What a source says about an event in its own words; absent fields say nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Says {
    /// The act it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// The date of effect it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<Window>,
    /// The date of announcement it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<Window>,
    /// The attributes it reports, as the event's own `set`; null takes one away.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
}

impl Says {
    /// Whether it says nothing of its own.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A stand a source takes towards an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It says that the event did not happen.
    Denies,
}

impl Serialize for Stance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("denies")
    }
}

pub(super) fn event(fields: &mut Fields<'_>) -> Option<Event> {
    let measure = fields.measure("measure");
    let act = fields.word("act");
    let status = fields.nullable_text("status");
    let effective = fields.required_window("effective");
    let announced = fields.window("announced");
    let modality = fields.parsed("modality", "`occurred` or `expected`", |text| match text {
        "occurred" => Some(Modality::Occurred),
        "expected" => Some(Modality::Expected),
        _ => None,
    });
    let event = Event {
        status,
        announced,
        modality: modality.unwrap_or_default(),
        actors: fields.texts("actors"),
        after: fields.references("after"),
        cancels: fields.references("cancels"),
        settles: fields.references("settles"),
        then: fields.objects("then", plan),
        set: fields.attributes("set"),
        sources: fields.objects("sources", source),
        instrument: fields.text("instrument"),
        note: fields.text("note"),
        measure: measure?,
        act: act?,
        effective: effective?,
    };
    for plan in event.then.iter().filter(|plan| plan.is_before(&event.effective)) {
        fields.problem(before_maker(plan, &event.effective));
    }
    Some(event)
}

impl Event {
    /// Whether a plan can only fall on days before the event itself, so that no such event is
    /// recorded.
    pub(crate) fn has_plans_before_it(&self) -> bool {
        self.then.iter().any(|plan| plan.is_before(&self.effective))
    }
}

impl Plan {
    /// Whether every day it can fall on lies before every day of its maker's.
    fn is_before(&self, maker: &Window) -> bool {
        self.effective.as_ref().is_some_and(|due| due.bounds().1 < maker.bounds().0)
    }
}

fn before_maker(plan: &Plan, maker: &Window) -> Refusal {
    let due = plan.effective.as_ref().map_or("", Window::text);
    let message = format!("`then` {} {due} lies before the event itself, {maker}", plan.act);
    Refusal::new(Code::BadValue, message)
}

fn plan(fields: &mut Fields<'_>) -> Option<Plan> {
    let act = fields.word("act");
    Some(Plan {
        status: fields.nullable_text("status"),
        effective: fields.window("effective"),
        set: fields.attributes("set"),
        act: act?,
    })
}

#[allow(clippy::unnecessary_wraps, reason = "a reader of objects may find none")]
pub(super) fn source(fields: &mut Fields<'_>) -> Option<Source> {
    let source = Source {
        publisher: fields.text("publisher"),
        title: fields.text("title"),
        url: fields.text("url"),
        published: fields.window("published"),
        quote: fields.text("quote"),
        lang: fields.text("lang"),
        archived: fields.text("archived"),
        note: fields.text("note"),
        says: fields.object("says", |inside| Some(says(inside))).unwrap_or_default(),
        stance: stance(fields),
    };
    if !source.is_named() {
        let message = "a source needs a `publisher`, a `title`, a `url` or a `published` date";
        fields.problem(Refusal::new(Code::MissingField, message));
    }
    Some(source)
}

pub(super) fn says(fields: &mut Fields<'_>) -> Says {
    Says {
        act: fields.optional_word("act"),
        effective: fields.window("effective"),
        announced: fields.window("announced"),
        set: fields.attributes("set"),
    }
}

pub(super) fn stance(fields: &mut Fields<'_>) -> Option<Stance> {
    fields.parsed("stance", "`denies`", |text| (text == "denies").then_some(Stance::Denies))
}
