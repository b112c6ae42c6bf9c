//! `ledger migrate`: a ledger moves from a directory to a cluster, or from a cluster to a directory.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::complaint::{Complaint, Exit, Item};
use super::desk::{Desk, is_ledger};
use super::init::new_directory;
use super::page::Page;
use super::place::{Node, Place, TO_RECORD, connect, directory_of, unreachable};
use super::progress::show_progress;
use super::safe::{quoted, safe};
use super::writing::{misused, says_what_it_did};
use crate::ledger::{Ledger, Opening, Standpoint};
use crate::log::{self, Address};

/// Moves a ledger: the same records, byte for byte, the same id and the same head. One of the two
/// is a directory, the other `nats://HOST:4222/NAME`. Where it was, it stays as it is: record in one
/// of the two only.
///
/// The target must not be there, or be empty. Moving into a stream that was interrupted goes on
/// where it was; until it is complete nobody can record there.
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    /// The ledger that there is.
    from: PathBuf,
    /// Where it is to be.
    to: PathBuf,
    /// How many servers keep each record, where it moves to a cluster.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=5))]
    replicas: u64,
    /// Move nothing: say what would be moved, and whether there is room for it.
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Migrate {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        says_what_it_did(desk, "migrate")?;
        let point = match (Place::of(&self.from)?, Place::of(&self.to)?) {
            (Place::Directory(from), Place::Stream(to)) => self.move_in(desk, &from, &to)?,
            (Place::Stream(from), Place::Directory(to)) => self.move_out(desk, &from, &to)?,
            (Place::Directory(_), Place::Directory(_)) => {
                let message =
                    "a ledger in a directory moves to another with `backup` and `restore`";
                return Err(misused(message, "restore"));
            }
            (Place::Stream(_), Place::Stream(_)) => {
                let message = "from one cluster to another a ledger moves through a directory: \
                               migrate it twice";
                return Err(misused(message, "migrate"));
            }
        };
        let (from, to) = (self.from.to_string_lossy(), self.to.to_string_lossy());
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/migrate/1",
            "dry_run": self.dry_run,
            "ledger": point,
            "results": [{
                "from": from, "to": to, "id": point.id, "records": point.records,
                "head": point.head,
            }],
            "notes": [],
        });
        let text = if self.dry_run { would(&to, &point) } else { text(&from, &to, &point) };
        Ok(Page { text, json, ..Page::default() })
    }

    fn move_in(&self, desk: &Desk, from: &Path, to: &Address) -> Result<Standpoint, Complaint> {
        let from = desk.surroundings.directory.join(from);
        let inner = from.join(".ledger");
        let from = if is_ledger(&from) || !is_ledger(&inner) { from } else { inner };
        let stream = connect(desk, to, TO_RECORD)?;
        if self.dry_run {
            let ledger = Ledger::read(&from, &desk.opening())?;
            let point = ledger.standpoint(ledger.records())?;
            Ledger::may_move_in(&from, &point, &stream)?;
            return Ok(point);
        }
        let moved = Ledger::move_in(&from, &stream, self.replicas, &desk.opening())?;
        // Read back: what is there has the head that it had.
        let directory = directory_of(desk, &stream)?;
        let ledger = Ledger::join(&directory, &stream, &desk.opening())?;
        let there = ledger.standpoint(ledger.records())?;
        held(&moved, there)
    }
}

impl Migrate {
    /// A stream moves to a directory by way of a backup of this node's copy, which is checked whole.
    fn move_out(&self, desk: &Desk, from: &Address, to: &Path) -> Result<Standpoint, Complaint> {
        let directory = new_directory(desk, to, "migrate")?;
        let node = Node::find(desk, from)?;
        let stream = node.stream.as_ref().map_err(|why| unreachable(from, why))?;
        let opening = desk.opening();
        let ledger = Ledger::join(&node.directory, &stream.with_patience(TO_RECORD), &opening)?;
        let point = ledger.standpoint(ledger.records())?;
        if directory.exists() {
            log::refuse_taken(&directory)?;
        }
        if self.dry_run {
            return Ok(point);
        }
        let scratch = beside(&directory)?;
        let backup = scratch.join("moving.backup");
        let made = ledger.backup(&backup, Some(show_progress));
        let made = made.and_then(|_| Ledger::restore(&backup, &directory, &opening));
        // What is left of it only takes room.
        let _ = std::fs::remove_dir_all(&scratch);
        made?;
        let there = Ledger::read(&directory, &Opening::default())?;
        let there = there.standpoint(there.records())?;
        held(&point, there)
    }
}

/// A new directory beside the one to be made.
fn beside(directory: &Path) -> Result<PathBuf, Complaint> {
    let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let scratch = directory.with_file_name(format!(".{name}.{}.moving", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|error| Complaint::file(&scratch, &error))?;
    Ok(scratch)
}

/// Both must be the same ledger.
fn held(from: &Standpoint, to: Standpoint) -> Result<Standpoint, Complaint> {
    if *from == to {
        return Ok(to);
    }
    let message = format!(
        "what was moved is not what there was: {} records with head {} became {} with head {}",
        from.records, from.head, to.records, to.head
    );
    Err(Complaint::new(Exit::Integrity, Item::new("altered", message).help("doctor")))
}

fn would(to: &str, point: &Standpoint) -> String {
    let Standpoint { id, records, head, .. } = point;
    format!(
        "{records} records of ledger {id} (head {head}) would be moved to {}. Nothing was moved.\n",
        safe(to)
    )
}

fn text(from: &str, to: &str, point: &Standpoint) -> String {
    let Standpoint { id, records, head, .. } = point;
    format!(
        "The ledger {id} with {records} records (head {head}) is in {}.\nIt is the same ledger as \
         in {}: record in one of the two only.\nNext: ledger -f {} state\n",
        safe(to),
        safe(from),
        safe(&quoted(to))
    )
}
