//! The only place that reads the machine's clock.

use chrono::Utc;

use super::{Day, Instant};

/// Where "now" comes from. Passed in, so that tests and frozen documents can pin it.
pub trait Clock {
    /// The present instant.
    fn now(&self) -> Instant;

    /// The present UTC day.
    fn today(&self) -> Day {
        self.now().day()
    }
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_utc(Utc::now())
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Instant);

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        self.0
    }
}
