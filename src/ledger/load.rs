//! Recording a long input: looked through once, as a whole, before anything is written; then written
//! from a spool, with little of it in memory at any time.

use std::cell::RefCell;
use std::num::NonZeroU64;

use uuid::Uuid;

use super::follow::{beside, following_whole};
use super::spool::Spool;
use super::{Ledger, LedgerError, Recorded, Writer, ready};
use crate::admission::{Doubt, Ground, Placed, Ready, Stream};
use crate::codec::{self, Head};
use crate::log::{Expect, Log, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES};
use crate::proof::{Hash, leaf};
use crate::record::{Entry, Mentions};
use crate::view::{Step, View, ViewError};

/// What the ledger itself adds to an entry takes less than this, apart from names.
const HEAD_BYTES: usize = 256;

/// A view that follows a long input is committed after so many records.
const COMMIT_RECORDS: u64 = 16_384;

/// From so many new records on the view may be made anew rather than follow.
const WORTH_MAKING: usize = 10_000;

/// Gives the next draft; none at the end. In doubt it cannot be given.
pub type Feed<'f> = dyn FnMut() -> Result<Option<Ready>, Doubt> + 'f;

/// An entry on its way to the view: its number, bytes and hash.
type Written = (u64, Vec<u8>, Hash);

impl Ledger {
    /// Records a long input: all of it. Durable, and in the view, on return.
    ///
    /// [`Doubt`] where it is not sure that all of it can be recorded. Nothing was written then, and
    /// [`Ledger::append`] knows every reason. `told` hears what becomes of each draft, in order,
    /// with the input that it is from.
    pub fn load(
        &mut self,
        feed: &mut Feed<'_>,
        writer: &Writer<'_>,
        told: &mut dyn FnMut(usize, Recorded),
    ) -> Result<Result<(), Doubt>, LedgerError> {
        self.catch_up()?;
        let Some(spool) = self.admit(feed, writer, told)? else { return Ok(Err(Doubt)) };
        if spool.len() > 0
            && let Err(error) = self.write(&spool, writer)
        {
            return Err(self.unseen(error, spool.first()));
        }
        // All is recorded; what is not ready is asked of the kernel.
        let _ = self.make_ready(None);
        Ok(Ok(()))
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

    fn write(&mut self, spool: &Spool, writer: &Writer<'_>) -> Result<(), LedgerError> {
        let few = self.view.position() <= spool.len() as u64 / 4;
        let anew = self.directory.clone().filter(|_| few && spool.len() >= WORTH_MAKING);
        let Some(directory) = anew else { return self.write_following(spool, writer) };
        let Self { view, log, .. } = self;
        let log = log.as_deref_mut().ok_or(LedgerError::ReadOnly)?;
        let prev = view.last_hash();
        let mut making = following_whole(&directory, log, None)?;
        let take = |written: Vec<Written>| making.take(&steps(written)?);
        beside(take, |send| write_log(log, spool, prev, writer, send))?;
        making.finish(|view| ready::all(view, None))?;
        self.view = View::to_write(&directory, log.header())?;
        Ok(())
    }

    fn write_following(&mut self, spool: &Spool, writer: &Writer<'_>) -> Result<(), LedgerError> {
        let Self { view, log, .. } = self;
        let log = log.as_deref_mut().ok_or(LedgerError::ReadOnly)?;
        let prev = view.last_hash();
        let mut committed = view.position();
        let take = |written: Vec<Written>| {
            view.follow_steps(&steps(written)?)?;
            if view.position() >= committed + COMMIT_RECORDS {
                committed = view.position();
                view.commit()?;
            }
            Ok(())
        };
        let written = beside(take, |send| write_log(log, spool, prev, writer, send));
        let seen = view.commit().map_err(LedgerError::from);
        written.and(seen)
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

/// Writes all that is spooled to the log, batch by batch, each durable before the next.
fn write_log(
    log: &mut dyn Log,
    spool: &Spool,
    mut prev: Hash,
    writer: &Writer<'_>,
    send: &dyn Fn(Vec<Written>) -> bool,
) -> Result<(), LedgerError> {
    let failed = |error| ViewError::from(spool.failed(error));
    let mut records = spool.records().map_err(failed)?.peekable();
    while records.peek().is_some() {
        let (mut entries, mut written) = (Vec::new(), Vec::new());
        for record in records.by_ref().take(MAX_BATCH_ENTRIES) {
            let record = record.map_err(failed)?;
            let (by, key) = (record.by.as_deref(), record.key.as_deref());
            let head = Head { seq: record.seq, id: record.id, recorded: record.recorded, by, key };
            let bytes = codec::joined(&head, &prev, &record.said);
            // It was small enough before.
            let bytes = bytes.map_err(|refusal| LedgerError::Refused(vec![(0, refusal)]))?;
            prev = leaf(&bytes);
            written.push((record.seq, prev));
            entries.push(bytes);
        }
        log.append(Expect::from(log.position()), &entries)?;
        writer.tell(
            log.position().map_or(0, |last| usize::try_from(last.get()).unwrap_or(usize::MAX)),
        );
        let written = written.into_iter().zip(entries);
        if !send(written.map(|((seq, hash), bytes)| (seq, bytes, hash)).collect()) {
            break;
        }
    }
    Ok(())
}

fn steps(written: Vec<Written>) -> Result<Vec<Step>, ViewError> {
    let step = |(seq, bytes, hash)| Step::hashed(seq, bytes, hash);
    written.into_iter().map(step).collect()
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
