//! The log as a feed (Atom, RFC 4287): what was learned, newest first.
//!
//! One entry a record. What was recorded never changes, so no entry is ever updated: a correction
//! is a new entry that names the record it is about.

use std::fmt::Write as _;

use uuid::Uuid;

use super::cited::cited;
use super::said::said;
use super::xml::escaped;
use crate::history::{History, about};
use crate::record::{Entry, Record, Source, numbered};
use crate::time::Instant;

/// What a feed is called.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// The ledger's id.
    pub ledger: Uuid,
    /// A title for people.
    pub title: &'a str,
    /// When the newest record of the ledger was made; none where there is none.
    pub updated: Option<Instant>,
}

/// The feed of some records, given the oldest first. `known` are the records that they can name,
/// `history` what follows from these.
#[must_use]
pub fn feed(feed: &Feed<'_>, rows: &[&Entry], known: &[Entry], history: &History) -> String {
    let updated = feed.updated.map_or("1970-01-01T00:00:00Z".to_owned(), |at| at.to_string());
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out += "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n";
    element(&mut out, "  ", "id", &format!("urn:uuid:{}", feed.ledger));
    element(&mut out, "  ", "title", feed.title);
    element(&mut out, "  ", "updated", &updated);
    out += "  <author><name>policy-ledger</name></author>\n";
    let version = env!("CARGO_PKG_VERSION");
    put(&mut out, format_args!("  <generator version=\"{version}\">policy-ledger</generator>\n"));
    let teller = Teller { known, history };
    rows.iter().rev().for_each(|entry| teller.entry(&mut out, entry));
    out + "</feed>\n"
}

struct Teller<'e> {
    known: &'e [Entry],
    history: &'e History,
}

impl Teller<'_> {
    fn entry(&self, out: &mut String, entry: &Entry) {
        *out += "  <entry>\n";
        let within = "    ";
        element(out, within, "id", &format!("urn:uuid:{}", entry.id));
        let words = said(entry, self.history, self.known);
        element(out, within, "title", &format!("@{} {words}", entry.seq));
        element(out, within, "updated", &entry.recorded.to_string());
        element(out, within, "published", &entry.recorded.to_string());
        if let Some(by) = entry.by.as_ref().filter(|by| !by.trim().is_empty()) {
            put(out, format_args!("    <author><name>{}</name></author>\n", escaped(by)));
        }
        category(out, "type", entry.record.kind());
        if let Some(measure) = self.measure(entry) {
            category(out, "measure", &measure);
        }
        for of in self.corrected(entry) {
            let title = format!("@{}", of.seq);
            link(out, "related", &format!("urn:uuid:{}", of.id), &title);
        }
        for source in sources(&entry.record) {
            let url = source.url.as_deref().filter(|url| super::is_address(url));
            if let Some(url) = url {
                link(out, "via", url, &named(source));
            }
        }
        let content = escaped(&self.content(entry));
        // Writing to a String cannot fail.
        let _ = write!(out, "    <content type=\"text\">{content}</content>\n  </entry>\n");
    }

    /// The record that a correction names, and the one that it is about in the end.
    fn corrected(&self, entry: &Entry) -> Vec<&Entry> {
        let named = entry.record.corrects().and_then(|of| self.history.names().resolve(of).ok());
        let last = about(self.known, self.history.names(), entry).map(|last| last.seq);
        let last = last.filter(|last| *last != entry.seq && Some(*last) != named);
        named.into_iter().chain(last).filter_map(|seq| numbered(self.known, seq)).collect()
    }

    fn measure(&self, entry: &Entry) -> Option<String> {
        let about = about(self.known, self.history.names(), entry)?;
        let id = about.record.measure()?;
        let measure = self.history.declared(id);
        let id = measure.map_or(id, |measure| self.history.measures()[measure].id());
        Some(id.to_owned())
    }

    /// What the record says, a line each: reasons, changes, notes, sources.
    fn content(&self, entry: &Entry) -> String {
        let mut lines = Vec::new();
        let measure = self.measure(entry).and_then(|id| self.history.declared(&id));
        if let Some(measure) = measure.map(|measure| &self.history.measures()[measure]) {
            lines.push(format!("{} ({})", measure.title(), measure.id()));
        }
        lines.extend(says(&entry.record));
        lines.extend(
            sources(&entry.record).iter().map(|source| format!("Source: {}", cited(source))),
        );
        let number = format!("Record @{}", entry.seq);
        let key = entry.key.as_ref().map(|key| format!(", key {key}")).unwrap_or_default();
        lines.push(number + &key);
        lines.join("\n")
    }
}

/// What of a record its title does not say.
fn says(record: &Record) -> Vec<String> {
    let worded = |name: &str, words: Option<&String>| words.map(|words| format!("{name}: {words}"));
    match record {
        Record::Event(event) => {
            let then = event.then.iter().map(|plan| {
                let date = plan.effective.as_ref().map(|date| format!(" on {date}"));
                format!(
                    "Then: {}{}",
                    plan.act,
                    date.unwrap_or_else(|| ", no date given".to_owned())
                )
            });
            then.chain(worded("Note", event.note.as_ref())).collect()
        }
        Record::Amendment(amendment) => {
            let set = amendment.set.iter().map(|(field, to)| format!("{field} is now {to}"));
            let because = format!("Because: {}", amendment.because);
            set.chain([because]).chain(worded("Reason", amendment.reason.as_ref())).collect()
        }
        Record::Retraction(retraction) => {
            let because = format!("Because: {}", retraction.because);
            let reason = worded("Reason", retraction.reason.as_ref());
            std::iter::once(because).chain(reason).collect()
        }
        Record::Settlement(settled) => {
            worded("Reason", settled.reason.as_ref()).into_iter().collect()
        }
        Record::Alias(alias) => worded("Note", alias.note.as_ref()).into_iter().collect(),
        Record::Review(review) => worded("Note", review.note.as_ref()).into_iter().collect(),
        Record::Measure(_) | Record::Source(_) | Record::Kind(_) => Vec::new(),
    }
}

fn sources(record: &Record) -> &[Source] {
    match record {
        Record::Event(event) => &event.sources,
        Record::Source(added) => std::slice::from_ref(&added.source),
        Record::Measure(measure) => {
            measure.initial.as_ref().map_or(&[], |initial| initial.sources.as_slice())
        }
        Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Alias(_)
        | Record::Review(_) => &[],
    }
}

fn named(source: &Source) -> String {
    let parts = [source.publisher.clone(), source.title.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
}

fn put(out: &mut String, markup: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(markup);
}

fn element(out: &mut String, within: &str, name: &str, text: &str) {
    put(out, format_args!("{within}<{name}>{}</{name}>\n", escaped(text)));
}

fn category(out: &mut String, label: &str, term: &str) {
    let scheme = format!("urn:policy-ledger:{label}");
    put(out, format_args!("    <category scheme=\"{scheme}\" term=\"{}\"/>\n", escaped(term)));
}

fn link(out: &mut String, rel: &str, href: &str, title: &str) {
    let title =
        if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped(title)) };
    put(out, format_args!("    <link rel=\"{rel}\" href=\"{}\"{title}/>\n", escaped(href)));
}
