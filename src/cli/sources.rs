//! The flags of sources: `--source`, and what is said of the source before.

use clap::builder::NonEmptyStringValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value};

use super::complaint::Item;
use super::desk::Desk;
use super::values::Values;
use crate::nearest::nearest;

/// What can be said of a source: the flag, the form of its value, its help.
const DETAILS: [(&str, &str, &str); 7] = [
    ("publisher", "NAME", "Who published the source before"),
    ("source-date", "DATE", "When the source before was published"),
    ("source-title", "TEXT", "The title of the source before"),
    ("quote", "TEXT", "A few words of the source before"),
    ("lang", "CODE", "The language of the source before (`en`, `ko`, `ja`)"),
    (
        "says",
        "FIELD=VALUE",
        "What the source before says otherwise: act, effective, announced or set.NAME",
    ),
    ("denies", "", "The source before says that it did not happen"),
];

/// The sources of a command line, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    list: Vec<Told>,
}

/// One source: its word, and what was said of it.
#[derive(Debug, Clone)]
struct Told {
    word: String,
    details: Vec<(&'static str, String)>,
}

impl Sources {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The flags of what can be said of a source.
    pub(super) fn details() -> impl Iterator<Item = &'static str> {
        DETAILS.iter().map(|&(flag, _, _)| flag)
    }

    /// Adds a source with what is said of it: flags of details with their values.
    pub(super) fn add(&mut self, word: String, details: Vec<(&'static str, String)>) {
        self.list.push(Told { word, details });
    }

    /// Every flag with its value, in order.
    pub(super) fn flags(&self) -> Vec<(&'static str, String)> {
        let mut flags = Vec::new();
        for Told { word, details } in &self.list {
            flags.push(("source", word.clone()));
            flags.extend(details.iter().cloned());
        }
        flags
    }

    /// The sources as a record has them.
    pub(super) fn values(&self, desk: &Desk, values: &mut Values<'_, '_>) -> Vec<Value> {
        let value = |told: &Told| Value::Object(told.value(desk, values));
        self.list.iter().map(value).collect()
    }
}

impl Told {
    fn value(&self, desk: &Desk, values: &mut Values<'_, '_>) -> Map<String, Value> {
        let mut source = Map::new();
        let mut says = Map::new();
        for (flag, words) in &self.details {
            let (field, value) = match *flag {
                "source-date" => ("published", values.date(words)),
                "source-title" => ("title", words.as_str().into()),
                "denies" => ("stance", "denies".into()),
                "says" => {
                    said(words, &mut says, values);
                    continue;
                }
                field => (field, words.as_str().into()),
            };
            if source.insert(field.to_owned(), value).is_some() {
                let message = format!("`--{flag}` twice for one source, `{}`", self.word);
                values.problem(Item::new("bad-value", message));
            }
        }
        if !says.is_empty() {
            source.insert("says".to_owned(), Value::Object(says));
        }
        self.place(desk, &mut source);
        source
    }

    /// The source's own word: an address, a file here, else a name.
    fn place(&self, desk: &Desk, source: &mut Map<String, Value>) {
        let path = desk.surroundings.directory.join(&self.word);
        let is_address = self.word.starts_with("http://") || self.word.starts_with("https://");
        let word = || Value::from(self.word.as_str());
        if is_address {
            source.insert("url".to_owned(), word());
        } else if path.is_file() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            source.insert("archived".to_owned(), word());
            source.entry("title").or_insert(name.into());
        } else {
            let free = ["publisher", "title", "note"];
            let free = free.into_iter().find(|field| !source.contains_key(*field));
            source.extend(free.map(|field| (field.to_owned(), word())));
        }
    }
}

/// `FIELD=VALUE` of `--says`.
fn said(words: &str, says: &mut Map<String, Value>, values: &mut Values<'_, '_>) {
    let Some((field, value)) = values.pair("--says", words) else {
        return;
    };
    if let Some(name) = field.strip_prefix("set.").filter(|name| !name.is_empty()) {
        let value = values.value(value);
        attribute(name, value, says);
        return;
    }
    let fields = ["act", "effective", "announced", "set.NAME"];
    if !fields[..3].contains(&field) {
        let guesses = nearest(field, fields).into_iter().map(str::to_owned);
        let message = format!("`--says {field}`: expected act, effective, announced or set.NAME");
        values.problem(Item::new("unknown-field", message).guesses(guesses.collect()));
        return;
    }
    let value = values.field(field, value);
    says.insert(field.to_owned(), value);
}

/// An attribute of `set` that a source gives.
fn attribute(name: &str, value: Value, says: &mut Map<String, Value>) {
    let set = says.entry("set").or_insert_with(|| Map::new().into());
    if let Some(set) = set.as_object_mut() {
        set.insert(name.to_owned(), value);
    }
}

// What clap has to know

impl clap::Args for Sources {
    fn augment_args(command: Command) -> Command {
        let source = Arg::new("source")
            .short('s')
            .long("source")
            .value_name("URL|FILE|TEXT")
            .action(ArgAction::Append)
            .value_parser(NonEmptyStringValueParser::new())
            .help("Who says so: an address, a file kept here, or a name; several can be given");
        DETAILS.iter().fold(command.arg(source), |command, &(flag, form, help)| {
            let arg = Arg::new(flag).long(flag).help(help);
            command.arg(match form {
                "" => arg.action(ArgAction::SetTrue),
                form => arg
                    .value_name(form)
                    .action(ArgAction::Append)
                    .allow_hyphen_values(form == "DATE"),
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Sources {
    /// Each detail goes to the last source before it.
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut placed = placed(matches, "source");
        for (flag, form, _) in DETAILS {
            if form.is_empty() {
                let said = matches.get_flag(flag);
                let at = matches.index_of(flag).filter(|_| said);
                placed.extend(at.map(|at| (at, flag, String::new())));
            } else {
                placed.extend(self::placed(matches, flag));
            }
        }
        placed.sort();
        let mut list: Vec<Told> = Vec::new();
        for (_, flag, word) in placed {
            match list.last_mut() {
                _ if flag == "source" => list.push(Told { word, details: Vec::new() }),
                Some(told) => told.details.push((flag, word)),
                None => return Err(without_source(flag)),
            }
        }
        Ok(Self { list })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The values of a flag with their places on the command line.
fn placed(matches: &ArgMatches, flag: &'static str) -> Vec<(usize, &'static str, String)> {
    let places = matches.indices_of(flag).into_iter().flatten();
    let values = matches.get_many::<String>(flag).into_iter().flatten();
    let each = places.zip(values);
    each.map(|(at, value)| (at, flag, value.clone())).collect()
}

fn without_source(flag: &str) -> clap::Error {
    let message = format!("`--{flag}` is about the source before it: put a `--source` there\n");
    clap::Error::raw(ErrorKind::MissingRequiredArgument, message)
}
