//! `ledger import`: files of JSON Lines, all of them or none.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use serde_json::{Value, json};

use super::complaint::Complaint;
use super::desk::Desk;
use super::lines::{Lines, Places, complaint};
use super::page::Page;
use super::progress::show_progress;
use super::safe::safe;
use super::told::Told;
use super::writing::{Writing, misused, ready};
use crate::admission::Same;
use crate::ledger::Recorded;

/// Said once where a ledger with the machine's clock is given recorded times.
pub(super) const IGNORED: &str = "warning: the recorded times in the input are not used: this \
                                  ledger's clock is the machine's";

/// Records files of JSON Lines: checked whole before anything is written, and twice is once.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The files (.jsonl, .ndjson, .json), or `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Import {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        self.files.iter().try_for_each(|file| readable(file))?;
        ready(desk, "import")?;
        let mut lines = Lines::default();
        for file in &self.inputs() {
            let path = desk.surroundings.directory.join(file);
            let read = read(file, &path, &mut lines);
            let failed = |error| Complaint::file(file.as_ref(), &error).or_help("help import");
            read.map_err(failed)?;
        }
        // Opened only now: it stays free for others while the input is waited for.
        let session = self.writing.open(desk, "import", &lines.scope())?;
        let (drafts, places) = lines.check(&session)?;
        let timed = session.ignores_recorded() && drafts.iter().any(|d| d.recorded.is_some());
        let (from, to) = (session.ledger.records(), drafts.len());
        let progress = move |records: usize| show_progress((records - from) as u64, to as u64);
        let told = session.record_or(drafts, Same::Already, Some(&progress), &|refused| {
            complaint(&places, refused)
        })?;
        let mut page = self.page(&told, &places)?;
        if timed && !told.new_entries().is_empty() {
            page.remarks.push(IGNORED.to_owned());
        }
        Ok(page)
    }

    /// The files, each once however often it is named.
    fn inputs(&self) -> Vec<String> {
        let mut inputs: Vec<String> = Vec::new();
        for file in &self.files {
            if !inputs.contains(file) {
                inputs.push(file.clone());
            }
        }
        inputs
    }

    fn page(&self, told: &Told<'_>, places: &Places) -> Result<Page, Complaint> {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for ((file, _), recorded) in places.iter().zip(&told.recorded) {
            let (new, already) = counts.entry(file).or_default();
            match recorded {
                Recorded::New(_) => *new += 1,
                Recorded::Already(_) => *already += 1,
            }
        }
        let would = if self.writing.dry_run { "would be " } else { "" };
        let count = |file: &String| counts.get(file.as_str()).copied().unwrap_or_default();
        let line = |file: &String| {
            let (new, already) = count(file);
            let file = safe(file);
            format!("{file}: {new} {would}recorded, {already} recorded already\n")
        };
        let row = |file: &String| -> Value {
            let (new, already) = count(file);
            json!({"file": file, "records": new + already, "new": new, "already": already})
        };
        let inputs = self.inputs();
        let lines: String = inputs.iter().map(line).collect();
        told.page_of(&lines, &inputs.iter().map(row).collect::<Vec<_>>())
    }
}

/// Whether the file is of a form that is read.
fn readable(file: &str) -> Result<(), Complaint> {
    let ending = Path::new(file).extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("csv" | "tsv" | "xlsx" | "xls" | "ods") => Err(misused(
            format!(
                "`{file}`: tables need a mapping of their columns to records, which this version does \
             not have: import JSON Lines (.jsonl)"
            ),
            "import",
        )),
        Some(_) | None => Ok(()),
    }
}

fn read(file: &str, path: &Path, lines: &mut Lines) -> io::Result<()> {
    if file == "-" {
        return lines.read(file, &mut io::stdin().lock(), usize::MAX);
    }
    lines.read(file, &mut BufReader::new(File::open(path)?), usize::MAX)
}
