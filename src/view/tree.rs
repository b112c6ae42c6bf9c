//! The roots that proofs consist of. Of complete subtrees of 64 leaves and more they are kept, the
//! others are computed from the leaves, so a proof reads a few hundred rows of any ledger.

use super::follow::LOWEST_LEVEL;
use super::{View, ViewError};
use crate::codec;
use crate::proof::{Frontier, Hash, Subtree, leaf};

impl View {
    /// The root over some leaves that stand together under one node of the tree.
    pub fn subtree(&self, leaves: Subtree) -> Result<Hash, ViewError> {
        let (mut place, size) = (leaves.from, leaves.to - leaves.from);
        let mut peaks = Vec::new();
        let mut below = Frontier::default();
        for level in (0..u64::BITS).rev().filter(|level| size >> level & 1 == 1) {
            if level >= LOWEST_LEVEL {
                peaks.push(self.node(level, place >> level)?);
            } else {
                for seq in place + 1..=place + (1 << level) {
                    below.push(self.hash(seq)?);
                }
            }
            place += 1 << level;
        }
        peaks.extend(below.peaks());
        let tree = Frontier::of(size, peaks);
        Ok(tree.ok_or_else(|| ViewError::damaged("is damaged: its tree"))?.root())
    }

    /// The stored bytes of a record, from which all of it can be read.
    pub fn stored(&self, seq: u64) -> Result<Vec<u8>, ViewError> {
        let bytes = self.bytes(seq)?;
        codec::decode(&bytes).map_err(|unreadable| ViewError::Entry(seq, unreadable))?;
        if leaf(&bytes) == self.hash(seq)? {
            return Ok(bytes);
        }
        Err(ViewError::damaged(format!("is damaged: @{seq}")))
    }
}
