//! What a record names, and so hangs together with.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Draft, Record, Reference};

/// The measures and records that some record names, itself included.
///
/// Two records that name the same, or of which one names the other, can change each other's
/// answers; records that nothing connects, not even by others, never do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Ids and aliases of measures.
    pub measures: BTreeSet<String>,
    /// Other records.
    pub references: Vec<Reference>,
}

impl Mentions {
    /// What a record names.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let mut mentions = Self::default();
        mentions.add(record);
        mentions
    }

    /// What a draft names: its own key and id too, which may be taken.
    pub fn add_draft(&mut self, draft: &Draft) {
        self.references.extend(draft.key.clone().map(Reference::Name));
        self.references.extend(draft.id.map(Reference::Id));
        self.add(&draft.record);
    }

    /// Some measures.
    #[must_use]
    pub fn measures<'w>(ids: impl IntoIterator<Item = &'w String>) -> Self {
        Self { measures: ids.into_iter().cloned().collect(), references: Vec::new() }
    }

    /// The records that some words refer to, as far as they can be references.
    #[must_use]
    pub fn and_records<'w>(mut self, words: impl IntoIterator<Item = &'w String>) -> Self {
        self.references.extend(words.into_iter().filter_map(|words| Reference::parse(words)));
        self
    }

    fn measure(&mut self, id: &str) {
        self.measures.insert(id.to_owned());
    }

    fn add(&mut self, record: &Record) {
        match record {
            Record::Measure(record) => {
                self.measure(&record.measure);
                self.measures.extend(record.part_of.clone());
            }
            Record::Event(event) => {
                self.measure(&event.measure);
                let named = [&event.after, &event.cancels, &event.settles];
                self.references.extend(named.into_iter().flatten().cloned());
            }
            Record::Amendment(amendment) => {
                self.references.push(amendment.of.clone());
                amendment.set.iter().for_each(|(field, value)| self.field(field, value));
            }
            Record::Retraction(record) => self.references.push(record.of.clone()),
            Record::Source(record) => self.references.push(record.of.clone()),
            Record::Settlement(record) => self.references.push(record.of.clone()),
            Record::Alias(alias) => {
                self.measure(&alias.measure);
                self.measure(&alias.of);
            }
            Record::Review(review) => self.measure(&review.measure),
            Record::Kind(_) => {}
        }
    }

    /// What an amendment makes a field say.
    fn field(&mut self, field: &str, value: &Value) {
        match (field, value) {
            ("measure" | "part_of", Value::String(id)) => self.measure(id),
            ("after" | "cancels" | "settles", Value::Array(list)) => {
                let texts = list.iter().filter_map(Value::as_str);
                self.references.extend(texts.filter_map(Reference::parse));
            }
            _ => {}
        }
    }
}
