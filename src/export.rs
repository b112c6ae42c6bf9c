//! Answers going out, in the forms of the programs that people have.
//!
//! Everything here is pure: an answer goes in, text or bytes come out, and the same answer gives
//! the same bytes. Nothing reads a clock. The command line prints these forms, and so can others.
//!
//! | form | of | follows |
//! |---|---|---|
//! | CSV, Markdown | any [`Table`] | RFC 4180; GitHub's tables |
//! | Excel, [`Workbook`] | any [`Table`] | Office Open XML (ISO/IEC 29500) |
//! | calendar, [`calendar`] | what is due | RFC 5545 |
//! | feed, [`feed`] | the log | RFC 4287 |
//! | drawing, [`Picture`] | lanes | SVG 1.1 |

mod atom;
mod axis;
mod cited;
mod column;
mod csv;
mod ics;
mod markdown;
mod safe;
mod said;
mod svg;
mod table;
mod words;
mod xlsx;
mod xml;

pub use atom::{Feed, feed};
pub use axis::Axis;
pub use cited::cited;
pub use ics::{Calendar, calendar};
pub use safe::{acts, safe};
pub use said::said;
pub use svg::{Drawing, MOST_LANES, Picture, STYLE, Target};
pub use table::Table;
pub use words::{
    act_words, by, cause_words, due_state, due_words, fate_words, held_words, moment_status,
    of_parts, sort_word, status_words, symbol, value_words,
};
pub use xlsx::{CELL_CHARACTERS, SHEET_ROWS, Workbook, Written, XlsxError};

/// Whether an address is one that programs may offer to open: of the web, with nothing in it that
/// an address cannot have.
pub(crate) fn is_address(url: &str) -> bool {
    let begins = |scheme: &str| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c);
    (begins("https://") || begins("http://")) && url.chars().all(is_plain)
}
