//! What a whole definition must fulfil: its words, and that every word it refers to is there.

use super::{Definition, FREE, Fault, NOTED, PREVIOUS, Problem, To};

/// Names that answers and definitions use for something else.
const RESERVED: [&str; 3] = [PREVIOUS, "mixed", "undetermined"];

/// Whether `text` is a word for a kind, a status or an act: kebab-case, `[a-z0-9]+(-[a-z0-9]+)*`.
#[must_use]
pub fn is_word(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(part)
}

/// Everything that is wrong with the words and references of `definition`.
pub(super) fn problems(definition: &Definition) -> Vec<Problem> {
    let mut found = Vec::new();
    empty(definition, &mut found);
    initial(definition, &mut found);
    statuses(definition, &mut found);
    acts(definition, &mut found);
    last_day(definition, &mut found);
    found
}

fn empty(definition: &Definition, found: &mut Vec<Problem>) {
    if definition.statuses.is_empty() {
        found.push(Problem::new(Fault::Missing, "statuses", "a kind has at least one status"));
    }
    if definition.acts.is_empty() {
        found.push(Problem::new(Fault::Missing, "acts", "a kind has at least one act"));
    }
}

fn initial(definition: &Definition, found: &mut Vec<Problem>) {
    if definition.initial.is_empty() {
        let message = "a kind has an `initial` status, the one before the first event";
        found.push(Problem::new(Fault::Missing, "initial", message));
    } else {
        found.extend(unknown_status(definition, "initial", &definition.initial));
    }
}

fn statuses(definition: &Definition, found: &mut Vec<Problem>) {
    for (word, status) in &definition.statuses {
        let at = format!("statuses.{word}");
        if word != FREE {
            found.extend(bad_word(&at, word));
        }
        if RESERVED.contains(&word.as_str()) {
            let message = format!("`{word}` has a meaning of its own and cannot be a status");
            found.push(Problem::new(Fault::ReservedWord, &at, message));
        }
        if status.label.trim().is_empty() || status.label.chars().any(char::is_control) {
            let message = "a label is printable and not empty";
            found.push(Problem::new(Fault::BadLabel, &format!("{at}.label"), message));
        }
    }
}

fn acts(definition: &Definition, found: &mut Vec<Problem>) {
    for (word, act) in &definition.acts {
        let at = format!("acts.{word}");
        found.extend(bad_word(&at, word));
        found.extend(bad_target(definition, &format!("{at}.to"), &act.to));
        let from = format!("{at}.from");
        found.extend(act.from.iter().filter_map(|it| unknown_status(definition, &from, it)));
        let cancels = format!("{at}.cancels");
        found.extend(act.cancels.iter().filter_map(|it| unknown_act(definition, &cancels, it)));
        if word == NOTED && !act.to.is_keep() {
            let message = format!("`{NOTED}` changes no status, so it has no `to`");
            found.push(Problem::new(Fault::NotedChanges, &format!("{at}.to"), message));
        }
    }
}

fn last_day(definition: &Definition, found: &mut Vec<Problem>) {
    let Some(word) = &definition.last_day else {
        return;
    };
    match definition.act(word) {
        None => found.extend(unknown_act(definition, "last_day", word)),
        Some(act) if act.to.is_keep() => {
            let message = format!("`{word}` changes no status, so nothing ends with it");
            found.push(Problem::new(Fault::LastDayKeeps, "last_day", message));
        }
        Some(_) => {}
    }
}

fn bad_word(at: &str, word: &str) -> Option<Problem> {
    let message = || {
        format!(
            "`{}` is not a word like `in-force` (a-z, 0-9, single hyphens)",
            word.escape_debug()
        )
    };
    (!is_word(word)).then(|| Problem::new(Fault::BadWord, at, message()))
}

fn bad_target(definition: &Definition, at: &str, to: &To) -> Option<Problem> {
    match to {
        To::Keep | To::Previous => None,
        To::Status(status) => unknown_status(definition, at, status),
        To::Given if definition.free_statuses() => None,
        To::Given => {
            let message = format!("no status `{FREE}` that says how a status in free words reads");
            Some(Problem::new(Fault::UnknownStatus, at, message))
        }
    }
}

fn unknown_status(definition: &Definition, at: &str, status: &str) -> Option<Problem> {
    let known = status != FREE && definition.statuses.contains_key(status);
    let message = || format!("no status `{}` in this kind", status.escape_debug());
    (!known).then(|| {
        Problem::new(Fault::UnknownStatus, at, message())
            .guessing(words(definition.nearest_statuses(status)))
    })
}

fn unknown_act(definition: &Definition, at: &str, act: &str) -> Option<Problem> {
    let message = || format!("no act `{}` in this kind", act.escape_debug());
    definition.act(act).is_none().then(|| {
        Problem::new(Fault::UnknownAct, at, message()).guessing(words(definition.nearest_acts(act)))
    })
}

/// Guesses that would do: a definition may itself have words that are none.
fn words(guesses: Vec<&str>) -> Vec<&str> {
    guesses.into_iter().filter(|guess| is_word(guess)).collect()
}
