//! A source in words: what names it, and what is said of it.

use std::path::Path;

use serde_json::{Map, Value};

use super::Values;
use crate::ask::Item;
use crate::nearest::nearest;

/// One source: its word, and what was said of it, by the flags that say it.
#[derive(Debug, Clone)]
pub(crate) struct SourceWords {
    /// An address, a file kept here, else a name.
    pub(crate) word: String,
    /// `publisher`, `source-date`, `source-title`, `quote`, `lang`, `says`, `denies`.
    pub(crate) details: Vec<(&'static str, String)>,
}

impl SourceWords {
    /// Every flag with its value, in order.
    pub(crate) fn flags(&self) -> Vec<(&'static str, String)> {
        let source = ("source", self.word.clone());
        std::iter::once(source).chain(self.details.iter().cloned()).collect()
    }

    /// The source as a record has it.
    pub(crate) fn value(&self, values: &mut Values<'_>) -> Value {
        let mut source = Map::new();
        let mut says = Map::new();
        for (flag, words) in &self.details {
            let (field, value) = match *flag {
                "source-date" => ("published", values.date(words)),
                "source-title" => ("title", words.as_str().into()),
                "denies" => ("stance", "denies".into()),
                "says" => {
                    said(words, &mut says, values);
                    continue;
                }
                field => (field, words.as_str().into()),
            };
            if source.insert(field.to_owned(), value).is_some() {
                let message = format!("`--{flag}` twice for one source, `{}`", self.word);
                values.problem(Item::new("bad-value", message));
            }
        }
        if !says.is_empty() {
            source.insert("says".to_owned(), Value::Object(says));
        }
        self.place(values.ground.files, &mut source);
        Value::Object(source)
    }

    /// The source's own word: an address, a file here, else a name.
    fn place(&self, files: Option<&Path>, source: &mut Map<String, Value>) {
        let path = files.map(|files| files.join(&self.word)).filter(|path| path.is_file());
        let is_address = self.word.starts_with("http://") || self.word.starts_with("https://");
        let word = || Value::from(self.word.as_str());
        if is_address {
            source.insert("url".to_owned(), word());
        } else if let Some(path) = path {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            source.insert("archived".to_owned(), word());
            source.entry("title").or_insert(name.into());
        } else {
            let free = ["publisher", "title", "note"];
            let free = free.into_iter().find(|field| !source.contains_key(*field));
            source.extend(free.map(|field| (field.to_owned(), word())));
        }
    }
}

/// `FIELD=VALUE` of `--says`.
fn said(words: &str, says: &mut Map<String, Value>, values: &mut Values<'_>) {
    let Some((field, value)) = values.pair("--says", words) else {
        return;
    };
    if let Some(name) = field.strip_prefix("set.").filter(|name| !name.is_empty()) {
        let value = values.value(value);
        attribute(name, value, says);
        return;
    }
    let fields = ["act", "effective", "announced", "set.NAME"];
    if !fields[..3].contains(&field) {
        let guesses = nearest(field, fields).into_iter().map(str::to_owned);
        let message = format!("`--says {field}`: expected act, effective, announced or set.NAME");
        values.problem(Item::new("unknown-field", message).guesses(guesses.collect()));
        return;
    }
    let value = values.field(field, value);
    says.insert(field.to_owned(), value);
}

/// An attribute of `set` that a source gives.
fn attribute(name: &str, value: Value, says: &mut Map<String, Value>) {
    let set = says.entry("set").or_insert_with(|| Map::new().into());
    if let Some(set) = set.as_object_mut() {
        set.insert(name.to_owned(), value);
    }
}
