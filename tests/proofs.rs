//! Proofs: against the vectors of Certificate Transparency and RFC 9162, against an implementation
//! written straight from the RFC, and against the crate; signed notes against the vectors of others;
//! and `prove`, `checkpoint` and `verify --proof` as one uses them.

mod commands;
mod notes;
mod rfc9162;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use policy_ledger::proof::{
    Frontier, Hash, Subtree, consistency_path, holds_consistency, holds_inclusion, inclusion_path,
    leaf,
};
use sha2::Sha256;

use rfc9162::Node;

/// The leaves of the reference vectors of Certificate Transparency.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// Of them: a leaf, a size, the proof that the one is in the other.
const INCLUSION: [(u64, u64, &[&str]); 6] = [
    (0, 1, &[]),
    (0, 2, &["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"]),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
];

/// Of them: two sizes, the proof that the larger tree begins with the smaller.
const CONSISTENCY: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
];

fn entries() -> Vec<Vec<u8>> {
    let bytes = |hex: &str| -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    };
    LEAVES.iter().map(|hex| bytes(hex)).collect()
}

/// A tree of so many entries `0`, `1`, …
fn many(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| number.to_string().into_bytes()).collect()
}

fn root(entries: &[Vec<u8>]) -> Hash {
    let mut tree = Frontier::default();
    for entry in entries {
        tree.push(leaf(entry));
    }
    tree.root()
}

/// The roots that a path asks for.
fn roots(entries: &[Vec<u8>], path: &[Subtree]) -> Vec<Hash> {
    let place = |leaf: u64| usize::try_from(leaf).unwrap();
    path.iter().map(|it| root(&entries[place(it.from)..place(it.to)])).collect()
}

fn nodes(hashes: &[Hash]) -> Vec<Node> {
    hashes.iter().map(|hash| *hash.as_bytes()).collect()
}

fn leaves(entries: &[Vec<u8>]) -> Vec<Node> {
    entries.iter().map(|entry| rfc9162::leaf(entry)).collect()
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(Hash::to_string).collect()
}

#[test]
fn the_vectors_of_certificate_transparency_hold() {
    let entries = entries();
    for (index, size, expected) in INCLUSION {
        let path = roots(&entries, &inclusion_path(index, size).unwrap());
        assert_eq!(texts(&path), expected, "leaf {index} of {size}");
    }
    for (old, new, expected) in CONSISTENCY {
        let path = roots(&entries, &consistency_path(old, new).unwrap());
        assert_eq!(texts(&path), expected, "from {old} to {new}");
    }
}

/// The example of RFC 9162, section 2.1.5: the tree over d0 to d6, its nodes by their letters.
#[test]
fn the_example_of_the_rfc_holds() {
    let letter = |subtree: Subtree| match (subtree.from, subtree.to) {
        (0, 1) => 'a',
        (1, 2) => 'b',
        (2, 3) => 'c',
        (3, 4) => 'd',
        (4, 5) => 'e',
        (5, 6) => 'f',
        (0, 2) => 'g',
        (2, 4) => 'h',
        (4, 6) => 'i',
        (6, 7) => 'j',
        (0, 4) => 'k',
        (4, 7) => 'l',
        other => panic!("no node {other:?}"),
    };
    let letters = |path: Option<Vec<Subtree>>| path.unwrap().into_iter().map(letter).collect();
    for (index, expected) in [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")] {
        let path: String = letters(inclusion_path(index, 7));
        assert_eq!(path, expected, "d{index}");
    }
    for (old, expected) in [(3, "cdgl"), (4, "l"), (6, "ijk")] {
        let path: String = letters(consistency_path(old, 7));
        assert_eq!(path, expected, "from {old}");
    }
}

#[test]
fn every_proof_of_small_trees_is_that_of_the_rfc_and_holds_for_both() {
    let entries = many(70);
    for size in 1..=entries.len() {
        let (some, tree) = (&entries[..size], leaves(&entries[..size]));
        let head = (size as u64, root(some));
        assert_eq!(*head.1.as_bytes(), rfc9162::root(&tree), "of {size}");
        for index in 0..size {
            let path = roots(some, &inclusion_path(index as u64, head.0).unwrap());
            assert_eq!(nodes(&path), rfc9162::path(index, &tree), "{index} of {size}");
            assert!(holds_inclusion(&some[index], index as u64, head, &path));
            let (hash, root) = (tree[index], rfc9162::root(&tree));
            assert!(rfc9162::includes(hash, index as u64, head.0, root, &nodes(&path)));
        }
        for old in 1..=size {
            let path = roots(some, &consistency_path(old as u64, head.0).unwrap());
            assert_eq!(nodes(&path), rfc9162::proof(old, &tree), "{old} to {size}");
            let older = (old as u64, root(&some[..old]));
            assert!(holds_consistency(older, head, &path), "{old} to {size}");
            let both = [(older.0, *older.1.as_bytes()), (head.0, *head.1.as_bytes())];
            assert!(rfc9162::consistent(both[0], both[1], &nodes(&path)), "{old} to {size}");
        }
    }
}

/// Any other entry, place, size, root or path is refused, by ours and by the RFC's words alike.
#[test]
fn a_proof_of_something_else_never_holds() {
    let entries = many(40);
    for size in [1_usize, 2, 3, 7, 8, 21, 40] {
        let some = &entries[..size];
        let head = (size as u64, root(some));
        for index in (0..size).step_by(3) {
            let path = roots(some, &inclusion_path(index as u64, head.0).unwrap());
            let fails = |entry: &[u8], index: u64, head: (u64, Hash), path: &[Hash]| {
                let hash = rfc9162::leaf(entry);
                let (size, root) = (head.0, *head.1.as_bytes());
                assert!(!holds_inclusion(entry, index, head, path), "{index} of {size}");
                assert!(!rfc9162::includes(hash, index, size, root, &nodes(path)));
            };
            fails(b"other", index as u64, head, &path);
            fails(&some[index], head.0, head, &path);
            fails(&some[index], index as u64, (head.0, leaf(b"")), &path);
            fails(&some[index], index as u64, head, &[&path[..], &[leaf(b"")]].concat());
            for place in 0..path.len() {
                let mut other = path.clone();
                other[place] = leaf(b"other");
                fails(&some[index], index as u64, head, &other);
                other.remove(place);
                fails(&some[index], index as u64, head, &other);
            }
        }
    }
    let (old, new) = ((5, root(&entries[..5])), (21, root(&entries[..21])));
    let path = roots(&entries, &consistency_path(5, 21).unwrap());
    assert!(holds_consistency(old, new, &path));
    for place in 0..path.len() {
        let mut other = path.clone();
        other[place] = leaf(b"other");
        assert!(!holds_consistency(old, new, &other));
        other.remove(place);
        assert!(!holds_consistency(old, new, &other));
    }
    assert!(!holds_consistency((5, leaf(b"")), new, &path));
    assert!(!holds_consistency(old, (21, leaf(b"")), &path));
    assert!(!holds_consistency(new, old, &path));
}

#[test]
fn odd_sizes_are_refused_without_a_panic() {
    let none = Frontier::default().root();
    assert!(holds_consistency((0, none), (7, leaf(b"x")), &[]));
    assert!(!holds_consistency((0, leaf(b"x")), (7, leaf(b"x")), &[]));
    assert!(!holds_consistency((0, none), (7, leaf(b"x")), &[none]));
    for size in [0, 1, u64::MAX / 4 + 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX] {
        for index in [1, size, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
            assert!(!holds_inclusion(b"x", index, (size, none), &[]), "{index} of {size}");
            assert!(!holds_consistency((index, none), (size.saturating_sub(1), none), &[none]));
        }
    }
    assert_eq!(inclusion_path(0, 0), None);
    assert_eq!(inclusion_path(0, u64::MAX), None);
    assert_eq!(consistency_path(2, 1), None);
    assert_eq!(consistency_path(0, 9), Some(Vec::new()));
}

proptest::proptest! {
    /// The frontier, which is written here, has the roots of the crate, which keeps every leaf.
    #[test]
    fn the_frontier_has_the_roots_of_the_crate(
        entries in proptest::collection::vec(proptest::collection::vec(0_u8.., 0..40), 0..200),
    ) {
        let (mut ours, mut theirs) = (Frontier::default(), MemoryBackedTree::<Sha256, _>::new());
        for entry in entries {
            ours.push(leaf(&entry));
            theirs.push(entry);
            let (own, other) = (ours.root(), theirs.root());
            proptest::prop_assert_eq!(&own.as_bytes()[..], &other.as_bytes()[..]);
        }
    }
}
