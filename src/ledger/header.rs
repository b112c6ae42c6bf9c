//! What is fixed when a ledger is made. Its hash is the `prev` of record 1, so that id and clock
//! are bound into the chain.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{LedgerError, Making};
use crate::log::FORMAT;
use crate::time::{Clock, Instant};

/// Whose time the records carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockKind {
    /// The machine's, at append; never a person's.
    #[default]
    Machine,
    /// What the records say: a documented history. Every answer says so, for ever.
    Simulated,
}

/// The header of a ledger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Header {
    /// The version of the format on disk.
    pub format: u64,
    /// The ledger's id.
    pub id: Uuid,
    /// Whose time its records carry.
    pub clock: ClockKind,
    /// When it was made.
    pub created: Instant,
}

#[derive(Deserialize)]
struct Written {
    format: u64,
    id: Uuid,
    clock: ClockKind,
    created: String,
}

impl Header {
    pub(super) fn new(making: &Making, clock: &dyn Clock) -> Self {
        let (id, created) = making.fixed.unwrap_or_else(|| (Uuid::new_v4(), clock.now()));
        Self { format: FORMAT, id, clock: making.clock, created }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, LedgerError> {
        let damaged = |what: String| LedgerError::Header(what);
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        let created = written.created.parse().map_err(|_| damaged("`created`".to_owned()))?;
        let Written { format, id, clock, .. } = written;
        Ok(Self { format, id, clock, created })
    }
}
