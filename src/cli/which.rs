//! Which measures a command is about: the filters that listing commands share.

use super::complaint::Complaint;
use super::desk::Asked;
use super::kind::no_kind;
use crate::history::Tracked;

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

    /// Whether a measure fits; never a retracted one.
    pub(super) fn takes(&self, tracked: &Tracked) -> bool {
        let measure = &tracked.measure;
        let listed = |list: &[String], word: &Option<String>| {
            let same = |word: &String| list.iter().any(|other| other.eq_ignore_ascii_case(word));
            word.as_ref().is_none_or(same)
        };
        !tracked.retracted
            && self.kind.as_ref().is_none_or(|kind| *kind == measure.kind)
            && listed(&measure.parties, &self.party)
            && listed(&measure.tags, &self.tag)
            && self.under.as_ref().is_none_or(|prefix| measure.measure.starts_with(prefix))
    }
}
