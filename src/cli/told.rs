//! What a command that records says: what was recorded, which answers that changes, and how to undo
//! it.

use serde_json::{Map, Value, json};

use super::complaint::Complaint;
use super::effect::{Change, changes, table};
use super::page::Page;
use super::safe::safe;
use super::writing::Session;
use crate::ask::Asker;
use crate::codec;
use crate::export::said;
use crate::history::History;
use crate::ledger::{ClockKind, Recorded};
use crate::record::{Entry, Record, numbered};

/// What became of the drafts of one command.
pub(super) struct Told<'d> {
    pub(super) session: Session<'d>,
    pub(super) recorded: Vec<Recorded>,
    /// How many of the session's records were there before.
    pub(super) before: usize,
    /// Whether nothing was recorded.
    pub(super) dry: bool,
}

impl Told<'_> {
    fn entries(&self) -> &[Entry] {
        &self.session.entries
    }

    fn entry(&self, seq: u64) -> Option<&Entry> {
        numbered(self.entries(), seq)
    }

    fn is_dry(&self) -> bool {
        self.dry
    }

    /// The records that are new.
    pub(super) fn new_entries(&self) -> &[Entry] {
        &self.entries()[self.before..]
    }

    /// The answers that what is new changes.
    fn changes(&self) -> Vec<Change> {
        changes(self.entries(), self.before, self.session.desk.today())
    }

    /// The page of a command with one row for each record.
    pub(super) fn page(&self) -> Result<Page, Complaint> {
        let history = History::of(self.entries(), None);
        let rows = self.recorded.iter().filter_map(|&what| self.row(what));
        let lines = self.recorded.iter().filter_map(|&what| {
            let entry = self.entry(what.seq())?;
            let said = said(entry, &history, self.entries());
            let said = safe(&said);
            Some(match what {
                Recorded::New(seq) if self.is_dry() => format!("@{seq} would be: {said}\n"),
                Recorded::New(seq) => format!("@{seq} recorded: {said}\n"),
                Recorded::Already(seq) => format!("already recorded as @{seq}: {said}\n"),
            })
        });
        self.page_of(&lines.collect::<String>(), &rows.collect::<Vec<_>>())
    }

    /// A page with these lines and rows, the answers that change, and the way back.
    pub(super) fn page_of(&self, lines: &str, rows: &[Value]) -> Result<Page, Complaint> {
        let changes = self.changes();
        let dry = if self.is_dry() { "Nothing was recorded (dry run).\n" } else { "" };
        let text = format!("{dry}{lines}{}{}", self.effect(&changes), self.undo());
        let ledger = &self.session.ledger;
        let mut json = json!({
            "ok": true,
            "schema": format!("policy-ledger/{}/1", self.session.verb.replace(' ', "-")),
            "ledger": ledger.standpoint(ledger.records())?,
            "results": rows,
            "changed": changes.iter().map(Change::to_json).collect::<Vec<_>>(),
            "notes": self.notes(),
        });
        if self.is_dry() {
            json["dry_run"] = json!(true);
        }
        Ok(Page { text, json, ..Page::default() })
    }

    fn notes(&self) -> Vec<&'static str> {
        let simulated = self.session.ledger.header().clock == ClockKind::Simulated;
        simulated.then_some("clock: simulated").into_iter().collect()
    }

    fn effect(&self, changes: &[Change]) -> String {
        let would = if self.is_dry() { "would change" } else { "change" };
        match (self.new_entries().is_empty(), changes.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("\nNo answers {would}, today or on the days named.\n"),
            (false, false) => format!("\nAnswers that {would}:\n{}", table(changes)),
        }
    }

    /// The command that takes back what was recorded, where there is one.
    fn undo(&self) -> String {
        let stays = |entry: &Entry| matches!(entry.record, Record::Kind(_) | Record::Alias(_));
        let new = self.new_entries();
        if self.is_dry() || new.is_empty() || new.len() > 10 || new.iter().any(stays) {
            return String::new();
        }
        let records: Vec<String> = new.iter().rev().map(|e| format!("@{}", e.seq)).collect();
        let undo = format!("retract {} --because entered-by-mistake", records.join(" "));
        format!("Undo: {}\n", self.session.desk.command(&undo))
    }

    /// One record as a row of the answer: what is exchanged, its number, and whether it is new.
    fn row(&self, what: Recorded) -> Option<Value> {
        let entry = self.entry(what.seq())?;
        let is_new = matches!(what, Recorded::New(_));
        let mut row = Map::new();
        row.insert("record".to_owned(), entry.seq.into());
        row.insert("new".to_owned(), is_new.into());
        row.insert("type".to_owned(), entry.record.kind().into());
        let mut said = codec::exchanged(entry);
        said.shift_remove("record");
        if is_new && self.is_dry() {
            said.shift_remove("id");
            said.shift_remove("recorded");
        }
        row.extend(said);
        Some(Value::Object(row))
    }
}
