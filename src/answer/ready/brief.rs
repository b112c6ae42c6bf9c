//! A row in few bytes: words by their number, days by their count.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::answer::state::{Announced, Dated, FLAGS, Row, reviewed_through};
use crate::history::History;
use crate::time::{Day, Window};

/// What is the same on every day.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head<'b> {
    #[serde(borrow)]
    pub(super) measure: &'b str,
    pub(super) title: &'b str,
    pub(super) kind: &'b str,
    pub(super) part_of: Option<&'b str>,
    pub(super) parties: Vec<&'b str>,
    pub(super) tags: Vec<&'b str>,
    reviewed_through: Option<u32>,
    words: Vec<&'b str>,
    /// The windows of its events and of what they planned, those of its wholes among them: the
    /// first day, and how many days follow.
    windows: Vec<(u32, u32)>,
}

/// What is not.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Brief {
    status: u32,
    label: u32,
    standing: u32,
    possible: Vec<u32>,
    since: Option<When>,
    because: Vec<u64>,
    attributes: Vec<(u32, u32)>,
    possible_attributes: Vec<u32>,
    pending: Vec<Coming>,
    flags: u8,
}

/// A date, and how it is written where that is not the one day it is.
#[derive(Debug, Serialize, Deserialize)]
struct When {
    text: Option<u32>,
    earliest: Option<u32>,
    latest: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Coming {
    record: u64,
    act: u32,
    status: Option<u32>,
    effective: Option<When>,
}

/// The words of one measure's rows, by their number.
#[derive(Debug, Default)]
pub(super) struct Words {
    numbers: HashMap<String, u32>,
    words: Vec<String>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

/// A day as a count from the first of the calendar, which is 0.
pub(super) fn number_of(day: Day) -> u32 {
    u32::try_from(day.days_since(Day::FIRST)).unwrap_or_default()
}

fn day_of(number: u32) -> Option<Day> {
    Day::FIRST.plus(i64::from(number))
}

/// A day where there is one; an unreadable number is none at all.
#[allow(clippy::option_option, reason = "no day is not the same as no such day")]
fn day_if(number: Option<u32>) -> Option<Option<Day>> {
    number.map_or(Some(None), |number| day_of(number).map(Some))
}

impl<'b> Head<'b> {
    pub(super) fn of(history: &'b History, measure: usize, words: &'b Words) -> Self {
        let tracked = &history.measures()[measure];
        let strs = |list: &'b [String]| list.iter().map(String::as_str).collect();
        Self {
            measure: tracked.id(),
            title: tracked.title(),
            kind: &tracked.measure.kind,
            part_of: tracked.whole.map(|whole| history.measures()[whole].id()),
            parties: strs(&tracked.measure.parties),
            tags: strs(&tracked.measure.tags),
            reviewed_through: reviewed_through(history, measure).map(number_of),
            words: strs(&words.words),
            windows: windows(history, measure),
        }
    }

    /// Whether a window has a day in common with these days, both included.
    pub(super) fn has_event_between(&self, from: Day, to: Day) -> bool {
        let (from, to) = (number_of(from), number_of(to));
        self.windows.iter().any(|&(first, days)| first <= to && first.saturating_add(days) >= from)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    pub(super) fn from_bytes(bytes: &'b [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    fn word(&self, number: u32) -> Option<&'b str> {
        self.words.get(number as usize).copied()
    }

    fn owned(&self, number: u32) -> Option<String> {
        self.word(number).map(str::to_owned)
    }
}

fn windows(history: &History, measure: usize) -> Vec<(u32, u32)> {
    let own = history.upward(measure).flat_map(|m| history.measures()[m].events.iter());
    let mut windows = BTreeSet::new();
    for event in own.map(|&event| &history.events()[event].event) {
        let due = event.then.iter().filter_map(|plan| plan.effective.as_ref());
        let waits = event.then.iter().any(|plan| plan.effective.is_none());
        // What has no date can come on any later day.
        let waiting = waits.then_some((event.effective.bounds().0, Day::LAST));
        let dated = due.chain([&event.effective]).map(Window::bounds);
        for (first, last) in dated.chain(waiting) {
            let first = number_of(first);
            windows.insert((first, number_of(last).saturating_sub(first)));
        }
    }
    windows.into_iter().collect()
}

impl Brief {
    pub(super) fn of(row: &Row, words: &mut Words) -> Self {
        let attributes = row.attributes.iter();
        Self {
            status: words.number(&row.status),
            label: words.number(&row.label),
            standing: words.number(&row.standing),
            possible: row.possible.iter().map(|status| words.number(status)).collect(),
            since: row.since.as_ref().map(|since| When::of(since, words)),
            because: row.because.iter().copied().collect(),
            attributes: attributes
                .map(|(name, value)| (words.number(name), words.number(&value.to_string())))
                .collect(),
            possible_attributes: row
                .possible_attributes
                .iter()
                .map(|name| words.number(name))
                .collect(),
            pending: row.pending.iter().map(|pending| Coming::of(pending, words)).collect(),
            flags: flag_bits(&row.flags),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// The row; none where a number names nothing.
    pub(super) fn row(self, head: &Head<'_>) -> Option<Row> {
        let possible = self.possible.into_iter().map(|status| head.owned(status));
        let possible = possible.collect::<Option<BTreeSet<_>>>()?;
        let attributes = self.attributes.into_iter().map(|(name, value)| {
            Some((head.owned(name)?, serde_json::from_str(head.word(value)?).ok()?))
        });
        let open = self.possible_attributes.into_iter().map(|name| head.owned(name));
        Some(Row {
            measure: head.measure.to_owned(),
            title: head.title.to_owned(),
            kind: head.kind.to_owned(),
            part_of: head.part_of.map(str::to_owned),
            status: head.owned(self.status)?,
            label: head.owned(self.label)?,
            standing: head.owned(self.standing)?,
            certain: possible.len() == 1,
            possible,
            since: match self.since {
                Some(when) => Some(when.dated(head)?),
                None => None,
            },
            because: self.because.into_iter().collect(),
            attributes: attributes.collect::<Option<_>>()?,
            possible_attributes: open.collect::<Option<_>>()?,
            parts: BTreeMap::new(),
            reviewed_through: day_if(head.reviewed_through)?,
            pending: self
                .pending
                .into_iter()
                .map(|coming| coming.announced(head))
                .collect::<Option<_>>()?,
            flags: flags_of(self.flags),
        })
    }
}

fn flag_bits(flags: &[&str]) -> u8 {
    let held = |place: &usize| flags.contains(&FLAGS[*place]);
    (0..FLAGS.len()).filter(held).map(|place| 1 << place).sum()
}

fn flags_of(bits: u8) -> Vec<&'static str> {
    let flags = FLAGS.into_iter().enumerate();
    flags.filter(|(place, _)| bits >> place & 1 == 1).map(|(_, flag)| flag).collect()
}

impl When {
    fn of(dated: &Dated, words: &mut Words) -> Self {
        let one_day = dated.earliest.filter(|_| dated.earliest == dated.latest);
        let plain = one_day.is_some_and(|day| day.to_string() == dated.text);
        Self {
            text: (!plain).then(|| words.number(&dated.text)),
            earliest: dated.earliest.map(number_of),
            latest: dated.latest.map(number_of),
        }
    }

    fn dated(&self, head: &Head<'_>) -> Option<Dated> {
        let (earliest, latest) = (day_if(self.earliest)?, day_if(self.latest)?);
        let text = match self.text {
            Some(text) => head.owned(text)?,
            None => earliest?.to_string(),
        };
        Some(Dated { text, earliest, latest })
    }
}

impl Coming {
    fn of(announced: &Announced, words: &mut Words) -> Self {
        Self {
            record: announced.record,
            act: words.number(&announced.act),
            status: announced.status.as_ref().map(|status| words.number(status)),
            effective: announced.effective.as_ref().map(|when| When::of(when, words)),
        }
    }

    fn announced(self, head: &Head<'_>) -> Option<Announced> {
        Some(Announced {
            record: self.record,
            act: head.owned(self.act)?,
            status: match self.status {
                Some(status) => Some(head.owned(status)?),
                None => None,
            },
            effective: match self.effective {
                Some(when) => Some(when.dated(head)?),
                None => None,
            },
        })
    }
}
