//! `ledger doctor`: what state a ledger is in, and what to do.

use serde_json::json;

use super::complaint::{Complaint, Exit};
use super::desk::Desk;
use super::page::Page;
use super::safe::safe;
use super::table::Table;
use crate::ask::Asker;
use crate::ledger::{Finding, State, health};
use crate::log::{FORMAT, Standing};
use crate::view::LAYOUT;

/// Looks at the ledger without changing it: where it is, who holds it, how far log and view go,
/// what is damaged, and what to do. Exit 5 where it cannot be used as it is.
#[derive(Debug, clap::Args)]
pub(super) struct Doctor {}

impl Doctor {
    #[allow(clippy::unused_self, reason = "every verb runs so")]
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let directory = desk.directory()?;
        let mut findings = health(&directory, &mounts());
        findings.extend(cluster(desk)?);
        findings.push(settings(desk));
        let is_bad = findings.iter().any(|finding| finding.state == State::Bad);
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/doctor/1",
            "query": {"directory": directory.to_string_lossy()},
            "program": {
                "version": env!("CARGO_PKG_VERSION"), "log_format": FORMAT, "view_layout": LAYOUT,
            },
            "results": findings,
            "notes": [],
        });
        Ok(Page {
            text: text(desk, &findings),
            json,
            table: Some(table(&findings)),
            exit: if is_bad { Exit::Unusable as u8 } else { 0 },
            ..Page::default()
        })
    }
}

/// The system's table of mounted file systems, where there is one.
pub(super) fn mounts() -> String {
    std::fs::read_to_string("/proc/self/mounts").unwrap_or_default()
}

/// What the cluster says of the stream, where the ledger is on one.
fn cluster(desk: &Desk) -> Result<Vec<Finding>, Complaint> {
    let found = |state, says| Finding { check: "stream", state, says, help: None };
    let stream = match desk.stream()? {
        None => return Ok(Vec::new()),
        Some(Err(why)) => {
            return Ok(vec![found(State::Warning, format!("only the copy was looked at: {why}"))]);
        }
        Some(Ok(stream)) => stream,
    };
    let Standing { last, replicas, version, warnings, .. } = stream.standing()?;
    let says = format!(
        "{last} messages, number of servers that keep each {replicas}, server version {version}; \
         whether they have `sync_interval: always` cannot be seen from here"
    );
    let warnings = warnings.into_iter().map(|warning| found(State::Warning, warning));
    Ok([found(State::Good, says)].into_iter().chain(warnings).collect())
}

/// Which files set what is usual.
fn settings(desk: &Desk) -> Finding {
    let paths: Vec<String> = desk.configs.paths().map(|path| path.display().to_string()).collect();
    let says = match paths.as_slice() {
        [] => "no configuration file".to_owned(),
        paths => format!("set by {}", paths.join(", then ")),
    };
    Finding { check: "settings", state: State::Good, says, help: None }
}

fn word(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Warning => "warning",
        State::Bad => "BAD",
    }
}

fn text(desk: &Desk, findings: &[Finding]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!("ledger {version} · log format {FORMAT} · view layout {LAYOUT}\n\n");
    let mut lines = Table::new(&["", "CHECK", "FOUND"]);
    for finding in findings {
        lines.row(vec![
            word(finding.state).to_owned(),
            finding.check.to_owned(),
            finding.says.clone(),
        ]);
    }
    text += &lines.to_text(" ");
    let to_do: Vec<&str> = findings.iter().filter_map(|finding| finding.help).collect();
    if to_do.is_empty() && findings.iter().all(|finding| finding.state != State::Bad) {
        text.push_str("\nNothing to do.\n");
    }
    for words in to_do {
        text.extend(["\nDo:  ", &safe(&desk.command(words)), "\n"]);
    }
    text
}

fn table(findings: &[Finding]) -> Table {
    let mut table = Table::new(&["check", "state", "says", "help"]);
    for finding in findings {
        table.row(vec![
            finding.check.to_owned(),
            word(finding.state).to_lowercase(),
            finding.says.clone(),
            finding.help.map(|words| format!("ledger {words}")).unwrap_or_default(),
        ]);
    }
    table
}
