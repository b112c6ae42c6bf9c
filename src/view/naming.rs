//! Where names are looked up while entries are taken in: in the tables, or in memory where a view is
//! made anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::ViewError;
use super::name::{self, Name, Whole, name_checksum};
use super::row::signed;
use super::tip::Tip;

/// The most names that are kept in memory before they are written: some 200 bytes each.
const MOST_GATHERED: usize = 4_000_000;

/// Names that are given, found and waited for.
pub(super) trait Naming {
    /// Adds a name, unless it is taken already.
    fn add(&mut self, tip: &mut Tip, name: &Name<'_>, seq: u64) -> Result<(), ViewError>;

    /// The record that gave a name; none only where it is sure that none did.
    fn find(&mut self, tip: &Tip, name: &Name<'_>) -> Result<Option<u64>, ViewError>;

    /// Notes that a record names what has not come yet.
    fn wait_for(&mut self, tip: &mut Tip, name: &Name<'_>, seq: u64) -> Result<(), ViewError>;

    /// The records that have waited for a name; they wait no longer.
    fn take_waiting(&mut self, tip: &mut Tip, name: &Name<'_>) -> Result<Vec<u64>, ViewError>;

    /// Whether any record waits for a name.
    fn awaits(&self, tip: &Tip) -> bool;
}

/// Names in their tables.
pub(super) struct InTables<'v> {
    pub(super) connection: &'v Connection,
    pub(super) whole: &'v Whole,
}

impl Naming for InTables<'_> {
    fn add(&mut self, tip: &mut Tip, name: &Name<'_>, seq: u64) -> Result<(), ViewError> {
        if let Some(crc) = name::add(self.connection, name, seq)? {
            tip.names[usize::from(name.space())].add(crc);
        }
        Ok(())
    }

    fn find(&mut self, tip: &Tip, name: &Name<'_>) -> Result<Option<u64>, ViewError> {
        let found = name::find(self.connection, name)?;
        if found.is_none() {
            // Only where no name is lost it has not come.
            self.whole.lacks(self.connection, (name.space(), name.bytes()), tip)?;
        }
        Ok(found)
    }

    fn wait_for(&mut self, tip: &mut Tip, name: &Name<'_>, seq: u64) -> Result<(), ViewError> {
        name::wait_for(self.connection, tip, name, seq)
    }

    fn take_waiting(&mut self, tip: &mut Tip, name: &Name<'_>) -> Result<Vec<u64>, ViewError> {
        name::take_waiting(self.connection, tip, name)
    }

    fn awaits(&self, tip: &Tip) -> bool {
        !tip.awaited.is_none()
    }
}

/// Names in memory, written in their order at the end: a table that is filled in its order takes a
/// fraction of the time.
#[derive(Default)]
pub(super) struct Gathered {
    /// Ids of measures, and keys.
    texts: [HashMap<Box<[u8]>, u64>; 2],
    ids: HashMap<Uuid, u64>,
    awaited: BTreeMap<(u8, Box<[u8]>), BTreeSet<u64>>,
    /// Whether some are in the table already.
    written: bool,
}

impl Gathered {
    fn in_memory(&self, name: &Name<'_>) -> Option<u64> {
        match name {
            Name::Measure(id) => self.texts[0].get(id.as_bytes()).copied(),
            Name::Key(key) => self.texts[1].get(key.as_bytes()).copied(),
            Name::Id(id) => self.ids.get(id).copied(),
        }
    }

    /// The record that gave a name.
    pub(super) fn find(
        &self,
        connection: &Connection,
        name: &Name<'_>,
    ) -> Result<Option<u64>, ViewError> {
        match self.in_memory(name) {
            None if self.written => name::find(connection, name),
            found => Ok(found),
        }
    }

    /// Adds a name, unless it is taken already.
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        name: &Name<'_>,
        seq: u64,
    ) -> Result<(), ViewError> {
        if self.find(connection, name)?.is_none() {
            match name {
                Name::Measure(id) => self.texts[0].insert(id.as_bytes().into(), seq),
                Name::Key(key) => self.texts[1].insert(key.as_bytes().into(), seq),
                Name::Id(id) => self.ids.insert(*id, seq),
            };
        }
        Ok(())
    }

    /// Writes the names where they have become too many to be kept.
    pub(super) fn make_room(
        &mut self,
        connection: &Connection,
        tip: &mut Tip,
    ) -> Result<(), ViewError> {
        let names = self.texts[0].len() + self.texts[1].len() + self.ids.len();
        if names > MOST_GATHERED { self.write_names(connection, tip) } else { Ok(()) }
    }

    /// Writes everything.
    pub(super) fn write(mut self, connection: &Connection, tip: &mut Tip) -> Result<(), ViewError> {
        self.write_names(connection, tip)?;
        for ((space, name), records) in &self.awaited {
            for &seq in records {
                wait(connection, tip, *space, name, seq)?;
            }
        }
        Ok(())
    }

    fn write_names(&mut self, connection: &Connection, tip: &mut Tip) -> Result<(), ViewError> {
        self.written = true;
        for (space, names) in [0, 1].into_iter().zip(&mut self.texts) {
            let mut names: Vec<(Box<[u8]>, u64)> = std::mem::take(names).into_iter().collect();
            names.sort_unstable();
            write_space(connection, tip, space, names.iter().map(|(name, seq)| (&**name, *seq)))?;
        }
        let mut ids: Vec<(Uuid, u64)> = std::mem::take(&mut self.ids).into_iter().collect();
        ids.sort_unstable();
        let ids = ids.iter().map(|(id, seq)| (&id.as_bytes()[..], *seq));
        write_space(connection, tip, 2, ids)
    }
}

fn write_space<'n>(
    connection: &Connection,
    tip: &mut Tip,
    space: u8,
    names: impl Iterator<Item = (&'n [u8], u64)>,
) -> Result<(), ViewError> {
    let mut insert = connection.prepare_cached("INSERT INTO name VALUES(?1, ?2, ?3, ?4)")?;
    for (name, seq) in names {
        let crc = name_checksum("name", space, name, seq);
        insert.execute(params![space, name, signed(seq), crc])?;
        tip.names[usize::from(space)].add(crc);
    }
    Ok(())
}

fn wait(
    connection: &Connection,
    tip: &mut Tip,
    space: u8,
    name: &[u8],
    seq: u64,
) -> Result<(), ViewError> {
    let crc = name_checksum("awaited", space, name, seq);
    let mut insert = connection.prepare_cached("INSERT INTO awaited VALUES(?1, ?2, ?3, ?4)")?;
    insert.execute(params![space, name, signed(seq), crc])?;
    tip.awaited.add(crc);
    Ok(())
}

/// Names in memory, with the table that holds those there was no room for.
pub(super) struct Gathering<'v> {
    pub(super) connection: &'v Connection,
    pub(super) gathered: &'v mut Gathered,
}

impl Naming for Gathering<'_> {
    fn add(&mut self, _: &mut Tip, name: &Name<'_>, seq: u64) -> Result<(), ViewError> {
        self.gathered.add(self.connection, name, seq)
    }

    fn find(&mut self, _: &Tip, name: &Name<'_>) -> Result<Option<u64>, ViewError> {
        self.gathered.find(self.connection, name)
    }

    fn wait_for(&mut self, _: &mut Tip, name: &Name<'_>, seq: u64) -> Result<(), ViewError> {
        let place = (name.space(), name.bytes().into());
        self.gathered.awaited.entry(place).or_default().insert(seq);
        Ok(())
    }

    fn take_waiting(&mut self, _: &mut Tip, name: &Name<'_>) -> Result<Vec<u64>, ViewError> {
        let waiting = self.gathered.awaited.remove(&(name.space(), name.bytes().into()));
        Ok(waiting.unwrap_or_default().into_iter().collect())
    }

    fn awaits(&self, _: &Tip) -> bool {
        !self.gathered.awaited.is_empty()
    }
}
