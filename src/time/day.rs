//! One civil day of the proleptic Gregorian calendar, years 0001 to 9999.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

use super::DateRefused;

/// A civil day, `0001-01-01` to `9999-12-31`.
///
/// Inside it counts days from the first one, which is 1. The two days just outside the calendar
/// stand for an open beginning and an open end of a [`Window`](super::Window).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The first day that can be written, `0001-01-01`.
    pub const FIRST: Self = Self(1);
    /// The last day that can be written, `9999-12-31`.
    pub const LAST: Self = Self(3_652_059);
    /// Stands for "no earliest day".
    pub(crate) const OPEN_START: Self = Self(0);
    /// Stands for "no latest day".
    pub(crate) const OPEN_END: Self = Self(3_652_060);

    /// The day of a year, month and day of month; `None` where there is no such day.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(Self::from_date)
    }

    /// The day of a [`NaiveDate`]; `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn from_date(date: NaiveDate) -> Option<Self> {
        let day = Self(date.num_days_from_ce());
        (Self::FIRST..=Self::LAST).contains(&day).then_some(day)
    }

    /// The day as a [`NaiveDate`].
    #[must_use]
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0).unwrap_or_default()
    }

    /// The day `days` later (earlier where negative); `None` outside the calendar.
    #[must_use]
    pub fn plus(self, days: i64) -> Option<Self> {
        let sum = i64::from(self.0).checked_add(days)?;
        let day = Self(i32::try_from(sum).ok()?);
        (Self::FIRST..=Self::LAST).contains(&day).then_some(day)
    }

    /// How many days lie from `earlier` to this day; negative where this one is the earlier.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// The day of a text that is `YYYY-MM-DD` to the letter; none where it is anything else.
    #[allow(clippy::many_single_char_names, reason = "each is a digit")]
    pub(super) fn plainly(text: &[u8]) -> Option<Self> {
        let &[a, b, c, d, b'-', m, n, b'-', y, z] = text else { return None };
        let year = number([a, b, c, d])?;
        Self::new(year.try_into().ok()?, number([m, n])?, number([y, z])?)
    }

    /// The last day of the month `month` of `year`.
    pub(crate) fn last_of_month(year: i32, month: u32) -> Option<Self> {
        let first_of_next = match month {
            12 => {
                Self::new(year.checked_add(1)?, 1, 1).or((year == 9999).then_some(Self::OPEN_END))
            }
            _ => Self::new(year, month + 1, 1),
        };
        first_of_next.map(Self::before)
    }

    /// The day after, which may be the open end.
    pub(crate) fn after(self) -> Self {
        Self((self.0 + 1).min(Self::OPEN_END.0))
    }

    /// The day before, which may be the open start.
    pub(crate) fn before(self) -> Self {
        Self((self.0 - 1).max(Self::OPEN_START.0))
    }

    /// The day, unless it only stands for an open end.
    pub(crate) fn written(self) -> Option<Self> {
        (Self::FIRST..=Self::LAST).contains(&self).then_some(self)
    }
}

/// The number that some digits are.
pub(super) fn number<const N: usize>(digits: [u8; N]) -> Option<u32> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    let number = digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit & 0xf));
    plain.then_some(number)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.written() {
            Some(_) => {
                let date = self.date();
                write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
            }
            None => f.write_str(".."),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Day {
    type Err = DateRefused;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Self, DateRefused> {
        super::window::exact_day(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_ends_where_it_says() {
        assert_eq!(Day::new(1, 1, 1), Some(Day::FIRST));
        assert_eq!(Day::new(9999, 12, 31), Some(Day::LAST));
        assert_eq!(Day::new(0, 12, 31), None);
        assert_eq!(Day::LAST.plus(1), None);
        assert_eq!(Day::FIRST.to_string(), "0001-01-01");
    }

    #[test]
    fn months_end_on_their_last_day() {
        assert_eq!(Day::last_of_month(2020, 2), Day::new(2020, 2, 29));
        assert_eq!(Day::last_of_month(2019, 2), Day::new(2019, 2, 28));
        assert_eq!(Day::last_of_month(9999, 12), Some(Day::LAST));
    }
}
