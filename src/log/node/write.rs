//! What a node writes: published until it is in the stream, and taken for recorded when it came
//! back.

use std::num::NonZeroU64;
use std::time::Duration;

use super::{StreamLog, untold};
use crate::log::jetstream::{Attempt, Item, Problem, Sent, Staged};
use crate::log::{Expect, Feed, Log, LogError, Told, check_batch, next, skipped};

/// How long it is tried to write the same bytes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a question may take meanwhile.
const BRISK: Duration = Duration::from_secs(3);
/// The pause before it is looked again whether what others write is there.
const SOON: Duration = Duration::from_millis(20);

impl StreamLog {
    /// How many of a batch are in the copy from this position on.
    fn own(&self, first: NonZeroU64, batch: &[Vec<u8>]) -> Result<usize, LogError> {
        for (place, (own, there)) in batch.iter().zip(self.local.entries(first)).enumerate() {
            if *own != there?.1 {
                return Ok(place);
            }
        }
        let there = (self.entries_here() + 1).saturating_sub(first.get());
        Ok(batch.len().min(usize::try_from(there).unwrap_or(usize::MAX)))
    }

    /// The messages of a batch that begins at a position.
    fn items(&self, first: NonZeroU64, batch: &[Vec<u8>]) -> Vec<Item> {
        let item = |(place, bytes): (u64, &Vec<u8>)| {
            let name = self.judge.name(bytes);
            let name = name.unwrap_or_else(|| name_of(first.get() + place, bytes));
            Item { name, bytes: bytes.clone() }
        };
        (0..).zip(batch).map(item).collect()
    }

    /// Publishes the same bytes until they are in the stream or others are in their place; both is
    /// seen by reading on.
    pub(super) fn publish(
        &mut self,
        first: NonZeroU64,
        batch: &[Vec<u8>],
    ) -> Result<NonZeroU64, LogError> {
        let expected = Expect::from(self.position());
        let brisk = self.stream.with_patience(BRISK);
        let mut left = PATIENCE;
        let mut why = None;
        let mut is_known = true;
        loop {
            let done = self.own(first, batch)?;
            if done == batch.len() {
                return Ok(first);
            }
            if self.entries_here() >= first.get() + done as u64 {
                return Err(LogError::Conflict { expected, found: self.position() });
            }
            let rest = self.items(first.saturating_add(done as u64), &batch[done..]);
            match self.stream.publish(self.reached, &rest) {
                Attempt::Stored(last) => {
                    self.read_back(last)?;
                    self.find_taken(first, batch, last)?;
                }
                tried @ (Attempt::Behind | Attempt::Repeated) => {
                    match brisk.standing().and_then(|it| {
                        let is_news = it.last > self.reached;
                        self.read_to(it.last, &mut untold).map(|()| is_news)
                    }) {
                        // It is there, and no node takes it for recorded: with what is there now it is
                        // to be decided again.
                        Ok(_)
                            if matches!(tried, Attempt::Repeated) && self.is_passed_over(&rest) =>
                        {
                            return Err(LogError::Conflict { expected, found: self.position() });
                        }
                        Ok(true) => {
                            is_known = true;
                            spend(&mut left, SOON);
                        }
                        // What others write is on its way, or will never be there: no majority is.
                        Ok(false) => {
                            std::thread::sleep(SOON);
                            spend(&mut left, SOON);
                        }
                        Err(error) => {
                            spend(&mut left, BRISK);
                            why = Some(error);
                        }
                    }
                }
                Attempt::Silent(cost, error) => {
                    is_known = false;
                    spend(&mut left, cost);
                    why = Some(error);
                    self.stream.nap();
                    // Where it was stored all the same, that is seen here.
                    if let Ok(standing) = brisk.standing()
                        && standing.last > self.reached
                    {
                        self.read_back(standing.last)?;
                    }
                }
                Attempt::Refused(error) if is_known => return Err(error),
                Attempt::Refused(error) => return Err(self.not_known(&error)),
            }
            if left.is_zero() && is_known {
                let says = "something else was there each time, for 30 s; nothing of this was \
                            recorded: try again";
                return Err(self.stream.problem(Problem::Refused, says));
            }
            if left.is_zero() {
                let silent = self.stream.problem(Problem::Unreachable, "no answer");
                return Err(self.not_known(&why.unwrap_or(silent)));
            }
        }
    }

    /// Waits until a batch is recorded, and takes it in.
    fn settle(&mut self, first: NonZeroU64, batch: &[Vec<u8>], sent: Sent) -> Result<(), LogError> {
        if let Attempt::Stored(last) = self.stream.outcome(sent) {
            self.read_back(last)?;
            if self.own(first, batch)? == batch.len() {
                return Ok(());
            }
            self.find_taken(first, batch, last)?;
        }
        self.publish(first, batch).map(drop)
    }

    /// Whether any of a batch is in the stream and was passed over.
    fn is_passed_over(&self, items: &[Item]) -> bool {
        items.iter().any(|item| self.skipped.has_named(&item.name))
    }

    /// Reads on where what was published may be. Where that fails nobody knows what became of it.
    fn read_back(&mut self, last: u64) -> Result<(), LogError> {
        self.read_to(last, &mut untold).map_err(|error| {
            let altered = matches!(error, LogError::Cluster { problem: Problem::Altered, .. });
            if altered { error } else { self.not_known(&error) }
        })
    }

    fn not_known(&self, why: &LogError) -> LogError {
        let says =
            if let LogError::Cluster { says, .. } = why { says.clone() } else { why.to_string() };
        self.stream.problem(Problem::NotKnown, says)
    }

    /// Until all is there that was to be moved in, nothing else is recorded.
    pub(super) fn refuse_while_moving(&self) -> Result<(), LogError> {
        if self.entries_here() >= self.moved {
            return Ok(());
        }
        let says = format!(
            "records are being moved in, {} of {} are there: `migrate` goes on with it",
            self.entries_here(),
            self.moved
        );
        Err(self.stream.problem(Problem::NotTaken, says))
    }

    /// What is stored and passed over will never be recorded, however often it is published.
    fn find_taken(&self, first: NonZeroU64, batch: &[Vec<u8>], last: u64) -> Result<(), LogError> {
        if self.own(first, batch)? > 0 || !self.skipped.has(last) {
            return Ok(());
        }
        let says = "what was written is passed over by every node; `doctor` says why: perhaps this \
                    machine's clock is wrong";
        Err(self.stream.problem(Problem::NotTaken, says))
    }

    /// Publishes batch after batch. The next one is handed over while the one before is on its way,
    /// but for its last message: it counts only once the one before is recorded and read back, so it
    /// is never in the stream without that.
    pub(super) fn publish_all(
        &mut self,
        feed: &mut Feed<'_>,
        told: &mut Told<'_>,
    ) -> Result<(), LogError> {
        let mut now = self.stage(next(self.position()), self.reached, feed)?;
        while let Some(Ahead { first, batch, after, staged }) = now.take() {
            let staged = if after == self.reached {
                staged
            } else {
                self.stream.stage(self.reached, &self.items(first, &batch))
            };
            let sent = self.stream.commit(staged);
            let many = batch.len() as u64;
            let later = self.stage(first.saturating_add(many), self.reached + many, feed);
            self.settle(first, &batch, sent)?;
            if !told(first, batch) {
                return Ok(());
            }
            now = later?;
        }
        Ok(())
    }

    /// Hands over the next batch, if there is one, but for its last message.
    fn stage(
        &self,
        first: NonZeroU64,
        after: u64,
        feed: &mut Feed<'_>,
    ) -> Result<Option<Ahead>, LogError> {
        let Some(batch) = feed() else { return Ok(None) };
        check_batch(&batch)?;
        let staged = self.stream.stage(after, &self.items(first, &batch));
        Ok(Some(Ahead { first, batch, after, staged }))
    }
}

/// A batch that is handed over but for its last message.
struct Ahead {
    first: NonZeroU64,
    batch: Vec<Vec<u8>>,
    /// The number of the message that it is to follow.
    after: u64,
    staged: Staged,
}

fn spend(left: &mut Duration, cost: Duration) {
    *left = left.saturating_sub(cost);
}

/// A name for bytes that have none of their own.
fn name_of(position: u64, bytes: &[u8]) -> String {
    format!("{position}-{}", skipped::sha256(bytes))
}
