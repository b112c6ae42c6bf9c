//! A node: an ordinary ledger directory that keeps a copy of a stream, message by message.
//!
//! The stream is the truth. A message becomes an entry of the copy where it extends what is there;
//! else it is passed over, by every node alike. What is written is published, then read back: only
//! what came back is taken for recorded.

mod copy;
mod write;

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use super::jetstream::{Problem, Received, Stream, Until};
use super::skipped::{Skip, Skipped};
use super::{
    Entries, Expect, Feed, Judge, Log, LogError, MAX_BATCH_ENTRIES, Told, advance, check_batch,
    check_expected, next,
};
pub(super) use copy::ReadOnly;
pub use copy::{Copied, copied, make_copy, reached};

/// How many messages are read at once.
const PORTION: u64 = MAX_BATCH_ENTRIES as u64;
/// How many such portions are read ahead of what is written.
const AHEAD: usize = 4;
/// How often a stream is asked again that seems to have lost something.
const TRIES: u32 = 30;

/// A log that several nodes share: a stream, and this node's copy of it.
pub struct StreamLog {
    local: Box<dyn Log>,
    stream: Stream,
    skipped: Skipped,
    judge: Box<dyn Judge>,
    /// The number of the last message that was read.
    reached: u64,
    /// The number of the last message that there was when it was last asked.
    seen: u64,
    /// How many records were moved in when the stream was made.
    moved: u64,
    /// Whether the header has been held against the stream's.
    is_held: bool,
}

impl StreamLog {
    /// The log of a copy that is kept in a directory. `judge` stands where the copy ends.
    pub fn over(
        directory: &Path,
        local: Box<dyn Log>,
        stream: Stream,
        judge: Box<dyn Judge>,
    ) -> Result<Self, LogError> {
        let skipped = Skipped::open(directory)?;
        let reached = skipped.reached(local.position().map_or(0, NonZeroU64::get));
        let moved = copied(directory)?.and_then(|it| it.moved).map_or(0, |it| it.records);
        Ok(Self { local, stream, skipped, judge, reached, seen: reached, moved, is_held: false })
    }

    fn entries_here(&self) -> u64 {
        self.position().map_or(0, NonZeroU64::get)
    }

    /// The number of the stream's last message. A server that does not know yet that it leads no
    /// more tells one that is behind: then it is asked again, and if it hears of no others it is
    /// not believed.
    fn last(&self) -> Result<u64, LogError> {
        let mut standing = self.stream.standing()?;
        for _ in 0..TRIES {
            if standing.last >= self.reached {
                break;
            }
            self.stream.nap();
            standing = self.stream.standing()?;
        }
        if standing.last < self.reached && !standing.leads {
            let says = "the server that was asked is cut off from the others";
            return Err(self.stream.problem(Problem::Unreachable, says));
        }
        Ok(standing.last)
    }

    /// The copy must be of what the stream holds: else one of the two was altered, or put back to
    /// an earlier state.
    fn hold(&mut self, last: u64) -> Result<(), LogError> {
        if last < self.reached {
            let says = format!(
                "it ends with message {last}, this node has seen message {}: entries were lost or \
                 the stream was made again; this node's copy has them",
                self.reached
            );
            return Err(self.stream.problem(Problem::Altered, says));
        }
        if !self.is_held && self.stream.first()?.header != self.local.header() {
            let says = "its first message is the header of another ledger than before";
            return Err(self.stream.problem(Problem::Altered, says));
        }
        self.is_held = true;
        // The last message may be one that anybody wrote: the last record is looked at, too.
        let record = (2..=self.reached).rev().find(|number| !self.skipped.has(*number));
        if let Some(record) = record.filter(|record| *record < self.reached) {
            self.hold_message(record)?;
        }
        if self.reached > 1 { self.hold_message(self.reached) } else { Ok(()) }
    }

    /// A message must be what it was when this node read it.
    fn hold_message(&self, number: u64) -> Result<(), LogError> {
        let (found, _) = self.stream.message(number)?;
        let (is_same, was) = if self.skipped.has(number) {
            (self.skipped.ends_with(&found), "what was passed over".to_owned())
        } else {
            let Some(position) = self.position() else { return Ok(()) };
            let own = self.local.entries(position).next().transpose()?;
            (own.is_some_and(|(_, bytes)| bytes == found), format!("@{position}"))
        };
        if is_same {
            return Ok(());
        }
        let says = format!(
            "message {number} is not {was} as it was here; keep this node's copy, it may be the only \
             one that has what was there (where the copy itself is what was altered, move it aside: \
             it is read again)"
        );
        Err(self.stream.problem(Problem::Altered, says))
    }

    /// Reads up to a message that is there; `told` hears of what is taken. Much of it is read on
    /// while what came before is written.
    fn read_to(&mut self, last: u64, told: &mut Told<'_>) -> Result<(), LogError> {
        if last.saturating_sub(self.reached) <= PORTION {
            while self.reached < last {
                let read = self.stream.read(self.reached + 1, PORTION, Until::Message(last))?;
                if !self.take(read, told)? {
                    break;
                }
            }
            return Ok(());
        }
        let (mut stream, from) = (self.stream.clone(), self.reached + 1);
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::sync_channel(AHEAD);
            scope.spawn(move || read_ahead(&mut stream, from, last, &sender));
            for read in receiver {
                if !self.take(read?, told)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// What is passed over is written first: how far was read follows from it and the entries.
    fn take(&mut self, read: Vec<Received>, told: &mut Told<'_>) -> Result<bool, LogError> {
        let (mut taken, mut skips) = (Vec::new(), Vec::new());
        let mut reached = self.reached;
        for message in read {
            reached = message.number;
            let position = advance(self.position(), taken.len());
            match self.judge.wrong(next(position), &message.bytes, message.published)? {
                None => taken.push(message.bytes),
                Some(reason) => {
                    let after = position.map_or(0, NonZeroU64::get);
                    skips.push(Skip::of(&message, after, &reason));
                }
            }
        }
        self.skipped.add(&skips)?;
        let first = match &taken[..] {
            [] => None,
            taken => Some(self.local.append(self.position().into(), taken)?),
        };
        self.reached = reached;
        Ok(first.is_none_or(|first| told(first, taken)))
    }
}

/// Sends on what is in a stream, in order, as far as it is wanted.
fn read_ahead(
    stream: &mut Stream,
    from: u64,
    last: u64,
    sender: &SyncSender<Result<Vec<Received>, LogError>>,
) {
    let mut next = from;
    while next <= last {
        let read = stream.read(next, PORTION, Until::Message(last));
        next = read.as_ref().ok().and_then(|read| read.last()).map_or(last, |it| it.number) + 1;
        if sender.send(read).is_err() {
            break;
        }
    }
}

/// Where nobody wants to hear what was taken.
fn untold(_: NonZeroU64, _: Vec<Vec<u8>>) -> bool {
    true
}

impl Log for StreamLog {
    fn header(&self) -> &[u8] {
        self.local.header()
    }

    fn position(&self) -> Option<NonZeroU64> {
        self.local.position()
    }

    fn append(&mut self, expect: Expect, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        check_batch(batch)?;
        check_expected(expect, self.position())?;
        self.refuse_while_moving()?;
        self.publish(next(self.position()), batch)
    }

    fn append_all(&mut self, feed: &mut Feed<'_>, told: &mut Told<'_>) -> Result<(), LogError> {
        self.refuse_while_moving()?;
        self.publish_all(feed, told)
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        self.local.entries(from)
    }

    fn resume(&self, from: NonZeroU64) -> Option<NonZeroU64> {
        self.local.resume(from)
    }

    fn set_aside(&self) -> Vec<PathBuf> {
        self.local.set_aside()
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn ahead(&mut self) -> Result<u64, LogError> {
        let last = self.last()?;
        self.hold(last)?;
        self.seen = last;
        Ok(last.saturating_sub(self.reached))
    }

    fn take_in(&mut self, many: u64, told: &mut Told<'_>) -> Result<(), LogError> {
        let stream = self.stream.clone();
        let last = self.reached.saturating_add(many).min(self.seen);
        self.read_to(last, &mut |first, taken| told(first, taken) && !stream.is_stopped())
    }
}
