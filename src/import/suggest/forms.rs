//! Which forms the dates of a column have, as far as its values tell.

use super::super::pattern::{Form, Reading};

/// Forms that are tried, the plainest first.
const FORMS: [&str; 27] = [
    "edtf",
    "YYYY-MM-DD hh:mm:ss",
    "YYYY-MM-DDThh:mm:ss",
    "YYYY/M/D",
    "YYYY.M.D",
    "YYYY. M. D.",
    "YYYYMMDD",
    "YYYY年M月D日",
    "YYYY年M月",
    "YYYY년 M월 D일",
    "YYYY년 M월",
    "D MMM YYYY",
    "D-MMM-YYYY",
    "MMM D, YYYY",
    "MMM YYYY",
    "MMM-YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "DD.MM.YYYY",
    "D MMM YY",
    "D-MMM-YY",
    "MMM-YY",
    "DD/MM/YY",
    "MM/DD/YY",
    "DD.MM.YY",
];

/// Forms that only the order of day and month tells apart.
const PAIRS: [(&str, &str); 3] =
    [("DD/MM/YYYY", "MM/DD/YYYY"), ("DD-MM-YYYY", "MM-DD-YYYY"), ("DD/MM/YY", "MM/DD/YY")];

/// Words that say that there is no date.
const NO_DATE: [&str; 21] = [
    "ongoing",
    "present",
    "n/a",
    "na",
    "n.a.",
    "tbd",
    "tbc",
    "unknown",
    "-",
    "–",
    "—",
    "none",
    "open",
    "indefinite",
    "indefinitely",
    "until further notice",
    "not yet",
    "to be announced",
    "tba",
    "null",
    "?",
];

/// What the values of a column tell about their dates.
#[derive(Debug, Clone, Default)]
pub(super) struct Dated {
    /// The forms they have.
    pub(super) forms: Vec<&'static str>,
    /// Two forms of which nothing tells which they have, and why.
    pub(super) asked: Option<(&'static str, &'static str, &'static str)>,
    /// Values that are no dates in these forms, each once.
    pub(super) others: Vec<String>,
    /// How many values were read, and how many there are.
    pub(super) read: usize,
    pub(super) of: usize,
}

/// What is known of a form: whether it reads a text.
fn reads(form: &str, text: &str) -> bool {
    let Ok(form) = Form::named(form) else { return false };
    matches!(form.read(text, 2000), Reading::Date(date) if is_believable(&date))
}

fn is_believable(date: &str) -> bool {
    let year = date.trim_start_matches(['[', '.']).get(..4).and_then(|it| it.parse::<u32>().ok());
    year.is_some_and(|year| (1900..=2100).contains(&year))
}

/// Looks at some values. `numbers`: whether plain numbers can be dates, as the header says.
pub(super) fn dated(values: &[&str], numbers: bool) -> Dated {
    let mut left: Vec<&str> = values.to_vec();
    let mut dated = Dated { of: values.len(), ..Dated::default() };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !numbers {
        left.retain(|text| !is_number(text));
    }
    while !left.is_empty() {
        let counts = FORMS.iter().map(|form| left.iter().filter(|it| reads(form, it)).count());
        let best = FORMS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        let Some((form, _)) = best.filter(|(_, count)| *count > 0) else { break };
        let pair = PAIRS.iter().find(|(one, other)| one == form || other == form);
        match pair {
            Some(pair) => dated.choose(*pair, &left),
            None => dated.forms.push(form),
        }
        let is_read = |text: &&str| {
            reads(form, text)
                || pair.is_some_and(|(one, other)| reads(one, text) || reads(other, text))
        };
        left.retain(|text| !is_read(text));
    }
    if numbers && left.iter().any(|text| text.len() == 5 && is_number(text)) {
        dated.forms.push("excel");
        left.retain(|text| !(text.len() == 5 && is_number(text)));
    }
    for text in left.iter().filter(|text| numbers || !is_number(text)) {
        if !dated.others.iter().any(|other| other == text) {
            dated.others.push((*text).to_owned());
        }
    }
    let unread = left.len();
    dated.read = values.len() - unread.min(values.len());
    if !numbers {
        dated.read -= values.iter().filter(|text| is_number(text)).count().min(dated.read);
    }
    dated
}

impl Dated {
    /// Chooses one of two orders by the values that have only one of them.
    fn choose(&mut self, (one, other): (&'static str, &'static str), values: &[&str]) {
        let only = |form: &str, not: &str| {
            values.iter().any(|text| reads(form, text) && !reads(not, text))
        };
        match (only(one, other), only(other, one)) {
            (true, false) => self.forms.push(one),
            (false, true) => self.forms.push(other),
            (true, true) => {
                self.asked =
                    Some((one, other, "some values fit only the one, some only the other"));
            }
            (false, false) => {
                self.asked = Some((one, other, "no value tells them apart: no day is above 12"));
            }
        }
    }

    /// Whether these are dates: most of them were read; a third will do where the header says so.
    pub(super) fn are_dates(&self, says_date: bool) -> bool {
        let known = self.others.iter().filter(|text| is_no_date(text)).count();
        let needed = if says_date { 3 } else { 6 };
        self.read > 0 && (self.read + known) * 10 >= self.of * needed
    }
}

/// Whether a word says that there is no date.
pub(super) fn is_no_date(text: &str) -> bool {
    NO_DATE.contains(&text.trim().to_lowercase().as_str())
}

/// Words that say that nothing is known.
const NO_DATA: [&str; 12] = [
    "n/a",
    "na",
    "n.a.",
    "unknown",
    "-",
    "–",
    "—",
    "null",
    "?",
    "no data",
    "missing",
    "not available",
];

/// Whether a word says that nothing is known.
pub(super) fn is_no_data(text: &str) -> bool {
    NO_DATA.contains(&text.trim().to_lowercase().as_str())
}

/// Whether years in a form have two digits.
pub(super) fn has_short_year(form: &str) -> bool {
    Form::named(form).is_ok_and(|form| form.has_short_year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_day_and_month_is_told_by_a_day_above_twelve_or_asked() {
        assert_eq!(dated(&["01/02/2020", "31/01/2020"], false).forms, ["DD/MM/YYYY"]);
        assert_eq!(dated(&["01/02/2020", "01/31/2020"], false).forms, ["MM/DD/YYYY"]);
        assert!(dated(&["01/02/2020", "03/04/2020"], false).asked.is_some());
        assert!(dated(&["31/01/2020", "01/31/2020"], false).asked.is_some());
    }

    #[test]
    fn what_is_no_date_is_kept() {
        let dated = dated(&["2020-01-01", "2020-02", "ongoing", "2020-02-03", "soon"], false);
        assert_eq!((dated.read, dated.forms.as_slice()), (3, ["edtf"].as_slice()));
        assert_eq!(dated.others, ["ongoing", "soon"]);
        assert!(dated.are_dates(false));
        assert!(!super::dated(&["12", "2020", "45"], false).are_dates(false));
        assert_eq!(super::dated(&["43650", "43651"], true).forms, ["excel"]);
    }
}
