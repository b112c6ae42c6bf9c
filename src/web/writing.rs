//! What is sent to be recorded: one development from the form, or records from a program.
//!
//! Both are admitted by the same code as what the command line records, and go through one writer,
//! which puts what comes at a time into one group. Who sends must know the token of the server, and
//! a browser must send it from one of the server's own pages.

mod form;
mod records;

use super::address::{Address, Route};
use super::reply::Reply;
use super::site::Site;
use crate::admission::Decision;
use crate::ask::{Complaint, Exit, Item};
use crate::ledger::{ClockKind, LedgerError, Outcome, Queue, Request, Writer};
use crate::record::Draft;
use crate::time::{FixedClock, Instant};
pub(super) use form::{Filled, SOURCES, token};

/// The most bytes of a form.
const MOST_FORM: usize = 256 * 1024;
/// The most bytes of records that are sent at once.
pub(super) const MOST_RECORDS: usize = 16 * 1024 * 1024;

/// A ledger that can be written to.
pub struct Writing {
    /// The one writer.
    pub queue: Queue,
    /// Who records, where it is not said.
    pub by: Option<String>,
    /// The recorded time of what is new, where the clock was set by hand.
    pub clock: Option<Instant>,
}

/// What becomes of what was sent.
pub(super) enum Sent {
    /// It is answered at once: nothing is to be recorded.
    Answered(Reply),
    /// It is to be recorded.
    Wanted(Box<Request>, After),
}

/// What is answered when it was recorded.
pub(super) enum After {
    /// The form leads on to the record; where it is refused it is shown again.
    Form(Filled),
    /// A program is told what became of each record.
    Records(records::Telling),
}

/// The most bytes that may be sent there; none where nothing is sent.
pub(super) fn most(route: &Route) -> Option<usize> {
    match route {
        Route::Append => Some(MOST_FORM),
        Route::Records => Some(MOST_RECORDS),
        Route::Home
        | Route::State
        | Route::Timeline
        | Route::Measure(_)
        | Route::Record(_)
        | Route::Why(_)
        | Route::Diff(_)
        | Route::Learned(_)
        | Route::Log
        | Route::Agenda
        | Route::Conflicts
        | Route::Sources
        | Route::About
        | Route::OpenApi
        | Route::Style
        | Route::Module
        | Route::Icon
        | Route::Robots => None,
    }
}

/// The type of what is sent there.
pub(super) fn kind(route: &Route) -> &'static str {
    if *route == Route::Records { "application/json" } else { "application/x-www-form-urlencoded" }
}

impl Site {
    /// Looks at what was sent. `knows`: whether it came with the token.
    pub(super) fn sent(&self, address: &Address, body: &[u8], knows: bool) -> Sent {
        let sent = if address.route == Route::Records {
            records::sent(self, body)
        } else {
            form::sent(self, body, knows)
        };
        sent.unwrap_or_else(|complaint| Sent::Answered(Reply::complaint(&complaint)))
    }

    /// What goes back when it was recorded, or refused.
    pub(super) fn after(&self, after: After, outcome: Outcome) -> Reply {
        match after {
            After::Form(filled) => form::after(self, &filled, outcome),
            After::Records(telling) => telling
                .after(self, outcome)
                .unwrap_or_else(|complaint| Reply::complaint(&complaint)),
        }
    }

    /// What can be written to.
    pub(super) fn writing(&self) -> Result<&Writing, Complaint> {
        let message = "this server is read-only: it was not started with `--write`";
        let item = Item::new("read-only", message).help("serve --write");
        self.writing.as_ref().ok_or_else(|| Complaint::new(Exit::Missing, item))
    }

    /// What would become of a request; nothing is recorded, and the writer is not kept from writing.
    fn preview(&self, request: &Request) -> Result<Vec<Decision>, LedgerError> {
        let ledger = crate::ledger::Ledger::read(&self.directory, &self.opening)?;
        let clock = FixedClock(crate::ask::Asker::now(self));
        let writer = Writer { by: request.by.as_deref(), same: request.same, ..Writer::of(&clock) };
        ledger.preview(request.drafts.clone(), &writer)
    }
}

impl Writing {
    /// The drafts with the recorded time of a clock that was set by hand.
    fn timed(&self, site: &Site, mut drafts: Vec<Draft>) -> Result<Vec<Draft>, Complaint> {
        let simulated = |site: &Site| -> Result<bool, Complaint> {
            Ok(crate::ask::Asker::open(site)?.header().clock == ClockKind::Simulated)
        };
        if self.clock.is_some() && simulated(site)? {
            for draft in &mut drafts {
                draft.recorded = draft.recorded.or(self.clock);
            }
        }
        Ok(drafts)
    }
}
