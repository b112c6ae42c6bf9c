//! Who says so: the sources, by publisher.

use serde_json::{Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::scope::Scope;
use crate::answer::{Publisher, sources};

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) rows: Vec<Publisher>,
    publisher: Option<String>,
}

/// Asks who says what this ledger knew; only of one publisher where it is named.
pub(crate) fn ask<'d>(
    asker: &'d dyn Asker,
    knowing: &Knowing,
    publisher: Option<&str>,
) -> Result<Answer<'d>, Complaint> {
    let asked = Asked::about(asker, knowing, &Scope::All)?;
    let rows = sources(&asked.history, publisher);
    Ok(Answer { asked, rows, publisher: publisher.map(str::to_owned) })
}

impl Answer<'_> {
    /// The one JSON object of the answer.
    pub(crate) fn json(&self) -> Value {
        let asked = &self.asked;
        let query = json!({"publisher": self.publisher});
        asked.envelope("sources", query, asked.now(true), &json!(self.rows), &asked.notes())
    }
}
