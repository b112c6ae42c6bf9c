//! Which records hang together: each group can be asked about without the others.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::history::Names;
use crate::record::{Entry, Record, Reference};

/// Records in groups, so that nothing in one says anything about a measure of another.
///
/// Kinds and what corrects them say something about every group and are in each.
pub(super) struct Groups<'e> {
    /// Each record with the number of its group.
    entries: Vec<(&'e Entry, usize)>,
    /// The groups of kinds.
    common: Vec<usize>,
    /// The group of each id of a measure.
    of_id: BTreeMap<&'e str, usize>,
}

impl<'e> Groups<'e> {
    pub(super) fn of(entries: &'e [Entry], names: &Names) -> Self {
        let mut ties = Ties::new(entries);
        for place in 0..entries.len() {
            ties.tie(place, names);
        }
        let of_id: Vec<(&str, usize)> = ties.ids.iter().map(|(&id, &node)| (id, node)).collect();
        let of_id = of_id.into_iter().map(|(id, node)| (id, ties.root(node))).collect();
        let entries: Vec<(&Entry, usize)> =
            entries.iter().enumerate().map(|(place, entry)| (entry, ties.root(place))).collect();
        let kinds = entries.iter().filter(|(entry, _)| matches!(entry.record, Record::Kind(_)));
        let common = kinds.map(|&(_, group)| group).collect();
        Self { entries, common, of_id }
    }

    /// The group of a measure.
    pub(super) fn group(&self, id: &str) -> Option<usize> {
        self.of_id.get(id).copied()
    }

    /// All records of a group, in record order, with those of the kinds.
    pub(super) fn records(&self, group: usize) -> Vec<Entry> {
        let in_group = |of: usize| of == group || self.common.contains(&of);
        let found = self.entries.iter().filter(|&&(_, of)| in_group(of));
        found.map(|&(entry, _)| entry.clone()).collect()
    }
}

/// Sets of records and ids that are being joined: each points to another of its set, or to itself.
struct Ties<'e> {
    entries: &'e [Entry],
    above: Vec<usize>,
    ids: BTreeMap<&'e str, usize>,
}

impl<'e> Ties<'e> {
    fn new(entries: &'e [Entry]) -> Self {
        let mut ties = Self { entries, above: (0..entries.len()).collect(), ids: BTreeMap::new() };
        for id in entries.iter().flat_map(|entry| own_ids(&entry.record)) {
            let next = ties.above.len();
            ties.ids.entry(id).or_insert(next);
            if ties.ids[id] == next {
                ties.above.push(next);
            }
        }
        ties
    }

    fn root(&mut self, node: usize) -> usize {
        let mut at = node;
        while self.above[at] != at {
            self.above[at] = self.above[self.above[at]];
            at = self.above[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.above[one.max(other)] = one.min(other);
    }

    /// Joins a record with all that it names.
    fn tie(&mut self, place: usize, names: &Names) {
        let entries = self.entries;
        let record = &entries[place].record;
        for id in own_ids(record) {
            let node = self.ids[id];
            self.join(place, node);
        }
        for reference in references(record) {
            self.tie_to(place, &reference, names);
        }
        if let Record::Amendment(amendment) = record {
            amendment.set.values().for_each(|value| self.tie_words(place, value, names));
        }
    }

    fn tie_to(&mut self, place: usize, reference: &Reference, names: &Names) {
        let named = names.resolve(reference).ok();
        let other = named.and_then(|seq| self.entries.binary_search_by_key(&seq, |e| e.seq).ok());
        if let Some(other) = other {
            self.join(place, other);
        }
    }

    /// Whatever a corrected field names. A word that only looks like a name joins what need not be
    /// joined, which changes no answer.
    fn tie_words(&mut self, place: usize, value: &Value, names: &Names) {
        match value {
            Value::String(word) => {
                if let Some(&node) = self.ids.get(word.as_str()) {
                    self.join(place, node);
                }
                if let Some(reference) = Reference::parse(word) {
                    self.tie_to(place, &reference, names);
                }
            }
            Value::Array(values) => values.iter().for_each(|v| self.tie_words(place, v, names)),
            Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The ids of measures that a record names.
fn own_ids(record: &Record) -> Vec<&str> {
    match record {
        Record::Measure(measure) => {
            measure.part_of.iter().chain([&measure.measure]).map(String::as_str).collect()
        }
        Record::Event(event) => vec![&event.measure],
        Record::Alias(alias) => vec![&alias.measure, &alias.of],
        Record::Review(review) => vec![&review.measure],
        Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_) => Vec::new(),
    }
}

fn references(record: &Record) -> Vec<Reference> {
    match record {
        Record::Event(event) => {
            event.after.iter().chain(&event.cancels).chain(&event.settles).cloned().collect()
        }
        Record::Amendment(record) => vec![record.of.clone()],
        Record::Retraction(record) => vec![record.of.clone()],
        Record::Source(record) => vec![record.of.clone()],
        Record::Settlement(record) => vec![record.of.clone()],
        Record::Measure(_) | Record::Kind(_) | Record::Alias(_) | Record::Review(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;
    use crate::record;
    use crate::time::{Day, Instant};

    fn entry((seq, line): (u64, &str)) -> Entry {
        let draft = record::read(&record::parse_object(line).unwrap()).unwrap();
        let (id, recorded) =
            (uuid::Uuid::from_u128(u128::from(seq)), Instant::start_of(Day::FIRST));
        Entry { seq, id, recorded, by: None, key: draft.key, record: draft.record }
    }

    fn numbers(groups: &Groups<'_>, id: &str) -> Vec<u64> {
        let group = groups.group(id).unwrap();
        groups.records(group).iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn names_tie_and_kinds_are_everywhere() {
        let lines = [
            r#"{"record":"measure","measure":"a","kind":"agreement"}"#,
            r#"{"record":"measure","measure":"b","kind":"agreement"}"#,
            r#"{"record":"measure","measure":"c","kind":"agreement"}"#,
            r#"{"record":"measure","measure":"c.1","kind":"agreement","part_of":"c"}"#,
            r#"{"record":"event","key":"e","measure":"a","act":"signed","effective":"2020"}"#,
            r#"{"record":"event","key":"f","measure":"b","act":"signed","effective":"2020"}"#,
            r#"{"record":"kind","kind":"agreement","definition":{}}"#,
            r#"{"record":"retraction","of":"@7","because":"typo"}"#,
            r#"{"record":"alias","measure":"bb","of":"b"}"#,
            r#"{"record":"amendment","of":"f","set":{"after":["e"]},"because":"typo"}"#,
        ];
        let entries: Vec<Entry> = (1..).zip(lines).map(entry).collect();
        let before = Groups::of(&entries[..9], &Names::of(&entries[..9]));
        assert_eq!(numbers(&before, "a"), [1, 5, 7, 8]);
        assert_eq!(numbers(&before, "bb"), [2, 6, 7, 8, 9]);
        assert_eq!(numbers(&before, "c.1"), [3, 4, 7, 8]);
        let after = Groups::of(&entries, &Names::of(&entries));
        assert_eq!(numbers(&after, "a"), [1, 2, 5, 6, 7, 8, 9, 10]);
    }
}
