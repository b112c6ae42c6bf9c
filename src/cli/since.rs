//! What changed in an answer after the point of knowledge it was asked for.

use super::desk::Asked;
use crate::answer::{Filter, Row, rows};
use crate::time::Day;

/// One sentence for each answer that everything recorded gives otherwise.
pub(super) fn changed_later(asked: &Asked, before: &[Row], at: Day) -> Vec<String> {
    let history = asked.history_when(usize::MAX, None);
    let several = before.len() > 1;
    let sentence = |row: &Row| {
        let measures = vec![history.measure(&row.measure)?];
        let now = rows(&history, &Filter { measures, ..Filter::default() }, at).pop()?;
        if now.possible == row.possible {
            return None;
        }
        let subject = if several { format!("{}: this", row.title) } else { "This".to_owned() };
        let why = now.because.last().and_then(|&record| asked.entry(record));
        let why = why.map(|entry| format!(" (@{}, recorded {})", entry.seq, entry.recorded.day()));
        let label = super::state::status_words(&now, &history);
        Some(format!("{subject} answer changed later: now \"{label}\"{}.", why.unwrap_or_default()))
    };
    before.iter().filter_map(sentence).collect()
}
