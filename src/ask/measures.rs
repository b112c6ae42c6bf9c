//! What is declared: all measures, or one with its events.

use serde_json::{Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::{Complaint, Exit};
use super::knowing::Knowing;
use super::scope::Scope;
use super::which::Which;
use crate::answer::Dated;
use crate::export::Table;
use crate::history::{History, Standing, Tracked};

/// Asks which measures are declared.
pub(crate) fn declared<'d>(
    asker: &'d dyn Asker,
    known: Option<&String>,
    which: &Which,
) -> Result<Declared<'d>, Complaint> {
    let knowing = Knowing { known: known.cloned(), public: None };
    let asked = Asked::about(asker, &knowing, &Scope::All)?;
    which.check(&asked)?;
    let filter = which.filter();
    let measures = asked.history.measures().iter().enumerate();
    let found = measures.filter(|(m, tracked)| filter.takes(*m, tracked)).map(|(m, _)| m).collect();
    Ok(Declared { asked, found })
}

/// The measures that are declared, in the order of declaration.
pub(crate) struct Declared<'d> {
    pub(crate) asked: Asked<'d>,
    /// Their places in the history.
    found: Vec<usize>,
}

impl Declared<'_> {
    /// The measures.
    pub(crate) fn measures(&self) -> Vec<&Tracked> {
        self.found.iter().map(|&measure| &self.asked.history.measures()[measure]).collect()
    }

    /// The one JSON object of the answer.
    pub(crate) fn json(&self) -> Value {
        let asked = &self.asked;
        let results = self.measures().iter().map(|m| row(m, &asked.history)).collect();
        asked.envelope("measures", json!({}), asked.now(true), &results, &asked.notes())
    }
}

/// Asks about one measure, by any of its ids.
pub(crate) fn one<'d>(
    asker: &'d dyn Asker,
    id: &str,
    knowing: &Knowing,
) -> Result<One<'d>, Complaint> {
    let asked = Asked::about(asker, knowing, &Scope::measures(&[id.to_owned()]))?;
    let missing = || Complaint::new(Exit::Missing, asked.no_measure(id));
    let measure = asked.history.measure(id).ok_or_else(missing)?;
    Ok(One { asked, measure, id: id.to_owned() })
}

/// One measure: its declaration, other ids, parts, and its events.
pub(crate) struct One<'d> {
    pub(crate) asked: Asked<'d>,
    /// Its place in the history.
    pub(crate) measure: usize,
    /// The id by which it was named.
    id: String,
}

impl One<'_> {
    /// The measure.
    pub(crate) fn tracked(&self) -> &Tracked {
        &self.asked.history.measures()[self.measure]
    }

    /// Its own events by the first day on which they can have taken effect, then by record.
    pub(crate) fn events(&self) -> Vec<&Standing> {
        let events = self.tracked().events.iter();
        let mut events: Vec<&Standing> =
            events.map(|&event| &self.asked.history.events()[event]).collect();
        events.sort_by_key(|standing| (standing.event.effective.earliest(), standing.record));
        events
    }

    /// The one JSON object of the answer.
    pub(crate) fn json(&self) -> Value {
        let asked = &self.asked;
        let mut result = row(self.tracked(), &asked.history);
        result["events"] = self.events().iter().map(|event| event_row(event)).collect();
        let query = json!({"measure": self.id});
        asked.envelope("measure", query, asked.now(true), &json!([result]), &asked.notes())
    }
}

fn event_row(standing: &Standing) -> Value {
    json!({
        "record": standing.record,
        "act": standing.event.act,
        "modality": standing.event.modality,
        "effective": Dated::from(&standing.event.effective),
        "corrected_by": standing.corrected_by,
        "retracted": standing.retracted,
        "denied": standing.denied,
        "sources": standing.event.sources.len(),
    })
}

/// A declaration as JSON, as amended.
pub(crate) fn row(tracked: &Tracked, history: &History) -> Value {
    let measure = &tracked.measure;
    json!({
        "measure": measure.measure,
        "title": tracked.title(),
        "kind": measure.kind,
        "revision": measure.revision,
        "parties": measure.parties,
        "part_of": whole(tracked, history),
        "tags": measure.tags,
        "items": measure.items,
        "initial": measure.initial,
        "note": measure.note,
        "aliases": tracked.aliases,
        "parts": parts(tracked, history),
        "record": tracked.record,
        "event_count": tracked.events.len(),
        "reviewed_through": tracked.reviewed_through,
    })
}

/// The id of the whole.
pub(crate) fn whole<'h>(tracked: &Tracked, history: &'h History) -> Option<&'h str> {
    tracked.whole.map(|whole| history.measures()[whole].id())
}

/// The ids of the parts that are not withdrawn.
pub(crate) fn parts<'h>(tracked: &Tracked, history: &'h History) -> Vec<&'h str> {
    let parts = tracked.parts.iter().map(|&part| &history.measures()[part]);
    parts.filter(|part| !part.retracted).map(Tracked::id).collect()
}

/// The columns that spreadsheets get; part of the contract.
pub(crate) fn table(found: &[&Tracked], history: &History) -> Table {
    let mut table = Table::new(&[
        "measure", "title", "kind", "parties", "part_of", "tags", "items", "initial", "aliases",
        "record", "events",
    ]);
    for tracked in found {
        let measure = &tracked.measure;
        let initial = measure.initial.as_ref();
        table.row(vec![
            measure.measure.clone(),
            tracked.title().to_owned(),
            measure.kind.clone(),
            measure.parties.join(";"),
            whole(tracked, history).unwrap_or_default().to_owned(),
            measure.tags.join(";"),
            measure.items.join(";"),
            initial.map(|it| it.status.clone()).unwrap_or_default(),
            tracked.aliases.join(";"),
            tracked.record.to_string(),
            tracked.events.len().to_string(),
        ]);
    }
    table
}
