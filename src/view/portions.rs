//! All of the view in portions that can be asked about each by itself: some clusters at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cluster::KINDS;
use super::read::{self, entry, missing};
use super::row::{expect, number, signed};
use super::{View, ViewError};
use crate::record::{Entry, Record};

/// Which records are handed over, and how many together.
#[derive(Debug, Clone, Copy)]
pub struct Portions<'c> {
    /// How many records a portion has, besides what its last cluster has more.
    pub size: usize,
    /// Only those of some clusters, and of that of the kinds; all where none.
    pub only: Option<&'c BTreeSet<u64>>,
    /// Only those up to this one.
    pub upto: u64,
}

impl Portions<'_> {
    /// All records, so many together.
    #[must_use]
    pub fn all(size: usize) -> Self {
        Self { size, only: None, upto: u64::MAX }
    }
}

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
    /// Hands over records in portions, those of a cluster always together, until it is enough.
    ///
    /// Every record chosen is in exactly one of the portions, but for what defines kinds, which is
    /// in each; or the view is damaged.
    pub fn portions(
        &self,
        choice: &Portions<'_>,
        mut take: impl FnMut(Portion) -> bool,
    ) -> Result<(), ViewError> {
        let mut seen = Seen::new(self.position());
        let mut rows = self.of_cluster(KINDS, choice, &mut seen)?;
        let defining: Arc<[Entry]> = defining(&rows)?.into();
        let mut common: Arc<[Entry]> = Arc::new([]);
        let mut select = self.connection.prepare_cached("SELECT id FROM cluster WHERE id > ?1")?;
        let mut clusters = select.query([signed(KINDS)])?;
        while let Some(row) = clusters.next()? {
            let cluster = number(row, 0)?;
            if choice.only.is_some_and(|only| !only.contains(&cluster)) {
                continue;
            }
            rows.extend(self.of_cluster(cluster, choice, &mut seen)?);
            if rows.len() >= choice.size {
                if !take(Portion { rows: std::mem::take(&mut rows), common }) {
                    return Ok(());
                }
                common = defining.clone();
            }
        }
        if choice.only.is_none() {
            seen.are_all()?;
        }
        take(Portion { rows, common });
        Ok(())
    }

    fn of_cluster(
        &self,
        cluster: u64,
        choice: &Portions<'_>,
        seen: &mut Seen,
    ) -> Result<Vec<Kept>, ViewError> {
        let records = self.members(cluster)?;
        seen.add(&records)?;
        let chosen = records.into_iter().filter(|&seq| seq <= choice.upto);
        chosen.map(|seq| Ok((seq, self.kept(seq)?))).collect()
    }

    /// The clusters in which something may have changed by the records after the first so many, and
    /// that of the kinds, which comes with every portion; none where one of these records is in
    /// it: that can change anything.
    pub fn touched_after(&self, records: u64) -> Result<Option<BTreeSet<u64>>, ViewError> {
        let sql = "SELECT seq, cluster, crc FROM member WHERE seq > ?1 ORDER BY seq";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([signed(records)])?;
        let mut clusters = BTreeSet::new();
        for seq in records + 1..=self.position() {
            let row = rows.next()?.ok_or_else(|| missing(seq))?;
            expect(number(row, 0)? == seq, || format!("@{seq} is missing"))?;
            clusters.insert(read::cluster_in(row, seq, 1)?);
        }
        Ok(clusters.insert(KINDS).then_some(clusters))
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

    fn add(&mut self, records: &[u64]) -> Result<(), ViewError> {
        for &seq in records {
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
