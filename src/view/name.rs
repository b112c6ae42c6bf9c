//! The names by which records find each other, and what waits for one that has not come.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::row::{checksum, expect, number, signed};
use super::tip::{Tally, Tip};
use super::{View, ViewError};
use crate::record::{Entry, Mentions, Record, Reference};

/// A name by which records find each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name<'n> {
    /// An id or alias of a measure.
    Measure(&'n str),
    /// The key of a record.
    Key(&'n str),
    /// The id of a record.
    Id(Uuid),
}

impl Name<'_> {
    /// Its space: the place of its tally, and a column of the tables.
    pub(super) fn space(&self) -> u8 {
        match self {
            Self::Measure(_) => 0,
            Self::Key(_) => 1,
            Self::Id(_) => 2,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Measure(name) | Self::Key(name) => name.as_bytes(),
            Self::Id(id) => id.as_bytes(),
        }
    }
}

impl View {
    /// The record with a key.
    pub fn key(&self, key: &str) -> Result<Option<u64>, ViewError> {
        self.find(&Name::Key(key))
    }

    /// The record with an id.
    pub fn id(&self, id: Uuid) -> Result<Option<u64>, ViewError> {
        self.find(&Name::Id(id))
    }

    /// Whether a word begins the id of any record.
    pub fn begins_id(&self, word: &str) -> Result<bool, ViewError> {
        Ok(!self.by_prefix(word, self.position())?.is_empty())
    }
}

/// The names that a record brings.
pub(super) fn given(entry: &Entry) -> Vec<Name<'_>> {
    let mut names = vec![Name::Id(entry.id)];
    names.extend(entry.key.as_deref().map(Name::Key));
    match &entry.record {
        Record::Measure(measure) => names.push(Name::Measure(&measure.measure)),
        Record::Alias(alias) => names.push(Name::Measure(&alias.measure)),
        Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Review(_) => {}
    }
    names
}

/// The names that a record uses.
pub(super) fn named(mentions: &Mentions) -> BTreeSet<Name<'_>> {
    let measures = mentions.measures.iter().map(|id| Name::Measure(id));
    let records = mentions.references.iter().filter_map(|reference| match reference {
        Reference::Id(id) => Some(Name::Id(*id)),
        Reference::Name(key) => Some(Name::Key(key)),
        Reference::Number(_) => None,
    });
    measures.chain(records).collect()
}

/// Adds a name and gives the checksum of its row; none where the name is taken already.
pub(super) fn add(
    connection: &Connection,
    name: &Name<'_>,
    seq: u64,
) -> Result<Option<u32>, ViewError> {
    let crc = name_checksum("name", name.space(), name.bytes(), seq);
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO name VALUES(?1, ?2, ?3, ?4)")?;
    let added = insert.execute(params![name.space(), name.bytes(), signed(seq), crc])?;
    Ok((added > 0).then_some(crc))
}

/// The checksum of a row of the tables `name` and `awaited`.
pub(super) fn name_checksum(table: &str, space: u8, name: &[u8], seq: u64) -> u32 {
    checksum(table, &[&[space], name, &seq.to_be_bytes()])
}

/// The record that a name was given by.
pub(super) fn find(connection: &Connection, name: &Name<'_>) -> Result<Option<u64>, ViewError> {
    let mut select =
        connection.prepare_cached("SELECT seq, crc FROM name WHERE space = ?1 AND name = ?2")?;
    let mut rows = select.query(params![name.space(), name.bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let seq = number(row, 0)?;
    let sound = row.get::<_, u32>(1)? == name_checksum("name", name.space(), name.bytes(), seq);
    expect(sound, || format!("a name of @{seq}"))?;
    Ok(Some(seq))
}

/// Makes sure that a search that found no name there went right: a row that compares as it should not
/// leads it astray, and it then ends beside that row. Both rows that a search ends between must be
/// sound, and on their sides of it.
pub(super) fn ends_well(connection: &Connection, space: u8, name: &[u8]) -> Result<(), ViewError> {
    let before = "SELECT space, name, seq, crc FROM name WHERE (space, name) < (?1, ?2) \
                  ORDER BY space DESC, name DESC LIMIT 1";
    let after = "SELECT space, name, seq, crc FROM name WHERE (space, name) > (?1, ?2) \
                 ORDER BY space, name LIMIT 1";
    for (sql, side) in [(before, Ordering::Less), (after, Ordering::Greater)] {
        let mut select = connection.prepare_cached(sql)?;
        let mut rows = select.query(params![space, name])?;
        if let Some(row) = rows.next()? {
            let of = number(row, 0)?;
            let own = u8::try_from(of).unwrap_or(u8::MAX);
            let (found, seq, _) = sound(row, own)?;
            let in_order = (own, &found[..]).cmp(&(space, name)) == side;
            expect(in_order, || format!("the order of names at a name of @{seq}"))?;
        }
    }
    Ok(())
}

/// Which tables of names were found whole since the view was opened. While it is open only this
/// process changes what it sees.
#[derive(Debug, Default)]
pub(super) struct Whole {
    spaces: [Cell<bool>; 3],
    awaited: Cell<bool>,
}

impl Whole {
    /// Makes sure that a name that was looked for and not found is not there: none of its space is
    /// lost, and the search went right.
    pub(super) fn lacks(
        &self,
        connection: &Connection,
        (space, name): (u8, &[u8]),
        tip: &Tip,
    ) -> Result<(), ViewError> {
        let known = &self.spaces[usize::from(space)];
        if !known.get() {
            all(connection, space, tip)?;
            known.set(true);
        }
        ends_well(connection, space, name)
    }

    /// The same for what is waited for.
    pub(super) fn awaited(&self, connection: &Connection, tip: &Tip) -> Result<(), ViewError> {
        if !self.awaited.get() {
            awaited_are_whole(connection, tip)?;
            self.awaited.set(true);
        }
        Ok(())
    }
}

/// Every name of a space with its record, in order; all that were ever given must be there, and where
/// a search looks for them.
pub(super) fn all(
    connection: &Connection,
    space: u8,
    tip: &Tip,
) -> Result<Vec<(String, u64)>, ViewError> {
    let sql = "SELECT space, name, seq, crc FROM name WHERE space = ?1 ORDER BY name";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query([space])?;
    let (mut tally, mut names) = (Tally::default(), Vec::new());
    let mut before: Option<Vec<u8>> = None;
    while let Some(row) = rows.next()? {
        let (name, seq, crc) = sound(row, space)?;
        tally.add(crc);
        names.push((String::from_utf8_lossy(&name).into_owned(), seq));
        let in_order = before.is_none_or(|before| before < name);
        expect(in_order, || format!("the order of names at a name of @{seq}"))?;
        before = Some(name);
    }
    expect(tally == tip.names[usize::from(space)], || "names are missing".to_owned())?;
    Ok(names)
}

/// A whole row of the table `name`, its checksum held, and in the space it was looked for in: SQLite
/// gives what lies between the first and the last row of a space, and does not look at each again.
pub(super) fn sound(row: &Row<'_>, space: u8) -> Result<(Vec<u8>, u64, u32), ViewError> {
    let (name, crc): (Vec<u8>, u32) = (row.get(1)?, row.get(3)?);
    let seq = number(row, 2)?;
    let held =
        number(row, 0)? == u64::from(space) && crc == name_checksum("name", space, &name, seq);
    expect(held, || format!("a name of @{seq}"))?;
    Ok((name, seq, crc))
}

/// Whether everything that is waited for is there.
pub(super) fn awaited_are_whole(connection: &Connection, tip: &Tip) -> Result<(), ViewError> {
    let mut select = connection.prepare_cached("SELECT space, name, seq, crc FROM awaited")?;
    let mut rows = select.query([])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        let (space, name, crc): (u8, Vec<u8>, u32) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let seq = number(row, 2)?;
        let sound = crc == name_checksum("awaited", space, &name, seq);
        expect(sound, || format!("what @{seq} waits for"))?;
        tally.add(crc);
    }
    expect(tally == tip.awaited, || "what is waited for is missing".to_owned())
}

/// Notes that a record names what has not come yet.
pub(super) fn wait_for(
    connection: &Connection,
    tip: &mut Tip,
    name: &Name<'_>,
    seq: u64,
) -> Result<(), ViewError> {
    let crc = name_checksum("awaited", name.space(), name.bytes(), seq);
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO awaited VALUES(?1, ?2, ?3, ?4)")?;
    if insert.execute(params![name.space(), name.bytes(), signed(seq), crc])? > 0 {
        tip.awaited.add(crc);
    }
    Ok(())
}

/// The records that have waited for a name; they wait no longer.
pub(super) fn take_waiting(
    connection: &Connection,
    tip: &mut Tip,
    name: &Name<'_>,
) -> Result<Vec<u64>, ViewError> {
    let waiting = waiting(connection, name)?;
    if !waiting.is_empty() {
        let mut delete =
            connection.prepare_cached("DELETE FROM awaited WHERE space = ?1 AND name = ?2")?;
        delete.execute(params![name.space(), name.bytes()])?;
    }
    for &seq in &waiting {
        tip.awaited.remove(name_checksum("awaited", name.space(), name.bytes(), seq));
    }
    Ok(waiting)
}

/// The records that wait for a name.
pub(super) fn waiting(connection: &Connection, name: &Name<'_>) -> Result<Vec<u64>, ViewError> {
    let mut select =
        connection.prepare_cached("SELECT seq, crc FROM awaited WHERE space = ?1 AND name = ?2")?;
    let mut rows = select.query(params![name.space(), name.bytes()])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        let seq = number(row, 0)?;
        let crc = name_checksum("awaited", name.space(), name.bytes(), seq);
        expect(row.get::<_, u32>(1)? == crc, || format!("what @{seq} waits for"))?;
        waiting.push(seq);
    }
    Ok(waiting)
}
