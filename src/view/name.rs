//! The names by which records find each other, and what waits for one that has not come.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::ViewError;
use super::row::{checksum, expect, number, signed};
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

/// Notes that a record names what has not come yet.
pub(super) fn wait_for(
    connection: &Connection,
    name: &Name<'_>,
    seq: u64,
) -> Result<(), ViewError> {
    let crc = name_checksum("awaited", name.space(), name.bytes(), seq);
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO awaited VALUES(?1, ?2, ?3, ?4)")?;
    insert.execute(params![name.space(), name.bytes(), signed(seq), crc])?;
    Ok(())
}

/// The records that have waited for a name; they wait no longer.
pub(super) fn take_waiting(
    connection: &Connection,
    name: &Name<'_>,
) -> Result<Vec<u64>, ViewError> {
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
    if !waiting.is_empty() {
        let mut delete =
            connection.prepare_cached("DELETE FROM awaited WHERE space = ?1 AND name = ?2")?;
        delete.execute(params![name.space(), name.bytes()])?;
    }
    Ok(waiting)
}
