//! What the ledger itself put into an entry, read without reading what is said: for going through
//! very many.

use serde::Deserialize;
use uuid::Uuid;

use super::{Unreadable, VERSION};
use crate::proof::Hash;
use crate::time::Instant;

/// What the ledger itself put into an entry. The rest of it is JSON, and no more is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'b> {
    /// The record's number.
    pub seq: u64,
    /// The record's id.
    pub id: Uuid,
    /// When it was recorded, as it is written.
    pub recorded: &'b str,
    /// The hash of the entry before; of the ledger's header for record 1.
    pub prev: Hash,
}

#[derive(Deserialize)]
struct Written<'b> {
    seq: u64,
    id: Uuid,
    #[serde(borrow)]
    recorded: &'b str,
    prev: &'b str,
    #[allow(dead_code, reason = "it has to be there")]
    record: &'b str,
}

impl<'b> Envelope<'b> {
    /// Reads it from stored bytes.
    pub fn of(bytes: &'b [u8]) -> Result<Self, Unreadable> {
        let json = match bytes.split_first() {
            Some((&VERSION, json)) => json,
            Some((&version, _)) if version > VERSION => return Err(Unreadable::Newer(version)),
            Some(_) | None => return Err(damaged("no version byte that was ever written")),
        };
        let text = std::str::from_utf8(json).map_err(|_| damaged("not UTF-8"))?;
        let written: Written =
            serde_json::from_str(text).map_err(|error| damaged(&error.to_string()))?;
        let Written { seq, id, recorded, prev, .. } = written;
        let small = !prev.bytes().any(|digit| digit.is_ascii_uppercase());
        let prev = prev.parse().ok().filter(|_| small);
        let prev = prev.ok_or_else(|| damaged("`prev` is no hash"))?;
        Ok(Self { seq, id, recorded, prev })
    }

    /// When it was recorded.
    pub fn recorded(&self) -> Result<Instant, Unreadable> {
        self.recorded.parse().map_err(|_| damaged("`recorded` is no instant"))
    }
}

fn damaged(what: &str) -> Unreadable {
    Unreadable::Damaged(what.to_owned())
}
