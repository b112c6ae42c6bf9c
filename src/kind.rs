//! What a kind is: the statuses that a measure of it can have, the acts, and what each act does.
//!
//! Kinds are data. The built-in ones are files beside this module (`kind/<name>.json`, see
//! [`builtin()`]); a `kind` record of a ledger lays a definition over one of them, or makes a new one
//! ([`Definition::laid_over`]). Nothing here knows of events, dates or ledgers.
//!
//! A definition is one JSON object:
//!
//! ```json
//! {"initial": "none",
//!  "statuses": {"none":   {"label": "none",            "standing": "none"},
//!               "valid":  {"label": "valid",           "standing": "active"},
//!               "lapsed": {"label": "no longer valid", "standing": "ended"}},
//!  "acts": {"granted": {"to": "valid", "from": ["none"], "cancels": ["lapsed"]},
//!           "lapsed":  {"to": "lapsed", "from": ["valid"]},
//!           "noted":   {}},
//!  "last_day": "lapsed"}
//! ```
//!
//! The order of the acts is the order on one day: of two events on the same day, with nothing else
//! to tell them apart, the one whose act stands first happened first. In the built-in kinds the
//! steps forward come first (announced, imposed, eased), then the suspension and its resumption,
//! then the ends, and last what can only follow an end (`reimposed`, `relisted`, `redesignated`,
//! `reinstated`).
//!
//! A kind may take statuses in free words (the built-in `plain` does): it has a status [`FREE`],
//! which stands for every word that is not among its statuses, and an act that leads to it takes
//! the status that the event gives ([`To::Given`]).

mod builtin;
mod overlay;
mod problem;
mod reader;
mod soundness;
#[cfg(test)]
mod tests;

pub use builtin::{Builtin, builtin, builtin_revision, builtins};
pub use problem::{Fault, Problem};
pub use soundness::is_word;

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::nearest::nearest;

/// The act that every kind takes: something worth recording that changes no status.
pub const NOTED: &str = "noted";

/// What an act's `to` says when it uncovers the status beneath a suspension.
pub const PREVIOUS: &str = "previous";

/// The status that stands for any word, in kinds whose statuses are free words. It is the name of
/// an entry of a definition only, never the status of a measure.
pub const FREE: &str = "*";

/// The kind-independent reading of a status.
///
/// The order is that of a life: none, pending, active, suspended, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Nothing is there.
    None,
    /// On its way: proposed, agreed, signed.
    Pending,
    /// It has its effect.
    Active,
    /// It has no effect for now; the status beneath can come back.
    Suspended,
    /// It is over.
    Ended,
}

impl Standing {
    /// Every standing, in order.
    pub const ALL: [Self; 5] =
        [Self::None, Self::Pending, Self::Active, Self::Suspended, Self::Ended];

    /// The word that is written for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
        }
    }

    /// The standing that `word` names.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == word)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A status of a kind: what it is called for people, and how it reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The words for people: `in force, notice suspended`.
    pub label: String,
    /// Its reading.
    pub standing: Standing,
}

/// What an act does to the status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum To {
    /// Nothing: an announcement, a proposal, a round of talks. Written by leaving `to` out.
    #[default]
    Keep,
    /// It uncovers the status beneath the suspension; without one it does nothing. Written
    /// [`PREVIOUS`].
    Previous,
    /// It leads to this status.
    Status(String),
    /// It leads to the status that the event gives (see [`Definition::given`]). Written [`FREE`].
    Given,
}

impl To {
    /// What `to` says for it; nothing for [`To::Keep`].
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Keep => None,
            Self::Previous => Some(PREVIOUS),
            Self::Status(status) => Some(status),
            Self::Given => Some(FREE),
        }
    }

    /// What `word` says as `to`; whether it is a status of the kind is not asked here.
    #[must_use]
    pub fn named(word: &str) -> Self {
        match word {
            PREVIOUS => Self::Previous,
            FREE => Self::Given,
            status => Self::Status(status.to_owned()),
        }
    }

    /// Whether the act changes no status.
    #[must_use]
    pub fn is_keep(&self) -> bool {
        *self == Self::Keep
    }
}

impl Serialize for To {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

/// What one act of a kind does. The default does nothing, from any status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Act {
    /// What it does to the status.
    #[serde(skip_serializing_if = "To::is_keep")]
    pub to: To,
    /// The statuses in which it makes sense; none listed: all of them. This serves `check` only: a
    /// fact is never refused for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// The acts whose pending plans it cancels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cancels: Vec<String>,
    /// Whether it merely continues the measure (extended, renewed, amended, …): under a suspension
    /// it then changes only what is beneath.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
}

impl Act {
    /// Whether the act makes sense in `status`.
    #[must_use]
    pub fn makes_sense_in(&self, status: &str) -> bool {
        self.from.is_empty() || self.from.iter().any(|from| from == status)
    }
}

/// A kind: its statuses, its acts, and what they do.
///
/// Written and read as the JSON object that this module's page shows. Reading refuses whatever
/// [`Definition::laid_over`] refuses in a new kind, so what has been read is sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct Definition {
    /// The status of a measure before its first event.
    pub initial: String,
    /// The statuses by their words.
    pub statuses: IndexMap<String, Status>,
    /// The acts by their words, in the order that they have on one day.
    pub acts: IndexMap<String, Act>,
    /// The act that `append --last-day` plans for the day after the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
}

impl Definition {
    /// The act of that word.
    #[must_use]
    pub fn act(&self, act: &str) -> Option<&Act> {
        self.acts.get(act)
    }

    /// The place of an act in the order on one day, from 0.
    #[must_use]
    pub fn order_of(&self, act: &str) -> Option<usize> {
        self.acts.get_index_of(act)
    }

    /// Whether statuses are free words, given by the events.
    #[must_use]
    pub fn free_statuses(&self) -> bool {
        self.statuses.contains_key(FREE)
    }

    /// Whether a measure of this kind can have that status.
    #[must_use]
    pub fn has_status(&self, status: &str) -> bool {
        let free = self.free_statuses() && !status.trim().is_empty();
        status != FREE && (free || self.statuses.contains_key(status))
    }

    /// The status that an event means whose `status` says `word`, where the act takes it from the
    /// event: null and a blank word are the initial status, anything else is itself.
    #[must_use]
    pub fn given<'a>(&'a self, word: Option<&'a str>) -> &'a str {
        word.filter(|word| !word.trim().is_empty()).unwrap_or(&self.initial)
    }

    /// The reading of a status. A word that the kind does not have reads as none.
    #[must_use]
    pub fn standing_of(&self, status: &str) -> Standing {
        let status = self.given(Some(status));
        let entry = self.statuses.get(status).or_else(|| self.statuses.get(FREE));
        entry.map_or(Standing::None, |entry| entry.standing)
    }

    /// The words for people for a status; a free word, and one that the kind does not have, is its
    /// own label.
    #[must_use]
    pub fn label_of<'a>(&'a self, status: &'a str) -> &'a str {
        let status = self.given(Some(status));
        self.statuses.get(status).map_or(status, |entry| &entry.label)
    }

    /// The acts that somebody who wrote `word` may have meant, at most three: those nearest in
    /// spelling, else those that lead to a status of that name.
    #[must_use]
    pub fn nearest_acts(&self, word: &str) -> Vec<&str> {
        let near = nearest(word, self.acts.keys().map(String::as_str));
        if near.is_empty() { self.acts_to(word).take(3).collect() } else { near }
    }

    /// The statuses nearest in spelling to `word`, at most three.
    #[must_use]
    pub fn nearest_statuses(&self, word: &str) -> Vec<&str> {
        let words = self.statuses.keys().map(String::as_str);
        nearest(word, words.filter(|status| *status != FREE))
    }

    /// The acts that lead to `status`, in order.
    pub fn acts_to(&self, status: &str) -> impl Iterator<Item = &str> {
        let leads = move |act: &Act| matches!(&act.to, To::Status(to) if to == status);
        self.acts.iter().filter(move |(_, act)| leads(act)).map(|(word, _)| word.as_str())
    }
}
