//! The questions. Pure: records as they stand go in, rows come out.

mod conflicts;
mod state;

pub use conflicts::{Conflict, ConflictSide, WouldChange, conflicts};
pub use state::{Announced, Dated, Filter, Row, rows};
