//! The marks of a page: where its tables are, and where their cells end.
//!
//! A page is written before it is known how wide it will be. These are the separators that ASCII
//! has for the purpose; no text of a record can hold one, since [`safe`](super::safe::safe) writes
//! them out.

/// Begins and ends a table; after the first stands the margin.
pub(super) const TABLE: &str = "\u{1d}";
/// Before each line of a table, the header first.
pub(super) const LINE: &str = "\u{1e}";
/// Between two cells of a line.
pub(super) const CELL: &str = "\u{1f}";
