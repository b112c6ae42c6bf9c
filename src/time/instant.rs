//! A recorded time: a UTC instant with microseconds.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use super::day::number;
use super::{DateRefused, Day};

/// A UTC instant in whole microseconds.
///
/// Written by RFC 3339 with `Z` and three digits of a second, six where they are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// To the minute, for people: `2019-08-23 12:00`.
    #[must_use]
    pub fn minute(self) -> String {
        let text = self.to_string();
        text.get(..16).unwrap_or(&text).replace('T', " ")
    }

    /// The smallest step between two recorded times: one microsecond.
    pub const TICK_MICROS: i64 = 1;

    /// The instant of a chrono time, cut to microseconds.
    #[must_use]
    pub fn from_utc(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_micros())
    }

    /// The instant one tick later.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(Self::TICK_MICROS))
    }

    /// The instant one tick earlier.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(Self::TICK_MICROS))
    }

    /// The first instant of a UTC day.
    #[must_use]
    pub fn start_of(day: Day) -> Self {
        let midnight = day.date().and_time(chrono::NaiveTime::MIN).and_utc();
        Self(midnight.timestamp_micros())
    }

    /// The last instant of a UTC day.
    #[must_use]
    pub fn end_of(day: Day) -> Self {
        Self(Self::start_of(day).0 + 86_400_000_000 - Self::TICK_MICROS)
    }

    /// The UTC day this instant lies in; clamped to the calendar.
    #[must_use]
    pub fn day(self) -> Day {
        let outside = if self < Self::start_of(Day::FIRST) { Day::FIRST } else { Day::LAST };
        Day::from_date(self.utc().date_naive()).unwrap_or(outside)
    }

    /// Seconds from `earlier` to this instant; negative where this one is the earlier.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 1_000_000
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; zero for instants before it.
    #[must_use]
    pub fn unix_millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1000)).unwrap_or(0)
    }

    /// Whole milliseconds since the UTC day began.
    #[must_use]
    pub fn millis_of_day(self) -> u32 {
        u32::try_from(self.0.div_euclid(1000).rem_euclid(86_400_000)).unwrap_or_default()
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.0 % 1000 {
            0 => SecondsFormat::Millis,
            _ => SecondsFormat::Micros,
        };
        f.write_str(&self.utc().to_rfc3339_opts(digits, true))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Instant {
    type Err = DateRefused;

    /// Reads an RFC 3339 date and time with its offset, years 0001 to 9999.
    fn from_str(text: &str) -> Result<Self, DateRefused> {
        if let Some(instant) = plainly(text.as_bytes()) {
            return Ok(instant);
        }
        let refused = || {
            let fix = ["2019-08-23T12:00:00Z"];
            DateRefused::new(text, "is not a date and time with its offset (RFC 3339)", &fix)
        };
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| refused())?;
        let instant = Self::from_utc(time.to_utc());
        // A leap second is the first of the next day, which the last day does not have.
        Day::from_date(instant.utc().date_naive()).ok_or_else(refused)?;
        Ok(instant)
    }
}

/// The instant of a text that is as [`Instant`] writes it; none where it is anything else.
#[allow(clippy::many_single_char_names, reason = "each is a digit")]
fn plainly(text: &[u8]) -> Option<Instant> {
    let (date, time) = (text.get(..10)?, text.get(10..)?);
    let &[b'T', h, i, b':', m, n, b':', s, t, b'.', ref part @ .., b'Z'] = time else {
        return None;
    };
    let micros = match *part {
        [a, b, c] => number([a, b, c])? * 1000,
        [a, b, c, d, e, f] => number([a, b, c, d, e, f])?,
        _ => return None,
    };
    let (hours, minutes, seconds) = (number([h, i])?, number([m, n])?, number([s, t])?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60 + seconds;
    let of_day = i64::from(seconds) * 1_000_000 + i64::from(micros);
    Some(Instant(Instant::start_of(Day::plainly(date)?).0 + of_day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_plainly_is_what_chrono_reads() {
        for text in [
            "2019-08-23T12:34:56.789Z",
            "0001-01-01T00:00:00.000001Z",
            "9999-12-31T23:59:59.999999Z",
            "2020-02-29T00:00:00.100Z",
        ] {
            let chrono = DateTime::parse_from_rfc3339(text).unwrap().to_utc();
            assert_eq!(plainly(text.as_bytes()), Some(Instant::from_utc(chrono)), "{text}");
        }
        for text in [
            "2019-02-29T00:00:00.000Z",
            "2019-08-23T24:00:00.000Z",
            "2019-08-23T23:59:60.000Z",
            "2019-08-23t12:00:00.000Z",
            "2019-08-23T12:00:00Z",
            "2019-08-23T12:00:00.0000Z",
            "2019-08-23T12:00:00.000",
            "",
        ] {
            assert_eq!(plainly(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn written_as_it_was_read() {
        for text in ["2019-08-23T12:00:00.000Z", "2019-08-23T12:00:00.000001Z"] {
            assert_eq!(text.parse::<Instant>().unwrap().to_string(), text);
        }
        let offset: Instant = "2019-11-23T00:00:00+09:00".parse().unwrap();
        assert_eq!(offset.to_string(), "2019-11-22T15:00:00.000Z");
        assert_eq!(offset.day(), Day::new(2019, 11, 22).unwrap());
    }

    #[test]
    fn a_leap_second_is_the_next_day_and_the_last_day_has_none() {
        let leap: Instant = "2016-12-31T23:59:60Z".parse().unwrap();
        assert_eq!(leap.to_string(), "2017-01-01T00:00:00.000Z");
        for text in
            ["9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01"]
        {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
        assert_eq!(Instant::start_of(Day::FIRST).previous().day(), Day::FIRST);
        assert_eq!(Instant::end_of(Day::LAST).next().day(), Day::LAST);
    }

    #[test]
    fn a_day_ends_one_tick_before_the_next() {
        let day = Day::new(2019, 12, 31).unwrap();
        assert_eq!(Instant::end_of(day).next(), Instant::start_of(day.after()));
    }
}
