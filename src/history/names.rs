//! Which record a reference names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use uuid::Uuid;

use crate::record::{Entry, Reference};

/// The keys and ids of the records of one ledger.
#[derive(Debug, Default, Clone)]
pub struct Names {
    keys: BTreeMap<String, u64>,
    ids: BTreeMap<Uuid, u64>,
    numbers: BTreeSet<u64>,
}

/// Why a reference names no single record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// No record of that name.
    Unknown,
    /// A prefix of several ids.
    Ambiguous,
}

impl Names {
    /// The names of these records.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut names = Self::default();
        for entry in entries {
            names.add(entry);
        }
        names
    }

    /// Adds a record's names.
    pub fn add(&mut self, entry: &Entry) {
        self.ids.insert(entry.id, entry.seq);
        self.numbers.insert(entry.seq);
        if let Some(key) = &entry.key {
            self.keys.insert(key.clone(), entry.seq);
        }
    }

    /// The number of the record a reference names.
    pub fn resolve(&self, reference: &Reference) -> Result<u64, Unresolved> {
        match reference {
            Reference::Number(number) if self.numbers.contains(number) => Ok(*number),
            Reference::Number(_) => Err(Unresolved::Unknown),
            Reference::Id(id) => self.ids.get(id).copied().ok_or(Unresolved::Unknown),
            Reference::Name(name) => match self.keys.get(name) {
                Some(&seq) => Ok(seq),
                None => self.by_prefix(name),
            },
        }
    }

    /// The number of the record with a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<u64> {
        self.keys.get(key).copied()
    }

    /// The number of the record with an id.
    #[must_use]
    pub fn id(&self, id: Uuid) -> Option<u64> {
        self.ids.get(&id).copied()
    }

    /// Every key, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// The one id that begins with these hexadecimal digits (at least four).
    fn by_prefix(&self, prefix: &str) -> Result<u64, Unresolved> {
        let digits: String = prefix.chars().filter(|&c| c != '-').collect();
        let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !hexadecimal || !(4..=32).contains(&digits.len()) {
            return Err(Unresolved::Unknown);
        }
        let padded = |with: char| {
            let text: String = digits.chars().chain(std::iter::repeat(with)).take(32).collect();
            u128::from_str_radix(&text, 16).map(Uuid::from_u128).map_err(|_| Unresolved::Unknown)
        };
        let range = (Bound::Included(padded('0')?), Bound::Included(padded('f')?));
        let mut found = self.ids.range(range);
        match (found.next(), found.next()) {
            (Some((_, &seq)), None) => Ok(seq),
            (Some(_), Some(_)) => Err(Unresolved::Ambiguous),
            (None, _) => Err(Unresolved::Unknown),
        }
    }
}
