//! Who records, by which clock, and how unnamed repetitions are taken.

use super::{ClockKind, Header, LedgerError};
use crate::admission::{Decision, Rules, Same, Simulated};
use crate::log::MAX_BATCH_ENTRIES;
use crate::proof::Hash;
use crate::time::{Clock, Instant};

/// How far the ledger may be ahead of the writer's clock, in seconds.
const MOST_SECONDS_AHEAD: i64 = 600;

/// Who records, and how.
#[derive(Clone, Copy)]
pub struct Writer<'w> {
    /// The clock.
    pub clock: &'w dyn Clock,
    /// Whether the clock was set by hand: then it is the recorded time of a simulated ledger.
    pub clock_is_set: bool,
    /// Who records.
    pub by: Option<&'w str>,
    /// What an unnamed repetition is.
    pub same: Same,
    /// Records although the ledger is ahead of the clock.
    pub accept_clock: bool,
    /// Told how many records are durable, after each batch.
    pub progress: Option<&'w dyn Fn(usize)>,
}

impl<'w> Writer<'w> {
    /// A writer by a clock, with repetitions recorded as new records.
    #[must_use]
    pub fn of(clock: &'w dyn Clock) -> Self {
        Self {
            clock,
            clock_is_set: false,
            by: None,
            same: Same::New,
            accept_clock: false,
            progress: None,
        }
    }

    pub(super) fn rules(&self, header: &Header, seed: Hash) -> Rules {
        let simulated = match header.clock {
            ClockKind::Machine => Simulated::No,
            ClockKind::Simulated if self.clock_is_set => Simulated::At,
            ClockKind::Simulated => Simulated::Yes,
        };
        Rules {
            now: self.clock.now(),
            simulated,
            by: self.by.map(str::to_owned),
            same: self.same,
            batch: MAX_BATCH_ENTRIES,
            seed,
        }
    }

    /// Refuses to follow a ledger that is far ahead of the clock: one wrong clock must not spoil
    /// the knowledge axis for ever.
    pub(super) fn check_clock(
        &self,
        header: &Header,
        last: Option<Instant>,
    ) -> Result<(), LedgerError> {
        let now = self.clock.now();
        let Some(last) = last else {
            return Ok(());
        };
        let ahead = last.seconds_since(now) > MOST_SECONDS_AHEAD;
        let machine = header.clock == ClockKind::Machine;
        if machine && ahead && !self.accept_clock {
            return Err(LedgerError::ClockBehind { last, now });
        }
        Ok(())
    }

    pub(super) fn tell(&self, records: usize) {
        if let Some(progress) = self.progress {
            progress(records);
        }
    }
}

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Recorded under this number.
    New(u64),
    /// Recorded already, under this number.
    Already(u64),
}

impl Recorded {
    /// The record's number.
    #[must_use]
    pub fn seq(self) -> u64 {
        match self {
            Self::New(seq) | Self::Already(seq) => seq,
        }
    }
}

impl From<&Decision> for Recorded {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::New(entry) => Self::New(entry.seq),
            Decision::Already(seq) => Self::Already(*seq),
        }
    }
}
