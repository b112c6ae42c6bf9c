//! Which answers new records change: before and after, today and on the days the records name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::table::Table;
use crate::answer::{Filter, Row, rows};
use crate::export::status_words;
use crate::history::{History, Standing, about};
use crate::record::{Entry, Record};
use crate::time::{Day, Window};

/// With more new records than this only today's answers are compared.
const MOST_RECORDS: usize = 100;

/// The most changes that are shown to people at once; JSON has all.
const MOST_SHOWN: usize = 20;

/// One answer that is another one than before.
pub(super) struct Change {
    at: Day,
    from: Option<Side>,
    to: Option<Side>,
}

/// An answer and its words for people.
struct Side {
    row: Row,
    words: String,
}

/// The answers that the records after the first `before` change.
///
/// Asked are the measures that those records touch, all above and below them, and what these reach
/// through references; on `today` and on the days that the records name.
pub(super) fn changes(entries: &[Entry], before: usize, today: Day) -> Vec<Change> {
    let new = &entries[before..];
    if new.is_empty() {
        return Vec::new();
    }
    let views = [History::of(&entries[..before], None), History::of(entries, None)];
    let mut touched = BTreeSet::new();
    let mut days = BTreeSet::from([today]);
    for entry in new {
        for view in &views {
            touch(entry, entries, view, &mut touched, &mut days);
        }
    }
    if new.len() > MOST_RECORDS {
        days = BTreeSet::from([today]);
    }
    let reached = views.iter().flat_map(|view| reached(view, &touched));
    let reached: BTreeSet<usize> = reached.collect();
    let days = days.into_iter();
    days.flat_map(|at| on_day(&views, &reached, at)).collect()
}

// What is touched

/// The measures a record is about and the days it names, as one history has them.
fn touch(
    entry: &Entry,
    entries: &[Entry],
    history: &History,
    measures: &mut BTreeSet<usize>,
    days: &mut BTreeSet<Day>,
) {
    let Some(subject) = about(entries, history.names(), entry) else {
        return;
    };
    match &subject.record {
        Record::Measure(measure) => measures.extend(history.measure(&measure.measure)),
        Record::Kind(kind) => {
            let tracked = history.measures().iter().enumerate();
            let of_kind = tracked.filter(|(_, tracked)| tracked.measure.kind == kind.kind);
            measures.extend(of_kind.map(|(index, _)| index));
        }
        Record::Event(_) => {
            let event = history.event_of(subject.seq);
            if let Some(standing) = event.map(|event| &history.events()[event]) {
                measures.extend(standing.measure);
                name_days(standing, history, days);
            }
        }
        Record::Alias(_)
        | Record::Review(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_) => {}
    }
}

/// The days of an event and of its plans, of the events it refers to and theirs, and the days on
/// which any plan of its measure is due.
fn name_days(standing: &Standing, history: &History, days: &mut BTreeSet<Day>) {
    let named = standing.cancels.iter().chain(&standing.settles);
    let named = named.chain(&standing.after).map(|&e| &history.events()[e]);
    for event in named.chain([standing]) {
        days.extend(ends(&event.event.effective));
    }
    let own = standing.measure.map(|m| &history.measures()[m].events);
    let own = own.into_iter().flatten().map(|&e| &history.events()[e]);
    for plan in own.chain([standing]).flat_map(|event| &event.event.then) {
        days.extend(plan.effective.iter().flat_map(ends));
    }
}

fn ends(window: &Window) -> impl Iterator<Item = Day> {
    [window.earliest(), window.latest()].into_iter().flatten()
}

/// The measures touched, all above and below them, and those that refer to them or are referred to.
fn reached(history: &History, touched: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<usize> = touched.iter().copied().collect();
    while let Some(measure) = waiting.pop() {
        let Some(tracked) = history.measures().get(measure) else {
            continue;
        };
        if !reached.insert(measure) {
            continue;
        }
        waiting.extend(history.upward(measure));
        waiting.extend(parts(history, measure));
        for &event in &tracked.events {
            let standing = &history.events()[event];
            let forth = standing.cancels.iter().chain(&standing.settles);
            let linked = forth.chain(history.referring_to(event));
            waiting.extend(linked.filter_map(|&other| history.events()[other].measure));
        }
    }
    reached
}

/// The parts of a measure, but not those beside it.
fn parts(history: &History, measure: usize) -> Vec<usize> {
    let mut found = history.measures()[measure].parts.clone();
    let mut next = 0;
    while let Some(&part) = found.get(next) {
        found.extend(&history.measures()[part].parts);
        next += 1;
    }
    found
}

// What changes

fn on_day(views: &[History; 2], measures: &BTreeSet<usize>, at: Day) -> Vec<Change> {
    let compare = |&measure: &usize| {
        let [from, to] = views.each_ref().map(|view| side(view, measure, at));
        let same = match (&from, &to) {
            (Some(from), Some(to)) => from.says() == to.says(),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        (!same).then_some(Change { at, from, to })
    };
    measures.iter().filter_map(compare).collect()
}

fn side(history: &History, measure: usize, at: Day) -> Option<Side> {
    history.measures().get(measure)?;
    let filter = Filter { measures: vec![measure], ..Filter::default() };
    let row = rows(history, &filter, at).pop()?;
    let since = row.since.as_ref();
    let since = since.map(|since| format!(" since {}", since.text));
    let set = row.attributes.iter();
    let set: Vec<String> = set.map(|(name, value)| format!(", {name} {value}")).collect();
    let words =
        format!("{}{}{}", status_words(&row, history), since.unwrap_or_default(), set.concat());
    Some(Side { row, words })
}

impl Side {
    /// What of an answer counts as a change, in its JSON form.
    fn says(&self) -> Value {
        let Row { status, label, possible, since, flags, parts, attributes, .. } = &self.row;
        json!({
            "status": status,
            "label": label,
            "possible": possible,
            "since": since,
            "flags": flags,
            "parts": parts,
            "attributes": attributes,
        })
    }
}

impl Change {
    fn measure(&self) -> &str {
        let side = self.to.as_ref().or(self.from.as_ref());
        side.map_or("", |side| &side.row.measure)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "measure": self.measure(),
            "at": self.at,
            "from": self.from.as_ref().map(Side::says),
            "to": self.to.as_ref().map(Side::says),
        })
    }
}

/// The changes as a table for people; where it is cut it says so.
pub(super) fn table(changes: &[Change]) -> String {
    let mut table = Table::new(&["DAY", "MEASURE", "FROM", "TO"]);
    let words = |side: &Option<Side>| {
        let words = side.as_ref().map(|side| side.words.clone());
        words.unwrap_or_else(|| "not tracked".to_owned())
    };
    for change in changes.iter().take(MOST_SHOWN) {
        table.row(vec![
            change.at.to_string(),
            change.measure().to_owned(),
            words(&change.from),
            words(&change.to),
        ]);
    }
    let text = table.to_text("  ");
    match changes.len().saturating_sub(MOST_SHOWN) {
        0 => text,
        more => format!("{text}  … and {more} more: --json has all\n"),
    }
}
