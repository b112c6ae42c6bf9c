//! Wordings and sources that are not followed: what was amended or settled away, and what a source
//! says otherwise.

use serde_json::{Map, Value};

use super::Unused;
use super::question::Question;
use super::words::{Reason, What};
use crate::answer::state::Dated;
use crate::history::{Corrections, Side, Standing};
use crate::record::{Entry, Record, Source};

/// The wordings and sources of the events that count.
pub(super) fn rows(question: &Question<'_>) -> Vec<Unused> {
    let known = question.known_entries();
    let corrections = Corrections::of(known, question.history);
    let mut rows = Vec::new();
    for &event in &question.events {
        let standing = question.standing(event);
        if !standing.counts() || !question.is_own(event) && !question.is_used(event) {
            continue;
        }
        if let Some(entry) = question.entry(standing.record) {
            rows.extend(wordings(question, standing, entry, &corrections));
        }
        let sides = standing.sides.all.iter();
        rows.extend(sides.flat_map(|side| outvoted(question, standing, side)));
    }
    rows
}

/// What the event said before each amendment and settlement of it.
fn wordings(
    question: &Question<'_>,
    standing: &Standing,
    entry: &Entry,
    corrections: &Corrections<'_>,
) -> Vec<Unused> {
    let mut rows = Vec::new();
    for &by in &standing.corrected_by {
        let Some((reason, set, why)) = question.entry(by).and_then(correction) else { continue };
        let before = corrections.amended(entry, by.saturating_sub(1));
        let after = corrections.amended(entry, by);
        for (field, _) in &set {
            let of = |body: &Map<String, Value>| body.get(field).cloned().unwrap_or_default();
            let (from, to) = (of(&before), of(&after));
            if from != to {
                rows.push(Unused {
                    field: Some(field.clone()),
                    from: Some(from),
                    to: Some(to),
                    ..about(question, standing, standing.record, What::Wording, reason, vec![by])
                        .saying(why.clone())
                });
            }
        }
    }
    rows
}

/// The fields that a correction sets, and its reason in words.
fn correction(entry: &Entry) -> Option<(Reason, Map<String, Value>, String)> {
    let because = |reason: &Option<String>| reason.as_ref().map(|reason| format!(": {reason}"));
    if let Record::Amendment(it) = &entry.record {
        let because = because(&it.reason).unwrap_or_default();
        let why = format!("amended by @{}, because {}{because}", entry.seq, it.because);
        return Some((Reason::Amended, it.set.clone(), why));
    }
    if let Record::Settlement(it) = &entry.record
        && it.field != "occurred"
    {
        let why = format!("settled by @{}{}", entry.seq, because(&it.reason).unwrap_or_default());
        let set = Map::from_iter([(it.field.clone(), it.value.clone())]);
        return Some((Reason::Outvoted, set, why));
    }
    None
}

/// The values of a contrary source that are not those followed.
fn outvoted(question: &Question<'_>, standing: &Standing, side: &Side) -> Vec<Unused> {
    let mut rows = Vec::new();
    for &field in &side.differs {
        let said = said(&side.source, field);
        let followed = followed(standing, &side.source, field);
        if said == followed {
            continue;
        }
        let by = if side.settled.contains(&field) {
            settled_by(question, standing, field)
        } else {
            Vec::new()
        };
        let text = why_outvoted(&side.source, field, &said, &followed, &by);
        let row = about(question, standing, side.record, What::Source, Reason::Outvoted, by);
        rows.push(Unused {
            field: Some(field.to_owned()),
            from: Some(said),
            to: Some(followed),
            ..row.saying(text)
        });
    }
    rows
}

fn why_outvoted(source: &Source, field: &str, said: &Value, used: &Value, by: &[u64]) -> String {
    let names = [&source.publisher, &source.title, &source.url];
    let name = names.into_iter().find_map(Option::as_deref).unwrap_or("a source");
    let settled = match by {
        [] => "not settled: the event's own word is followed".to_owned(),
        _ => format!("settled{}", super::unused::at(by)),
    };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Object(set) => attributes(set),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    };
    if field == "occurred" {
        return format!("{name} denies that it happened; {settled}");
    }
    format!("{name} says {field} {}, followed is {}; {settled}", text(said), text(used))
}

/// Attributes as one writes them on a command line; `nothing` where there are none.
fn attributes(set: &Map<String, Value>) -> String {
    let pair = |(name, value): (&String, &Value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    };
    let pairs: Vec<String> = set.iter().map(pair).collect();
    if pairs.is_empty() { "nothing".to_owned() } else { pairs.join("; ") }
}

fn said(source: &Source, field: &str) -> Value {
    let text = |window: &Option<crate::time::Window>| {
        window.as_ref().map_or(Value::Null, |window| window.text().into())
    };
    match field {
        "act" => source.says.act.clone().into(),
        "effective" => text(&source.says.effective),
        "announced" => text(&source.says.announced),
        "set" => source.says.set.clone().into(),
        _ => false.into(),
    }
}

fn followed(standing: &Standing, source: &Source, field: &str) -> Value {
    let event = &standing.event;
    match field {
        "act" => event.act.clone().into(),
        "effective" => event.effective.text().into(),
        "announced" => event.announced.as_ref().map_or(Value::Null, |it| it.text().into()),
        "set" => Standing::set_beside(event, source).into(),
        _ => true.into(),
    }
}

/// The last settlement of a field.
fn settled_by(question: &Question<'_>, standing: &Standing, field: &str) -> Vec<u64> {
    let settles = |record: &&u64| {
        let entry = question.entry(**record);
        entry.is_some_and(|e| matches!(&e.record, Record::Settlement(it) if it.field == field))
    };
    standing.corrected_by.iter().rev().find(settles).copied().into_iter().collect()
}

/// A row about an event; its sentence is still to come.
fn about(
    question: &Question<'_>,
    standing: &Standing,
    record: u64,
    what: What,
    reason: Reason,
    by: Vec<u64>,
) -> Unused {
    Unused {
        of: Some(standing.record),
        act: Some(standing.event.act.clone()),
        effective: Some(Dated::from(&standing.event.effective)),
        recorded: question.recorded(record),
        ..Unused::of(record, what, &standing.event.measure, reason, by, String::new())
    }
}

impl Unused {
    fn saying(self, text: String) -> Self {
        Self { text, ..self }
    }
}
