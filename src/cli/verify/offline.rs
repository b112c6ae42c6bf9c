//! A proof by itself: no ledger is needed, and none is looked at.

use std::path::Path;

use serde_json::Value;

use super::super::complaint::Complaint;
use super::super::desk::Desk;
use super::super::proofs::{read_checkpoint, read_text};
use super::report::Report;
use super::{no_proof, signature};
use crate::codec;
use crate::ledger::Point;
use crate::proof::{Checkpoint, Consistency, Inclusion, Receipt, VerifierKey};

/// Whether a proof in a file holds.
pub(super) fn proof(
    desk: &Desk,
    path: &Path,
    since: Option<&Path>,
    key: Option<&VerifierKey>,
) -> Result<Report, Complaint> {
    let text = read_text(desk, path)?;
    let receipt: Receipt = inside(text).parse().map_err(|why| no_proof(path, &format!("{why}")))?;
    let read = |note| Checkpoint::of(note).map_err(|why| no_proof(path, &why.to_string()));
    let mut report = match (&receipt, since) {
        (Receipt::Inclusion(_), Some(_)) => {
            return Err(Complaint::usage("`--since` goes with a proof made by `prove --since`"));
        }
        (Receipt::Inclusion(inclusion), None) => of_record(inclusion, &read(&inclusion.note)?),
        (Receipt::Consistency(_), None) => {
            let message = "this proof says that nothing before an older checkpoint was altered: give \
                           that checkpoint with `--since FILE`";
            return Err(Complaint::usage(message));
        }
        (Receipt::Consistency(consistency), Some(since)) => {
            let (older_note, older) = read_checkpoint(desk, since)?;
            let mut report = of_older(consistency, &older, &read(&consistency.note)?);
            report.points.extend(key.map(|_| signature(&older_note, key)));
            report
        }
    };
    let note = match &receipt {
        Receipt::Inclusion(Inclusion { note, .. })
        | Receipt::Consistency(Consistency { note, .. }) => note,
    };
    report.points.push(signature(note, key));
    Ok(report)
}

/// The proof inside of the JSON answer of `prove`, or the text itself.
fn inside(text: String) -> String {
    let json: Option<Value> = serde_json::from_str(&text).ok();
    let proof = json.as_ref().and_then(|json| json["results"][0]["proof"].as_str());
    proof.map(str::to_owned).unwrap_or(text)
}

fn of_record(inclusion: &Inclusion, checkpoint: &Checkpoint) -> Report {
    let Checkpoint { origin, size, root } = checkpoint;
    let number = inclusion.index + 1;
    if !matches!(inclusion.holds(), Ok(true)) {
        let says = format!("the bytes in it are not record {number} of {size} under head {root}");
        let so = "the proof was altered, or is of another ledger or another head";
        return Report { points: vec![Point::bad("proof", says).so(so)], ..Report::default() };
    }
    let says = format!("on record: number {number} of the {size} records of {origin}");
    let mut points = vec![
        Point::good("proof", says).about(number, number),
        Point::good("head", format!("{root}, of {size} records")),
    ];
    let said = match codec::decode(&inclusion.entry) {
        Ok(stored) if stored.entry.seq == number => {
            let (seq, recorded) = (stored.entry.seq, stored.entry.recorded);
            points.push(Point::good("record", format!("@{seq}, recorded {recorded}")));
            Some(codec::exchanged(&stored.entry))
        }
        Ok(stored) => {
            let says = format!("the record calls itself @{}, not @{number}", stored.entry.seq);
            points.push(Point::bad("record", says).so("no ledger of this program was like that"));
            None
        }
        Err(unreadable) => {
            let says = format!("what was proven {unreadable}");
            points.push(Point::bad("record", says).so("it is no record that can be read here"));
            None
        }
    };
    Report { points, said, standpoint: None }
}

fn of_older(consistency: &Consistency, older: &Checkpoint, newer: &Checkpoint) -> Report {
    let (from, to) = (older.size, newer.size);
    let point = if older.origin != newer.origin {
        let says = format!("one checkpoint is of {}, the other of {}", older.origin, newer.origin);
        Point::bad("proof", says).so("one says nothing of the other")
    } else if matches!(consistency.holds(older), Ok(true)) {
        let says = format!(
            "the first {from} of {to} records in {} are those of the older checkpoint: nothing \
             before it was altered or removed",
            newer.origin
        );
        Point::good("proof", says)
    } else {
        let says = format!("it does not show that the {to} records begin with the older {from}");
        let so = "the proof is of other checkpoints or was altered, or records before the older \
                  checkpoint were";
        Point::bad("proof", says).so(so)
    };
    Report { points: vec![point], ..Report::default() }
}
