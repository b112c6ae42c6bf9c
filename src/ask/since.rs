//! What changed in an answer after the point of knowledge it was asked for.

use std::collections::{BTreeSet, HashMap};

use super::asked::Asked;
use super::complaint::Complaint;
use super::scope::Scope;
use super::survey::Only;
use crate::answer::{Filter, Row, rows};
use crate::export::status_words;
use crate::history::History;
use crate::record::{Entry, Mentions, numbered};
use crate::time::Day;

/// Of so many answers it is said what they are now; of more only how many there are.
const MOST_NAMED: usize = 20;

/// What everything recorded makes possible on a day, by the ids of the measures.
pub(crate) struct Now(HashMap<String, BTreeSet<String>>);

impl Now {
    /// Reads it; none where it is not ready.
    pub(crate) fn read(asked: &mut Asked<'_>, at: Day) -> Result<Option<Self>, Complaint> {
        asked.read(|ledger| {
            let mut possible = HashMap::new();
            let take = |_, row: Row| drop(possible.insert(row.measure, row.possible));
            let were_ready = ledger.ready_rows(&Filter::default(), at, take)?;
            Ok(were_ready.then_some(Self(possible)))
        })
    }

    /// Whether it is another answer than a row.
    pub(crate) fn changes(&self, row: &Row) -> bool {
        self.0.get(&row.measure).is_some_and(|possible| *possible != row.possible)
    }
}

/// The rows of the measures of which it is sure that nothing later than what was known can have
/// changed them, by the records that declared these. From now on only the others are asked about.
pub(crate) fn unchanged(
    asked: &mut Asked<'_>,
    filter: &Filter,
    at: Day,
) -> Result<Vec<(u64, Row)>, Complaint> {
    asked.only_after(asked.records as u64)?;
    let Only::These(touched) = asked.only.clone() else { return Ok(Vec::new()) };
    let unchanged = asked.read(|ledger| {
        let mut rows = Vec::new();
        let take = |declared, row| rows.push((declared, row));
        if !ledger.ready_rows(filter, at, take)? {
            return Ok(None);
        }
        let mut unchanged = Vec::with_capacity(rows.len());
        for (declared, row) in rows {
            if !touched.contains(&ledger.cluster_of(declared)?) {
                unchanged.push((declared, row));
            }
        }
        Ok(Some(unchanged))
    })?;
    if unchanged.is_none() {
        asked.only = Only::All;
    }
    Ok(unchanged.unwrap_or_default())
}

/// Whether a history gives another answer than a row.
pub(crate) fn changes(history: &History, row: &Row, at: Day) -> bool {
    row_now(history, row, at).is_some_and(|now| now.possible != row.possible)
}

fn row_now(history: &History, row: &Row, at: Day) -> Option<Row> {
    let measures = vec![history.measure(&row.measure)?];
    rows(history, &Filter { measures, ..Filter::default() }, at).pop()
}

/// A sentence for each of the rows that changed, up to a number of them.
pub(crate) fn sentences(
    asked: &mut Asked<'_>,
    changed: &[&Row],
    several: bool,
    at: Day,
) -> Result<Vec<String>, Complaint> {
    let named = &changed[..changed.len().min(MOST_NAMED)];
    let about = || Scope::About(Mentions::measures(named.iter().map(|row| &row.measure)));
    let loaded: Vec<Entry> = match (asked.in_parts, named) {
        (false, _) => asked.entries.clone(),
        (true, []) => Vec::new(),
        (true, _) => asked.read(|ledger| about().load(ledger))?,
    };
    let history = History::of(&loaded, None);
    let said = named.iter().filter_map(|row| sentence(&loaded, &history, row, several, at));
    let mut said: Vec<String> = said.collect();
    if let more @ 1.. = changed.len() - named.len() {
        said.push(more_changed(asked, more, at));
    }
    Ok(said)
}

/// `several`: there are other answers, so that the measure must be named.
fn sentence(
    entries: &[Entry],
    history: &History,
    row: &Row,
    several: bool,
    at: Day,
) -> Option<String> {
    let now = row_now(history, row, at)?;
    let subject = if several { format!("{}: this", row.title) } else { "This".to_owned() };
    let label = status_words(&now, history);
    let why = now.because.last().and_then(|&record| numbered(entries, record));
    let why = why.map(|entry| format!(" (@{}, recorded {})", entry.seq, entry.recorded.day()));
    let why = why.unwrap_or_default();
    Some(format!("{subject} answer changed later: now \"{label}\"{why}."))
}

fn more_changed(asked: &Asked<'_>, more: usize, at: Day) -> String {
    let subject =
        if more == 1 { "1 more answer".to_owned() } else { format!("{more} more answers") };
    let (from, to) = (asked.records, asked.all_records());
    let list = asked.asker.command(&format!("diff --learned @{from}..@{to} --at {at}"));
    format!("{subject} changed later: {list}")
}
