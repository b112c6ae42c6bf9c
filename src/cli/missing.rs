//! Measures that are named and not there: why not.

use super::complaint::Item;
use crate::history::History;
use crate::ledger::Ledger;
use crate::nearest::nearest;
use crate::record::{Entry, Record};

/// A measure that is not there in `history`: withdrawn, not known yet, or no measure at all.
pub(super) fn no_measure(ledger: &Ledger, history: &History, name: &str) -> Item {
    let gone = withdrawn(ledger, history, name);
    gone.or_else(|| not_known_yet(ledger, history, name)).unwrap_or_else(|| {
        let nearest = nearest(name, history.measure_ids());
        let guesses = nearest.into_iter().map(str::to_owned).collect();
        Item::new("unknown-measure", format!("no measure `{name}`"))
            .guesses(guesses)
            .help("measure list")
    })
}

fn withdrawn(ledger: &Ledger, history: &History, name: &str) -> Option<Item> {
    let record = history.measures()[history.declared(name)?].record;
    let by = retraction_of(ledger, history, record)?.seq;
    let message = format!("measure `{name}` was retracted by @{by}");
    Some(Item::new("unknown-measure", message).help(format!("show @{record}")))
}

fn not_known_yet(ledger: &Ledger, history: &History, name: &str) -> Option<Item> {
    if history.declared(name).is_some() {
        return None;
    }
    let names = |entry: &&Entry| {
        matches!(&entry.record, Record::Measure(measure) if measure.measure == name)
            || matches!(&entry.record, Record::Alias(alias) if alias.measure == name)
    };
    let record = ledger.entries().iter().find(names)?.seq;
    let message = format!("`{name}` was not known yet: it was declared by @{record}");
    Some(Item::new("unknown-measure", message).help(format!("show @{record}")))
}

/// The retraction that stands and withdraws a record, as one history has it.
pub(super) fn retraction_of<'l>(
    ledger: &'l Ledger,
    history: &History,
    record: u64,
) -> Option<&'l Entry> {
    let names = history.names();
    let withdraws = |entry: &&Entry| {
        matches!(&entry.record, Record::Retraction(it) if names.resolve(&it.of) == Ok(record))
            && !history.is_retracted(entry.seq)
    };
    let found = ledger.entries().iter().find(withdraws);
    found.filter(|_| history.is_retracted(record))
}
