//! One more entry of the log: what the view keeps of it.

use rusqlite::{Connection, params};

use super::cluster::Clusters;
use super::name;
use super::naming::{InTables, Naming};
use super::row::{checksum, signed};
use super::step::Step;
use super::tip::Tip;
use super::{View, ViewError};
use crate::proof::Hash;
use crate::record::{Record, Reference};

/// The smallest subtree whose root is kept has 2⁶ leaves; what is below is cheap to compute.
pub(super) const LOWEST_LEVEL: u32 = 6;

impl View {
    /// Follows the log by some entries, in one transaction that others see with [`View::commit`].
    ///
    /// Every entry must follow the one before it. After an error the view is as it was when the
    /// transaction began.
    pub fn follow(&mut self, entries: &[Vec<u8>]) -> Result<(), ViewError> {
        let steps = (self.position() + 1..).zip(entries);
        let steps = steps.map(|(position, bytes)| Step::of(position, bytes.clone()));
        let followed = match steps.collect::<Result<Vec<_>, _>>() {
            Ok(steps) => return self.follow_steps(&steps),
            Err(error) => Err(error),
        };
        self.roll_back();
        followed
    }

    /// The same with entries that were read already.
    pub fn follow_steps(&mut self, steps: &[Step]) -> Result<(), ViewError> {
        self.begin()?;
        let followed = self.take(steps);
        if followed.is_err() {
            self.roll_back();
        }
        followed
    }

    fn take(&mut self, steps: &[Step]) -> Result<(), ViewError> {
        let Self { connection, tip, whole, .. } = self;
        whole.awaited(connection, tip)?;
        let mut names = InTables { connection, whole };
        let mut clusters = Clusters::default();
        take(connection, tip, &mut names, &mut clusters, steps)?;
        clusters.write(connection)?;
        tip.write(connection)
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

/// What is kept of an entry apart from what it hangs together with: its row, and its leaf of the
/// tree. It must be the one after the tip.
pub(super) fn add(connection: &Connection, tip: &mut Tip, step: &Step) -> Result<(), ViewError> {
    let next = tip.position() + 1;
    let in_order = tip.recorded.is_none_or(|last| last <= step.entry.recorded);
    if step.entry.seq != next || step.prev != tip.last.to_string() || !in_order {
        return Err(ViewError::Chain(next));
    }
    add_record(connection, step)?;
    add_leaf(connection, tip, step.hash)?;
    tip.recorded = Some(step.entry.recorded);
    tip.last = step.hash;
    Ok(())
}

fn add_record(connection: &Connection, step: &Step) -> Result<(), ViewError> {
    let Step { entry, hash, bytes, .. } = step;
    let recorded = entry.recorded.to_string();
    let crc = record_checksum(entry.seq, &recorded, *hash, bytes);
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
    let kept = |level| level >= LOWEST_LEVEL;
    tip.frontier.push_telling(hash, |level, root| {
        completed.extend(kept(level).then_some((level, root)));
    });
    let size = tip.frontier.size();
    for (level, root) in completed {
        let mut insert = connection.prepare_cached("INSERT INTO node VALUES(?1, ?2, ?3, ?4)")?;
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

/// Adds the names that an entry gives, and finds what it hangs together with.
fn connect(tip: &mut Tip, names: &mut impl Naming, step: &Step) -> Result<With, ViewError> {
    let mut with = With::default();
    let seq = step.entry.seq;
    for name in name::given(&step.entry) {
        names.add(tip, &name, seq)?;
        if names.awaits(tip) {
            with.waiting.extend(names.take_waiting(tip, &name)?);
        }
    }
    for name in name::named(&step.mentions) {
        match names.find(tip, &name)? {
            Some(record) => with.earlier.push(record),
            None => names.wait_for(tip, &name, seq)?,
        }
    }
    let numbers = step.mentions.references.iter().filter_map(|reference| match reference {
        Reference::Number(number) => Some(*number),
        Reference::Id(_) | Reference::Name(_) => None,
    });
    with.earlier.extend(numbers.filter(|&number| number < seq));
    Ok(with)
}

/// Takes in entries, in their order.
pub(super) fn take(
    connection: &Connection,
    tip: &mut Tip,
    names: &mut impl Naming,
    clusters: &mut Clusters,
    steps: &[Step],
) -> Result<(), ViewError> {
    for step in steps {
        add(connection, tip, step)?;
        let (seq, with) = (step.entry.seq, connect(tip, names, step)?);
        let is_kind = matches!(step.entry.record, Record::Kind(_));
        clusters.add(connection, seq, &with.earlier, is_kind)?;
        for later in with.waiting {
            clusters.connect(connection, seq, later)?;
        }
    }
    Ok(())
}
