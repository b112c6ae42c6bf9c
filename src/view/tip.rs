//! How far the view follows the log.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{ViewError, row};
use crate::proof::{Frontier, Hash};
use crate::time::Instant;

/// The name of its row in the table `meta`.
const NAME: &str = "tip";

/// The end of what the view has, and all that is needed to go on.
#[derive(Debug, Clone)]
pub(super) struct Tip {
    /// When the last record was made.
    pub(super) recorded: Option<Instant>,
    /// The hash of the last record; of the header while there is none.
    pub(super) last: Hash,
    /// The tree over all records.
    pub(super) frontier: Frontier,
    /// How many names there are in each space, and a digest of them: so that a name that is not
    /// found can be told from one that was lost.
    pub(super) names: [Tally; 3],
    /// The same of what is waited for.
    pub(super) awaited: Tally,
}

/// How many rows there are, and the exclusive or of their checksums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    rows: u64,
    digest: u32,
}

impl Tally {
    /// Counts a row in.
    pub(super) fn add(&mut self, crc: u32) {
        self.rows += 1;
        self.digest ^= crc;
    }

    /// Whether there are no rows.
    pub(super) fn is_none(&self) -> bool {
        self.rows == 0
    }

    /// Counts a row out.
    pub(super) fn remove(&mut self, crc: u32) {
        self.rows = self.rows.saturating_sub(1);
        self.digest ^= crc;
    }
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    position: u64,
    recorded: Option<String>,
    last: String,
    peaks: Vec<String>,
    names: [Tally; 3],
    awaited: Tally,
}

impl Tip {
    /// The end of an empty ledger whose header has this hash.
    pub(super) fn before_all(header: Hash) -> Self {
        let frontier = Frontier::default();
        let (names, awaited) = Default::default();
        Self { recorded: None, last: header, frontier, names, awaited }
    }

    /// The number of the last record; 0 if there is none.
    pub(super) fn position(&self) -> u64 {
        self.frontier.size()
    }

    pub(super) fn read(connection: &Connection) -> Result<Self, ViewError> {
        let bytes = row::meta(connection, NAME)?;
        let damaged = || ViewError::damaged("is damaged: its end cannot be read");
        let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        Self::of(kept).ok_or_else(damaged)
    }

    fn of(kept: Kept) -> Option<Self> {
        let hash = |text: &String| text.parse::<Hash>().ok();
        let peaks = kept.peaks.iter().map(hash).collect::<Option<Vec<_>>>()?;
        let recorded = kept.recorded.map(|text| text.parse().ok());
        Some(Self {
            recorded: match recorded {
                Some(parsed) => Some(parsed?),
                None => None,
            },
            last: hash(&kept.last)?,
            frontier: Frontier::of(kept.position, peaks)?,
            names: kept.names,
            awaited: kept.awaited,
        })
    }

    pub(super) fn write(&self, connection: &Connection) -> Result<(), ViewError> {
        let kept = Kept {
            position: self.position(),
            recorded: self.recorded.map(|instant| instant.to_string()),
            last: self.last.to_string(),
            peaks: self.frontier.peaks().iter().map(ToString::to_string).collect(),
            names: self.names,
            awaited: self.awaited,
        };
        let bytes = serde_json::to_vec(&kept).unwrap_or_default();
        row::set_meta(connection, NAME, &bytes)
    }
}
