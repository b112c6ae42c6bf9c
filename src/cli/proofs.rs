//! Files with checkpoints and proofs, read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use crate::proof::{Checkpoint, Note};

/// No file of these is larger.
const MOST_BYTES: u64 = 1_000_000;

/// The text of a file, or of standard input (`-`).
pub(super) fn read_text(desk: &Desk, path: &Path) -> Result<String, Complaint> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().take(MOST_BYTES).read_to_string(&mut text)
    } else {
        let file = File::open(desk.surroundings.directory.join(path));
        file.and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            let message = format!("`{}`: not UTF-8", path.display());
            Err(unreadable(Item::new("bad-proof", message).help("help proofs")))
        }
        Err(error) => Err(Complaint::file(path, &error).or_help("help proofs")),
    }
}

/// A checkpoint with its note.
pub(super) fn read_checkpoint(desk: &Desk, path: &Path) -> Result<(Note, Checkpoint), Complaint> {
    let text = read_text(desk, path)?;
    let note = text.parse::<Note>();
    let read = note.and_then(|note| Checkpoint::of(&note).map(|checkpoint| (note, checkpoint)));
    read.map_err(|why| {
        let message = format!("`{}`: {why}", path.display());
        unreadable(Item::new("bad-proof", message).help("help proofs"))
    })
}

/// What cannot be understood.
pub(super) fn unreadable(item: Item) -> Complaint {
    Complaint::new(Exit::Usage, item)
}
