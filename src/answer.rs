//! The questions. Pure: records as they stand go in, rows come out.

mod state;

pub use state::{Announced, Dated, Filter, Row, rows};
