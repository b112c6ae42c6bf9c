//! What the ledger can prove: that a record is in it, and that it begins with what it was before.

use super::{Ledger, LedgerError};
use crate::proof::{
    Checkpoint, Consistency, Hash, Inclusion, Note, ORIGIN, Subtree, consistency_path,
    inclusion_path,
};

impl Ledger {
    /// The origin of its checkpoints, where no key has another name.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{ORIGIN}{}", self.header.id)
    }

    /// What it was when it had so many records.
    pub fn checkpoint(&self, origin: &str, size: u64) -> Result<Checkpoint, LedgerError> {
        Ok(Checkpoint { origin: origin.to_owned(), size, root: self.head(size)? })
    }

    /// The Merkle root over the first records.
    pub fn head(&self, size: u64) -> Result<Hash, LedgerError> {
        self.has(size)?;
        Ok(self.view.head(size)?)
    }

    /// Proof that a record is among the first `size`; `note` holds the checkpoint of that size.
    pub fn inclusion(&self, seq: u64, size: u64, note: Note) -> Result<Inclusion, LedgerError> {
        self.has(size)?;
        let none = || LedgerError::NoRecord(seq, usize::try_from(size).unwrap_or(usize::MAX));
        let index = seq.checked_sub(1).ok_or_else(none)?;
        let path = self.roots(&inclusion_path(index, size).ok_or_else(none)?)?;
        Ok(Inclusion { entry: self.view.stored(seq)?, index, path, note })
    }

    /// Proof that the first `new` records begin with the first `old`; `note` holds the checkpoint
    /// of the newer size.
    pub fn consistency(&self, old: u64, new: u64, note: Note) -> Result<Consistency, LedgerError> {
        self.has(new)?;
        let none = || LedgerError::NoRecord(old, usize::try_from(new).unwrap_or(usize::MAX));
        let path = self.roots(&consistency_path(old, new).ok_or_else(none)?)?;
        Ok(Consistency { old, path, note })
    }

    fn roots(&self, subtrees: &[Subtree]) -> Result<Vec<Hash>, LedgerError> {
        let roots = subtrees.iter().map(|&subtree| self.view.subtree(subtree));
        Ok(roots.collect::<Result<_, _>>()?)
    }

    fn has(&self, size: u64) -> Result<(), LedgerError> {
        let there = size <= self.view.position();
        if there { Ok(()) } else { Err(LedgerError::NoRecord(size, self.records())) }
    }
}
