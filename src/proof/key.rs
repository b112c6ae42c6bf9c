//! The keys that sign notes and that check them: Ed25519, with a name (C2SP signed-note).
//!
//! Both are one line of text, in the form that the note tools of Go use: `NAME+ID+KEY` to check and
//! `PRIVATE+KEY+NAME+ID+KEY` to sign, the id in hexadecimal and the key in base64 after a byte that
//! says which sort it is.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::{Unreadable, base64, of_base64};

/// The signature type of Ed25519 over the text of a note.
const ED25519: u8 = 1;
const PRIVATE: &str = "PRIVATE+KEY+";

/// Whether a key, and so a checkpoint's origin, can have this name: not empty, no spaces, no `+`,
/// nothing that acts on a terminal.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let stands = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= 200 && name.chars().all(stands)
}

/// A key that signs. Its text is a secret.
pub struct SignerKey {
    name: String,
    key: SigningKey,
}

impl SignerKey {
    /// The key that these random bytes make; none where it cannot have the name.
    #[must_use]
    pub fn of(name: &str, seed: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(seed);
        is_name(name).then(|| Self { name: name.to_owned(), key })
    }

    /// The text to keep, and to keep secret.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let id = self.verifier().id;
        let key = base64(&[&[ED25519][..], self.key.as_bytes()].concat());
        format!("{PRIVATE}{}+{id:08x}+{key}", self.name)
    }

    /// What others need to check what this key signs.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::of(&self.name, self.key.verifying_key())
    }

    pub(super) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    /// The secret stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier())
    }
}

impl FromStr for SignerKey {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let no = || Unreadable("a signing key is one line: PRIVATE+KEY+NAME+ID+KEY".to_owned());
        let rest = text.trim_end_matches(['\n', '\r']).strip_prefix(PRIVATE).ok_or_else(no)?;
        let (name, id, key) = parts(rest).ok_or_else(no)?;
        let signer = Self::of(name, &key).ok_or_else(no)?;
        if signer.verifier().id == id { Ok(signer) } else { Err(no()) }
    }
}

/// A key that checks signatures. Its text is for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    fn of(name: &str, key: VerifyingKey) -> Self {
        Self { name: name.to_owned(), id: id(name, key.as_bytes()), key }
    }

    /// Its name; a checkpoint that it signs has it as origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its short id; not a fingerprint to rely on.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether the signature is that of this key over the text, with none of the ambiguities that
    /// Ed25519 has for odd keys.
    pub(super) fn holds(&self, text: &str, signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        signature.is_ok_and(|it| self.key.verify_strict(text.as_bytes(), &it).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = base64(&[&[ED25519][..], self.key.as_bytes()].concat());
        write!(f, "{}+{:08x}+{key}", self.name, self.id)
    }
}

impl FromStr for VerifierKey {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let no = || Unreadable("a verifier key is one line: NAME+ID+KEY".to_owned());
        let (name, id, key) = parts(text.trim()).ok_or_else(no)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| no())?;
        let verifier = Self::of(name, key);
        if is_name(name) && verifier.id == id { Ok(verifier) } else { Err(no()) }
    }
}

/// `NAME+ID+KEY`; the key may have `+` in it, the name not.
fn parts(text: &str) -> Option<(&str, u32, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (digits, key) = rest.split_once('+')?;
    let id = u32::from_str_radix(digits, 16).ok()?;
    let key = of_base64(key)?;
    let (&ED25519, key) = key.split_first()? else { return None };
    (format!("{id:08x}") == digits).then_some((name, id, key.try_into().ok()?))
}

/// The first four bytes of the SHA-256 hash of name, line feed, type and key.
fn id(name: &str, key: &[u8; 32]) -> u32 {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key);
    let hash: [u8; 32] = hash.finalize().into();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}
