//! How one record names another.

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::Uuid;

/// A record number `@12`, a record id or a prefix of one, or a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A record number, from 1.
    Number(u64),
    /// A full record id.
    Id(Uuid),
    /// A key, or a prefix of an id of at least four hexadecimal digits; a key goes first.
    Name(String),
}

impl Reference {
    /// Reads a reference as it is written; `None` where the text can be none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_prefix('@') {
            let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
            return number.parse().ok().filter(|_| plain).map(Self::Number);
        }
        if text.len() == 36
            && let Ok(id) = Uuid::try_parse(text)
        {
            return Some(Self::Id(id));
        }
        super::is_key(text).then(|| Self::Name(text.to_owned()))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "@{number}"),
            Self::Id(id) => write!(f, "{id}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
