//! What became of what was said: what was recorded, which answers that changes, and the way back.

use serde_json::{Map, Value, json};

use super::Complaint;
use super::effect::{Change, changes};
use crate::admission::Decision;
use crate::codec;
use crate::export::said;
use crate::history::History;
use crate::ledger::{ClockKind, Ledger, Recorded};
use crate::record::{Entry, Record, numbered};
use crate::time::Day;

/// After more new records than this, what takes them back would be too long a command.
const MOST_TAKEN_BACK: usize = 10;

/// What became of some drafts.
#[derive(Debug)]
pub(crate) struct Told {
    /// The records that what was said needs, and after them those that are new.
    entries: Vec<Entry>,
    /// How many of them were there before.
    before: usize,
    /// What each draft became.
    pub(crate) recorded: Vec<Recorded>,
    /// Whether nothing was recorded.
    pub(crate) dry: bool,
}

impl Told {
    /// What was decided of drafts, beside the records that were there.
    pub(crate) fn of(mut entries: Vec<Entry>, decisions: Vec<Decision>, dry: bool) -> Self {
        let recorded = decisions.iter().map(Recorded::from).collect();
        let before = entries.len();
        entries.extend(decisions.into_iter().filter_map(|decision| match decision {
            Decision::New(entry) => Some(*entry),
            Decision::Already(_) => None,
        }));
        Self { entries, before, recorded, dry }
    }

    fn entry(&self, seq: u64) -> Option<&Entry> {
        numbered(&self.entries, seq)
    }

    /// The records that are new.
    pub(crate) fn new_entries(&self) -> &[Entry] {
        &self.entries[self.before..]
    }

    /// The answers that what is new changes.
    pub(crate) fn changes(&self, today: Day) -> Vec<Change> {
        changes(&self.entries, self.before, today)
    }

    /// Each draft in a sentence, with what became of it.
    pub(crate) fn sentences(&self) -> Vec<(Recorded, String)> {
        let history = History::of(&self.entries, None);
        let sentence = |&what: &Recorded| {
            let entry = self.entry(what.seq())?;
            Some((what, said(entry, &history, &self.entries)))
        };
        self.recorded.iter().filter_map(sentence).collect()
    }

    /// The words after `ledger` that take back what was recorded, where there are any.
    pub(crate) fn undo(&self) -> Option<String> {
        let stays = |entry: &Entry| matches!(entry.record, Record::Kind(_) | Record::Alias(_));
        let new = self.new_entries();
        let many = new.len() > MOST_TAKEN_BACK;
        if self.dry || new.is_empty() || many || new.iter().any(stays) {
            return None;
        }
        let records: Vec<String> = new.iter().rev().map(|e| format!("@{}", e.seq)).collect();
        Some(format!("retract {} --because entered-by-mistake", records.join(" ")))
    }

    /// A row for each draft: what is exchanged, the record's number, and whether it is new.
    pub(crate) fn rows(&self) -> Vec<Value> {
        self.recorded.iter().filter_map(|&what| self.row(what)).collect()
    }

    fn row(&self, what: Recorded) -> Option<Value> {
        let entry = self.entry(what.seq())?;
        let is_new = matches!(what, Recorded::New(_));
        let mut row = Map::new();
        row.insert("record".to_owned(), entry.seq.into());
        row.insert("new".to_owned(), is_new.into());
        row.insert("type".to_owned(), entry.record.kind().into());
        let mut said = codec::exchanged(entry);
        said.shift_remove("record");
        if is_new && self.dry {
            said.shift_remove("id");
            said.shift_remove("recorded");
        }
        row.extend(said);
        Some(Value::Object(row))
    }

    /// The one JSON object of a verb that records, with these rows.
    pub(crate) fn json(
        &self,
        verb: &str,
        ledger: &Ledger,
        rows: &[Value],
        changes: &[Change],
    ) -> Result<Value, Complaint> {
        let simulated = ledger.header().clock == ClockKind::Simulated;
        let notes: Vec<&str> = simulated.then_some("clock: simulated").into_iter().collect();
        let mut json = json!({
            "ok": true,
            "schema": format!("policy-ledger/{}/1", verb.replace(' ', "-")),
            "ledger": ledger.standpoint(ledger.records())?,
            "results": rows,
            "changed": changes.iter().map(Change::to_json).collect::<Vec<_>>(),
            "notes": notes,
        });
        if self.dry {
            json["dry_run"] = json!(true);
        }
        Ok(json)
    }
}
