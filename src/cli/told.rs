//! What a command that records says: what was recorded, which answers that changes, and how to undo
//! it.

use serde_json::Value;

use super::complaint::Complaint;
use super::page::Page;
use super::safe::safe;
use super::table::Table;
use super::writing::Session;
use crate::ask::Asker;
use crate::ask::effect::Change;
use crate::ask::told;
use crate::ledger::Recorded;
use crate::record::Entry;

/// The most changes that are shown to people at once; JSON has all.
const MOST_SHOWN: usize = 20;

/// What became of the drafts of one command.
pub(super) struct Told<'d> {
    pub(super) session: Session<'d>,
    pub(super) told: told::Told,
}

impl Told<'_> {
    /// What each draft became.
    pub(super) fn recorded(&self) -> &[Recorded] {
        &self.told.recorded
    }

    /// The records that are new.
    pub(super) fn new_entries(&self) -> &[Entry] {
        self.told.new_entries()
    }

    /// The page of a command with one row for each record.
    pub(super) fn page(&self) -> Result<Page, Complaint> {
        let line = |(what, said): (Recorded, String)| {
            let said = safe(&said);
            match what {
                Recorded::New(seq) if self.told.dry => format!("@{seq} would be: {said}\n"),
                Recorded::New(seq) => format!("@{seq} recorded: {said}\n"),
                Recorded::Already(seq) => format!("already recorded as @{seq}: {said}\n"),
            }
        };
        let lines: String = self.told.sentences().into_iter().map(line).collect();
        self.page_of(&lines, &self.told.rows())
    }

    /// A page with these lines and rows, the answers that change, and the way back.
    pub(super) fn page_of(&self, lines: &str, rows: &[Value]) -> Result<Page, Complaint> {
        let changes = self.told.changes(self.session.desk.today());
        let dry = if self.told.dry { "Nothing was recorded (dry run).\n" } else { "" };
        let text = format!("{dry}{lines}{}{}", self.effect(&changes), self.undo());
        let Session { verb, ledger, .. } = &self.session;
        let json = self.told.json(verb, ledger, rows, &changes)?;
        Ok(Page { text, json, ..Page::default() })
    }

    fn effect(&self, changes: &[Change]) -> String {
        let would = if self.told.dry { "would change" } else { "change" };
        match (self.new_entries().is_empty(), changes.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("\nNo answers {would}, today or on the days named.\n"),
            (false, false) => format!("\nAnswers that {would}:\n{}", table(changes)),
        }
    }

    /// The command that takes back what was recorded, where there is one.
    fn undo(&self) -> String {
        let undo = self.told.undo().map(|words| self.session.desk.command(&words));
        undo.map(|command| format!("Undo: {command}\n")).unwrap_or_default()
    }
}

/// The changes as a table for people; where it is cut it says so.
fn table(changes: &[Change]) -> String {
    let mut table = Table::new(&["DAY", "MEASURE", "FROM", "TO"]);
    for change in changes.iter().take(MOST_SHOWN) {
        let day = change.at().to_string();
        let (from, to) = (change.from.clone(), change.to.clone());
        table.row(vec![day, change.measure().to_owned(), from, to]);
    }
    let text = table.to_text("  ");
    match changes.len().saturating_sub(MOST_SHOWN) {
        0 => text,
        more => format!("{text}  … and {more} more: --json has all\n"),
    }
}
