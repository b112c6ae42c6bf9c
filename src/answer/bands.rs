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
    let windows = watch.windows();
    for (first, last) in watch.stretches(&windows, from, to) {
        let open = |(a, b): &(Day, Day)| a < b && *a <= first && last <= *b;
        let open = windows.iter().filter(|window| open(window)).count();
        for start in watch.starts(first, last, open) {
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
        if !self.looks.contains_key(&day) {
            let look = self.ask(day);
            self.looks.insert(day, look);
        }
        &self.looks[&day]
    }

    fn ask(&self, day: Day) -> Look {
        let history = self.history;
        let plain = |measure: usize| timeline::outcome(Telling::plain(history), measure, day);
        let whole = plain(self.measure);
        let retold = self.retellings.iter().map(|retold| {
            let telling = Telling { history, retold: Some(retold) };
            timeline::outcome(telling, self.measure, day).possible
        });
        Look {
            whole: Outcome {
                possible: whole.possible,
                unconfirmed: whole.unconfirmed,
                inconsistent: whole.inconsistent,
                approximate: whole.approximate,
                ..Outcome::default()
            },
            parts: self.parts.iter().map(|&part| plain(part).possible).collect(),
            retold: retold.collect(),
        }
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
    fn stretches(&self, windows: &[(Day, Day)], from: Day, to: Day) -> Vec<(Day, Day)> {
        let mut cuts: BTreeSet<Day> = self.doubts().map(Day::after).collect();
        cuts.extend(windows.iter().flat_map(|(first, last)| [*first, last.after()]));
        cuts.retain(|cut| from < *cut && *cut <= to);
        let firsts = std::iter::once(from).chain(cuts.iter().copied());
        let lasts = cuts.iter().map(|cut| cut.before()).chain([to]);
        firsts.zip(lasts).filter(|(first, last)| first <= last).collect()
    }

    /// The days of a stretch on which the answer can be another than the day before: its first
    /// one, and every one on which it is. `open` uncertain dates can fall in it.
    fn starts(&mut self, first: Day, last: Day, open: usize) -> Vec<Day> {
        let open = i64::try_from(open).unwrap_or(i64::MAX / 8);
        let mut starts = vec![first];
        if open == 0 {
            return starts;
        }
        let away = |day: Day, days: i64| day.plus(days).unwrap_or(day);
        if last.days_since(first) < 2 * open + 3 {
            let days = 1..=last.days_since(first);
            starts.extend(days.map(|days| away(first, days)));
            return starts;
        }
        let almost = last.before();
        self.changes(first, away(first, open), &mut starts);
        self.changes(away(almost, -open), almost, &mut starts);
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
