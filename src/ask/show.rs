//! One record in full, with what later records did to it.

mod story;

use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::{Complaint, Exit, Item};
use super::knowing::Knowing;
use super::scope::Scope;
use crate::codec::exchanged;
use crate::export::{cited, said};
use crate::history::Unresolved;
use crate::ledger::LedgerError;
use crate::nearest::nearest;
use crate::record::{Entry, Mentions, Record, Reference, numbered};
pub(crate) use story::Chapter;
use story::story;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// The record: @12, an id or the beginning of one, or a key.
    pub(crate) record: String,
    /// Only what this ledger knew.
    pub(crate) known: Option<String>,
}

/// What is answered: the record, among those that it takes.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    /// Its number.
    pub(crate) seq: u64,
    /// The words that named it.
    words: String,
}

/// A record with all that is known of it.
pub(crate) struct Shown<'e> {
    pub(crate) entry: &'e Entry,
    /// What it says, as it was recorded.
    pub(crate) says: Map<String, Value>,
    /// The same with every correction and later source counted in.
    pub(crate) stands: Map<String, Value>,
    pub(crate) retracted: bool,
    pub(crate) denied: bool,
    /// What later records did to it.
    pub(crate) story: Vec<Chapter<'e>>,
    pub(crate) hash: String,
    pub(crate) previous: String,
}

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(&self, asker: &'d dyn Asker) -> Result<Answer<'d>, Complaint> {
        let knowing = Knowing { known: self.known.clone(), public: None };
        let mentions = Mentions::measures([&self.record]).and_records([&self.record]);
        let asked = Asked::about(asker, &knowing, &Scope::About(mentions))?;
        let seq = resolve(&asked, &self.record)?;
        Ok(Answer { asked, seq, words: self.record.clone() })
    }
}

impl Answer<'_> {
    /// The record with all that is known of it.
    pub(crate) fn shown(&self) -> Result<Shown<'_>, Complaint> {
        let entries = self.asked.known_entries();
        let entry = numbered(entries, self.seq).ok_or_else(|| unknown(&self.asked, &self.words))?;
        Ok(Shown::of(entry, entries, &self.asked)?)
    }

    /// The one JSON object of the answer.
    pub(crate) fn json(&self, shown: &Shown<'_>) -> Value {
        let asked = &self.asked;
        let (query, results) = (json!({"record": self.seq}), json!([shown.to_json()]));
        asked.envelope("show", query, asked.now(true), &results, &asked.notes())
    }

    /// The record in one line, for a footnote.
    pub(crate) fn cite(&self, shown: &Shown<'_>) -> String {
        citation(&self.asked, shown)
    }
}

impl<'e> Shown<'e> {
    fn of(
        entry: &'e Entry,
        entries: &'e [Entry],
        asked: &'e Asked<'_>,
    ) -> Result<Self, LedgerError> {
        let history = &asked.history;
        let event = history.event_of(entry.seq).map(|event| &history.events()[event]);
        Ok(Self {
            entry,
            says: exchanged(entry),
            stands: stands(entry, asked),
            retracted: history.is_retracted(entry.seq),
            denied: event.is_some_and(|event| event.denied),
            story: story(entry, entries, history),
            hash: asked.ledger.hash(entry.seq)?.to_string(),
            previous: asked.ledger.previous(entry.seq)?.to_string(),
        })
    }

    fn to_json(&self) -> Value {
        let story: Vec<Value> = self.story.iter().map(Chapter::to_json).collect();
        json!({
            "record": self.entry.seq,
            "type": self.entry.record.kind(),
            "says": self.says,
            "stands": self.stands,
            "retracted": self.retracted,
            "denied": self.denied,
            "story": story,
            "id": self.entry.id,
            "recorded": self.entry.recorded,
            "by": self.entry.by,
            "key": self.entry.key,
            "hash": self.hash,
            "previous": self.previous,
        })
    }
}

/// A record in one line, for a footnote: who says it, what it says, and where it is recorded.
fn citation(asked: &Asked<'_>, shown: &Shown<'_>) -> String {
    let event = asked.history.event_of(shown.entry.seq);
    let event = event.map(|event| &asked.history.events()[event].event);
    let sources = event.map_or(&[][..], |event| &event.sources);
    let mut sources: Vec<String> = sources.iter().map(cited).collect();
    if let Record::Source(added) = &shown.entry.record {
        sources.push(cited(&added.source));
    }
    let evidence = if sources.is_empty() { "no source".to_owned() } else { sources.join("; ") };
    let (seq, recorded) = (shown.entry.seq, shown.entry.recorded.day());
    let said = said(shown.entry, &asked.history, asked.known_entries());
    let withdrawn = if shown.retracted { ", retracted since" } else { "" };
    let (id, records) = (asked.standpoint.id, asked.standpoint.records);
    format!(
        "{said} ({evidence}); recorded {recorded} as @{seq}{withdrawn}. Ledger {id}, records 1 to \
         {records}, head {}; record sha256:{}. Repeat: ledger show @{seq} --cite --known @{records}",
        asked.standpoint.head, shown.hash
    )
}

/// The record in its exchanged form with every correction and later source counted in.
fn stands(entry: &Entry, asked: &Asked) -> Map<String, Value> {
    let history = &asked.history;
    let event = history.event_of(entry.seq).map(|event| {
        let standing = &history.events()[event];
        Record::Event(standing.event.clone())
    });
    let measure = || {
        let mut measures = history.measures().iter();
        let measure = measures.find(|tracked| tracked.record == entry.seq)?;
        Some(Record::Measure(measure.measure.clone()))
    };
    let record = event.or_else(measure);
    exchanged(&Entry { record: record.unwrap_or_else(|| entry.record.clone()), ..entry.clone() })
}

/// The number of the record that some words name.
pub(crate) fn resolve(asked: &Asked, words: &str) -> Result<u64, Complaint> {
    let reference = Reference::parse(words).ok_or_else(|| unknown(asked, words))?;
    let resolved = asked.ledger.resolve(&reference, asked.records)?;
    resolved.map_err(|unresolved| match unresolved {
        Unresolved::Unknown => unknown(asked, words),
        Unresolved::Ambiguous => {
            let message = format!("`{words}` begins the ids of several records: write more");
            Complaint::new(Exit::Missing, Item::new("ambiguous-reference", message).help("log"))
        }
    })
}

/// A record that is not there, with the nearest keys; a measure is shown by another command.
fn unknown(asked: &Asked, words: &str) -> Complaint {
    let (all, known) = (asked.ledger.records(), asked.records);
    let end = match &asked.known {
        Some(point) => format!("{known} of {all} were known on {point}"),
        None => format!("the last is @{all}"),
    };
    let measure = asked.history.measure(words);
    let message = match measure {
        Some(_) => format!("`{words}` is a measure, not a record"),
        None => format!("no record `{words}`: {end}"),
    };
    // Guesses are a courtesy: where they cannot be had, the sentence stands without.
    let keys = asked.ledger.keys().unwrap_or_default();
    let keys = keys.iter().filter(|(_, seq)| *seq <= known as u64).map(|(key, _)| key.as_str());
    let guesses = nearest(words, keys).into_iter().map(str::to_owned);
    let item = Item::new("unknown-reference", message).guesses(guesses.collect());
    let help = match measure {
        Some(_) => format!("measure show {words}"),
        None => "log".to_owned(),
    };
    Complaint::new(Exit::Missing, item.help(help))
}
