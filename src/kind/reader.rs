//! Reading the values of a definition: each is what it should be, or a [`Problem`] is noted.

use serde_json::{Map, Value};

use super::{Fault, Problem, Standing};
use crate::nearest::nearest;

/// Reads values, and remembers what was wrong with them. A place (`at`) is the keys on the way to
/// a value, joined by dots.
#[derive(Default)]
pub(super) struct Reader {
    /// What was wrong, in the order of reading.
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The members of an object; keys other than the `known` ones are reported.
    pub(super) fn fields<'v>(
        &mut self,
        at: &str,
        value: &'v Value,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let fields = self.object(at, value)?;
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = format!("no such key; there are {}", listed(known));
            let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            let problem = Problem::new(Fault::UnknownKey, &at, message);
            self.note(problem.guessing(nearest(key, known.iter().copied())));
        }
        Some(fields)
    }

    /// The words that the object under `key` defines.
    pub(super) fn entries<'v>(
        &mut self,
        key: &str,
        fields: &'v Map<String, Value>,
    ) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
        fields.get(key).and_then(|value| self.object(key, value)).into_iter().flatten()
    }

    /// An object. Null would take away what is there, which cannot be.
    fn object<'v>(&mut self, at: &str, value: &'v Value) -> Option<&'v Map<String, Value>> {
        if value.is_null() && !at.is_empty() {
            let message = "words in use are never removed: leave the key out to keep it";
            self.note(Problem::new(Fault::Removal, at, message));
            return None;
        }
        let object = value.as_object();
        self.expect(at, value, "an object", object)
    }

    /// A text.
    pub(super) fn text<'v>(&mut self, at: &str, value: &'v Value) -> Option<&'v str> {
        self.expect(at, value, "text", value.as_str())
    }

    /// A list of texts; null is the empty list.
    pub(super) fn list(&mut self, at: &str, value: &Value) -> Vec<String> {
        let nothing = Vec::new();
        let items = value.is_null().then_some(&nothing).or(value.as_array());
        let items = self.expect(at, value, "a list of words", items).into_iter().flatten();
        items.filter_map(|item| self.text(at, item)).map(str::to_owned).collect()
    }

    /// A truth value; null is false.
    pub(super) fn truth(&mut self, at: &str, value: &Value) -> bool {
        let truth = value.is_null().then_some(false).or(value.as_bool());
        self.expect(at, value, "true or false", truth).unwrap_or_default()
    }

    /// What was `read`; if nothing was, that is noted.
    fn expect<T>(&mut self, at: &str, value: &Value, wanted: &str, read: Option<T>) -> Option<T> {
        if read.is_none() {
            let message = format!("expected {wanted}, found `{}`", shortened(value));
            self.note(Problem::new(Fault::WrongShape, at, message));
        }
        read
    }

    /// The name of a standing.
    pub(super) fn standing(&mut self, at: &str, value: &Value) -> Option<Standing> {
        let word = self.text(at, value)?;
        let standing = Standing::named(word);
        if standing.is_none() {
            let message =
                format!("no standing `{}`; there are {}", word.escape_debug(), standings());
            let near = nearest(word, Standing::ALL.map(Standing::as_str));
            let problem = Problem::new(Fault::UnknownStanding, at, message);
            self.note(problem.guessing(near));
        }
        standing
    }
}

/// All standings, for a sentence.
pub(super) fn standings() -> String {
    listed(&Standing::ALL.map(Standing::as_str))
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The value as JSON, cut where it is long.
fn shortened(value: &Value) -> String {
    const MOST: usize = 40;
    let text: String = value.to_string().chars().map(shown).collect();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// JSON escapes most control characters, but not all.
fn shown(c: char) -> char {
    if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }
}
