//! Keys that sign and that check.

use policy_ledger::proof::{Note, SignerKey, Trust, VerifierKey, is_name};

/// A key is written as it was read; the secret one is not shown by accident, and what it signs its
/// public one checks.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<VerifierKey>() {
        Ok(key) => {
            assert_eq!(key.to_string(), text.trim());
            assert!(is_name(key.name()), "{text:?}");
        }
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    match text.parse::<SignerKey>() {
        Ok(key) => signer(text, &key),
        Err(why) => {
            let secret = text.rsplit('+').next().unwrap_or_default();
            assert!(secret.len() < 32 || !why.to_string().contains(secret), "it tells the secret");
        }
    }
    if let Ok(seed) = <[u8; 32]>::try_from(bytes.get(..32).unwrap_or_default()) {
        let name = std::str::from_utf8(&bytes[32..]).unwrap_or_default();
        let Some(key) = SignerKey::of(name, &seed) else { return assert!(!is_name(name)) };
        signer(&key.secret_text(), &key);
    }
}

fn signer(text: &str, key: &SignerKey) {
    let secret = key.secret_text();
    assert_eq!(secret, text.trim_end_matches(['\n', '\r']));
    let shown = format!("{key:?}");
    let bytes = secret.rsplit('+').next().unwrap_or_default();
    assert!(bytes.len() < 32 || !shown.contains(bytes), "it shows the secret");
    let verifier = key.verifier().to_string().parse::<VerifierKey>();
    assert_eq!(verifier.as_ref(), Ok(&key.verifier()));
    let Ok(note) = Note::unsigned("a text\n") else { return };
    assert_eq!(note.trust(&key.verifier()), Trust::NotSigned);
    let signed = note.signed_by(key).to_string().parse::<Note>();
    assert_eq!(signed.map(|note| note.trust(&key.verifier())), Ok(Trust::Signed));
}
