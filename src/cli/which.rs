//! Which measures a command is about: the filters that listing commands share.

use super::complaint::Complaint;
use super::desk::Asked;
use super::kind::no_kind;
use super::safe::flag;
use crate::answer::Filter;

/// Filters over measures; all that are given must fit.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Which {
    /// Only measures of this kind.
    #[arg(long)]
    kind: Option<String>,
    /// Only measures with this party.
    #[arg(long)]
    party: Option<String>,
    /// Only measures with this tag.
    #[arg(long)]
    tag: Option<String>,
    /// Only measures whose id begins so.
    #[arg(long, value_name = "PREFIX")]
    under: Option<String>,
}

impl Which {
    /// A kind that is not there is a complaint, not an empty answer.
    pub(super) fn check(&self, asked: &Asked) -> Result<(), Complaint> {
        match &self.kind {
            Some(kind) if asked.history.kind(kind).is_none() => Err(no_kind(&asked.history, kind)),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a kind is named, which must be looked for.
    pub(super) fn names_a_kind(&self) -> bool {
        self.kind.is_some()
    }

    /// Whether no filter is given.
    pub(super) fn is_everything(&self) -> bool {
        let given = [&self.kind, &self.party, &self.tag, &self.under];
        given.into_iter().all(Option::is_none)
    }

    /// The same as the words of a command.
    pub(super) fn words(&self) -> Vec<String> {
        let Self { kind, party, tag, under } = self;
        let flags = [("kind", kind), ("party", party), ("tag", tag), ("under", under)];
        let said = flags.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        said.flat_map(|(name, value)| flag(name, value)).collect()
    }

    /// The same for the library.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            kind: self.kind.clone(),
            party: self.party.clone(),
            tag: self.tag.clone(),
            under: self.under.clone(),
            ..Filter::default()
        }
    }
}
