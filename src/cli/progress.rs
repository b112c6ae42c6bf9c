//! How far long work has come, on a terminal; elsewhere nothing is said.

use std::io::{self, IsTerminal as _, Write as _};

/// Fewer records than this are done before anybody could read a line about them.
const WORTH_TELLING: u64 = 10_000;

/// Counts records that are done.
pub(super) fn show_progress(done: u64, of: u64) {
    let mut err = io::stderr();
    if of >= WORTH_TELLING && err.is_terminal() {
        let end = if done < of { "" } else { "\n" };
        // Nothing can be done where stderr is closed.
        let _ = write!(err, "\r{done} of {of} records{end}");
    }
}

/// Counts records that were read, of nobody knows how many.
pub(super) fn show_read(read: u64) {
    let mut err = io::stderr();
    if read > 0 && read.is_multiple_of(WORTH_TELLING) && err.is_terminal() {
        let _ = write!(err, "\r{read} records read");
    }
}
