//! The flags of sources: `--source`, and what is said of the source before.

use clap::builder::NonEmptyStringValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::Value;

use crate::ask::saying::{SourceWords, Values};

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
    list: Vec<SourceWords>,
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
        self.list.push(SourceWords { word, details });
    }

    /// The sources as they are to be said.
    pub(super) fn words(&self) -> &[SourceWords] {
        &self.list
    }

    /// The sources as a record has them.
    pub(super) fn values(&self, values: &mut Values<'_>) -> Vec<Value> {
        self.list.iter().map(|source| source.value(values)).collect()
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
        let mut list: Vec<SourceWords> = Vec::new();
        for (_, flag, word) in placed {
            match list.last_mut() {
                _ if flag == "source" => list.push(SourceWords { word, details: Vec::new() }),
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
