//! `ledger kind`: the kinds and what they define.

use super::complaint::{Complaint, Exit, Item};
use crate::history::History;
use crate::kind::builtins;
use crate::nearest::nearest;

/// A kind that is not there, with the nearest that are.
pub(super) fn no_kind(history: &History, name: &str) -> Complaint {
    let names = builtins().map(|builtin| builtin.kind.as_str());
    let own = history.own_kinds().map(|(name, _)| name);
    let guesses = nearest(name, names.chain(own)).into_iter().map(str::to_owned).collect();
    let item = Item::new("unknown-kind", format!("no kind `{name}`")).guesses(guesses);
    Complaint::new(Exit::Missing, item.help("kind list"))
}
