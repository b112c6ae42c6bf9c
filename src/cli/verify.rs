//! `ledger verify`: has the store been altered? And do heads, checkpoints, proofs and citations
//! that were written down elsewhere still hold?

mod again;
mod offline;
mod report;

use std::path::{Path, PathBuf};

use serde_json::json;

use super::checkpoint::read_key;
use super::complaint::{Complaint, Item};
use super::desk::Desk;
use super::page::Page;
use super::proofs::{read_checkpoint, unreadable};
use crate::ledger::{Expected, LedgerError, Point, Verdict, verify, verify_view};
use crate::log::LogError;
use crate::proof::{Checkpoint, Note, ORIGIN, Trust, VerifierKey};
use report::Report;

/// Has the store been altered? Reads every entry of the log: its number, the hash it carries of the
/// one before, its time, its id, the tree over all, and the view beside it. Exit 6 where something
/// is wrong; everything that is wrong is told.
///
/// It takes the ledger's lock, so nothing is recorded meanwhile; questions can be asked. `--proof`
/// needs no ledger. `check` asks another question: is what is recorded sensible?
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// A head that was written down: of all records, or of the first N.
    #[arg(long, value_name = "[N:]HEX")]
    expect: Vec<String>,
    /// A checkpoint: is it an earlier state of this ledger?
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Look at the view alone: without the lock, also where nothing can be written.
    #[arg(long)]
    view: bool,
    /// A proof made by `prove`: does it hold? Nothing else is looked at.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["expect", "checkpoint", "view", "cite"])]
    proof: Option<PathBuf>,
    /// The older checkpoint, where the proof is that nothing before it was altered.
    #[arg(long, value_name = "FILE", requires = "proof")]
    since: Option<PathBuf>,
    /// The key that must have signed: NAME+ID+KEY, or a file with it.
    #[arg(long, value_name = "KEY|FILE")]
    key: Option<String>,
    /// A citation made by `state --cite`: does this ledger still give that answer?
    #[arg(
        long,
        value_name = "TEXT|FILE|-",
        conflicts_with_all = ["expect", "checkpoint", "view", "key"]
    )]
    cite: Option<String>,
}

impl Verify {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let key = self.key.as_deref().map(|words| read_key(desk, words)).transpose()?;
        let report = match (&self.proof, &self.cite) {
            (Some(proof), _) => {
                let since = self.since.as_deref();
                offline::proof(desk, proof, since, key.as_ref())?
            }
            (None, Some(words)) => again::cited(desk, words)?,
            (None, None) => self.store(desk, key.as_ref())?,
        };
        Ok(report.page(desk, &self.query()))
    }

    fn query(&self) -> serde_json::Value {
        let named = |path: &PathBuf| path.to_string_lossy().into_owned();
        json!({
            "expect": self.expect,
            "checkpoint": self.checkpoint.iter().map(named).collect::<Vec<_>>(),
            "view": self.view,
            "proof": self.proof.as_ref().map(named),
            "since": self.since.as_ref().map(named),
            "key": self.key,
            "cite": self.cite,
        })
    }

    fn store(&self, desk: &Desk, key: Option<&VerifierKey>) -> Result<Report, Complaint> {
        if key.is_some() && self.checkpoint.is_empty() {
            return Err(Complaint::usage("`--key` goes with `--checkpoint` or `--proof`"));
        }
        let directory = desk.directory()?;
        let mut expected = Vec::new();
        for words in &self.expect {
            expected.push(head(words)?);
        }
        let mut points = Vec::new();
        for path in &self.checkpoint {
            let (note, checkpoint) = read_checkpoint(desk, path)?;
            points.push(signature(&note, key));
            points.extend(of_other_ledger(&directory, &checkpoint));
            let Checkpoint { size, root, .. } = checkpoint;
            expected.push(Expected { size: Some(size), root, check: "checkpoint" });
        }
        let opening = desk.opening();
        let Verdict { standpoint, points: found } = if self.view {
            verify_view(&directory, &expected)?
        } else {
            verify(&directory, &opening, &expected).map_err(or_the_view)?
        };
        points.splice(0..0, found);
        Ok(Report { standpoint, points, ..Report::default() })
    }
}

/// Where the log cannot be had now, the view can.
fn or_the_view(error: LedgerError) -> Complaint {
    let has_view = matches!(
        error,
        LedgerError::Log(
            LogError::Locked { .. } | LogError::Denied { .. } | LogError::DiskFull { .. }
        )
    );
    let mut complaint = Complaint::from(error);
    if has_view {
        complaint.items.iter_mut().for_each(|item| item.help.push("verify --view".to_owned()));
    }
    complaint
}

/// A head on the command line.
fn head(words: &str) -> Result<Expected, Complaint> {
    let (size, root) = match words.split_once(':') {
        Some((size, root)) => (Some(size), root),
        None => (None, words),
    };
    let size = size.map(|size| size.trim_start_matches('@').parse::<u64>().ok());
    match (size, root.parse()) {
        (None, Ok(root)) => Ok(Expected { size: None, root, check: "expect" }),
        (Some(Some(size)), Ok(root)) => Ok(Expected { size: Some(size), root, check: "expect" }),
        _ => Err(Complaint::usage(format!(
            "`--expect {words}`: expected a head of 64 hexadecimal digits, or the number of records, \
             `:` and their head"
        ))),
    }
}

/// What a key, or none, says of a checkpoint.
fn signature(note: &Note, key: Option<&VerifierKey>) -> Point {
    let mut names: Vec<&str> = note.names().collect();
    names.dedup();
    let names = names.join(", ");
    let so = "who wrote the checkpoint is not known";
    let Some(key) = key else {
        return match names.as_str() {
            "" => Point::warning("signature", "the checkpoint is not signed").so(so),
            names => {
                let says = format!("in the name of {names}, not checked: no `--key` was given");
                Point::warning("signature", says).so(so)
            }
        };
    };
    let name = key.name();
    match note.trust(key) {
        Trust::Signed => Point::good("signature", format!("{name} signed the checkpoint")),
        Trust::Forged => {
            let says = format!("the signature in the name of {name} does not fit the checkpoint");
            Point::bad("signature", says).so("the checkpoint or the signature was altered")
        }
        Trust::NotSigned => {
            Point::bad("signature", format!("{name} did not sign the checkpoint")).so(so)
        }
    }
}

/// A checkpoint that names another ledger.
fn of_other_ledger(directory: &Path, checkpoint: &Checkpoint) -> Option<Point> {
    let header = crate::log::read_header(directory).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    let (own, other) = (header["id"].as_str()?, checkpoint.origin.strip_prefix(ORIGIN)?);
    (own != other).then(|| {
        let says = format!("it is of ledger {other}, this is {own}");
        Point::bad("checkpoint", says).so("a checkpoint says nothing of another ledger")
    })
}

/// A file that is none of what was to be verified.
fn no_proof(path: &Path, why: &str) -> Complaint {
    unreadable(Item::new("bad-proof", format!("`{}`: {why}", path.display())).help("help proofs"))
}
