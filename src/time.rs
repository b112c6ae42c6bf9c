//! Days, windows of days, instants, and the only reader of the clock.
//!
//! Three times are kept apart everywhere (`docs/glossary.md`): *effective* and *public* dates are
//! civil [`Day`]s inside a [`Window`]; *recorded* times are UTC [`Instant`]s set by the machine.

mod clock;
mod day;
mod instant;
mod refused;
mod window;
mod words;

pub use clock::{Clock, FixedClock, SystemClock};
pub use day::Day;
pub use instant::Instant;
pub use refused::DateRefused;
pub use window::Window;
pub use words::{around_in_words, day_in_words, range_in_words, window_in_words};
