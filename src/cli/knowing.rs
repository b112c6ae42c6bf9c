//! The flags of what was known and public.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use crate::ask::Knowing;

/// The flags.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Flags {
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
    /// Only what was public by the end of a day.
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    public: Option<String>,
}

impl Args for Knowing {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

impl FromArgMatches for Knowing {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let Flags { known, public } = Flags::from_arg_matches(matches)?;
        Ok(Self { known, public })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
