//! The records as they lie in the view, to be held against the log: one wrong row does not end it.

use std::ops::ControlFlow;

use rusqlite::types::ValueRef;

use super::follow::{LOWEST_LEVEL, record_checksum};
use super::row::number;
use super::{View, ViewError};
use crate::codec::Envelope;
use crate::proof::{Frontier, Hash, leaf};

/// A record as it lies in the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub seq: u64,
    /// The hash of the bytes that lie there, whatever the row says of it.
    pub hash: Hash,
    /// When it was recorded, as the row says.
    pub recorded: String,
    /// Whether the row is as it was written: its checksum, its hash and its time fit its bytes.
    pub sound: bool,
    /// Whether it carries the hash of the row before; of the header for record 1.
    pub follows: bool,
}

impl View {
    /// Every record as it lies there, in the order of their numbers, until it is enough. Gives
    /// whether the tree that is kept is that of the rows.
    pub fn rows(&self, mut take: impl FnMut(Row) -> ControlFlow<()>) -> Result<bool, ViewError> {
        let sql = "SELECT seq, recorded, hash, bytes, crc FROM record ORDER BY seq";
        let mut select = self.connection.prepare_cached(sql)?;
        let mut rows = select.query([])?;
        let (mut before, mut tree, mut fits) = (leaf(&self.header), Frontier::default(), true);
        while let Some(row) = rows.next()? {
            let row = read(row, before)?;
            before = row.hash;
            fits &= self.takes_leaf(&mut tree, row.hash)?;
            if take(row).is_break() {
                break;
            }
        }
        Ok(fits && tree == self.tip.frontier)
    }

    /// Adds a leaf; whether the nodes that it completes are those that are kept.
    fn takes_leaf(&self, tree: &mut Frontier, leaf: Hash) -> Result<bool, ViewError> {
        let mut completed = Vec::new();
        tree.push_telling(leaf, |level, root| completed.push((level, root)));
        completed.retain(|(level, _)| *level >= LOWEST_LEVEL);
        for (level, root) in completed {
            let kept = match self.node(level, (tree.size() >> level) - 1) {
                Err(error) if !error.is_mended_by_rebuild() => return Err(error),
                kept => kept.ok(),
            };
            if kept != Some(root) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn read(row: &rusqlite::Row<'_>, before: Hash) -> Result<Row, ViewError> {
    let seq = number(row, 0)?;
    let bytes = bytes(row.get_ref(3)?);
    let recorded = String::from_utf8_lossy(self::bytes(row.get_ref(1)?)).into_owned();
    let hash = leaf(bytes);
    let envelope = Envelope::of(bytes).ok();
    let crc = row.get::<_, u32>(4).ok();
    let sound = self::bytes(row.get_ref(2)?) == hash.as_bytes()
        && crc == Some(record_checksum(seq, &recorded, hash, bytes))
        && envelope.is_some_and(|it| it.seq == seq && it.recorded == recorded);
    let follows = envelope.is_some_and(|it| it.prev == before);
    Ok(Row { seq, hash, recorded, sound, follows })
}

/// What lies in a column, of whatever type: none of ours is a number where bytes should be.
fn bytes(value: ValueRef<'_>) -> &[u8] {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    }
}
