//! Is a draft a record that is there already?

use std::collections::{HashMap, HashSet};

use super::{Rules, Same, Simulated};
use crate::history::Names;
use crate::record::{Code, Draft, Entry, Record, Refusal, numbered};
use crate::time::Instant;

/// What records without a key say, so that the same can be found again.
pub(super) struct Contents {
    by_content: HashMap<String, Vec<(u64, Instant)>>,
    met: HashSet<u64>,
    with_times: bool,
}

/// What a draft is.
pub(super) enum Identity {
    /// A record that is there (or came earlier in the same input).
    Known(u64),
    /// Something new.
    New,
    /// Its name is taken by a record that says something else.
    Taken(Refusal),
}

impl Contents {
    /// The contents of records; recorded times count where the clock is simulated.
    pub(super) fn of(entries: &[Entry], rules: &Rules) -> Self {
        let with_times = rules.simulated != Simulated::No;
        let mut contents = Self { by_content: HashMap::new(), met: HashSet::new(), with_times };
        if rules.same == Same::Already {
            for entry in entries {
                contents.add(entry);
            }
            contents.next_input();
        }
        contents
    }

    /// Notes a record, so that the same in another input is known again.
    pub(super) fn add(&mut self, entry: &Entry) {
        if entry.key.is_none() {
            let same = self.by_content.entry(said(&entry.record)).or_default();
            same.push((entry.seq, entry.recorded));
            self.met.insert(entry.seq);
        }
    }

    /// Another input begins: every record can be met again.
    pub(super) fn next_input(&mut self) {
        self.met.clear();
    }

    pub(super) fn identify(
        &mut self,
        draft: &Draft,
        names: &Names,
        entries: &[Entry],
        rules: &Rules,
    ) -> Identity {
        let by_key = draft.key.as_deref().and_then(|key| names.key(key));
        let by_id = draft.id.and_then(|id| names.id(id));
        let Some(seq) = by_key.or(by_id) else {
            return self.unnamed(draft, rules);
        };
        let Some(known) = numbered(entries, seq) else {
            return Identity::New;
        };
        let same_name = by_key.is_none_or(|by_key| by_id.is_none_or(|by_id| by_id == by_key));
        let same_id = draft.id.is_none() || by_id == Some(seq) || by_key.is_some();
        let same_key = draft.key.is_none() || draft.key == known.key;
        if same_name && same_id && same_key && said(&draft.record) == said(&known.record) {
            return Identity::Known(seq);
        }
        Identity::Taken(taken(draft, known))
    }

    /// The n-th identical unnamed draft is the n-th identical unnamed record.
    fn unnamed(&mut self, draft: &Draft, rules: &Rules) -> Identity {
        if draft.key.is_some() || draft.id.is_some() || rules.same != Same::Already {
            return Identity::New;
        }
        let time = draft.recorded.filter(|_| self.with_times);
        let same = self.by_content.get(&said(&draft.record)).map_or(&[][..], Vec::as_slice);
        let known = same.iter().find(|(seq, recorded)| {
            !self.met.contains(seq) && time.is_none_or(|time| time == *recorded)
        });
        match known {
            Some(&(seq, _)) => {
                self.met.insert(seq);
                Identity::Known(seq)
            }
            None => Identity::New,
        }
    }
}

/// What a record says, as one text; equal texts say the same. The revision of a built-in kind is
/// the ledger's own remark.
fn said(record: &Record) -> String {
    let mut body = record.body();
    body.shift_remove("revision");
    serde_json::Value::Object(body).to_string()
}

fn taken(draft: &Draft, known: &Entry) -> Refusal {
    let name = match (&draft.key, draft.id) {
        (Some(key), _) => format!("key `{key}`"),
        (None, Some(id)) => format!("id `{id}`"),
        (None, None) => "its name".to_owned(),
    };
    let message = format!(
        "{name} already names @{}, which says something else: choose another, or amend that record",
        known.seq
    );
    Refusal::new(Code::Taken, message).help(format!("show @{}", known.seq))
}
