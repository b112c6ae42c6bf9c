//! Dates as people type them in a question: a closed grammar, resolved against a given today.

use chrono::{Datelike, Weekday};

use super::window::{exact_day, span};
use super::{DateRefused, Day, Window};

/// The day of `2020-01-01`, `today`, `yesterday`, `tomorrow`, `3 days ago`, `in 30 days`, `-3d`,
/// `+30d` (also weeks `w`, months `m`, years `y`) or `last monday`.
///
/// A month or a year is refused: a question about a state asks for one day.
pub fn day_in_words(text: &str, today: Day) -> Result<Day, DateRefused> {
    let words = text.trim().to_ascii_lowercase();
    match words.as_str() {
        "today" => return Ok(today),
        "yesterday" => return shifted(text, today, -1, Unit::Days),
        "tomorrow" => return shifted(text, today, 1, Unit::Days),
        _ => {}
    }
    if let Some(weekday) = words.strip_prefix("last ").and_then(|day| day.parse::<Weekday>().ok()) {
        return last_weekday(text, today, weekday);
    }
    match distance(&words) {
        Some((count, unit)) => shifted(text, today, count, unit),
        None => exact_day(text.trim()).map_err(|refused| not_an_instant(text).unwrap_or(refused)),
    }
}

/// A day with a time on it, where a day is wanted: the day alone.
fn not_an_instant(text: &str) -> Option<DateRefused> {
    let (day, _) = text.trim().split_once(['T', 't'])?;
    let day = exact_day(day).ok()?.to_string();
    Some(DateRefused::new(text, "is more than a day", &[&day]))
}

/// Both ends, included, of `A..B` (each a day in words), or of a month, a year or one day.
pub fn range_in_words(text: &str, today: Day) -> Result<(Day, Day), DateRefused> {
    let Some((from, to)) = text.split_once("..") else {
        return match span(text.trim()) {
            Some(range) => Ok(range),
            None => day_in_words(text, today).map(|day| (day, day)),
        };
    };
    let start = |part: &str| span(part).map_or_else(|| day_in_words(part, today), |s| Ok(s.0));
    let end = |part: &str| span(part).map_or_else(|| day_in_words(part, today), |s| Ok(s.1));
    let (first, last) = (start(from.trim())?, end(to.trim())?);
    if first > last {
        let swapped = format!("{last}..{first}");
        return Err(DateRefused::new(text, "ends before it begins", &[&swapped]));
    }
    Ok((first, last))
}

/// An event's date as the command line takes it: a [`Window`], `A..B` for one, or a day in words.
pub fn window_in_words(text: &str, today: Day) -> Result<Window, DateRefused> {
    let text = text.trim();
    let bare = text.strip_suffix(['~', '?']).unwrap_or(text);
    if bare.contains("..") && !bare.starts_with('[') {
        return format!("[{bare}]{}", &text[bare.len()..]).parse();
    }
    match text.parse() {
        Ok(window) => Ok(window),
        Err(refused) => day_in_words(text, today).map(Window::from).map_err(|_| refused),
    }
}

/// The days so far before and after a day as `90d`, `12w`, `3m` or `1y` says (`90 days` too); those
/// that would be outside the calendar are its ends.
pub fn around_in_words(text: &str, day: Day) -> Result<(Day, Day), DateRefused> {
    let words = format!("+{}", text.trim().to_ascii_lowercase());
    let (count, unit) = distance(&words).ok_or_else(|| {
        DateRefused::new(text, "is not a distance in time", &["90d", "12w", "3m"])
    })?;
    let back = later(day, -count, unit).unwrap_or(Day::FIRST);
    Ok((back, later(day, count, unit).unwrap_or(Day::LAST)))
}

#[derive(Clone, Copy)]
enum Unit {
    Days,
    Months,
}

/// `3 days ago`, `in 30 days`, `-3d`, `+2w`: how far, and in what.
fn distance(words: &str) -> Option<(i64, Unit)> {
    let (sign, rest) = if let Some(rest) = words.strip_suffix(" ago") {
        (-1, rest)
    } else if let Some(rest) = words.strip_prefix("in ") {
        (1, rest)
    } else if let Some(rest) = words.strip_prefix('-') {
        (-1, rest)
    } else {
        (1, words.strip_prefix('+')?)
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let count = rest[..digits].parse::<i64>().ok().filter(|&count| count <= 4_000_000)?;
    let (unit, times) = match rest[digits..].trim() {
        "d" | "day" | "days" => (Unit::Days, 1),
        "w" | "week" | "weeks" => (Unit::Days, 7),
        "m" | "month" | "months" => (Unit::Months, 1),
        "y" | "year" | "years" => (Unit::Months, 12),
        _ => return None,
    };
    Some((sign * count * times, unit))
}

fn shifted(text: &str, today: Day, count: i64, unit: Unit) -> Result<Day, DateRefused> {
    let day = later(today, count, unit);
    day.ok_or_else(|| DateRefused::new(text, "is outside the years 0001 to 9999", &[]))
}

fn later(day: Day, count: i64, unit: Unit) -> Option<Day> {
    match unit {
        Unit::Days => day.plus(count),
        Unit::Months => months_later(day, count),
    }
}

/// The same day of the month, or the month's last day where it is shorter.
fn months_later(day: Day, count: i64) -> Option<Day> {
    let date = day.date();
    let months = i64::from(date.year()) * 12 + i64::from(date.month0()) + count;
    let year = i32::try_from(months.div_euclid(12)).ok()?;
    let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
    let last = Day::last_of_month(year, month)?;
    Day::new(year, month, date.day()).or(last.written())
}

/// The latest such weekday before today.
fn last_weekday(text: &str, today: Day, weekday: Weekday) -> Result<Day, DateRefused> {
    let back = i64::from(today.date().weekday().days_since(weekday));
    let back = if back == 0 { 7 } else { back };
    shifted(text, today, -back, Unit::Days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> String {
        let today = Day::new(2023, 5, 3).unwrap(); // a Wednesday
        match day_in_words(text, today) {
            Ok(day) => day.to_string(),
            Err(refused) => format!("refused: {refused}"),
        }
    }

    #[test]
    fn the_grammar_is_closed() {
        let cases = [
            ("today", "2023-05-03"),
            ("Yesterday", "2023-05-02"),
            ("tomorrow", "2023-05-04"),
            ("3 days ago", "2023-04-30"),
            ("in 30 days", "2023-06-02"),
            ("-3d", "2023-04-30"),
            ("+2w", "2023-05-17"),
            ("+1m", "2023-06-03"),
            ("-3y", "2020-05-03"),
            ("last monday", "2023-05-01"),
            ("last wednesday", "2023-04-26"),
            ("2020-01-01", "2020-01-01"),
        ];
        for (text, expected) in cases {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in [
            "2020-01",
            "soon",
            "last christmas",
            "3 days",
            "-d",
            "+99999999999d",
            "in 9999999 days",
            "",
        ] {
            assert!(day(text).starts_with("refused"), "{text}: {}", day(text));
        }
    }

    #[test]
    fn a_month_later_never_leaves_the_month() {
        assert_eq!(months_later(Day::new(2023, 1, 31).unwrap(), 1), Day::new(2023, 2, 28));
        assert_eq!(months_later(Day::LAST, 1), None);
    }

    #[test]
    fn a_distance_goes_both_ways_and_stays_in_the_calendar() {
        let on = Day::new(2023, 5, 31).unwrap();
        let around =
            |text: &str| around_in_words(text, on).map(|(a, b)| format!("{a} {b}")).unwrap();
        assert_eq!(around("90d"), "2023-03-02 2023-08-29");
        assert_eq!(around("2 Weeks"), "2023-05-17 2023-06-14");
        assert_eq!(around("3m"), "2023-02-28 2023-08-31");
        assert_eq!(around("0d"), "2023-05-31 2023-05-31");
        assert_eq!(around("9000y"), "0001-01-01 9999-12-31");
        for text in ["90", "-3d", "+3d", "in 3 days", "3x", "", "d"] {
            assert!(around_in_words(text, on).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_include_both_ends() {
        let today = Day::new(2023, 5, 3).unwrap();
        let range = |text: &str| {
            range_in_words(text, today).map(|(from, to)| format!("{from} {to}")).unwrap()
        };
        assert_eq!(range("2020-03"), "2020-03-01 2020-03-31");
        assert_eq!(range("2019..2020-02"), "2019-01-01 2020-02-29");
        assert_eq!(range("-3d..today"), "2023-04-30 2023-05-03");
        assert!(range_in_words("2020..2019", today).is_err());
    }

    #[test]
    fn the_command_line_takes_windows_without_brackets() {
        let today = Day::new(2023, 5, 3).unwrap();
        let text = |words: &str| window_in_words(words, today).unwrap().text().to_owned();
        assert_eq!(text("2019-07-01..2019-07-10"), "[2019-07-01..2019-07-10]");
        assert_eq!(text("2019-11-22.."), "[2019-11-22..]");
        assert_eq!(text("..2019-08-12~"), "[..2019-08-12]~");
        assert_eq!(text("yesterday"), "2023-05-02");
        assert_eq!(text("2019-07"), "2019-07");
    }
}
