//! A ledger that several nodes share: what is recorded goes to a stream, and everybody follows it.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::path::Path;

use super::follow::{HandOn, Written};
use super::{Header, Ledger, LedgerError, Making, Opening, follow};
use crate::codec;
use crate::ledger::ClockKind;
use crate::log::{
    self, Judge, Log, LogError, MAX_ENTRY_BYTES, Moved, SledLog, Standing, Stream, StreamLog,
};
use crate::proof::{Hash, leaf};
use crate::time::{Clock, Instant};
use crate::view::{View, ViewError};

/// How far a recorded time may be from that of the server, in milliseconds: ten minutes.
const MOST_APART: u64 = 600_000;
/// How many records are many at once.
const MANY: u64 = 1_000;
/// How many ids are remembered at least before those are forgotten that the view has.
const MOST_IDS: usize = 100_000;

impl Ledger {
    /// Makes the stream of an empty ledger, and gives its header.
    pub fn create_stream(
        stream: &Stream,
        making: &Making,
        replicas: u64,
        clock: &dyn Clock,
    ) -> Result<(Header, Standing), LedgerError> {
        let header = Header::new(making, clock);
        let standing = stream.create(&header.to_bytes(), None, replicas)?;
        Ok((header, standing))
    }

    /// Opens a node's copy of a stream to record, and takes in what there is: all that was
    /// acknowledged to anybody before this call is in it.
    pub fn join(directory: &Path, stream: &Stream, opening: &Opening) -> Result<Self, LedgerError> {
        log::make_copy(directory, stream, opening.access())?;
        let local = SledLog::open(directory, opening.access())?;
        let header = Header::from_bytes(local.header())?;
        let (view, mended) = follow::view(directory, &local, opening.progress)?;
        let moved = log::copied(directory)?.and_then(|copied| copied.moved);
        let judge = Rules::at_end(directory, &header, local.header(), &view, moved.as_ref());
        let log = StreamLog::over(directory, Box::new(local), stream.clone(), Box::new(judge))?;
        let log: Option<Box<dyn Log>> = Some(Box::new(log));
        let mut ledger = Self { header, view, log, directory: Some(directory.to_owned()), mended };
        let before = ledger.view.position();
        ledger.catch_up_with(opening.progress)?;
        ledger.ready_after(before);
        if let Some(moved) = moved {
            ledger.hold_moved(stream, &moved)?;
        }
        Ok(ledger)
    }

    /// What was moved in must have the head that it had where it came from.
    fn hold_moved(&self, stream: &Stream, moved: &Moved) -> Result<(), LedgerError> {
        if self.view.position() < moved.records {
            return Ok(());
        }
        let head = self.view.head(moved.records)?.to_string();
        if head == moved.head {
            return Ok(());
        }
        let says = format!(
            "the {} records that were moved in have the head {head}, where they come from it was {}",
            moved.records, moved.head
        );
        let stream = stream.address().to_string();
        Err(LogError::Cluster { problem: log::Problem::Altered, stream, says }.into())
    }

    /// Brings the view up to the log, and both up to what others have recorded in a shared one.
    pub(super) fn catch_up_with(&mut self, progress: follow::Progress) -> Result<(), LedgerError> {
        let Self { view, log, directory, .. } = self;
        let log = log.as_deref_mut().ok_or(LedgerError::ReadOnly)?;
        let many = log.ahead()?;
        let end = log.position().map_or(0, NonZeroU64::get);
        match directory {
            // Of a new node the view is made in one piece, which takes half the time.
            Some(directory) if view.position() == 0 && end + many > MANY => {
                let take_in =
                    |log: &mut dyn Log, send: &HandOn<'_>| take_in(log, many, progress, send);
                *view = follow::anew_beside(directory, log, take_in)?;
            }
            Some(_) | None => {
                if end > view.position() {
                    follow::catch_up(view, log, progress)?;
                }
                if many > 0 {
                    follow::follow_beside(view, |send| take_in(log, many, progress, send))?;
                }
            }
        }
        Ok(())
    }

    /// Makes ready what others have recorded, as who records does with their own. What is not ready
    /// is asked of the kernel.
    fn ready_after(&mut self, before: u64) {
        let _ = match self.view.position() - before {
            0 => Ok(()),
            many if many > MANY => self.make_ready(None),
            _ => self.keep_ready(),
        };
    }
}

/// Takes in what others have recorded, and hands it on.
fn take_in(
    log: &mut dyn Log,
    many: u64,
    progress: follow::Progress,
    send: &HandOn<'_>,
) -> Result<(), LedgerError> {
    let end = log.position().map_or(0, NonZeroU64::get) + many;
    let mut told = |first: NonZeroU64, taken: Vec<Vec<u8>>| {
        let numbered = (first.get()..).zip(taken);
        let hashed = |(seq, bytes): (u64, Vec<u8>)| {
            let hash = leaf(&bytes);
            (seq, bytes, hash)
        };
        let written: Vec<Written> = numbered.map(hashed).collect();
        if let (Some(tell), Some((reached, ..))) = (progress, written.last()) {
            tell(*reached, end);
        }
        send(written)
    };
    Ok(log.take_in(many, &mut told)?)
}

/// The number of the first message of its stream that a node's copy has not read.
pub fn next_message(directory: &Path, records: u64) -> Result<u64, LedgerError> {
    Ok(log::reached(directory, records)? + 1)
}

/// What makes a message the next entry: the same for every node, whatever else it knows.
struct Rules {
    machine: bool,
    /// How many records were moved in, with the times they had.
    moved: u64,
    before: Hash,
    last: Option<Instant>,
    /// The ids of entries that the view may not have yet, with their numbers.
    ids: HashMap<u128, u64>,
    /// How many ids there may be before it is looked which of them the view has.
    most_ids: usize,
    /// To look for older ids; opened when it is first needed.
    view: Option<View>,
    directory: std::path::PathBuf,
    header: Vec<u8>,
}

impl Rules {
    fn at_end(
        directory: &Path,
        header: &Header,
        bytes: &[u8],
        view: &View,
        moved: Option<&Moved>,
    ) -> Self {
        Self {
            machine: header.clock == ClockKind::Machine,
            moved: moved.map_or(0, |moved| moved.records),
            before: view.last_hash(),
            last: view.last_recorded(),
            ids: HashMap::new(),
            most_ids: MOST_IDS,
            view: None,
            directory: directory.to_owned(),
            header: bytes.to_owned(),
        }
    }

    /// The record that has an id, if one has it.
    fn with_id(&mut self, id: uuid::Uuid) -> Result<Option<u64>, ViewError> {
        if let Some(number) = self.ids.get(&id.as_u128()) {
            return Ok(Some(*number));
        }
        let view = match self.view.take() {
            Some(view) => view,
            None => View::to_read(&self.directory, &self.header)?,
        };
        let found = view.id(id)?;
        self.view = Some(view);
        Ok(found)
    }

    /// Forgets the ids that the view has by now.
    fn forget(&mut self) -> Result<(), ViewError> {
        if self.ids.len() >= self.most_ids {
            let view = View::to_read(&self.directory, &self.header)?;
            self.ids.retain(|_, number| *number > view.position());
            self.most_ids = MOST_IDS.max(2 * self.ids.len());
            self.view = Some(view);
        }
        Ok(())
    }

    fn look(
        &mut self,
        position: u64,
        bytes: &[u8],
        published: i64,
    ) -> Result<Result<codec::Stored, String>, ViewError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            let says = format!("it has {} bytes, more than a record may have", bytes.len());
            return Ok(Err(says));
        }
        let stored = match codec::decode(bytes) {
            Ok(stored) => stored,
            Err(unreadable) => return Ok(Err(format!("it {unreadable}"))),
        };
        let entry = &stored.entry;
        if entry.seq != position {
            let says = format!("it says to be @{}, the next record is @{position}", entry.seq);
            return Ok(Err(says));
        }
        if stored.prev != self.before.to_string() {
            let before = position - 1;
            return Ok(Err(format!("it does not carry the hash of @{before}")));
        }
        if let Some(last) = self.last.filter(|last| entry.recorded < *last) {
            let says = format!("it says to be recorded at {}, before {last}", entry.recorded);
            return Ok(Err(says));
        }
        let apart = u64::try_from(published / 1_000_000).unwrap_or(0);
        let apart = apart.abs_diff(entry.recorded.unix_millis());
        if self.machine && position > self.moved && apart > MOST_APART {
            let says = format!(
                "it says to be recorded at {}, {} s from when the server took it",
                entry.recorded,
                apart / 1000
            );
            return Ok(Err(says));
        }
        Ok(match self.with_id(entry.id)? {
            Some(other) => Err(format!("it has the id of @{other}, {}", entry.id)),
            None => Ok(stored),
        })
    }
}

impl Judge for Rules {
    fn name(&self, bytes: &[u8]) -> Option<String> {
        codec::Envelope::of(bytes).ok().map(|envelope| envelope.id.to_string())
    }

    fn wrong(
        &mut self,
        position: NonZeroU64,
        bytes: &[u8],
        published: i64,
    ) -> Result<Option<String>, LogError> {
        let looked = self.look(position.get(), bytes, published);
        let looked = looked.and_then(|looked| self.forget().map(|()| looked));
        let untold = |error: ViewError| LogError::Damaged {
            path: self.directory.clone(),
            what: format!("cannot tell whether a message is a record: {error}"),
        };
        match looked.map_err(untold)? {
            Err(reason) => Ok(Some(reason)),
            Ok(stored) => {
                self.before = leaf(bytes);
                self.last = Some(stored.entry.recorded);
                self.ids.insert(stored.entry.id.as_u128(), position.get());
                Ok(None)
            }
        }
    }
}
