//! Which of the two questions is asked, and between what.

use std::borrow::Cow;

use super::Question;
use crate::ask::{Asked, Asker, Complaint, Exit, Item, known_words};
use crate::ledger::Known;
use crate::proof::quoted;
use crate::time::{Day, Instant};

/// One of the two questions.
#[derive(Debug, Clone)]
pub(crate) struct Between {
    pub(crate) ends: Ends,
    /// The day that the knowledge is about; today for a question about the world.
    pub(crate) at: Day,
    /// The measures named.
    pub(crate) measures: Vec<String>,
    /// Whether the answer is the same whatever day it is.
    pub(crate) explicit: bool,
}

/// Between what: two days in the world, or two points of knowledge (none: from the empty ledger).
#[derive(Debug, Clone)]
pub(crate) enum Ends {
    Days(Day, Day),
    Known(Option<Known>, Known),
}

impl Question {
    /// Which of the two questions it is, and between what.
    pub(super) fn between(&self, asker: &dyn Asker) -> Result<Between, Complaint> {
        match &self.learned {
            Some(range) => self.about_knowledge(asker, range),
            None => self.about_the_world(asker),
        }
    }

    fn about_the_world(&self, asker: &dyn Asker) -> Result<Between, Complaint> {
        let Some((from, to, measures)) = days_first(&self.words) else {
            return Err(self.days_missing(asker));
        };
        if let Some(at) = &self.at {
            let message = "`--at` goes with `--learned K1..K2`: a question about the world names its \
                           two days";
            let at = asker.day(at)?;
            let learned = format!("diff --learned ..{} --at {at}{}", asker.today(), said(measures));
            return Err(Complaint::new(Exit::Usage, Item::new("usage", message).help(learned)));
        }
        let explicit = to.is_some();
        let from = day(asker, from)?;
        let to = to.map_or(Ok(asker.today()), |to| day(asker, to))?;
        if from > to {
            let message = format!("`{from}` is later than `{to}`: the earlier day comes first");
            let help = format!("diff {to} {from}{}", said(measures));
            return Err(Complaint::new(Exit::Usage, Item::new("usage", message).help(help)));
        }
        let (ends, measures) = (Ends::Days(from, to), measures.to_vec());
        Ok(Between { ends, at: asker.today(), measures, explicit })
    }

    fn days_missing(&self, asker: &dyn Asker) -> Complaint {
        let today = asker.today();
        let first = self.words.first().map(|word| word.trim_start_matches(".."));
        let day = first.and_then(|word| asker.day(word).ok());
        let measures = if day.is_some() { &[] } else { self.words.as_slice() };
        let from = day.or(today.plus(-30)).unwrap_or(today);
        let help = format!("diff {} {}{}", from.min(today), from.max(today), said(measures));
        let item = Item::new("usage", "two days are wanted: `A B` or `A..B`").help(help);
        Complaint::new(Exit::Usage, item)
    }

    fn about_knowledge(&self, asker: &dyn Asker, range: &str) -> Result<Between, Complaint> {
        let at = self.at.as_deref().map(|words| asker.day(words)).transpose()?;
        self.check_axis(asker, range, at)?;
        if self.knowing.known.is_some() {
            let message =
                "`--learned K1..K2` says what was known at both ends: leave out `--known`";
            let help =
                format!("diff --learned {}{}{}", quoted(range), about(at), said(&self.words));
            return Err(Complaint::new(Exit::Usage, Item::new("usage", message).help(help)));
        }
        let Some((from, to)) = range.split_once("..") else {
            return Err(no_range(range));
        };
        let point = |words: &str| {
            let words = Some(words.trim()).filter(|words| !words.is_empty());
            words.map(|words| asker.known(words)).transpose()
        };
        let ends = Ends::Known(point(from)?, point(to)?.unwrap_or_default());
        let (measures, explicit) = (self.words.clone(), at.is_some());
        Ok(Between { ends, at: at.unwrap_or(asker.today()), measures, explicit })
    }

    /// Two days and two points of knowledge would be two questions at once.
    fn check_axis(&self, asker: &dyn Asker, range: &str, at: Option<Day>) -> Result<(), Complaint> {
        let is_day = |word: &String| word.contains("..") || asker.day(word).is_ok();
        let Some(word) = self.words.iter().find(|word| is_day(word)) else {
            return Ok(());
        };
        let message = format!(
            "`{word}` is a day in the world and `--learned` is about our knowledge: never both in \
             one answer, ask one after the other"
        );
        let days = self.words.iter().take_while(|word| is_day(word)).count();
        let (days, measures) = self.words.split_at(days);
        let measures: Vec<String> = measures.iter().filter(|w| !is_day(w)).cloned().collect();
        let (first, last) = match days_first(days) {
            Some((from, to, _)) => (Some(from), to),
            None => (None, days.first().map(String::as_str)),
        };
        let resolved = |words: Option<&str>| words.and_then(|words| asker.day(words).ok());
        let last = resolved(last).unwrap_or(asker.today());
        let first = resolved(first).or(last.plus(-30)).unwrap_or(last);
        let (first, last) = (first.min(last), first.max(last));
        let at = at.unwrap_or(last);
        let item = Item::new("both-axes", message)
            .help(format!("diff {first} {last}{}", said(&measures)))
            .help(format!("diff --learned {} --at {at}{}", quoted(range), said(&measures)));
        Err(Complaint::new(Exit::Usage, item))
    }
}

/// The two days that come first, and the words after them. The second is none for `A..`: today.
fn days_first(words: &[String]) -> Option<(&str, Option<&str>, &[String])> {
    let (first, rest) = words.split_first()?;
    if let Some((from, to)) = first.split_once("..") {
        let to = Some(to.trim()).filter(|to| !to.is_empty());
        return (!from.trim().is_empty()).then_some((from.trim(), to, rest));
    }
    let (second, rest) = rest.split_first()?;
    Some((first, Some(second), rest))
}

fn day(asker: &dyn Asker, words: &str) -> Result<Day, Complaint> {
    asker.day(words).map_err(|mut complaint| {
        for item in &mut complaint.items {
            item.message = format!("{}; `diff` takes two days, then measures", item.message);
        }
        complaint
    })
}

fn no_range(words: &str) -> Complaint {
    let message = format!(
        "`--learned {words}` is no range: `K1..K2`, `K1..` to everything recorded, `..K2` from the \
         beginning"
    );
    let help = format!("diff --learned {}", quoted(&format!("{words}..")));
    Complaint::new(Exit::Usage, Item::new("usage", message).help(help))
}

/// Measures as words of a command line.
fn said(measures: &[String]) -> String {
    measures.iter().flat_map(|measure| [Cow::Borrowed(" "), quoted(measure).into()]).collect()
}

fn about(at: Option<Day>) -> String {
    at.map(|at| format!(" --at {at}")).unwrap_or_default()
}

impl Between {
    /// The words of the second point of knowledge; none for everything recorded.
    pub(crate) fn until(&self) -> Option<String> {
        self.points().1
    }

    /// The two points of knowledge in words; none where open.
    pub(crate) fn points(&self) -> (Option<String>, Option<String>) {
        match self.ends {
            Ends::Days(..) => (None, None),
            Ends::Known(from, to) => {
                (from.map(known_words), Some(known_words(to)).filter(|words| !words.is_empty()))
            }
        }
    }

    /// How many records were known at the first point.
    pub(crate) fn known_first(&self, asked: &Asked) -> Result<usize, Complaint> {
        match self.ends {
            Ends::Days(..) | Ends::Known(None, _) => Ok(0),
            Ends::Known(Some(from), _) => asked.records_by(from),
        }
    }

    /// The first point must not come after the second.
    pub(crate) fn check_order(&self, asked: &Asked, from: usize) -> Result<(), Complaint> {
        let Ends::Known(Some(first), last) = self.ends else { return Ok(()) };
        let ends_late = match (instant(first), instant(last)) {
            (Some(first), Some(last)) => first > last,
            _ => from > asked.records,
        };
        if !ends_late {
            return Ok(());
        }
        let (first, last) = (known_words(first), known_words(last));
        let message = format!("`--learned {first}..{last}` ends before it begins");
        let (at, measures) = (self.at, said(&self.measures));
        let help =
            format!("diff --learned {} --at {at}{measures}", quoted(&format!("{last}..{first}")));
        Err(Complaint::new(Exit::Usage, Item::new("usage", message).help(help)))
    }

    /// The day of the first point of knowledge (`first` records); without one the day before the
    /// ledger began.
    pub(crate) fn since(&self, asked: &Asked, first: usize) -> Result<Day, Complaint> {
        let standpoint = asked.standpoint_at(first.max(1))?;
        let began = standpoint.recorded_from.and_then(|instant| instant.day().plus(-1));
        let recorded = standpoint.recorded_to.map(Instant::day);
        let day = match self.ends {
            Ends::Known(Some(Known::Day(day)), _) => Some(day),
            Ends::Known(Some(Known::Instant(instant)), _) => Some(instant.day()),
            Ends::Known(Some(Known::Record(_)), _) => recorded,
            Ends::Known(None | Some(Known::All), _) | Ends::Days(..) => began,
        };
        Ok(day.unwrap_or(Day::FIRST))
    }
}

fn instant(known: Known) -> Option<Instant> {
    match known {
        Known::Day(day) => Some(Instant::end_of(day)),
        Known::Instant(instant) => Some(instant),
        Known::All | Known::Record(_) => None,
    }
}
