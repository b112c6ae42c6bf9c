//! The kinds that ship with the program, one data file each.
//!
//! A released file never changes, for measures keep the revision that they were declared with, and
//! an answer given once stays. A change is a new revision: a second file `<name>.2.json` with
//! `"revision": 2`, entered in the list below right after its predecessor (and its digest in the
//! test that guards them). New measures then take the newest revision; old ones keep theirs until
//! a `kind` record moves them. A new kind is one more file and one more line.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::Definition;

/// A file that ships with the program, and what it says once somebody has asked: most questions
/// concern one kind, and reading all of them takes longer than many an answer.
pub(super) struct Shipped {
    pub(super) kind: &'static str,
    pub(super) revision: u32,
    pub(super) text: &'static str,
    read: OnceLock<Option<Builtin>>,
}

impl Shipped {
    const fn new(kind: &'static str, revision: u32, text: &'static str) -> Self {
        Self { kind, revision, text, read: OnceLock::new() }
    }

    /// What it says. None where it cannot be read: that none is so, a test makes sure of.
    fn builtin(&self) -> Option<&Builtin> {
        self.read.get_or_init(|| serde_json::from_str(self.text).ok()).as_ref()
    }
}

/// Every file, in the order in which kinds are listed, revisions oldest first.
pub(super) static FILES: [Shipped; 15] = [
    Shipped::new("licensing-requirement", 1, include_str!("licensing-requirement.json")),
    Shipped::new("licence", 1, include_str!("licence.json")),
    Shipped::new("list-membership", 1, include_str!("list-membership.json")),
    Shipped::new("trade-dispute", 1, include_str!("trade-dispute.json")),
    Shipped::new("agreement", 1, include_str!("agreement.json")),
    Shipped::new("agreement-party", 1, include_str!("agreement-party.json")),
    Shipped::new("dialogue", 1, include_str!("dialogue.json")),
    Shipped::new("meeting", 1, include_str!("meeting.json")),
    Shipped::new("tariff", 1, include_str!("tariff.json")),
    Shipped::new("sanction", 1, include_str!("sanction.json")),
    Shipped::new("regulation", 1, include_str!("regulation.json")),
    Shipped::new("programme", 1, include_str!("programme.json")),
    Shipped::new("body", 1, include_str!("body.json")),
    Shipped::new("incident", 1, include_str!("incident.json")),
    Shipped::new("plain", 1, include_str!("plain.json")),
];

/// A kind that ships with the program, in one of its revisions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Builtin {
    /// Its word: `list-membership`.
    pub kind: String,
    /// From 1, rising by one.
    pub revision: u32,
    /// What it is for, in a line.
    pub title: String,
    /// Where its terms come from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What it says.
    pub definition: Arc<Definition>,
}

/// The newest revision of the built-in kind of that name.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    FILES.iter().rfind(|file| file.kind == name)?.builtin()
}

/// That revision of the built-in kind of that name.
#[must_use]
pub fn builtin_revision(name: &str, revision: u32) -> Option<&'static Builtin> {
    FILES.iter().find(|file| file.kind == name && file.revision == revision)?.builtin()
}

/// The newest revision of every built-in kind, in the order of the model's table.
pub fn builtins() -> impl Iterator<Item = &'static Builtin> {
    let is_newest = |(place, file): &(usize, &Shipped)| {
        FILES[place + 1..].iter().all(|later| later.kind != file.kind)
    };
    FILES.iter().enumerate().filter(is_newest).filter_map(|(_, file)| file.builtin())
}
