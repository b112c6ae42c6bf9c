//! An answer as an Excel workbook, with a sheet that says what it answers.

use serde_json::Value;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::repeat::command;
use crate::export::{Table, Workbook};

/// What a reader of the cells has to know.
const CELLS: &str = "An exact day is a date; one that is not certain is a text, with its earliest \
                     and latest day beside it. Days before 1900-03-01, which Excel does not know, \
                     are texts. Times are UTC.";

/// The file, and what is to be said about it on stderr.
pub(super) fn workbook(
    desk: &Desk,
    table: &Table,
    answer: &Value,
) -> Result<(Vec<u8>, Option<String>), Complaint> {
    let question = question(answer);
    let made = answer["ledger"]["recorded_to"].as_str().and_then(|made| made.parse().ok());
    let about = about(desk, answer, question);
    let written = Workbook { sheet: question, table, about: &about, made }.write();
    let written = written.map_err(|error| {
        let item = Item::new("usage", error.to_string()).help("help formats");
        Complaint::new(Exit::Usage, item)
    })?;
    let remark = (written.cut > 0).then(|| {
        let count = written.cut;
        let cells = if count == 1 { "1 cell is".to_owned() } else { format!("{count} cells are") };
        format!(
            "note: {cells} cut and marked: Excel holds 32,767 characters; --format csv holds all"
        )
    });
    Ok((written.bytes, remark))
}

/// `state` of `policy-ledger/state/1`.
fn question(answer: &Value) -> &str {
    let schema = answer["schema"].as_str().unwrap_or_default();
    schema.split('/').nth(1).unwrap_or("answer")
}

fn about(desk: &Desk, answer: &Value, question: &str) -> Vec<(String, String)> {
    let mut lines = vec![("question".to_owned(), question.to_owned())];
    said(&mut lines, "", &answer["query"]);
    let ledger = &answer["ledger"];
    for (name, key) in [
        ("ledger", "id"),
        ("records", "records"),
        ("head", "head"),
        ("clock", "clock"),
        ("recorded_from", "recorded_from"),
        ("recorded_to", "recorded_to"),
    ] {
        said(&mut lines, name, &ledger[key]);
    }
    for note in answer["notes"].as_array().into_iter().flatten() {
        said(&mut lines, "note", note);
    }
    lines.push(("repeat".to_owned(), command(desk, answer)));
    lines.push(("cells".to_owned(), CELLS.to_owned()));
    lines.push(("program".to_owned(), format!("policy-ledger {}", env!("CARGO_PKG_VERSION"))));
    lines
}

/// A value of the question; of one that has parts a line each, what is null none.
fn said(lines: &mut Vec<(String, String)>, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(parts) => {
            for (part, value) in parts {
                let name = if name.is_empty() { part.clone() } else { format!("{name} {part}") };
                said(lines, &name, value);
            }
        }
        Value::Array(parts) if parts.is_empty() => {}
        Value::Array(parts) => {
            let parts: Vec<String> = parts.iter().map(plain).collect();
            lines.push((name.to_owned(), parts.join(", ")));
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            lines.push((name.to_owned(), plain(value)));
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
