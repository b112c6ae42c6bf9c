//! From words to the values of a record; every problem is kept.

use serde_json::{Map, Value};

use super::{Ground, refused_values};
use crate::ask::{Complaint, Item};
use crate::history::Unresolved;
use crate::nearest::nearest;
use crate::record::{self, Draft, Reference, Refusal};
use crate::time::{Day, Window, day_in_words, window_in_words};

/// Takes words as values, for one ledger.
pub(crate) struct Values<'g> {
    pub(super) ground: Ground<'g>,
    verb: &'static str,
    problems: Vec<Item>,
    /// Keys of records that are said together with this one.
    beside: Vec<String>,
}

impl<'g> Values<'g> {
    pub(crate) fn new(ground: Ground<'g>, verb: &'static str) -> Self {
        Self { ground, verb, problems: Vec::new(), beside: Vec::new() }
    }

    /// The same, with keys of records that are said together with this one.
    pub(crate) fn beside(mut self, keys: &[String]) -> Self {
        self.beside = keys.to_vec();
        self
    }

    pub(crate) fn problem(&mut self, item: Item) {
        self.problems.push(item);
    }

    fn today(&self) -> Day {
        self.ground.asker.today()
    }

    /// A window of an event: a date as precise as its evidence, or a day in words.
    pub(crate) fn window(&mut self, words: &str) -> Option<Window> {
        match window_in_words(words, self.today()) {
            Ok(window) => Some(window),
            Err(refused) => {
                let items = Complaint::date(&refused).items;
                self.problems.extend(items);
                None
            }
        }
    }

    /// The same as the text that is recorded.
    pub(crate) fn date(&mut self, words: &str) -> Value {
        let window = self.window(words);
        window.map_or(Value::Null, |window| window.text().into())
    }

    /// Takes what stands at a flag: of a date that is refused it is said which flag that is.
    pub(crate) fn at_flag<T>(&mut self, flag: &str, take: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.problems.len();
        let taken = take(self);
        for item in self.problems[before..].iter_mut().filter(|item| item.code == "bad-date") {
            item.message = format!("{flag} {}", item.message);
        }
        taken
    }

    /// A reference to a record that is there.
    pub(crate) fn reference(&mut self, words: &str) -> Value {
        let Some(reference) = Reference::parse(words) else {
            let message = format!("`{words}` names no record: a number `@12`, an id or a key does");
            self.problem(Item::new("unknown-reference", message).help("log"));
            return Value::Null;
        };
        if self.beside.iter().any(|key| key == words) {
            return words.into();
        }
        let ledger = self.ground.ledger;
        match ledger.resolve(&reference, ledger.records()) {
            Ok(Ok(_)) => {}
            Ok(Err(Unresolved::Unknown)) => {
                // Guesses are a courtesy: where they cannot be had, the sentence stands without.
                let keys = ledger.keys().unwrap_or_default();
                let keys = keys.iter().map(|(key, _)| key.as_str());
                let guesses = nearest(words, keys).into_iter().map(str::to_owned).collect();
                let item = Item::new("unknown-reference", format!("no record `{words}`"));
                self.problem(item.guesses(guesses).help("log"));
            }
            Ok(Err(Unresolved::Ambiguous)) => {
                let message = format!("`{words}` begins the ids of several records");
                self.problem(Item::new("ambiguous-reference", message).help("log"));
            }
            Err(error) => self.problems.extend(Complaint::from(error).items),
        }
        words.into()
    }

    /// References to records that are there.
    pub(crate) fn references(&mut self, words: &[String]) -> Value {
        words.iter().map(|words| self.reference(words)).collect()
    }

    /// `NAME=VALUE` of a flag.
    pub(crate) fn pair<'w>(&mut self, flag: &str, words: &'w str) -> Option<(&'w str, &'w str)> {
        let pair = words.split_once('=').filter(|(name, _)| !name.is_empty());
        if pair.is_none() {
            let message = format!("`{flag} {words}`: expected a name, `=` and a value");
            self.problem(Item::new("bad-value", message));
        }
        pair
    }

    /// Attributes, each `NAME=VALUE` of a flag.
    pub(crate) fn attributes(&mut self, flag: &str, words: &[String]) -> Map<String, Value> {
        let mut set = Map::new();
        for words in words {
            if let Some((name, value)) = self.pair(flag, words) {
                set.insert(name.to_owned(), self.value(value));
            }
        }
        set
    }

    /// JSON where the words begin as a list or an object or are null, true or false; else a text.
    pub(crate) fn value(&mut self, words: &str) -> Value {
        let is_json = words.starts_with(['[', '{']) || matches!(words, "null" | "true" | "false");
        if !is_json {
            return words.into();
        }
        serde_json::from_str(words).unwrap_or_else(|error| {
            let message = format!("`{words}` is not JSON: {error}");
            self.problem(Item::new("bad-json", message));
            Value::Null
        })
    }

    /// The value of a field of a record; dates may be in words.
    pub(crate) fn field(&mut self, field: &str, words: &str) -> Value {
        let is_date = matches!(field, "effective" | "announced" | "published" | "through");
        if is_date && words != "null" { self.date(words) } else { self.value(words) }
    }

    /// One exact day, in words or not.
    pub(crate) fn day(&mut self, words: &str) -> Value {
        match day_in_words(words, self.today()) {
            Ok(day) => day.to_string().into(),
            Err(refused) => {
                self.problems.extend(Complaint::date(&refused).items);
                Value::Null
            }
        }
    }

    /// The draft of what was said, unless there was a problem; what is null was not said.
    pub(crate) fn draft_of(self, said: Value) -> Result<Draft, Complaint> {
        let mut drafts = self.drafts([said])?;
        drafts.pop().ok_or_else(|| Complaint::usage("nothing was said"))
    }

    /// The drafts of what was said, unless there was a problem; what is null was not said.
    pub(crate) fn drafts(
        self,
        said: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Draft>, Complaint> {
        let mut items = self.problems;
        let mut drafts = Vec::new();
        if items.is_empty() {
            for value in said {
                match read(value) {
                    Ok(draft) => drafts.push(draft),
                    Err(refusals) => items.extend(refusals.into_iter().map(Item::from)),
                }
            }
        }
        if items.is_empty() { Ok(drafts) } else { Err(refused_values(items, self.verb)) }
    }
}

fn read(said: Value) -> Result<Draft, Vec<Refusal>> {
    let Value::Object(mut object) = said else {
        return record::read(&Map::new());
    };
    object.retain(|_, value| !value.is_null());
    record::read(&object)
}
