//! One development in words.

use serde_json::{Value, json};

use super::{Ground, SourceWords, Values};
use crate::ask::{Complaint, Item, no_measure};
use crate::history::Tracked;
use crate::proof::flag;
use crate::record::Draft;
use crate::time::{Day, Window};

/// The flags that take no value.
pub(crate) const BARE: [&str; 2] = ["expected", "denies"];

/// One development as people say it, word for word; empty lists and `None` were not said.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventWords {
    /// Any id of the measure.
    pub(crate) measure: String,
    /// A word of its kind.
    pub(crate) act: String,
    /// When it took effect.
    pub(crate) on: String,
    /// When it was announced.
    pub(crate) announced: Option<String>,
    /// What follows without a further act: `ACT=DATE`, or `ACT` alone.
    pub(crate) then: Vec<String>,
    /// The last day it holds.
    pub(crate) last_day: Option<String>,
    /// The events whose planned consequences it cancels.
    pub(crate) cancels: Vec<String>,
    /// The expectations that it meets, or the events whose plans it stands for.
    pub(crate) settles: Vec<String>,
    /// The events that did not happen on a later day.
    pub(crate) after: Vec<String>,
    /// Whether it is expected, and has not happened.
    pub(crate) expected: bool,
    /// The attributes that it sets: `NAME=VALUE`.
    pub(crate) set: Vec<String>,
    /// The status it gives, where the kind leaves it free.
    pub(crate) status: Option<String>,
    /// Who acted.
    pub(crate) actors: Vec<String>,
    /// A remark.
    pub(crate) note: Option<String>,
    /// The legal act that several events share.
    pub(crate) instrument: Option<String>,
    /// A stable name for the record.
    pub(crate) key: Option<String>,
    /// Who says so.
    pub(crate) sources: Vec<SourceWords>,
}

impl EventWords {
    /// The draft of what is said, or everything that is wrong with it.
    pub(crate) fn draft(&self, ground: Ground<'_>, verb: &'static str) -> Result<Draft, Complaint> {
        let mut values = Values::new(ground, verb);
        let said = self.said(ground, &mut values);
        values.draft_of(said)
    }

    /// The record as JSON; what is wrong with it is kept with the values.
    pub(crate) fn said(&self, ground: Ground<'_>, values: &mut Values<'_>) -> Value {
        let tracked = self.tracked(ground, values);
        if let Some(tracked) = tracked {
            know_act(values, tracked, &self.act);
        }
        let effective = values.at_flag("--on", |values| values.date(&self.on));
        let announced = self.announced.as_deref().map_or(Value::Null, |words| {
            values.at_flag("--announced", |values| values.date(words))
        });
        let mut plans = values.at_flag("--then", |values| self.plans(values));
        if let (Some(last_day), Some(tracked)) = (&self.last_day, tracked) {
            plans.extend(values.at_flag("--last-day", |it| ending(it, tracked, last_day)));
        }
        json!({
            "record": "event",
            "key": self.key,
            "measure": self.measure,
            "act": self.act,
            "status": self.status,
            "effective": effective,
            "announced": announced,
            "modality": self.expected.then_some("expected"),
            "actors": self.actors,
            "after": values.references(&self.after),
            "cancels": values.references(&self.cancels),
            "settles": values.references(&self.settles),
            "then": plans,
            "set": values.attributes("--set", &self.set),
            "sources": self.sources.iter().map(|it| it.value(values)).collect::<Vec<_>>(),
            "instrument": self.instrument,
            "note": self.note,
        })
    }

    /// What is said, by the names of the flags of `append`, in the order of its help; the measure and
    /// the act first.
    pub(crate) fn flags(&self) -> Vec<(&'static str, String)> {
        let mut flags = Vec::new();
        let said = [("measure", &self.measure), ("act", &self.act), ("on", &self.on)];
        let said = said.into_iter().filter(|(_, value)| !value.is_empty());
        flags.extend(said.map(|(name, value)| (name, value.clone())));
        let one = [
            ("announced", &self.announced),
            ("last-day", &self.last_day),
            ("status", &self.status),
            ("instrument", &self.instrument),
            ("note", &self.note),
            ("key", &self.key),
        ];
        for (name, value) in one {
            flags.extend(value.iter().map(|value| (name, value.clone())));
        }
        let lists = [
            ("then", &self.then),
            ("set", &self.set),
            ("actor", &self.actors),
            ("cancels", &self.cancels),
            ("settles", &self.settles),
            ("after", &self.after),
        ];
        for (name, values) in lists {
            flags.extend(values.iter().map(|value| (name, value.clone())));
        }
        flags.extend(self.expected.then(|| ("expected", String::new())));
        flags.extend(self.sources.iter().flat_map(SourceWords::flags));
        flags
    }

    /// The same as the words of a command line after `append`.
    pub(crate) fn words(&self) -> Vec<String> {
        let typed = |(name, value): (&str, String)| match name {
            "measure" | "act" => vec![value],
            name if BARE.contains(&name) => vec![format!("--{name}")],
            name => flag(name, &value),
        };
        self.flags().into_iter().flat_map(typed).collect()
    }

    fn tracked<'g>(&self, ground: Ground<'g>, values: &mut Values<'_>) -> Option<&'g Tracked> {
        let measure = ground.history.measure(&self.measure);
        if measure.is_none() {
            let Ground { ledger, entries, history, .. } = ground;
            let known = (ledger, ledger.records() as u64);
            values.problem(no_measure(known, entries, history, &self.measure));
        }
        measure.map(|measure| &ground.history.measures()[measure])
    }

    fn plans(&self, values: &mut Values<'_>) -> Vec<Value> {
        let plan = |words: &String| match words.split_once('=') {
            Some((act, date)) => json!({"act": act, "effective": values.date(date)}),
            None => json!({"act": words}),
        };
        self.then.iter().map(plan).collect()
    }
}

/// An act that is no word at all gets the same help as one that the kind does not know.
fn know_act(values: &mut Values<'_>, tracked: &Tracked, act: &str) {
    if tracked.kind.act(act).is_some() {
        return;
    }
    let kind = &tracked.measure.kind;
    let guesses = tracked.kind.nearest_acts(act);
    let guesses = guesses.into_iter().map(str::to_owned).collect();
    let item = Item::new("unknown-act", format!("no act `{act}` in kind `{kind}`"));
    values.problem(item.guesses(guesses).help(format!("kind show {kind}")));
}

/// The plan of `--last-day`: the kind's ending act, on the day after.
fn ending(values: &mut Values<'_>, tracked: &Tracked, last_day: &str) -> Option<Value> {
    let kind = &tracked.measure.kind;
    let Some(act) = &tracked.kind.last_day else {
        let message =
            format!("kind `{kind}` has no act that a last day plans: use `--then ACT=DATE`");
        values.problem(Item::new("bad-value", message).help(format!("kind show {kind}")));
        return None;
    };
    let window = values.window(last_day)?;
    let Some(after) = day_after(&window) else {
        let message = format!("`{last_day}`: the day after it is outside the years 0001 to 9999");
        values.problem(Item::new("bad-date", message).help("help dates"));
        return None;
    };
    Some(json!({"act": act, "effective": after}))
}

/// The same window one day later; a trailing `~` or `?` is kept.
fn day_after(window: &Window) -> Option<String> {
    let mark = window.text().trim_start_matches(|c| c != '~' && c != '?');
    let next = |day: Option<Day>| match day {
        Some(day) => day.plus(1).map(|day| day.to_string()),
        None => Some(String::new()),
    };
    let (first, last) = (next(window.earliest())?, next(window.latest())?);
    Some(if first == last { format!("{first}{mark}") } else { format!("[{first}..{last}]{mark}") })
}
