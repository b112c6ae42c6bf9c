//! Recording a long input: looked through once, as a whole, before anything is written; then written
//! from a spool, with little of it in memory at any time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::num::NonZeroU64;
use std::ops::Range;

use uuid::Uuid;

use super::follow::{HandOn, anew_beside, follow_beside};
use super::spool::{Spool, Spooled};
use super::{Ledger, LedgerError, Recorded, Writer};
use crate::admission::{Doubt, Ground, Placed, Ready, Stream};
use crate::codec::{self, Head};
use crate::log::{Log, LogError, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES};
use crate::proof::{Hash, leaf};
use crate::record::{Entry, Mentions};
use crate::view::{View, ViewError};

/// What the ledger itself adds to an entry takes less than this, apart from names.
const HEAD_BYTES: usize = 256;

/// From so many new records on the view may be made anew rather than follow.
const WORTH_MAKING: usize = 10_000;

/// What became of a long input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// All of it is recorded.
    All,
    /// It is not sure that all of it can be recorded; nothing was written.
    Doubt,
    /// Somebody else recorded in the same log meanwhile, after these records of the input were. It
    /// is to be fed again from its beginning: what is recorded is then found to be.
    Overtaken(Range<u64>),
}

/// Gives the next draft; none at the end. In doubt it cannot be given.
pub type Feed<'f> = dyn FnMut() -> Result<Option<Ready>, Doubt> + 'f;

impl Ledger {
    /// Records a long input: all of it. Durable, and in the view, on return.
    ///
    /// Where it is not sure that all of it can be recorded nothing is written, and
    /// [`Ledger::append`] knows every reason. `told` hears what becomes of each draft, in order,
    /// with the input that it is from.
    pub fn load(
        &mut self,
        feed: &mut Feed<'_>,
        writer: &Writer<'_>,
        told: &mut dyn FnMut(usize, Recorded),
    ) -> Result<Loaded, LedgerError> {
        self.catch_up()?;
        let Some(spool) = self.admit(feed, writer, told)? else { return Ok(Loaded::Doubt) };
        let (first, done) = (spool.first(), Cell::new(0));
        let loading = Loading { spool: &spool, prev: self.view.last_hash(), writer, done: &done };
        match self.write(&loading) {
            Ok(()) => {
                // All is recorded; what is not ready is asked of the kernel.
                let _ = self.make_ready(None);
                Ok(Loaded::All)
            }
            Err(LedgerError::Log(LogError::Conflict { .. })) => {
                self.catch_up()?;
                Ok(Loaded::Overtaken(first..first + done.get()))
            }
            Err(error) => Err(self.unseen(error, first)),
        }
    }

    /// What went wrong after the records from `from` on were begun to be written: some of them may
    /// be durable.
    fn unseen(&mut self, error: LedgerError, from: u64) -> LedgerError {
        // What is durable counts as recorded. Where it cannot be followed now, the next writer does.
        let _ = self.catch_up();
        let to = self.log.as_ref().and_then(|log| log.position()).map_or(0, NonZeroU64::get);
        if let LedgerError::View(why) = error {
            return if to >= from { LedgerError::Unseen { from, to, why } } else { why.into() };
        }
        error
    }

    /// The new records of an input; none in doubt.
    fn admit(
        &self,
        feed: &mut Feed<'_>,
        writer: &Writer<'_>,
        told: &mut dyn FnMut(usize, Recorded),
    ) -> Result<Option<Spool>, LedgerError> {
        let last = self.view.last_recorded().map(|recorded| (self.view.position(), recorded));
        writer.check_clock(&self.header, last.map(|(_, recorded)| recorded))?;
        let rules = writer.rules(&self.header, self.view.last_hash());
        let ground = Known { view: &self.view, failed: RefCell::new(None) };
        let first = self.view.position() + 1;
        let spool = Spool::new(self.directory.as_deref(), first);
        let mut spool = spool.map_err(ViewError::from)?;
        let mut stream = Stream::to(&ground, &rules, last);
        let taken = take_all(&mut stream, feed, &mut spool, told)?;
        spool.flush().map_err(ViewError::from)?;
        let new = |seq| spool.entry(seq).ok().flatten();
        let sure = taken.and_then(|()| stream.check(&new));
        // Nothing is sure of what a damaged view says; the ordinary way meets it again, and mends it.
        let whole = ground.failed.into_inner().is_none();
        Ok(sure.ok().filter(|()| whole).map(|()| spool))
    }

    fn write(&mut self, loading: &Loading<'_>) -> Result<(), LedgerError> {
        let many = loading.spool.len();
        if many == 0 {
            return Ok(());
        }
        let few = self.view.position() <= many as u64 / 4;
        let anew = self.directory.as_deref().filter(|_| few && many >= WORTH_MAKING);
        let log = self.log.as_deref_mut().ok_or(LedgerError::ReadOnly)?;
        let Some(directory) = anew else {
            return follow_beside(&mut self.view, |send| loading.write(log, send));
        };
        self.view = anew_beside(directory, log, |log, send| loading.write(log, send))?;
        Ok(())
    }
}

fn take_all(
    stream: &mut Stream<'_>,
    feed: &mut Feed<'_>,
    spool: &mut Spool,
    told: &mut dyn FnMut(usize, Recorded),
) -> Result<Result<(), Doubt>, LedgerError> {
    loop {
        let ready = match feed() {
            Ok(Some(ready)) => ready,
            Ok(None) => return Ok(Ok(())),
            Err(doubt) => return Ok(Err(doubt)),
        };
        let input = ready.input();
        match stream.take(ready) {
            Ok(Placed::Already(seq)) => told(input, Recorded::Already(seq)),
            Ok(Placed::New(entry, said)) => {
                let names = entry.by.as_ref().map_or(0, |by| by.len() * 6);
                let names = names + entry.key.as_ref().map_or(0, |key| key.len() * 6);
                if said.len() + names + HEAD_BYTES > MAX_ENTRY_BYTES {
                    return Ok(Err(Doubt));
                }
                spool.push(&entry, &said).map_err(ViewError::from)?;
                told(input, Recorded::New(entry.seq));
            }
            Err(doubt) => return Ok(Err(doubt)),
        }
    }
}

/// What is spooled, on its way into the log.
struct Loading<'l> {
    spool: &'l Spool,
    /// The hash of the record before.
    prev: Hash,
    writer: &'l Writer<'l>,
    /// How many are recorded.
    done: &'l Cell<u64>,
}

impl Loading<'_> {
    /// Writes all of it to the log, batch by batch.
    fn write(&self, log: &mut dyn Log, send: &HandOn<'_>) -> Result<(), LedgerError> {
        let failed = |error| ViewError::from(self.spool.failed(error));
        let mut records = self.spool.records().map_err(failed)?;
        let (mut prev, mut unreadable) = (self.prev, None);
        // The hashes of what is not durable yet.
        let hashes = RefCell::new(VecDeque::new());
        let mut feed = || match self.batch(&mut records, &mut prev) {
            Ok(batch) => {
                let (entries, made): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
                hashes.borrow_mut().extend(made);
                (!entries.is_empty()).then_some(entries)
            }
            Err(error) => {
                unreadable = Some(error);
                None
            }
        };
        let mut told = |first: NonZeroU64, entries: Vec<Vec<u8>>| {
            let last = first.get() + entries.len() as u64 - 1;
            self.done.set(self.done.get() + entries.len() as u64);
            self.writer.tell(usize::try_from(last).unwrap_or(usize::MAX));
            let hashes: Vec<Hash> = hashes.borrow_mut().drain(..entries.len()).collect();
            let written = (first.get()..).zip(entries).zip(hashes);
            send(written.map(|((seq, bytes), hash)| (seq, bytes, hash)).collect())
        };
        let written = log.append_all(&mut feed, &mut told);
        unreadable.map_or(Ok(()), Err).and(written.map_err(LedgerError::from))
    }

    /// The next batch, each entry with its hash; empty at the end.
    fn batch(
        &self,
        records: &mut dyn Iterator<Item = io::Result<Spooled>>,
        prev: &mut Hash,
    ) -> Result<Vec<(Vec<u8>, Hash)>, LedgerError> {
        let failed = |error| ViewError::from(self.spool.failed(error));
        let mut batch = Vec::with_capacity(MAX_BATCH_ENTRIES);
        for record in records.take(MAX_BATCH_ENTRIES) {
            let record = record.map_err(failed)?;
            let (by, key) = (record.by.as_deref(), record.key.as_deref());
            let head = Head { seq: record.seq, id: record.id, recorded: record.recorded, by, key };
            let bytes = codec::joined(&head, prev, &record.said);
            // It was small enough before.
            let bytes = bytes.map_err(|refusal| LedgerError::Refused(vec![(0, refusal)]))?;
            *prev = leaf(&bytes);
            batch.push((bytes, *prev));
        }
        Ok(batch)
    }
}

/// What the view knows, as admission asks for it. The first failure is kept; what is said after it
/// counts for nothing.
struct Known<'v> {
    view: &'v View,
    failed: RefCell<Option<ViewError>>,
}

impl Known<'_> {
    fn ask<T: Default>(&self, found: impl FnOnce(&View) -> Result<T, ViewError>) -> T {
        if self.view.position() == 0 {
            return T::default();
        }
        found(self.view).unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Ground for Known<'_> {
    fn measure(&self, id: &str) -> Option<u64> {
        self.ask(|view| view.measure(id))
    }

    fn key(&self, key: &str) -> Option<u64> {
        self.ask(|view| view.key(key))
    }

    fn id(&self, id: Uuid) -> Option<u64> {
        self.ask(|view| view.id(id))
    }

    fn begins_id(&self, word: &str) -> bool {
        self.ask(|view| view.begins_id(word))
    }

    fn entry(&self, seq: u64) -> Option<Entry> {
        self.ask(|view| view.entry(seq).map(Some))
    }

    fn around(&self, seq: Option<u64>) -> Vec<Entry> {
        self.ask(|view| match seq {
            Some(seq) => view.with(&[seq].into()),
            None => view.about(&Mentions::default()),
        })
    }
}
