//! The questions. Pure: records as they stand go in, rows come out.

mod agenda;
mod bands;
mod beliefs;
mod calendar;
mod check;
mod conflicts;
mod diff;
mod effect;
mod explain;
mod lanes;
mod ready;
mod sources;
mod state;
mod timeline;

pub use agenda::{Awaited, Days, Due, DueState, agenda};
pub use bands::{Band, Held, bands};
pub use beliefs::{Belief, beliefs};
pub use calendar::{Hold, Slot, Wanted, slots};
pub use check::{Finding, Level, RULES, Rule, check};
pub use conflicts::{Conflict, ConflictSide, WouldChange, conflicts};
pub use diff::{Cause, Change, Learning, Sort, Step, Turn, learned, same_answer, world};
pub use effect::{Effect, effects};
pub use explain::{
    Contesting, Deciding, Evidence, Explanation, Grounds, OnDay, Otherwise, Reason, Role, RuleWord,
    Ruling, Unused, Used, What, explain,
};
pub use lanes::{Lane, Reach, lanes, reach};
pub use ready::{Prepared, READY_VERSION, Ready, ready};
pub use sources::{Publisher, Told, sources};
pub use state::{Announced, Dated, Filter, Row, rows};
pub use timeline::{Also, Fate, Moment, Planned, Rank, Span, moments, moments_ranked, together};
