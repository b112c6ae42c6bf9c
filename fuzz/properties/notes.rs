//! Signed notes, and the checkpoints in them.

use policy_ledger::proof::{Checkpoint, Note, SignerKey, Trust};

/// As many signatures as are read.
const MOST_SIGNATURES: usize = 100;

/// A note is written and read again as the same; nobody signs by accident; a signature holds for
/// its text and no other; a checkpoint in a note is written and read again as the same.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(key) = SignerKey::of("example.org/trade", &[7; 32]) else { return };
    let note = match text.parse::<Note>() {
        Ok(note) => note,
        Err(why) => return assert!(!why.to_string().is_empty()),
    };
    assert_eq!(note.to_string().parse().as_ref(), Ok(&note), "{text:?}");
    assert!(text.starts_with(note.text()), "{text:?}");
    signed(&note, &key);
    match Checkpoint::of(&note) {
        Ok(checkpoint) => round(&checkpoint, &key),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    assert_eq!(text.parse::<Checkpoint>().is_ok(), Checkpoint::of(&note).is_ok(), "{text:?}");
}

fn signed(note: &Note, key: &SignerKey) {
    let before = note.trust(&key.verifier());
    if note.names().count() >= MOST_SIGNATURES {
        return;
    }
    let signed = note.clone().signed_by(key);
    let read = signed.to_string().parse::<Note>();
    assert_eq!(read.as_ref(), Ok(&signed));
    match before {
        Trust::NotSigned | Trust::Signed => {
            assert_eq!(signed.trust(&key.verifier()), Trust::Signed);
        }
        Trust::Forged => assert_eq!(signed.trust(&key.verifier()), Trust::Forged),
    }
    // The same signatures under another text are forged.
    let written = signed.to_string();
    if let Ok(other) = format!("x{written}").parse::<Note>() {
        assert_eq!(other.trust(&key.verifier()), Trust::Forged, "{written:?}");
    }
}

fn round(checkpoint: &Checkpoint, key: &SignerKey) {
    let note = checkpoint.note().unwrap_or_else(|why| panic!("{why}: {checkpoint:?}"));
    assert_eq!(Checkpoint::of(&note).as_ref(), Ok(checkpoint));
    let signed = note.signed_by(key).to_string();
    assert_eq!(signed.parse::<Checkpoint>().as_ref(), Ok(checkpoint));
}
