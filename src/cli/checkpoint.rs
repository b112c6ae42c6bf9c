//! `ledger checkpoint`: the head as a text that can be signed, kept and sent elsewhere.

mod key;

use std::path::PathBuf;

use serde_json::json;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::page::Page;
use crate::ask::{Asker, read};
use crate::ledger::Ledger;
use crate::proof::{Checkpoint as Head, Note, SignerKey};
pub(super) use key::{read_key, signer};

/// What this ledger is now, in three lines: its origin, how many records, their head (C2SP
/// tlog-checkpoint). Kept elsewhere it shows later that nothing before it was altered.
///
/// With `--key` it is signed with Ed25519 (C2SP signed-note); `--new-key` makes a key.
#[derive(Debug, clap::Args)]
pub(super) struct Checkpoint {
    /// Sign it with the key in this file.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Of the first records only: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
    /// Make a signing key in a new file, readable by its owner only, and print the key that checks.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "known"])]
    new_key: Option<PathBuf>,
    /// The name of the new key; checkpoints that it signs have it as origin [default:
    /// policy-ledger/ and the ledger's id].
    #[arg(long, value_name = "NAME", requires = "new_key")]
    name: Option<String>,
}

impl Checkpoint {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        if let Some(file) = &self.new_key {
            return key::make(desk, file, self.name.as_deref());
        }
        let signer = self.key.as_deref().map(|file| signer(desk, file)).transpose()?;
        let known = self.known.as_deref().map(|words| desk.known(words)).transpose()?;
        let (ledger, (standpoint, head)) = read(desk, |ledger| {
            let size = ledger.known(known.unwrap_or_default())?;
            let head = ledger.checkpoint(&origin(ledger, signer.as_ref()), size as u64)?;
            Ok((ledger.standpoint(size)?, head))
        })?;
        drop(ledger);
        let note = signed(&head, signer.as_ref())?;
        let verifier = signer.as_ref().map(|signer| signer.verifier().to_string());
        let row = json!({
            "origin": head.origin,
            "size": head.size,
            "root": head.root.to_string(),
            "checkpoint": note.to_string(),
            "verifier_key": verifier,
        });
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/checkpoint/1",
            "query": {"known": self.known},
            "ledger": standpoint,
            "results": [row],
            "notes": [],
        });
        Ok(Page { text: note.to_string(), json, as_is: true, ..Page::default() })
    }
}

/// The origin of checkpoints: the name of the key that signs them, as other tools expect.
pub(super) fn origin(ledger: &Ledger, signer: Option<&SignerKey>) -> String {
    signer.map_or_else(|| ledger.origin(), |signer| signer.verifier().name().to_owned())
}

/// A head as a note, signed where there is a key.
pub(super) fn signed(head: &Head, signer: Option<&SignerKey>) -> Result<Note, Complaint> {
    let note = head.note().map_err(|why| {
        Complaint::new(Exit::Usage, Item::new("bad-key", why.to_string()).help("help proofs"))
    })?;
    Ok(match signer {
        Some(signer) => note.signed_by(signer),
        None => note,
    })
}
