//! What the columns of a table hold. A name means the same in every table, so one list tells it.

use crate::time::{Day, Instant};

/// The sort of thing that the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Number,
    /// A day where it is exact; what is uncertain is a text.
    Day,
    /// A recorded time.
    Instant,
    Truth,
}

/// A cell by what it holds. What does not read as the sort of its column is a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'t> {
    Nothing,
    Text(&'t str),
    Number(u32, bool),
    Day(Day),
    Instant(Instant),
    Truth(bool),
}

const NUMBERS: [&str; 12] = [
    "record",
    "records",
    "of",
    "late_days",
    "sources",
    "settled",
    "place",
    "events",
    "revision",
    "measures",
    "settled_by",
    "by_record",
];

const DAYS: [&str; 16] = [
    "since",
    "effective",
    "due",
    "status_on",
    "stated",
    "settled_on",
    "when",
    "from",
    "to",
    "at",
    "on",
    "known",
    "public",
    "now",
    "source_published",
    "reviewed_through",
];

const INSTANTS: [&str; 4] = ["recorded", "recorded_from", "recorded_to", "time"];

const TRUTHS: [&str; 6] = ["certain", "changes_status", "retracted", "denied", "used", "built_in"];

impl Sort {
    /// What a column of that name holds.
    pub(super) fn of(name: &str) -> Self {
        let is_end = name.ends_with("_earliest") || name.ends_with("_latest");
        match name {
            _ if is_end || DAYS.contains(&name) => Self::Day,
            _ if NUMBERS.contains(&name) => Self::Number,
            _ if INSTANTS.contains(&name) => Self::Instant,
            _ if TRUTHS.contains(&name) => Self::Truth,
            _ => Self::Text,
        }
    }

    /// The cell as a thing of that sort.
    pub(super) fn read(self, text: &str) -> Cell<'_> {
        if text.is_empty() {
            return Cell::Nothing;
        }
        let read = match self {
            Self::Text => None,
            Self::Number => number(text),
            Self::Day => day(text).map(Cell::Day),
            Self::Instant => text.parse().ok().map(Cell::Instant),
            Self::Truth => text.parse().ok().map(Cell::Truth),
        };
        read.unwrap_or(Cell::Text(text))
    }
}

/// A whole number as it is written by a program; a spreadsheet holds these exactly.
fn number(text: &str) -> Option<Cell<'_>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number: u32 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(Cell::Number(number, digits.len() < text.len()))
}

/// A day as it is written in an answer, and nothing that only comes to one.
fn day(text: &str) -> Option<Day> {
    text.parse().ok().filter(|day: &Day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_what_its_column_holds_or_a_text() {
        let day = |text: &str| Cell::Day(text.parse().unwrap());
        for (column, text, cell) in [
            ("since", "2019-11-22", day("2019-11-22")),
            ("since", "2019-11", Cell::Text("2019-11")),
            ("since", "2019-11-22~", Cell::Text("2019-11-22~")),
            ("since_latest", "2019-11-22", day("2019-11-22")),
            ("title", "2019-11-22", Cell::Text("2019-11-22")),
            ("late_days", "-12", Cell::Number(12, true)),
            ("record", "012", Cell::Text("012")),
            ("record", "12;15", Cell::Text("12;15")),
            ("record", "+12", Cell::Text("+12")),
            ("measure", "12", Cell::Text("12")),
            ("certain", "false", Cell::Truth(false)),
            ("since", "", Cell::Nothing),
        ] {
            assert_eq!(Sort::of(column).read(text), cell, "{column} {text}");
        }
    }
}
