//! A table that was imported before and corrected since: only the difference is recorded.
//!
//! What the table said last is the record as it was made, with the amendments that came from the
//! table. Only what the table says otherwise than it last did is amended: a correction that
//! somebody made in the ledger stays where the table did not change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::gather::{Gathered, Origin, Rows};
use super::problem::{Fault, Problem};
use crate::history::{Corrections, History};
use crate::record::{Amendment, Draft, Entry, Record, Reference, Retraction, numbered};

/// Why a record is amended: the table says something else now.
pub const CORRECTED: &str = "corrected-in-spreadsheet";
/// Why a record is retracted: its row is no longer in the table.
pub const GONE: &str = "gone-from-spreadsheet";
/// Why such a retraction is retracted: its row is in the table again.
pub const BACK: &str = "back-in-spreadsheet";

/// What is to be recorded of a table that was imported before.
#[derive(Debug, Default)]
pub struct Synced {
    /// What is new, and corrections of what is there.
    pub drafts: Vec<Draft>,
    /// For each draft where it comes from; none for what is no longer in the table.
    pub origins: Vec<Option<Origin>>,
    /// How many records of the table are there and say the same.
    pub unchanged: usize,
    /// How many are amended.
    pub amended: usize,
    /// How many were retracted from the table and are in it again.
    pub reinstated: usize,
    /// Records of the table that somebody retracted in the ledger; they stay so.
    pub left_retracted: Vec<u64>,
    /// Records whose rows are no longer in the table.
    pub missing: Vec<u64>,
}

/// The ledger that a table is compared with.
struct Comparing<'l> {
    entries: &'l [Entry],
    history: &'l History,
    corrections: Corrections<'l>,
    /// What the table corrected, by record.
    from_table: BTreeMap<u64, Vec<&'l Map<String, Value>>>,
    /// The retraction that stands of a record, and whether it came from the table.
    retracted: BTreeMap<u64, (u64, bool)>,
    reason: &'l str,
}

/// What to record so that the ledger says what the table says. `entries`: the whole ledger.
/// `retract`: whether to retract what is no longer in the table.
pub fn sync(
    rows: &Rows<'_>,
    gathered: Gathered,
    entries: &[Entry],
    history: &History,
    reason: &str,
    retract: bool,
) -> Result<Synced, Vec<Problem>> {
    let prefixes: Vec<&str> = rows.rules.events.iter().map(|rule| rule.key.prefix()).collect();
    if retract {
        let unnamed = rows.rules.events.iter().filter(|rule| rule.key.prefix().is_empty());
        let problems: Vec<Problem> = unnamed.map(|rule| no_prefix(rule.key.line)).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    let comparing = Comparing::of(entries, history, reason);
    let mut synced = Synced::default();
    let mut keys = BTreeSet::new();
    for (draft, origin) in gathered.drafts.into_iter().zip(gathered.origins) {
        keys.extend(draft.key.clone());
        comparing.compare(rows, draft, origin, &mut synced);
    }
    synced.missing = comparing.missing(&keys, &prefixes);
    if retract {
        for &record in &synced.missing {
            let draft = comparing.retraction(record, GONE);
            synced.drafts.push(draft);
            synced.origins.push(None);
        }
    }
    Ok(synced)
}

fn no_prefix(line: usize) -> Problem {
    let message = "which records are this table's own? Let `key` begin with a text that is the same \
                   in every row and in no other table (`key = \"eu-curbs-{Id}\"`): only what has \
                   such a key can be missing";
    Problem::new(Fault::Unanswered, message).at(line)
}

impl<'l> Comparing<'l> {
    fn of(entries: &'l [Entry], history: &'l History, reason: &'l str) -> Self {
        let corrections = Corrections::of(entries, history);
        let mut from_table: BTreeMap<u64, Vec<&Map<String, Value>>> = BTreeMap::new();
        let mut retracted = BTreeMap::new();
        for entry in entries.iter().filter(|entry| !history.is_retracted(entry.seq)) {
            match &entry.record {
                Record::Amendment(amendment) if amendment.because == CORRECTED => {
                    if let Ok(of) = history.names().resolve(&amendment.of) {
                        from_table.entry(of).or_default().push(&amendment.set);
                    }
                }
                Record::Retraction(retraction) => {
                    if let Ok(of) = history.names().resolve(&retraction.of) {
                        retracted.insert(of, (entry.seq, retraction.because == GONE));
                    }
                }
                Record::Amendment(_)
                | Record::Measure(_)
                | Record::Event(_)
                | Record::Source(_)
                | Record::Settlement(_)
                | Record::Kind(_)
                | Record::Alias(_)
                | Record::Review(_) => {}
            }
        }
        Self { entries, history, corrections, from_table, retracted, reason }
    }

    /// The record that a draft is, if it is there.
    fn known(&self, draft: &Draft) -> Option<&'l Entry> {
        let seq = match (&draft.record, &draft.key) {
            (Record::Measure(measure), _) => {
                let tracked = self.history.declared(&measure.measure)?;
                self.history.measures().get(tracked)?.record
            }
            (_, Some(key)) => self.history.names().key(key)?,
            (_, None) => return None,
        };
        numbered(self.entries, seq).filter(|entry| entry.record.kind() == draft.record.kind())
    }

    fn compare(&self, rows: &Rows<'_>, draft: Draft, origin: Origin, synced: &mut Synced) {
        let Some(entry) = self.known(&draft) else {
            synced.drafts.push(draft);
            synced.origins.push(Some(origin));
            return;
        };
        match self.retracted.get(&entry.seq) {
            Some((retraction, true)) => {
                synced.drafts.push(self.retraction(*retraction, BACK));
                synced.origins.push(Some(origin.clone()));
                synced.reinstated += 1;
            }
            Some((_, false)) => {
                synced.left_retracted.push(entry.seq);
                return;
            }
            None => {}
        }
        let rule = origin.rule.and_then(|rule| rows.rules.events.get(rule));
        let fields = match rule {
            Some(rule) => rule.fields(),
            None => rows.rules.measure.fields(rows.rules.wide.is_some()),
        };
        let set = self.difference(entry, &draft, &fields);
        if set.is_empty() {
            synced.unchanged += 1;
            return;
        }
        let amendment = Amendment {
            of: Reference::Number(entry.seq),
            set,
            because: CORRECTED.to_owned(),
            reason: Some(self.reason.to_owned()),
        };
        synced.drafts.push(Draft::new(Record::Amendment(amendment)));
        synced.origins.push(Some(origin));
        synced.amended += 1;
    }

    /// The fields that the table says otherwise than it last did, and otherwise than the ledger.
    fn difference(&self, entry: &Entry, draft: &Draft, fields: &[&str]) -> Map<String, Value> {
        let now = draft.record.body();
        let mut last = entry.record.body();
        for set in self.from_table.get(&entry.seq).into_iter().flatten() {
            last.extend(set.iter().map(|(field, value)| (field.clone(), value.clone())));
        }
        let standing = self.corrections.amended(entry, u64::MAX);
        let mut set = Map::new();
        for &field in fields {
            let said = now.get(field).unwrap_or(&Value::Null);
            let is = |body: &Map<String, Value>| body.get(field).unwrap_or(&Value::Null) == said;
            if !is(&last) && !is(&standing) {
                set.insert(field.to_owned(), said.clone());
            }
        }
        set
    }

    fn retraction(&self, of: u64, because: &str) -> Draft {
        Draft::new(Record::Retraction(Retraction {
            of: Reference::Number(of),
            because: because.to_owned(),
            reason: Some(self.reason.to_owned()),
        }))
    }

    /// The events that are the table's own by their keys, and are not in it.
    fn missing(&self, keys: &BTreeSet<String>, prefixes: &[&str]) -> Vec<u64> {
        let is_own = |key: &str| prefixes.iter().any(|it| !it.is_empty() && key.starts_with(it));
        let is_missing = |entry: &&Entry| {
            let key = entry.key.as_deref().unwrap_or_default();
            let is_event = matches!(entry.record, Record::Event(_));
            is_event && is_own(key) && !keys.contains(key) && !self.history.is_retracted(entry.seq)
        };
        self.entries.iter().filter(is_missing).map(|entry| entry.seq).collect()
    }
}
