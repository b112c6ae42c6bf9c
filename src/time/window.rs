//! A date as precise as its evidence: an EDTF (ISO 8601-2) subset, kept verbatim and as bounds.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate};
use serde::{Serialize, Serializer};

use super::{DateRefused, Day, Instant};

/// One day, known to lie between two days, both included; or open at one end.
///
/// The text is kept as it was written. No default day is ever invented: `2019-07` stays "some day
/// of July 2019". A trailing `~` (approximate) or `?` (uncertain) is kept and does not move the
/// bounds. An instant with its offset counts as its civil day in that offset.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    text: String,
    first: Day,
    last: Day,
    instant: Option<Instant>,
}

impl Window {
    /// The earliest day it can be, inclusive; `None` where the beginning is open.
    #[must_use]
    pub fn earliest(&self) -> Option<Day> {
        self.first.written()
    }

    /// The latest day it can be, inclusive; `None` where the end is open.
    #[must_use]
    pub fn latest(&self) -> Option<Day> {
        self.last.written()
    }

    /// The instant, where one was given; it only orders events of one day.
    #[must_use]
    pub fn instant(&self) -> Option<Instant> {
        self.instant
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The day, where there is only one it can be.
    #[must_use]
    pub fn certain(&self) -> Option<Day> {
        (self.first == self.last).then_some(self.first)
    }

    /// Whether no day is in both windows.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        self.last < other.first || other.last < self.first
    }

    /// Both bounds, the open ones as the days just outside the calendar.
    pub(crate) fn bounds(&self) -> (Day, Day) {
        (self.first, self.last)
    }

    fn of(text: &str, first: Day, last: Day) -> Self {
        Self { text: text.to_owned(), first, last, instant: None }
    }
}

impl From<Day> for Window {
    fn from(day: Day) -> Self {
        Self::of(&day.to_string(), day, day)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl FromStr for Window {
    type Err = DateRefused;

    /// Reads one of `2019-07-04`, `2019-07`, `2019`, `[A..B]`, `[..B]`, `[A..]` (each may end in
    /// `~` or `?`), or an instant with its offset.
    fn from_str(text: &str) -> Result<Self, DateRefused> {
        // The most usual form, for ledgers have millions of them.
        if let Some(day) = Day::plainly(text.as_bytes()) {
            return Ok(Self::of(text, day, day));
        }
        if text.len() > 80 || text.chars().any(char::is_control) {
            return Err(DateRefused::new(&shortened(text), "is not a date", &["2019-07-04"]));
        }
        let bare = text.strip_suffix(['~', '?']).unwrap_or(text);
        if let Some(inside) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return between(text, inside);
        }
        if let Some(window) = instant(text) {
            return window;
        }
        let (first, last) = span(bare).ok_or_else(|| refusal(text))?;
        Ok(Self::of(text, first, last))
    }
}

/// `A..B` inside the brackets, either end open.
fn between(text: &str, inside: &str) -> Result<Window, DateRefused> {
    let (from, to) = inside
        .split_once("..")
        .ok_or_else(|| DateRefused::new(text, "is not a window", &["[2019-07-01..2019-07-10]"]))?;
    let end = |part: &str| span(part).ok_or_else(|| refusal(part));
    let (first, last) = match (from.is_empty(), to.is_empty()) {
        (true, true) => {
            let reason = "is open at both ends: give the earliest or the latest day";
            return Err(DateRefused::new(text, reason, &["[..2019-07-10]", "[2019-07-01..]"]));
        }
        (true, false) => (Day::OPEN_START, end(to)?.1),
        (false, true) => (end(from)?.0, Day::OPEN_END),
        (false, false) => (end(from)?.0, end(to)?.1),
    };
    if first > last {
        let swapped = format!("[{to}..{from}]");
        return Err(DateRefused::new(text, "ends before it begins", &[&swapped]));
    }
    Ok(Window::of(text, first, last))
}

/// The first and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `None` where it is none of them.
pub(super) fn span(text: &str) -> Option<(Day, Day)> {
    let number = |part: &str, digits: usize| {
        let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<u32>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let year = i32::try_from(number(parts.next()?, 4)?).ok()?;
    let Some(month) = parts.next() else {
        return Some((Day::new(year, 1, 1)?, Day::new(year, 12, 31)?));
    };
    let month = number(month, 2)?;
    let Some(day) = parts.next() else {
        return Some((Day::new(year, month, 1)?, Day::last_of_month(year, month)?));
    };
    let day = Day::new(year, month, number(day, 2)?)?;
    parts.next().is_none().then_some((day, day))
}

/// `YYYY-MM-DD` and nothing else, with the refusal that fits what was written.
pub(super) fn exact_day(text: &str) -> Result<Day, DateRefused> {
    match span(text) {
        Some((first, last)) if first == last => Ok(first),
        Some((first, last)) => Err(DateRefused::new(
            text,
            format!("is a {}, not a day: first {first}, last {last}", precision(text)),
            &[&first.to_string(), &last.to_string()],
        )),
        None => {
            let mut refused = refusal(text);
            refused.instead.retain(|mend| span(mend).is_some_and(|(first, last)| first == last));
            Err(refused)
        }
    }
}

fn precision(text: &str) -> &'static str {
    if text.contains('-') { "month" } else { "year" }
}

/// An instant with its offset; `None` where the text has no time of day.
fn instant(text: &str) -> Option<Result<Window, DateRefused>> {
    let (date, time) = text.split_once('T')?;
    let Some((day, _)) = span(date).filter(|(first, last)| first == last) else {
        return Some(Err(refusal(date)));
    };
    Some(match moment(date, time) {
        Some(instant) => Ok(Window { instant: Some(instant), ..Window::of(text, day, day) }),
        None if moment(date, &format!("{time}Z")).is_some() => {
            Err(DateRefused::new(text, "has no offset", &[&format!("{text}Z"), date]))
        }
        None => {
            let fix = [date, "2019-11-23T00:00+09:00"];
            Err(DateRefused::new(text, "is not an instant with its offset", &fix))
        }
    })
}

/// The instant of a day and a time with its offset, with seconds or without.
fn moment(date: &str, time: &str) -> Option<Instant> {
    let seconds = match time.find(['+', '-', 'Z']) {
        Some(5) => ":00",
        _ => "",
    };
    let (before, after) = time.split_at_checked(5)?;
    let read = DateTime::parse_from_rfc3339(&format!("{date}T{before}{seconds}{after}")).ok()?;
    Some(Instant::from_utc(read.to_utc()))
}

/// Why a text is no date, with the most likely mends.
fn refusal(text: &str) -> DateRefused {
    impossible_day(text)
        .or_else(|| other_notation(text))
        .unwrap_or_else(|| DateRefused::new(text, "is not a date", &["2019-07-04", "2019-07"]))
}

/// `2020-02-30`, `2019-13`, `0000-01-01`: the right shape, but no such day.
fn impossible_day(text: &str) -> Option<DateRefused> {
    let mut parts = text.split('-').map(|part| part.parse::<u32>().ok());
    let year = i32::try_from(parts.next()??).ok()?;
    let shaped = text.len() == 10 || text.len() == 7 || text.len() == 4;
    if !shaped || text.starts_with('-') {
        return None;
    }
    if !(1..=9999).contains(&year) {
        return Some(DateRefused::new(text, "is outside the years 0001 to 9999", &[]));
    }
    let month = parts.next()??;
    let Some(last) = Day::last_of_month(year, month).filter(|_| (1..=12).contains(&month)) else {
        return Some(DateRefused::new(text, "has no such month: 01 to 12", &[]));
    };
    parts.next()??;
    let reason = format!("is not a day: the last of that month is {last}");
    Some(DateRefused::new(text, reason, &[&last.to_string()]))
}

/// `01/02/2020`, `20191123`, `2019-7-4`, `2019/07/04`, `4 July 2019`.
fn other_notation(text: &str) -> Option<DateRefused> {
    let read = |format: &str| NaiveDate::parse_from_str(text, format).ok().and_then(Day::from_date);
    let separators = text.replace(['.', '/'], "-");
    let (month_first, day_first) = match separators.split('-').next_back().map(str::len) {
        Some(4) => (
            NaiveDate::parse_from_str(&separators, "%m-%d-%Y").ok().and_then(Day::from_date),
            NaiveDate::parse_from_str(&separators, "%d-%m-%Y").ok().and_then(Day::from_date),
        ),
        _ => (None, None),
    };
    match (month_first, day_first) {
        (Some(a), Some(b)) if a != b => {
            let fixes = [a.to_string(), b.to_string()];
            let reason = "could be two days; write year-month-day";
            return Some(DateRefused::new(text, reason, &[&fixes[0], &fixes[1]]));
        }
        (Some(day), _) | (None, Some(day)) => {
            let reason = "is not written year-month-day";
            return Some(DateRefused::new(text, reason, &[&day.to_string()]));
        }
        (None, None) => {}
    }
    let year_first = NaiveDate::parse_from_str(&separators, "%Y-%m-%d").ok();
    let compact = (text.len() == 8).then(|| read("%Y%m%d")).flatten();
    let named = ["%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%d %b %Y"].iter().find_map(|f| read(f));
    let day = year_first.and_then(Day::from_date).or(compact).or(named)?;
    Some(DateRefused::new(text, "is not written year-month-day", &[&day.to_string()]))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(text: &str) -> (String, String) {
        let window: Window = text.parse().unwrap();
        assert_eq!(window.text(), text);
        (window.first.to_string(), window.last.to_string())
    }

    fn refused(text: &str) -> DateRefused {
        text.parse::<Window>().unwrap_err()
    }

    #[test]
    fn every_form_keeps_its_text_and_gives_its_bounds() {
        let cases = [
            ("2019-07-04", "2019-07-04", "2019-07-04"),
            ("2019-07", "2019-07-01", "2019-07-31"),
            ("2019", "2019-01-01", "2019-12-31"),
            ("2020-02~", "2020-02-01", "2020-02-29"),
            ("2019?", "2019-01-01", "2019-12-31"),
            ("[2019-07-01..2019-07-10]", "2019-07-01", "2019-07-10"),
            ("[2019-07..2019-08]~", "2019-07-01", "2019-08-31"),
            ("[..2019-08-12]", "..", "2019-08-12"),
            ("[2019-11-22..]", "2019-11-22", ".."),
            ("2019-11-23T00:00+09:00", "2019-11-23", "2019-11-23"),
            ("2019-11-23T00:00:00Z", "2019-11-23", "2019-11-23"),
            ("9999", "9999-01-01", "9999-12-31"),
        ];
        for (text, first, last) in cases {
            assert_eq!(bounds(text), (first.to_owned(), last.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_the_mend() {
        assert_eq!(refused("2020-02-30").instead, ["2020-02-29"]);
        assert_eq!(refused("01/02/2020").instead, ["2020-01-02", "2020-02-01"]);
        assert_eq!(refused("25/12/2020").instead, ["2020-12-25"]);
        assert_eq!(refused("20191123").instead, ["2019-11-23"]);
        assert_eq!(refused("2019/7/4").instead, ["2019-07-04"]);
        assert_eq!(refused("4 July 2019").instead, ["2019-07-04"]);
        assert_eq!(refused("2019-11-23T00:00").instead[0], "2019-11-23T00:00Z");
        assert_eq!(refused("[2019-07-10..2019-07-01]").instead, ["[2019-07-01..2019-07-10]"]);
        for text in [
            "",
            "201813",
            "0000-01-01",
            "[..]",
            "16-Mar",
            "2019-13-01",
            "-2019",
            "２０１９",
            "[2019",
            "2019-07-04T",
        ] {
            refused(text);
        }
    }

    #[test]
    fn a_mend_does_in_the_place_of_what_was_refused() {
        for text in [
            "",
            "soon",
            "2019-07-04T0:5",
            "2019-07-04T00:5",
            "2019-07-04T00: 0",
            "2019-07-04T00:00",
            "0001-1-1T00:00",
        ] {
            let windows = refused(text).instead;
            assert!(
                windows.iter().all(|mend| mend.parse::<Window>().is_ok()),
                "{text}: {windows:?}"
            );
            let days = text.parse::<Day>().unwrap_err().instead;
            assert!(days.iter().all(|mend| mend.parse::<Day>().is_ok()), "{text}: {days:?}");
        }
    }

    #[test]
    fn a_month_is_not_a_day() {
        let refused = "2020-01".parse::<Day>().unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("is a month, not a day: first 2020-01-01, last 2020-01-31")
        );
    }

    #[test]
    fn windows_that_share_a_day_do_not_exclude_each_other() {
        let [month, day, later]: [Window; 3] =
            ["2019-08", "2019-08-31", "[2019-09-01..]"].map(|text| text.parse().unwrap());
        assert!(!month.excludes(&day));
        assert!(month.excludes(&later) && later.excludes(&day));
    }
}
