//! What was verified, in every form.

use serde_json::{Map, Value, json};

use super::super::complaint::Exit;
use super::super::desk::Desk;
use super::super::page::Page;
use super::super::safe::safe;
use super::super::table::Table;
use crate::ask::Asker;
use crate::ledger::{Point, Standpoint, State};

/// What was verified.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The ledger as it was read; none where none was.
    pub(super) standpoint: Option<Standpoint>,
    pub(super) points: Vec<Point>,
    /// The record that was proven.
    pub(super) said: Option<Map<String, Value>>,
}

impl Report {
    pub(super) fn page(&self, desk: &Desk, query: &Value) -> Page {
        let bad = self.points.iter().any(|point| point.state == State::Bad);
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/verify/1",
            "query": query,
            "ledger": self.standpoint,
            "sound": !bad,
            "said": self.said,
            "results": self.points,
            "notes": [],
        });
        Page {
            text: self.text(desk, bad),
            json,
            table: Some(self.table()),
            exit: if bad { Exit::Integrity as u8 } else { 0 },
            ..Page::default()
        }
    }

    fn text(&self, desk: &Desk, bad: bool) -> String {
        let mut text = match &self.standpoint {
            Some(standpoint) => format!("Verify · all {} records\n\n", standpoint.records),
            None => "Verify\n\n".to_owned(),
        };
        let mut table = Table::new(&["", "CHECK", "FOUND"]);
        for point in &self.points {
            table.row(vec![word(point).to_owned(), point.check.to_owned(), point.says.clone()]);
        }
        text += &table.to_text(" ");
        for point in self.points.iter().filter(|point| point.state == State::Bad) {
            text += &consequence(point);
        }
        if let Some(said) = &self.said {
            let said = Value::from(said.clone()).to_string();
            text.extend(["\nThe record:  ", &safe(&said), "\n"]);
        }
        let mut to_do: Vec<&str> = self.points.iter().filter_map(|point| point.help).collect();
        to_do.sort_unstable();
        to_do.dedup();
        for words in to_do {
            text.extend(["\nDo:  ", &safe(&desk.command(words)), "\n"]);
        }
        text + self.sum(bad)
    }

    /// What it comes to.
    fn sum(&self, bad: bool) -> &'static str {
        let doubtful = |point: &Point| point.check == "signature" && point.state == State::Warning;
        if bad {
            "\nNot all is as it should be.\n"
        } else if self.points.iter().any(doubtful) {
            "\nAll fits, as far as the checkpoint can be trusted.\n"
        } else {
            "\nNothing is wrong.\n"
        }
    }

    fn table(&self) -> Table {
        let columns =
            ["check", "state", "record", "through", "says", "consequence", "measures", "help"];
        let mut table = Table::new(&columns);
        let number = |number: Option<u64>| number.map(|it| it.to_string()).unwrap_or_default();
        for point in &self.points {
            table.row(vec![
                point.check.to_owned(),
                word(point).to_lowercase(),
                number(point.record),
                number(point.through),
                point.says.clone(),
                point.consequence.clone().unwrap_or_default(),
                point.measures.join(";"),
                point.help.map(|words| format!("ledger {words}")).unwrap_or_default(),
            ]);
        }
        table
    }
}

fn word(point: &Point) -> &'static str {
    match point.state {
        State::Good => "good",
        State::Warning => "warning",
        State::Bad => "BAD",
    }
}

/// What follows from what is wrong, and for which measures.
fn consequence(point: &Point) -> String {
    let Some(consequence) = &point.consequence else { return String::new() };
    let about = match (point.record, point.through) {
        (Some(from), Some(to)) if from != to => format!(" (@{from} to @{to})"),
        (Some(from), _) => format!(" (@{from})"),
        (None, _) => String::new(),
    };
    let mut text = format!("\n{}{about}: {}.\n", point.check, safe(consequence));
    if !point.measures.is_empty() {
        let measures = point.measures.join(", ");
        text.extend(["  Concerns the answers about ", &safe(&measures), "\n"]);
    }
    text
}
