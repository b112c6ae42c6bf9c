//! Lanes on a page: how long each status lasted, drawn, with a pin for each record.

use maud::{Markup, PreEscaped, html};

use crate::answer::Row;
use crate::ask::lanes::{Answer, Style, ask};
use crate::ask::timeline::Question;
use crate::ask::{Complaint, Knowing};
use crate::export::Target;
use crate::time::Day;
use crate::web::address::{Query, Route};
use crate::web::site::Site;

/// The most lanes of a page.
pub(super) const MOST: usize = 40;

/// The most events that get a pin on a page. Where there are more, each measure's own page has them.
const MOST_PINS: usize = 400;

/// Lanes of some measures, from a day to a day where these are given.
pub(super) struct Wanted<'w> {
    pub(super) measures: Vec<String>,
    pub(super) query: &'w Query,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// The day that is marked; today where none is given.
    pub(super) at: Option<Day>,
}

impl Wanted<'_> {
    /// Reads them.
    pub(super) fn read<'s>(&self, site: &'s Site) -> Result<Answer<'s>, Complaint> {
        let knowing = Knowing { ..self.query.knowing() };
        let question = Question {
            measures: self.measures.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            knowing,
            ..Question::default()
        };
        ask(&question, site)
    }

    /// The drawing. The tables beside it say the same.
    pub(super) fn draw(&self, answer: &Answer<'_>) -> Markup {
        let link = |target: Target<'_>| match target {
            Target::Measure(id) => self.query.to(&Route::Measure(id.to_owned())),
            Target::Record(number) => self.query.to(&Route::Record(number.to_string())),
        };
        // Today is marked as what it is.
        let other = self.at.filter(|at| *at != answer.asked.asker.today());
        let mark = other.map(|at| (at, "shown"));
        let (title, pins) = ("Status by day", MOST_PINS);
        let style = Style { title, styled: false, mark, pins, link: Some(&link) };
        html! {
            @if !answer.lanes.is_empty() {
                div.lanes { (PreEscaped(answer.draw(&style).svg)) }
            }
        }
    }
}

/// The measures of a page of rows: the first so many, each with the wholes that it is a part of.
pub(super) fn shown(rows: &[Row]) -> Vec<String> {
    rows.iter().take(MOST).map(|row| row.measure.clone()).collect()
}
