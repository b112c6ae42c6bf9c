//! Who says so: the sources that stand in the records, by publisher.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::history::History;
use crate::record::{Source, Stance};
use crate::time::Window;

/// A publisher with what the ledger has of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Publisher {
    /// Its name as it is written; none for sources that name nobody.
    pub publisher: Option<String>,
    /// How many events it speaks of.
    pub events: usize,
    /// How often it denies that an event happened.
    pub denials: usize,
    /// How often it differs from the event it speaks of.
    pub differences: usize,
    /// What it published, by date and title.
    pub sources: Vec<Told>,
}

/// One source with the records that it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its title.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// When it was published, as it is written.
    pub published: Option<String>,
    /// The events that it speaks of.
    pub records: Vec<u64>,
}

/// What one published, by date, title and address.
type Works<'h> = BTreeMap<(Option<&'h str>, Option<&'h str>, Option<&'h str>), Told>;

/// The publishers in alphabetical order, those without a name last; only one of them where it is
/// named. Events that are withdrawn do not count.
#[must_use]
pub fn sources(history: &History, only: Option<&str>) -> Vec<Publisher> {
    let mut publishers: BTreeMap<(bool, &str), (Publisher, Works<'_>)> = BTreeMap::new();
    for standing in history.events().iter().filter(|standing| !standing.retracted) {
        for source in &standing.event.sources {
            let name = source.publisher.as_deref();
            if only.is_some_and(|only| name != Some(only)) {
                continue;
            }
            let key = (name.is_none(), name.unwrap_or_default());
            let (publisher, told) =
                publishers.entry(key).or_insert_with(|| (nothing_of(name), BTreeMap::new()));
            publisher.events += 1;
            publisher.denials += usize::from(source.stance == Some(Stance::Denies));
            publisher.differences += usize::from(!standing.differences(source).is_empty());
            let published = source.published.as_ref().map(Window::text);
            let key = (published, source.title.as_deref(), source.url.as_deref());
            let told = told.entry(key).or_insert_with(|| nothing_told(source));
            if told.records.last() != Some(&standing.record) {
                told.records.push(standing.record);
            }
        }
    }
    let named = publishers.into_values();
    named.map(|(it, told)| Publisher { sources: told.into_values().collect(), ..it }).collect()
}

fn nothing_of(publisher: Option<&str>) -> Publisher {
    let (events, denials, differences, sources) = (0, 0, 0, Vec::new());
    Publisher { publisher: publisher.map(str::to_owned), events, denials, differences, sources }
}

fn nothing_told(source: &Source) -> Told {
    Told {
        title: source.title.clone(),
        url: source.url.clone(),
        published: source.published.as_ref().map(|date| date.text().to_owned()),
        records: Vec::new(),
    }
}
