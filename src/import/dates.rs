//! The dates of a table: what the rules say about them, and why some cannot be read.

use super::pattern::{Form, Reading};
use super::problem::{Fault, Found, Problem, shown};
use crate::time::{Day, Window};

/// How the dates of a table are read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dates {
    /// The forms they have.
    pub(super) forms: Vec<Form>,
    /// The first of the hundred years that two digits mean.
    pub(super) hundred: Option<i32>,
    /// The years that are believed, both included.
    pub(super) years: (i32, i32),
    /// Words that stand for dates; for none where the date is empty.
    pub(super) words: Vec<(String, String)>,
}

impl Default for Dates {
    fn default() -> Self {
        Self { forms: vec![Form::Edtf], hundred: None, years: (1900, 2100), words: Vec::new() }
    }
}

impl Dates {
    /// The date of a text as the ledger writes it; none where the text says that there is none.
    pub(super) fn read(&self, text: &str) -> Found<Option<String>> {
        self.read_as(text, &self.forms)
    }

    /// The same in other forms. Whole days as the ledger writes them can be nothing else and are
    /// always read.
    pub(super) fn read_as(&self, text: &str, forms: &[Form]) -> Found<Option<String>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if let Some((_, date)) = self.words.iter().find(|(word, _)| same(word, text)) {
            return Ok(Some(date.clone()).filter(|date| !date.is_empty()));
        }
        if text.parse::<Day>().is_ok() {
            return self.believed(text, text.to_owned()).map(Some);
        }
        let hundred = self.hundred.unwrap_or(2000);
        let mut dates: Vec<String> = Vec::new();
        let mut no_such_day = false;
        for form in forms {
            match form.read(text, hundred) {
                Reading::Date(date) if !dates.contains(&date) => dates.push(date),
                Reading::NoSuchDay => no_such_day = true,
                Reading::Date(_) | Reading::Other => {}
            }
        }
        match dates.as_slice() {
            [date] => self.believed(text, date.clone()).map(Some),
            [] => Err(Box::new(unreadable(text, forms, no_such_day))),
            several => {
                let message = format!(
                    "{} can be {}: say in the rules which form it has",
                    shown(text),
                    several.join(" or ")
                );
                Err(Box::new(Problem::new(Fault::BadDate, message)))
            }
        }
    }

    /// The date, if its years are believed.
    fn believed(&self, text: &str, date: String) -> Found<String> {
        let window: Window = match date.parse() {
            Ok(window) => window,
            Err(refused) => {
                return Err(Box::new(Problem::new(Fault::BadDate, refused.to_string())));
            }
        };
        let (first, last) = self.years;
        let ends = [window.earliest(), window.latest()];
        let strange = ends.into_iter().flatten().find(|day| {
            let year = chrono::Datelike::year(&day.date());
            year < first || year > last
        });
        let Some(day) = strange else { return Ok(date) };
        let year = day.to_string().split('-').next().unwrap_or_default().to_owned();
        let message = format!(
            "{} is in the year {year}, which is not in {first}..{last}: mend it, or say `years` in \
             [dates]",
            shown(text)
        );
        Err(Box::new(Problem::new(Fault::BadDate, message)))
    }
}

/// Why a text is no date in these forms, and what can be done.
fn unreadable(text: &str, forms: &[Form], no_such_day: bool) -> Problem {
    let expected: Vec<String> = forms.iter().map(|form| format!("`{form}`")).collect();
    let expected = expected.join(", ");
    let text_shown = shown(text);
    let message = if no_such_day {
        format!("{text_shown}: there is no such day")
    } else if let Reading::Date(date) = Form::Excel.read(text, 2000)
        && text.len() == 5
    {
        format!(
            "{text_shown} is a number, not a date in {expected}: if it is Excel's count of days \
             ({date}), add `excel` to `forms` in [dates]"
        )
    } else if without_year(text) {
        format!(
            "{text_shown} does not say which year: expected a date in {expected}; or say what it \
             means under [dates.words]"
        )
    } else {
        format!(
            "{text_shown} is no date in {expected}; mend it, add its form to `forms` in [dates], or \
             say what it means under [dates.words] (an empty text for no date)"
        )
    };
    Problem::new(Fault::BadDate, message)
}

/// `16-Mar`, `4 July`: a day and a month that Excel shows without their year.
fn without_year(text: &str) -> bool {
    let year = "2000";
    let forms = ["D-MMM", "D MMM", "MMM D", "MMM-D", "D/M", "D.M."];
    forms.iter().any(|form| {
        let with_year = Form::named(&format!("{form} YYYY"));
        with_year.is_ok_and(|form| form.read(&format!("{text} {year}"), 2000) != Reading::Other)
    })
}

/// Whether two words are the same but for case and white space.
pub(super) fn same(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(one) == words(other)
}

/// The same window one day later; a trailing `~` or `?` is kept. None outside the calendar.
pub(super) fn day_after(window: &Window) -> Option<String> {
    let mark = window.text().trim_start_matches(|c| c != '~' && c != '?');
    let next = |day: Option<Day>| match day {
        Some(day) => day.plus(1).map(|day| day.to_string()),
        None => Some(String::new()),
    };
    let (first, last) = (next(window.earliest())?, next(window.latest())?);
    Some(if first == last { format!("{first}{mark}") } else { format!("[{first}..{last}]{mark}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(forms: &[&str]) -> Dates {
        let forms = forms.iter().map(|form| Form::named(form).unwrap()).collect();
        Dates { forms, ..Dates::default() }
    }

    #[test]
    fn what_is_unusable_is_said_with_what_was_expected() {
        let dates = dates(&["DD/MM/YYYY"]);
        for (text, said) in [
            ("16-Mar", "does not say which year"),
            ("Next academic year", "is no date in `DD/MM/YYYY`"),
            ("04/07/0220", "the year 0220"),
            ("0220-07-04", "the year 0220"),
            ("43650", "(2019-07-04)"),
            ("30/02/2020", "no such day"),
        ] {
            let problem = dates.read(text).unwrap_err();
            assert!(problem.message.contains(said), "{text}: {}", problem.message);
            assert_eq!(problem.code, "bad-date");
        }
    }

    #[test]
    fn two_forms_that_read_a_text_differently_are_refused() {
        let dates = dates(&["DD/MM/YYYY", "MM/DD/YYYY"]);
        let problem = dates.read("04/07/2019").unwrap_err();
        assert!(problem.message.contains("2019-07-04 or 2019-04-07"), "{}", problem.message);
        assert_eq!(dates.read("04/04/2019").unwrap().as_deref(), Some("2019-04-04"));
        assert_eq!(dates.read("31/07/2019").unwrap().as_deref(), Some("2019-07-31"));
    }

    #[test]
    fn words_stand_for_dates_or_for_none() {
        let words = [("Next academic year", "[2020-09-01..]"), ("ongoing", "")];
        let words = words.map(|(word, date)| (word.to_owned(), date.to_owned())).to_vec();
        let dates = Dates { words, ..dates(&["edtf"]) };
        let read = |text: &str| dates.read(text).unwrap();
        assert_eq!(read("next  academic year").as_deref(), Some("[2020-09-01..]"));
        assert_eq!((read("Ongoing"), read("")), (None, None));
    }

    #[test]
    fn the_day_after_keeps_what_is_uncertain() {
        for (window, after) in [
            ("2020-02-29", "2020-03-01"),
            ("2020-12-31~", "2021-01-01~"),
            ("2020-03", "[2020-03-02..2020-04-01]"),
            ("[..2020-03-31]", "[..2020-04-01]"),
        ] {
            assert_eq!(day_after(&window.parse().unwrap()).as_deref(), Some(after));
        }
        assert_eq!(day_after(&"9999-12-31".parse().unwrap()), None);
    }
}
