//! One line of JSON as an object: no key twice, no endless nesting.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{Code, Refusal};

/// How deep objects and lists may be nested in a record.
pub const MOST_DEPTH: usize = 16;

/// Reads a text as exactly one JSON object.
///
/// Refused: what is not JSON, not an object, followed by more, nested deeper than [`MOST_DEPTH`],
/// or has one key twice in an object (RFC 8259 section 4 leaves open which would count).
pub fn parse_object(text: &str) -> Result<Map<String, Value>, Refusal> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let bad = |e: &serde_json::Error| Refusal::new(Code::BadJson, format!("not a record: {e}"));
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).map_err(|e| bad(&e))?;
    deserializer.end().map_err(|e| bad(&e))?;
    match value {
        Value::Object(object) => Ok(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Refusal::new(Code::BadJson, "not a record: expected one JSON object"))
        }
    }
}

/// Reads a [`Value`] as `serde_json` does, but refuses repeated keys and deep nesting.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MOST_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MOST_DEPTH}")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            let value = entries.next_value_seed(inside)?;
            if object.contains_key(&key) {
                return Err(serde::de::Error::custom(format_args!("the key `{key}` twice")));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// An object's key.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_and_nothing_else() {
        assert!(parse_object(r#"{"a":[1,-2,0.5,null,true,{"b":"c"}]}"#).is_ok());
        for text in ["", "[]", "{} {}", r#"{"a":1,"a":2}"#, r#"{"x":{"a":1,"a":1}}"#, "{"] {
            assert_eq!(parse_object(text).unwrap_err().code, Code::BadJson, "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse_object(&deep).is_err());
    }
}
