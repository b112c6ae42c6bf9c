//! The proof: one hash that stands for all entries in their order.
//!
//! The hashes have the shape of RFC 6962, section 2.1 (Certificate Transparency), with SHA-256:
//! a leaf is `SHA-256(0x00 || entry)`, a node `SHA-256(0x01 || left || right)`, the tree over no
//! entries `SHA-256("")`. The ledger's *head* is the root over all its entries. Two ledgers with
//! the same head and size hold the same bytes in the same order.
//!
//! Which nodes a proof consists of, and whether one holds, is left to the crate `ct-merkle`. Only
//! the [`Frontier`] is written here: the crate keeps every leaf in memory to know a root, and a
//! head needs one hash a level. Tests hold the two to each other, leaf by leaf.
//!
//! | member | does |
//! |---|---|
//! | `path` | inclusion and consistency: what a proof consists of, and whether it holds |
//! | `note` | texts that are signed (C2SP signed-note) |
//! | `key` | the keys that sign them and that check them |
//! | `checkpoint` | a head as a text (C2SP tlog-checkpoint) |
//! | `receipt` | proofs as files (C2SP tlog-proof, and what a C2SP witness takes) |
//! | `citation` | an answer as a footnote: ledger, head, checksum and command |
//! | `command` | a command as a text |

mod checkpoint;
mod citation;
mod command;
mod key;
mod note;
mod path;
mod receipt;

use std::fmt;

pub use checkpoint::{Checkpoint, ORIGIN};
pub use citation::Citation;
pub use command::{flag, quoted};
pub use key::{SignerKey, VerifierKey, is_name};
pub use note::{Note, Trust};
pub use path::{Subtree, consistency_path, holds_consistency, holds_inclusion, inclusion_path};
pub use receipt::{Consistency, Inclusion, Receipt};

use sha2::{Digest, Sha256};

/// A SHA-256 hash; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::str::FromStr for Hash {
    type Err = NoHash;

    /// Reads 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, NoHash> {
        let digits = <&[u8; 64]>::try_from(text.as_bytes()).map_err(|_| NoHash)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// The value of a hexadecimal digit.
fn nibble(digit: u8) -> Result<u8, NoHash> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(NoHash),
    }
}

/// A text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoHash;

impl fmt::Display for NoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash is 64 hexadecimal digits")
    }
}

impl std::error::Error for NoHash {}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]));
        }
        f.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of one entry, of the bytes as they are stored (RFC 6962 leaf hash).
///
/// The ledger's header is hashed the same way: its hash is the `prev` of record 1.
#[must_use]
pub fn leaf(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

fn node(left: Hash, right: Hash) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// What must be kept of a growing tree to know its root: the roots of its complete subtrees, at
/// most one a level, so that 64 hashes are enough for any ledger.
///
/// ```
/// use policy_ledger::proof::{Frontier, leaf};
///
/// let mut frontier = Frontier::default();
/// frontier.push(leaf(b"first"));
/// assert_eq!(frontier.size(), 1);
/// assert_eq!(frontier.root(), leaf(b"first"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of complete subtrees, the largest and leftmost first: one for each set bit of `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of so many leaves, from the roots of its complete subtrees, the largest first;
    /// none if there is not one for each set bit of the size.
    #[must_use]
    pub fn of(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Self { size, peaks })
    }

    /// Adds the leaf hash of the next entry, at the right end.
    pub fn push(&mut self, leaf: Hash) {
        self.push_telling(leaf, |_, _| {});
    }

    /// The same, telling the root of each subtree that becomes complete and how many times it
    /// doubles a leaf, from 1: a subtree of level 3 has eight leaves and ends with this one.
    pub fn push_telling(&mut self, leaf: Hash, mut completed: impl FnMut(u32, Hash)) {
        let mut root = leaf;
        // Each trailing one bit of the size is a complete subtree as large as the one in hand.
        for level in 1..=self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                root = node(left, root);
                completed(level, root);
            }
        }
        self.peaks.push(root);
        self.size += 1;
    }

    /// The root over all leaves pushed so far; of none, the hash of the empty string.
    #[must_use]
    pub fn root(&self) -> Hash {
        let peaks = self.peaks.iter().rev().copied();
        peaks.reduce(|right, left| node(left, right)).unwrap_or_else(empty)
    }

    /// How many leaves were pushed.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, the largest first: one for each set bit of the size.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }
}

/// A text is not what it should be: why, in a sentence that begins with what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Standard base64 with padding (RFC 4648, section 4); only the one way of writing each.
fn base64(bytes: &[u8]) -> String {
    <base64ct::Base64 as base64ct::Encoding>::encode_string(bytes)
}

fn of_base64(text: &str) -> Option<Vec<u8>> {
    <base64ct::Base64 as base64ct::Encoding>::decode_vec(text).ok()
}

/// A hash as the C2SP formats write it.
fn hash_of_base64(text: &str) -> Option<Hash> {
    <[u8; 32]>::try_from(of_base64(text)?).ok().map(Hash)
}

/// A number as the C2SP formats write it: decimal digits without leading zeros.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn empty() -> Hash {
    Hash(Sha256::digest([]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference vectors of Certificate Transparency: eight leaves, and the root after each.
    const LEAVES: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[
            0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
            0x6e, 0x6f,
        ],
    ];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// The definition of RFC 6962, word for word: split at the largest power of two below n.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty(),
            [one] => *one,
            many => {
                let split = many.len().next_power_of_two() / 2;
                let (left, right) = many.split_at(split);
                node(by_definition(left), by_definition(right))
            }
        }
    }

    #[test]
    fn the_reference_vectors_hold() {
        let mut frontier = Frontier::default();
        for (entry, root) in LEAVES.iter().zip(ROOTS) {
            frontier.push(leaf(entry));
            assert_eq!(frontier.root().to_string(), root);
        }
        assert_eq!(frontier.size(), 8);
    }

    #[test]
    fn no_entries_hash_to_the_hash_of_nothing() {
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Frontier::default().root().to_string(), nothing);
    }

    #[test]
    fn every_size_agrees_with_the_definition() {
        let leaves: Vec<Hash> = (0..300_u16).map(|n| leaf(&n.to_be_bytes())).collect();
        let mut frontier = Frontier::default();
        for (count, hash) in leaves.iter().enumerate() {
            assert_eq!(frontier.root(), by_definition(&leaves[..count]), "of {count} leaves");
            frontier.push(*hash);
            assert!(frontier.peaks.len() <= 9, "the frontier stays small");
        }
    }

    #[test]
    fn order_and_content_both_count() {
        let root = |entries: &[&[u8]]| {
            let mut frontier = Frontier::default();
            for entry in entries {
                frontier.push(leaf(entry));
            }
            frontier.root()
        };
        assert_ne!(root(&[b"a", b"b"]), root(&[b"b", b"a"]));
        assert_ne!(root(&[b"a", b"b"]), root(&[b"a", b"c"]));
        // A node's content offered as an entry does not hash to that node.
        let inside = [leaf(b"a").0, leaf(b"b").0].concat();
        assert_ne!(root(&[b"a", b"b"]), leaf(&inside));
    }
}
