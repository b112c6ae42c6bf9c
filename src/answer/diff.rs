//! What changed: in the world between two days, or in our knowledge about one.
//!
//! Both axes give the same rows. A row has the answer at either end as `state` gives it, every
//! answer in between that was another one, and for each of these what made it so. Never both axes
//! in one answer: a change would then have two reasons and name neither.

mod days;
mod learned;
mod together;
mod world;

use std::collections::BTreeSet;

use serde::Serialize;

use super::state::{Dated, Filter, Row, rows};
use crate::history::{History, Tracked};
use crate::time::{Day, Instant};

pub use learned::{Learning, learned};
pub use world::world;

/// One measure whose answer is another one at the end, or was in between.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The measure's id.
    pub measure: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// The whole it is a part of.
    pub part_of: Option<String>,
    /// Whether the answers at the two ends differ.
    pub change: Turn,
    /// The answer at the beginning, as `state` gives it; none where the measure was not tracked.
    pub from: Option<Row>,
    /// The answer at the end, as `state` gives it; none where the measure is not tracked.
    pub to: Option<Row>,
    /// The records of all causes.
    pub because: BTreeSet<u64>,
    /// What made the changes, in the order of the steps.
    pub cause: Vec<Cause>,
    /// Every time the answer became another one, in order.
    pub steps: Vec<Step>,
}

/// Whether a change lasted to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// The answer at the end is not the one at the beginning.
    Changed,
    /// They are the same, but in between it was another one.
    ChangedBack,
}

/// One time that the answer became another one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// In the world: the first day with the new answer.
    pub on: Option<Day>,
    /// In our knowledge: when the records that gave the new answer were made.
    pub recorded: Option<Instant>,
    /// The new answer, as `state` gives it; none where the measure is no longer tracked.
    pub to: Option<Row>,
    /// The records of its causes.
    pub because: BTreeSet<u64>,
}

/// What made one change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// Its sort.
    pub cause: Sort,
    /// In the world: the first day with the new answer.
    pub on: Option<Day>,
    /// In our knowledge: when the record was made.
    pub recorded: Option<Instant>,
    /// The record: the event, the maker of the plan, or what was recorded.
    #[serde(rename = "record")]
    pub number: u64,
    /// What sort of record that is: `event`, `amendment`, `retraction`, …
    #[serde(rename = "type")]
    pub record_type: &'static str,
    /// The record that it corrects or adds to.
    pub of: Option<u64>,
    /// The measure it is about, directly or through the record it corrects.
    pub measure: Option<String>,
    /// The act of the event, or of the plan.
    pub act: Option<String>,
    /// The date of its effect in the world.
    pub effective: Option<Dated>,
    /// The word of an amendment or retraction that says why.
    pub said: Option<String>,
    /// Its sentence that says why.
    pub reason: Option<String>,
}

/// The sorts of cause. The first three are those of the world, the others those of our knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// In the world: an event took place.
    Event,
    /// In the world: what an event had planned took effect.
    Planned,
    /// In the world: a day on which an event took place as some of its sources tell it, or all.
    Contested,
    /// We learned of an event that came after the first point of knowledge.
    WorldEvent,
    /// We learned of an event that may have been there by the first point of knowledge.
    LateFact,
    /// A record was corrected or withdrawn because the evidence is another one.
    CorrectedSource,
    /// A record was corrected or withdrawn because it was our mistake.
    OwnMistake,
    /// A record was withdrawn for another reason.
    Retraction,
    /// Further evidence, for or against.
    NewSource,
    /// A disagreement between sources was settled.
    Settlement,
    /// A measure was declared: this one, or one that it hangs together with.
    Declared,
    /// A kind was defined or extended.
    KindDefinition,
    /// Any other record.
    Other,
}

/// Whether two answers are the same as far as a difference goes: not in what they rest on, nor
/// since when they hold, nor in what is to come.
#[must_use]
pub fn same_answer(one: Option<&Row>, other: Option<&Row>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            (&one.status, &one.label, &one.standing, &one.possible)
                == (&other.status, &other.label, &other.standing, &other.possible)
                && (&one.attributes, &one.possible_attributes)
                    == (&other.attributes, &other.possible_attributes)
                && (&one.parts, &one.flags) == (&other.parts, &other.flags)
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// A step and what caused it.
type Caused = (Step, Vec<Cause>);

impl Change {
    /// The row of a measure; none where its answer never was another one.
    fn of(
        history: &History,
        tracked: &Tracked,
        ends: (Option<Row>, Option<Row>),
        steps: Vec<Caused>,
    ) -> Option<Self> {
        let (from, to) = ends;
        let back = same_answer(from.as_ref(), to.as_ref());
        if steps.is_empty() && back {
            return None;
        }
        let (steps, causes): (Vec<Step>, Vec<Vec<Cause>>) = steps.into_iter().unzip();
        Some(Self {
            measure: tracked.id().to_owned(),
            title: tracked.title().to_owned(),
            kind: tracked.measure.kind.clone(),
            part_of: tracked.whole.map(|whole| history.measures()[whole].id().to_owned()),
            change: if back { Turn::ChangedBack } else { Turn::Changed },
            from,
            to,
            because: steps.iter().flat_map(|step| step.because.iter().copied()).collect(),
            cause: causes.into_iter().flatten().collect(),
            steps,
        })
    }
}

/// The answer about one measure; none where it is retracted.
fn answer(history: &History, measure: usize, at: Day) -> Option<Row> {
    rows(history, &Filter { measures: vec![measure], ..Filter::default() }, at).pop()
}
