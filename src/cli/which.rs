//! The flags of which measures a command is about.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use crate::ask::Which;

/// The flags.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Flags {
    /// Only measures of this kind.
    #[arg(long)]
    kind: Option<String>,
    /// Only measures with this party: a country's ISO 3166 code or name, or another word.
    #[arg(long)]
    party: Option<String>,
    /// Only measures that cover this: an HS code (HS2017:8486, or 8486 of any edition), or a word.
    #[arg(long)]
    item: Option<String>,
    /// Only measures with this tag.
    #[arg(long)]
    tag: Option<String>,
    /// Only measures whose id begins so.
    #[arg(long, value_name = "PREFIX")]
    under: Option<String>,
}

impl Args for Which {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

impl FromArgMatches for Which {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let Flags { kind, party, item, tag, under } = Flags::from_arg_matches(matches)?;
        Ok(Self { kind, party, item, tag, under })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
