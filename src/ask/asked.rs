//! A ledger as a question asks for it, and what every answer says besides.

use serde_json::{Value, json};

use super::asker::{Asker, known_words, read};
use super::complaint::{Complaint, Exit, Item};
use super::knowing::Knowing;
use super::missing::no_measure;
use super::scope::Scope;
use super::survey::Only;
use crate::history::History;
use crate::ledger::{Known, Ledger, Standpoint};
use crate::record::{Entry, numbered};
use crate::time::Day;

/// A ledger as a question asks for it.
pub(crate) struct Asked<'d> {
    pub(crate) asker: &'d dyn Asker,
    pub(crate) ledger: Ledger,
    /// The records that the question needs, known then or not.
    pub(crate) entries: Vec<Entry>,
    pub(crate) history: History,
    pub(crate) standpoint: Standpoint,
    /// How many records were known.
    pub(crate) records: usize,
    pub(crate) known: Option<String>,
    pub(crate) public: Option<Day>,
    /// Whether the point of knowledge is past: no later record can come before it.
    pub(crate) past: bool,
    /// How many events were left out because nothing public by the day asked speaks of them.
    pub(crate) not_public: usize,
    /// Whether all measures are asked about, part by part; the records are then only those that it
    /// takes to put the answer into words.
    pub(crate) in_parts: bool,
    /// In which clusters anything is to be found.
    pub(crate) only: Only,
    /// Whether the question is about later records too, part by part.
    pub(crate) with_later: bool,
}

impl<'d> Asked<'d> {
    /// A question that needs no record, with everything known and public.
    pub(crate) fn of_all(asker: &'d dyn Asker, ledger: Ledger, standpoint: Standpoint) -> Self {
        let history = History::of(&[], None);
        let (entries, records) = (Vec::new(), ledger.records());
        let (known, public, past, not_public, in_parts) = (None, None, false, 0, true);
        Self {
            asker,
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

    /// Reads what a question needs, with only what it lets count.
    pub(crate) fn about(
        asker: &'d dyn Asker,
        knowing: &Knowing,
        scope: &Scope,
    ) -> Result<Self, Complaint> {
        let known = knowing.known.as_deref().map(|words| asker.known(words)).transpose()?;
        let public = knowing.public.as_deref().map(|words| asker.day(words)).transpose()?;
        let (ledger, (records, standpoint, entries)) = read(asker, |ledger| {
            let records = ledger.known(known.unwrap_or_default())?;
            Ok((records, ledger.standpoint(records)?, scope.load(ledger)?))
        })?;
        let counting = entries.partition_point(|entry| entry.seq <= records as u64);
        let history = History::of(&entries[..counting], public);
        Ok(Self {
            asker,
            ledger,
            entries,
            not_public: history.not_public(),
            history,
            standpoint,
            records,
            known: known.map(known_words),
            public,
            past: known.is_some_and(|known| asker.is_past(known)),
            in_parts: false,
            only: Only::All,
            with_later: false,
        })
    }
}

impl Asked<'_> {
    /// The measures named, in their order; a name that resolves to none is a complaint.
    pub(crate) fn measures(&self, names: &[String]) -> Result<Vec<usize>, Complaint> {
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
    pub(crate) fn no_measure(&self, name: &str) -> Item {
        let ledger = (&self.ledger, self.records as u64);
        no_measure(ledger, &self.entries, &self.history, name)
    }

    /// The records there are, in record order, known then or not; perhaps only those that hang
    /// together with the measures asked about, so their numbers may have gaps.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Those among them that were known.
    pub(crate) fn known_entries(&self) -> &[Entry] {
        let entries = self.entries();
        &entries[..entries.partition_point(|entry| entry.seq <= self.records as u64)]
    }

    /// The record of a number, known then or not.
    pub(crate) fn entry(&self, seq: u64) -> Option<&Entry> {
        numbered(self.entries(), seq)
    }

    /// The records as they stood when there were so many, with what was public by a day.
    pub(crate) fn history_when(&self, records: usize, public: Option<Day>) -> History {
        let entries = self.entries();
        let known = entries.partition_point(|entry| entry.seq <= records as u64);
        History::of(&entries[..known], public)
    }

    /// How many records were known by a point; a record number past the end is a complaint.
    pub(crate) fn records_by(&self, known: Known) -> Result<usize, Complaint> {
        Ok(self.ledger.known(known)?)
    }

    /// How many records there are, known then or not.
    pub(crate) fn all_records(&self) -> usize {
        self.ledger.records()
    }

    /// A command line that can be pasted, with what was known in this question.
    pub(crate) fn command(&self, words: &str) -> String {
        let known = self.known.as_ref().map(|known| format!(" --known {known}"));
        self.asker.command(&format!("{words}{}", known.unwrap_or_default()))
    }

    /// Today, where the answer can be another one on another day. `explicit`: the question names
    /// its day, or has none.
    pub(crate) fn now(&self, explicit: bool) -> Option<Day> {
        (!(explicit && self.past)).then(|| self.asker.today())
    }

    /// The ledger as it was when there were so many records.
    pub(crate) fn standpoint_at(&self, records: usize) -> Result<Standpoint, Complaint> {
        Ok(self.ledger.standpoint(records)?)
    }

    /// The answer's one JSON object. With a point of knowledge and an explicit day nothing in it
    /// depends on today or on later records.
    pub(crate) fn envelope(
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
    pub(crate) fn envelope_of_rows(
        &self,
        schema: &str,
        query: Value,
        now: Option<Day>,
        notes: &[String],
    ) -> Value {
        self.envelope(schema, query, now, &Value::Null, notes)
    }

    /// What every answer of this ledger says besides: a simulated clock, events left out.
    pub(crate) fn notes(&self) -> Vec<String> {
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
        notes.extend(self.asker.caution().filter(|_| !self.past));
        notes
    }

    /// The first line of an answer in words: what is asked, what was known and public, and how many
    /// records that are.
    pub(crate) fn heading(&self, question: &str) -> String {
        let all = self.all_records();
        let known = self.known.as_ref().map(|known| format!(" · AS KNOWN ON {known}"));
        let public = self.public.map(|day| format!(" · AS PUBLIC BY {day}"));
        let records = match self.known {
            Some(_) => format!("{} of {all} records", self.records),
            None => format!("all {all} records"),
        };
        let (known, public) = (known.unwrap_or_default(), public.unwrap_or_default());
        format!("{question}{known}{public} · {records}\n")
    }

    /// How many records an answer rests on, and what was known.
    pub(crate) fn extent(&self) -> String {
        let all = self.all_records();
        match &self.known {
            Some(known) => format!("AS KNOWN ON {known} · {} of {all} records", self.records),
            None => format!("all {all} records"),
        }
    }
}
