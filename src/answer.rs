//! The questions. Pure: records as they stand go in, rows come out.

mod bands;
mod conflicts;
mod explain;
mod lanes;
mod state;
mod timeline;

pub use bands::{Band, Held, bands};
pub use conflicts::{Conflict, ConflictSide, WouldChange, conflicts};
pub use explain::{
    Contesting, Deciding, Evidence, Explanation, Grounds, OnDay, Otherwise, Reason, Role, RuleWord,
    Ruling, Unused, Used, What, explain,
};
pub use lanes::{Lane, Reach, lanes, reach};
pub use state::{Announced, Dated, Filter, Row, rows};
pub use timeline::{Also, Fate, Moment, Planned, Span, moments};
