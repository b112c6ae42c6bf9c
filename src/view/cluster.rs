//! Which records hang together.

use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::row::{checksum, checksum_of, expect, number, signed};
use super::{ViewError, read};

/// The cluster of the `kind` records, which concern every measure.
pub(super) const KINDS: u64 = 0;

/// The clusters that a run of entries touches; written back with [`Clusters::write`].
#[derive(Default)]
pub(super) struct Clusters {
    /// The records of each, in record order; none where it has become part of another.
    touched: BTreeMap<u64, Option<Vec<u64>>>,
    /// The cluster of each record that was looked up or has moved.
    of: HashMap<u64, u64>,
    /// The records whose cluster is another one than is written.
    moved: Vec<u64>,
    /// The record that was added last.
    newest: u64,
}

impl Clusters {
    /// Adds a new record that hangs together with some earlier ones, and joins what it connects.
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        record: u64,
        with: &[u64],
        is_kind: bool,
    ) -> Result<(), ViewError> {
        self.newest = record;
        let mut home = is_kind.then_some(KINDS);
        for &other in with.iter().filter(|&&other| other != record) {
            let theirs = self.cluster_of(connection, other)?;
            home = Some(match home {
                Some(home) if home != theirs => self.join(connection, home, theirs)?,
                _ => theirs,
            });
        }
        let home = home.unwrap_or(record);
        self.records(connection, home)?.push(record);
        self.of.insert(record, home);
        self.moved.push(record);
        Ok(())
    }

    /// Joins the clusters of records that turn out to hang together.
    pub(super) fn connect(
        &mut self,
        connection: &Connection,
        one: u64,
        other: u64,
    ) -> Result<(), ViewError> {
        let one = self.cluster_of(connection, one)?;
        let other = self.cluster_of(connection, other)?;
        if one != other {
            self.join(connection, one, other)?;
        }
        Ok(())
    }

    fn cluster_of(&mut self, connection: &Connection, record: u64) -> Result<u64, ViewError> {
        if let Some(&cluster) = self.of.get(&record) {
            return Ok(cluster);
        }
        let cluster = read::cluster_of(connection, record)?;
        self.of.insert(record, cluster);
        Ok(cluster)
    }

    /// The records of a cluster, in record order; empty where it is about to begin.
    fn records(
        &mut self,
        connection: &Connection,
        cluster: u64,
    ) -> Result<&mut Vec<u64>, ViewError> {
        match self.touched.entry(cluster) {
            Entry::Occupied(known) => Ok(known.into_mut().get_or_insert_default()),
            Entry::Vacant(unknown) => {
                let found = find(connection, cluster)?;
                let begins = cluster == self.newest;
                expect(found.is_some() || begins, || format!("no cluster of @{cluster}"))?;
                Ok(unknown.insert(Some(found.unwrap_or_default())).get_or_insert_default())
            }
        }
    }

    /// Moves the smaller of two into the larger; that of the kinds always stays.
    fn join(&mut self, connection: &Connection, one: u64, other: u64) -> Result<u64, ViewError> {
        let sizes = [self.records(connection, one)?.len(), self.records(connection, other)?.len()];
        let one_stays = one == KINDS || (other != KINDS && sizes[0] >= sizes[1]);
        let (stays, goes) = if one_stays { (one, other) } else { (other, one) };
        let going = self.touched.insert(goes, None).flatten().unwrap_or_default();
        for &record in &going {
            self.of.insert(record, stays);
        }
        self.moved.extend(&going);
        let records = self.records(connection, stays)?;
        records.extend(going);
        records.sort_unstable();
        Ok(stays)
    }

    /// Writes what has changed, each table in its own order.
    pub(super) fn write(mut self, connection: &Connection) -> Result<(), ViewError> {
        for (&cluster, records) in &self.touched {
            match records {
                Some(records) => keep(connection, cluster, records)?,
                None => discard(connection, cluster)?,
            }
        }
        self.moved.sort_unstable();
        self.moved.dedup();
        let mut place = connection.prepare_cached("REPLACE INTO member VALUES(?1, ?2, ?3)")?;
        for record in &self.moved {
            let cluster = self.of.get(record).copied().unwrap_or(*record);
            let crc = checksum_of("member", &[*record, cluster]);
            place.execute(params![signed(*record), signed(cluster), crc])?;
        }
        Ok(())
    }
}

/// Makes the cluster of the `kind` records, which is always there: that it is lost must not pass
/// for that there are none.
pub(super) fn begin(connection: &Connection) -> Result<(), ViewError> {
    keep(connection, KINDS, &[])
}

/// Writes a cluster, and beside it how many records it has. Of all rows only these change after
/// they were written, so only of these could an older one, sound in itself, pass for the present
/// one; the two lie on different pages.
fn keep(connection: &Connection, cluster: u64, records: &[u64]) -> Result<(), ViewError> {
    let packed: Vec<u8> = records.iter().flat_map(|record| record.to_be_bytes()).collect();
    let crc = checksum("cluster", &[&cluster.to_be_bytes(), &packed]);
    let mut insert = connection.prepare_cached("REPLACE INTO cluster VALUES(?1, ?2, ?3)")?;
    insert.execute(params![signed(cluster), packed, crc])?;
    let count = records.len() as u64;
    let crc = checksum_of("extent", &[cluster, count]);
    let mut insert = connection.prepare_cached("REPLACE INTO extent VALUES(?1, ?2, ?3)")?;
    insert.execute(params![signed(cluster), signed(count), crc])?;
    Ok(())
}

/// Removes a cluster that has become part of another.
fn discard(connection: &Connection, cluster: u64) -> Result<(), ViewError> {
    connection.prepare_cached("DELETE FROM cluster WHERE id = ?1")?.execute([signed(cluster)])?;
    connection.prepare_cached("DELETE FROM extent WHERE id = ?1")?.execute([signed(cluster)])?;
    Ok(())
}

/// The records of a cluster, in record order.
pub(super) fn find(connection: &Connection, cluster: u64) -> Result<Option<Vec<u64>>, ViewError> {
    let mut select = connection.prepare_cached("SELECT records, crc FROM cluster WHERE id = ?1")?;
    let found = select.query_row([signed(cluster)], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((packed, crc)): Option<(Vec<u8>, u32)> = found.optional()? else {
        return Ok(None);
    };
    let sound = crc == checksum("cluster", &[&cluster.to_be_bytes(), &packed]);
    expect(sound, || format!("the cluster of @{cluster}"))?;
    let numbers = packed.as_chunks::<8>().0.iter().map(|bytes| u64::from_be_bytes(*bytes));
    let numbers: Vec<u64> = numbers.collect();
    let whole = extent(connection, cluster)? == Some(numbers.len() as u64);
    expect(whole, || format!("the cluster of @{cluster} is an older one"))?;
    Ok(Some(numbers))
}

/// How many records a cluster has.
pub(super) fn extent(connection: &Connection, cluster: u64) -> Result<Option<u64>, ViewError> {
    let mut select = connection.prepare_cached("SELECT records, crc FROM extent WHERE id = ?1")?;
    let mut rows = select.query([signed(cluster)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let count = number(row, 0)?;
    let sound = row.get::<_, u32>(1)? == checksum_of("extent", &[cluster, count]);
    expect(sound, || format!("how many records are in the cluster of @{cluster}"))?;
    Ok(Some(count))
}
