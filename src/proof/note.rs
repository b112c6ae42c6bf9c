//! Texts that are signed, in the form of C2SP signed-note.

use std::fmt;
use std::str::FromStr;

use super::key::is_name;
use super::{SignerKey, Unreadable, VerifierKey, base64, of_base64};

/// The largest note that is read: a checkpoint of ours has some 300 bytes, a hundred signatures fit.
const MOST_BYTES: usize = 1_000_000;
/// The most signatures that are read.
const MOST_SIGNATURES: usize = 100;

/// A text with signatures. Where there are none it is only the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signed>,
}

/// A signature as it is written; whether it holds, a key tells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signed {
    name: String,
    id: u32,
    bytes: Vec<u8>,
}

/// What a key says of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It signed the text.
    Signed,
    /// There is a signature in its name that does not fit the text: one of them was altered.
    Forged,
    /// It did not sign.
    NotSigned,
}

impl Note {
    /// A text that nobody has signed. It ends with a line feed and has no control characters.
    pub fn unsigned(text: &str) -> Result<Self, Unreadable> {
        if !text.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
            let what = "a note ends with a line feed and has no control characters";
            return Err(Unreadable(what.to_owned()));
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// The same with one more signature.
    #[must_use]
    pub fn signed_by(mut self, key: &SignerKey) -> Self {
        let verifier = key.verifier();
        let bytes = key.sign(&self.text).to_vec();
        self.signatures.push(Signed { name: verifier.name().to_owned(), id: verifier.id(), bytes });
        self
    }

    /// What was signed, its last line feed included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names in which it is signed, whether the signatures hold or not.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|signed| signed.name.as_str())
    }

    /// What a key says of it. Signatures of others do not count.
    #[must_use]
    pub fn trust(&self, key: &VerifierKey) -> Trust {
        let own = |it: &&Signed| it.name == key.name() && it.id == key.id();
        let mut own = self.signatures.iter().filter(own).peekable();
        if own.peek().is_none() {
            return Trust::NotSigned;
        }
        let all = own.all(|signed| key.holds(&self.text, &signed.bytes));
        if all { Trust::Signed } else { Trust::Forged }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if !self.signatures.is_empty() {
            f.write_str("\n")?;
        }
        for Signed { name, id, bytes } in &self.signatures {
            let bytes = base64(&[&id.to_be_bytes()[..], bytes].concat());
            writeln!(f, "— {name} {bytes}")?;
        }
        Ok(())
    }
}

impl FromStr for Note {
    type Err = Unreadable;

    /// Reads a note, or a text without signatures: one without an empty line before its last lines.
    fn from_str(written: &str) -> Result<Self, Unreadable> {
        if written.len() > MOST_BYTES {
            return Err(Unreadable("a note is not as large as that".to_owned()));
        }
        let Some((text, lines)) = written.rsplit_once("\n\n") else {
            return Self::unsigned(written);
        };
        let mut note = Self::unsigned(&format!("{text}\n"))?;
        let no = || Unreadable("a line of a signature is `— NAME BASE64`".to_owned());
        let lines = lines.strip_suffix('\n').ok_or_else(no)?;
        for line in lines.split('\n').take(MOST_SIGNATURES) {
            note.signatures.push(signature(line).ok_or_else(no)?);
        }
        Ok(note)
    }
}

fn signature(line: &str) -> Option<Signed> {
    let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = of_base64(bytes)?;
    let (id, rest) = bytes.split_first_chunk::<4>()?;
    let whole = is_name(name) && !rest.is_empty();
    let id = u32::from_be_bytes(*id);
    whole.then(|| Signed { name: name.to_owned(), id, bytes: rest.to_vec() })
}
