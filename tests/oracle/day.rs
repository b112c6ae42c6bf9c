//! Days as numbers, and dates as windows of days.

use chrono::{DateTime, Datelike, NaiveDate};

/// Days since 31 December of the year before year 1.
pub type Day = i64;

/// A date as precise as the evidence: the days it may be, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// First possible day; `None`: any day however early.
    pub earliest: Option<Day>,
    /// Last possible day; `None`: any day however late.
    pub latest: Option<Day>,
    /// The instant in seconds of UTC, where the date is one.
    pub instant: Option<i64>,
}

impl Window {
    /// Reads any form of the EDTF subset.
    pub fn read(text: &str) -> Window {
        let text = text.trim_end_matches(['~', '?']);
        if let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            let (from, to) = inner.split_once("..").expect("a window has two dots");
            return Window { earliest: span(from).0, latest: span(to).1, instant: None };
        }
        if text.contains('T') {
            let time = parse_instant(text);
            let day = i64::from(time.date_naive().num_days_from_ce());
            let instant = Some(time.timestamp());
            return Window { earliest: Some(day), latest: Some(day), instant };
        }
        let (earliest, latest) = span(text);
        Window { earliest, latest, instant: None }
    }

    /// True if no day lies in both.
    pub fn excludes(&self, other: &Window) -> bool {
        let before = |a: &Window, b: &Window| match (a.latest, b.earliest) {
            (Some(last), Some(first)) => last < first,
            (None, _) | (_, None) => false,
        };
        before(self, other) || before(other, self)
    }

    /// The days in it, where open ends reach from `low` or to `high`.
    pub fn days(&self, low: Day, high: Day) -> Vec<Day> {
        (self.earliest.unwrap_or(low)..=self.latest.unwrap_or(high)).collect()
    }
}

fn parse_instant(text: &str) -> DateTime<chrono::FixedOffset> {
    // `2019-11-23T00:00+09:00` leaves the seconds out.
    let with_seconds = format!("{}:00{}", &text[..16], &text[16..]);
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc3339(&with_seconds))
        .expect("an instant with offset")
}

/// First and last day of a day, a month or a year; of an empty text: none.
fn span(text: &str) -> (Option<Day>, Option<Day>) {
    let numbers: Vec<i32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    let day = |year: i32, month: i32, day: i32| {
        NaiveDate::from_ymd_opt(year, month.unsigned_abs(), day.unsigned_abs())
            .map(|date| i64::from(date.num_days_from_ce()))
    };
    match numbers[..] {
        [y, m, d] => (day(y, m, d), day(y, m, d)),
        [y, 12] => (day(y, 12, 1), day(y, 12, 31)),
        [y, m] => (day(y, m, 1), day(y, m + 1, 1).map(|next| next - 1)),
        [y] => (day(y, 1, 1), day(y, 12, 31)),
        _ => (None, None),
    }
}

/// Reads `YYYY-MM-DD`.
pub fn read(text: &str) -> Day {
    span(text).0.expect("a day")
}

/// Writes `YYYY-MM-DD`.
pub fn write(day: Day) -> String {
    let number = i32::try_from(day).expect("a day of our era");
    NaiveDate::from_num_days_from_ce_opt(number).expect("a day").format("%Y-%m-%d").to_string()
}
