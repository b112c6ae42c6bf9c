//! What could not be decided as it came: definitions of kinds, and corrections, each over the few
//! records that it concerns.

use std::collections::{BTreeMap, HashMap};

use super::{Doubt, Stream};
use crate::admission::{Rules, Simulated, check};
use crate::history::{Corrections, History};
use crate::record::{Entry, Mentions, Record, Reference};

/// So many records are looked at together, roughly.
const TOGETHER: usize = 1_000;

impl Stream<'_> {
    /// Whether everything that was taken can be recorded; `new` gives a new record back.
    pub fn check(&self, new: &dyn Fn(u64) -> Option<Entry>) -> Result<(), Doubt> {
        let came = |reference: &Reference| {
            let seq = self.resolve(reference)?.ok_or(Doubt)?;
            if self.is_event(seq) { Ok(()) } else { Err(Doubt) }
        };
        self.awaited.iter().try_for_each(came)?;
        self.kinds_hold()?;
        self.corrections_hold(new)
    }

    /// Whether the new definitions of kinds can be, and the kinds have what measures and events
    /// use.
    fn kinds_hold(&self) -> Result<(), Doubt> {
        let last = self.last.ok_or(Doubt)?;
        let like = |seq, record| Entry {
            seq,
            id: uuid::Uuid::from_u128(seq.into()),
            recorded: last.1,
            by: None,
            key: None,
            record,
        };
        let samples = self.measures.samples(like, last.0 + 1);
        let mut entries = self.kinds.clone();
        entries.extend(samples.iter().cloned());
        hold(self.rules, &entries, self.there)?;
        let history = History::of(&entries, None);
        let definition = |place: usize| {
            let id = samples.get(place).and_then(|entry| entry.record.measure())?;
            Some(&*history.measures()[history.declared(id)?].kind)
        };
        if self.measures.words_are_known(definition) { Ok(()) } else { Err(Doubt) }
    }

    fn corrections_hold(&self, new: &dyn Fn(u64) -> Option<Entry>) -> Result<(), Doubt> {
        let mut corrected: HashMap<u64, Vec<u64>> = HashMap::new();
        for &(target, correction) in &self.corrections {
            corrected.entry(target).or_default().push(correction);
        }
        let roots = self.corrections.iter().map(|&(target, _)| self.root(target).ok_or(Doubt));
        let mut roots = roots.collect::<Result<Vec<_>, _>>()?;
        roots.sort_unstable();
        roots.dedup();
        let mut near = Near { stream: self, new, corrected, found: BTreeMap::new() };
        for root in roots {
            near.tree(root)?;
            if near.found.len() > TOGETHER {
                near.hold()?;
            }
        }
        near.hold()
    }
}

/// Records that are needed to judge some corrections.
struct Near<'s, 'g> {
    stream: &'s Stream<'g>,
    new: &'s dyn Fn(u64) -> Option<Entry>,
    /// The new corrections of each record.
    corrected: HashMap<u64, Vec<u64>>,
    /// Each with whether all that corrects it is there too.
    found: BTreeMap<u64, (Entry, bool)>,
}

impl Near<'_, '_> {
    /// Finds a record with all that corrects it, and the same of the measures these name.
    fn tree(&mut self, root: u64) -> Result<(), Doubt> {
        let mut waiting = vec![root];
        while let Some(seq) = waiting.pop() {
            if self.found.get(&seq).is_some_and(|(_, whole)| *whole) {
                continue;
            }
            let reached = if seq <= self.stream.there {
                self.stream.ground.around(Some(seq))
            } else {
                vec![(self.new)(seq).ok_or(Doubt)?]
            };
            for entry in reached {
                waiting.extend(self.corrected.get(&entry.seq).into_iter().flatten());
                // What is there brings its surroundings with it.
                if entry.seq > self.stream.there {
                    self.mentions(&entry, &mut waiting)?;
                }
                self.found.insert(entry.seq, (entry, true));
            }
        }
        Ok(())
    }

    fn mentions(&mut self, entry: &Entry, waiting: &mut Vec<u64>) -> Result<(), Doubt> {
        let Mentions { measures, references } = Mentions::of(&entry.record);
        for id in measures {
            let (given, declared) = self.stream.measures.records_of(&id).ok_or(Doubt)?;
            waiting.extend([given, declared]);
        }
        for reference in references {
            let seq = self.stream.resolve(&reference)?.ok_or(Doubt)?;
            if !self.found.contains_key(&seq) && seq > self.stream.there {
                let named = (self.new)(seq).ok_or(Doubt)?;
                self.found.insert(seq, (named, false));
            } else if !self.found.contains_key(&seq) {
                waiting.push(seq);
            }
        }
        Ok(())
    }

    /// Whether all corrections among what was found can be recorded; begins anew.
    fn hold(&mut self) -> Result<(), Doubt> {
        let mut found = std::mem::take(&mut self.found);
        for kind in &self.stream.kinds {
            found.insert(kind.seq, (kind.clone(), false));
        }
        let entries: Vec<Entry> = found.into_values().map(|(entry, _)| entry).collect();
        hold(self.stream.rules, &entries, self.stream.there)
    }
}

/// Whether no rule is against the new ones among some records, those that depend on more than what
/// was known as they came.
fn hold(rules: &Rules, entries: &[Entry], there: u64) -> Result<(), Doubt> {
    let history = History::of(entries, None);
    let corrections = Corrections::of(entries, &history);
    let first_new = entries.partition_point(|entry| entry.seq <= there);
    let checking = check::Checking {
        entries,
        new: &entries[first_new..],
        measure_ids: &Vec::new,
        keys: &Vec::new,
        history: &history,
        corrections: &corrections,
        duplicates: false,
        measured: rules.simulated == Simulated::No,
        retracted: check::retracted(entries, &history),
        first_with_id: check::first_with_id(entries),
    };
    let late = |entry: &&Entry| entry.record.corrects().is_some() || is_definition(&entry.record);
    let fits = |entry: &Entry| checking.refusals(entry.seq).is_empty();
    if entries[first_new..].iter().filter(late).all(fits) { Ok(()) } else { Err(Doubt) }
}

fn is_definition(record: &Record) -> bool {
    match record {
        Record::Kind(_) => true,
        // Only the samples of kinds: what else is near was checked as it came.
        Record::Measure(measure) => measure.part_of.is_none(),
        Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Alias(_)
        | Record::Review(_) => false,
    }
}
