//! How a record is written down: the bytes that are stored and hashed (`docs/format.md`).
//!
//! An entry is one version byte and one JSON object: `seq`, `id`, `recorded`, `by`, `key`, `prev`,
//! then what is said. It is written once; what is hashed are these bytes, never a second writing.

mod envelope;

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::log::MAX_ENTRY_BYTES;
use crate::proof::Hash;
use crate::record::{self, Code, Entry, Record, Refusal};
use crate::time::Instant;

pub use envelope::Envelope;

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

/// What the ledger adds to what is said.
#[derive(Debug, Clone, Copy)]
pub struct Head<'h> {
    /// The record's number.
    pub seq: u64,
    /// Its id.
    pub id: uuid::Uuid,
    /// When it was recorded.
    pub recorded: Instant,
    /// Who recorded it.
    pub by: Option<&'h str>,
    /// The writer's name for it.
    pub key: Option<&'h str>,
}

/// The bytes of an entry; refused where they would be more than an entry may have.
pub fn encode(entry: &Entry, prev: &Hash) -> Result<Vec<u8>, Refusal> {
    let Entry { seq, id, recorded, by, key, record } = entry;
    let (by, key) = (by.as_deref(), key.as_deref());
    let head = Head { seq: *seq, id: *id, recorded: *recorded, by, key };
    joined(&head, prev, &said(record))
}

/// What a record says as it is written down: the end of an entry's object.
#[must_use]
pub fn said(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    put(&mut bytes, "record", record.kind());
    let begins = bytes.len();
    record.write_body(&mut bytes);
    // The body brings its own braces; a comma stands for the first.
    if let Some(brace) = bytes.get_mut(begins) {
        *brace = b',';
    }
    if bytes[begins..] == *b",}" {
        bytes.remove(begins);
    }
    bytes
}

/// The bytes of an entry from what the ledger adds and what is [`said`].
pub fn joined(head: &Head<'_>, prev: &Hash, said: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(said.len() + 256);
    bytes.push(VERSION);
    bytes.extend_from_slice(b"{\"seq\":");
    bytes.extend_from_slice(head.seq.to_string().as_bytes());
    bytes.push(b',');
    put(&mut bytes, "id", head.id);
    put(&mut bytes, ",recorded", head.recorded);
    if let Some(by) = head.by {
        put(&mut bytes, ",by", by);
    }
    if let Some(key) = head.key {
        put(&mut bytes, ",key", key);
    }
    put(&mut bytes, ",prev", prev.to_string().as_str());
    bytes.push(b',');
    bytes.extend_from_slice(said);
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

/// Writes a key, after a comma where it says so, and its value.
fn put(bytes: &mut Vec<u8>, key: &str, value: impl Serialize) {
    let bare = key.strip_prefix(',');
    bytes.extend_from_slice(if bare.is_some() { b",\"" } else { b"\"" });
    bytes.extend_from_slice(bare.unwrap_or(key).as_bytes());
    bytes.extend_from_slice(b"\":");
    // Texts and instants can always be written to memory.
    let _ = serde_json::to_writer(bytes, &value);
}

/// Reads the bytes of an entry.
///
/// What stands in the form in which [`encode`] writes it is read at once; all else is read as
/// strictly as it was on admission, and refused as then.
pub fn decode(bytes: &[u8]) -> Result<Stored, Unreadable> {
    let quick = || record::quick(std::str::from_utf8(bytes.strip_prefix(&[VERSION])?).ok()?);
    match quick() {
        Some((entry, prev)) => Ok(Stored { entry, prev }),
        None => decode_strictly(bytes),
    }
}

/// Reads the bytes of an entry as it would be read if it came from elsewhere; the same as
/// [`decode`], only slower.
pub fn decode_strictly(bytes: &[u8]) -> Result<Stored, Unreadable> {
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
mod tests;
