//! Inclusion and consistency: what a proof consists of, and whether it holds (RFC 9162, section 2.1;
//! the same as RFC 6962).

use ct_merkle::{
    ConsistencyProof, InclusionProof, RootHash, indices_for_consistency_proof,
    indices_for_inclusion_proof,
};
use sha2::Sha256;

use super::{Frontier, Hash};

/// The most leaves that a tree can have here. No ledger ever has; a proof can say anything.
pub(super) const MOST_LEAVES: u64 = u64::MAX / 4;

/// Some leaves of a tree that stand together under one node of it, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    /// The first leaf.
    pub from: u64,
    /// The one after the last leaf.
    pub to: u64,
}

impl Subtree {
    /// The leaves under a node of a tree of so many leaves. The node is given by its index in the
    /// order in which the crate (and RFC 9420, appendix C) counts nodes: leaves have the even
    /// numbers, a node that doubles a leaf k times ends with k one bits.
    fn under(index: u64, size: u64) -> Self {
        let level = index.trailing_ones();
        let from = index >> (level + 1) << level;
        Self { from, to: size.min(from + (1 << level)) }
    }

    fn all(indices: &[u64], size: u64) -> Vec<Self> {
        indices.iter().map(|&index| Self::under(index, size)).collect()
    }
}

/// The subtrees whose roots prove that the leaf `index` (from 0) is in a tree of `size` leaves, in
/// the order of the proof. None where there is no such leaf.
#[must_use]
pub fn inclusion_path(index: u64, size: u64) -> Option<Vec<Subtree>> {
    let there = index < size && size <= MOST_LEAVES;
    there.then(|| Subtree::all(&indices_for_inclusion_proof(size, index), size))
}

/// The subtrees whose roots prove that a tree of `new` leaves begins with one of `old`, in the
/// order of the proof. None where it cannot.
#[must_use]
pub fn consistency_path(old: u64, new: u64) -> Option<Vec<Subtree>> {
    if old > new || new > MOST_LEAVES {
        return None;
    }
    if old == 0 {
        return Some(Vec::new());
    }
    Some(Subtree::all(&indices_for_consistency_proof(old, new - old), new))
}

/// Whether these stored bytes are the leaf `index` (from 0) of the tree of `size` leaves that has
/// this root.
#[must_use]
pub fn holds_inclusion(entry: &[u8], index: u64, (size, root): (u64, Hash), path: &[Hash]) -> bool {
    if index >= size || size > MOST_LEAVES {
        return false;
    }
    let digests: Vec<_> = path.iter().map(|hash| hash.0.into()).collect();
    let proof = InclusionProof::<Sha256>::from_digests(&digests);
    RootHash::<Sha256>::new(root.0.into(), size).verify_inclusion(&entry, index, &proof).is_ok()
}

/// Whether the new tree begins with the leaves of the old one. Each is a size and a root.
///
/// Every tree begins with that of no leaves; there is nothing to prove.
#[must_use]
pub fn holds_consistency(old: (u64, Hash), new: (u64, Hash), path: &[Hash]) -> bool {
    if old.0 > new.0 || new.0 > MOST_LEAVES {
        return false;
    }
    if old.0 == 0 {
        return path.is_empty() && old.1 == Frontier::default().root();
    }
    let digests: Vec<_> = path.iter().map(|hash| hash.0.into()).collect();
    let proof = ConsistencyProof::<Sha256>::from_digests(&digests);
    let root = |(size, root): (u64, Hash)| RootHash::<Sha256>::new(root.0.into(), size);
    root(new).verify_consistency(&root(old), &proof).is_ok()
}
