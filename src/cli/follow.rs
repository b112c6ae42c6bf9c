//! `ledger follow`: keeps this node's copy of a stream up to date, until it is stopped.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::page::{Page, remark};
use super::place::{Place, connect, directory_of};
use super::writing::says_what_it_did;
use crate::ledger::{Ledger, LedgerError, Opening, Standpoint, next_message};
use crate::log::{Address, LogError, Problem, Stream};

/// How long a quiet stream is waited for at a time.
const QUIET: Duration = Duration::from_secs(5);
/// The pause in which another process can have the copy.
const PAUSE: Duration = Duration::from_millis(50);
/// The pause before a cluster that does not answer is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long making a connection may take, and any question.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps this node's copy of a ledger on a cluster up to date, until it is stopped (Ctrl-C,
/// SIGTERM). Whatever reads this node, `serve` too, then sees what others record as it comes.
///
/// A cluster that does not answer is tried on and on. Every other command brings the copy up to
/// date once, when it begins.
#[derive(Debug, clap::Args)]
pub(super) struct Follow {
    /// Bring the copy up to date once, and end.
    #[arg(long)]
    once: bool,
}

impl Follow {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        says_what_it_did(desk, "follow")?;
        let Place::Stream(address) = desk.place()? else { return Err(no_stream()) };
        if desk.global.offline {
            return Err(Complaint::usage("`follow` and `--offline` do not go together"));
        }
        let (point, directory) = self.follow(desk, &address)?;
        let shown = directory.display().to_string();
        let records = point.records;
        let text = format!("This node's copy of {address} goes up to @{records}: {shown}\n");
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/follow/1",
            "ledger": point,
            "results": [{"directory": shown, "stream": address.to_string(), "records": records}],
            "notes": [],
        });
        Ok(Page { text, json, ..Page::default() })
    }

    fn follow(
        &self,
        desk: &Desk,
        address: &Address,
    ) -> Result<(Standpoint, std::path::PathBuf), Complaint> {
        let mut stream = self.connected(desk, address)?;
        let directory = directory_of(desk, &stream)?;
        let mut told = None;
        loop {
            let point = match up_to_date(&directory, &stream, &desk.opening()) {
                Ok(point) => Some(point),
                Err(error) if self.once || !passes(&error) => return Err(error.into()),
                Err(error) => {
                    remark(&format!("warning: {error}; trying again"));
                    None
                }
            };
            let records = point.as_ref().map(|point| point.records);
            if let Some(records) = records.filter(|_| records != told && !self.once) {
                remark(&format!("following {address}: up to @{records}"));
            }
            told = records.or(told);
            if self.once || stream.is_stopped() {
                return Ok((of(&directory, point)?, directory));
            }
            self.wait(&mut stream, &directory, records);
        }
    }

    /// Connects, on and on where it goes on and on.
    fn connected(&self, desk: &Desk, address: &Address) -> Result<Stream, Complaint> {
        let least = Duration::from_secs(1);
        let patience =
            if self.once { desk.opening().wait.clamp(least, PATIENCE) } else { PATIENCE };
        loop {
            match connect(desk, address, patience) {
                Ok(stream) => {
                    let failed = |error: LogError| Complaint::from(error);
                    stream.stop_on_signals().map_err(failed)?;
                    return Ok(stream);
                }
                Err(error) if self.once || !passes(&error) => return Err(error.into()),
                Err(error) => {
                    remark(&format!("warning: {error}; trying again"));
                    std::thread::sleep(AGAIN);
                }
            }
        }
    }

    /// Waits for news, or after a failure for a while. What is wrong shows when it is read.
    #[allow(clippy::unused_self, reason = "it is what this verb does most of the time")]
    fn wait(&self, stream: &mut Stream, directory: &Path, records: Option<u64>) {
        let next = records.and_then(|records| next_message(directory, records).ok());
        let Some(next) = next else {
            std::thread::sleep(AGAIN);
            return;
        };
        std::thread::sleep(PAUSE);
        let _ = stream.wait_for(next, QUIET);
    }
}

/// The copy with all that is in the stream now.
fn up_to_date(
    directory: &Path,
    stream: &Stream,
    opening: &Opening,
) -> Result<Standpoint, LedgerError> {
    let ledger = Ledger::join(directory, stream, opening)?;
    ledger.standpoint(ledger.records())
}

fn of(directory: &Path, point: Option<Standpoint>) -> Result<Standpoint, LedgerError> {
    let glance = || {
        let ledger = Ledger::glance(directory)?;
        ledger.standpoint(ledger.records())
    };
    point.map_or_else(glance, Ok)
}

/// Whether what is wrong may be over soon.
fn passes(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::Log(
            LogError::Cluster { problem: Problem::Unreachable | Problem::NoStream, .. }
                | LogError::Locked { .. }
        )
    )
}

fn no_stream() -> Complaint {
    let message = "there is nothing to follow: a ledger in a directory is changed by nobody else; \
                   name one on a cluster, -f nats://HOST:4222/NAME";
    Complaint::new(Exit::Usage, Item::new("usage", message).help("help streams"))
}
