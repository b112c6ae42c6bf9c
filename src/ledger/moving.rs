//! A ledger that moves: from a directory to a stream, or back. The records, their bytes, the id and
//! the head stay the same.

use std::num::NonZeroU64;
use std::path::Path;

use super::{Ledger, LedgerError, Opening, Standpoint};
use crate::log::{self, Log, LogError, MAX_BATCH_ENTRIES, Moved, Problem, Stream, Writing};

impl Ledger {
    /// Whether a ledger can be moved into a stream, as far as is seen without moving it: there is no
    /// such stream, or the same ledger was being moved into it.
    pub fn may_move_in(
        directory: &Path,
        point: &Standpoint,
        stream: &Stream,
    ) -> Result<(), LedgerError> {
        if !stream.exists()? {
            return Ok(());
        }
        stream.standing()?;
        let moved = Moved { records: point.records, head: point.head.clone() };
        let first = stream.first()?;
        if first.header == log::read_header(directory)? && first.moved == Some(moved) {
            return Ok(());
        }
        Err(refused(stream, "there is a ledger in this stream already"))
    }

    /// Moves all that is recorded in a directory to a stream that is not there yet, or into which
    /// the same ledger was being moved. The directory is held meanwhile, and not changed.
    pub fn move_in(
        directory: &Path,
        stream: &Stream,
        replicas: u64,
        opening: &Opening,
    ) -> Result<Standpoint, LedgerError> {
        let log = log::open(directory, opening.access())?;
        let ledger = Self::following(directory, log, opening.progress)?;
        let standpoint = ledger.standpoint(ledger.records())?;
        let log = ledger.log.as_deref().ok_or(LedgerError::ReadOnly)?;
        let moved = Moved { records: standpoint.records, head: standpoint.head.clone() };
        let standing = stream.create(log.header(), Some(&moved), replicas)?;
        let there = standing.last.saturating_sub(1);
        if there > moved.records {
            let says = "it has more records than were to be moved";
            return Err(refused(stream, says));
        }
        held(log, stream, there)?;
        fill(log, stream, there, opening)?;
        Ok(standpoint)
    }
}

fn refused(stream: &Stream, says: &str) -> LedgerError {
    let (problem, stream) = (Problem::Refused, stream.address().to_string());
    LogError::Cluster { problem, stream, says: says.to_owned() }.into()
}

/// What was moved before must be what is to be moved.
fn held(log: &dyn Log, stream: &Stream, there: u64) -> Result<(), LedgerError> {
    let Some(last) = NonZeroU64::new(there) else { return Ok(()) };
    let (found, _) = stream.message(there + 1)?;
    let own = log.entries(last).next().transpose()?;
    if own.is_some_and(|(_, bytes)| bytes == found) {
        return Ok(());
    }
    Err(refused(stream, &format!("its message {} is not @{there} of the directory", there + 1)))
}

/// Writes the entries after those that are there, a batch at a time.
fn fill(log: &dyn Log, stream: &Stream, there: u64, opening: &Opening) -> Result<(), LedgerError> {
    let end = log.position().map_or(0, NonZeroU64::get);
    let mut writing = Writing::after(stream, there + 1);
    let mut batch = Vec::new();
    for item in log.entries(NonZeroU64::MIN.saturating_add(there)) {
        let (position, bytes) = item?;
        let name = crate::codec::Envelope::of(&bytes).ok().map(|it| it.id.to_string());
        batch.push((name.unwrap_or_else(|| position.to_string()), bytes));
        if batch.len() == MAX_BATCH_ENTRIES || position.get() == end {
            writing.write(std::mem::take(&mut batch))?;
            if let Some(tell) = opening.progress {
                tell(position.get(), end);
            }
        }
    }
    Ok(())
}
