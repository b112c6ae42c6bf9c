//! Answers of `state` worked out beforehand, kept in the view.
//!
//! They are a convenience: whatever is not ready is asked of the kernel, and what is ready is what
//! the kernel said of the same records. Who writes makes ready what the new records touch.

use std::collections::{BTreeMap, BTreeSet};

use super::each::{self, PORTION};
use super::{Ledger, LedgerError};
use crate::answer::{self, Filter, Prepared, Ready, Row};
use crate::history::History;
use crate::proof::leaf;
use crate::record::{Entry, Record};
use crate::time::Day;
use crate::view::{Portion, Portions, Since, View, ViewError};

/// Readers work out at most what so many records have changed, writers too; beyond that they go by
/// the records, and by what is made ready for all.
const MOST_CHANGED: u64 = 2_000;

/// How many measures are looked at together.
const CHUNK: usize = 1_000;

/// Told how many of the measures' groups are ready, and how many there are.
type Progress = Option<fn(u64, u64)>;

// Made ready

/// Works out what later records have changed, in the view's open transaction: what a single
/// command records. Where that is too much, or nothing was ready before, it stays as it is.
pub(super) fn keep_up(view: &mut View) -> Result<(), ViewError> {
    let Some(Since { clusters, stale, .. }) = view.since_ready(MOST_CHANGED)? else {
        // An empty ledger has all its answers.
        return if view.position() <= MOST_CHANGED { all(view, None) } else { Ok(()) };
    };
    if stale.len() as u64 > 10 * MOST_CHANGED {
        return Ok(());
    }
    for cluster in clusters {
        make(view, cluster)?;
    }
    view.all_ready()
}

/// Works out every answer, in the view's open transaction or in one of its own.
pub(super) fn all(view: &mut View, progress: Progress) -> Result<(), ViewError> {
    view.forget_ready()?;
    let count = view.position();
    let mut done = 0;
    each::through(view, &Portions::all(PORTION), worked_out, |_, (records, made)| {
        view.keep_ready(&made)?;
        done += records;
        if let Some(tell) = progress {
            tell(done.min(count), count);
        }
        Ok(())
    })?;
    view.all_ready()
}

/// Works out the answers about the measures of one cluster.
fn make(view: &View, cluster: u64) -> Result<(), ViewError> {
    let Some(&first) = view.members(cluster)?.first() else { return Ok(()) };
    let entries = view.with(&BTreeSet::from([first]))?;
    let (_, mut made) = worked_out(&entries);
    // What came along to explain kinds is of another cluster.
    let members: BTreeSet<u64> = view.members(cluster)?.into_iter().collect();
    made.retain(|(measure, _)| members.contains(measure));
    view.keep_ready(&made)
}

/// The answers about some measures, by the records that declared them.
type Made = Vec<(u64, Vec<u8>)>;

/// How many records there are, and the answers about the measures that they declare.
fn worked_out(entries: &[Entry]) -> (u64, Made) {
    let has_measures = entries.iter().any(|entry| matches!(entry.record, Record::Measure(_)));
    if !has_measures {
        return (entries.len() as u64, Vec::new());
    }
    let history = History::of(entries, None);
    let measures = history.measures().iter().enumerate();
    let made = measures.map(|(m, tracked)| (tracked.record, answer::ready(&history, m)));
    (entries.len() as u64, made.collect())
}

/// Whether what is ready is what the kernel says of the records, for every answer that would be
/// given from it; whoever wrote it, and with whatever checksums.
pub(super) fn check(view: &View) -> Result<(), ViewError> {
    let since = view.since_ready(MOST_CHANGED)?;
    let mut kept = BTreeMap::new();
    view.each_ready(|measure, bytes| {
        let stale = since.as_ref().is_none_or(|since| since.stale.contains(&measure));
        kept.extend((!stale).then(|| (measure, leaf(bytes))));
        Ok(())
    })?;
    each::through(view, &Portions::all(PORTION), worked_out, |_, (_, made)| {
        for (measure, bytes) in made {
            let alone = view.ready(measure)?.is_none_or(|ready| ready == bytes);
            if !alone || kept.remove(&measure).is_some_and(|hash| hash != leaf(&bytes)) {
                return Err(not_said(measure));
            }
        }
        Ok(())
    })?;
    kept.keys().next().map_or(Ok(()), |&measure| Err(not_said(measure)))
}

/// Why answers made ready do not count: then every question over all measures is asked of the
/// kernel. None where they do, and where there is nothing to ask.
pub(super) fn why_not(view: &View) -> Result<Option<String>, ViewError> {
    if view.position() == 0 || view.since_ready(MOST_CHANGED)?.is_some() {
        return Ok(None);
    }
    let records = view.unready()?;
    Ok(Some(if records == view.position() {
        "this version of the program made none".to_owned()
    } else if records > MOST_CHANGED {
        format!("{records} records have come since")
    } else {
        "a kind was changed since".to_owned()
    }))
}

fn not_said(measure: u64) -> ViewError {
    let what = format!("what is ready of @{measure} is not what its records say");
    ViewError::Damaged { what }
}

// Asked

impl Ledger {
    /// The row of one measure at the end of a day, with everything known and public, where it is
    /// ready.
    pub fn ready_row(&self, id: &str, at: Day) -> Result<Option<Row>, LedgerError> {
        let Some(measure) = self.view.measure(id)? else { return Ok(None) };
        let Some(bytes) = self.view.ready(measure)? else { return Ok(None) };
        match Ready::of(&bytes).and_then(|ready| ready.on(at)) {
            Some(Prepared::Row(row)) => Ok(Some(*row)),
            Some(Prepared::Unlisted | Prepared::Ask) => Ok(None),
            None => Err(unreadable(measure).into()),
        }
    }

    /// Hands out the rows of every measure that a filter takes (its `measures` left aside), at the
    /// end of a day, with everything known and public, by the records that declared them and in
    /// that order: those that are ready as they are, others asked of the kernel. Gives whether it
    /// did: where most is not ready, or a filter is about items, all had better be asked.
    pub fn ready_rows(
        &self,
        filter: &Filter,
        at: Day,
        mut take: impl FnMut(u64, Row),
    ) -> Result<bool, LedgerError> {
        if filter.item.is_some() {
            return Ok(false);
        }
        let Some(since) = self.view.since_ready(MOST_CHANGED)? else { return Ok(false) };
        let mut chunk: Vec<(u64, Prepared)> = Vec::with_capacity(CHUNK);
        self.view.each_ready(|measure, bytes| {
            let prepared = if since.stale.contains(&measure) {
                Prepared::Ask
            } else {
                let ready = Ready::of(bytes).and_then(|ready| ready.wanted(filter, at));
                ready.ok_or_else(|| unreadable(measure))?
            };
            chunk.push((measure, prepared));
            if chunk.len() == CHUNK {
                self.give(std::mem::take(&mut chunk), filter, at, &mut take)?;
            }
            Ok(())
        })?;
        self.give(chunk, filter, at, &mut take)?;
        let newer = self.declared_since(&since)?;
        self.give(newer, filter, at, &mut take)?;
        Ok(true)
    }

    /// The clusters in which something may have changed by the records after the first so many, and
    /// that of the kinds; none where anything may have changed.
    pub fn touched_after(&self, records: u64) -> Result<Option<BTreeSet<u64>>, LedgerError> {
        Ok(self.view.touched_after(records)?)
    }

    /// The cluster of a record that is there.
    pub fn cluster_of(&self, seq: u64) -> Result<u64, LedgerError> {
        Ok(self.view.cluster_of(seq)?)
    }

    /// The clusters in which an answer may change after the day `from` and by the end of `to`, with
    /// everything known and public; none where that is not ready.
    pub fn changing(&self, from: Day, to: Day) -> Result<Option<BTreeSet<u64>>, LedgerError> {
        self.clusters_where(|ready| ready.may_change(from, to))
    }

    /// The clusters in which something can happen from one day to another, both included, with
    /// everything known and public; none where that is not ready.
    pub fn happening(&self, from: Day, to: Day) -> Result<Option<BTreeSet<u64>>, LedgerError> {
        self.clusters_where(|ready| ready.may_happen(from, to))
    }

    fn clusters_where(
        &self,
        holds: impl Fn(&Ready<'_>) -> bool,
    ) -> Result<Option<BTreeSet<u64>>, LedgerError> {
        let Some(since) = self.view.since_ready(MOST_CHANGED)? else { return Ok(None) };
        let mut measures = Vec::new();
        self.view.each_ready(|measure, bytes| {
            let ready = Ready::of(bytes).ok_or_else(|| unreadable(measure))?;
            measures.extend(holds(&ready).then_some(measure));
            Ok(())
        })?;
        let clusters = measures.into_iter().map(|measure| self.view.cluster_of(measure));
        let mut clusters = clusters.collect::<Result<BTreeSet<u64>, ViewError>>()?;
        clusters.extend(since.clusters);
        Ok(Some(clusters))
    }

    /// The records of some clusters, in record order, with every `kind` record.
    pub fn of_clusters(&self, clusters: &BTreeSet<u64>) -> Result<Vec<Entry>, LedgerError> {
        let mut entries = Vec::new();
        let chosen = Portions { only: Some(clusters), ..Portions::all(usize::MAX) };
        self.view.portions(&chosen, |portion| {
            entries.push(portion);
            true
        })?;
        let read = entries.into_iter().map(Portion::entries).collect::<Result<Vec<_>, _>>()?;
        Ok(read.into_iter().flatten().collect())
    }

    /// Hands out rows in order, once those that were not ready are worked out.
    fn give(
        &self,
        rows: Vec<(u64, Prepared)>,
        filter: &Filter,
        at: Day,
        take: &mut impl FnMut(u64, Row),
    ) -> Result<(), ViewError> {
        let to_ask = rows.iter().filter(|(_, prepared)| *prepared == Prepared::Ask);
        let mut asked = self.asked(&to_ask.map(|(measure, _)| *measure).collect(), filter, at)?;
        for (measure, prepared) in rows {
            match prepared {
                Prepared::Row(row) => take(measure, *row),
                Prepared::Unlisted => {}
                Prepared::Ask => {
                    asked.remove(&measure).into_iter().for_each(|row| take(measure, row));
                }
            }
        }
        Ok(())
    }

    /// The kernel's rows of the measures that some records declared, as far as the filter takes
    /// them.
    fn asked(
        &self,
        records: &BTreeSet<u64>,
        filter: &Filter,
        at: Day,
    ) -> Result<BTreeMap<u64, Row>, ViewError> {
        if records.is_empty() {
            return Ok(BTreeMap::new());
        }
        let history = History::of(&self.view.with(records)?, None);
        let measures = history.measures().iter().enumerate();
        let asked = measures.filter(|(_, tracked)| records.contains(&tracked.record));
        let rows = asked.filter_map(|(measure, tracked)| {
            let one = Filter { measures: vec![measure], ..filter.clone() };
            Some((tracked.record, answer::rows(&history, &one, at).pop()?))
        });
        Ok(rows.collect())
    }

    /// Measures declared since answers were made ready, in the order of declaration.
    fn declared_since(&self, since: &Since) -> Result<Vec<(u64, Prepared)>, ViewError> {
        let newest = self.view.position() - since.records;
        let newer: Vec<u64> = since.stale.iter().copied().filter(|&seq| seq > newest).collect();
        let mut declared = Vec::new();
        for seq in newer {
            if matches!(self.view.entry(seq)?.record, Record::Measure(_)) {
                declared.push((seq, Prepared::Ask));
            }
        }
        Ok(declared)
    }

    /// Makes ready what later records have changed, where that is not too much for a moment.
    pub fn keep_ready(&mut self) -> Result<(), LedgerError> {
        if self.view.unready()? > 0 {
            let kept_up = keep_up(&mut self.view);
            self.settle(kept_up)?;
        }
        Ok(())
    }

    fn settle(&mut self, made: Result<(), ViewError>) -> Result<(), LedgerError> {
        match made {
            Ok(()) => Ok(self.view.commit()?),
            Err(error) => {
                self.view.roll_back();
                Err(error.into())
            }
        }
    }

    /// Makes every answer ready, where that is not so; it takes time in proportion to the ledger.
    pub fn make_ready(&mut self, progress: Progress) -> Result<(), LedgerError> {
        if self.log.is_none() {
            return Err(LedgerError::ReadOnly);
        }
        let made = match self.view.since_ready(MOST_CHANGED)? {
            Some(_) => keep_up(&mut self.view),
            None => all(&mut self.view, progress),
        };
        self.settle(made)
    }
}

fn unreadable(measure: u64) -> ViewError {
    ViewError::Damaged { what: format!("is damaged: what is ready of @{measure} cannot be read") }
}
