//! Measures and kinds that are named and not there: why not.

use super::complaint::{Complaint, Exit, Item};
use crate::history::History;
use crate::kind::builtins;
use crate::ledger::Ledger;
use crate::nearest::nearest;
use crate::record::{Entry, Record};

/// A measure that is not there in `history`: withdrawn, not known yet, or no measure at all.
///
/// Of the ledger the first `known` records count; `entries` are those that hang together with the
/// name, known then or not.
pub(crate) fn no_measure(
    (ledger, known): (&Ledger, u64),
    entries: &[Entry],
    history: &History,
    name: &str,
) -> Item {
    let gone = withdrawn(entries, history, name);
    gone.or_else(|| not_known_yet(entries, history, name)).unwrap_or_else(|| {
        // Guesses are a courtesy: where they cannot be had, the sentence stands without.
        let ids = ledger.measure_ids().unwrap_or_default();
        let ids = ids.iter().filter(|(_, seq)| *seq <= known).map(|(id, _)| id.as_str());
        let guesses = nearest(name, ids).into_iter().map(str::to_owned).collect();
        Item::new("unknown-measure", format!("no measure `{name}`"))
            .guesses(guesses)
            .help("measure list")
    })
}

fn withdrawn(entries: &[Entry], history: &History, name: &str) -> Option<Item> {
    let record = history.measures()[history.declared(name)?].record;
    let by = retraction_of(entries, history, record)?.seq;
    let message = format!("measure `{name}` was retracted by @{by}");
    Some(Item::new("unknown-measure", message).help(format!("show @{record}")))
}

fn not_known_yet(entries: &[Entry], history: &History, name: &str) -> Option<Item> {
    if history.declared(name).is_some() {
        return None;
    }
    let names = |entry: &&Entry| {
        matches!(&entry.record, Record::Measure(measure) if measure.measure == name)
            || matches!(&entry.record, Record::Alias(alias) if alias.measure == name)
    };
    let record = entries.iter().find(names)?.seq;
    let message = format!("`{name}` was not known yet: it was declared by @{record}");
    Some(Item::new("unknown-measure", message).help(format!("show @{record}")))
}

/// The retraction that stands and withdraws a record, as one history has it.
pub(crate) fn retraction_of<'e>(
    entries: &'e [Entry],
    history: &History,
    record: u64,
) -> Option<&'e Entry> {
    let names = history.names();
    let withdraws = |entry: &&Entry| {
        matches!(&entry.record, Record::Retraction(it) if names.resolve(&it.of) == Ok(record))
            && !history.is_retracted(entry.seq)
    };
    let found = entries.iter().find(withdraws);
    found.filter(|_| history.is_retracted(record))
}

/// A kind that is not there, with the nearest that are.
pub(crate) fn no_kind(history: &History, name: &str) -> Complaint {
    let names = builtins().map(|builtin| builtin.kind.as_str());
    let own = history.own_kinds().map(|(name, _)| name);
    let guesses = nearest(name, names.chain(own)).into_iter().map(str::to_owned).collect();
    let item = Item::new("unknown-kind", format!("no kind `{name}`")).guesses(guesses);
    Complaint::new(Exit::Missing, item.help("kind list"))
}
