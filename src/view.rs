//! The view: all that reading needs, derived from the log entry by entry, in a SQLite database.
//!
//! Commands that only read open the view and nothing else; any number of processes do so at once,
//! without a lock, while one writes. It can be thrown away and made again from the log at any
//! time. It answers nothing by itself: it hands out records, and the kernel answers; what the
//! kernel has answered beforehand it keeps beside them, for as long as it holds.
//!
//! What hangs together: each record belongs to one *cluster*, the records that are connected by
//! what they name (a measure, its parts and its whole, the events on them, what corrects or
//! refers to these). No record of one cluster can change an answer about a measure of another, so
//! a question about one measure needs its cluster only, however large the ledger. Kinds concern
//! all: `kind` records are cluster 0 and come with every other.
//!
//! Every row carries a checksum over its key and its value. A row that is not as it was written,
//! is missing where others say it must be, or does not follow the log, is [`ViewError::Damaged`]:
//! the view is then rebuilt, and never believed. `docs/format.md` has the tables and the protocol.
//!
//! | member | does |
//! |---|---|
//! | `place` | where the view is on disk, how it is opened, replaced and cleared away |
//! | `schema` | the tables |
//! | `row` | rows with their checksums |
//! | `tip` | how far the view follows the log |
//! | `step` | one entry of the log, read as far as the view needs it |
//! | `follow` | one more entry of the log |
//! | `making` | a view made from record 1 |
//! | `name` | the names by which records find each other |
//! | `naming` | where they are looked up |
//! | `cluster` | which records hang together |
//! | `read` | what is asked of it |
//! | `ready` | answers worked out beforehand |
//! | `portions` | all of it, some clusters at a time |
//! | `check` | whether every row is as it was written |
//! | `rows` | the records as they lie there, to be held against the log |
//! | `tree` | the roots that proofs consist of |

mod check;
mod cluster;
mod error;
mod follow;
mod making;
mod name;
mod naming;
mod place;
mod portions;
mod read;
mod ready;
mod row;
mod rows;
mod schema;
mod step;
mod tip;
mod tree;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::files::Witness;
pub use error::ViewError;
pub use making::Making;
use name::Whole;
use place::Place;
pub use place::other_layouts;
pub use portions::{Portion, Portions};
pub use ready::Since;
pub use rows::Row;
pub use step::Step;
use tip::Tip;

/// The version of the layout this program reads and writes; an older or newer program keeps its
/// own view beside this one.
pub const LAYOUT: u32 = 2;

/// The read model of one ledger.
pub struct View {
    connection: Connection,
    /// The header of the ledger, byte for byte.
    header: Vec<u8>,
    tip: Tip,
    whole: Whole,
    /// Where it is on disk; none in memory.
    place: Option<Place>,
    /// Says how far the view was acknowledged; only while writing to disk.
    witness: Option<Witness>,
}

impl View {
    /// An empty view in memory.
    pub fn in_memory(header: &[u8]) -> Result<Self, ViewError> {
        let connection = Connection::open_in_memory()?;
        schema::create(&connection, header)?;
        Self::of(connection, header, None)
    }

    /// Opens the newest view of the ledger in a directory to read from; it stays as it is now for
    /// as long as it is open, whatever is written meanwhile.
    ///
    /// [`ViewError::Missing`] where there is none of this layout.
    pub fn to_read(directory: &Path, header: &[u8]) -> Result<Self, ViewError> {
        loop {
            let place = Place::newest(directory)?.ok_or(ViewError::Missing)?;
            let opened = Self::at(&place, header);
            // One that a writer has replaced meanwhile is gone, or short of what was in its log.
            if opened.is_ok() || Place::newest(directory)? == Some(place) {
                return opened;
            }
        }
    }

    /// The last record that was acknowledged as being in the newest view of the ledger in a directory;
    /// 0 where none was. Nothing is opened.
    pub fn acknowledged(directory: &Path) -> Result<u64, ViewError> {
        Ok(Witness::told(&place::directory(directory).join("end"))?)
    }

    fn at(place: &Place, header: &[u8]) -> Result<Self, ViewError> {
        // Before the view: what was acknowledged by now must be in it.
        let told = Witness::told(&place.witness())?;
        let connection = place.open_to_read()?;
        let view = Self::of(connection, header, Some(place.clone()))?;
        view.reaches(told)?;
        Ok(view)
    }

    /// Opens the newest view of the ledger in a directory to write to. Only who holds the ledger's
    /// lock may do so.
    pub fn to_write(directory: &Path, header: &[u8]) -> Result<Self, ViewError> {
        let place = Place::newest(directory)?.ok_or(ViewError::Missing)?;
        let told = Witness::told(&place.witness())?;
        let connection = place.open_to_write()?;
        let witness = Witness::open(place.witness())?.0;
        let view = Self::of(connection, header, Some(place))?;
        view.reaches(told)?;
        Ok(Self { witness: Some(witness), ..view })
    }

    fn of(connection: Connection, header: &[u8], place: Option<Place>) -> Result<Self, ViewError> {
        let tip = Tip::read(&connection)?;
        let (header_bytes, whole) = (header.to_vec(), Whole::default());
        let view = Self { connection, header: header_bytes, tip, whole, place, witness: None };
        if row::meta(&view.connection, schema::HEADER)? != header {
            return Err(ViewError::damaged("is the view of another ledger"));
        }
        Ok(view)
    }

    fn reaches(&self, told: u64) -> Result<(), ViewError> {
        let reached = self.tip.position();
        if reached >= told {
            return Ok(());
        }
        Err(ViewError::damaged(format!("ends at @{reached}, but @{told} was in it")))
    }

    /// The database; none in memory.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.place.as_ref().map(Place::path)
    }

    /// The header of the ledger, byte for byte.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The number of the last record in it; 0 while it is empty.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.tip.position()
    }
}
