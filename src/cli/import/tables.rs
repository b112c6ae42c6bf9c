//! `ledger import --map`: a spreadsheet as records; `--suggest`: rules for one.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::overtaken::Ours;
use super::skipped::Skipped;
use super::told::Counts;
use super::{failed, long_page};
use crate::admission::{Ready, Refused, Same};
use crate::ask::Scope;
use crate::cli::Format;
use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::desk::Desk;
use crate::cli::page::Page;
use crate::cli::progress::show_progress;
use crate::cli::safe::quoted;
use crate::cli::writing::{Session, Writing, misused, ready, so_far};
use crate::history::History;
use crate::import::{
    self, Encoding, Gathered, Origin, Problem, Rows, Rules, Sheet, Sort, Synced, Told, Trouble,
};
use crate::kind::NOTED;
use crate::ledger::{Loaded, Recorded, Writer};
use crate::record::Draft;

/// The most bytes of a spreadsheet.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// The most bytes of rules.
const MOST_RULES_BYTES: u64 = 8 * 1024 * 1024;

/// After so many problems no further ones are told.
const MOST_PROBLEMS: usize = 1_000;

/// From so many records on an input is a long one.
const LONG_RECORDS: usize = 2_000;

/// What is done about records whose rows are no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Missing {
    /// They stay.
    #[default]
    Keep,
    /// They are retracted.
    Retract,
}

/// The flags of spreadsheets.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Spreadsheets (.csv, .tsv, .xlsx, .ods)")]
pub(super) struct Tables {
    /// The rules that say what the columns mean (TOML; `ledger help sheets`).
    #[arg(long, value_name = "RULES")]
    map: Option<PathBuf>,
    /// Record nothing: print rules that the headers and values suggest, with what they leave open.
    #[arg(long, conflicts_with = "map")]
    suggest: bool,
    /// The sheet of a workbook.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The encoding of a text: utf-8, utf-16le, utf-16be, windows-1252, shift-jis, euc-kr.
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Record the good rows and write the others to this new file, to be mended and imported.
    #[arg(long, value_name = "FILE", requires = "map")]
    skip_bad: Option<PathBuf>,
    /// The sheet was imported before: record what is new, and amend what is otherwise now.
    #[arg(long, requires = "map")]
    sync: bool,
    /// What becomes of records whose rows are gone: keep, or retract [default: keep].
    #[arg(long, value_enum, value_name = "WHAT", requires = "sync", hide_possible_values = true)]
    missing: Option<Missing>,
    /// Why the records are amended or retracted [default: names the file].
    #[arg(long, value_name = "TEXT", requires = "sync")]
    reason: Option<String>,
}

/// One spreadsheet on its way in.
struct Incoming<'a> {
    desk: &'a Desk,
    flags: &'a Tables,
    writing: &'a Writing,
    file: &'a str,
    rules: String,
    sheet: Sheet,
}

impl Tables {
    pub(super) fn are_meant(&self) -> bool {
        self.map.is_some() || self.suggest || self.sheet.is_some() || self.encoding.is_some()
    }

    pub(super) fn suggests(&self) -> bool {
        self.suggest
    }

    pub(super) fn run(
        &self,
        desk: &Desk,
        files: &[String],
        writing: &Writing,
    ) -> Result<Page, Complaint> {
        let [file] = files else {
            return Err(misused("one spreadsheet at a time", "import"));
        };
        let sort = sort(file)?;
        let encoding = self.encoding()?;
        let told = Told { encoding, sheet: self.sheet.as_deref() };
        if self.suggest {
            return suggested(desk, file, sort, told);
        }
        let Some(map) = &self.map else {
            return Err(misused(
                "`--sheet` and `--encoding` go with `--map` or `--suggest`",
                "import",
            ));
        };
        ready(desk, "import")?;
        let shown = map.display().to_string();
        let rules = read(&desk.surroundings.directory.join(map), &shown, MOST_RULES_BYTES)?;
        let rules = String::from_utf8(rules).map_err(|_| {
            let mut item = Item::new("bad-rules", "the rules are not UTF-8").help("help sheets");
            item.at = Some((shown.clone(), 1));
            Complaint::new(Exit::Usage, item)
        })?;
        let rules = Rules::read(&rules).map_err(|problems| in_rules(&shown, problems))?;
        let bytes = content(desk, file)?;
        let sheet = Sheet::read(&bytes, sort, rules, told).map_err(|trouble| match trouble {
            Trouble::Rules(problems) => in_rules(&shown, problems),
            Trouble::Table(problems) => in_table(file, problems),
        })?;
        Incoming { desk, flags: self, writing, file, rules: shown, sheet }.record()
    }

    fn encoding(&self) -> Result<Option<Encoding>, Complaint> {
        let Some(name) = &self.encoding else { return Ok(None) };
        let all = Encoding::ALL.map(Encoding::as_str).join(", ");
        let message = format!("no encoding `{name}`: there are {all}");
        Encoding::named(name).map(Some).ok_or_else(|| misused(message, "import"))
    }
}

impl Incoming<'_> {
    fn record(&self) -> Result<Page, Complaint> {
        if let Some(line) = self.sheet.counts_rows().filter(|_| self.flags.skip_bad.is_some()) {
            let message = "`{row}` makes ids or keys, and `--skip-bad` would give the rows other \
                           numbers in the file that it writes: use a column instead";
            let mut item = Item::new("bad-rules", message).help("help sheets");
            item.at = Some((self.rules.clone(), line));
            return Err(Complaint::new(Exit::Usage, item));
        }
        let skipped = self.flags.skip_bad.as_deref();
        let skipped =
            skipped.map(|path| Skipped::prepare(self.desk, path, self.file)).transpose()?;
        let session = self.writing.open(self.desk, "import", &self.scope()?)?;
        let rows = self.rows(&session.history)?;
        let (gathered, bad, problems) = self.good(&rows, &session, skipped.is_some())?;
        let mut written = false;
        if let Some(skipped) = &skipped {
            let refused = (!bad.is_empty()).then(|| self.sheet.refused(&bad));
            written = skipped.write(refused.as_deref(), self.writing.dry_run)?;
        }
        let counts = Counts::of(self.file, &self.sheet, &rows, &bad, problems);
        let counts = counts.in_file(skipped.as_ref().map(Skipped::shown));
        let told = if self.flags.sync {
            self.sync(session, &rows, gathered, counts)
        } else {
            self.import(session, &rows, gathered, counts)
        };
        told.inspect_err(|_| {
            if let Some(skipped) = skipped.as_ref().filter(|_| written) {
                skipped.remove();
            }
        })
    }

    /// How much of the ledger the rows need.
    fn scope(&self) -> Result<Scope, Complaint> {
        if self.flags.sync {
            return Ok(Scope::All);
        }
        // Which act ends a measure does not matter yet.
        let any = |_: &str, _: Option<&str>| Some(NOTED.to_owned());
        let rows = self.sheet.rows(&any).map_err(|problems| in_rules(&self.rules, problems))?;
        Ok(Scope::drafts(&rows.gather(&BTreeSet::new()).drafts))
    }

    fn rows(&self, history: &History) -> Result<Rows<'_>, Complaint> {
        let ending = |measure: &str, kind: Option<&str>| {
            let tracked = history.measure(measure).and_then(|it| history.measures().get(it));
            match (tracked, kind) {
                (Some(tracked), _) => tracked.kind.last_day.clone(),
                (None, Some(kind)) => match history.kind(kind) {
                    Some(kind) => kind.last_day.clone(),
                    // That there is no such kind is said of the measure.
                    None => Some(NOTED.to_owned()),
                },
                // That there is no such measure is said of the event.
                (None, None) => Some(NOTED.to_owned()),
            }
        };
        self.sheet.rows(&ending).map_err(|problems| in_rules(&self.rules, problems))
    }

    /// The records of the rows, if all are good; with `skip` those of the good ones, the places of
    /// the others, and what is wrong with them.
    fn good(
        &self,
        rows: &Rows<'_>,
        session: &Session<'_>,
        skip: bool,
    ) -> Result<(Gathered, BTreeSet<usize>, Vec<Problem>), Complaint> {
        let mut bad = BTreeSet::new();
        let mut problems: Vec<Problem> = Vec::new();
        loop {
            let gathered = rows.gather(&bad);
            let of_rows: Vec<Problem> =
                gathered.problems.iter().map(|(_, it)| it.clone()).collect();
            bad.extend(gathered.problems.iter().map(|(place, _)| *place));
            // What is asked of the ledger costs as much as recording it.
            let refused = if skip && of_rows.is_empty() || !skip && !of_rows.is_empty() {
                self.refused(rows, &gathered, session)?
            } else {
                Vec::new()
            };
            let is_clean = of_rows.is_empty() && refused.is_empty();
            problems.extend(of_rows);
            for (origin, problem) in refused {
                bad.extend(&origin.rows);
                problems.push(problem);
            }
            problems.sort_by_key(|problem| problem.line);
            match (is_clean, skip) {
                (true, _) => return Ok((gathered, bad, problems)),
                (false, true) => {}
                (false, false) => return Err(in_table(self.file, problems)),
            }
        }
    }

    /// What the ledger refuses of the records of good rows. What is missing to them may stand in a
    /// row that is not good.
    fn refused(
        &self,
        rows: &Rows<'_>,
        gathered: &Gathered,
        session: &Session<'_>,
    ) -> Result<Vec<(Origin, Problem)>, Complaint> {
        let (refused, origins) = if self.flags.sync {
            let synced = self.compared(rows, gathered.clone(), session, false)?;
            (session.refused(synced.drafts, Same::New)?, synced.origins)
        } else {
            let origins = gathered.origins.iter().cloned().map(Some).collect();
            (session.refused(gathered.drafts.clone(), Same::Already)?, origins)
        };
        let follows = |problem: &Problem| {
            let codes = ["unknown-measure", "unknown-reference"];
            !gathered.problems.is_empty() && codes.contains(&problem.code)
        };
        let named = self.named(rows, refused, &|draft| origins.get(draft).cloned().flatten());
        Ok(named.into_iter().filter(|(_, problem)| !follows(problem)).collect())
    }

    /// What was refused, said of rows and columns. That a measure is not there is not said where its
    /// declaration was refused.
    fn named(
        &self,
        rows: &Rows<'_>,
        refused: Vec<Refused>,
        origin: &dyn Fn(usize) -> Option<Origin>,
    ) -> Vec<(Origin, Problem)> {
        let named = refused.into_iter().filter_map(|(draft, refusal)| {
            let origin = origin(draft)?;
            let problem = self.with_way_out(rows.refused(&origin, refusal));
            Some((origin, problem))
        });
        let named: Vec<(Origin, Problem)> = named.collect();
        let undeclared: BTreeSet<usize> = named
            .iter()
            .filter(|(origin, _)| origin.is_measure())
            .flat_map(|(origin, _)| origin.rows.iter().copied())
            .collect();
        let follows = |origin: &Origin, problem: &Problem| {
            let is_undeclared = origin.rows.iter().any(|row| undeclared.contains(row));
            !origin.is_measure() && problem.code == "unknown-measure" && is_undeclared
        };
        named.into_iter().filter(|(origin, problem)| !follows(origin, problem)).collect()
    }

    /// Where a record is there and says something else, the sheet may have been corrected.
    fn with_way_out(&self, mut problem: Problem) -> Problem {
        if problem.code == "taken" {
            let (file, rules) = (quoted(self.file), quoted(&self.rules));
            problem.help.push(format!("import {file} --map {rules} --sync -n"));
        }
        problem
    }

    fn import(
        &self,
        mut session: Session<'_>,
        rows: &Rows<'_>,
        gathered: Gathered,
        counts: Counts,
    ) -> Result<Page, Complaint> {
        let Gathered { drafts, origins, .. } = gathered;
        if drafts.len() >= LONG_RECORDS
            && !self.writing.dry_run
            && !session.is_served()
            && let Some(recorded) = self.long(&mut session, &drafts)?
        {
            let counts = counts.recorded(&recorded, false);
            return Ok(counts.said_by(long_page(&session.ledger, &counts.text(), &counts.rows())?));
        }
        let complain = |refused: Vec<Refused>| {
            let named = self.named(rows, refused, &|draft| origins.get(draft).cloned());
            in_table(self.file, named.into_iter().map(|(_, problem)| problem).collect())
        };
        self.told(session, drafts, Same::Already, counts, &complain)
    }

    fn told(
        &self,
        session: Session<'_>,
        drafts: Vec<Draft>,
        same: Same,
        counts: Counts,
        complain: &dyn Fn(Vec<Refused>) -> Complaint,
    ) -> Result<Page, Complaint> {
        let (from, to) = (session.ledger.records(), drafts.len());
        let progress = move |records: usize| show_progress((records - from) as u64, to as u64);
        let told = session.record_or(drafts, same, Some(&progress), complain)?;
        let counts = counts.recorded(told.recorded(), self.writing.dry_run);
        Ok(counts.said_by(told.page_of(&counts.text(), &counts.rows())?))
    }

    /// Many records, the quick way; none where it is not sure that all of them can be recorded.
    fn long(
        &self,
        session: &mut Session<'_>,
        drafts: &[Draft],
    ) -> Result<Option<Vec<Recorded>>, Complaint> {
        let by = self.writing.by(self.desk);
        let ledger = &mut session.ledger;
        let accept = self.writing.accept_clock;
        let writer = self.desk.writer(ledger, by.as_deref(), Same::Already, accept)?;
        let mut ours = Ours::default();
        loop {
            let (from, of) = (ledger.records(), drafts.len() as u64);
            let progress = |records: usize| show_progress((records - from) as u64, of);
            let writer = Writer { progress: Some(&progress), ..writer };
            let mut left = drafts.iter();
            let mut recorded = Vec::with_capacity(drafts.len());
            let loaded = ledger.load(
                &mut || Ok(left.next().map(|draft| Ready::of(draft.clone()))),
                &writer,
                &mut |_, what| recorded.push(ours.seen(what)),
            );
            let durable = ours.count() + (ledger.records() - from);
            match loaded.map_err(|error| so_far(error.into(), durable))? {
                Loaded::All => return Ok(Some(recorded)),
                Loaded::Doubt => return Ok(None),
                Loaded::Overtaken(recorded) => ours.overtaken(recorded, ledger)?,
            }
        }
    }

    fn sync(
        &self,
        session: Session<'_>,
        rows: &Rows<'_>,
        gathered: Gathered,
        counts: Counts,
    ) -> Result<Page, Complaint> {
        let retract = self.flags.missing == Some(Missing::Retract);
        if retract && counts.has_refused() {
            let message = "some rows are refused, so it cannot be told what is missing: mend them \
                           first, or leave `--missing retract` out";
            return Err(misused(message, "import"));
        }
        let synced = self.compared(rows, gathered, &session, retract)?;
        let counts = counts.synced(&synced, retract);
        let origins = synced.origins;
        let complain = |refused: Vec<Refused>| {
            let named = refused.into_iter().map(|(draft, refusal)| {
                match origins.get(draft).and_then(Option::as_ref) {
                    Some(origin) => rows.refused(origin, refusal),
                    None => Problem::of_refusal(refusal, &[], 1),
                }
            });
            in_table(self.file, named.collect())
        };
        self.told(session, synced.drafts, Same::New, counts, &complain)
    }
}

impl Incoming<'_> {
    /// What there is to record of a sheet that was imported before.
    fn compared(
        &self,
        rows: &Rows<'_>,
        gathered: Gathered,
        session: &Session<'_>,
        retract: bool,
    ) -> Result<Synced, Complaint> {
        let reason = self.flags.reason.clone().unwrap_or_else(|| format!("as in {}", self.file));
        let (entries, history) = (&session.entries, &session.history);
        let synced = import::sync(rows, gathered, entries, history, &reason, retract);
        synced.map_err(|problems| in_rules(&self.rules, problems))
    }
}

/// What sort of table a file is.
fn sort(file: &str) -> Result<Sort, Complaint> {
    if file == "-" {
        return Ok(Sort::Text { tabs: false });
    }
    Sort::of(file).ok_or_else(|| {
        let message = format!(
            "`{file}` is no spreadsheet that is read: expected .csv, .tsv, .txt, .xlsx or .ods (a file \
             of JSON Lines needs no rules)"
        );
        misused(message, "import")
    })
}

fn content(desk: &Desk, file: &str) -> Result<Vec<u8>, Complaint> {
    if file != "-" {
        return read(&desk.surroundings.directory.join(file), file, MOST_BYTES);
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| failed(file, &error))?;
    short_enough(file, bytes, MOST_BYTES)
}

fn read(path: &Path, shown: &str, most: u64) -> Result<Vec<u8>, Complaint> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| failed(shown, &error))?;
    short_enough(shown, bytes, most)
}

fn short_enough(shown: &str, bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, Complaint> {
    if bytes.len() as u64 <= most {
        return Ok(bytes);
    }
    let message = format!("`{shown}` is longer than {most} bytes: import it in parts");
    Err(Complaint::new(Exit::Unusable, Item::new("file", message).help("help sheets")))
}

/// Rules for a file, printed.
fn suggested(desk: &Desk, file: &str, sort: Sort, told: Told<'_>) -> Result<Page, Complaint> {
    if desk.format()? != Format::Text {
        return Err(misused("`--suggest` prints a file of rules: it has no other form", "import"));
    }
    let bytes = content(desk, file)?;
    let text = import::suggest(file, &bytes, sort, told).map_err(|trouble| match trouble {
        Trouble::Rules(problems) | Trouble::Table(problems) => in_table(file, problems),
    })?;
    Ok(Page { text, as_is: true, ..Page::default() })
}

/// What is wrong with rules: they are a part of the command line.
fn in_rules(rules: &str, problems: Vec<Problem>) -> Complaint {
    Complaint { exit: Exit::Usage, ..complaint(rules, problems) }
}

/// What is wrong with a table.
fn in_table(file: &str, problems: Vec<Problem>) -> Complaint {
    let asks = problems.iter().any(|problem| problem.code == "unanswered");
    let exit = if asks { Exit::Usage } else { Exit::Refused };
    Complaint { exit, ..complaint(file, problems) }
}

fn complaint(file: &str, mut problems: Vec<Problem>) -> Complaint {
    problems.sort_by_key(|problem| problem.line);
    let last = problems.last().map_or(1, |problem| problem.line);
    let is_cut = problems.len() > MOST_PROBLEMS;
    let mut items: Vec<Item> =
        problems.into_iter().take(MOST_PROBLEMS).map(|problem| item(file, problem)).collect();
    if is_cut {
        let message = "so many problems that no further ones are told";
        let mut item = Item::new("many-problems", message);
        item.at = Some((file.to_owned(), last));
        items.push(item);
    }
    Complaint { exit: Exit::Refused, items }.or_some_help("help sheets")
}

pub(super) fn item(file: &str, problem: Problem) -> Item {
    let Problem { code, message, guesses, help, line } = problem;
    let mut item = Item::new(code, message).guesses(guesses);
    item.help = help;
    item.at = Some((file.to_owned(), line));
    item
}
