//! Answers, cited. The checksum is over what an answer means, not over how it is written
//! (`docs/proofs.md` gives it to the byte).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::asked::Asked;
use crate::answer::Row;
use crate::proof::{Citation, Hash};
use crate::time::Day;

/// What is hashed before the rows.
const FORM: &str = "policy-ledger/answer/1\n";

impl Citation {
    /// Cites an answer; `command` repeats it. None of an empty ledger: there is nothing to cite.
    pub(crate) fn of(asked: &Asked, rows: &[Row], at: Day, command: Vec<String>) -> Option<Self> {
        let public = asked.public.map(|day| format!(", as public by {day}")).unwrap_or_default();
        Some(Self {
            words: format!("{} on {at}{public}: {}", subject(rows), summary(rows)),
            ledger: asked.standpoint.id,
            records: Some(asked.standpoint.records).filter(|&records| records > 0)?,
            head: asked.standpoint.head.parse().ok()?,
            answer: checksum(rows),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            command,
        })
    }
}

fn subject(rows: &[Row]) -> String {
    match rows {
        [] => "No measure".to_owned(),
        [row] => row.measure.clone(),
        rows => format!("{} measures", rows.len()),
    }
}

/// The status of one measure; of several, how many have which standing.
fn summary(rows: &[Row]) -> String {
    if let [row] = rows {
        let possible: Vec<&str> = row.possible.iter().map(String::as_str).collect();
        let status = if row.certain { row.status.clone() } else { possible.join(" or ") };
        let flags: Vec<&str> = row.flags.iter().copied().filter(|flag| *flag != "mixed").collect();
        let beware =
            if flags.is_empty() { String::new() } else { format!(", {}", flags.join(", ")) };
        let since = row.since.as_ref().map(|since| format!(" since {}", since.text));
        let because: Vec<String> = row.because.iter().map(|record| format!("@{record}")).collect();
        let because =
            if because.is_empty() { String::new() } else { format!(" ({})", because.join(" ")) };
        return format!("{status}{}{beware}{because}", since.unwrap_or_default());
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.standing.as_str()).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

/// The checksum of an answer: its rows reduced to what they mean, by the ids of their measures.
fn checksum(rows: &[Row]) -> Hash {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|one, other| one.measure.cmp(&other.measure));
    let mut hasher = Sha256::new().chain_update(FORM);
    for row in rows {
        hasher.update(meaning(row).to_string());
        hasher.update("\n");
    }
    let hash: [u8; 32] = hasher.finalize().into();
    hash.into()
}

fn meaning(row: &Row) -> Value {
    json!({
        "measure": row.measure,
        "status": row.status,
        "possible": row.possible,
        "since": row.since,
        "because": row.because,
        "attributes": row.attributes,
        "parts": row.parts,
        "flags": row.flags,
    })
}
