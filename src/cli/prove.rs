//! `ledger prove`: that a record is in the ledger, or that the ledger begins with what it was, as a
//! file that anybody can check without the ledger.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::checkpoint::{origin, signed, signer};
use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::page::Page;
use super::proofs::read_checkpoint;
use crate::ask::show::resolve;
use crate::ask::{Asked, Knowing, Scope};
use crate::codec;
use crate::ledger::Ledger;
use crate::proof::{Checkpoint, Hash, Note, leaf};
use crate::record::Mentions;

/// A proof that a record is in this ledger (REF), or that the ledger still begins with what it was
/// at an older checkpoint (`--since`). `verify --proof` checks it, without the ledger.
///
/// The first is a file in the form of C2SP tlog-proof with the record's stored bytes in it; the
/// second has the form that C2SP witnesses take.
#[derive(Debug, clap::Args)]
pub(super) struct Prove {
    /// The record: @12, an id or the beginning of one, or a key.
    #[arg(value_name = "REF", required_unless_present = "since")]
    record: Option<String>,
    /// That nothing before this older checkpoint was altered.
    #[arg(long, value_name = "FILE", conflicts_with = "record")]
    since: Option<PathBuf>,
    /// Under this checkpoint of the ledger [default: what it is now].
    #[arg(long, value_name = "FILE")]
    under: Option<PathBuf>,
    /// Sign the present checkpoint with the key in this file.
    #[arg(long, value_name = "FILE", conflicts_with = "under")]
    key: Option<PathBuf>,
}

impl Prove {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let words: Vec<&String> = self.record.iter().collect();
        let mentions = Mentions::measures(words.clone()).and_records(words);
        let asked = Asked::about(desk, &Knowing::default(), &Scope::About(mentions))?;
        let (note, head) = self.head(desk, &asked.ledger)?;
        let row = match (&self.record, &self.since) {
            (Some(record), _) => of_record(&asked, record, note, &head)?,
            (None, Some(older)) => {
                let (_, older) = read_checkpoint(desk, older)?;
                holds(&asked.ledger, &older)?;
                of_older(&asked.ledger, &older, note, &head)?
            }
            (None, None) => return Err(Complaint::usage("name a record, or an older checkpoint")),
        };
        let text = row["proof"].as_str().unwrap_or_default().to_owned();
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/prove/1",
            "query": {
                "record": row["record"],
                "since": self.since.as_ref().map(|path| path.to_string_lossy()),
                "under": self.under.as_ref().map(|path| path.to_string_lossy()),
            },
            "ledger": asked.standpoint,
            "results": [row],
            "notes": [],
        });
        Ok(Page { text, json, as_is: true, ..Page::default() })
    }

    /// The checkpoint that is proven under: the one given, which must be of this ledger, or that of
    /// the ledger now.
    fn head(&self, desk: &Desk, ledger: &Ledger) -> Result<(Note, Checkpoint), Complaint> {
        if let Some(under) = &self.under {
            let (note, head) = read_checkpoint(desk, under)?;
            holds(ledger, &head)?;
            return Ok((note, head));
        }
        let signer = self.key.as_deref().map(|file| signer(desk, file)).transpose()?;
        let origin = origin(ledger, signer.as_ref());
        let head = ledger.checkpoint(&origin, ledger.records() as u64)?;
        Ok((signed(&head, signer.as_ref())?, head))
    }
}

/// Refuses a checkpoint that is no state of this ledger.
fn holds(ledger: &Ledger, head: &Checkpoint) -> Result<(), Complaint> {
    let all = ledger.records() as u64;
    let says = if head.size > all {
        format!("the checkpoint is of {} records, and here are only {all}", head.size)
    } else {
        let own = ledger.head(head.size)?;
        if own == head.root {
            return Ok(());
        }
        format!("the checkpoint of {} records is none of this ledger: its head is {own}", head.size)
    };
    Err(Complaint::new(Exit::Integrity, Item::new("other-head", says).help("verify")))
}

fn of_record(
    asked: &Asked,
    words: &str,
    note: Note,
    head: &Checkpoint,
) -> Result<Value, Complaint> {
    let seq = resolve(asked, words)?;
    if seq > head.size {
        let says = format!("@{seq} came after the checkpoint, which is of {} records", head.size);
        let item = Item::new("unknown-reference", says).help("log");
        return Err(Complaint::new(Exit::Missing, item));
    }
    let proof = asked.ledger.inclusion(seq, head.size, note)?;
    if !matches!(proof.holds(), Ok(true)) {
        return Err(altered());
    }
    let stored = codec::decode(&proof.entry);
    Ok(json!({
        "proves": "inclusion",
        "record": seq,
        "index": proof.index,
        "hash": leaf(&proof.entry).to_string(),
        "said": stored.ok().map(|stored| codec::exchanged(&stored.entry)),
        "old_size": null,
        "old_root": null,
        "size": head.size,
        "root": head.root.to_string(),
        "path": texts(&proof.path),
        "checkpoint": proof.note.to_string(),
        "proof": proof.to_string(),
    }))
}

fn of_older(
    ledger: &Ledger,
    older: &Checkpoint,
    note: Note,
    head: &Checkpoint,
) -> Result<Value, Complaint> {
    if older.size > head.size {
        let (old, new) = (older.size, head.size);
        let message = format!("`--since` is of {old} records and `--under` of {new}: swap them");
        return Err(Complaint::usage(message));
    }
    let proof = ledger.consistency(older.size, head.size, note)?;
    if !matches!(proof.holds(older), Ok(true)) {
        return Err(altered());
    }
    Ok(json!({
        "proves": "consistency",
        "record": null,
        "index": null,
        "hash": null,
        "said": null,
        "old_size": older.size,
        "old_root": older.root.to_string(),
        "size": head.size,
        "root": head.root.to_string(),
        "path": texts(&proof.path),
        "checkpoint": proof.note.to_string(),
        "proof": proof.to_string(),
    }))
}

/// The view gives hashes that do not make its own head.
fn altered() -> Complaint {
    let message = "the proof does not hold: the view is not as it was written";
    let item = Item::new("altered", message).help("verify").help("rebuild");
    Complaint::new(Exit::Integrity, item)
}

fn texts(path: &[Hash]) -> Vec<String> {
    path.iter().map(Hash::to_string).collect()
}
