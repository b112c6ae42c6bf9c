//! Many writers in one process: what they record goes through one queue, in groups.
//!
//! A group is one batch of the log and one transaction of the view, so that many small appends
//! share the two waits for the disk. Each of them is still whole, has its own recorded time, and is
//! acknowledged only when the group is durable and in the view.

use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::append::{MOST_TRIES, pause};
use super::{Ledger, LedgerError, Writer};
use crate::admission::{Decision, Same};
use crate::log::{Log, LogError, MAX_BATCH_ENTRIES};
use crate::record::Draft;
use crate::time::Clock;

/// What one caller wants recorded: all of it or nothing.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is to be recorded.
    pub drafts: Vec<Draft>,
    /// Who records.
    pub by: Option<String>,
    /// What an unnamed repetition is.
    pub same: Same,
}

/// What became of it.
pub type Outcome = Result<Vec<Decision>, LedgerError>;

/// A ledger that is being written to by one thread, for any number of others.
///
/// Dropping it waits for what is in the queue.
pub struct Queue {
    /// None once it is closed.
    sender: Option<mpsc::Sender<Wanted>>,
    worker: Option<JoinHandle<Ledger>>,
}

impl Queue {
    /// Takes over a ledger that is open to write.
    #[must_use]
    pub fn of(mut ledger: Ledger, clock: impl Clock + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel::<Wanted>();
        let worker = thread::spawn(move || {
            let mut waiting = None;
            while let Some(first) = waiting.take().or_else(|| next(&mut ledger, &receiver)) {
                match first {
                    Wanted::Record(request, reply) => {
                        let (group, after) = group((request, reply), &receiver);
                        record(&mut ledger, group, &clock);
                        waiting = after;
                    }
                    Wanted::Mend(reply) => reply(ledger.mend()),
                }
            }
            // All is recorded; what is not ready is asked of the kernel.
            let _ = ledger.keep_ready();
            ledger
        });
        Self { sender: Some(sender), worker: Some(worker) }
    }

    /// Records what one caller wants; durable, and in the view, on return.
    pub fn append(&self, request: Request) -> Outcome {
        let (reply, outcome) = mpsc::channel();
        self.post(request, move |outcome| drop(reply.send(outcome)))?;
        outcome.recv().map_err(|_| LedgerError::Closed)?
    }

    /// The same without waiting: `reply` hears the outcome, in the thread that writes, and should be
    /// quick. It is dropped unheard where that thread ends before.
    pub fn post(
        &self,
        request: Request,
        reply: impl FnOnce(Outcome) + Send + 'static,
    ) -> Result<(), LedgerError> {
        self.send(Wanted::Record(request, Box::new(reply)))
    }

    /// Makes the view anew, where something in it was found to be damaged.
    pub fn mend(&self) -> Result<(), LedgerError> {
        let (reply, mended) = mpsc::channel();
        self.send(Wanted::Mend(Box::new(move |outcome| drop(reply.send(outcome)))))?;
        mended.recv().map_err(|_| LedgerError::Closed)?
    }

    fn send(&self, wanted: Wanted) -> Result<(), LedgerError> {
        let sender = self.sender.as_ref().ok_or(LedgerError::Closed)?;
        sender.send(wanted).map_err(|_| LedgerError::Closed)
    }

    /// Waits for what is in the queue, and gives the ledger back.
    pub fn close(mut self) -> Result<Ledger, LedgerError> {
        self.sender = None;
        let worker = self.worker.take().ok_or(LedgerError::Closed)?;
        worker.join().map_err(|_| LedgerError::Closed)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.sender = None;
        // A worker that has failed has told its callers.
        let _ = self.worker.take().map(JoinHandle::join);
    }
}

/// Hears what became of something.
type Reply<T> = Box<dyn FnOnce(T) + Send>;

/// What one caller wants recorded.
type Waiting = (Request, Reply<Outcome>);

/// What is wanted of the thread that writes.
enum Wanted {
    Record(Request, Reply<Outcome>),
    Mend(Reply<Result<(), LedgerError>>),
}

/// How many records wait at most until answers are made ready, however busy it is.
const MOST_UNREADY: u64 = 1_000;

/// How long nobody wants anything before answers are made ready.
const QUIET: Duration = Duration::from_millis(100);

/// How often it is looked what others have recorded, where the log is shared.
const LOOKS: Duration = Duration::from_secs(1);

/// The next that is wanted; none once the queue is closed.
fn next(ledger: &mut Ledger, receiver: &mpsc::Receiver<Wanted>) -> Option<Wanted> {
    let mut patience = QUIET;
    loop {
        match receiver.recv_timeout(patience) {
            Ok(waiting) => return Some(waiting),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {
                let _ = ledger.keep_ready();
                if !ledger.log.as_deref().is_some_and(Log::is_shared) {
                    return receiver.recv().ok();
                }
                // Where that fails, whoever records next is told.
                let _ = ledger.catch_up();
                patience = LOOKS;
            }
        }
    }
}

/// What is waiting to be recorded, as far as it fits into one batch of the log; and what came after
/// that.
fn group(first: Waiting, receiver: &mpsc::Receiver<Wanted>) -> (Vec<Waiting>, Option<Wanted>) {
    let mut size = first.0.drafts.len();
    let mut group = vec![first];
    while let Ok(next) = receiver.try_recv() {
        match next {
            Wanted::Record(request, reply) => {
                size += request.drafts.len();
                if size > MAX_BATCH_ENTRIES {
                    return (group, Some(Wanted::Record(request, reply)));
                }
                group.push((request, reply));
            }
            Wanted::Mend(_) => return (group, Some(next)),
        }
    }
    (group, None)
}

/// Records a group and tells everybody. Where the view is found to be damaged it is made anew for
/// whoever comes next.
fn record(ledger: &mut Ledger, group: Vec<Waiting>, clock: &dyn Clock) {
    let (requests, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
    let outcomes = ledger.append_group(requests, clock);
    if outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).any(is_of_damage) {
        // What cannot be made anew is found damaged again, and told again.
        let _ = ledger.mend();
    }
    for (reply, outcome) in replies.into_iter().zip(outcomes) {
        reply(outcome);
    }
}

fn is_of_damage(error: &LedgerError) -> bool {
    match error {
        LedgerError::View(error) => error.is_mended_by_rebuild(),
        LedgerError::Group(error) => is_of_damage(error),
        LedgerError::Refused(_)
        | LedgerError::Log(_)
        | LedgerError::Header(_)
        | LedgerError::Entry(..)
        | LedgerError::Chain(_)
        | LedgerError::Unseen { .. }
        | LedgerError::ReadOnly
        | LedgerError::Closed
        | LedgerError::ClockBehind { .. }
        | LedgerError::NoRecord(..) => false,
    }
}

impl Ledger {
    /// Records what several callers want, each all or nothing, as one batch: not more than
    /// [`MAX_BATCH_ENTRIES`] drafts together. One alone may have more.
    pub fn append_group(&mut self, requests: Vec<Request>, clock: &dyn Clock) -> Vec<Outcome> {
        if let [_] = requests[..] {
            let alone = requests.into_iter().map(|request| {
                let writer = request.writer(clock);
                self.append(request.drafts.clone(), &writer)
            });
            return alone.collect();
        }
        let (mut outcomes, mut tries) = (Vec::new(), 0);
        let recorded = loop {
            match self.record_group(requests.clone(), clock, &mut outcomes) {
                // Somebody else was faster, and nothing was recorded: it is decided again.
                Err(LedgerError::Log(LogError::Conflict { .. })) if tries < MOST_TRIES => {
                    outcomes.clear();
                    tries += 1;
                    thread::sleep(pause(tries));
                }
                recorded => break recorded,
            }
        };
        match recorded {
            Ok(()) => outcomes,
            Err(error) => {
                // What was to be recorded together is not recorded, or not known to be.
                let error = Arc::new(error);
                let failed = |outcome: Outcome| {
                    outcome.and_then(|_| Err(LedgerError::Group(Arc::clone(&error))))
                };
                outcomes.into_iter().map(failed).collect()
            }
        }
    }

    /// Every outcome is what it is if no error is returned.
    fn record_group(
        &mut self,
        requests: Vec<Request>,
        clock: &dyn Clock,
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), LedgerError> {
        let caught_up = self.catch_up();
        let mut entries = Vec::new();
        let mut failed = caught_up.err();
        for request in requests {
            let decided = self.decide(request.drafts.clone(), &request.writer(clock));
            let decided = decided.and_then(|it| Ok((self.encode(&it)?, it)));
            outcomes.push(decided.map(|(encoded, decisions)| {
                // Those that come later in the group see what came before.
                if failed.is_none() {
                    failed = self.view.follow(&encoded).err().map(LedgerError::from);
                    entries.extend(encoded);
                }
                decisions
            }));
        }
        match failed {
            Some(error) => {
                self.view.roll_back();
                Err(error)
            }
            None if entries.is_empty() => self.view.commit().map_err(LedgerError::from),
            None => {
                self.keep_up_at(MOST_UNREADY)?;
                self.record(&entries)
            }
        }
    }
}

impl Request {
    fn writer<'w>(&'w self, clock: &'w dyn Clock) -> Writer<'w> {
        Writer { by: self.by.as_deref(), same: self.same, ..Writer::of(clock) }
    }
}
