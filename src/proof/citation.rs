//! A citation: an answer that can be put in a footnote and asked for again.
//!
//! It has the ledger, how many records there were and their head, a checksum of the answer, and the
//! command that repeats it. Here is its form; what is cited, and whether it is still so, others say.

use serde_json::{Value, json};
use uuid::Uuid;

use super::command::{split, steadily};
use super::{Hash, Unreadable};

/// An answer, cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The answer in a few words.
    pub words: String,
    /// The id of the ledger.
    pub ledger: Uuid,
    /// How many records were known.
    pub records: u64,
    /// The head over them.
    pub head: Hash,
    /// The checksum of the answer.
    pub answer: Hash,
    /// The version of the program.
    pub program: String,
    /// The command that repeats it, `ledger` first.
    pub command: Vec<String>,
}

impl Citation {
    /// One line, for a footnote.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { words, ledger, records, head, answer, program, .. } = self;
        let command: Vec<String> = self.command.iter().map(|word| steadily(word)).collect();
        format!(
            "{words}. Ledger {ledger}, records 1 to {records}, head {head}; answer sha256:{answer} \
             by policy-ledger {program}. Repeat: {}",
            command.join(" ")
        )
    }

    /// The same in parts, and as its text.
    #[must_use]
    pub fn to_json(&self) -> Value {
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
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let Ok(json) = serde_json::from_str::<Value>(text) else {
            return Self::read_text(text).map_err(Unreadable);
        };
        let inner = json["citation"]["text"].as_str().or_else(|| json["text"].as_str());
        let inner = inner.ok_or("there is no `citation` in this JSON".to_owned());
        inner.and_then(Self::read_text).map_err(Unreadable)
    }

    fn read_text(text: &str) -> Result<Self, String> {
        let text = plain(text);
        if text.contains("; record sha256:") {
            return Err("it cites a record, not an answer: `show` has its hash".to_owned());
        }
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
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        self.words.ends_with(&plain(&format!("{words}.")))
    }
}

/// One space between words, and the hyphens of flags as they were: word processors make dashes of
/// two of them. The wide space of Japanese texts stays: a tag can have it.
fn plain(text: &str) -> String {
    let folds = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
    let words: Vec<&str> = text.split(folds).filter(|word| !word.is_empty()).collect();
    words.join(" ").replace(" \u{2013}", " --").replace(" \u{2014}", " --")
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
