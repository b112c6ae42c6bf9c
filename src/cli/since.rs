//! What changed in an answer after the point of knowledge it was asked for.

use super::survey::Part;
use crate::answer::{Filter, Row, rows};
use crate::history::History;
use crate::record::numbered;
use crate::time::Day;

/// That everything recorded gives another answer about a measure.
pub(super) struct ChangedLater {
    title: String,
    label: String,
    /// The record that gave it and the day that was recorded, in words.
    why: String,
}

impl ChangedLater {
    /// The sentence; `several`: there are other answers, so that the measure must be named.
    pub(super) fn sentence(&self, several: bool) -> String {
        let Self { title, label, why } = self;
        let subject = if several { format!("{title}: this") } else { "This".to_owned() };
        format!("{subject} answer changed later: now \"{label}\"{why}.")
    }
}

/// For each row whether everything recorded gives another answer.
pub(super) fn changed_later(part: &Part<'_>, rows: &[Row], at: Day) -> Vec<Option<ChangedLater>> {
    let history = History::of(part.entries, None);
    rows.iter().map(|row| changed(part, &history, row, at)).collect()
}

fn changed(part: &Part<'_>, history: &History, row: &Row, at: Day) -> Option<ChangedLater> {
    let measures = vec![history.measure(&row.measure)?];
    let now = rows(history, &Filter { measures, ..Filter::default() }, at).pop()?;
    if now.possible == row.possible {
        return None;
    }
    let why = now.because.last().and_then(|&record| numbered(part.entries, record));
    let why = why.map(|entry| format!(" (@{}, recorded {})", entry.seq, entry.recorded.day()));
    Some(ChangedLater {
        title: row.title.clone(),
        label: super::state::status_words(&now, history),
        why: why.unwrap_or_default(),
    })
}
