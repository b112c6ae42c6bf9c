//! What is said to a ledger: words in, records to be recorded out, everything wrong with them named.

mod event;
mod source;
mod values;

use std::path::Path;

use super::{Asker, Complaint, Exit, Item};
use crate::history::History;
use crate::ledger::Ledger;
use crate::record::Entry;
pub(crate) use event::{BARE, EventWords};
pub(crate) use source::SourceWords;
pub(crate) use values::Values;

/// What words are said about: the ledger as it is.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'g> {
    /// Who says them.
    pub(crate) asker: &'g dyn Asker,
    pub(crate) ledger: &'g Ledger,
    /// The records there are, as far as the words need them.
    pub(crate) entries: &'g [Entry],
    /// The same as they stand.
    pub(crate) history: &'g History,
    /// Where the files are that words may name; none where words name no files.
    pub(crate) files: Option<&'g Path>,
}

/// Values that are refused. Names that are not there are another exit code, and every reason has a
/// help that can be pasted.
pub(crate) fn refused_values(mut items: Vec<Item>, verb: &str) -> Complaint {
    let missing = ["unknown-measure", "unknown-reference", "ambiguous-reference", "unknown-kind"];
    let all_missing = items.iter().all(|item| missing.contains(&item.code.as_str()));
    for item in items.iter_mut().filter(|item| item.help.is_empty()) {
        item.help.push(format!("{verb} --help"));
    }
    let exit = if all_missing { Exit::Missing } else { Exit::Refused };
    Complaint { exit, items }
}
