//! Questions about all of a ledger, asked of what hangs together, several at a time.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Ledger, LedgerError};
use crate::record::Entry;
use crate::view::{Portion, Portions, View, ViewError};

/// The usual size of a portion, in records.
pub const PORTION: usize = 2_000;

/// Portions that are read and wait to be asked, at most.
const WAITING: usize = 2;

impl Ledger {
    /// Asks a question of records in portions such that nothing in one can change an answer about a
    /// measure of another; the answers come in the order of the portions.
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
        let mut found = Vec::new();
        through(&self.view, portions, ask, |place, answer| {
            found.push((place, answer));
            Ok(())
        })?;
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, answer)| answer).collect())
    }
}

/// A portion's place among all, and what was found in it.
type Answer<T> = (usize, Result<T, ViewError>);

/// Asks a question of portions, several at once, and takes the answers, with the places of their
/// portions, as they come.
pub(super) fn through<T: Send>(
    view: &View,
    portions: &Portions<'_>,
    ask: impl Fn(&[Entry]) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), ViewError>,
) -> Result<(), ViewError> {
    let (sender, receiver) = sync_channel(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    let (answers, found) = channel();
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(16);
    thread::scope(|scope| {
        let ask = &ask;
        let start = || {
            let (receiver, answers) = (receiver.clone(), answers.clone());
            scope.spawn(move || work(&receiver, ask, &answers))
        };
        let working: Vec<_> = std::iter::repeat_with(start).take(workers).collect();
        // Only the workers hold these now: where all have gone, nothing waits for them.
        drop((receiver, answers));
        let handed = hand_out(view, portions, &sender, &found, &mut take);
        drop(sender);
        let taken = handed.and_then(|()| take_all(found.iter(), &mut take));
        for worker in working {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        taken
    })
}

/// Hands out all portions; takes what is found meanwhile.
fn hand_out<T>(
    view: &View,
    portions: &Portions<'_>,
    sender: &SyncSender<(usize, Portion)>,
    found: &Receiver<Answer<T>>,
    take: &mut impl FnMut(usize, T) -> Result<(), ViewError>,
) -> Result<(), ViewError> {
    let (mut place, mut taken) = (0, Ok(()));
    view.portions(portions, |portion| {
        place += 1;
        taken = take_all(found.try_iter(), take);
        taken.is_ok() && sender.send((place, portion)).is_ok()
    })?;
    taken
}

fn take_all<T>(
    mut answers: impl Iterator<Item = Answer<T>>,
    take: &mut impl FnMut(usize, T) -> Result<(), ViewError>,
) -> Result<(), ViewError> {
    answers.try_for_each(|(place, answer)| take(place, answer?))
}

/// Answers for portions until there are no more.
fn work<T>(
    portions: &Mutex<Receiver<(usize, Portion)>>,
    ask: &(impl Fn(&[Entry]) -> T + Sync),
    answers: &Sender<Answer<T>>,
) {
    let next = || portions.lock().ok()?.recv().ok();
    while let Some((place, portion)) = next() {
        let answer = portion.entries().map(|entries| ask(&entries));
        // Nobody takes it any more where something went wrong: there will be no more portions.
        let _ = answers.send((place, answer));
    }
}
