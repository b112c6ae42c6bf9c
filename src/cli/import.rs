//! `ledger import`: files of JSON Lines, or a spreadsheet with rules; all of it or nothing.

mod input;
mod long;
mod overtaken;
mod skipped;
mod tables;
mod told;

use std::cell::Cell;
use std::fs;
use std::io::{self, BufReader, Seek as _};
use std::path::Path;
use std::thread;

use serde_json::{Value, json};

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::lines::{Lines, complaint};
use super::page::Page;
use super::progress::show_progress;
use super::safe::{quoted, safe};
use super::writing::{Writing, misused, ready, so_far};
use crate::admission::Same;
use crate::ledger::{ClockKind, Ledger, Loaded, Recorded, Writer};
use crate::web::Client;
use input::{Input, LONG_BYTES};
use long::Reading;
use overtaken::Ours;
use tables::Tables;

/// Said once where a ledger with the machine's clock is given recorded times.
pub(super) const IGNORED: &str = "warning: the recorded times in the input are not used: this \
                                  ledger's clock is the machine's";

/// Said of a long input.
const UNCOMPARED: &str = "A long input: which answers it changes was not worked out (ledger diff \
                          compares two days, --known two states of the ledger).";

/// Records files of JSON Lines, or a spreadsheet (--map): checked whole before anything is written,
/// and twice is once.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The files (.jsonl, .ndjson, .json), or `-` for standard input; or one spreadsheet.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    tables: Tables,
}

impl Import {
    /// Whether rules are to be proposed, and nothing recorded.
    pub(super) fn suggests(&self) -> bool {
        self.tables.suggests()
    }

    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        if self.tables.are_meant() {
            return self.tables.run(desk, &self.files, &self.writing);
        }
        self.files.iter().try_for_each(|file| readable(file))?;
        ready(desk, "import")?;
        let mut inputs = Vec::new();
        for file in &self.inputs() {
            let path = desk.surroundings.directory.join(file);
            inputs.push(Input::open(file, &path).map_err(|error| failed(file, &error))?);
        }
        let bytes: u64 = inputs.iter().map(|input| input.bytes).sum();
        let is_served = Client::of(&desk.directory()?).is_some();
        if bytes >= LONG_BYTES && !self.writing.dry_run && !is_served {
            return match self.long(desk, &mut inputs)? {
                Ok(page) => Ok(page),
                Err(ours) => {
                    let short = self.short(desk, &mut inputs);
                    short.map_err(|complaint| so_far(complaint, ours.count()))
                }
            };
        }
        self.short(desk, &mut inputs)
    }

    /// All drafts at once: every reason against any of them is known, and every answer that changes.
    fn short(&self, desk: &Desk, inputs: &mut [Input]) -> Result<Page, Complaint> {
        let mut lines = Lines::default();
        for Input { name, content, .. } in inputs {
            let read = content
                .rewind()
                .and_then(|()| lines.read(name, &mut BufReader::new(content), usize::MAX));
            read.map_err(|error| failed(name, &error))?;
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
        let mut counts = vec![(0, 0); self.inputs().len()];
        let inputs = self.inputs();
        for ((file, _), recorded) in places.iter().zip(told.recorded()) {
            if let Some(input) = inputs.iter().position(|name| name == file) {
                count(&mut counts, input, *recorded);
            }
        }
        let (lines, rows) = self.said(&counts);
        let mut page = told.page_of(&lines, &rows)?;
        if timed && !told.new_entries().is_empty() {
            page.remarks.push(IGNORED.to_owned());
        }
        Ok(page)
    }

    /// A draft at a time. Where it is not sure that all of them can be recorded, what is recorded
    /// already.
    fn long(&self, desk: &Desk, inputs: &mut [Input]) -> Result<Result<Page, Ours>, Complaint> {
        let mut ledger = desk.ledger()?;
        let mut ours = Ours::default();
        loop {
            for Input { name, content, .. } in &mut *inputs {
                content.rewind().map_err(|error| failed(name, &error))?;
            }
            let read = self.once(desk, &mut ledger, inputs, &ours)?;
            match read.loaded {
                Loaded::All => return self.long_page(&ledger, &read).map(Ok),
                Loaded::Doubt => return Ok(Err(ours)),
                Loaded::Overtaken(recorded) => ours.overtaken(recorded, &ledger)?,
            }
        }
    }

    /// Reads the files once, from their beginnings.
    fn once(
        &self,
        desk: &Desk,
        ledger: &mut Ledger,
        inputs: &mut [Input],
        ours: &Ours,
    ) -> Result<Read, Complaint> {
        let by = self.writing.by(desk);
        let writer =
            desk.writer(ledger, by.as_deref(), Same::Already, self.writing.accept_clock)?;
        let from = ledger.records();
        let new = Cell::new(0);
        let progress = |records: usize| show_progress((records - from) as u64, new.get());
        let writer = Writer { progress: Some(&progress), ..writer };
        let mut counts = vec![(0, 0); inputs.len()];
        let (loaded, timed) = thread::scope(|scope| {
            let mut reading = Reading::of(inputs, scope);
            let loaded = ledger.load(&mut || reading.next(), &writer, &mut |input, recorded| {
                new.set(new.get() + u64::from(matches!(recorded, Recorded::New(_))));
                // Inputs are counted from 1.
                count(&mut counts, input - 1, ours.seen(recorded));
            });
            (loaded, reading.timed)
        });
        let durable = ours.count() + (ledger.records() - from);
        let loaded = loaded.map_err(|error| so_far(error.into(), durable))?;
        Ok(Read { loaded, counts, timed })
    }

    /// Which answers a long input changes is not worked out.
    fn long_page(&self, ledger: &Ledger, read: &Read) -> Result<Page, Complaint> {
        let (lines, rows) = self.said(&read.counts);
        let mut page = long_page(ledger, &lines, &rows)?;
        let is_new = read.counts.iter().any(|(new, _)| *new > 0);
        if read.timed && is_new && ledger.header().clock == ClockKind::Machine {
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

    /// How many records of each file are new, and how many were there: in words, and as rows.
    fn said(&self, counts: &[(usize, usize)]) -> (String, Vec<Value>) {
        let would = if self.writing.dry_run { "would be " } else { "" };
        let inputs = self.inputs();
        let lines = inputs.iter().zip(counts).map(|(file, (new, already))| {
            let file = safe(file);
            format!("{file}: {new} {would}recorded, {already} recorded already\n")
        });
        let rows = inputs.iter().zip(counts).map(|(file, (new, already))| {
            json!({"file": file, "records": new + already, "new": new, "already": already})
        });
        (lines.collect(), rows.collect())
    }
}

/// What became of files that were read once.
struct Read {
    loaded: Loaded,
    /// Of each file, how many records are new, and how many were there.
    counts: Vec<(usize, usize)>,
    /// Whether any says when it was recorded.
    timed: bool,
}

fn count(counts: &mut [(usize, usize)], input: usize, recorded: Recorded) {
    if let Some((new, already)) = counts.get_mut(input) {
        match recorded {
            Recorded::New(_) => *new += 1,
            Recorded::Already(_) => *already += 1,
        }
    }
}

/// Which answers a long input changes is not worked out.
fn long_page(ledger: &Ledger, lines: &str, rows: &[Value]) -> Result<Page, Complaint> {
    let simulated = ledger.header().clock == ClockKind::Simulated;
    let mut notes: Vec<&str> = simulated.then_some("clock: simulated").into_iter().collect();
    notes.push(UNCOMPARED);
    let json = json!({
        "ok": true,
        "schema": "policy-ledger/import/1",
        "ledger": ledger.standpoint(ledger.records())?,
        "results": rows,
        "changed": [],
        "notes": notes,
    });
    Ok(Page { text: format!("{lines}\n{UNCOMPARED}\n"), json, ..Page::default() })
}

fn failed(file: &str, error: &io::Error) -> Complaint {
    Complaint::file(file.as_ref(), error).or_help("help import")
}

/// Whether the file is of a form that is read without rules.
fn readable(file: &str) -> Result<(), Complaint> {
    let ending = Path::new(file).extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("csv" | "tsv" | "xlsx" | "ods") => {
            fs::metadata(file).map_err(|error| failed(file, &error))?;
            let message = format!(
                "`{file}`: a spreadsheet needs rules that say what its columns mean (`--map \
                 rules.toml`); `--suggest` proposes some"
            );
            let suggest = format!("import --suggest {}", quoted(file));
            let item = Item::new("usage", message).help(suggest).help("help sheets");
            Err(Complaint::new(Exit::Usage, item))
        }
        Some("xls" | "xlsb" | "numbers") => {
            let message = format!("`{file}`: this form is not read: save it as .xlsx or .csv");
            Err(misused(message, "import"))
        }
        Some(_) | None => Ok(()),
    }
}
