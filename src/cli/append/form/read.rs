//! Reading a form: every problem with its line.

use clap::{Args as _, FromArgMatches as _};

use super::super::Append;
use super::{Field, Form, Part, Said};
use crate::ask::saying::BARE;
use crate::cli::complaint::Item;
use crate::cli::sources::Sources;
use crate::nearest::nearest;
use crate::record::{self, Draft, Refusal};

/// Fields that a development has once.
const ONCE: [&str; 10] = [
    "measure",
    "act",
    "on",
    "announced",
    "last-day",
    "status",
    "instrument",
    "note",
    "key",
    "expected",
];

/// Fields that it can have several times.
const OFTEN: [&str; 7] = ["then", "set", "actor", "cancels", "settles", "after", "source"];

/// Without these it is none.
const NEEDED: [&str; 3] = ["measure", "act", "on"];

impl Form {
    /// Reads what was written into a form.
    pub(in crate::cli::append) fn read(file: &str, text: &str) -> Self {
        let mut form = Self { file: file.to_owned(), ..Self::default() };
        let mut fields: Vec<Field> = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end();
            if let Some(more) = line.strip_prefix('|') {
                form.go_on(number, fields.last_mut(), more);
            } else if line.starts_with('{') {
                form.close(&mut fields);
                form.json(number, line);
            } else if line.len() >= 3 && line.chars().all(|c| c == '-') {
                form.close(&mut fields);
            } else if !line.trim().is_empty() && !line.starts_with('#') {
                fields.extend(form.field(number, line));
            }
        }
        form.close(&mut fields);
        form
    }

    pub(super) fn problem(&mut self, line: usize, mut item: Item) {
        item.at = Some((self.file.clone(), line));
        self.problems.push(item);
    }

    fn field(&mut self, line: usize, words: &str) -> Option<Field> {
        let Some((name, value)) = words.split_once(':') else {
            let message = format!("`{}`: expected `field: value`", words.trim());
            self.problem(line, Item::new("bad-value", message).help("help forms"));
            return None;
        };
        let (name, value) = (name.trim(), value.trim().to_owned());
        let known = names().find(|known| *known == name);
        if known.is_none() {
            let guesses = nearest(name, names()).into_iter().map(str::to_owned).collect();
            let item = Item::new("unknown-field", format!("a development has no field `{name}`"));
            self.problem(line, item.guesses(guesses).help("help forms"));
        }
        known.map(|name| Field { line, name, value })
    }

    /// A line that goes on with the value before it.
    fn go_on(&mut self, line: usize, last: Option<&mut Field>, more: &str) {
        let more = more.strip_prefix(' ').unwrap_or(more);
        match last {
            Some(field) if field.value.is_empty() => more.clone_into(&mut field.value),
            Some(field) => field.value = format!("{}\n{more}", field.value),
            None => {
                let message = "a line that begins with `|` goes on with the field above: there is \
                               none";
                self.problem(line, Item::new("bad-value", message).help("help forms"));
            }
        }
    }

    fn json(&mut self, line: usize, text: &str) {
        let one = |refusal: Refusal| vec![refusal];
        let read = record::parse_object(text).map_err(one);
        match read.and_then(|object| record::read(&object)) {
            Ok(draft) => self.record(line, draft),
            Err(refusals) => {
                for refusal in refusals {
                    self.problem(line, refusal.into());
                }
            }
        }
    }

    fn record(&mut self, line: usize, draft: Draft) {
        let said = Said::Record(Box::new(draft));
        self.parts.push(Part { line, fields: Vec::new(), said });
    }

    /// The end of a development: what was said of it is put together. Without any value there is none.
    fn close(&mut self, fields: &mut Vec<Field>) {
        let mut fields = std::mem::take(fields);
        fields.retain(|field| !field.value.is_empty());
        let Some(line) = fields.first().map(|field| field.line) else { return };
        let before = self.problems.len();
        self.check(line, &fields);
        fields.retain(|field| !(is_bare(field.name) && field.value == "no"));
        if self.problems.len() > before {
            return;
        }
        match development(&fields) {
            Ok(append) => {
                let said = Said::Development(Box::new(append));
                self.parts.push(Part { line, fields, said });
            }
            Err(error) => {
                let text = error.to_string();
                let sentence = text.lines().next().unwrap_or("").trim_start_matches("error: ");
                self.problem(line, Item::new("bad-value", sentence).help("help forms"));
            }
        }
    }

    /// What is missing, what is there twice, what is about no source.
    fn check(&mut self, line: usize, fields: &[Field]) {
        for name in NEEDED {
            if !fields.iter().any(|field| field.name == name) {
                let message = format!("a development needs `{name}`");
                self.problem(line, Item::new("missing-field", message).help("help forms"));
            }
        }
        for (place, field) in fields.iter().enumerate() {
            let above = || fields[..place].iter();
            let name = field.name;
            let wrong = if ONCE.contains(&name) && above().any(|other| other.name == name) {
                Some(format!("`{name}` is there twice: between two developments stands `---`"))
            } else if is_of_source(name) && !above().any(|other| other.name == "source") {
                Some(format!("`{name}` is about the `source` above it: there is none"))
            } else if is_bare(name) && !["yes", "no"].contains(&&*field.value) {
                Some(format!("`{}`: `{name}` is yes or no", field.value))
            } else {
                None
            };
            if let Some(message) = wrong {
                self.problem(field.line, Item::new("bad-value", message).help("help forms"));
            }
        }
    }
}

/// Every field there is.
fn names() -> impl Iterator<Item = &'static str> {
    ONCE.into_iter().chain(OFTEN).chain(Sources::details())
}

fn is_of_source(name: &str) -> bool {
    Sources::details().any(|detail| detail == name)
}

fn is_bare(name: &str) -> bool {
    BARE.contains(&name)
}

/// The fields are the flags of the command line, and are read as these are.
fn development(fields: &[Field]) -> Result<Append, clap::Error> {
    let named = |name: &str| fields.iter().find(|field| field.name == name);
    let flags = fields.iter().filter(|field| !["measure", "act"].contains(&field.name));
    let words = flags.map(|Field { name, value, .. }| match name {
        name if is_bare(name) => format!("--{name}"),
        name => format!("--{name}={value}"),
    });
    let command = Append::augment_args(clap::Command::new("append").no_binary_name(true));
    let mut append = Append::from_arg_matches(&command.try_get_matches_from(words)?)?;
    append.measure = named("measure").map(|field| field.value.clone());
    append.act = named("act").map(|field| field.value.clone());
    Ok(append)
}

#[cfg(test)]
mod tests {
    use super::super::written;
    use super::*;

    fn problems(text: &str) -> Vec<(usize, String)> {
        let form = Form::read("form", text);
        let at = |item: &Item| item.at.clone().map_or(0, |(_, line)| line);
        form.problems.iter().map(|item| (at(item), item.message.clone())).collect()
    }

    fn only(form: &Form) -> &Append {
        assert!(form.problems.is_empty(), "{:?}", form.problems);
        assert_eq!(form.parts.len(), 1);
        match &form.parts[0].said {
            Said::Development(append) => append,
            Said::Record(_) => panic!("no development"),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = "measure: x.y\nact: imposed\non: -3d\nannounced: 2020-01\nlast-day: 2021-01-01\n\
                    then: ended=2021-01-01\nthen: ended\nstatus: some words\ninstrument: Act: 1\n\
                    key: k\nset: a=b=c\nactor: -x\ncancels: @3\nsettles: @4\nsettles: @5\n\
                    after: @1\nexpected: yes\nsource: https://example.org/#x\npublisher: # P\n\
                    says: act=ended\nsays: effective=2020\ndenies: yes\nsource: L\nlang: en\n\
                    note: one\n| # two\n|\n| ---\n";
        let first = Form::read("form", text);
        let again = written(only(&first), &["imposed".to_owned()]);
        let second = Form::read("form", &again);
        assert_eq!(only(&first).fields(), only(&second).fields(), "{again}");
        let note = ("note", "one\n# two\n\n---".to_owned());
        assert!(only(&second).fields().contains(&note), "{again}");
        assert_eq!(only(&second).fields().len(), 25);
    }

    #[test]
    fn every_problem_has_its_line() {
        let found = problems(
            "# a remark\n| nothing above\nmeasure x\n---\nmesure: x\nact: a\nact: b\n\
             publisher: P\nexpected: perhaps\n---\n\n{\"record\":\n",
        );
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 5, 6, 6, 7, 8, 9, 12], "{found:?}");
        assert!(found[2].1.contains("no field `mesure`"), "{found:?}");
        assert!(found[5].1.contains("`act` is there twice"), "{found:?}");
    }

    #[test]
    fn an_empty_form_says_nothing() {
        let empty = super::super::super::Append::augment_args(clap::Command::new("append"));
        let matches = empty.try_get_matches_from(["append"]).unwrap();
        let form = written(&Append::from_arg_matches(&matches).unwrap(), &[]);
        assert!(form.contains("\nmeasure:\n") && form.contains("\nsource:\n"), "{form}");
        assert!(Form::read("form", &form).is_empty());
        assert!(!Form::read("form", "measure: x\n").is_empty());
    }
}
