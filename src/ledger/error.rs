//! Everything that can go wrong with a ledger. Did the domain refuse, or did the machine fail?

use std::fmt;
use std::sync::Arc;

use crate::admission::Refused;
use crate::codec::Unreadable;
use crate::log::LogError;
use crate::time::Instant;
use crate::view::ViewError;

/// Why a ledger cannot be used, or did not take something.
#[derive(Debug)]
#[non_exhaustive]
pub enum LedgerError {
    /// What was to be recorded is refused; nothing was recorded. Each reason with the place of its
    /// draft, from 0.
    Refused(Vec<Refused>),
    /// The log cannot be used.
    Log(LogError),
    /// The header is none.
    Header(String),
    /// The stored bytes of a record are no record.
    Entry(u64, Unreadable),
    /// A record does not follow the one before it: number, hash or recorded time.
    Chain(u64),
    /// The view cannot be used. Nothing recorded is lost with it.
    View(ViewError),
    /// Records are durable in the log, but the view could not follow.
    Unseen {
        /// The first of them.
        from: u64,
        /// The last of them.
        to: u64,
        /// Why not.
        why: ViewError,
    },
    /// The ledger was opened to be read.
    ReadOnly,
    /// What was to be recorded together with what others wanted, as one group, was not.
    Group(Arc<LedgerError>),
    /// The queue to the ledger is closed.
    Closed,
    /// The ledger's last record is more than ten minutes ahead of the machine's clock.
    ClockBehind {
        /// When the last record was made.
        last: Instant,
        /// What the clock says.
        now: Instant,
    },
    /// No record of that number; the last number there is.
    NoRecord(u64, usize),
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => {
                let lines: Vec<String> =
                    refused.iter().map(|(_, refusal)| refusal.to_string()).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::Log(error) => error.fmt(f),
            Self::Header(what) => write!(f, "the ledger's header cannot be read: {what}"),
            Self::Entry(record, unreadable) => {
                write!(f, "the stored bytes of @{record}: {unreadable}")
            }
            Self::Chain(record) => {
                write!(f, "@{record} does not follow the record before it: the store was altered")
            }
            Self::View(error) => error.fmt(f),
            Self::Unseen { from, to, why } => {
                let are = if from == to { "is".to_owned() } else { format!("to @{to} are") };
                write!(
                    f,
                    "@{from} {are} recorded, but cannot be seen yet: {why}; the next command that \
                     records, or `ledger rebuild`, makes up for it"
                )
            }
            Self::ReadOnly => f.write_str("the ledger was opened to be read"),
            Self::Group(error) => error.fmt(f),
            Self::Closed => f.write_str("nobody writes to the ledger any more"),
            Self::ClockBehind { last, now } => write!(
                f,
                "the ledger's last record was made at {last}, but this machine's clock says {now}: \
                 one of the two clocks is wrong"
            ),
            Self::NoRecord(record, records) => {
                write!(f, "no record `@{record}`: the last is @{records}")
            }
        }
    }
}

impl std::error::Error for LedgerError {}

impl From<ViewError> for LedgerError {
    /// What is wrong with the log is told as such, whoever found it.
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Entry(record, unreadable) => Self::Entry(record, unreadable),
            ViewError::Chain(record) => Self::Chain(record),
            other @ (ViewError::Missing
            | ViewError::Damaged { .. }
            | ViewError::DiskFull
            | ViewError::Denied { .. }
            | ViewError::Failed { .. }) => Self::View(other),
        }
    }
}

impl From<LogError> for LedgerError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}
