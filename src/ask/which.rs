//! Which measures a command is about: the filters that listing commands share.

use super::asked::Asked;
use super::complaint::Complaint;
use super::missing::no_kind;
use crate::answer::Filter;
use crate::codes::{Meant, Party, party_named};
use crate::proof::flag;

/// Filters over measures; all that are given must fit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// Only measures of this kind.
    pub(crate) kind: Option<String>,
    /// Only measures with this party: a country's ISO 3166 code or name, or another word.
    pub(crate) party: Option<String>,
    /// Only measures that cover this: an HS code (HS2017:8486, or 8486 of any edition), or a word.
    pub(crate) item: Option<String>,
    /// Only measures with this tag.
    pub(crate) tag: Option<String>,
    /// Only measures whose id begins so.
    pub(crate) under: Option<String>,
}

impl Which {
    /// A kind that is not there, and a name that two countries have, is a complaint, not an empty
    /// answer.
    pub(crate) fn check(&self, asked: &Asked) -> Result<(), Complaint> {
        self.check_party()?;
        match &self.kind {
            Some(kind) if asked.history.kind(kind).is_none() => Err(no_kind(&asked.history, kind)),
            Some(_) | None => Ok(()),
        }
    }

    /// A name that two countries have is a complaint.
    pub(crate) fn check_party(&self) -> Result<(), Complaint> {
        self.party.as_deref().map_or(Ok(()), |name| one_party(name).map(|_| ()))
    }

    /// Whether no filter is given.
    pub(crate) fn is_everything(&self) -> bool {
        let given = [&self.kind, &self.party, &self.item, &self.tag, &self.under];
        given.into_iter().all(Option::is_none)
    }

    /// The same as the words of a command.
    pub(crate) fn words(&self) -> Vec<String> {
        let Self { kind, party, item, tag, under } = self;
        let flags =
            [("kind", kind), ("party", party), ("item", item), ("tag", tag), ("under", under)];
        let said = flags.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        said.flat_map(|(name, value)| flag(name, value)).collect()
    }

    /// The same for the library.
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            kind: self.kind.clone(),
            party: self.party.clone(),
            item: self.item.clone(),
            tag: self.tag.clone(),
            under: self.under.clone(),
            ..Filter::default()
        }
    }
}

/// The country that a name means, if it means one; of several, which they are, is a complaint.
pub(crate) fn one_party(name: &str) -> Result<Option<Party>, Complaint> {
    match party_named(name) {
        Meant::One(party) => Ok(Some(party)),
        Meant::Unknown => Ok(None),
        Meant::Several(parties) => {
            let each = parties.iter().map(|party| format!("{} ({})", party.code, party.called()));
            let each = each.collect::<Vec<_>>().join(" or ");
            Err(Complaint::usage(format!("`{name}` is a name of more than one country: {each}")))
        }
    }
}
