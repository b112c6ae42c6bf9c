//! How long did each status of a measure last? Its whole way through a range of days, as the
//! longest stretches on which `state` gives one answer.
//!
//! Not every day is asked. The answer can only change where a window opens or has closed, where an
//! event comes to be in doubt, and near the ends of the stretches between: with `k` uncertain dates
//! open it can matter how many days there have been for them, and how many are left, but not
//! whether there were more than `k`. And within the first `k` days only worlds come to be, within
//! the last only worlds go; so where the first and the last of such days have the same answer, all
//! between have it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::state;
use crate::history::History;
use crate::kind::Definition;
use crate::time::{Day, Window};
use crate::timeline::{self, MIXED, Outcome, Retold, Telling};

/// What a measure is at the end of a day: what `state` answers, without its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The status; `undetermined` where several are possible, `mixed` for a whole whose parts
    /// differ.
    pub status: String,
    /// The status in words for people.
    pub label: String,
    /// The reading of the status; `undetermined` or `mixed` where it is not shared.
    pub standing: String,
    /// Whether one status holds in every world.
    pub certain: bool,
    /// Every status that some world has.
    pub possible: BTreeSet<String>,
    /// How many innermost parts have which status; only where they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, usize>,
    /// `contested`, `unconfirmed`, `inconsistent`, `mixed`, `approximate`, as far as they hold.
    pub flags: Vec<&'static str>,
}

/// Days on end with the same answer; there is no longer stretch around them within the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Band {
    /// The first day, inclusive.
    pub from: Day,
    /// The last day, inclusive.
    pub to: Day,
    /// What the measure is on all of them.
    #[serde(flatten)]
    pub held: Held,
}

/// The bands of a measure from one day to another, both inclusive; they leave no day out. None
/// where the range ends before it begins.
#[must_use]
pub fn bands(history: &History, measure: usize, from: Day, to: Day) -> Vec<Band> {
    let mut watch = Watch::new(history, measure);
    let mut bands: Vec<Band> = Vec::new();
    let stretches = watch.stretches(from, to);
    watch.look_at(&stretches.iter().flat_map(Stretch::looks).collect());
    for stretch in stretches {
        for start in watch.starts(stretch) {
            let look = watch.look(start).clone();
            let held = watch.held(&look);
            match bands.last_mut() {
                Some(band) if band.held == held => {}
                Some(_) | None => bands.push(Band { from: start, to, held }),
            }
        }
    }
    for place in 1..bands.len() {
        bands[place - 1].to = bands[place].from.before();
    }
    bands
}

/// How many uncertain dates can fall in a stretch of which all days that can matter are looked at
/// beforehand, in one walk; where more can, it is better to look at few days.
const MOST_OPEN: i64 = 8;

/// Days on end, both inclusive, on which the same dates can fall.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    first: Day,
    last: Day,
    /// How many of these dates are uncertain.
    open: i64,
}

impl Stretch {
    fn day(self, days: i64) -> Day {
        self.first.plus(days).unwrap_or(self.last)
    }

    /// How many days the last is after the first.
    fn length(self) -> i64 {
        self.last.days_since(self.first)
    }

    /// Whether every one of its days is looked at.
    fn is_short(self) -> bool {
        self.length() < 2 * self.open + 3
    }

    /// The days to look at beforehand.
    fn looks(&self) -> Vec<Day> {
        let all = self.length();
        let few = (1..=MOST_OPEN).contains(&self.open);
        let days: Vec<i64> = match few {
            true if self.is_short() => (0..=all).collect(),
            true => (0..=self.open).chain(all - 1 - self.open..=all).collect(),
            false => vec![0],
        };
        days.into_iter().map(|days| self.day(days)).collect()
    }
}

/// Answers about one measure, each day asked once.
pub(super) struct Watch<'h> {
    history: &'h History,
    measure: usize,
    parts: Vec<usize>,
    retellings: Vec<Retold>,
    looks: BTreeMap<Day, Look>,
}

/// All that decides what is held on a day. In all of it more worlds only ever make more.
#[derive(Debug, Clone, PartialEq)]
struct Look {
    /// The measure's own answer, with nothing in it that a band does not show.
    whole: Outcome,
    parts: Vec<BTreeSet<String>>,
    /// What would be possible as each contrary source tells it.
    retold: Vec<BTreeSet<String>>,
}

impl<'h> Watch<'h> {
    pub(super) fn new(history: &'h History, measure: usize) -> Self {
        let mut parts = history.innermost(measure);
        parts.retain(|&part| part != measure);
        let retellings = state::retellings(history, measure).collect();
        Self { history, measure, parts, retellings, looks: BTreeMap::new() }
    }

    /// What the measure is at the end of a day.
    pub(super) fn on(&mut self, day: Day) -> Held {
        let look = self.look(day).clone();
        self.held(&look)
    }

    fn look(&mut self, day: Day) -> &Look {
        self.look_at(&BTreeSet::from([day]));
        &self.looks[&day]
    }

    /// Looks at several days, in one walk for each way to tell what happened.
    pub(super) fn look_at(&mut self, days: &BTreeSet<Day>) {
        let new: BTreeSet<Day> =
            days.iter().copied().filter(|day| !self.looks.contains_key(day)).collect();
        if !new.is_empty() {
            let looks = self.ask(&new);
            self.looks.extend(looks);
        }
    }

    fn ask(&self, days: &BTreeSet<Day>) -> Vec<(Day, Look)> {
        let history = self.history;
        let plain = |measure: usize| timeline::outcomes(Telling::plain(history), measure, days);
        let possible = |outcomes: BTreeMap<Day, Outcome>| -> Vec<BTreeSet<String>> {
            outcomes.into_values().map(|outcome| outcome.possible).collect()
        };
        let retold = |retold: &Retold| {
            let telling = Telling { history, retold: Some(retold) };
            possible(timeline::outcomes(telling, self.measure, days))
        };
        let parts: Vec<_> = self.parts.iter().map(|&part| possible(plain(part))).collect();
        let retold: Vec<_> = self.retellings.iter().map(retold).collect();
        let on = |told: &[Vec<BTreeSet<String>>], place: usize| {
            told.iter().map(|told| told[place].clone()).collect()
        };
        let wholes = plain(self.measure).into_iter().enumerate();
        let looks = wholes.map(|(place, (day, whole))| {
            let whole = Outcome {
                possible: whole.possible,
                unconfirmed: whole.unconfirmed,
                inconsistent: whole.inconsistent,
                approximate: whole.approximate,
                ..Outcome::default()
            };
            (day, Look { whole, parts: on(&parts, place), retold: on(&retold, place) })
        });
        looks.collect()
    }

    fn held(&self, look: &Look) -> Held {
        let kind: &Definition = &self.history.measures()[self.measure].kind;
        let whole = &look.whole;
        let of_part = |possible: &BTreeSet<String>| {
            let possible = possible.clone();
            Outcome { possible, ..Outcome::default() }
        };
        let parts: Vec<Outcome> = look.parts.iter().map(of_part).collect();
        let mixed = whole.possible.contains(MIXED);
        let status = state::status(&whole.possible);
        Held {
            label: state::label(kind, status),
            standing: state::standing(kind, whole, &parts),
            certain: whole.possible.len() == 1,
            parts: if mixed { state::counts(&parts) } else { BTreeMap::new() },
            flags: state::flags_of(whole, look.retold.iter().any(|told| *told != whole.possible)),
            status: status.to_owned(),
            possible: whole.possible.clone(),
        }
    }

    /// The windows of everything that could change an answer, however told, both days inclusive.
    fn windows(&self) -> Vec<(Day, Day)> {
        let touching = timeline::touching(Telling::plain(self.history), self.measure);
        let told = touching.iter().map(|&event| &self.history.events()[event]);
        let retold = self.retellings.iter().map(|retold| &retold.standing);
        let mut windows = Vec::new();
        for standing in told.chain(retold) {
            let due = standing.event.then.iter().filter_map(|plan| plan.effective.as_ref());
            windows.extend(due.chain([&standing.event.effective]).map(Window::bounds));
        }
        windows
    }

    /// The days after which some event is in doubt.
    fn doubts(&self) -> impl Iterator<Item = Day> {
        let touching = timeline::touching(Telling::plain(self.history), self.measure);
        touching.into_iter().filter_map(|event| self.history.events()[event].last_told())
    }

    /// The range cut where a window opens or has closed, or a doubt begins.
    fn stretches(&self, from: Day, to: Day) -> Vec<Stretch> {
        let mut windows = self.windows();
        let mut cuts: BTreeSet<Day> = self.doubts().map(Day::after).collect();
        cuts.extend(windows.iter().flat_map(|(first, last)| [*first, last.after()]));
        cuts.retain(|cut| from < *cut && *cut <= to);
        windows.retain(|(first, last)| first < last);
        let firsts = std::iter::once(from).chain(cuts.iter().copied());
        let lasts = cuts.iter().map(|cut| cut.before()).chain([to]);
        let ends = firsts.zip(lasts).filter(|(first, last)| first <= last);
        let stretches = ends.map(|(first, last)| {
            let open = windows.iter().filter(|&&(a, b)| a <= first && last <= b).count();
            Stretch { first, last, open: i64::try_from(open).unwrap_or(i64::MAX / 8) }
        });
        stretches.collect()
    }

    /// The days of a stretch on which the answer can be another than the day before: its first
    /// one, and every one on which it is.
    fn starts(&mut self, stretch: Stretch) -> Vec<Day> {
        let Stretch { first, last, open } = stretch;
        let mut starts = vec![first];
        if open == 0 {
            return starts;
        }
        if stretch.is_short() {
            starts.extend((1..=stretch.length()).map(|days| stretch.day(days)));
            return starts;
        }
        let almost = stretch.length() - 1;
        self.changes(first, stretch.day(open), &mut starts);
        self.changes(stretch.day(almost - open), stretch.day(almost), &mut starts);
        starts.push(last);
        starts
    }

    /// Adds the days after `low` and not after `high` on which the answer is another than the day
    /// before, where it only ever moves in one direction.
    fn changes(&mut self, low: Day, high: Day, starts: &mut Vec<Day>) {
        if low == high || self.look(low).clone() == *self.look(high) {
            return;
        }
        let days = high.days_since(low);
        if days == 1 {
            starts.push(high);
            return;
        }
        let middle = low.plus(days / 2).unwrap_or(high);
        self.changes(low, middle, starts);
        self.changes(middle, high, starts);
    }
}
