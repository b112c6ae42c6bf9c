//! The measures that a long input names, as far as its records need them.

use std::collections::{BTreeSet, HashMap};

use super::Doubt;
use super::marks::Mark;
use crate::history::History;
use crate::kind::Definition;
use crate::record::{Alias, Entry, Event, Initial, Measure, Record};

/// A measure, by its place in [`Measures::facts`].
type Which = u32;

/// What is known of the measures so far.
#[derive(Default)]
pub(super) struct Measures {
    /// By id or alias: the measure, and the record that gave the name.
    ids: HashMap<Mark, (Which, u64)>,
    facts: Vec<Facts>,
    by_record: HashMap<u64, Which>,
    kinds: Vec<(String, Option<u32>)>,
    /// One event for each way in which events use the words of a kind.
    uses: HashMap<String, (usize, Event)>,
    /// One measure for each way in which measures use them.
    begins: BTreeSet<(usize, Option<String>)>,
}

struct Facts {
    record: u64,
    kind: usize,
    /// Whether a retraction concerns it.
    in_doubt: bool,
}

impl Measures {
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains_key(&Mark::of(id.as_bytes()))
    }

    fn facts(&self, id: &str) -> Option<&Facts> {
        let (which, _) = self.ids.get(&Mark::of(id.as_bytes()))?;
        self.facts.get(*which as usize)
    }

    /// Whether a measure is there and no retraction concerns it.
    pub(super) fn stands(&self, id: &str) -> bool {
        self.facts(id).is_some_and(|facts| !facts.in_doubt)
    }

    /// The records that gave a measure this id, and that declared it.
    pub(super) fn records_of(&self, id: &str) -> Option<(u64, u64)> {
        let (which, given) = self.ids.get(&Mark::of(id.as_bytes()))?;
        Some((*given, self.facts.get(*which as usize)?.record))
    }

    pub(super) fn declared_by(&self, record: u64) -> bool {
        self.by_record.contains_key(&record)
    }

    /// Counts on a measure no more.
    pub(super) fn doubt(&mut self, record: u64) {
        let which = self.by_record.get(&record);
        if let Some(facts) = which.and_then(|&which| self.facts.get_mut(which as usize)) {
            facts.in_doubt = true;
        }
    }

    /// Learns the measures of a cluster that is there.
    pub(super) fn learn(&mut self, entries: &[Entry]) {
        let history = History::of(entries, None);
        let retracts = entries.iter().filter_map(|entry| match &entry.record {
            Record::Retraction(retraction) => history.names().resolve(&retraction.of).ok(),
            Record::Measure(_)
            | Record::Event(_)
            | Record::Amendment(_)
            | Record::Source(_)
            | Record::Settlement(_)
            | Record::Kind(_)
            | Record::Alias(_)
            | Record::Review(_) => None,
        });
        let retracted: Vec<u64> = retracts.collect();
        for entry in entries {
            match &entry.record {
                Record::Measure(measure) if !self.has(&measure.measure) => {
                    let _ = self.enter(measure, entry.seq);
                    if retracted.contains(&entry.seq) {
                        self.doubt(entry.seq);
                    }
                }
                Record::Alias(alias) if !self.has(&alias.measure) => {
                    let declared = history.declared(&alias.of);
                    let declared = declared.map(|measure| history.measures()[measure].record);
                    let which = declared.and_then(|record| self.by_record.get(&record).copied());
                    if let Some(which) = which {
                        self.name(&alias.measure, which, entry.seq);
                    }
                }
                Record::Measure(_)
                | Record::Alias(_)
                | Record::Event(_)
                | Record::Amendment(_)
                | Record::Retraction(_)
                | Record::Source(_)
                | Record::Settlement(_)
                | Record::Kind(_)
                | Record::Review(_) => {}
            }
        }
    }

    fn name(&mut self, id: &str, which: Which, record: u64) {
        self.ids.insert(Mark::of(id.as_bytes()), (which, record));
    }

    fn enter(&mut self, measure: &Measure, record: u64) -> Result<usize, Doubt> {
        let sort = (measure.kind.clone(), measure.revision);
        let known = self.kinds.iter().position(|known| *known == sort);
        let kind = known.unwrap_or(self.kinds.len());
        if known.is_none() {
            self.kinds.push(sort);
        }
        let which = Which::try_from(self.facts.len()).map_err(|_| Doubt)?;
        self.facts.push(Facts { record, kind, in_doubt: false });
        self.by_record.insert(record, which);
        self.name(&measure.measure, which, record);
        Ok(kind)
    }

    /// A new measure: its id must be free, and its whole of the same kind.
    pub(super) fn declare(&mut self, measure: &Measure, record: u64) -> Result<(), Doubt> {
        if self.has(&measure.measure) {
            return Err(Doubt);
        }
        if let Some(whole) = &measure.part_of {
            let whole = self.facts(whole).filter(|facts| !facts.in_doubt).ok_or(Doubt)?;
            if self.kinds[whole.kind].0 != measure.kind {
                return Err(Doubt);
            }
        }
        let kind = self.enter(measure, record)?;
        let initial = measure.initial.as_ref().map(|initial| initial.status.clone());
        self.begins.insert((kind, initial));
        Ok(())
    }

    pub(super) fn alias(&mut self, alias: &Alias, record: u64) -> Result<(), Doubt> {
        if self.has(&alias.measure) || !self.stands(&alias.of) {
            return Err(Doubt);
        }
        let (which, _) = self.ids[&Mark::of(alias.of.as_bytes())];
        self.name(&alias.measure, which, record);
        Ok(())
    }

    /// A new event: its measure must be there; whether the kind knows its words is asked at the
    /// end, once for all that use the same.
    pub(super) fn event(&mut self, event: &Event) -> Result<(), Doubt> {
        let facts = self.facts(&event.measure).filter(|facts| !facts.in_doubt).ok_or(Doubt)?;
        let kind = facts.kind;
        self.uses.entry(used(kind, event)).or_insert_with(|| (kind, event.clone()));
        Ok(())
    }

    /// The kinds in use: a measure of each, with numbers from `first` on and ids of no meaning.
    pub(super) fn samples(&self, entry: impl Fn(u64, Record) -> Entry, first: u64) -> Vec<Entry> {
        let kinds = self.kinds.iter().enumerate().map(|(kind, _)| (kind, None));
        let all = kinds.chain(self.begins.iter().cloned());
        let sample = |(seq, (kind, initial)): (u64, (usize, Option<String>))| {
            let (name, revision) = self.kinds[kind].clone();
            let initial = initial.map(|status| Initial { status, sources: Vec::new() });
            let measure = Measure {
                measure: format!("sample-{seq}"),
                kind: name,
                revision,
                initial,
                title: None,
                parties: Vec::new(),
                part_of: None,
                tags: Vec::new(),
                items: Vec::new(),
                note: None,
            };
            entry(seq, Record::Measure(measure))
        };
        (first..).zip(all).map(sample).collect()
    }

    /// Whether the kinds know the words that events use; `definition` gives the one at a place.
    pub(super) fn words_are_known<'d>(
        &self,
        definition: impl Fn(usize) -> Option<&'d Definition>,
    ) -> bool {
        self.uses.values().all(|(kind, event)| {
            definition(*kind).is_some_and(|definition| {
                let name = &self.kinds[*kind].0;
                crate::history::check_event(event, name, definition).is_empty()
            })
        })
    }
}

/// How an event uses the words of its kind, as one text.
fn used(kind: usize, event: &Event) -> String {
    use std::fmt::Write as _;
    let mut used = format!("{kind}\n{}\n{:?}", event.act, event.status);
    for plan in &event.then {
        // Writing to a text does not fail.
        let _ = write!(used, "\n{}\n{:?}", plan.act, plan.status);
    }
    for act in event.sources.iter().filter_map(|source| source.says.act.as_ref()) {
        let _ = write!(used, "\nsays {act}");
    }
    used
}
