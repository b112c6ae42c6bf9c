//! Recording through a server that holds the ledger.

use serde_json::{Map, Value, json};

use super::complaint::Complaint;
use crate::admission::{Decision, Same};
use crate::ledger::{ClockKind, Header, Ledger, Recorded};
use crate::record::Draft;
use crate::time::Instant;
use crate::web::Client;

/// The drafts with ids of their own: what is sent twice is recorded once. Where the clock is
/// simulated ids follow from the place in the ledger, which is not known yet; instead they get the
/// time of this command, where that was set by hand.
pub(super) fn named(
    header: &Header,
    drafts: Vec<Draft>,
    expected: &[Decision],
    set: Option<Instant>,
) -> Vec<Draft> {
    if header.clock == ClockKind::Simulated {
        let timed = |draft: Draft| Draft { recorded: draft.recorded.or(set), ..draft };
        return drafts.into_iter().map(timed).collect();
    }
    let named = |(draft, decision): (Draft, &Decision)| match decision {
        Decision::New(entry) => Draft { id: Some(entry.id), by: entry.by.clone(), ..draft },
        Decision::Already(_) => draft,
    };
    drafts.into_iter().zip(expected).map(named).collect()
}

/// Has a server record drafts; gives what each became.
pub(super) fn send(
    server: &Client,
    drafts: &[Draft],
    same: Same,
    by: Option<&str>,
) -> Result<Vec<Recorded>, Complaint> {
    let body = json!({
        "records": drafts.iter().map(written).collect::<Vec<_>>(),
        "inputs": drafts.iter().map(|draft| draft.input).collect::<Vec<_>>(),
        "by": by,
        "repeated": match same {
            Same::Already => "already",
            Same::New => "new",
            Same::NewUnlessDuplicate => "refuse",
        },
        "changed": false,
    });
    let answer = server.send(&body)?;
    let rows = answer["results"].as_array().into_iter().flatten();
    let recorded = |row: &Value| {
        let record = row["record"].as_u64().unwrap_or_default();
        if row["new"] == true { Recorded::New(record) } else { Recorded::Already(record) }
    };
    let recorded: Vec<Recorded> = rows.map(recorded).collect();
    // What it does not say of a record is not made up here.
    if recorded.len() == drafts.len() { Ok(recorded) } else { Err(server.unclear()) }
}

/// What became of the drafts, with the records as they are in the ledger.
pub(super) fn decisions(
    ledger: &Ledger,
    recorded: &[Recorded],
) -> Result<Vec<Decision>, Complaint> {
    let decision = |recorded: &Recorded| {
        let new = match recorded {
            Recorded::New(seq) => ledger.entry(*seq)?.map(Box::new).map(Decision::New),
            Recorded::Already(_) => None,
        };
        Ok(new.unwrap_or(Decision::Already(recorded.seq())))
    };
    recorded.iter().map(decision).collect()
}

/// A draft as JSON.
fn written(draft: &Draft) -> Value {
    let Draft { record, key, id, recorded, by, input: _ } = draft;
    let mut object: Map<String, Value> = record.body();
    object.extend(key.clone().map(|key| ("key".to_owned(), key.into())));
    object.extend(id.map(|id| ("id".to_owned(), id.to_string().into())));
    object.extend(recorded.map(|at| ("recorded".to_owned(), at.to_string().into())));
    object.extend(by.clone().map(|by| ("by".to_owned(), by.into())));
    Value::Object(object)
}
