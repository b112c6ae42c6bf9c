//! A citation: an answer that can be put in a footnote and asked for again.
//!
//! It has the ledger, how many records there were and their head, a checksum of the answer, and the
//! command that repeats it. The checksum is over what the answer means, not over how it is written
//! (`docs/proofs.md` gives it to the byte).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::desk::Asked;
use super::safe::quoted;
use crate::answer::Row;
use crate::proof::Hash;
use crate::time::Day;

/// What is hashed before the rows.
const FORM: &str = "policy-ledger/answer/1\n";

/// An answer, cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Citation {
    /// The answer in a few words.
    pub(super) words: String,
    pub(super) ledger: Uuid,
    /// How many records were known.
    pub(super) records: u64,
    /// The head over them.
    pub(super) head: Hash,
    /// The checksum of the answer.
    pub(super) answer: Hash,
    /// The version of the program.
    pub(super) program: String,
    /// The command that repeats it, `ledger` first.
    pub(super) command: Vec<String>,
}

impl Citation {
    /// Cites an answer; `command` repeats it. None of an empty ledger: there is nothing to cite.
    pub(super) fn of(asked: &Asked, rows: &[Row], at: Day, command: Vec<String>) -> Option<Self> {
        let public = asked.public.map(|day| format!(", as public by {day}")).unwrap_or_default();
        Some(Self {
            words: format!("{} on {at}{public}: {}", subject(rows), summary(rows)),
            ledger: asked.standpoint.id,
            records: Some(asked.standpoint.records).filter(|&records| records > 0)?,
            head: asked.standpoint.head.parse().ok()?,
            answer: checksum(rows),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            command,
        })
    }

    /// One line, for a footnote.
    pub(super) fn text(&self) -> String {
        let Self { words, ledger, records, head, answer, program, .. } = self;
        let command: Vec<String> = self.command.iter().map(|word| quoted(word)).collect();
        format!(
            "{words}. Ledger {ledger}, records 1 to {records}, head {head}; answer sha256:{answer} \
             by policy-ledger {program}. Repeat: {}",
            command.join(" ")
        )
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "text": self.text(),
            "words": self.words,
            "ledger": self.ledger,
            "records": self.records,
            "head": self.head.to_string(),
            "answer": format!("sha256:{}", self.answer),
            "program": self.program,
            "command": self.command,
        })
    }

    /// Reads a citation wherever it stands in a text, its lines folded or not; or the JSON answer
    /// that it came in.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if let Ok(json) = serde_json::from_str::<Value>(text) {
            let inner = json["citation"]["text"].as_str().or_else(|| json["text"].as_str());
            let inner = inner.ok_or("there is no `citation` in this JSON")?;
            return Self::read_text(inner);
        }
        Self::read_text(text)
    }

    fn read_text(text: &str) -> Result<Self, String> {
        let text = plain(text);
        let begins = text.match_indices("Ledger ").find_map(|(at, word)| {
            let rest = &text[at + word.len()..];
            let id: Uuid = rest.get(..36)?.parse().ok()?;
            Some((at, id, rest[36..].strip_prefix(", records 1 to ")?))
        });
        let (at, ledger, rest) = begins.ok_or("it names no ledger and records")?;
        let part = |rest: &'_ str, end: &str, what: &str| -> Result<(String, String), String> {
            let (part, rest) = rest.split_once(end).ok_or(format!("it has no {what}"))?;
            Ok((part.to_owned(), rest.to_owned()))
        };
        let (records, rest) = part(rest, ", head ", "number of records")?;
        let (head, rest) = part(&rest, "; answer sha256:", "head")?;
        let (answer, rest) = part(&rest, " by policy-ledger ", "checksum of the answer")?;
        let (program, rest) = part(&rest, ". Repeat: ", "version of the program")?;
        Ok(Self {
            words: text[..at].trim_end().to_owned(),
            ledger,
            records: records.parse().map_err(|_| "its number of records is none")?,
            head: head.parse().map_err(|_| "its head is no hash")?,
            answer: answer.parse().map_err(|_| "its checksum is no hash")?,
            program,
            command: split(&rest),
        })
    }

    /// Whether the words before the ledger in a text end with these.
    pub(super) fn says(&self, words: &str) -> bool {
        self.words.ends_with(&plain(&format!("{words}.")))
    }
}

/// One space between words, and the hyphens of flags as they were: word processors make dashes of
/// two of them.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(" \u{2013}", " --").replace(" \u{2014}", " --")
}

/// The words of a command as a shell has them, quoted as we quote.
fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut inside, mut begun) = (Vec::new(), String::new(), false, false);
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match c {
            '\'' => (inside, begun) = (!inside, true),
            '\\' if !inside => word.extend(rest.next()),
            ' ' if !inside => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

fn subject(rows: &[Row]) -> String {
    match rows {
        [] => "No measure".to_owned(),
        [row] => row.measure.clone(),
        rows => format!("{} measures", rows.len()),
    }
}

/// The status of one measure; of several, how many have which standing.
fn summary(rows: &[Row]) -> String {
    if let [row] = rows {
        let possible: Vec<&str> = row.possible.iter().map(String::as_str).collect();
        let status = if row.certain { row.status.clone() } else { possible.join(" or ") };
        let flags: Vec<&str> = row.flags.iter().copied().filter(|flag| *flag != "mixed").collect();
        let beware =
            if flags.is_empty() { String::new() } else { format!(", {}", flags.join(", ")) };
        let since = row.since.as_ref().map(|since| format!(" since {}", since.text));
        let because: Vec<String> = row.because.iter().map(|record| format!("@{record}")).collect();
        let because =
            if because.is_empty() { String::new() } else { format!(" ({})", because.join(" ")) };
        return format!("{status}{}{beware}{because}", since.unwrap_or_default());
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.standing.as_str()).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

/// The checksum of an answer: its rows reduced to what they mean, by the ids of their measures.
fn checksum(rows: &[Row]) -> Hash {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|one, other| one.measure.cmp(&other.measure));
    let mut hasher = Sha256::new().chain_update(FORM);
    for row in rows {
        hasher.update(meaning(row).to_string());
        hasher.update("\n");
    }
    let hash: [u8; 32] = hasher.finalize().into();
    hash.into()
}

fn meaning(row: &Row) -> Value {
    json!({
        "measure": row.measure,
        "status": row.status,
        "possible": row.possible,
        "since": row.since,
        "because": row.because,
        "attributes": row.attributes,
        "parts": row.parts,
        "flags": row.flags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citation() -> Citation {
        Citation {
            words: "m.a on 2020-01-01: in-force since 2019 (@3)".to_owned(),
            ledger: Uuid::from_u128(7),
            records: 12,
            head: Hash::from([1; 32]),
            answer: Hash::from([2; 32]),
            program: "0.1.0".to_owned(),
            command: ["ledger", "state", "--tag", "it's a \\ tag", "--at", "2020-01-01"]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    #[test]
    fn a_citation_is_read_wherever_it_stands() {
        let cited = citation();
        let text = cited.text();
        let folded = text.replace(' ', "\n   ").replace("a\n   \\\n   tag", "a \\ tag");
        let dashed = text.replace(" --", " —");
        for text in [text.clone(), format!("Status …\n\n{text}\n"), folded, dashed] {
            let read = Citation::read(&text).unwrap();
            assert_eq!(read.command, cited.command, "{text}");
            assert_eq!((read.head, read.answer, read.records), (cited.head, cited.answer, 12));
            assert!(read.says(&cited.words), "{text}");
            assert!(!read.says("m.a on 2020-01-01: ended since 2019 (@3)"));
        }
        assert_eq!(Citation::read(&cited.to_json().to_string()).unwrap().answer, cited.answer);
    }

    #[test]
    fn what_lacks_a_part_is_no_citation() {
        let text = citation().text();
        for part in ["Ledger ", ", head ", "sha256:", " by policy-ledger ", ". Repeat: "] {
            assert!(Citation::read(&text.replace(part, " ")).is_err(), "without {part}");
        }
        for broken in [text.replace("0101", "01"), text.replace("1 to 12", "1 to x")] {
            assert!(Citation::read(&broken).is_err(), "{broken}");
        }
        assert!(Citation::read("").is_err() && Citation::read("{}").is_err());
    }
}
