//! One more entry of the log: what the view keeps of it.

use rusqlite::{Connection, params};

use super::cluster::Clusters;
use super::name::{self, Whole};
use super::row::{checksum, signed};
use super::tip::Tip;
use super::{View, ViewError};
use crate::codec::{self, Stored};
use crate::proof::{Hash, leaf};
use crate::record::{Entry, Mentions, Record, Reference};

/// The smallest subtree whose root is kept has 2⁶ leaves; what is below is cheap to compute.
pub(super) const LOWEST_LEVEL: u32 = 6;

impl View {
    /// Follows the log by some entries, in one transaction that others see with [`View::commit`].
    ///
    /// Every entry must follow the one before it. After an error the view is as it was when the
    /// transaction began.
    pub fn follow(&mut self, entries: &[Vec<u8>]) -> Result<(), ViewError> {
        self.begin()?;
        let followed = follow(&self.connection, &mut self.tip, &self.whole, entries);
        if followed.is_err() {
            self.roll_back();
        }
        followed
    }

    /// Makes all that was followed durable and visible to others.
    pub fn commit(&mut self) -> Result<(), ViewError> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        if let Err(error) = self.connection.execute_batch("COMMIT") {
            self.roll_back();
            return Err(error.into());
        }
        if let Some(witness) = &mut self.witness {
            witness.tell(self.tip.position())?;
        }
        Ok(())
    }

    /// Forgets what was followed since the last [`View::commit`].
    pub fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            // SQLite has rolled back by itself where this fails.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if let Ok(tip) = Tip::read(&self.connection) {
            self.tip = tip;
        }
    }

    pub(super) fn begin(&self) -> Result<(), ViewError> {
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        Ok(())
    }
}

fn follow(
    connection: &Connection,
    tip: &mut Tip,
    whole: &Whole,
    entries: &[Vec<u8>],
) -> Result<(), ViewError> {
    whole.awaited(connection, tip)?;
    let mut clusters = Clusters::new(connection);
    for bytes in entries {
        let entry = next_entry(tip, bytes)?;
        let hash = leaf(bytes);
        add_record(connection, &entry, hash, bytes)?;
        add_leaf(connection, tip, hash)?;
        tip.recorded = Some(entry.recorded);
        tip.last = hash;
        let with = connect(connection, tip, whole, &entry)?;
        clusters.add(entry.seq, &with.earlier, matches!(entry.record, Record::Kind(_)))?;
        for later in with.waiting {
            clusters.connect(entry.seq, later)?;
        }
    }
    clusters.write()?;
    tip.write(connection)
}

/// Reads an entry; it must be the one after the tip.
fn next_entry(tip: &Tip, bytes: &[u8]) -> Result<Entry, ViewError> {
    let next = tip.position() + 1;
    let Stored { entry, prev } =
        codec::decode(bytes).map_err(|unreadable| ViewError::Entry(next, unreadable))?;
    let in_order = tip.recorded.is_none_or(|last| last <= entry.recorded);
    if entry.seq == next && prev == tip.last.to_string() && in_order {
        Ok(entry)
    } else {
        Err(ViewError::Chain(next))
    }
}

fn add_record(
    connection: &Connection,
    entry: &Entry,
    hash: Hash,
    bytes: &[u8],
) -> Result<(), ViewError> {
    let recorded = entry.recorded.to_string();
    let crc = record_checksum(entry.seq, &recorded, hash, bytes);
    let mut insert = connection.prepare_cached("INSERT INTO record VALUES(?1, ?2, ?3, ?4, ?5)")?;
    insert.execute(params![signed(entry.seq), recorded, hash.as_bytes(), bytes, crc])?;
    Ok(())
}

/// The checksum of a row of the table `record`.
pub(super) fn record_checksum(seq: u64, recorded: &str, hash: Hash, bytes: &[u8]) -> u32 {
    checksum("record", &[&seq.to_be_bytes(), recorded.as_bytes(), hash.as_bytes(), bytes])
}

/// Adds a leaf to the tree, and the roots of larger subtrees that it completes to the table.
fn add_leaf(connection: &Connection, tip: &mut Tip, hash: Hash) -> Result<(), ViewError> {
    let mut completed = Vec::new();
    tip.frontier.push_telling(hash, |level, root| completed.push((level, root)));
    let size = tip.frontier.size();
    let mut insert = connection.prepare_cached("INSERT INTO node VALUES(?1, ?2, ?3, ?4)")?;
    for (level, root) in completed.into_iter().filter(|(level, _)| *level >= LOWEST_LEVEL) {
        let place = (size >> level) - 1;
        let crc = node_checksum(level, place, root);
        insert.execute(params![level, signed(place), root.as_bytes(), crc])?;
    }
    Ok(())
}

/// The checksum of a row of the table `node`.
pub(super) fn node_checksum(level: u32, place: u64, root: Hash) -> u32 {
    checksum("node", &[&level.to_be_bytes(), &place.to_be_bytes(), root.as_bytes()])
}

// What a record hangs together with

/// The records that a new one hangs together with.
#[derive(Default)]
struct With {
    /// Those that it names.
    earlier: Vec<u64>,
    /// Earlier ones that have named it before it came.
    waiting: Vec<u64>,
}

fn connect(
    connection: &Connection,
    tip: &mut Tip,
    whole: &Whole,
    entry: &Entry,
) -> Result<With, ViewError> {
    let mut with = With::default();
    for name in name::given(entry) {
        if let Some(crc) = name::add(connection, &name, entry.seq)? {
            tip.names[usize::from(name.space())].add(crc);
        }
        with.waiting.extend(name::take_waiting(connection, tip, &name)?);
    }
    let mentions = Mentions::of(&entry.record);
    for name in name::named(&mentions) {
        if let Some(record) = name::find(connection, &name)? {
            with.earlier.push(record);
            continue;
        }
        // Only where no name is lost it has not come.
        whole.space(connection, name.space(), tip)?;
        name::wait_for(connection, tip, &name, entry.seq)?;
    }
    let numbers = mentions.references.iter().filter_map(|reference| match reference {
        Reference::Number(number) => Some(*number),
        Reference::Id(_) | Reference::Name(_) => None,
    });
    with.earlier.extend(numbers.filter(|&number| number < entry.seq));
    Ok(with)
}
