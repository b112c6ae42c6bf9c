//! The records in the order they were made.
//!
//! The log says when something was learned; when it happened in the world is another question.

use serde_json::{Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::logged::Logged;
use super::scope::{Made, Scope};
use super::timeline::check_order;
use crate::export::{Feed, Table, feed};
use crate::record::{Entry, Modality};
use crate::time::{Day, Instant};

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// Only records about these measures; all where none is named.
    pub(crate) measures: Vec<String>,
    /// Only records made on this day or later (UTC).
    pub(crate) from: Option<String>,
    /// Only records made on this day or earlier (UTC).
    pub(crate) to: Option<String>,
    /// Only the newest so many of them.
    pub(crate) limit: Option<u64>,
    /// Only what this ledger knew.
    pub(crate) known: Option<String>,
}

/// What is answered: the records that it takes. Its rows are found in it.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    /// When the records were made.
    pub(crate) made: Made,
    measures: Vec<usize>,
    limit: Option<u64>,
    /// How many records fit, where not all that do are loaded.
    fitting: Option<usize>,
}

/// The rows of an answer, and how many more fit.
pub(crate) struct Found<'e> {
    pub(crate) rows: Vec<Logged<'e>>,
    pub(crate) left_out: usize,
}

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(&self, asker: &'d dyn Asker) -> Result<Answer<'d>, Complaint> {
        let day = |words: &Option<String>| words.as_deref().map(|w| asker.day(w)).transpose();
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        check_order(from, to)?;
        let knowing = Knowing { known: self.known.clone(), public: None };
        let known = self.known.as_deref().map(|words| asker.known(words)).transpose()?;
        let made = Made { known: known.unwrap_or_default(), from, to };
        let scope = self.scope(made);
        let asked = Asked::about(asker, &knowing, &scope)?;
        let measures = asked.measures(&self.measures)?;
        let fitting = match scope {
            Scope::Newest(..) => {
                let (before, until) = made.places(&asked.ledger)?;
                Some(until - before)
            }
            Scope::All | Scope::About(_) => None,
        };
        Ok(Answer { asked, made, measures, limit: self.limit, fitting })
    }

    /// Of all measures no more is read than is shown.
    fn scope(&self, made: Made) -> Scope {
        match self.limit {
            Some(_) if self.measures.is_empty() => Scope::Newest(most(self.limit), made),
            Some(_) | None => Scope::measures(&self.measures),
        }
    }
}

fn most(limit: Option<u64>) -> usize {
    usize::try_from(limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX)
}

impl Answer<'_> {
    /// The rows.
    pub(crate) fn find(&self) -> Found<'_> {
        let Self { asked, made, measures, .. } = self;
        let entries = asked.known_entries();
        let since = made.from.map(Instant::start_of);
        let until = made.to.map(Instant::end_of);
        let in_time = |entry: &&Entry| {
            since.is_none_or(|since| since <= entry.recorded)
                && until.is_none_or(|until| entry.recorded <= until)
        };
        let about = |logged: &Logged<'_>| {
            let id = logged.measure.as_deref();
            let measure = id.and_then(|id| asked.history.measure(id));
            measures.is_empty() || measure.is_some_and(|m| measures.contains(&m))
        };
        let rows = entries.iter().filter(in_time);
        let rows = rows.map(|entry| Logged::of(entry, entries, &asked.history));
        let mut rows: Vec<Logged<'_>> = rows.filter(about).collect();
        let loaded = rows.len();
        rows.drain(..loaded.saturating_sub(most(self.limit)));
        Found { left_out: self.fitting.unwrap_or(loaded) - rows.len(), rows }
    }

    /// Says what the limit left out.
    pub(crate) fn cut(&self, found: &Found<'_>) -> Option<String> {
        let shown = self.limit.filter(|_| found.left_out > 0)?;
        let (all, left_out) = (found.rows.len() + found.left_out, found.left_out);
        Some(format!(
            "the newest {shown} of {all} records; {left_out} older ones are left out by --limit"
        ))
    }

    /// The one JSON object of the answer.
    pub(crate) fn json(&self, found: &Found<'_>) -> Value {
        let Self { asked, made, .. } = self;
        let notes: Vec<String> = self.cut(found).into_iter().chain(asked.notes()).collect();
        let query = json!({"from": made.from, "to": made.to, "limit": self.limit});
        let results = found.rows.iter().map(row).collect();
        asked.envelope("log", query, asked.now(true), &results, &notes)
    }

    /// The rows as a feed (RFC 4287).
    pub(crate) fn feed(&self, found: &Found<'_>) -> String {
        let asked = &self.asked;
        let rows: Vec<&Entry> = found.rows.iter().map(|logged| logged.entry).collect();
        let standpoint = &asked.standpoint;
        let updated = rows.last().map(|entry| entry.recorded).or(standpoint.recorded_to);
        let about = Feed { ledger: standpoint.id, title: "Log (policy-ledger)", updated };
        feed(&about, &rows, asked.known_entries(), &asked.history)
    }
}

fn row(logged: &Logged<'_>) -> Value {
    let entry = logged.entry;
    json!({
        "record": entry.seq,
        "type": entry.record.kind(),
        "measure": logged.measure,
        "act": logged.event.map(|event| &event.act),
        "modality": logged.event.map(|event| event.modality),
        "effective": logged.effective(),
        "of": logged.of,
        "says": logged.plain_words(),
        "retracted": logged.retracted,
        "recorded": entry.recorded,
        "by": entry.by,
        "key": entry.key,
        "id": entry.id,
    })
}

/// The columns that spreadsheets get; part of the contract.
pub(crate) fn table(rows: &[Logged<'_>]) -> Table {
    let mut table = Table::new(&[
        "record",
        "type",
        "measure",
        "act",
        "modality",
        "effective",
        "effective_earliest",
        "effective_latest",
        "of",
        "says",
        "retracted",
        "recorded",
        "by",
        "key",
    ]);
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    for logged in rows {
        let entry = logged.entry;
        let effective = logged.effective();
        let modality = logged.event.map(|event| match event.modality {
            Modality::Occurred => "occurred",
            Modality::Expected => "expected",
        });
        let act = logged.event.map(|event| event.act.clone());
        table.row(vec![
            entry.seq.to_string(),
            entry.record.kind().to_owned(),
            logged.measure.clone().unwrap_or_default(),
            act.unwrap_or_default(),
            modality.unwrap_or_default().to_owned(),
            effective.as_ref().map(|it| it.text.clone()).unwrap_or_default(),
            day(effective.as_ref().and_then(|it| it.earliest)),
            day(effective.as_ref().and_then(|it| it.latest)),
            logged.of.map(|of| of.to_string()).unwrap_or_default(),
            logged.plain_words(),
            logged.retracted.to_string(),
            entry.recorded.to_string(),
            entry.by.clone().unwrap_or_default(),
            entry.key.clone().unwrap_or_default(),
        ]);
    }
    table
}
