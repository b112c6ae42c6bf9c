//! What is asked of the view.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::cluster::{self, KINDS};
use super::follow::{LOWEST_LEVEL, node_checksum, record_checksum};
use super::name::{self, Name};
use super::row::{checksum_of, expect, hash, number, signed};
use super::{View, ViewError};
use crate::codec;
use crate::history::Unresolved;
use crate::proof::{Frontier, Hash, leaf};
use crate::record::{Entry, Mentions, Reference};
use crate::time::Instant;

/// A row of the table `record`, its checksum held.
pub(super) struct Kept {
    recorded: Instant,
    pub(super) hash: Hash,
    bytes: Vec<u8>,
}

// Records

impl View {
    /// The record of a number from 1 to [`View::position`].
    pub fn entry(&self, seq: u64) -> Result<Entry, ViewError> {
        entry(seq, &self.kept(seq)?)
    }

    /// Every record, in record order.
    pub fn entries(&self) -> Result<Vec<Entry>, ViewError> {
        let mut entries = Vec::new();
        self.each(|seq, kept| {
            entries.push(entry(seq, &kept)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(entries)
    }

    /// The stored bytes of every record, in record order, until it is enough.
    pub fn each_stored(
        &self,
        mut take: impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), ViewError> {
        self.each(|_, kept| Ok(take(&kept.bytes)))
    }

    /// The records of these numbers and all that hangs together with them, in record order, with
    /// every `kind` record.
    pub fn with(&self, records: &BTreeSet<u64>) -> Result<Vec<Entry>, ViewError> {
        let clusters = records.iter().map(|&seq| cluster_of(&self.connection, seq));
        let clusters: BTreeSet<u64> = clusters.collect::<Result<_, _>>()?;
        let mut found: Vec<u64> = Vec::new();
        for cluster in clusters.into_iter().chain([KINDS]).collect::<BTreeSet<_>>() {
            let records = cluster::find(&self.connection, cluster)?;
            expect(records.is_some(), || format!("the cluster of @{cluster} is missing"))?;
            found.extend(records.unwrap_or_default());
        }
        found.sort_unstable();
        let there = |seq: &u64| found.binary_search(seq).is_ok();
        expect(records.iter().all(there), || "a record is in no cluster".to_owned())?;
        found.into_iter().map(|seq| self.entry(seq)).collect()
    }

    /// What hangs together with some measures and records, as far as they are there.
    ///
    /// Of a prefix that several ids have, two of them, so that it stays ambiguous.
    pub fn about(&self, mentions: &Mentions) -> Result<Vec<Entry>, ViewError> {
        if !self.connection.is_autocommit() {
            return self.find_about(mentions);
        }
        // One transaction: else every look would take and leave SQLite's own lock.
        self.connection.execute_batch("BEGIN")?;
        let found = self.find_about(mentions);
        self.connection.execute_batch("COMMIT")?;
        found
    }

    fn find_about(&self, mentions: &Mentions) -> Result<Vec<Entry>, ViewError> {
        let mut records = BTreeSet::new();
        for name in name::named(mentions) {
            if self.find(&name)?.is_none() {
                // What names it before it came must be known when it comes again.
                self.whole.awaited(&self.connection, &self.tip)?;
                records.extend(name::waiting(&self.connection, &name)?);
            }
        }
        for id in &mentions.measures {
            records.extend(self.find(&Name::Measure(id))?);
        }
        for reference in &mentions.references {
            records.extend(self.candidates(reference, self.position())?);
        }
        self.with(&records)
    }

    /// The record that gave a name. None only where it is sure that none did.
    pub(super) fn find(&self, name: &Name<'_>) -> Result<Option<u64>, ViewError> {
        let found = name::find(&self.connection, name)?;
        if found.is_none() {
            self.whole.lacks(&self.connection, (name.space(), name.bytes()), &self.tip)?;
        }
        Ok(found)
    }

    /// The hash of a record's stored bytes.
    pub fn hash(&self, seq: u64) -> Result<Hash, ViewError> {
        Ok(self.kept(seq)?.hash)
    }

    /// How many records were made by an instant (inclusive).
    pub fn made_by(&self, instant: Instant) -> Result<u64, ViewError> {
        let (mut made, mut not) = (0, self.position() + 1);
        while not - made > 1 {
            let middle = made + (not - made) / 2;
            if self.kept(middle)?.recorded <= instant {
                made = middle;
            } else {
                not = middle;
            }
        }
        Ok(made)
    }

    /// When the record of a number was made.
    pub fn recorded(&self, seq: u64) -> Result<Instant, ViewError> {
        Ok(self.kept(seq)?.recorded)
    }

    /// The bytes of a record as they lie there.
    pub(super) fn bytes(&self, seq: u64) -> Result<Vec<u8>, ViewError> {
        Ok(self.kept(seq)?.bytes)
    }

    pub(super) fn kept(&self, seq: u64) -> Result<Kept, ViewError> {
        let sql = "SELECT seq, recorded, hash, bytes, crc FROM record WHERE seq = ?1";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([signed(seq)])?;
        let row = rows.next()?;
        row.map_or_else(|| Err(missing(seq)), |row| kept(row, seq))
    }

    /// Every row of the table `record`, until it is enough; each is the next.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(u64, Kept) -> Result<ControlFlow<()>, ViewError>,
    ) -> Result<(), ViewError> {
        let sql = "SELECT seq, recorded, hash, bytes, crc FROM record ORDER BY seq";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([])?;
        for seq in 1..=self.position() {
            let row = rows.next()?.ok_or_else(|| missing(seq))?;
            if take(seq, kept(row, seq)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

pub(super) fn missing(seq: u64) -> ViewError {
    ViewError::damaged(format!("is damaged: @{seq} is missing"))
}

fn kept(row: &Row<'_>, seq: u64) -> Result<Kept, ViewError> {
    if number(row, 0)? != seq {
        return Err(missing(seq));
    }
    let recorded = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    let bytes: Vec<u8> = row.get(3)?;
    let hash = hash(row, 2)?;
    let crc = record_checksum(seq, recorded, hash, &bytes);
    expect(row.get::<_, u32>(4)? == crc, || format!("@{seq}"))?;
    let recorded = recorded.parse();
    let recorded = recorded.map_err(|_| ViewError::damaged("is damaged: a time"))?;
    Ok(Kept { recorded, hash, bytes })
}

pub(super) fn entry(seq: u64, kept: &Kept) -> Result<Entry, ViewError> {
    let stored = codec::decode(&kept.bytes);
    Ok(stored.map_err(|unreadable| ViewError::Entry(seq, unreadable))?.entry)
}

/// The cluster of a record that is there.
pub(super) fn cluster_of(connection: &Connection, seq: u64) -> Result<u64, ViewError> {
    let mut select = connection.prepare_cached("SELECT cluster, crc FROM member WHERE seq = ?1")?;
    let mut rows = select.query([signed(seq)])?;
    rows.next()?.map_or_else(|| Err(missing(seq)), |row| cluster_in(row, seq, 0))
}

/// The cluster in a row of the table `member`, whose checksum stands in the column after it.
pub(super) fn cluster_in(row: &Row<'_>, seq: u64, column: usize) -> Result<u64, ViewError> {
    let cluster = number(row, column)?;
    let sound = row.get::<_, u32>(column + 1)? == checksum_of("member", &[seq, cluster]);
    expect(sound, || format!("which cluster @{seq} is in"))?;
    Ok(cluster)
}

// Names

impl View {
    /// The record that gave a measure its id or alias; none if there is no such measure.
    pub fn measure(&self, id: &str) -> Result<Option<u64>, ViewError> {
        self.find(&Name::Measure(id))
    }

    /// The ids and aliases of measures in alphabetical order, with the records that gave them.
    pub fn measure_ids(&self) -> Result<Vec<(String, u64)>, ViewError> {
        name::all(&self.connection, 0, &self.tip)
    }

    /// The keys of records in alphabetical order, with the records.
    pub fn keys(&self) -> Result<Vec<(String, u64)>, ViewError> {
        name::all(&self.connection, 1, &self.tip)
    }

    /// The record that a reference names among the records 1 to `known`.
    pub fn resolve(
        &self,
        reference: &Reference,
        known: u64,
    ) -> Result<Result<u64, Unresolved>, ViewError> {
        match self.candidates(reference, known)?.as_slice() {
            [record] => Ok(Ok(*record)),
            [] => Ok(Err(Unresolved::Unknown)),
            _ => Ok(Err(Unresolved::Ambiguous)),
        }
    }

    /// The records among the first `known` that a reference can mean: at most two.
    fn candidates(&self, reference: &Reference, known: u64) -> Result<Vec<u64>, ViewError> {
        let of = |name: Name<'_>| -> Result<Vec<u64>, ViewError> {
            let found = self.find(&name)?;
            Ok(found.filter(|&seq| seq <= known).into_iter().collect())
        };
        match reference {
            Reference::Number(number) => {
                Ok((1..=known).contains(number).then_some(*number).into_iter().collect())
            }
            Reference::Id(id) => of(Name::Id(*id)),
            Reference::Name(name) => match of(Name::Key(name))? {
                none if none.is_empty() => self.by_prefix(name, known),
                found => Ok(found),
            },
        }
    }

    /// The first two records whose ids begin with these hexadecimal digits (at least four).
    pub(super) fn by_prefix(&self, prefix: &str, known: u64) -> Result<Vec<u64>, ViewError> {
        let Some((from, to)) = ids_with(prefix) else { return Ok(Vec::new()) };
        let sql = "SELECT space, name, seq, crc FROM name WHERE space = ?1 AND name BETWEEN ?2 AND ?3 \
                   AND seq <= ?4 ORDER BY name LIMIT 2";
        let mut select = self.connection.prepare_cached(sql)?;
        let space = Name::Id(from).space();
        // One that is lost could have made it ambiguous.
        self.whole.lacks(&self.connection, (space, from.as_bytes()), &self.tip)?;
        let bounds = params![space, from.as_bytes(), to.as_bytes(), signed(known)];
        let mut rows = select.query(bounds)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(name::sound(row, space)?.1);
        }
        Ok(found)
    }
}

/// The smallest and the largest id that begin with these digits.
fn ids_with(prefix: &str) -> Option<(Uuid, Uuid)> {
    let digits: String = prefix.chars().filter(|&c| c != '-').collect();
    let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !hexadecimal || !(4..=32).contains(&digits.len()) {
        return None;
    }
    let padded = |with: char| {
        let text: String = digits.chars().chain(std::iter::repeat(with)).take(32).collect();
        u128::from_str_radix(&text, 16).ok().map(Uuid::from_u128)
    };
    Some((padded('0')?, padded('f')?))
}

// The tree

impl View {
    /// The Merkle root over the records 1 to `size`.
    pub fn head(&self, size: u64) -> Result<Hash, ViewError> {
        if size == self.position() {
            return Ok(self.tip.frontier.root());
        }
        Ok(self.frontier(size)?.root())
    }

    /// The tree as it was when it had so many leaves: of its larger subtrees the roots are kept,
    /// what is right of these is computed from the leaves.
    fn frontier(&self, size: u64) -> Result<Frontier, ViewError> {
        let kept = size >> LOWEST_LEVEL << LOWEST_LEVEL;
        let (mut peaks, mut before) = (Vec::new(), 0);
        for level in (LOWEST_LEVEL..u64::BITS).rev().filter(|level| kept >> level & 1 == 1) {
            peaks.push(self.node(level, before >> level)?);
            before += 1 << level;
        }
        let frontier = Frontier::of(kept, peaks);
        let mut frontier = frontier.ok_or_else(|| ViewError::damaged("is damaged: its tree"))?;
        for seq in kept + 1..=size {
            frontier.push(self.hash(seq)?);
        }
        Ok(frontier)
    }

    pub(super) fn node(&self, level: u32, place: u64) -> Result<Hash, ViewError> {
        let sql = "SELECT hash, crc FROM node WHERE level = ?1 AND place = ?2";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query(params![level, signed(place)])?;
        let damaged = || format!("node {place} of level {level}");
        let Some(row) = rows.next()? else {
            return Err(ViewError::damaged(format!("is damaged: {} is missing", damaged())));
        };
        let found = hash(row, 0)?;
        expect(row.get::<_, u32>(1)? == node_checksum(level, place, found), damaged)?;
        Ok(found)
    }

    /// The hash that the next entry carries: of the last record, or of the header.
    #[must_use]
    pub fn last_hash(&self) -> Hash {
        self.tip.last
    }

    /// When the last record was made.
    #[must_use]
    pub fn last_recorded(&self) -> Option<Instant> {
        self.tip.recorded
    }

    /// The hash that a record carries of the one before it.
    pub fn previous(&self, seq: u64) -> Result<Hash, ViewError> {
        if seq > 1 { self.hash(seq - 1) } else { Ok(leaf(&self.header)) }
    }
}
