//! The kinds that ship with the program, one data file each.
//!
//! A released file never changes, for measures keep the revision that they were declared with, and
//! an answer given once stays. A change is a new revision: a second file `<name>.2.json` with
//! `"revision": 2`, entered in the list below right after its predecessor (and its digest in the
//! test that guards them). New measures then take the newest revision; old ones keep theirs until
//! a `kind` record moves them. A new kind is one more file and one more line.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Definition;

/// The text of every file, in the order in which kinds are listed, revisions oldest first.
pub(super) const FILES: [&str; 15] = [
    include_str!("licensing-requirement.json"),
    include_str!("licence.json"),
    include_str!("list-membership.json"),
    include_str!("trade-dispute.json"),
    include_str!("agreement.json"),
    include_str!("agreement-party.json"),
    include_str!("dialogue.json"),
    include_str!("meeting.json"),
    include_str!("tariff.json"),
    include_str!("sanction.json"),
    include_str!("regulation.json"),
    include_str!("programme.json"),
    include_str!("body.json"),
    include_str!("incident.json"),
    include_str!("plain.json"),
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
    pub definition: Definition,
}

/// Read once. A file that cannot be read is left out: none is, as a test makes sure of.
static ALL: LazyLock<Vec<Builtin>> =
    LazyLock::new(|| FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect());

/// The newest revision of the built-in kind of that name.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    newest(&ALL, name)
}

/// That revision of the built-in kind of that name.
#[must_use]
pub fn builtin_revision(name: &str, revision: u32) -> Option<&'static Builtin> {
    ALL.iter().find(|builtin| builtin.kind == name && builtin.revision == revision)
}

/// The newest revision of every built-in kind, in the order of the model's table.
pub fn builtins() -> impl Iterator<Item = &'static Builtin> {
    current(&ALL)
}

/// The newest revision of a kind among `all`, in which revisions rise.
pub(super) fn newest<'a>(all: &'a [Builtin], name: &str) -> Option<&'a Builtin> {
    all.iter().rfind(|builtin| builtin.kind == name)
}

/// The newest revisions among `all`.
pub(super) fn current(all: &[Builtin]) -> impl Iterator<Item = &Builtin> {
    let is_newest =
        |it: &&Builtin| newest(all, &it.kind).is_some_and(|newest| newest.revision == it.revision);
    all.iter().filter(is_newest)
}
