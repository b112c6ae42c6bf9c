//! Takes a JSON object apart field by field and keeps every problem found on the way.

use serde_json::{Map, Value};

use super::{Code, Reference, Refusal, is_key, is_measure_id, is_word};
use crate::time::{DateRefused, Day, Instant, Window};

/// The most entries one list of a record may have.
pub const MOST_LIST_ITEMS: usize = 1_000;

/// The fields of one object, the names already asked for, and the problems so far.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
    known: Vec<&'static str>,
    problems: Vec<Refusal>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, path: String::new(), known: Vec::new(), problems: Vec::new() }
    }

    /// Fields that may be there and say nothing to us.
    pub(super) fn ignore(&mut self, names: &[&'static str]) {
        self.known.extend(names);
    }

    /// The problems, the fields nobody asked for among them.
    pub(super) fn into_problems(mut self) -> Vec<Refusal> {
        for name in self.object.keys().filter(|name| !self.known.contains(&name.as_str())) {
            let message = format!("no field `{}{name}` here", self.path);
            let refusal = Refusal::new(Code::UnknownField, message);
            self.problems.push(refusal.guessing(name, self.known.iter().copied()));
        }
        self.problems
    }

    fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn refuse(&mut self, name: &str, expected: &str, found: &Value) {
        let found = shortened(&found.to_string());
        let message = format!("`{}{name}` must be {expected}, not {found}", self.path);
        self.problems.push(Refusal::new(Code::BadValue, message));
    }

    fn missing(&mut self, name: &str) {
        let message = format!("`{}{name}` is missing", self.path);
        self.problems.push(Refusal::new(Code::MissingField, message));
    }

    pub(super) fn problem(&mut self, refusal: Refusal) {
        self.problems.push(refusal);
    }

    /// A text, if there; an empty one counts as absent.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let value = self.value(name)?;
        let Some(text) = value.as_str() else {
            self.refuse(name, "a text", value);
            return None;
        };
        if text.contains('\0') {
            self.refuse(name, "text without NUL characters", value);
            return None;
        }
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    pub(super) fn required_text(&mut self, name: &'static str) -> Option<String> {
        let before = self.problems.len();
        let text = self.text(name);
        if text.is_none() && self.problems.len() == before {
            self.missing(name);
        }
        text
    }

    /// A text that `read` understands.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let parsed = read(&text);
        if parsed.is_none() {
            self.refuse(name, expected, &Value::String(text));
        }
        parsed
    }

    fn required_parsed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.required_text(name)?;
        let parsed = read(&text);
        if parsed.is_none() {
            self.refuse(name, expected, &Value::String(text));
        }
        parsed
    }

    /// A kebab-case word that must be there.
    pub(super) fn word(&mut self, name: &'static str) -> Option<String> {
        let read = |text: &str| is_word(text).then(|| text.to_owned());
        self.required_parsed(name, "a kebab-case word", read)
    }

    pub(super) fn optional_word(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name, "a kebab-case word", |text| is_word(text).then(|| text.to_owned()))
    }

    pub(super) fn measure(&mut self, name: &'static str) -> Option<String> {
        self.required_parsed(name, MEASURE_FORM, measure)
    }

    pub(super) fn optional_measure(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name, MEASURE_FORM, measure)
    }

    pub(super) fn key(&mut self, name: &'static str) -> Option<String> {
        let expected = "1 to 200 printable characters without spaces, not beginning with `@`";
        self.parsed(name, expected, |text| is_key(text).then(|| text.to_owned()))
    }

    pub(super) fn reference(&mut self, name: &'static str) -> Option<Reference> {
        self.required_parsed(name, "a record number `@12`, an id or a key", Reference::parse)
    }

    pub(super) fn number(&mut self, name: &'static str) -> Option<u32> {
        let value = self.value(name)?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if number.is_none() {
            self.refuse(name, "a whole number", value);
        }
        number
    }

    pub(super) fn window(&mut self, name: &'static str) -> Option<Window> {
        let text = self.text(name)?;
        self.date(name, text.parse::<Window>())
    }

    pub(super) fn required_window(&mut self, name: &'static str) -> Option<Window> {
        let text = self.required_text(name)?;
        self.date(name, text.parse::<Window>())
    }

    pub(super) fn required_day(&mut self, name: &'static str) -> Option<Day> {
        let text = self.required_text(name)?;
        self.date(name, text.parse::<Day>())
    }

    pub(super) fn instant(&mut self, name: &'static str) -> Option<Instant> {
        let text = self.text(name)?;
        self.date(name, text.parse::<Instant>())
    }

    fn date<T>(&mut self, name: &str, read: Result<T, DateRefused>) -> Option<T> {
        match read {
            Ok(date) => Some(date),
            Err(refused) => {
                let message = format!("`{}{name}`: {refused}", self.path);
                let refusal = Refusal::new(Code::BadDate, message);
                self.problems.push(refusal.help("help dates"));
                None
            }
        }
    }

    /// A list of texts, each of which `read` understands; absent is empty.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut list = Vec::new();
        for item in self.items(name) {
            match item.as_str().and_then(&read) {
                Some(value) => list.push(value),
                None => self.refuse(name, &format!("a list of {expected}"), item),
            }
        }
        list
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.list(name, "texts", |text| (!text.is_empty()).then(|| text.to_owned()))
    }

    pub(super) fn references(&mut self, name: &'static str) -> Vec<Reference> {
        self.list(name, "references (`@12`, an id or a key)", Reference::parse)
    }

    fn items(&mut self, name: &'static str) -> &'a [Value] {
        match self.value(name) {
            None => &[],
            Some(Value::Array(items)) if items.len() <= MOST_LIST_ITEMS => items,
            Some(other) => {
                self.refuse(name, &format!("a list of at most {MOST_LIST_ITEMS}"), other);
                &[]
            }
        }
    }

    /// A list of objects, each read by `read`; absent is empty.
    pub(super) fn objects<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Fields<'a>) -> Option<T>,
    ) -> Vec<T> {
        let mut list = Vec::new();
        for (place, item) in self.items(name).iter().enumerate() {
            match item.as_object() {
                Some(object) => {
                    list.extend(self.inside(object, &format!("{name}[{place}]"), &read));
                }
                None => self.refuse(name, "a list of objects", item),
            }
        }
        list
    }

    /// An object read by `read`, if there.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&mut Fields<'a>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let Some(object) = value.as_object() else {
            self.refuse(name, "an object", value);
            return None;
        };
        self.inside(object, name, &read)
    }

    fn inside<T>(
        &mut self,
        object: &'a Map<String, Value>,
        name: &str,
        read: &impl Fn(&mut Fields<'a>) -> Option<T>,
    ) -> Option<T> {
        let mut fields = Fields::new(object);
        fields.path = format!("{}{name}.", self.path);
        let value = read(&mut fields);
        let problems = fields.into_problems();
        let sound = problems.is_empty();
        self.problems.extend(problems);
        value.filter(|_| sound)
    }

    /// Attributes: names with texts, whole numbers, yes or no, or null.
    pub(super) fn attributes(&mut self, name: &'static str) -> Map<String, Value> {
        let Some(value) = self.value(name) else {
            return Map::new();
        };
        attributes(value).cloned().unwrap_or_else(|| {
            self.refuse(name, ATTRIBUTES_FORM, value);
            Map::new()
        })
    }

    /// A field that tells null from absent: `Some(None)` is null (or an empty text).
    #[allow(clippy::option_option, reason = "null is a status, and absent is not null")]
    pub(super) fn nullable_text(&mut self, name: &'static str) -> Option<Option<String>> {
        if self.object.contains_key(name) {
            Some(self.text(name))
        } else {
            self.text(name).map(Some)
        }
    }

    /// Any JSON value that must be there; null counts as there.
    pub(super) fn any(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        let value = self.object.get(name).cloned();
        if value.is_none() {
            self.missing(name);
        }
        value
    }

    /// An object that must be there, as it is.
    pub(super) fn map(&mut self, name: &'static str) -> Option<Map<String, Value>> {
        match self.value(name) {
            Some(Value::Object(map)) => Some(map.clone()),
            Some(other) => {
                self.refuse(name, "an object", other);
                None
            }
            None => {
                self.missing(name);
                None
            }
        }
    }
}

/// What attributes look like.
pub(super) const ATTRIBUTES_FORM: &str =
    "names with a text, a whole number, true, false or null (write amounts as text)";

/// Attributes, if the value can be some.
pub(super) fn attributes(value: &Value) -> Option<&Map<String, Value>> {
    let plain = |value: &Value| !value.is_array() && !value.is_object() && !value.is_f64();
    let fits =
        |map: &&Map<String, Value>| map.values().all(plain) && map.keys().all(|key| is_key(key));
    value.as_object().filter(fits)
}

const MEASURE_FORM: &str = "a measure id: lower-case parts of a-z, 0-9 and `-` joined by dots";

fn measure(text: &str) -> Option<String> {
    is_measure_id(text).then(|| text.to_owned())
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
