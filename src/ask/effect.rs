//! Which answers new records change, in words and as JSON.

use serde_json::{Value, json};

use crate::answer::{Effect, Row, effects};
use crate::export::status_words;
use crate::history::History;
use crate::record::Entry;
use crate::time::Day;

/// One answer that is another one than before, with both in words.
pub(crate) struct Change {
    effect: Effect,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// The answers that the records after the first `before` change.
pub(crate) fn changes(entries: &[Entry], before: usize, today: Day) -> Vec<Change> {
    let (old, new) = entries.split_at(before);
    if new.is_empty() {
        return Vec::new();
    }
    let views = [History::of(old, None), History::of(entries, None)];
    let [from, to] = &views;
    let worded = |effect: Effect| Change {
        from: words(effect.from.as_ref(), from),
        to: words(effect.to.as_ref(), to),
        effect,
    };
    effects([from, to], entries, new, today).into_iter().map(worded).collect()
}

fn words(row: Option<&Row>, history: &History) -> String {
    let Some(row) = row else { return "not tracked".to_owned() };
    let since = row.since.as_ref();
    let since = since.map(|since| format!(" since {}", since.text));
    let set = row.attributes.iter();
    let set: Vec<String> = set.map(|(name, value)| format!(", {name} {value}")).collect();
    format!("{}{}{}", status_words(row, history), since.unwrap_or_default(), set.concat())
}

/// What of an answer counts as a change, in its JSON form.
fn says(row: &Row) -> Value {
    let Row { status, label, possible, since, flags, parts, attributes, .. } = row;
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

impl Change {
    /// The day that is asked about.
    pub(crate) fn at(&self) -> Day {
        self.effect.at
    }

    /// The measure's id.
    pub(crate) fn measure(&self) -> &str {
        let row = self.effect.to.as_ref().or(self.effect.from.as_ref());
        row.map_or("", |row| &row.measure)
    }

    /// How the answer before reads; empty where there was none.
    pub(crate) fn standing_before(&self) -> &str {
        self.effect.from.as_ref().map_or("", |row| &row.standing)
    }

    /// How the answer now reads; empty where there is none.
    pub(crate) fn standing_after(&self) -> &str {
        self.effect.to.as_ref().map_or("", |row| &row.standing)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "measure": self.measure(),
            "at": self.at(),
            "from": self.effect.from.as_ref().map(says),
            "to": self.effect.to.as_ref().map(says),
        })
    }
}
