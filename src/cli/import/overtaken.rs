//! A long import into a ledger in which others record meanwhile: it is read again from its
//! beginning, and what it has recorded before counts as new.

use std::num::NonZeroU64;
use std::ops::Range;

use crate::ask::Complaint;
use crate::cli::writing::so_far;
use crate::ledger::{Ledger, LedgerError, Recorded};
use crate::log::{Expect, LogError};

/// How often an import is begun again.
const MOST_TRIES: usize = 100;

/// What an import has recorded before somebody else was faster, each time.
#[derive(Default)]
pub(super) struct Ours(Vec<Range<u64>>);

impl Ours {
    /// How many records those are.
    pub(super) fn count(&self) -> usize {
        let count: u64 = self.0.iter().map(|range| range.end - range.start).sum();
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// What becomes of a draft, seen from the beginning.
    pub(super) fn seen(&self, recorded: Recorded) -> Recorded {
        match recorded {
            Recorded::Already(seq) if self.0.iter().any(|range| range.contains(&seq)) => {
                Recorded::New(seq)
            }
            Recorded::New(_) | Recorded::Already(_) => recorded,
        }
    }

    /// Notes what was recorded before somebody else was faster; an error after too many times.
    pub(super) fn overtaken(
        &mut self,
        recorded: Range<u64>,
        ledger: &Ledger,
    ) -> Result<(), Complaint> {
        let expected = Expect::from(NonZeroU64::new(recorded.end - 1));
        self.0.push(recorded);
        if self.0.len() < MOST_TRIES {
            return Ok(());
        }
        let found = NonZeroU64::new(ledger.records() as u64);
        let conflict = LedgerError::from(LogError::Conflict { expected, found });
        Err(so_far(conflict.into(), self.count()))
    }
}
