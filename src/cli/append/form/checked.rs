//! From a form to drafts: what the ledger refuses, each at its line.

use super::{Form, Part, Said};
use crate::admission::{Refused, Same};
use crate::ask::Scope;
use crate::ask::saying::Values;
use crate::cli::append::VERB;
use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::writing::{Session, set_once};
use crate::record::{Draft, Mentions, Record};

impl Form {
    /// How much of the ledger the form needs.
    pub(in crate::cli::append) fn scope(&self) -> Scope {
        let mut all = Mentions::default();
        for part in &self.parts {
            match &part.said {
                Said::Development(append) => {
                    let Mentions { measures, references } = append.mentions();
                    all.measures.extend(measures);
                    all.references.extend(references);
                }
                Said::Record(draft) if matches!(draft.record, Record::Kind(_)) => {
                    return Scope::All;
                }
                Said::Record(draft) => all.add_draft(draft),
            }
        }
        Scope::About(all)
    }

    /// The drafts, or every problem: those of lines, of values, and what the ledger refuses of the
    /// rest.
    pub(in crate::cli::append) fn drafts(
        &self,
        session: &Session<'_>,
        same: Same,
    ) -> Result<Vec<Draft>, Complaint> {
        let mut items = self.problems.clone();
        let mut drafts = Vec::new();
        let mut sound: Vec<&Part> = Vec::new();
        let keys = self.keys();
        for part in &self.parts {
            match draft(part, session, &keys) {
                Ok(draft) => {
                    drafts.push(draft);
                    sound.push(part);
                }
                Err(complaint) => items.extend(self.placed(part, complaint.items)),
            }
        }
        if items.is_empty() {
            return Ok(drafts);
        }
        for (at, refusal) in session.refused(drafts, same)? {
            // What is missing may well be in a record that could not be read.
            let item = Item::from(refusal);
            if !["unknown-measure", "unknown-reference"].contains(&item.code.as_str()) {
                items.extend(
                    sound.get(at).map(|part| self.placed(part, vec![item])).into_iter().flatten(),
                );
            }
        }
        items.sort_by(|a, b| a.at.cmp(&b.at));
        Err(Complaint { exit: Exit::Refused, items })
    }

    /// What the ledger refused of the drafts, each at its line.
    pub(in crate::cli::append) fn complaint(&self, refused: Vec<Refused>) -> Complaint {
        let items = refused.into_iter().flat_map(|(at, refusal)| {
            let item = Item::from(refusal);
            match self.parts.get(at) {
                Some(part) => self.placed(part, vec![item]),
                None => vec![item],
            }
        });
        Complaint { exit: Exit::Refused, items: items.collect() }
    }

    fn placed(&self, part: &Part, items: Vec<Item>) -> Vec<Item> {
        let place = |mut item: Item| {
            item.at = Some((self.file.clone(), part.line_of(&item.message)));
            item
        };
        items.into_iter().map(place).collect()
    }

    /// The keys of the records in the form: others in it may name them.
    fn keys(&self) -> Vec<String> {
        let key = |part: &Part| match &part.said {
            Said::Development(append) => append.details.key.clone(),
            Said::Record(draft) => draft.key.clone(),
        };
        self.parts.iter().filter_map(key).collect()
    }
}

fn draft(part: &Part, session: &Session<'_>, keys: &[String]) -> Result<Draft, Complaint> {
    match &part.said {
        Said::Record(draft) => Ok((**draft).clone()),
        Said::Development(append) => {
            set_once(&append.details.set, VERB)?;
            let mut values = Values::new(session.ground(), VERB).beside(keys);
            let said = append.event().said(session.ground(), &mut values);
            values.draft_of(said)
        }
    }
}
