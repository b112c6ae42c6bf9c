//! A log in memory: for tests and for trying things out. It keeps the same rules as one on disk,
//! and is gone with its process.

use std::{num::NonZeroU64, path::Path};

use super::{
    Entries, Expect, Log, LogError, advance, check_batch, check_expected, check_header, next,
};

/// A log in memory.
#[derive(Clone, Debug)]
pub struct MemoryLog {
    header: Vec<u8>,
    entries: Vec<Vec<u8>>,
}

impl MemoryLog {
    /// An empty log; the header is held to the same rule as that of a log on disk.
    pub fn create(header: &[u8]) -> Result<Self, LogError> {
        check_header(header, Path::new("the header"))?;
        Ok(Self { header: header.to_vec(), entries: Vec::new() })
    }
}

impl Log for MemoryLog {
    fn header(&self) -> &[u8] {
        &self.header
    }

    fn position(&self) -> Option<NonZeroU64> {
        advance(None, self.entries.len())
    }

    fn append(&mut self, expect: Expect, batch: &[Vec<u8>]) -> Result<NonZeroU64, LogError> {
        check_batch(batch)?;
        check_expected(expect, self.position())?;
        let first = next(self.position());
        self.entries.extend_from_slice(batch);
        Ok(first)
    }

    fn entries(&self, from: NonZeroU64) -> Entries<'_> {
        let before = usize::try_from(from.get() - 1).unwrap_or(usize::MAX);
        let numbered = (1_u64..).filter_map(NonZeroU64::new).zip(&self.entries);
        Box::new(numbered.skip(before).map(|(position, entry)| Ok((position, entry.clone()))))
    }
}
