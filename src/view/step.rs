//! One entry of the log, read as far as the view takes it in.

use super::ViewError;
use crate::codec::{self, Stored};
use crate::proof::{Hash, leaf};
use crate::record::{Entry, Mentions};

/// An entry that is ready to be followed.
///
/// Making one needs nothing of the view, so one thread can read entries while another writes what
/// came before.
pub struct Step {
    pub(super) entry: Entry,
    /// The hash that it carries of the entry before.
    pub(super) prev: String,
    pub(super) hash: Hash,
    /// What it names.
    pub(super) mentions: Mentions,
    pub(super) bytes: Vec<u8>,
}

impl Step {
    /// Reads the entry at a position of the log.
    pub fn of(position: u64, bytes: Vec<u8>) -> Result<Self, ViewError> {
        let hash = leaf(&bytes);
        Self::hashed(position, bytes, hash)
    }

    /// The same where the hash of the bytes is known.
    pub fn hashed(position: u64, bytes: Vec<u8>, hash: Hash) -> Result<Self, ViewError> {
        let unreadable = |why| ViewError::Entry(position, why);
        let Stored { entry, prev } = codec::decode(&bytes).map_err(unreadable)?;
        let mentions = Mentions::of(&entry.record);
        Ok(Self { entry, prev, hash, mentions, bytes })
    }
}
