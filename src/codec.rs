//! How a record is written down: the bytes that are stored and hashed (`docs/format.md`).
//!
//! An entry is one version byte and one JSON object: `seq`, `id`, `recorded`, `by`, `key`, `prev`,
//! then what is said. It is written once; what is hashed are these bytes, never a second writing.

use std::fmt;

use serde_json::{Map, Value};

use crate::log::MAX_ENTRY_BYTES;
use crate::proof::Hash;
use crate::record::{self, Code, Entry, Refusal};

/// The version of the entries this program writes.
pub const VERSION: u8 = 1;

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The record in its place.
    pub entry: Entry,
    /// The hash of the entry before; of the ledger's header for record 1.
    pub prev: String,
}

/// Why stored bytes are no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Written by a newer version of the program.
    Newer(u8),
    /// Not an entry.
    Damaged(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => write!(f, "was written in format {version} by a newer program"),
            Self::Damaged(what) => write!(f, "is no entry: {what}"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The bytes of an entry; refused where they would be more than an entry may have.
pub fn encode(entry: &Entry, prev: &Hash) -> Result<Vec<u8>, Refusal> {
    let mut object = Map::new();
    object.insert("seq".to_owned(), entry.seq.into());
    object.extend(envelope(entry));
    object.insert("prev".to_owned(), prev.to_string().into());
    object.extend(entry.record.body());
    let mut bytes = vec![VERSION];
    bytes.extend(Value::Object(object).to_string().into_bytes());
    if bytes.len() > MAX_ENTRY_BYTES {
        let message = format!(
            "the record takes {} bytes; the limit is {MAX_ENTRY_BYTES}: keep long texts elsewhere \
             and name them in a source's `archived`",
            bytes.len()
        );
        return Err(Refusal::new(Code::TooLarge, message));
    }
    Ok(bytes)
}

/// Reads the bytes of an entry.
pub fn decode(bytes: &[u8]) -> Result<Stored, Unreadable> {
    let damaged = |what: &str| Unreadable::Damaged(what.to_owned());
    let json = match bytes.split_first() {
        Some((&VERSION, json)) => json,
        Some((&version, _)) if version > VERSION => return Err(Unreadable::Newer(version)),
        Some(_) | None => return Err(damaged("no version byte that was ever written")),
    };
    let text = std::str::from_utf8(json).map_err(|_| damaged("not UTF-8"))?;
    let object = record::parse_object(text).map_err(|refusal| damaged(&refusal.message))?;
    let draft = record::read(&object).map_err(|problems| {
        let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
        damaged(&list.join("; "))
    })?;
    let seq = object.get("seq").and_then(Value::as_u64);
    let prev = object.get("prev").and_then(Value::as_str);
    let (Some(seq), Some(id), Some(recorded), Some(prev)) = (seq, draft.id, draft.recorded, prev)
    else {
        return Err(damaged("`seq`, `id`, `recorded` or `prev` is missing"));
    };
    let record::Draft { record, key, by, .. } = draft;
    let entry = Entry { seq, id, recorded, by, key, record };
    Ok(Stored { entry, prev: prev.to_owned() })
}

/// A record as the JSON Lines form carries it: what is stored, without its place in this ledger.
#[must_use]
pub fn exchanged(entry: &Entry) -> Map<String, Value> {
    let mut body = entry.record.body();
    let mut object = Map::new();
    object.extend(body.shift_remove("record").map(|kind| ("record".to_owned(), kind)));
    object.extend(envelope(entry));
    object.extend(body);
    object
}

/// What is known of a record besides what it says.
fn envelope(entry: &Entry) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".to_owned(), entry.id.to_string().into());
    object.insert("recorded".to_owned(), entry.recorded.to_string().into());
    object.extend(entry.by.clone().map(|by| ("by".to_owned(), by.into())));
    object.extend(entry.key.clone().map(|key| ("key".to_owned(), key.into())));
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::leaf;

    fn entry() -> Entry {
        let line =
            r#"{"record":"event","key":"k","measure":"m","act":"held","effective":"2019-07"}"#;
        let draft = record::read(&record::parse_object(line).unwrap()).unwrap();
        Entry {
            seq: 7,
            id: uuid::Uuid::from_u128(5),
            recorded: "2019-08-01T00:00:00.000001Z".parse().unwrap(),
            by: Some("me".to_owned()),
            key: draft.key,
            record: draft.record,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let prev = leaf(b"before");
        let bytes = encode(&entry(), &prev).unwrap();
        let stored = decode(&bytes).unwrap();
        assert_eq!(stored.entry, entry());
        assert_eq!(stored.prev, prev.to_string());
        assert_eq!(encode(&stored.entry, &prev).unwrap(), bytes);
    }

    #[test]
    fn the_bytes_of_version_1_never_change() {
        let bytes = encode(&entry(), &leaf(b"before")).unwrap();
        let expected = concat!(
            "\u{1}{\"seq\":7,\"id\":\"00000000-0000-0000-0000-000000000005\",",
            "\"recorded\":\"2019-08-01T00:00:00.000001Z\",\"by\":\"me\",\"key\":\"k\",\"prev\":\"",
            "PREV\",\"record\":\"event\",\"measure\":\"m\",\"act\":\"held\",",
            "\"effective\":\"2019-07\"}"
        );
        let expected = expected.replace("PREV", &leaf(b"before").to_string());
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn other_bytes_are_no_entry() {
        assert_eq!(decode(&[9, b'{']), Err(Unreadable::Newer(9)));
        for bytes in [&b""[..], b"\x00{}", b"\x01{}", b"\x01\xff", b"\x01{\"record\":\"event\"}"] {
            assert!(matches!(decode(bytes), Err(Unreadable::Damaged(_))), "{bytes:?}");
        }
    }

    #[test]
    fn an_entry_has_a_limit() {
        let mut long = entry();
        if let record::Record::Event(event) = &mut long.record {
            event.note = Some("x".repeat(70 * 1024));
        }
        assert_eq!(encode(&long, &leaf(b"")).unwrap_err().code, Code::TooLarge);
    }
}
