//! Which kind a tracker's own words belong to, and which act each of them is.

use super::super::slug::slug;
use crate::kind::{Definition, builtins};
use crate::nearest::nearest;

/// A kind, and what some words are in it.
pub(super) struct Meaning {
    pub(super) kind: String,
    /// Each word with its act, and what led to it; no act where nothing did.
    pub(super) acts: Vec<(String, Option<String>, String)>,
    /// What led to the kind.
    pub(super) why: String,
}

/// The built-in kind whose acts and statuses the words are, if half of them are.
pub(super) fn meaning(words: &[String]) -> Option<Meaning> {
    let mut best: Option<(usize, Meaning)> = None;
    for builtin in builtins().filter(|builtin| !builtin.definition.free_statuses()) {
        let acts: Vec<(String, Option<String>, String)> =
            words.iter().map(|word| act(word, &builtin.definition)).collect();
        let found = acts.iter().filter(|(_, act, _)| act.is_some()).count();
        if found * 2 >= words.len() && found > best.as_ref().map_or(0, |(found, _)| *found) {
            let why =
                format!("{found} of {} words in the table are its acts or statuses", words.len());
            best = Some((found, Meaning { kind: builtin.kind.clone(), acts, why }));
        }
    }
    best.map(|(_, meaning)| meaning)
}

/// The act that a word is in a kind.
fn act(word: &str, kind: &Definition) -> (String, Option<String>, String) {
    let slug = slug(word);
    let (act, why) = if kind.act(&slug).is_some() {
        (Some(slug), "the act of that name".to_owned())
    } else if let Some(act) = kind.acts_to(&slug).next() {
        (Some(act.to_owned()), "the first act that leads to the status of that name".to_owned())
    } else {
        let near = nearest(&slug, kind.acts.keys().map(String::as_str));
        let near = near.first().filter(|_| slug.len() > 4).map(|near| (*near).to_owned());
        let why = if near.is_some() { "the act nearest in spelling" } else { "" };
        (near, why.to_owned())
    };
    (word.to_owned(), act, why)
}

/// What begins in a table of beginnings and ends: the word that tells, the kind, and the act.
const SUBJECTS: [(&str, &str, &str); 22] = [
    ("tariff", "tariff", "imposed"),
    ("duty", "tariff", "imposed"),
    ("duties", "tariff", "imposed"),
    ("sanction", "sanction", "designated"),
    ("designat", "sanction", "designated"),
    ("licence", "licence", "issued"),
    ("license", "licence", "issued"),
    ("waiver", "licence", "issued"),
    ("export", "licensing-requirement", "imposed"),
    ("ban", "licensing-requirement", "imposed"),
    ("curb", "licensing-requirement", "imposed"),
    ("restriction", "licensing-requirement", "imposed"),
    ("quota", "licensing-requirement", "imposed"),
    ("agreement", "agreement", "entered-into-force"),
    ("treaty", "agreement", "entered-into-force"),
    ("subsid", "programme", "started"),
    ("programme", "programme", "started"),
    ("school", "regulation", "entered-into-force"),
    ("closure", "regulation", "entered-into-force"),
    ("regulation", "regulation", "entered-into-force"),
    ("law", "regulation", "entered-into-force"),
    ("rule", "regulation", "entered-into-force"),
];

/// What a table of beginnings and ends is about, as its file name, its headers and titles tell.
pub(super) fn subject(texts: &[String]) -> Option<(&'static str, &'static str, &'static str)> {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    let begins = |text: &String, word: &str| {
        text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word))
    };
    SUBJECTS.iter().copied().find(|(word, ..)| texts.iter().any(|text| begins(text, word)))
}
