//! Which record a reference names.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use uuid::Uuid;

use crate::record::{Entry, Reference};

/// The keys and ids of the records of one ledger.
#[derive(Debug, Default, Clone)]
pub struct Names {
    keys: Index<String>,
    ids: Index<Uuid>,
    /// In record order.
    numbers: Vec<u64>,
}

/// Names with their records: many at once, and more one by one.
#[derive(Debug, Clone)]
struct Index<N> {
    /// In the order of names, each once.
    many: Vec<(N, u64)>,
    /// None of these is among the many.
    more: BTreeMap<N, u64>,
}

impl<N> Default for Index<N> {
    fn default() -> Self {
        Self { many: Vec::new(), more: BTreeMap::new() }
    }
}

impl<N: Ord> Index<N> {
    /// Of a name that is there twice, the last counts.
    fn of(mut many: Vec<(N, u64)>) -> Self {
        many.reverse();
        many.sort_by(|(one, _), (other, _)| one.cmp(other));
        many.dedup_by(|(one, _), (before, _)| one == before);
        Self { many, more: BTreeMap::new() }
    }

    fn add(&mut self, name: N, record: u64) {
        match self.many.binary_search_by(|(known, _)| known.cmp(&name)) {
            Ok(place) => self.many[place].1 = record,
            Err(_) => drop(self.more.insert(name, record)),
        }
    }

    fn get<Q: Ord + ?Sized>(&self, name: &Q) -> Option<u64>
    where
        N: Borrow<Q>,
    {
        let place = self.many.binary_search_by(|(known, _)| known.borrow().cmp(name));
        place.map_or_else(|_| self.more.get(name).copied(), |place| Some(self.many[place].1))
    }

    /// The records of the names from one to another, both included, in no certain order.
    fn between(&self, first: N, last: N) -> impl Iterator<Item = u64> {
        let start = self.many.partition_point(|(name, _)| *name < first);
        let end = self.many.partition_point(|(name, _)| *name <= last);
        let many = self.many[start..end].iter().map(|(_, record)| *record);
        many.chain(self.more.range(first..=last).map(|(_, record)| *record))
    }
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
        let keys = entries.iter().filter_map(|entry| Some((entry.key.clone()?, entry.seq)));
        Self {
            keys: Index::of(keys.collect()),
            ids: Index::of(entries.iter().map(|entry| (entry.id, entry.seq)).collect()),
            numbers: entries.iter().map(|entry| entry.seq).collect(),
        }
    }

    /// Adds a record's names, which comes after all that were added.
    pub fn add(&mut self, entry: &Entry) {
        self.ids.add(entry.id, entry.seq);
        self.numbers.push(entry.seq);
        if let Some(key) = &entry.key {
            self.keys.add(key.clone(), entry.seq);
        }
    }

    /// The number of the record a reference names.
    pub fn resolve(&self, reference: &Reference) -> Result<u64, Unresolved> {
        match reference {
            Reference::Number(number) if self.has(*number) => Ok(*number),
            Reference::Number(_) => Err(Unresolved::Unknown),
            Reference::Id(id) => self.ids.get(id).ok_or(Unresolved::Unknown),
            Reference::Name(name) => match self.keys.get(name) {
                Some(seq) => Ok(seq),
                None => self.by_prefix(name),
            },
        }
    }

    fn has(&self, number: u64) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    /// The number of the record with a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<u64> {
        self.keys.get(key)
    }

    /// The number of the record with an id.
    #[must_use]
    pub fn id(&self, id: Uuid) -> Option<u64> {
        self.ids.get(&id)
    }

    /// Every key, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let (many, more) = (self.keys.many.iter(), self.keys.more.keys());
        let mut keys: Vec<&str> =
            many.map(|(key, _)| &**key).chain(more.map(|key| &**key)).collect();
        keys.sort_unstable();
        keys.into_iter()
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
        let mut found = self.ids.between(padded('0')?, padded('f')?);
        match (found.next(), found.next()) {
            (Some(seq), None) => Ok(seq),
            (Some(_), Some(_)) => Err(Unresolved::Ambiguous),
            (None, _) => Err(Unresolved::Unknown),
        }
    }
}
