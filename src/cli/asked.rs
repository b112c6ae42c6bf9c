//! A ledger as a question asks for it, and what every answer says besides.

use serde_json::{Value, json};

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::missing::no_measure;
use super::survey::Only;
use crate::history::History;
use crate::ledger::{Known, Ledger, Standpoint};
use crate::record::{Entry, numbered};
use crate::time::Day;

/// A ledger as a question asks for it.
pub(super) struct Asked<'d> {
    pub(super) desk: &'d Desk,
    pub(super) ledger: Ledger,
    /// The records that the question needs, known then or not.
    pub(super) entries: Vec<Entry>,
    pub(super) history: History,
    pub(super) standpoint: Standpoint,
    /// How many records were known.
    pub(super) records: usize,
    pub(super) known: Option<String>,
    pub(super) public: Option<Day>,
    /// Whether the point of knowledge is past: no later record can come before it.
    pub(super) past: bool,
    /// How many events were left out because nothing public by the day asked speaks of them.
    pub(super) not_public: usize,
    /// Whether all measures are asked about, part by part; the records are then only those that it
    /// takes to put the answer into words.
    pub(super) in_parts: bool,
    /// In which clusters anything is to be found.
    pub(super) only: Only,
    /// Whether the question is about later records too, part by part.
    pub(super) with_later: bool,
}

impl<'d> Asked<'d> {
    /// A question that needs no record, with everything known and public.
    pub(super) fn of_all(desk: &'d Desk, ledger: Ledger, standpoint: Standpoint) -> Self {
        let history = History::of(&[], None);
        let (entries, records) = (Vec::new(), ledger.records());
        let (known, public, past, not_public, in_parts) = (None, None, false, 0, true);
        Self {
            desk,
            ledger,
            entries,
            history,
            standpoint,
            records,
            known,
            public,
            past,
            not_public,
            in_parts,
            only: Only::All,
            with_later: false,
        }
    }
}

impl Asked<'_> {
    /// The measures named, in their order; a name that resolves to none is a complaint.
    pub(super) fn measures(&self, names: &[String]) -> Result<Vec<usize>, Complaint> {
        let mut items = Vec::new();
        let mut measures = Vec::new();
        for name in names {
            match self.history.measure(name) {
                Some(measure) => measures.push(measure),
                None => items.push(self.no_measure(name)),
            }
        }
        if items.is_empty() { Ok(measures) } else { Err(Complaint { exit: Exit::Missing, items }) }
    }

    /// Why a measure is not there.
    pub(super) fn no_measure(&self, name: &str) -> Item {
        let ledger = (&self.ledger, self.records as u64);
        no_measure(ledger, &self.entries, &self.history, name)
    }

    /// The records there are, in record order, known then or not; perhaps only those that hang
    /// together with the measures asked about, so their numbers may have gaps.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Those among them that were known.
    pub(super) fn known_entries(&self) -> &[Entry] {
        let entries = self.entries();
        &entries[..entries.partition_point(|entry| entry.seq <= self.records as u64)]
    }

    /// The record of a number, known then or not.
    pub(super) fn entry(&self, seq: u64) -> Option<&Entry> {
        numbered(self.entries(), seq)
    }

    /// The records as they stood when there were so many, with what was public by a day.
    pub(super) fn history_when(&self, records: usize, public: Option<Day>) -> History {
        let entries = self.entries();
        let known = entries.partition_point(|entry| entry.seq <= records as u64);
        History::of(&entries[..known], public)
    }

    /// How many records were known by a point; a record number past the end is a complaint.
    pub(super) fn records_by(&self, known: Known) -> Result<usize, Complaint> {
        Ok(self.ledger.known(known)?)
    }

    /// How many records there are, known then or not.
    pub(super) fn all_records(&self) -> usize {
        self.ledger.records()
    }

    /// A command line that can be pasted, with what was known in this question.
    pub(super) fn command(&self, words: &str) -> String {
        let known = self.known.as_ref().map(|known| format!(" --known {known}"));
        self.desk.command(&format!("{words}{}", known.unwrap_or_default()))
    }

    /// Today, where the answer can be another one on another day. `explicit`: the question names
    /// its day, or has none.
    pub(super) fn now(&self, explicit: bool) -> Option<Day> {
        (!(explicit && self.past)).then(|| self.desk.today())
    }

    /// The ledger as it was when there were so many records.
    pub(super) fn standpoint_at(&self, records: usize) -> Result<Standpoint, Complaint> {
        Ok(self.ledger.standpoint(records)?)
    }

    /// The answer's one JSON object. With a point of knowledge and an explicit day nothing in it
    /// depends on today or on later records.
    pub(super) fn envelope(
        &self,
        schema: &str,
        query: Value,
        now: Option<Day>,
        results: &Value,
        notes: &[String],
    ) -> Value {
        let mut asked = query;
        asked["known"] = json!(self.known);
        asked["public"] = json!(self.public);
        asked["now"] = json!(now);
        json!({
            "ok": true,
            "schema": format!("policy-ledger/{schema}/1"),
            "query": asked,
            "ledger": self.standpoint,
            "results": results,
            "notes": notes,
        })
    }

    /// The same without its results, which are written row by row.
    pub(super) fn envelope_of_rows(
        &self,
        schema: &str,
        query: Value,
        now: Option<Day>,
        notes: &[String],
    ) -> Value {
        self.envelope(schema, query, now, &Value::Null, notes)
    }

    /// What every answer of this ledger says besides: a simulated clock, events left out.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let left_out = self.not_public;
        if let Some(day) = self.public.filter(|_| left_out > 0) {
            notes.push(format!(
                "{left_out} events left out: nothing public by {day} speaks of them"
            ));
        }
        if self.ledger.header().clock == crate::ledger::ClockKind::Simulated {
            notes.push("clock: simulated".to_owned());
        }
        notes
    }
}
