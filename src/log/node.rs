//! A node: an ordinary ledger directory that keeps a copy of a stream, message by message.
//!
//! The stream is the truth. A message becomes an entry of the copy where it extends what is there;
//! else it is passed over, by every node alike. What is written is published, then read back: only
//! what came back is taken for recorded.

use std::collections::VecDeque;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::directory::{self, NEW_STREAM, STREAM};
use super::jetstream::{Attempt, Item, Moved, Problem, Received, Sent, Stream, Until};
use super::skipped::{self, Skip, Skipped};
use super::{
    Access, Entries, Expect, Feed, Judge, Log, LogError, MAX_BATCH_ENTRIES, SledLog, Told, advance,
    check_batch, check_expected, next,
};
use crate::files;

/// How long it is tried to write the same bytes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a question may take meanwhile.
const BRISK: Duration = Duration::from_secs(3);
/// How many messages are read at once.
const PORTION: u64 = MAX_BATCH_ENTRIES as u64;
/// How many such portions are read ahead of what is written.
const AHEAD: usize = 4;
/// How many batches are on their way at once.
const AT_ONCE: usize = 2;
/// How often a stream is asked again that seems to have lost something.
const TRIES: u32 = 30;
/// More than the file takes that names the stream.
const MOST_BYTES: u64 = 1 << 16;

/// Of which stream a directory is a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The stream's address.
    pub stream: String,
    /// What was moved in when the stream was made.
    pub moved: Option<Moved>,
    /// The messages that are no records.
    pub skipped: Vec<Skip>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    stream: String,
    #[serde(default)]
    moved: Option<(u64, String)>,
}

/// Of which stream a directory is a copy; none where it is a ledger of its own.
pub fn copied(directory: &Path) -> Result<Option<Copied>, LogError> {
    let path = directory.join(STREAM);
    let bytes = match files::read_small(&path, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LogError::io(&path, error)),
    };
    let written: Written = serde_json::from_slice(&bytes)
        .map_err(|_| LogError::damaged(&path, "is damaged: it names no stream"))?;
    let moved = written.moved.map(|(records, head)| Moved { records, head });
    Ok(Some(Copied { stream: written.stream, moved, skipped: skipped::all(directory)? }))
}

/// The number of the last message that a copy has read, where it has so many entries.
pub fn reached(directory: &Path, entries: u64) -> Result<u64, LogError> {
    Ok(skipped::reached(&skipped::all(directory)?, entries))
}

/// Makes a directory the empty copy of a stream, or finds that it is a copy of it; in either case
/// it remembers this address.
pub fn make_copy(directory: &Path, stream: &Stream, access: Access<'_>) -> Result<(), LogError> {
    let first = stream.first()?;
    let address = stream.address().to_string();
    let is_there = directory.join(directory::HEADER).is_file();
    if is_there && directory::read_header(directory)? != first.header {
        let says = format!("{} is a copy of another ledger", directory.display());
        return Err(stream.problem(Problem::Altered, says));
    }
    let known = copied(directory)?;
    if known.is_none_or(|known| known.stream != address || known.moved != first.moved) {
        if !directory.is_dir() {
            files::create_directories(directory)?;
        }
        let moved = first.moved.map(|moved| (moved.records, moved.head));
        let bytes = serde_json::to_vec(&Written { stream: address, moved }).unwrap_or_default();
        files::write_whole(&directory.join(STREAM), &directory.join(NEW_STREAM), &bytes)?;
    }
    if !is_there {
        super::check_header(&first.header, directory)?;
        drop(SledLog::create(directory, &first.header, access)?);
    }
    Ok(())
}

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
    /// Whether the copy has been held against the stream.
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
    /// more tells one that is behind: then it is asked again.
    fn last(&self) -> Result<u64, LogError> {
        let mut last = self.stream.standing()?.last;
        for _ in 0..TRIES {
            if last >= self.reached {
                break;
            }
            self.stream.nap();
            last = self.stream.standing()?.last;
        }
        Ok(last)
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
        if self.is_held {
            return Ok(());
        }
        if self.stream.first()?.header != self.local.header() {
            let says = "its first message is the header of another ledger than before";
            return Err(self.stream.problem(Problem::Altered, says));
        }
        if let Some(position) = self.position().filter(|_| !self.skipped.has(self.reached)) {
            let (found, _) = self.stream.message(self.reached)?;
            let own = self.local.entries(position).next().transpose()?;
            if own.is_none_or(|(_, bytes)| bytes != found) {
                let says = format!("message {} is not @{position} as it was here", self.reached);
                return Err(self.stream.problem(Problem::Altered, says));
            }
        }
        self.is_held = true;
        Ok(())
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
    fn publish(&mut self, first: NonZeroU64, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
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
                    self.read_to(last, &mut untold)?;
                    self.find_taken(first, batch, last)?;
                }
                Attempt::Behind => match brisk.standing().and_then(|it| {
                    let is_news = it.last > self.reached;
                    self.read_to(it.last, &mut untold).map(|()| is_news)
                }) {
                    Ok(true) => is_known = true,
                    Ok(false) => spend(&mut left, Duration::from_millis(500)),
                    Err(error) => {
                        spend(&mut left, BRISK);
                        why = Some(error);
                    }
                },
                Attempt::Silent(cost, error) => {
                    is_known = false;
                    spend(&mut left, cost);
                    why = Some(error);
                    self.stream.nap();
                    // Where it was stored all the same, that is seen here.
                    if let Ok(standing) = brisk.standing()
                        && standing.last > self.reached
                    {
                        self.read_to(standing.last, &mut untold)?;
                    }
                }
                Attempt::Refused(error) if is_known => return Err(error),
                Attempt::Refused(error) => return Err(self.not_known(&error)),
            }
            if left.is_zero() {
                let silent = self.stream.problem(Problem::Unreachable, "no answer");
                return Err(self.not_known(&why.unwrap_or(silent)));
            }
        }
    }

    /// Waits until the oldest batch is recorded, and takes it in. Where something is wrong those that
    /// were sent after it are waited for, and are to be sent again.
    fn settle(
        &mut self,
        oldest: OnItsWay,
        later: &mut VecDeque<OnItsWay>,
    ) -> Result<(NonZeroU64, Vec<Vec<u8>>), LogError> {
        let OnItsWay { first, batch, sent } = oldest;
        if let Some(Attempt::Stored(last)) = sent.map(|sent| self.stream.outcome(sent)) {
            self.read_to(last, &mut untold)?;
            if self.own(first, &batch)? == batch.len() {
                return Ok((first, batch));
            }
            self.find_taken(first, &batch, last)?;
        }
        for sent in later.iter_mut().filter_map(|it| it.sent.take()) {
            drop(self.stream.outcome(sent));
        }
        self.publish(first, &batch)?;
        Ok((first, batch))
    }

    fn not_known(&self, why: &LogError) -> LogError {
        let says =
            if let LogError::Cluster { says, .. } = why { says.clone() } else { why.to_string() };
        self.stream.problem(Problem::NotKnown, says)
    }

    /// Until all is there that was to be moved in, nothing else is recorded.
    fn refuse_while_moving(&self) -> Result<(), LogError> {
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
}

/// A batch that is on its way.
struct OnItsWay {
    first: NonZeroU64,
    batch: Vec<Vec<u8>>,
    /// None where it is to be sent again.
    sent: Option<Sent>,
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

fn spend(left: &mut Duration, cost: Duration) {
    *left = left.saturating_sub(cost);
}

/// A name for bytes that have none of their own.
fn name_of(position: u64, bytes: &[u8]) -> String {
    format!("{position}-{}", skipped::sha256(bytes))
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
        let mut sent = VecDeque::new();
        let (mut end, mut number) = (self.position(), self.reached);
        let (mut is_heard, mut failed) = (true, None);
        loop {
            while is_heard && failed.is_none() && sent.len() < AT_ONCE {
                let Some(batch) = feed() else { break };
                if let Err(error) = check_batch(&batch) {
                    failed = Some(error);
                    break;
                }
                let first = next(end);
                let on_its_way = self.stream.send(number, &self.items(first, &batch));
                end = advance(end, batch.len());
                number += batch.len() as u64;
                sent.push_back(OnItsWay { first, batch, sent: Some(on_its_way) });
            }
            let Some(oldest) = sent.pop_front() else { return failed.map_or(Ok(()), Err) };
            let (first, batch) = self.settle(oldest, &mut sent)?;
            number = self.reached + sent.iter().map(|it| it.batch.len() as u64).sum::<u64>();
            is_heard = is_heard && told(first, batch);
        }
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

/// A node's copy, opened as a directory: to be read, and not to be appended to.
pub(super) struct ReadOnly {
    log: SledLog,
    path: PathBuf,
    stream: String,
}

impl ReadOnly {
    pub(super) fn of(log: SledLog, directory: &Path, of: &Copied) -> Self {
        Self { log, path: directory.to_owned(), stream: of.stream.clone() }
    }
}

impl Log for ReadOnly {
    fn header(&self) -> &[u8] {
        self.log.header()
    }

    fn position(&self) -> Option<NonZeroU64> {
        self.log.position()
    }

    fn append(&mut self, _: Expect, _: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        Err(LogError::Copy { path: self.path.clone(), stream: self.stream.clone() })
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        self.log.entries(from)
    }

    fn resume(&self, from: NonZeroU64) -> Option<NonZeroU64> {
        self.log.resume(from)
    }

    fn set_aside(&self) -> Vec<PathBuf> {
        self.log.set_aside()
    }
}
