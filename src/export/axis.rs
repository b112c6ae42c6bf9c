//! The days of a range on the columns of a drawing.

use chrono::Datelike as _;

use crate::time::Day;

/// A range of days laid on columns: each column has some days, or each day some columns.
#[derive(Debug, Clone)]
pub struct Axis {
    first: Day,
    days: usize,
    columns: usize,
}

/// How far apart the ticks of an axis are.
#[derive(Debug, Clone, Copy)]
enum Ticks {
    Days,
    /// Every so many months; twelve are so many times that.
    Months(u32),
    /// Every so many years.
    Years(i32),
}

impl Axis {
    /// The days from one to another, both inclusive, on at most so many columns.
    #[must_use]
    pub fn new(first: Day, last: Day, most: usize) -> Self {
        let days = usize::try_from(last.days_since(first) + 1).unwrap_or(1).max(1);
        let columns = if days <= most { most / days * days } else { most };
        Self { first, days, columns }
    }

    /// How many columns it has.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The column in which a day begins.
    #[must_use]
    pub fn column(&self, day: Day) -> usize {
        let days = usize::try_from(day.days_since(self.first)).unwrap_or(0);
        (days * self.columns / self.days).min(self.columns)
    }

    /// What one column stands for.
    #[must_use]
    pub fn scale(&self) -> String {
        if self.columns >= self.days {
            return match self.columns / self.days {
                1 => "A column is 1 day".to_owned(),
                columns => format!("A day is {columns} columns"),
            };
        }
        let (least, rest) = (self.days / self.columns, self.days % self.columns);
        let least = if rest == 0 { least.to_string() } else { format!("{least} or {}", least + 1) };
        format!("A column is {least} days and shows how they end")
    }

    /// The line of dates above the lanes, each at the column in which its day begins.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = format!("|{}", self.first);
        for (day, label) in self.ticks() {
            let column = self.column(day);
            if column > line.len() && column + label.len() < self.columns {
                line += &" ".repeat(column - line.len());
                line.push('|');
                line += &label;
            }
        }
        line
    }

    /// The days that are named on it, with their names, as close as there is room for.
    #[must_use]
    pub fn ticks(&self) -> Vec<(Day, String)> {
        let day = |days: usize| self.first.plus(i64::try_from(days).ok()?);
        let (start, end) = (self.first.date(), day(self.days - 1).unwrap_or(Day::LAST).date());
        match self.spacing() {
            Ticks::Days => {
                let days = (0..self.days).filter_map(day);
                days.map(|day| (day, day.to_string())).collect()
            }
            Ticks::Months(step) => {
                let of_year = |year| (0..12).step_by(step as usize).map(move |m| (year, m + 1));
                let months = (start.year()..=end.year()).flat_map(of_year);
                let tick = |(y, m)| Some((Day::new(y, m, 1)?, format!("{y:04}-{m:02}")));
                months.filter_map(tick).filter(|(day, _)| self.has(*day)).collect()
            }
            Ticks::Years(step) => {
                let years = (start.year()..=end.year()).filter(|year| year % step == 0);
                let tick = |year| Some((Day::new(year, 1, 1)?, format!("{year:04}")));
                years.filter_map(tick).filter(|(day, _)| self.has(*day)).collect()
            }
        }
    }

    fn has(&self, day: Day) -> bool {
        (0..i64::try_from(self.days).unwrap_or(i64::MAX)).contains(&day.days_since(self.first))
    }

    /// The closest ticks for whose words there is room.
    fn spacing(&self) -> Ticks {
        let room = |days: usize| days * self.columns / self.days;
        if room(1) >= 12 {
            return Ticks::Days;
        }
        if let Some(step) = [1, 2, 3, 6].into_iter().find(|&step| room(28 * step as usize) >= 9) {
            return Ticks::Months(step);
        }
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        let fits = |step: &&i32| room(365 * usize::try_from(**step).unwrap_or(1)) >= 6;
        Ticks::Years(steps.iter().find(fits).copied().unwrap_or(1000))
    }
}
