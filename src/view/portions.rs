//! All of the view in portions that can be asked about each by itself: some clusters at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cluster::{self, KINDS};
use super::read::{self, entry, missing};
use super::row::{expect, number, signed};
use super::{View, ViewError};
use crate::record::{Entry, Record};

/// Some records, as they are in the view: nothing of them is read yet.
pub struct Portion {
    rows: Vec<Kept>,
    /// What says something about every cluster; none where that is among the rows.
    common: Arc<[Entry]>,
}

/// The number of a record and its row.
type Kept = (u64, read::Kept);

impl Portion {
    /// The records in record order, with every `kind` record and every retraction of one.
    pub fn entries(self) -> Result<Vec<Entry>, ViewError> {
        let read = self.rows.iter().map(|(seq, kept)| entry(*seq, kept));
        let mut entries: Vec<Entry> = read.collect::<Result<_, _>>()?;
        entries.extend(self.common.iter().cloned());
        entries.sort_unstable_by_key(|entry| entry.seq);
        Ok(entries)
    }
}

impl View {
    /// Hands over all records in portions, every cluster whole in one of them, until it is enough. A
    /// portion has as many records as are asked for, and what its last cluster has besides.
    ///
    /// Every record is in exactly one of the portions, but for what defines kinds, which is in each;
    /// or the view is damaged. With `only` some clusters are handed over, and that of the kinds.
    pub fn portions(
        &self,
        size: usize,
        only: Option<&BTreeSet<u64>>,
        mut take: impl FnMut(Portion) -> bool,
    ) -> Result<(), ViewError> {
        let mut rows = self.of_cluster(KINDS)?;
        let defining: Arc<[Entry]> = defining(&rows)?.into();
        let mut common: Arc<[Entry]> = Arc::new([]);
        let mut seen = Seen::new(self.position());
        seen.add(&rows)?;
        let mut select = self.connection.prepare_cached("SELECT id FROM cluster WHERE id > ?1")?;
        let mut clusters = select.query([signed(KINDS)])?;
        while let Some(row) = clusters.next()? {
            let cluster = number(row, 0)?;
            if only.is_some_and(|only| !only.contains(&cluster)) {
                continue;
            }
            let found = self.of_cluster(cluster)?;
            seen.add(&found)?;
            rows.extend(found);
            if rows.len() >= size {
                if !take(Portion { rows: std::mem::take(&mut rows), common }) {
                    return Ok(());
                }
                common = defining.clone();
            }
        }
        if only.is_none() {
            seen.are_all()?;
        }
        take(Portion { rows, common });
        Ok(())
    }

    fn of_cluster(&self, cluster: u64) -> Result<Vec<Kept>, ViewError> {
        let records = cluster::find(&self.connection, cluster)?;
        expect(records.is_some(), || format!("the cluster of @{cluster} is missing"))?;
        let rows = records.unwrap_or_default().into_iter();
        rows.map(|seq| Ok((seq, self.kept(seq)?))).collect()
    }
}

/// Of the cluster of the kinds what defines them. Measures can be in that cluster too, where
/// something connects them; they are nothing to the other clusters.
fn defining(rows: &[Kept]) -> Result<Vec<Entry>, ViewError> {
    let read = rows.iter().map(|(seq, kept)| entry(*seq, kept));
    let mut entries: Vec<Entry> = read.collect::<Result<_, _>>()?;
    entries.retain(|entry| matches!(entry.record, Record::Kind(_) | Record::Retraction(_)));
    Ok(entries)
}

/// Which records were handed over.
struct Seen {
    words: Vec<u64>,
    left: u64,
}

impl Seen {
    fn new(records: u64) -> Self {
        let words = usize::try_from(records / 64 + 1).unwrap_or(usize::MAX);
        Self { words: vec![0; words], left: records }
    }

    fn add(&mut self, rows: &[Kept]) -> Result<(), ViewError> {
        for &(seq, _) in rows {
            let place = usize::try_from(seq / 64).unwrap_or(usize::MAX);
            let word = self.words.get_mut(place).ok_or_else(|| missing(seq))?;
            let bit = 1 << (seq % 64);
            expect(*word & bit == 0 && self.left > 0, || format!("@{seq} is in two clusters"))?;
            *word |= bit;
            self.left -= 1;
        }
        Ok(())
    }

    fn are_all(&self) -> Result<(), ViewError> {
        expect(self.left == 0, || "a record is in no cluster".to_owned())
    }
}
