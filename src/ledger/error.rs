//! Everything that can go wrong with a ledger. Did the domain refuse, or did the machine fail?

use std::fmt;

use crate::admission::Refused;
use crate::codec::Unreadable;
use crate::log::LogError;
use crate::time::Instant;

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

impl From<LogError> for LedgerError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}
