//! A value of a record in words.

use serde_json::{Map, Value};

/// A value as people write it: lists with commas, plans as `act on date`.
#[must_use]
pub fn value_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(value_words).collect::<Vec<_>>().join(", "),
        Value::Object(object) => object_words(object),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn object_words(object: &Map<String, Value>) -> String {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    if let Some(act) = text("act").filter(|_| !object.contains_key("measure")) {
        let date = text("effective").map(|date| format!(" on {date}"));
        return format!("{act}{}", date.unwrap_or_else(|| ", no date given".to_owned()));
    }
    let part = |(name, value): (&String, &Value)| format!("{name} {}", value_words(value));
    object.iter().map(part).collect::<Vec<_>>().join("; ")
}
