//! JSON Lines as drafts: a line at a time, no line kept that is too long, every problem with its
//! place.

use std::io::{self, BufRead, BufReader, Cursor, Read as _};

use super::complaint::{Complaint, Exit, Item};
use super::writing::Session;
use crate::admission::{Refused, Same};
use crate::ask::Scope;
use crate::record::{self, Code, Draft, MOST_LINE_BYTES};
pub(super) use crate::record::{next_line, without_bom};

/// After so many problems no further ones are looked for.
const MOST_PROBLEMS: usize = 1_000;

/// For each draft its file and line.
pub(super) type Places = Vec<(String, usize)>;

/// The drafts of one or several inputs, and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    drafts: Vec<Draft>,
    /// How many inputs were begun.
    inputs: usize,
    places: Places,
    problems: Vec<Item>,
}

impl Lines {
    /// Reads an input to its end, or until it has more than `most` records.
    pub(super) fn read(
        &mut self,
        file: &str,
        input: &mut dyn BufRead,
        most: usize,
    ) -> io::Result<()> {
        self.inputs += 1;
        let mut bytes = Vec::new();
        let mut number = 0;
        let mut records = 0;
        while let Some(fits) = next_line(input, &mut bytes)? {
            number += 1;
            let place = (file.to_owned(), number);
            let bare = if number == 1 { without_bom(&bytes) } else { &bytes };
            if !fits {
                let message = format!("the line is longer than {MOST_LINE_BYTES} bytes");
                self.problem(place, Item::new("too-large", message));
            } else if !bare.trim_ascii().is_empty() {
                records += 1;
                if records > most {
                    self.problem(place, too_many(most));
                    return Ok(());
                }
                self.line(place, bare);
            }
            if self.problems.len() >= MOST_PROBLEMS {
                let message = "so many problems that no further ones are looked for";
                self.problem((file.to_owned(), number), Item::new("many-problems", message));
                return Ok(());
            }
        }
        Ok(())
    }

    fn line(&mut self, place: (String, usize), bytes: &[u8]) {
        match record::read_line(bytes) {
            Ok(draft) => self.add(place, draft),
            Err(refusals) => {
                for refusal in refusals {
                    self.problem(place.clone(), refusal.into());
                }
            }
        }
    }

    fn add(&mut self, place: (String, usize), draft: Draft) {
        let draft = Draft { input: self.inputs, ..draft };
        self.drafts.push(draft);
        self.places.push(place);
    }

    fn problem(&mut self, place: (String, usize), mut item: Item) {
        item.at = Some(place);
        self.problems.push(item);
    }

    /// How much of the ledger the lines need.
    pub(super) fn scope(&self) -> Scope {
        Scope::drafts(&self.drafts)
    }

    /// The drafts as they are recorded, or every problem: those that kept lines from being read, and
    /// what `session` refuses of the other lines.
    pub(super) fn check(self, session: &Session<'_>) -> Result<(Vec<Draft>, Places), Complaint> {
        if self.problems.is_empty() {
            return Ok((self.drafts, self.places));
        }
        let follows = |code: Code| matches!(code, Code::UnknownMeasure | Code::UnknownReference);
        let mut refused = session.refused(self.drafts, Same::Already)?;
        // What is missing may well be on a line that could not be read.
        refused.retain(|(_, refusal)| !follows(refusal.code));
        let mut items = self.problems;
        items.extend(complaint(&self.places, refused).items);
        items.sort_by(|a, b| a.at.cmp(&b.at));
        let exit = Exit::Refused;
        Err(Complaint { exit, items })
    }
}

/// Records from standard input: one object, on as many lines as it likes, or one a line; at most so many.
pub(super) fn one_or_lines(most: usize) -> io::Result<Lines> {
    let mut stdin = io::stdin().lock();
    let mut head = Vec::new();
    (&mut stdin).take(MOST_LINE_BYTES as u64).read_to_end(&mut head)?;
    let mut lines = Lines::default();
    let one = std::str::from_utf8(&head).ok();
    let one = one.and_then(|text| record::parse_object(text).ok());
    if let Some(Ok(draft)) = one.map(|object| record::read(&object)) {
        lines.add(("-".to_owned(), 1), draft);
        return Ok(lines);
    }
    let mut input = BufReader::new(Cursor::new(head).chain(stdin));
    lines.read("-", &mut input, most)?;
    Ok(lines)
}

/// What the ledger refused, each at its place.
pub(super) fn complaint(places: &[(String, usize)], refused: Vec<Refused>) -> Complaint {
    let items = refused.into_iter().map(|(draft, refusal)| {
        let mut item = Item::from(refusal);
        item.at = places.get(draft).cloned();
        item
    });
    Complaint { exit: Exit::Refused, items: items.collect() }
}

fn too_many(most: usize) -> Item {
    let message = format!("more than {most} records: they could not be recorded as one");
    Item::new("too-many", message).help("import -")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], most: usize) -> Lines {
        let mut lines = Lines::default();
        lines.read("-", &mut io::Cursor::new(text), most).unwrap();
        lines
    }

    const REVIEW: &str = r#"{"record":"review","measure":"m","through":"2020-01-06"}"#;

    #[test]
    fn blank_lines_a_mark_and_carriage_returns_are_nothing() {
        let text = format!("\u{feff}{REVIEW}\r\n\n  \n{REVIEW}");
        let lines = read(text.as_bytes(), 10);
        assert_eq!(lines.drafts.len(), 2, "{:?}", lines.problems);
        assert_eq!(lines.places[1], ("-".to_owned(), 4));
    }

    #[test]
    fn a_long_line_is_passed_over_and_the_next_is_read() {
        let long = "x".repeat(3 * MOST_LINE_BYTES);
        let lines = read(format!("{long}\n{REVIEW}\n").as_bytes(), 10);
        assert_eq!(lines.drafts.len(), 1);
        assert_eq!(lines.problems.len(), 1);
        assert_eq!(lines.problems[0].at, Some(("-".to_owned(), 1)));
        let whole = format!("{}{REVIEW}\n", " ".repeat(MOST_LINE_BYTES - REVIEW.len()));
        assert_eq!(read(whole.as_bytes(), 10).drafts.len(), 1);
    }

    #[test]
    fn every_problem_has_its_line() {
        let lines = read(b"{}\n\xff\nnope\n", 10);
        let places: Vec<usize> = lines.problems.iter().map(|p| p.at.clone().unwrap().1).collect();
        assert_eq!(places, [1, 2, 3]);
        let many = read("nope\n".repeat(5_000).as_bytes(), 10_000);
        assert_eq!(many.problems.len(), MOST_PROBLEMS + 1);
        assert_eq!(
            read(format!("{REVIEW}\n{REVIEW}\n").as_bytes(), 1).problems[0].code,
            "too-many"
        );
    }
}
