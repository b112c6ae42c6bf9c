//! How the view follows the log.
//!
//! The log is the truth. A view that is behind it is brought up to it; one that is not there, is
//! damaged, or follows another log, is made anew. Whoever does this holds the ledger's lock.

use std::num::NonZeroU64;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{LedgerError, Opening, ready};
use crate::log::{self, Access, Log, LogError, MAX_BATCH_ENTRIES};
use crate::proof::{Hash, leaf};
use crate::view::{Making, Step, View, ViewError};

/// How many batches are made ahead of the view.
const AHEAD: usize = 4;
/// A view that follows much is committed after so many records.
const COMMIT_RECORDS: u64 = 16_384;

/// Told how far the view has followed the log, and how far it has to.
pub(super) type Progress = Option<fn(u64, u64)>;

/// The view of a log, up to its end; and what was wrong with it, where it had to be made anew.
pub(super) fn view(
    directory: &Path,
    log: &dyn Log,
    progress: Progress,
) -> Result<(View, Option<String>), LedgerError> {
    let wrong = match View::to_write(directory, log.header()) {
        Ok(mut view) if continues(&view, log)? => match catch_up(&mut view, log, progress) {
            Ok(()) => return Ok((view, None)),
            Err(LedgerError::View(error)) if error.is_mended_by_rebuild() => error,
            Err(error) => return Err(error),
        },
        Ok(_) => ViewError::Damaged { what: "follows another log".to_owned() },
        Err(error) if error.is_mended_by_rebuild() => error,
        Err(error) => return Err(error.into()),
    };
    let mended = (!matches!(wrong, ViewError::Missing)).then(|| wrong.to_string());
    Ok((rebuild(directory, log, progress)?, mended))
}

/// Whether the log begins with what the view has.
fn continues(view: &View, log: &dyn Log) -> Result<bool, LedgerError> {
    let Some(last) = NonZeroU64::new(view.position()) else { return Ok(true) };
    if log.position() < Some(last) {
        return Ok(false);
    }
    let entry = log.entries(last).next().transpose()?;
    Ok(entry.is_some_and(|(_, bytes)| leaf(&bytes) == view.last_hash()))
}

/// Follows the log to its end, batch by batch.
pub(super) fn catch_up(
    view: &mut View,
    log: &dyn Log,
    progress: Progress,
) -> Result<(), LedgerError> {
    let end = log.position().map_or(0, NonZeroU64::get);
    let mut batch = Vec::new();
    for item in log.entries(NonZeroU64::MIN.saturating_add(view.position())) {
        let (position, bytes) = item?;
        batch.push(bytes);
        if batch.len() == MAX_BATCH_ENTRIES || position.get() == end {
            view.follow(&std::mem::take(&mut batch))?;
            view.commit()?;
            if let Some(tell) = progress {
                tell(view.position(), end);
            }
        }
    }
    Ok(())
}

/// A view of the log that is kept in memory.
pub(super) fn in_memory(log: &dyn Log) -> Result<View, LedgerError> {
    let mut view = View::in_memory(log.header())?;
    catch_up(&mut view, log, None)?;
    Ok(view)
}

/// Makes the view anew from record 1; the old one is there until the new one takes its place.
pub(super) fn rebuild(
    directory: &Path,
    log: &dyn Log,
    progress: Progress,
) -> Result<View, LedgerError> {
    following_whole(directory, log, progress)?.finish(|view| ready::all(view, None))?;
    Ok(View::to_write(directory, log.header())?)
}

/// A view in the making that has followed all of the log.
fn following_whole(
    directory: &Path,
    log: &dyn Log,
    progress: Progress,
) -> Result<Making, LedgerError> {
    let mut making = Making::begin(directory, log.header())?;
    let end = log.position().map_or(0, NonZeroU64::get);
    let take = |steps: Vec<Step>| {
        making.take(&steps)?;
        if let Some(tell) = progress {
            tell(making.position(), end);
        }
        Ok(())
    };
    beside(take, |send| {
        let mut batch = Vec::new();
        for item in log.entries(NonZeroU64::MIN) {
            let (position, bytes) = item?;
            batch.push(Step::of(position.get(), bytes)?);
            let full = batch.len() == MAX_BATCH_ENTRIES || position.get() == end;
            if full && !send(std::mem::take(&mut batch)) {
                break;
            }
        }
        Ok(())
    })?;
    Ok(making)
}

/// Lets the view take in batches in a thread of its own, while this one makes more of them. `send`
/// tells whether that thread still takes any; the first error counts.
fn beside<T: Send>(
    mut take: impl FnMut(Vec<T>) -> Result<(), ViewError> + Send,
    make: impl FnOnce(&dyn Fn(Vec<T>) -> bool) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<T>>(AHEAD);
        let taking = scope.spawn(move || receiver.into_iter().try_for_each(&mut take));
        let made = make(&|steps| sender.send(steps).is_ok());
        drop(sender);
        let taken = taking.join().unwrap_or_else(|panic| resume_unwind(panic));
        made.and(taken.map_err(LedgerError::from))
    })
}

/// An entry on its way to the view: its number, bytes and hash.
pub(super) type Written = (u64, Vec<u8>, Hash);

/// Hands on what is in the log already, and tells whether the view takes any more.
pub(super) type HandOn<'s> = dyn Fn(Vec<Written>) -> bool + 's;

/// Makes the view anew, and lets it follow what `write` puts into the log after that, side by side.
pub(super) fn anew_beside(
    directory: &Path,
    log: &mut dyn Log,
    write: impl FnOnce(&mut dyn Log, &HandOn<'_>) -> Result<(), LedgerError>,
) -> Result<View, LedgerError> {
    let mut making = following_whole(directory, log, None)?;
    let take = |written: Vec<Written>| making.take(&steps(written)?);
    beside(take, |send| write(log, send))?;
    making.finish(|view| ready::all(view, None))?;
    Ok(View::to_write(directory, log.header())?)
}

/// Lets the view follow what `write` puts into the log, side by side.
pub(super) fn follow_beside(
    view: &mut View,
    write: impl FnOnce(&HandOn<'_>) -> Result<(), LedgerError>,
) -> Result<(), LedgerError> {
    let mut committed = view.position();
    let take = |written: Vec<Written>| {
        view.follow_steps(&steps(written)?)?;
        if view.position() >= committed + COMMIT_RECORDS {
            committed = view.position();
            view.commit()?;
        }
        Ok(())
    };
    let written = beside(take, write);
    let seen = view.commit().map_err(LedgerError::from);
    written.and(seen)
}

fn steps(written: Vec<Written>) -> Result<Vec<Step>, ViewError> {
    let step = |(seq, bytes, hash)| Step::hashed(seq, bytes, hash);
    written.into_iter().map(step).collect()
}

/// Opens the ledger's view to read it; rebuilds it first where that is needed and can be done.
/// Gives what was wrong with it, too.
pub(super) fn readable(
    directory: &Path,
    header: &[u8],
    opening: &Opening,
) -> Result<(View, Option<String>), LedgerError> {
    // The log first: what is acknowledged from here on need not be seen.
    let recorded = log::told_end(directory)?;
    let (found, access) = match View::to_read(directory, header) {
        Ok(found) if found.position() >= recorded => return Ok((found, None)),
        // Somebody is about to acknowledge what is not in the view yet, or was stopped before.
        Ok(found) => (Ok(found), Access { wait: Duration::ZERO, ..opening.access() }),
        Err(wrong) if wrong.is_mended_by_rebuild() => (Err(wrong), opening.access()),
        Err(error) => return Err(error.into()),
    };
    let mended = match (log::open(directory, access), found) {
        (Ok(log), _) => view(directory, log.as_ref(), opening.progress)?.1,
        // Nobody was told of what is not in the view.
        (Err(LogError::Locked { .. } | LogError::Denied { .. }), Ok(found)) => {
            return Ok((found, None));
        }
        // Who may not write cannot mend it either.
        (Err(LogError::Denied { .. }), Err(wrong)) => return Err(wrong.into()),
        (Err(error), _) => return Err(error.into()),
    };
    Ok((View::to_read(directory, header)?, mended))
}
