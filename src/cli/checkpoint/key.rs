//! Signing keys: made, kept where only their owner can read them, and read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde_json::json;

use super::super::complaint::{Complaint, Exit, Item};
use super::super::desk::{Desk, is_ledger};
use super::super::page::Page;
use super::super::proofs::read_text;
use super::super::safe::safe;
use crate::ask::read;
use crate::proof::{SignerKey, VerifierKey, is_name};

/// No key is longer.
const MOST_BYTES: u64 = 4_096;

/// Makes a key in a file that is not there yet.
pub(super) fn make(desk: &Desk, file: &Path, name: Option<&str>) -> Result<Page, Complaint> {
    let name = match name {
        Some(name) => name.to_owned(),
        None => read(desk, |ledger| Ok(ledger.origin()))?.1,
    };
    if !is_name(&name) {
        let message = format!("`--name {name}`: a name has no spaces and no `+`");
        return Err(bad_key(message));
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        let item = Item::new("file", format!("no random numbers from the system: {error}"));
        Complaint::new(Exit::Unusable, item)
    })?;
    let signer = SignerKey::of(&name, &seed).ok_or_else(|| bad_key("no key".to_owned()))?;
    let path = desk.surroundings.directory.join(file);
    refuse_ledger(&path, file)?;
    write_new(&path, &signer.secret_text()).map_err(|error| Complaint::file(file, &error))?;
    let verifier = signer.verifier().to_string();
    let text = format!(
        "A signing key is in {}: a secret, and not to be had again if it is lost.\n\
         Others check with this key; give it to them by another way than the checkpoints:\n\n\
         {verifier}\n",
        safe(&file.to_string_lossy())
    );
    let row = json!({"file": file.to_string_lossy(), "name": name, "verifier_key": verifier});
    let json = json!({
        "ok": true, "schema": "policy-ledger/checkpoint-key/1", "results": [row], "notes": [],
    });
    Ok(Page { text, json, as_is: true, ..Page::default() })
}

/// A secret does not belong where backups and copies of the ledger take it along.
fn refuse_ledger(path: &Path, shown: &Path) -> Result<(), Complaint> {
    let parent = path.parent().and_then(|parent| fs::canonicalize(parent).ok());
    if parent.is_some_and(|parent| parent.ancestors().any(is_ledger)) {
        let what = "that is inside a ledger's directory, and would be copied with it";
        return Err(bad_key(format!("`{}`: {what}", shown.display())));
    }
    Ok(())
}

/// Writes a secret durably; never over something.
fn write_new(path: &Path, secret: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(secret.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// The signing key in a file, which nobody but its owner may read.
pub(in super::super) fn signer(desk: &Desk, shown: &Path) -> Result<SignerKey, Complaint> {
    let failed = |error: &io::Error| Complaint::file(shown, error).or_help("help proofs");
    let file = File::open(desk.surroundings.directory.join(shown)).map_err(|e| failed(&e))?;
    if is_exposed(&file).map_err(|error| failed(&error))? {
        let message = format!(
            "`{}` can be read by others: a signing key is for its owner only (mode 0600); make a new \
             one if somebody may have read it",
            shown.display()
        );
        let item = Item::new("key-exposed", message).help("help proofs");
        return Err(Complaint::new(Exit::Unusable, item));
    }
    let mut text = String::new();
    let read = file.take(MOST_BYTES).read_to_string(&mut text);
    let no_key = |why: String| bad_key(format!("`{}`: {why}", shown.display()));
    match read {
        Ok(_) => text.parse().map_err(|why| no_key(format!("{why}"))),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(no_key("not UTF-8".to_owned()))
        }
        Err(error) => Err(failed(&error)),
    }
}

/// Whether others than the owner may read or write a file.
#[cfg(unix)]
fn is_exposed(file: &File) -> io::Result<bool> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions());
    Ok(mode & 0o077 != 0)
}

/// Elsewhere the file system does not tell in this way.
#[cfg(not(unix))]
fn is_exposed(_: &File) -> io::Result<bool> {
    Ok(false)
}

/// A key that checks, by itself or in a file.
pub(in super::super) fn read_key(desk: &Desk, words: &str) -> Result<VerifierKey, Complaint> {
    if let Ok(key) = words.parse() {
        return Ok(key);
    }
    if words.starts_with("PRIVATE+KEY+") {
        return Err(bad_key("that is a signing key: keep it secret".to_owned()));
    }
    let path = Path::new(words);
    if words.contains('+') && !desk.surroundings.directory.join(path).exists() {
        return Err(bad_key(format!("`{words}`: a verifier key is NAME+ID+KEY")));
    }
    let text = read_text(desk, path)?;
    text.parse().map_err(|why| bad_key(format!("`{words}`: {why}")))
}

fn bad_key(message: String) -> Complaint {
    Complaint::new(Exit::Usage, Item::new("bad-key", message).help("help proofs"))
}
