//! References to numbers and prefixes become full ids, so that they hold in any ledger.

use serde_json::Value;

use crate::history::Names;
use crate::record::{Entry, Record, Reference, numbered};

/// Rewrites a record's references to records that are there: numbers and prefixes as full ids.
/// Keys stay keys; what names nothing stays as it is and is refused later.
pub(super) fn to_ids(record: &mut Record, entries: &[Entry], names: &Names) {
    for reference in record.references_mut() {
        *reference = as_id(reference, entries, names);
    }
    if let Record::Amendment(amendment) = record {
        for field in ["after", "cancels", "settles"] {
            let Some(Value::Array(list)) = amendment.set.get_mut(field) else {
                continue;
            };
            for item in list {
                if let Some(reference) = item.as_str().and_then(Reference::parse) {
                    *item = as_id(&reference, entries, names).to_string().into();
                }
            }
        }
    }
}

fn as_id(reference: &Reference, entries: &[Entry], names: &Names) -> Reference {
    let is_key = matches!(reference, Reference::Name(name) if names.key(name).is_some());
    let seq = names.resolve(reference).ok().filter(|_| !is_key);
    let entry = seq.and_then(|seq| numbered(entries, seq));
    entry.map_or_else(|| reference.clone(), |entry| Reference::Id(entry.id))
}
