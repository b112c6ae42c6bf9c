//! Proofs as files: of a record, and of an older checkpoint.

use policy_ledger::proof::{Checkpoint, Frontier, Inclusion, Receipt, leaf};

/// The tree that the seeds are proofs of: seven entries of one letter each.
const ENTRIES: &[u8; 7] = b"abcdefg";

/// A proof is written and read again as the same; none shows of the tree that we have what is not
/// so: another entry, another place, or another older tree.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let receipt = match text.parse::<Receipt>() {
        Ok(receipt) => receipt,
        Err(why) => return assert!(!why.to_string().is_empty()),
    };
    match &receipt {
        Receipt::Inclusion(inclusion) => {
            assert_eq!(inclusion.to_string().parse().as_ref(), Ok(&receipt), "{text:?}");
            of_entry(inclusion);
        }
        Receipt::Consistency(consistency) => {
            assert_eq!(consistency.to_string().parse().as_ref(), Ok(&receipt), "{text:?}");
            let Ok(new) = Checkpoint::of(&consistency.note) else { return };
            for size in 0..=ENTRIES.len() {
                let older = of_tree(size);
                let holds = consistency.holds(&older) == Ok(true);
                let fits = older.size == consistency.old && older.size <= new.size;
                assert!(!holds || fits, "{text:?}");
                let ours = (new.size, new.root) == (7, of_tree(7).root);
                let other = Checkpoint { root: leaf(b"another"), ..older };
                assert!(!ours || consistency.holds(&other) != Ok(true), "{text:?}");
            }
        }
    }
}

/// What our tree was at that size.
fn of_tree(size: usize) -> Checkpoint {
    let mut frontier = Frontier::default();
    ENTRIES[..size].iter().for_each(|letter| frontier.push(leaf(&[*letter])));
    Checkpoint { origin: "tree".to_owned(), size: frontier.size(), root: frontier.root() }
}

fn of_entry(inclusion: &Inclusion) {
    let Ok(Checkpoint { size, root, .. }) = Checkpoint::of(&inclusion.note) else { return };
    if inclusion.holds() != Ok(true) {
        return;
    }
    assert!(inclusion.index < size);
    let tree = of_tree(7);
    if (size, root) == (tree.size, tree.root) {
        let entry = usize::try_from(inclusion.index).ok().and_then(|at| ENTRIES.get(at));
        assert_eq!(entry.map(std::slice::from_ref), Some(&*inclusion.entry), "{inclusion:?}");
    }
    let other = [&inclusion.entry[..], b"!"].concat();
    let forged = Inclusion { entry: other, ..inclusion.clone() };
    assert_eq!(forged.holds(), Ok(false), "{inclusion:?}");
}
