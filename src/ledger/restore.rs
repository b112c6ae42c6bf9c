//! A ledger from a backup: the same ledger, byte for byte, with the same head.
//!
//! The file is checked whole before anything is made, and what is made has another name beside its
//! place until it is complete.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::backup::{BackupError, Contents, FORM, First, Last, hexadecimal};
use super::{Header, Ledger, Opening};
use crate::codec::{self, VERSION};
use crate::files::{self, FileError};
use crate::log::{self, Expect, Held, Log, LogError, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES};
use crate::proof::{Frontier, Hash, leaf};
use crate::time::Instant;

/// The longest line: an entry, or a header of that size.
const MOST_LINE_BYTES: usize = 2 * MAX_ENTRY_BYTES;

impl Ledger {
    /// Checks a backup and says what is in it; nothing is made.
    pub fn inspect(file: &Path, progress: Option<fn(u64, u64)>) -> Result<Contents, BackupError> {
        let mut backup = Backup::open(file)?;
        backup.each(progress, &mut |_| Ok(()))?;
        Ok(backup.contents)
    }

    /// Makes the ledger of a backup in a directory that is not there, or is empty. The directory
    /// has the ledger when it is complete and durable; until then nothing is in it.
    pub fn restore(
        file: &Path,
        directory: &Path,
        opening: &Opening,
    ) -> Result<Contents, BackupError> {
        let mut backup = Backup::open(file)?;
        // A link to a directory is not to be replaced by one.
        let found = fs::canonicalize(directory);
        let directory = found.as_deref().unwrap_or(directory);
        let scratch = scratch(directory)?;
        let made = make(&mut backup, &scratch, opening).and_then(|()| {
            files::sync_tree(&scratch)?;
            Ok(files::rename(&scratch, directory)?)
        });
        if made.is_err() {
            // What is left of it only takes room, and the next restore removes it.
            let _ = fs::remove_dir_all(&scratch);
        }
        made.map(|()| backup.contents)
    }
}

/// Where a ledger is made that is to be in this directory: beside it, since a ledger appears there
/// by a rename.
fn scratch(directory: &Path) -> Result<PathBuf, BackupError> {
    let failed = |path: &Path, error: io::Error| BackupError::from(FileError::at(path)(error));
    if fs::symlink_metadata(directory).is_ok() {
        log::refuse_taken(directory)?;
    }
    let above = match directory.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        Some(_) | None => Path::new("."),
    };
    files::create_directories(above)?;
    let name = files::name(directory);
    if name.is_empty() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "name a new directory");
        return Err(failed(directory, error));
    }
    let scratch = above.join(format!(".{name}.restoring"));
    if scratch.exists() {
        // What an interrupted restore left, unless one is at work.
        if let Held::By(holder) = log::held(&scratch)? {
            let waited = std::time::Duration::ZERO;
            return Err(LogError::Locked { path: scratch, holder, waited }.into());
        }
        fs::remove_dir_all(&scratch).map_err(|error| failed(&scratch, error))?;
    }
    Ok(scratch)
}

/// Makes the ledger of a backup in a new directory, its view too.
fn make(backup: &mut Backup, directory: &Path, opening: &Opening) -> Result<(), BackupError> {
    let header = backup.first.header.clone();
    let mut log = log::create(directory, header.as_bytes(), opening.access())?;
    backup.each(None, &mut |batch| append(log.as_mut(), batch))?;
    let ledger = Ledger::following(directory, log, opening.progress)?;
    let made = ledger.standpoint(ledger.records())?;
    if made.head == backup.contents.head {
        return Ok(());
    }
    Err(backup.altered("does not make a ledger with its head"))
}

fn append(log: &mut dyn Log, batch: &[Vec<u8>]) -> Result<(), BackupError> {
    if !batch.is_empty() {
        log.append(Expect::from(log.position()), batch)?;
    }
    Ok(())
}

/// Is handed a batch of entries.
type Take<'t> = &'t mut dyn FnMut(&[Vec<u8>]) -> Result<(), BackupError>;

/// A backup that is as it was written.
struct Backup {
    path: PathBuf,
    input: BufReader<File>,
    first: First,
    contents: Contents,
}

impl Backup {
    /// Opens a backup and reads it once for its checksum.
    fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(FileError::at(path))?;
        let mut input = BufReader::new(file);
        let path = path.to_owned();
        let first = match line(&mut input, &path) {
            Ok(Some(first)) => first,
            Ok(None) | Err(BackupError::Damaged { .. }) => {
                return Err(BackupError::NotABackup { path });
            }
            Err(error) => return Err(error),
        };
        let parsed = parse_first(&first, &path)?;
        let mut digest = Sha256::new();
        let (mut bytes, mut before) = (0, first);
        while let Some(next) = line(&mut input, &path)? {
            bytes += before.len() as u64;
            digest.update(&before);
            before = next;
        }
        bytes += before.len() as u64;
        let sha256 = hexadecimal(digest);
        let sound = |last: &Last| last.sha256 == sha256 && last.end == parsed.records;
        if !serde_json::from_slice::<Last>(&before).is_ok_and(|last| sound(&last)) {
            let what = "is damaged: it does not have the checksum that it should end with";
            return Err(BackupError::Damaged { path, what: what.to_owned() });
        }
        let (id, records, head) = (parsed.ledger, parsed.records, parsed.head.clone());
        let contents = Contents { id, records, head, bytes, sha256 };
        Ok(Self { path, input, first: parsed, contents })
    }

    fn altered(&self, what: impl Into<String>) -> BackupError {
        BackupError::Altered { path: self.path.clone(), what: what.into() }
    }

    /// Hands on every entry, in batches, and finds that each follows the one before it and that
    /// together they have the head.
    fn each(&mut self, progress: Option<fn(u64, u64)>, take: Take<'_>) -> Result<(), BackupError> {
        self.input.rewind().map_err(FileError::at(&self.path))?;
        line(&mut self.input, &self.path)?;
        let mut chain = Chain::begin(&self.first).map_err(|what| self.altered(what))?;
        let mut batch = Vec::new();
        for seq in 1..=self.first.records {
            let Some(text) = line(&mut self.input, &self.path)? else {
                return Err(self.altered(format!("ends before @{seq}")));
            };
            let bytes = stored(&text);
            chain.add(seq, &bytes).map_err(|what| self.altered(what))?;
            batch.push(bytes);
            if batch.len() == MAX_BATCH_ENTRIES {
                take(&std::mem::take(&mut batch))?;
                if let Some(tell) = progress {
                    tell(seq, self.first.records);
                }
            }
        }
        if chain.frontier.root().to_string() != self.first.head {
            return Err(self.altered("has records that do not have its head"));
        }
        take(&batch)
    }
}

/// What an entry must follow.
struct Chain {
    last: Hash,
    recorded: Option<Instant>,
    frontier: Frontier,
}

impl Chain {
    fn begin(first: &First) -> Result<Self, String> {
        let header = Header::from_bytes(first.header.as_bytes());
        let header = header.map_err(|error| format!("has no header of a ledger: {error}"))?;
        if header.id != first.ledger {
            return Err("has the header of another ledger".to_owned());
        }
        let last = leaf(first.header.as_bytes());
        Ok(Self { last, recorded: None, frontier: Frontier::default() })
    }

    fn add(&mut self, seq: u64, bytes: &[u8]) -> Result<(), String> {
        let stored = codec::decode(bytes);
        let stored = stored.map_err(|unreadable| format!("is altered: @{seq} {unreadable}"))?;
        let recorded = stored.entry.recorded;
        let in_order = self.recorded.is_none_or(|last| last <= recorded);
        if stored.entry.seq != seq || stored.prev != self.last.to_string() || !in_order {
            return Err(format!("is altered: @{seq} does not follow the record before it"));
        }
        self.last = leaf(bytes);
        self.recorded = Some(recorded);
        self.frontier.push(self.last);
        Ok(())
    }
}

/// The bytes of the entry that a line holds.
fn stored(line: &[u8]) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    bytes.extend(line.strip_suffix(b"\n").unwrap_or(line));
    bytes
}

/// The next line with its end; none at the end of the file. Never more than a line is kept.
fn line(input: &mut BufReader<File>, path: &Path) -> Result<Option<Vec<u8>>, BackupError> {
    let mut line = Vec::new();
    let most = u64::try_from(MOST_LINE_BYTES).unwrap_or(u64::MAX);
    let mut limited = io::Read::take(io::Read::by_ref(input), most);
    limited.read_until(b'\n', &mut line).map_err(FileError::at(path))?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        return Ok(Some(line));
    }
    let what = "is damaged: a line has no end".to_owned();
    Err(BackupError::Damaged { path: path.to_owned(), what })
}

fn parse_first(line: &[u8], path: &Path) -> Result<First, BackupError> {
    let path = path.to_owned();
    let json = serde_json::from_slice::<serde_json::Value>(line).unwrap_or_default();
    match json.get("backup").and_then(serde_json::Value::as_u64).and_then(NonZeroU64::new) {
        Some(found) if found.get() > FORM => Err(BackupError::Newer { path, found: found.get() }),
        Some(_) => serde_json::from_value(json).map_err(|_| BackupError::NotABackup { path }),
        None => Err(BackupError::NotABackup { path }),
    }
}
