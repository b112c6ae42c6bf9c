//! On which days the answer about a measure can become another one.
//!
//! Of the days only their order matters. The days are cut into stretches in which the same windows
//! are open. On a day inside a stretch, what counts is how many days of the stretch are past and
//! how many are to come, and of either at most as many as there are dates that can fall into it.
//! So the first and last few days of each stretch tell all of them.

use std::collections::BTreeSet;

use crate::history::{History, Standing};
use crate::time::Day;
use crate::timeline::{self, Telling};

/// The windows in which something about a measure can happen, and where else its answer can turn.
#[derive(Debug, Default)]
struct Calendar {
    /// First and last days, both included.
    windows: Vec<(Day, Day)>,
    /// Days on which an event, if it is not before, begins to be in doubt.
    doubts: Vec<Day>,
}

/// The days after `from` and up to `to` on which the answer can differ from that of the day
/// before, in order. On every other day it is that of the day before.
pub(super) fn turning_days(history: &History, measure: usize, from: Day, to: Day) -> BTreeSet<Day> {
    Calendar::of(history, measure).days(from, to)
}

impl Calendar {
    fn of(history: &History, measure: usize) -> Self {
        let mut calendar = Self::default();
        for event in timeline::touching(Telling::plain(history), measure) {
            let standing = &history.events()[event];
            calendar.add(standing);
            for side in standing.sides.all.iter().filter(|side| side.contests()) {
                calendar.add(&standing.as_told_by(side));
            }
        }
        calendar
    }

    fn days(&self, from: Day, to: Day) -> BTreeSet<Day> {
        let uncertain: Vec<(Day, Day)> =
            self.windows.iter().copied().filter(|(first, last)| first < last).collect();
        let starts: Vec<Day> = self.cuts(from, to).into_iter().collect();
        let mut days = BTreeSet::new();
        for (place, &first) in starts.iter().enumerate() {
            let last = starts.get(place + 1).map_or(to, |next| next.before());
            days.extend(ends(first, last, open_in(&uncertain, first, last)));
        }
        days
    }

    fn add(&mut self, standing: &Standing) {
        let plans = standing.event.then.iter().filter_map(|plan| plan.effective.as_ref());
        let windows = plans.chain([&standing.event.effective]);
        self.windows.extend(windows.map(crate::time::Window::bounds));
        self.doubts.extend(standing.last_told().map(Day::after));
    }

    /// The first days of the stretches after `from` and up to `to`.
    fn cuts(&self, from: Day, to: Day) -> BTreeSet<Day> {
        let bounds = self.windows.iter().flat_map(|&(first, last)| [first, last.after()]);
        let cuts = bounds.chain(self.doubts.iter().copied()).chain([from.after()]);
        cuts.filter(|&day| from < day && day <= to).collect()
    }
}

/// How many uncertain dates can fall into a stretch.
fn open_in(uncertain: &[(Day, Day)], first: Day, last: Day) -> i64 {
    let open = |&&(start, end): &&(Day, Day)| start <= first && last <= end;
    i64::try_from(uncertain.iter().filter(open).count()).unwrap_or(i64::MAX)
}

/// The first `count + 1` and the last `count` days of a stretch.
fn ends(first: Day, last: Day, count: i64) -> impl Iterator<Item = Day> {
    let length = last.days_since(first) + 1;
    let head = length.min(count.saturating_add(1));
    let tail = (length - count).max(head);
    (0..head).chain(tail..length).filter_map(move |days| first.plus(days))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    fn days(windows: &[(&str, &str)], from: &str, to: &str) -> Vec<String> {
        let day = |text: &&str| text.parse::<Day>().unwrap();
        let windows = windows.iter().map(|(first, last)| (day(first), day(last))).collect();
        let calendar = Calendar { windows, doubts: Vec::new() };
        let days = calendar.days(day(&from), day(&to));
        days.iter().map(|day| day.to_string()[5..].to_owned()).collect()
    }

    #[test]
    fn a_certain_date_is_a_stretch_of_one_day() {
        let one = [("2020-03-05", "2020-03-05")];
        assert_eq!(days(&one, "2020-03-01", "2020-03-31"), ["03-02", "03-05", "03-06"]);
        assert_eq!(days(&one, "2020-03-05", "2020-03-31"), ["03-06"]);
        assert_eq!(days(&one, "2020-03-01", "2020-03-04"), ["03-02"]);
        assert!(days(&one, "2020-03-05", "2020-03-05").is_empty());
    }

    #[test]
    fn a_window_is_asked_at_its_ends() {
        let one = [("2020-03-01", "2020-03-31")];
        assert_eq!(
            days(&one, "2020-02-27", "2020-04-30"),
            ["02-28", "03-01", "03-02", "03-31", "04-01"]
        );
        let two = [("2020-03-01", "2020-03-31"), ("2020-03-10", "2020-03-31")];
        assert_eq!(
            days(&two, "2020-03-01", "2020-03-31"),
            ["03-02", "03-03", "03-09", "03-10", "03-11", "03-12", "03-30", "03-31"]
        );
    }

    #[test]
    fn a_short_stretch_is_asked_whole() {
        let three = [("2020-03-01", "2020-03-04"); 3];
        assert_eq!(days(&three, "2020-02-29", "2020-03-04"), ["03-01", "03-02", "03-03", "03-04"]);
    }
}
