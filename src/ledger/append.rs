//! Recording: all of it or nothing, in the log first, then in the view, then acknowledged.

use std::num::NonZeroU64;
use std::thread;
use std::time::Duration;

use super::{Ledger, LedgerError, Writer, ready};
use crate::admission::{self, Decision, Existing, Refused};
use crate::codec;
use crate::log::{Expect, Log, LogError, MAX_BATCH_ENTRIES};
use crate::proof::leaf;
use crate::record::{Draft, Mentions};

/// How often a writer that comes too late decides again.
pub(super) const MOST_TRIES: u32 = 200;

impl Ledger {
    /// What would become of drafts; nothing is written.
    pub fn preview(
        &self,
        drafts: Vec<Draft>,
        writer: &Writer<'_>,
    ) -> Result<Vec<Decision>, LedgerError> {
        let decisions = self.decide(drafts, writer)?;
        self.encode(&decisions)?;
        Ok(decisions)
    }

    /// Records drafts: all of them, or none and every reason why. Durable, and in the view, on
    /// return.
    ///
    /// More than [`MAX_BATCH_ENTRIES`] new records go in batches; each is whole and durable before
    /// the next, and recording the same drafts again completes what an interruption left out.
    pub fn append(
        &mut self,
        drafts: Vec<Draft>,
        writer: &Writer<'_>,
    ) -> Result<Vec<Decision>, LedgerError> {
        self.catch_up()?;
        if self.log.as_deref().is_some_and(Log::is_shared) {
            return self.append_among(drafts, writer);
        }
        let decisions = self.decide(drafts, writer)?;
        self.record_all(&decisions, writer)?;
        Ok(decisions)
    }

    /// Records where others record, too: what they were faster with is taken in, and it is decided
    /// again, with a new recorded time, about all that is not recorded yet.
    fn append_among(
        &mut self,
        mut drafts: Vec<Draft>,
        writer: &Writer<'_>,
    ) -> Result<Vec<Decision>, LedgerError> {
        let mut recorded = Vec::new();
        let mut tries = 0;
        loop {
            let mut decisions = self.decide(drafts.clone(), writer)?;
            let before = self.records();
            match self.record_all(&decisions, writer) {
                Ok(()) => {
                    recorded.extend(decisions);
                    return Ok(recorded);
                }
                Err(LedgerError::Log(LogError::Conflict { .. })) if tries < MOST_TRIES => {}
                Err(error) => return Err(error),
            }
            let durable = self.records() - before;
            let done = settled(&decisions, durable);
            drafts.drain(..done);
            recorded.extend(decisions.drain(..done));
            tries += 1;
            thread::sleep(pause(tries));
            self.catch_up()?;
        }
    }

    /// Records what is decided, in batches.
    fn record_all(
        &mut self,
        decisions: &[Decision],
        writer: &Writer<'_>,
    ) -> Result<(), LedgerError> {
        let encoded = self.encode(decisions)?;
        let at_once = encoded.len() <= MAX_BATCH_ENTRIES;
        for batch in encoded.chunks(MAX_BATCH_ENTRIES) {
            self.view.follow(batch)?;
            if at_once {
                self.keep_up_at(1)?;
            }
            self.record(batch)?;
            writer.tell(self.records());
        }
        if !at_once {
            // All is recorded; what is not ready is asked of the kernel.
            let _ = self.make_ready(None);
        }
        Ok(())
    }

    /// Works out, in the view's open transaction, what the new records change, once there are so
    /// many.
    pub(super) fn keep_up_at(&mut self, many: u64) -> Result<(), LedgerError> {
        if self.view.unready()? < many {
            return Ok(());
        }
        let kept_up = ready::keep_up(&mut self.view);
        if kept_up.is_err() {
            self.view.roll_back();
        }
        Ok(kept_up?)
    }

    /// Writes what the view has followed already to the log, then acknowledges it.
    pub(super) fn record(&mut self, entries: &[Vec<u8>]) -> Result<(), LedgerError> {
        let before = self.view.position() - entries.len() as u64;
        let log = self.log.as_mut().ok_or(LedgerError::ReadOnly)?;
        if let Err(error) = log.append(Expect::from(NonZeroU64::new(before)), entries) {
            self.view.roll_back();
            return Err(error.into());
        }
        let (from, to) = (before + 1, before + entries.len() as u64);
        self.view.commit().map_err(|why| LedgerError::Unseen { from, to, why })
    }

    /// Brings the view up to the log, where an earlier error or somebody else has left it behind.
    pub(super) fn catch_up(&mut self) -> Result<(), LedgerError> {
        self.catch_up_with(None)
    }

    pub(super) fn decide(
        &self,
        drafts: Vec<Draft>,
        writer: &Writer<'_>,
    ) -> Result<Vec<Decision>, LedgerError> {
        let last = self.view.last_recorded().map(|recorded| (self.view.position(), recorded));
        writer.check_clock(&self.header, last.map(|(_, recorded)| recorded))?;
        let mut mentions = Mentions::default();
        for draft in &drafts {
            mentions.add_draft(draft);
        }
        let existing = Existing {
            entries: self.about(&mentions)?,
            last,
            // Guesses are a courtesy: where they cannot be had, the refusal stands without.
            measure_ids: &|| names(self.measure_ids()),
            keys: &|| names(self.keys()),
        };
        let rules = writer.rules(&self.header, self.view.last_hash());
        admission::admit(existing, drafts, &rules).map_err(LedgerError::Refused)
    }

    /// The bytes of all that is new, each with the hash of the one before.
    pub(super) fn encode(&self, decisions: &[Decision]) -> Result<Vec<Vec<u8>>, LedgerError> {
        let mut prev = self.view.last_hash();
        let mut encoded = Vec::new();
        let mut refused: Vec<Refused> = Vec::new();
        for (place, decision) in decisions.iter().enumerate() {
            let Decision::New(entry) = decision else {
                continue;
            };
            match codec::encode(entry, &prev) {
                Ok(bytes) => {
                    prev = leaf(&bytes);
                    encoded.push(bytes);
                }
                Err(refusal) => refused.push((place, refusal)),
            }
        }
        if refused.is_empty() { Ok(encoded) } else { Err(LedgerError::Refused(refused)) }
    }
}

/// How many decisions are settled when so many records of them are durable.
fn settled(decisions: &[Decision], durable: usize) -> usize {
    let mut new = 0;
    let is_left = |decision: &Decision| {
        new += usize::from(matches!(decision, Decision::New(_)));
        new > durable
    };
    decisions.iter().position(is_left).unwrap_or(decisions.len())
}

/// How long a writer waits that came too late: longer each time, and not as long as another.
pub(super) fn pause(tries: u32) -> Duration {
    let other = std::process::id() % 7;
    Duration::from_millis(u64::from((tries * (2 + other)).min(100)))
}

fn names(found: Result<Vec<(String, u64)>, LedgerError>) -> Vec<String> {
    found.unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}
