//! Folds records, in record order, into measures and events as they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use super::corrections::{Correction, Corrections};
use super::standing::{Side, Sides, Standing, differences};
use super::{History, Names, Tracked};
use crate::kind::{self, Definition};
use crate::record::{self, Entry, Event, Measure, Record, Reference, Source};
use crate::time::{Day, Window};

/// The definition of a built-in kind: of one revision, or the newest.
pub(super) fn builtin(name: &str, revision: Option<u32>) -> Option<Arc<Definition>> {
    let builtin = match revision {
        Some(revision) => kind::builtin_revision(name, revision),
        None => kind::builtin(name),
    };
    builtin.map(|builtin| Arc::clone(&builtin.definition))
}

pub(super) fn history(entries: &[Entry], public: Option<Day>) -> History {
    let names = Names::of(entries);
    let withdrawn = withdrawn(entries, &names);
    let kinds = kinds(entries, &withdrawn);
    let changes = Corrections::in_force(entries, &names, |record| withdrawn.contains(&record));
    let (measures, ids, circular) = measures(entries, &withdrawn, &kinds, &changes);
    let mut history = History {
        measures,
        ids,
        circular,
        kinds,
        events: Vec::new(),
        of_record: Vec::new(),
        referring: Vec::new(),
        withdrawn: withdrawn.iter().copied().collect(),
        names,
        not_public: 0,
    };
    add_events(&mut history, entries, &changes, public);
    link(&mut history);
    history
}

/// The records withdrawn by a retraction that itself stands.
///
/// Every retraction has one target, so the retractions form chains: those that nobody retracts
/// stand, and each that stands withdraws its target.
fn withdrawn(entries: &[Entry], names: &Names) -> BTreeSet<u64> {
    let target = |entry: &Entry| {
        let Record::Retraction(retraction) = &entry.record else {
            return None;
        };
        names.resolve(&retraction.of).ok()
    };
    let targets: BTreeMap<u64, u64> =
        entries.iter().filter_map(|entry| Some((entry.seq, target(entry)?))).collect();
    let mut open: BTreeMap<u64, usize> = targets.keys().map(|&record| (record, 0)).collect();
    for goal in targets.values() {
        open.entry(*goal).and_modify(|count| *count += 1);
    }
    let mut ready: Vec<u64> =
        open.iter().filter(|&(_, &count)| count == 0).map(|(&record, _)| record).collect();
    let mut withdrawn = BTreeSet::new();
    while let Some(retraction) = ready.pop() {
        let goal = targets[&retraction];
        if !withdrawn.contains(&retraction) {
            withdrawn.insert(goal);
        }
        if let Some(count) = open.get_mut(&goal) {
            *count -= 1;
            if *count == 0 {
                ready.push(goal);
            }
        }
    }
    withdrawn
}

/// The kinds that `kind` records define or extend.
fn kinds(entries: &[Entry], withdrawn: &BTreeSet<u64>) -> IndexMap<String, Arc<Definition>> {
    let mut kinds: IndexMap<String, Arc<Definition>> = IndexMap::new();
    for entry in entries.iter().filter(|entry| !withdrawn.contains(&entry.seq)) {
        let Record::Kind(record) = &entry.record else {
            continue;
        };
        let base =
            kinds.get(&record.kind).cloned().or_else(|| builtin(&record.kind, record.revision));
        let patch = Value::Object(record.definition.clone());
        if let Ok(definition) = Definition::laid_over(&patch, base.as_deref()) {
            kinds.insert(record.kind.clone(), Arc::new(definition));
        }
    }
    kinds
}

/// The measures in order of declaration, and every id that resolves.
fn measures(
    entries: &[Entry],
    withdrawn: &BTreeSet<u64>,
    kinds: &IndexMap<String, Arc<Definition>>,
    changes: &Corrections<'_>,
) -> (Vec<Tracked>, IndexMap<String, usize>, Vec<usize>) {
    let mut measures = Vec::new();
    let mut ids = IndexMap::new();
    for entry in entries {
        let Record::Measure(declared) = &entry.record else {
            continue;
        };
        let measure = amended_measure(declared, entry, changes);
        let own = kinds.get(&measure.kind).cloned();
        let Some(kind) = own.or_else(|| builtin(&measure.kind, measure.revision)) else {
            continue;
        };
        ids.insert(measure.measure.clone(), measures.len());
        measures.push(Tracked {
            record: entry.seq,
            measure,
            kind,
            aliases: Vec::new(),
            whole: None,
            parts: Vec::new(),
            events: Vec::new(),
            reviewed_through: None,
            retracted: withdrawn.contains(&entry.seq),
        });
    }
    add_aliases(entries, &mut measures, &mut ids);
    for entry in entries.iter().filter(|entry| !withdrawn.contains(&entry.seq)) {
        if let Record::Review(review) = &entry.record
            && let Some(&m) = ids.get(&review.measure)
        {
            let known = measures[m].reviewed_through;
            measures[m].reviewed_through = known.max(Some(review.through));
        }
    }
    let circular = join_parts(&mut measures, &ids);
    (measures, ids, circular)
}

fn amended_measure(declared: &Measure, entry: &Entry, changes: &Corrections<'_>) -> Measure {
    if changes.corrections(entry.seq).is_empty() {
        return declared.clone();
    }
    match record::read(&changes.amended(entry, u64::MAX)).map(|draft| draft.record) {
        Ok(Record::Measure(amended)) => amended,
        _ => declared.clone(),
    }
}

/// Adds the second ids, those of second ids too, in whatever order they were recorded.
fn add_aliases(entries: &[Entry], measures: &mut [Tracked], ids: &mut IndexMap<String, usize>) {
    let alias = |entry: &Entry| match &entry.record {
        Record::Alias(alias) => Some((alias.measure.clone(), alias.of.clone())),
        Record::Measure(_)
        | Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Review(_) => None,
    };
    let mut waiting: Vec<(String, String)> = entries.iter().filter_map(alias).collect();
    loop {
        let before = waiting.len();
        waiting.retain(|(alias, of)| {
            let Some(&measure) = ids.get(of) else { return true };
            ids.insert(alias.clone(), measure);
            measures[measure].aliases.push(alias.clone());
            false
        });
        if waiting.len() == before {
            return;
        }
    }
}

/// Joins parts to their wholes. Gives those that would be parts of themselves; they stay apart.
fn join_parts(measures: &mut [Tracked], ids: &IndexMap<String, usize>) -> Vec<usize> {
    let mut circular = Vec::new();
    for part in 0..measures.len() {
        let Some(id) = measures[part].measure.part_of.as_ref() else {
            continue;
        };
        let Some(&whole) = ids.get(id).filter(|&&m| !measures[m].retracted) else {
            continue;
        };
        let mut above = Some(whole);
        while let Some(m) = above.filter(|&m| m != part) {
            above = measures[m].whole;
        }
        if above.is_none() {
            measures[part].whole = Some(whole);
            measures[whole].parts.push(part);
        } else {
            circular.push(part);
        }
    }
    circular
}

fn add_events(
    history: &mut History,
    entries: &[Entry],
    changes: &Corrections<'_>,
    public: Option<Day>,
) {
    for entry in entries {
        let Record::Event(said) = &entry.record else {
            continue;
        };
        let standing = standing(history, entry, said, changes, public);
        if standing.hidden && !standing.retracted {
            history.not_public += 1;
        }
        let index = history.events.len();
        history.of_record.push((entry.seq, index));
        if let Some(measure) = standing.measure {
            history.measures[measure].events.push(index);
        }
        history.events.push(standing);
    }
}

fn standing(
    history: &History,
    entry: &Entry,
    said: &Arc<Event>,
    changes: &Corrections<'_>,
    public: Option<Day>,
) -> Standing {
    let corrections = changes.corrections(entry.seq);
    let mut event = amended_event(said, entry, changes);
    let own = event.sources.len();
    let later = changes.sources(entry.seq);
    if !later.is_empty() {
        let sources = later.iter().map(|&(_, source)| source.clone());
        Arc::make_mut(&mut event).sources.extend(sources);
    }
    let mut brought = Vec::new();
    // Most sources only confirm the event: then it does not matter which record brought which.
    if event.sources.iter().any(speaks_otherwise) {
        brought.resize(own, brought_sources(entry.seq, corrections));
        brought.extend(later.iter().map(|(record, _)| *record));
    }
    let hidden = public.is_some_and(|day| hide(&mut event, &mut brought, day));
    let mut standing = Standing {
        record: entry.seq,
        measure: history.measure(&event.measure),
        event,
        corrected_by: corrections.iter().map(Correction::record).collect(),
        retracted: history.is_retracted(entry.seq),
        hidden,
        denied: denied(corrections),
        after: Vec::new(),
        cancels: Vec::new(),
        settles: Vec::new(),
        unsettled: None,
        sides: Sides::default(),
    };
    let is_settled = |c: &Correction<'_>| matches!(c, Correction::Settled(..));
    let settled = corrections.iter().any(is_settled);
    standing.unsettled = settled.then(|| read_event(&changes.unsettled(entry))).flatten();
    let unsettled = standing.unsettled.as_ref().unwrap_or(&standing.event);
    standing.sides = sides(&standing, unsettled, &brought, corrections);
    standing
}

fn amended_event(said: &Arc<Event>, entry: &Entry, changes: &Corrections<'_>) -> Arc<Event> {
    let corrections = changes.corrections(entry.seq);
    if corrections.is_empty() {
        return said.clone();
    }
    if let Some(event) = simply_amended(said, corrections) {
        return event.into();
    }
    read_event(&changes.amended(entry, u64::MAX)).unwrap_or_else(|| said.clone())
}

/// The event with its corrections, where they set only dates, the act or the note to what these can
/// be; none where it is more than that, which is read as a record is.
fn simply_amended(said: &Event, corrections: &[Correction<'_>]) -> Option<Event> {
    let mut event = said.clone();
    for correction in corrections {
        match correction {
            Correction::Amended(_, set) => {
                for (field, value) in *set {
                    set_simply(&mut event, field, value.as_str()?)?;
                }
            }
            Correction::Settled(_, "occurred", _) => {}
            Correction::Settled(_, field, value) => {
                set_simply(&mut event, field, value.as_str()?)?;
            }
        }
    }
    (!event.has_plans_before_it()).then_some(event)
}

fn set_simply(event: &mut Event, field: &str, text: &str) -> Option<()> {
    match field {
        "effective" => event.effective = text.parse().ok()?,
        "announced" => event.announced = Some(text.parse().ok()?),
        "act" if record::is_word(text) => text.clone_into(&mut event.act),
        "note" if !text.is_empty() && !text.contains('\0') => event.note = Some(text.to_owned()),
        _ => return None,
    }
    Some(())
}

fn read_event(object: &serde_json::Map<String, Value>) -> Option<Arc<Event>> {
    match record::read(object).map(|draft| draft.record) {
        Ok(Record::Event(event)) => Some(event),
        Ok(_) | Err(_) => None,
    }
}

/// The record that gave the event its own list of sources: its own, or the last amendment of it.
fn brought_sources(record: u64, corrections: &[Correction<'_>]) -> u64 {
    let amends = |correction: &&Correction<'_>| matches!(correction, Correction::Amended(_, set) if set.contains_key("sources"));
    corrections.iter().rev().find(amends).map_or(record, Correction::record)
}

/// Whether the last settlement of `occurred` says that it did not.
fn denied(corrections: &[Correction<'_>]) -> bool {
    let settled = corrections.iter().rev().find_map(|correction| match correction {
        Correction::Settled(_, "occurred", value) => value.as_bool(),
        Correction::Settled(..) | Correction::Amended(..) => None,
    });
    settled == Some(false)
}

/// Keeps what was public by the end of `day`; true where nothing was.
fn hide(event: &mut Arc<Event>, brought: &mut Vec<u64>, day: Day) -> bool {
    let by_then = |window: &Window| window.bounds().1 <= day;
    let is_public = |source: &Source| source.published.as_ref().is_some_and(by_then);
    if !event.announced.as_ref().is_none_or(by_then) {
        Arc::make_mut(event).announced = None;
    }
    if !event.sources.iter().all(is_public) {
        let mut sources = event.sources.iter();
        brought.retain(|_| sources.next().is_some_and(is_public));
        Arc::make_mut(event).sources.retain(is_public);
    }
    event.sources.is_empty() && event.announced.is_none()
}

/// Whether a source says anything of its own about the event.
fn speaks_otherwise(source: &Source) -> bool {
    source.stance.is_some() || !source.says.is_empty()
}

/// The fields on which sources can disagree.
const FIELDS: [&str; 5] = ["act", "effective", "announced", "set", "occurred"];

fn sides(
    standing: &Standing,
    unsettled: &Event,
    brought: &[u64],
    corrections: &[Correction<'_>],
) -> Sides {
    let closed = |field: &str, since: u64| {
        corrections.iter().any(|correction| match correction {
            Correction::Settled(record, settled, _) => *settled == field && *record > since,
            Correction::Amended(..) => false,
        })
    };
    let mut sides = Sides::default();
    for (source, &record) in standing.event.sources.iter().zip(brought) {
        let mut differs = differences(&standing.event, source);
        let settled: Vec<&'static str> =
            FIELDS.into_iter().filter(|field| closed(field, record)).collect();
        let open = differs.iter().copied().filter(|field| !settled.contains(field)).collect();
        let before = differences(unsettled, source);
        differs.extend(before.into_iter().filter(|field| settled.contains(field)));
        differs.sort_unstable();
        differs.dedup();
        if !differs.is_empty() {
            sides.all.push(Side { record, source: source.clone(), open, differs, settled });
        }
    }
    sides
}

/// Resolves the references between events, once all are there.
fn link(history: &mut History) {
    history.referring = vec![Vec::new(); history.events.len()];
    for index in 0..history.events.len() {
        let event = &history.events[index].event;
        let resolve = |references: &[Reference]| -> Vec<usize> {
            let records = references.iter().filter_map(|r| history.names.resolve(r).ok());
            records.filter_map(|record| history.event_of(record)).collect()
        };
        let (after, cancels) = (resolve(&event.after), resolve(&event.cancels));
        let settles = resolve(&event.settles);
        for &target in after.iter().chain(&cancels).chain(&settles) {
            if history.referring[target].last() != Some(&index) {
                history.referring[target].push(index);
            }
        }
        let standing = &mut history.events[index];
        (standing.after, standing.cancels, standing.settles) = (after, cancels, settles);
    }
}
