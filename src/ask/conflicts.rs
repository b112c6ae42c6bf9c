//! Where sources disagree, and which side is followed.

use serde_json::{Value, json};

use super::Meant;
use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::survey::Part;
use crate::answer::{Conflict, WouldChange, conflicts};
use crate::export::Table;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// The measures; all where none is named.
    pub(crate) measures: Vec<String>,
    /// Settled ones too.
    pub(crate) all: bool,
    pub(crate) knowing: Knowing,
}

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) rows: Vec<Conflict>,
    /// The one JSON object of the answer, but for its rows.
    pub(crate) envelope: Value,
}

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(
        &self,
        asker: &'d dyn Asker,
        meant: Meant,
    ) -> Result<Answer<'d>, Complaint> {
        let mut asked = Asked::about_measures(asker, &self.knowing, &self.measures)?;
        let measures = asked.measures(&self.measures)?;
        let ask = |part: &Part<'_>| conflicts(part.history, part.known, &measures, self.all);
        let rows = asked.survey_sorted(ask, |conflict| conflict.record)?;
        if meant == Meant::ForPeople {
            let would_change = rows.iter().flat_map(|conflict| &conflict.would_change);
            asked.fetch(would_change.map(|change| &change.measure))?;
        }
        let (query, notes) = (json!({"all": self.all}), asked.notes());
        let envelope = asked.envelope_of_rows("conflicts", query, asked.now(true), &notes);
        Ok(Answer { asked, rows, envelope })
    }
}

/// An answer that would be another: the measure, the attribute if it is one, the day.
fn changed(change: &WouldChange) -> String {
    let WouldChange { measure, at, attribute, .. } = change;
    let of = attribute.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("{measure}{of} on {at}")
}

/// The columns that spreadsheets get; part of the contract.
pub(crate) fn table(found: &[Conflict]) -> Table {
    let mut table = Table::new(&[
        "record",
        "measure",
        "act",
        "field",
        "in_use",
        "value",
        "sources",
        "settled",
        "would_change",
    ]);
    for conflict in found {
        for side in &conflict.sides {
            let changes = conflict.would_change.iter().filter(|change| change.value == side.value);
            let changes: Vec<String> = changes.map(changed).collect();
            table.row(vec![
                conflict.record.to_string(),
                conflict.measure.clone(),
                conflict.act.clone(),
                conflict.field.to_owned(),
                conflict.in_use.clone(),
                side.value.clone(),
                side.sources.join("; "),
                conflict.settled.map(|record| record.to_string()).unwrap_or_default(),
                changes.join("; "),
            ]);
        }
    }
    table
}
