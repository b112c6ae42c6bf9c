//! Questions about all measures, asked of what hangs together, so that no more than that need be in
//! memory at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::scope::Scope;
use crate::history::History;
use crate::ledger::{Ledger, LedgerError, PORTION, Portions};
use crate::record::{Entry, Mentions};
use crate::time::Day;

/// Of more measures all records are loaded to put answers into words, not those of each.
const MANY: usize = 1_000;

/// Records that hang together, as a question asks for them.
pub(crate) struct Part<'p> {
    /// Those that were known, in record order; with later ones where the question asks for them.
    pub(crate) entries: &'p [Entry],
    /// Those among them that were known.
    pub(crate) known: &'p [Entry],
    /// What follows from these.
    pub(crate) history: &'p History,
}

/// In which clusters anything is to be found.
#[derive(Debug, Clone)]
pub(crate) enum Only {
    /// In any.
    All,
    /// Where answers may change after the first of these days and by the end of the second.
    Changing(Day, Day),
    /// In these, and in that of the kinds.
    These(Arc<BTreeSet<u64>>),
}

impl Part<'_> {
    /// The number of the record that declared a measure: by it answers are in their order.
    pub(crate) fn declared(&self, id: &str) -> u64 {
        let measure = self.history.declared(id);
        measure.map_or(u64::MAX, |measure| self.history.measures()[measure].record)
    }
}

impl<'d> Asked<'d> {
    /// Begins a question about some measures, or about all where none is named: then nothing but
    /// the kinds is loaded yet. It goes on with [`Asked::survey`].
    pub(crate) fn about_measures(
        asker: &'d dyn Asker,
        knowing: &Knowing,
        names: &[String],
    ) -> Result<Self, Complaint> {
        let scope = Scope::About(Mentions::measures(names));
        let mut asked = Self::about(asker, knowing, &scope)?;
        asked.in_parts = names.is_empty();
        Ok(asked)
    }
}

impl Asked<'_> {
    /// From now on only what records after the first so many can have changed is asked about, as
    /// far as that is less than all.
    pub(crate) fn only_after(&mut self, records: u64) -> Result<(), Complaint> {
        if self.in_parts {
            let touched = self.read(|ledger| ledger.touched_after(records))?;
            self.only = touched.map_or(Only::All, |touched| Only::These(touched.into()));
        }
        Ok(())
    }

    /// From now on only what can happen from one day to another, both included, is asked about, as far
    /// as that is known.
    pub(crate) fn only_happening(&mut self, from: Day, to: Day) -> Result<(), Complaint> {
        if self.in_parts {
            let there = self.read(|ledger| ledger.happening(from, to))?;
            self.only = there.map_or(Only::All, |there| Only::These(there.into()));
        }
        Ok(())
    }

    /// What a question finds. Where all measures are asked about it is asked of each part of the
    /// ledger by itself, and what is found comes in no certain order.
    pub(crate) fn survey<T: Send>(
        &mut self,
        ask: impl Fn(&Part<'_>) -> Vec<T> + Sync,
    ) -> Result<Vec<T>, Complaint> {
        if !self.in_parts {
            let (entries, known) = (self.entries(), self.known_entries());
            return Ok(ask(&Part { entries, known, history: &self.history }));
        }
        let (records, public) = (self.records as u64, self.public);
        let one = |entries: &[Entry]| {
            let (known, history) = knowing(entries, records, public);
            (ask(&Part { entries, known, history: &history }), history.not_public())
        };
        let (only, upto) = (self.only.clone(), if self.with_later { u64::MAX } else { records });
        let parts = self.read(|ledger| {
            let only = match &only {
                Only::All => None,
                Only::Changing(from, to) => ledger.changing(*from, *to)?.map(Arc::new),
                Only::These(clusters) => Some(clusters.clone()),
            };
            ledger.each(&Portions { size: PORTION, only: only.as_deref(), upto }, one)
        })?;
        self.not_public = parts.iter().map(|(_, not_public)| not_public).sum();
        Ok(parts.into_iter().flat_map(|(found, _)| found).collect())
    }

    /// The same, sorted by a key, which the question sorts by too where it is asked of all at once.
    pub(crate) fn survey_sorted<T: Send, K: Ord>(
        &mut self,
        ask: impl Fn(&Part<'_>) -> Vec<T> + Sync,
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, Complaint> {
        let mut found = self.survey(ask)?;
        if self.in_parts {
            found.sort_by_cached_key(key);
        }
        Ok(found)
    }

    /// Loads what it takes to put answers about these measures into words.
    pub(crate) fn fetch<'m>(
        &mut self,
        measures: impl Iterator<Item = &'m String>,
    ) -> Result<(), Complaint> {
        if !self.in_parts {
            return Ok(());
        }
        let measures: BTreeSet<&String> = measures.collect();
        let scope = match measures.len() {
            MANY.. => Scope::All,
            _ => Scope::About(Mentions::measures(measures)),
        };
        self.entries = self.read(|ledger| scope.load(ledger))?;
        self.history = knowing(&self.entries, self.records as u64, self.public).1;
        Ok(())
    }

    /// Reads something more. Where the view turns out to be damaged, it is rebuilt and read again.
    pub(crate) fn read<T>(
        &mut self,
        read: impl Fn(&Ledger) -> Result<T, LedgerError>,
    ) -> Result<T, Complaint> {
        match read(&self.ledger) {
            Err(LedgerError::View(wrong)) if wrong.is_mended_by_rebuild() => {
                self.ledger = self.asker.mend(&wrong)?;
                Ok(read(&self.ledger)?)
            }
            found => Ok(found?),
        }
    }
}

/// Those of some records that are among the first so many of the ledger, and what follows from them.
fn knowing(entries: &[Entry], records: u64, public: Option<Day>) -> (&[Entry], History) {
    let known = &entries[..entries.partition_point(|entry| entry.seq <= records)];
    (known, History::of(known, public))
}
