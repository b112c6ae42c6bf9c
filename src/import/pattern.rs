//! The forms of dates that rules name, and the dates that texts are in them.

use std::fmt;

use crate::time::Day;

/// A form of dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// As the ledger writes them: `2019-07-04`, `2019-07`, `[2019-07-01..2019-07-10]`.
    Edtf,
    /// Excel's count of days: 1 is 1900-01-01 (and 60 a day there never was).
    Excel,
    /// The count of workbooks from old Macintoshes: 0 is 1904-01-01.
    Excel1904,
    /// Years, months and days with something between.
    Pattern(Pattern),
}

/// `DD/MM/YYYY`, `D MMM YY`, `MMMM YYYY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Four digits.
    Year,
    /// Two digits.
    ShortYear,
    /// One or two digits.
    Month,
    /// Two digits.
    FullMonth,
    /// An English name, whole or its first letters.
    MonthName,
    /// One or two digits.
    Day,
    /// Two digits.
    FullDay,
    /// Two digits of a time of day, which is left out.
    Time,
    /// This, whatever its case.
    Text(char),
}

/// What a text is in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// A date as the ledger writes it.
    Date(String),
    /// It has the form, but there is no such day.
    NoSuchDay,
    /// It does not have the form.
    Other,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The words of patterns, longer ones before those they begin with.
const WORDS: [(&str, Token); 11] = [
    ("YYYY", Token::Year),
    ("YY", Token::ShortYear),
    ("MMMM", Token::MonthName),
    ("MMM", Token::MonthName),
    ("MM", Token::FullMonth),
    ("M", Token::Month),
    ("DD", Token::FullDay),
    ("D", Token::Day),
    ("hh", Token::Time),
    ("mm", Token::Time),
    ("ss", Token::Time),
];

impl Form {
    /// The form of a name or a pattern.
    pub(super) fn named(text: &str) -> Result<Self, String> {
        match text {
            "edtf" => Ok(Self::Edtf),
            "excel" => Ok(Self::Excel),
            "excel-1904" => Ok(Self::Excel1904),
            _ => Pattern::parse(text).map(Self::Pattern),
        }
    }

    /// Whether a year in it has two digits.
    pub(super) fn has_short_year(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if pattern.tokens.contains(&Token::ShortYear))
    }

    /// What a text is in this form. `hundred`: the first of the hundred years that two digits mean.
    pub(super) fn read(&self, text: &str, hundred: i32) -> Reading {
        match self {
            Self::Edtf if text.parse::<crate::time::Window>().is_ok() => {
                Reading::Date(text.to_owned())
            }
            Self::Edtf => Reading::Other,
            Self::Excel => serial(text, true),
            Self::Excel1904 => serial(text, false),
            Self::Pattern(pattern) => pattern.read(text, hundred),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edtf => f.write_str("edtf"),
            Self::Excel => f.write_str("excel"),
            Self::Excel1904 => f.write_str("excel-1904"),
            Self::Pattern(pattern) => f.write_str(&pattern.text),
        }
    }
}

/// The day of a count of days; a time of day behind the point is left out.
fn serial(text: &str, from_1900: bool) -> Reading {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !digits(whole) || !digits(rest) {
        return Reading::Other;
    }
    let Ok(count) = whole.parse::<i64>() else { return Reading::Other };
    let day = match (from_1900, count) {
        (true, 0 | 60) => None,
        (true, ..60) => Day::new(1899, 12, 31).and_then(|day| day.plus(count)),
        (true, _) => Day::new(1899, 12, 30).and_then(|day| day.plus(count)),
        (false, _) => Day::new(1904, 1, 1).and_then(|day| day.plus(count)),
    };
    day.map_or(Reading::NoSuchDay, |day| Reading::Date(day.to_string()))
}

/// What was found on the way through a text.
#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        let mut rest = text;
        'next: while let Some(c) = rest.chars().next() {
            for (word, token) in &WORDS {
                if let Some(behind) = rest.strip_prefix(word) {
                    tokens.push(token.clone());
                    rest = behind;
                    continue 'next;
                }
            }
            tokens.push(Token::Text(c));
            rest = &rest[c.len_utf8()..];
        }
        let count = |wanted: &[Token]| tokens.iter().filter(|it| wanted.contains(it)).count();
        let years = count(&[Token::Year, Token::ShortYear]);
        let months = count(&[Token::Month, Token::FullMonth, Token::MonthName]);
        let days = count(&[Token::Day, Token::FullDay]);
        if years != 1 || months > 1 || days > 1 || days > months {
            return Err(format!(
                "`{text}` is no form of dates: expected `edtf`, `excel`, `excel-1904`, or a pattern \
                 with a year (YYYY, YY), then perhaps a month (MMMM, MMM, MM, M) and a day (DD, D), \
                 such as `DD/MM/YYYY`"
            ));
        }
        Ok(Self { text: text.to_owned(), tokens })
    }

    fn read(&self, text: &str, hundred: i32) -> Reading {
        let mut parts = Parts::default();
        let mut rest = text;
        for (place, token) in self.tokens.iter().enumerate() {
            let is_open = !matches!(
                self.tokens.get(place + 1),
                Some(
                    Token::Year
                        | Token::ShortYear
                        | Token::Month
                        | Token::FullMonth
                        | Token::Day
                        | Token::FullDay
                        | Token::Time
                )
            );
            match token.take(rest, is_open, hundred, &mut parts) {
                Some(behind) => rest = behind,
                None => return Reading::Other,
            }
        }
        if rest.is_empty() { parts.date() } else { Reading::Other }
    }
}

impl Token {
    /// Takes what it stands for off the beginning of a text. `is_open`: no digit follows, so that
    /// one digit will do for two.
    fn take<'t>(
        &self,
        text: &'t str,
        is_open: bool,
        hundred: i32,
        parts: &mut Parts,
    ) -> Option<&'t str> {
        let two = |text: &'t str| digits(text, if is_open { 1 } else { 2 }, 2);
        match self {
            Self::Year => {
                let (year, rest) = digits(text, 4, 4)?;
                parts.year = i32::try_from(year).ok();
                Some(rest)
            }
            Self::ShortYear => {
                let (year, rest) = digits(text, 2, 2)?;
                let year = i32::try_from(year).ok()?;
                let first = hundred.rem_euclid(100);
                let later = if year < first { 100 } else { 0 };
                parts.year = Some(hundred - first + year + later);
                Some(rest)
            }
            Self::Month => digits(text, 1, 2).map(|(month, rest)| {
                parts.month = Some(month);
                rest
            }),
            Self::FullMonth => two(text).map(|(month, rest)| {
                parts.month = Some(month);
                rest
            }),
            Self::MonthName => month(text).map(|(month, rest)| {
                parts.month = Some(month);
                rest
            }),
            Self::Day => digits(text, 1, 2).map(|(day, rest)| {
                parts.day = Some(day);
                rest
            }),
            Self::FullDay => two(text).map(|(day, rest)| {
                parts.day = Some(day);
                rest
            }),
            Self::Time => digits(text, 1, 2).map(|(_, rest)| rest),
            Self::Text(wanted) => {
                let found = text.chars().next()?;
                let same = found.to_lowercase().eq(wanted.to_lowercase());
                same.then(|| &text[found.len_utf8()..])
            }
        }
    }
}

impl Parts {
    fn date(&self) -> Reading {
        let Some(year) = self.year else { return Reading::Other };
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if Day::new(year, month, day).is_none() {
            return Reading::NoSuchDay;
        }
        Reading::Date(match (self.month, self.day) {
            (None, _) => format!("{year:04}"),
            (Some(_), None) => format!("{year:04}-{month:02}"),
            (Some(_), Some(_)) => format!("{year:04}-{month:02}-{day:02}"),
        })
    }
}

/// The number of the digits at the beginning, at least and at most so many.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(count).filter(|_| count >= least)?;
    Some((number.parse().ok()?, rest))
}

/// The month whose English name, or at least three letters of it, stand at the beginning; a point
/// behind them belongs to them.
fn month(text: &str) -> Option<(u32, &str)> {
    let length = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(length)?;
    let name = name.to_ascii_lowercase();
    let is_meant = |whole: &str| whole.starts_with(&name) || name == "sept" && whole == "september";
    let place = MONTHS.iter().position(|whole| name.len() >= 3 && is_meant(whole))?;
    let number = u32::try_from(place + 1).ok()?;
    Some((number, rest.strip_prefix('.').filter(|_| name.len() < 5).unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str, text: &str) -> Option<String> {
        match Form::named(form).unwrap().read(text, 2000) {
            Reading::Date(date) => Some(date),
            Reading::NoSuchDay => Some("none".to_owned()),
            Reading::Other => None,
        }
    }

    #[test]
    fn dates_in_the_forms_that_people_use() {
        for (form, text, date) in [
            ("DD/MM/YYYY", "04/07/2019", "2019-07-04"),
            ("DD/MM/YYYY", "4/7/2019", "2019-07-04"),
            ("MM/DD/YYYY", "07/04/2019", "2019-07-04"),
            ("D.M.YY", "4.7.19", "2019-07-04"),
            ("DD MMM YYYY", "04 Jul 2019", "2019-07-04"),
            ("D MMMM YYYY", "4 july 2019", "2019-07-04"),
            ("MMM D, YYYY", "Sept. 4, 2019", "2019-09-04"),
            ("MMM-YY", "Mar-20", "2020-03"),
            ("YYYYMMDD", "20190704", "2019-07-04"),
            ("YYYY年M月D日", "2019年7月4日", "2019-07-04"),
            ("YYYY-MM-DD hh:mm:ss", "2019-07-04 00:00:00", "2019-07-04"),
            ("YYYY", "2019", "2019"),
            ("edtf", "[2019-07-01..2019-07-10]", "[2019-07-01..2019-07-10]"),
            ("excel", "43650", "2019-07-04"),
            ("excel", "43650.75", "2019-07-04"),
            ("excel", "59", "1900-02-28"),
            ("excel", "61", "1900-03-01"),
            ("excel-1904", "42188", "2019-07-04"),
        ] {
            assert_eq!(read(form, text).as_deref(), Some(date), "{form} {text}");
        }
    }

    #[test]
    fn what_has_another_form_is_not_bent_into_it() {
        for (form, text) in [
            ("DD/MM/YYYY", "04/07/19"),
            ("DD/MM/YYYY", "04-07-2019"),
            ("DD/MM/YYYY", "04/07/2019 ?"),
            ("YYYYMMDD", "201974"),
            ("MMM-YY", "16-Mar"),
            ("MMM-YY", "Ma-20"),
            ("edtf", "Next academic year"),
            ("excel", "-5"),
            ("excel", "1e9"),
            ("excel", ""),
        ] {
            assert_eq!(read(form, text), None, "{form} {text}");
        }
        assert_eq!(read("DD/MM/YYYY", "30/02/2020").as_deref(), Some("none"));
        assert_eq!(read("excel", "60").as_deref(), Some("none"));
        for form in ["DD/MM", "DD YYYY", "", "soon", "YYYY YY"] {
            assert!(Form::named(form).is_err(), "{form}");
        }
    }

    #[test]
    fn two_digits_are_in_the_hundred_years_that_are_said() {
        let form = Form::named("MMM-YY").unwrap();
        for (hundred, text, date) in
            [(2000, "Mar-99", "2099-03"), (1950, "Mar-50", "1950-03"), (1950, "Mar-49", "2049-03")]
        {
            assert_eq!(form.read(text, hundred), Reading::Date(date.to_owned()));
        }
    }
}
