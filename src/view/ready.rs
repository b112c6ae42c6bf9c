//! Answers worked out beforehand, beside the records they were made from.
//!
//! The view keeps bytes; what is in them is `answer::ready`'s. A row is believed only while its
//! measure's cluster, and that of the kinds, have no more records than when it was made. All rows
//! together are believed up to the record through which they were made ready: what hangs together
//! with later ones has to be asked anew.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::cluster::{self, KINDS};
use super::read::cluster_of;
use super::row::{self, checksum, expect, number, signed};
use super::tip::Tally;
use super::{View, ViewError};
use crate::answer::READY_VERSION;

/// The name of its row in the table `meta`.
const NAME: &str = "ready";

/// How far answers are ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Readiness {
    /// The program that worked them out.
    made_by: String,
    /// They hold for the records 1 to this one.
    through: u64,
    rows: Tally,
}

impl Readiness {
    /// None ready, for answers of this program.
    fn none() -> Self {
        let made_by = format!("{}/{READY_VERSION}", env!("CARGO_PKG_VERSION"));
        Self { made_by, through: 0, rows: Tally::default() }
    }
}

/// What has changed since answers were made ready.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// How many records there are that were not there then.
    pub records: u64,
    /// Their clusters.
    pub clusters: BTreeSet<u64>,
    /// Every record of these.
    pub stale: BTreeSet<u64>,
}

impl View {
    /// How many records have come since answers were made ready.
    pub fn unready(&self) -> Result<u64, ViewError> {
        Ok(self.position().saturating_sub(self.readiness()?.through))
    }

    /// What has changed since answers were made ready. None where none were by this program, where
    /// a kind has changed, or where more than `most` records came since: then nothing is ready.
    pub fn since_ready(&self, most: u64) -> Result<Option<Since>, ViewError> {
        let readiness = self.readiness()?;
        let records = self.position().saturating_sub(readiness.through);
        if readiness.through == 0 || records > most {
            return Ok(None);
        }
        let mut since = Since { records, ..Since::default() };
        for seq in readiness.through + 1..=self.position() {
            since.clusters.insert(cluster_of(&self.connection, seq)?);
        }
        if since.clusters.contains(&KINDS) {
            return Ok(None);
        }
        for &cluster in &since.clusters {
            since.stale.extend(self.members(cluster)?);
        }
        Ok(Some(since))
    }

    /// The cluster of a record that is there.
    pub fn cluster_of(&self, seq: u64) -> Result<u64, ViewError> {
        cluster_of(&self.connection, seq)
    }

    /// The records of a cluster that is there, in record order.
    pub fn members(&self, cluster: u64) -> Result<Vec<u64>, ViewError> {
        let found = cluster::find(&self.connection, cluster)?;
        found.ok_or_else(|| {
            ViewError::damaged(format!("is damaged: the cluster of @{cluster} is missing"))
        })
    }

    /// Hands out what is ready of every measure, by the record that declared it, in record order.
    pub fn each_ready(
        &self,
        mut take: impl FnMut(u64, &[u8]) -> Result<(), ViewError>,
    ) -> Result<(), ViewError> {
        let sql = "SELECT measure, records, kinds, body, crc FROM ready ORDER BY measure";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([])?;
        let mut tally = Tally::default();
        while let Some(row) = rows.next()? {
            let kept = kept(row)?;
            tally.add(kept.crc);
            take(kept.measure, kept.body)?;
        }
        let whole = tally == self.readiness()?.rows;
        expect(whole, || "answers made ready are missing, or older ones are there".to_owned())
    }

    /// What is ready of the measure that a record declared; none where it must be asked anew.
    pub fn ready(&self, measure: u64) -> Result<Option<Vec<u8>>, ViewError> {
        if self.readiness()?.through == 0 {
            return Ok(None);
        }
        let sql = "SELECT measure, records, kinds, body, crc FROM ready WHERE measure = ?1";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([signed(measure)])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let kept = kept(row)?;
        let cluster = cluster_of(&self.connection, measure)?;
        let holds = self.extent(cluster)? == kept.records && self.extent(KINDS)? == kept.kinds;
        Ok(holds.then(|| kept.body.to_vec()))
    }

    fn extent(&self, cluster: u64) -> Result<u64, ViewError> {
        Ok(cluster::extent(&self.connection, cluster)?.unwrap_or_default())
    }

    /// Where answers of another program are: forgets them. Then only what is worked out anew counts.
    pub fn forget_ready(&mut self) -> Result<(), ViewError> {
        self.begin()?;
        self.connection.execute_batch("DELETE FROM ready")?;
        write(&self.connection, &Readiness::none())
    }

    /// Keeps answers about some measures, by the records that declared them; seen with
    /// [`View::commit`].
    pub fn keep_ready(&self, made: &[(u64, Vec<u8>)]) -> Result<(), ViewError> {
        if made.is_empty() {
            return Ok(());
        }
        self.begin()?;
        let mut readiness = self.readiness()?;
        let kinds = self.extent(KINDS)?;
        for (measure, body) in made {
            let records = self.extent(self.cluster_of(*measure)?)?;
            replace(&self.connection, &mut readiness.rows, [*measure, records, kinds], body)?;
        }
        write(&self.connection, &readiness)
    }

    /// Says that every answer is ready, with all records there are.
    pub fn all_ready(&mut self) -> Result<(), ViewError> {
        self.begin()?;
        let readiness = Readiness { through: self.position(), ..self.readiness()? };
        write(&self.connection, &readiness)
    }

    /// What is said of ready answers; none are where another program made them.
    fn readiness(&self) -> Result<Readiness, ViewError> {
        let bytes = row::meta(&self.connection, NAME)?;
        let damaged = |_| ViewError::damaged("is damaged: how far answers are ready");
        let said: Readiness = serde_json::from_slice(&bytes).map_err(damaged)?;
        let none = Readiness::none();
        Ok(if said.made_by == none.made_by { said } else { none })
    }
}

/// A row of the table, its checksum held.
struct Kept<'r> {
    measure: u64,
    records: u64,
    kinds: u64,
    body: &'r [u8],
    crc: u32,
}

fn kept<'r>(row: &'r Row<'_>) -> Result<Kept<'r>, ViewError> {
    let key = [number(row, 0)?, number(row, 1)?, number(row, 2)?];
    let body = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
    let crc: u32 = row.get(4)?;
    expect(crc == checksum_of(key, body), || format!("what is ready of @{}", key[0]))?;
    let [measure, records, kinds] = key;
    Ok(Kept { measure, records, kinds, body, crc })
}

fn checksum_of(key: [u64; 3], body: &[u8]) -> u32 {
    let [measure, records, kinds] = key.map(u64::to_be_bytes);
    checksum("ready", &[&measure, &records, &kinds, body])
}

fn replace(
    connection: &Connection,
    tally: &mut Tally,
    key: [u64; 3],
    body: &[u8],
) -> Result<(), ViewError> {
    let mut select = connection.prepare_cached("SELECT crc FROM ready WHERE measure = ?1")?;
    let before: Option<u32> = select.query_row([signed(key[0])], |row| row.get(0)).optional()?;
    if let Some(crc) = before {
        tally.remove(crc);
    }
    let crc = checksum_of(key, body);
    tally.add(crc);
    let sql = "REPLACE INTO ready VALUES(?1, ?2, ?3, ?4, ?5)";
    let [measure, records, kinds] = key.map(signed);
    connection.prepare_cached(sql)?.execute(params![measure, records, kinds, body, crc])?;
    Ok(())
}

fn write(connection: &Connection, readiness: &Readiness) -> Result<(), ViewError> {
    let bytes = serde_json::to_vec(readiness).unwrap_or_default();
    row::set_meta(connection, NAME, &bytes)
}

/// As it is in an empty view.
pub(super) fn begin(connection: &Connection) -> Result<(), ViewError> {
    write(connection, &Readiness::none())
}
