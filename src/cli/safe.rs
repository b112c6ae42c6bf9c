//! Text of a record on a terminal or in a command line: nothing in it may act there.

pub(super) use crate::export::{acts, safe};
pub(super) use crate::proof::{flag, quoted};
