//! Proofs checked by the text of RFC 9162 and nothing of this program: sections 2.1.1 (the tree),
//! 2.1.3.1 and 2.1.4.1 (what a proof is), 2.1.3.2 and 2.1.4.2 (how it is checked), word for word;
//! and the files of C2SP tlog-proof and tlog-checkpoint, line by line.

use sha2::{Digest as _, Sha256};

pub(crate) type Node = [u8; 32];

fn hash(parts: &[&[u8]]) -> Node {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

pub(crate) fn leaf(entry: &[u8]) -> Node {
    hash(&[&[0], entry])
}

fn node(left: &Node, right: &Node) -> Node {
    hash(&[&[1], left, right])
}

/// MTH (2.1.1), over leaf hashes.
pub(crate) fn root(leaves: &[Node]) -> Node {
    match leaves {
        [] => hash(&[]),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(split(many.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The largest power of two below n.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// PATH(m, D[n]) (2.1.3.1).
pub(crate) fn path(m: usize, leaves: &[Node]) -> Vec<Node> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut inner, sister) =
        if m < k { (path(m, left), root(right)) } else { (path(m - k, right), root(left)) };
    inner.push(sister);
    inner
}

/// PROOF(m, D[n]) (2.1.4.1).
pub(crate) fn proof(m: usize, leaves: &[Node]) -> Vec<Node> {
    subproof(m, leaves, true)
}

fn subproof(m: usize, leaves: &[Node], whole: bool) -> Vec<Node> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let k = split(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut inner, sister) = if m <= k {
        (subproof(m, left, whole), root(right))
    } else {
        (subproof(m - k, right, false), root(left))
    };
    inner.push(sister);
    inner
}

/// Verifying an inclusion proof (2.1.3.2).
pub(crate) fn includes(
    hash: Node,
    leaf_index: u64,
    tree_size: u64,
    root: Node,
    inclusion_path: &[Node],
) -> bool {
    if leaf_index >= tree_size {
        return false;
    }
    let (mut number, mut last, mut r) = (leaf_index, tree_size - 1, hash);
    for p in inclusion_path {
        if last == 0 {
            return false;
        }
        if number & 1 == 1 || number == last {
            r = node(p, &r);
            if number & 1 == 0 {
                while number & 1 == 0 && number != 0 {
                    number >>= 1;
                    last >>= 1;
                }
            }
        } else {
            r = node(&r, p);
        }
        number >>= 1;
        last >>= 1;
    }
    last == 0 && r == root
}

/// Verifying consistency between two tree heads (2.1.4.2).
pub(crate) fn consistent(
    (first, first_hash): (u64, Node),
    (second, second_hash): (u64, Node),
    consistency_path: &[Node],
) -> bool {
    if first == second {
        return consistency_path.is_empty() && first_hash == second_hash;
    }
    if consistency_path.is_empty() || first == 0 || first > second {
        return false;
    }
    let mut path = consistency_path.to_vec();
    if first.is_power_of_two() {
        path.insert(0, first_hash);
    }
    let (mut number, mut last) = (first - 1, second - 1);
    while number & 1 == 1 {
        number >>= 1;
        last >>= 1;
    }
    let (mut fr, mut sr) = (path[0], path[0]);
    for c in &path[1..] {
        if last == 0 {
            return false;
        }
        if number & 1 == 1 || number == last {
            fr = node(c, &fr);
            sr = node(c, &sr);
            if number & 1 == 0 {
                while number & 1 == 0 && number != 0 {
                    number >>= 1;
                    last >>= 1;
                }
            }
        } else {
            sr = node(&sr, c);
        }
        number >>= 1;
        last >>= 1;
    }
    fr == first_hash && sr == second_hash && last == 0
}

/// Base64 (RFC 4648, section 4).
pub(crate) fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|&known| known == digit).expect("a digit of base64");
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

fn hash_line(line: &str) -> Node {
    base64(line).try_into().expect("32 bytes")
}

/// Origin, size and root of a checkpoint.
pub(crate) fn checkpoint(text: &str) -> (String, u64, Node) {
    let mut lines = text.lines();
    let origin = lines.next().unwrap().to_owned();
    (origin, lines.next().unwrap().parse().unwrap(), hash_line(lines.next().unwrap()))
}

/// Whether a file in the form of tlog-proof holds; gives the entry's bytes.
pub(crate) fn tlog_proof(text: &str) -> Option<Vec<u8>> {
    let (head, note) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    let entry = base64(lines.next().unwrap().strip_prefix("extra ").unwrap());
    let index = lines.next().unwrap().strip_prefix("index ").unwrap().parse().unwrap();
    let path: Vec<Node> = lines.map(hash_line).collect();
    let (_, size, root) = checkpoint(note);
    includes(leaf(&entry), index, size, root, &path).then_some(entry)
}

/// Whether what a witness takes holds for an older checkpoint.
pub(crate) fn add_checkpoint(text: &str, older: &str) -> bool {
    let (head, note) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
    let path: Vec<Node> = lines.map(hash_line).collect();
    let ((_, size, root), (_, new_size, new_root)) = (checkpoint(older), checkpoint(note));
    old == size && consistent((size, root), (new_size, new_root), &path)
}
