//! Questions about all of a ledger, asked of what hangs together, several at a time.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ScopedJoinHandle};

use super::{Ledger, LedgerError};
use crate::record::Entry;
use crate::view::{Portion, Portions, ViewError};

/// The usual size of a portion, in records.
pub const PORTION: usize = 2_000;

/// Portions that are read and wait to be asked, at most.
const WAITING: usize = 2;

impl Ledger {
    /// Asks a question of records in portions such that nothing in one can change an answer
    /// about a measure of another; the answers come in the order of the portions.
    ///
    /// Of a ledger that has more records than a portion only a few times so many are in memory at a
    /// time, and several portions are asked at once. The order of the portions tells nothing: a
    /// caller sorts what it makes of them.
    pub fn each<T: Send>(
        &self,
        portions: &Portions<'_>,
        ask: impl Fn(&[Entry]) -> T + Sync,
    ) -> Result<Vec<T>, LedgerError> {
        if self.records() <= portions.size && portions.only.is_none() {
            let entries = self.entries()?;
            let chosen = entries.partition_point(|entry| entry.seq <= portions.upto);
            return Ok(vec![ask(&entries[..chosen])]);
        }
        let (sender, receiver) = sync_channel(WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let workers = thread::available_parallelism().map_or(1, NonZero::get).min(16);
        thread::scope(|scope| {
            let ask = &ask;
            let start = || {
                let receiver = receiver.clone();
                scope.spawn(move || work(&receiver, ask))
            };
            let working: Vec<_> = std::iter::repeat_with(start).take(workers).collect();
            // Only the workers hold it now: where all have gone, nothing waits for them.
            drop(receiver);
            let read = self.hand_out(portions, &sender);
            drop(sender);
            let answers = working.into_iter().map(ScopedJoinHandle::join);
            let mut found = Vec::new();
            for answers in answers {
                let answers = answers.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                found.extend(answers?);
            }
            read?;
            found.sort_by_key(|(place, _)| *place);
            Ok(found.into_iter().map(|(_, answer)| answer).collect())
        })
    }

    fn hand_out(
        &self,
        portions: &Portions<'_>,
        sender: &SyncSender<(usize, Portion)>,
    ) -> Result<(), LedgerError> {
        let mut place = 0;
        self.view.portions(portions, |portion| {
            place += 1;
            sender.send((place, portion)).is_ok()
        })?;
        Ok(())
    }
}

/// Answers for portions until there are no more.
fn work<T>(
    portions: &Mutex<Receiver<(usize, Portion)>>,
    ask: &(impl Fn(&[Entry]) -> T + Sync),
) -> Result<Vec<(usize, T)>, ViewError> {
    let mut answers = Vec::new();
    let mut wrong = None;
    let next = || portions.lock().ok()?.recv().ok();
    while let Some((place, portion)) = next() {
        // Who reads must not wait for ever for somebody to take the next one.
        if wrong.is_some() {
            continue;
        }
        match portion.entries() {
            Ok(entries) => answers.push((place, ask(&entries))),
            Err(error) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(answers), Err)
}
