//! New records between their admission and their recording, in a file without a name.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::files::{FileError, open_private};
use crate::record::{self, Draft, Entry};
use crate::time::Instant;

/// A record that has its place, and what it says as it is written down.
pub(super) struct Spooled {
    pub(super) seq: u64,
    pub(super) id: Uuid,
    pub(super) recorded: Instant,
    pub(super) by: Option<String>,
    pub(super) key: Option<String>,
    pub(super) said: Vec<u8>,
}

/// Where the bytes are.
enum Content {
    File(BufWriter<File>),
    Memory(Vec<u8>),
}

impl Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.write_all(bytes),
            Self::Memory(memory) => memory.write_all(bytes),
        }
    }

    /// To read on from a place.
    fn from(&self, place: u64, buffer: usize) -> io::Result<Box<dyn io::Read + '_>> {
        match self {
            Self::File(file) => {
                let mut file = file.get_ref();
                file.seek(SeekFrom::Start(place))?;
                Ok(Box::new(BufReader::with_capacity(buffer, file)))
            }
            Self::Memory(memory) => {
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                Ok(Box::new(memory.get(place..).unwrap_or_default()))
            }
        }
    }
}

/// New records, in order.
pub(super) struct Spool {
    /// None where it is kept in memory.
    path: Option<PathBuf>,
    content: Content,
    /// The number of the first.
    first: u64,
    /// Where each begins, and when it is recorded.
    places: Vec<(u64, Instant)>,
    end: u64,
}

impl Spool {
    /// An empty spool in a directory, or else in memory, for records from this number on.
    pub(super) fn new(directory: Option<&Path>, first: u64) -> Result<Self, FileError> {
        let spool = |path, content| Self { path, content, first, places: Vec::new(), end: 0 };
        let Some(directory) = directory else {
            return Ok(spool(None, Content::Memory(Vec::new())));
        };
        let path = directory.join(format!("import-{}.new", Uuid::new_v4()));
        let file = open_private(&path).map_err(FileError::at(&path))?;
        // Where the system lets go of the name at once, nothing is left by whoever is stopped.
        let _ = fs::remove_file(&path);
        Ok(spool(Some(path), Content::File(BufWriter::new(file))))
    }

    pub(super) fn first(&self) -> u64 {
        self.first
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Keeps the next record.
    pub(super) fn push(&mut self, entry: &Entry, said: &[u8]) -> Result<(), FileError> {
        let (by, key) = (entry.by.as_deref(), entry.key.as_deref());
        let mut head = Vec::with_capacity(64);
        head.extend_from_slice(entry.id.as_bytes());
        for text in [by, key] {
            head.push(u8::from(text.is_some()));
            head.extend(size(text.unwrap_or_default().len()));
        }
        head.extend(size(said.len()));
        self.places.push((self.end, entry.recorded));
        for part in
            [&head, by.unwrap_or_default().as_bytes(), key.unwrap_or_default().as_bytes(), said]
        {
            self.content.write(part).map_err(|error| self.failed(error))?;
            self.end += part.len() as u64;
        }
        Ok(())
    }

    /// Makes everything readable.
    pub(super) fn flush(&mut self) -> Result<(), FileError> {
        let flushed = match &mut self.content {
            Content::File(file) => file.flush(),
            Content::Memory(_) => Ok(()),
        };
        flushed.map_err(|error| self.failed(error))
    }

    /// A record, once everything was flushed.
    pub(super) fn entry(&self, seq: u64) -> io::Result<Option<Entry>> {
        let place = seq.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        let Some(&(begins, recorded)) = place.and_then(|place| self.places.get(place)) else {
            return Ok(None);
        };
        let mut from = self.content.from(begins, 1024)?;
        let Spooled { id, by, key, said, .. } = read(&mut from, seq, recorded)?;
        let said = String::from_utf8(said).map_err(io::Error::other)?;
        // What was written down a moment ago can be read again.
        let object = record::parse_object(&format!("{{{said}")).ok();
        let draft = object.and_then(|object| record::read(&object).ok());
        Ok(draft.map(|Draft { record, .. }| Entry { seq, id, recorded, by, key, record }))
    }

    /// Every record, in order, once everything was flushed.
    pub(super) fn records(&self) -> io::Result<impl Iterator<Item = io::Result<Spooled>> + '_> {
        let mut from = self.content.from(0, 1 << 20)?;
        let places = (self.first..).zip(&self.places);
        Ok(places.map(move |(seq, (_, recorded))| read(&mut from, seq, *recorded)))
    }

    pub(super) fn failed(&self, error: io::Error) -> FileError {
        FileError::at(self.path.as_deref().unwrap_or(Path::new("memory")))(error)
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

fn size(length: usize) -> [u8; 4] {
    // Records are far smaller: what is too large is refused before.
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

fn read(file: &mut impl io::Read, seq: u64, recorded: Instant) -> io::Result<Spooled> {
    let mut head = [0; 16 + 5 + 5 + 4];
    file.read_exact(&mut head)?;
    let number = |at: usize| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&head[at..at + 4]);
        u32::from_le_bytes(bytes) as usize
    };
    let mut id = [0; 16];
    id.copy_from_slice(&head[..16]);
    let mut part = |length: usize| -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(io::Error::other);
    let by = text(part(number(17))?)?;
    let key = text(part(number(22))?)?;
    let said = part(number(26))?;
    let (by, key) = ((head[16] == 1).then_some(by), (head[21] == 1).then_some(key));
    Ok(Spooled { seq, id: Uuid::from_bytes(id), recorded, by, key, said })
}
