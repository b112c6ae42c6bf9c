//! Where a verb works: the options, the surroundings of the process, the ledger it is about.

use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) use super::asked::Asked;
use super::complaint::{Complaint, Exit, Item};
use super::config::{Configs, Found};
use super::page::remark;
use super::progress::show_progress;
use super::safe::{flag, quoted};
pub(super) use super::scope::Scope;
use super::screen::Screen;
use super::surroundings::Surroundings;
use super::survey::Only;
use super::{Format, Global};
use crate::admission::Same;
use crate::history::History;
use crate::ledger::{Known, Ledger, LedgerError, Opening, Writer};
use crate::time::{Clock, Day, FixedClock, Instant, SystemClock, day_in_words};
use crate::view::ViewError;

/// What `--known` takes.
const KNOWN: &str = "`--known` takes a day, an instant (2019-08-23T12:00:00Z) or a record number \
                     (@57)";

/// A verb's place of work.
pub(super) struct Desk {
    pub(super) global: Global,
    pub(super) surroundings: Surroundings,
    pub(super) configs: Configs,
    clock: Box<dyn Clock>,
    clock_is_set: bool,
}

/// The words of a question about what was known and what was public.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Knowing {
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    pub(super) known: Option<String>,
    /// Only what was public by the end of a day.
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub(super) public: Option<String>,
}

impl Knowing {
    /// Whether all that is recorded and public counts.
    pub(super) fn is_everything(&self) -> bool {
        self.known.is_none() && self.public.is_none()
    }
}

impl Desk {
    /// `needs_files`: what is wrong with a configuration file is a complaint.
    pub(super) fn new(
        global: Global,
        surroundings: Surroundings,
        needs_files: bool,
    ) -> Result<Self, Complaint> {
        let configs = match Configs::find(&surroundings) {
            Err(complaint) if needs_files => return Err(complaint),
            found => found.unwrap_or_default(),
        };
        let set = global.now.as_deref().or(surroundings.variable("POLICY_LEDGER_NOW"));
        let fixed = set.map(now).transpose()?;
        let clock: Box<dyn Clock> = match fixed {
            Some(instant) => Box::new(FixedClock(instant)),
            None => Box::new(SystemClock),
        };
        Ok(Self { clock, clock_is_set: fixed.is_some(), global, surroundings, configs })
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Today, as a UTC day.
    pub(super) fn today(&self) -> Day {
        self.clock.today()
    }

    pub(super) fn is_json(&self) -> bool {
        self.format().is_ok_and(|format| format == Format::Json)
    }

    /// The form asked for, or the one the output file's ending tells.
    pub(super) fn format(&self) -> Result<Format, Complaint> {
        if self.global.json {
            return Ok(Format::Json);
        }
        if self.global.csv {
            return Ok(Format::Csv);
        }
        let Some(path) = self.global.output.as_ref().filter(|_| self.global.format.is_none())
        else {
            return Ok(self.global.format.unwrap_or(Format::Text));
        };
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => Ok(Format::Json),
            Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
            Some("csv") => Ok(Format::Csv),
            Some("md") => Ok(Format::Md),
            Some("xlsx") => Ok(Format::Xlsx),
            Some("ics") => Ok(Format::Ics),
            Some("atom") => Ok(Format::Atom),
            Some("svg") => Ok(Format::Svg),
            Some("txt" | "tlog-proof" | "checkpoint") | None => Ok(Format::Text),
            Some(other) => {
                let message = format!(
                    "no form is known for `.{other}`: use .txt, .json, .jsonl, .csv, .md, .xlsx, .ics, \
                     .atom or .svg, or --format"
                );
                Err(Complaint::usage(message))
            }
        }
    }

    /// A day in a question.
    pub(super) fn day(&self, words: &str) -> Result<Day, Complaint> {
        day_in_words(words, self.today()).map_err(|refused| Complaint::date(&refused))
    }

    /// Whether symbols outside ASCII can be shown.
    pub(super) fn is_utf8(&self) -> bool {
        self.surroundings.is_utf8()
    }

    /// What the answer is shown on.
    pub(super) fn screen(&self) -> Screen<'_> {
        Screen { global: &self.global, around: &self.surroundings, configs: &self.configs }
    }

    /// Who records: `--by`, `POLICY_LEDGER_BY`, a file, else the user's name.
    pub(super) fn by(&self, flag: Option<&str>) -> Option<String> {
        let variable = |name| self.surroundings.variable(name);
        let said = flag.or_else(|| variable("POLICY_LEDGER_BY"));
        let said = said.or_else(|| self.configs.say(|config| config.by.as_deref()));
        said.or_else(|| variable("USER").or_else(|| variable("LOGNAME"))).map(str::to_owned)
    }

    /// Who records and by which clock. A clock set by hand is refused where the ledger's own counts.
    pub(super) fn writer<'w>(
        &'w self,
        ledger: &Ledger,
        by: Option<&'w str>,
        same: Same,
        accept_clock: bool,
    ) -> Result<Writer<'w>, Complaint> {
        let machine = ledger.header().clock == crate::ledger::ClockKind::Machine;
        if machine && self.clock_is_set {
            let message = "recorded times are set by the machine: `--now` (or POLICY_LEDGER_NOW) is \
                           for questions, and for ledgers made with `init --simulated-clock`";
            return Err(Complaint::usage(message));
        }
        Ok(Writer {
            clock_is_set: self.clock_is_set,
            by,
            same,
            accept_clock,
            ..Writer::of(self.clock())
        })
    }

    // The ledger

    /// The directory of the ledger this command is about.
    pub(super) fn directory(&self) -> Result<PathBuf, Complaint> {
        let named = self.global.file.clone();
        let variable = || self.surroundings.variable("POLICY_LEDGER_FILE").map(PathBuf::from);
        if let Some(path) = named.or_else(variable) {
            return Ok(inside(path));
        }
        self.upward().or_else(|| of(self.configs.user.as_ref())).ok_or_else(no_ledger)
    }

    /// The ledger that is nearest upward, or that the project's file names from where it is.
    fn upward(&self) -> Option<PathBuf> {
        let project = self.configs.project.as_ref();
        for folder in self.surroundings.directory.ancestors() {
            let named = project.filter(|found| found.path.parent() == Some(folder));
            let here = [folder.join(".ledger"), folder.to_path_buf()];
            let found = of(named).or_else(|| here.into_iter().find(|path| is_ledger(path)));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Opens the ledger.
    pub(super) fn ledger(&self) -> Result<Ledger, Complaint> {
        let directory = self.directory()?;
        let ledger = Ledger::open(&directory, &self.opening())?;
        for file in ledger.set_aside() {
            remark(&format!(
                "warning: a damaged file was set aside, nothing recorded is lost: {}",
                file.display()
            ));
        }
        Ok(told_of_mending(ledger))
    }

    /// Opens the ledger to read it.
    fn readable(&self) -> Result<Ledger, Complaint> {
        Ok(told_of_mending(Ledger::read(&self.directory()?, &self.opening())?))
    }

    /// Reads something in the ledger. Where its view turns out to be damaged on the way, it is
    /// rebuilt and read again.
    pub(super) fn read<T>(
        &self,
        read: impl Fn(&Ledger) -> Result<T, LedgerError>,
    ) -> Result<(Ledger, T), Complaint> {
        let ledger = self.readable()?;
        let wrong = match read(&ledger) {
            Ok(found) => return Ok((ledger, found)),
            Err(LedgerError::View(error)) if error.is_mended_by_rebuild() => error,
            Err(error) => return Err(error.into()),
        };
        drop(ledger);
        self.mended(&wrong, read)
    }

    /// Rebuilds a view that is damaged and reads something in the ledger again.
    pub(super) fn mended<T>(
        &self,
        wrong: &ViewError,
        read: impl Fn(&Ledger) -> Result<T, LedgerError>,
    ) -> Result<(Ledger, T), Complaint> {
        tell_of_mending(&wrong.to_string());
        Ledger::rebuild(&self.directory()?, &self.opening())?;
        let ledger = self.readable()?;
        let found = read(&ledger)?;
        Ok((ledger, found))
    }

    pub(super) fn opening(&self) -> Opening {
        let said = self.global.wait.or_else(|| self.configs.say(|config| config.wait));
        let wait = Duration::from_secs(said.unwrap_or(5).min(86_400));
        let command = self.surroundings.command.clone();
        Opening { command, wait, progress: Some(show_progress) }
    }

    /// Reads all of the ledger, with only what a question lets count.
    pub(super) fn ask(&self, knowing: &Knowing) -> Result<Asked<'_>, Complaint> {
        self.ask_about(knowing, &Scope::All)
    }

    /// Reads what a question needs, with only what it lets count.
    pub(super) fn ask_about(
        &self,
        knowing: &Knowing,
        scope: &Scope,
    ) -> Result<Asked<'_>, Complaint> {
        let known = knowing.known.as_deref().map(|words| self.known(words)).transpose()?;
        let public = knowing.public.as_deref().map(|words| self.day(words)).transpose()?;
        let (ledger, (records, standpoint, entries)) = self.read(|ledger| {
            let records = ledger.known(known.unwrap_or_default())?;
            Ok((records, ledger.standpoint(records)?, scope.load(ledger)?))
        })?;
        let counting = entries.partition_point(|entry| entry.seq <= records as u64);
        let history = History::of(&entries[..counting], public);
        let past = known.is_some_and(|known| self.is_past(known));
        let known = known.map(words_of);
        Ok(Asked {
            desk: self,
            ledger,
            entries,
            not_public: history.not_public(),
            history,
            standpoint,
            records,
            known,
            public,
            past,
            in_parts: false,
            only: Only::All,
            with_later: false,
        })
    }

    /// Whether nothing that is yet to be recorded can have been known by then.
    fn is_past(&self, known: Known) -> bool {
        match known {
            Known::All => false,
            Known::Day(day) => day < self.today(),
            Known::Instant(instant) => instant < self.clock().now(),
            Known::Record(_) => true,
        }
    }

    /// A command line that can be pasted; it names the ledger where this command did.
    pub(super) fn command(&self, words: &str) -> String {
        match &self.global.file {
            Some(path) => format!("ledger -f {} {words}", quoted(&path.to_string_lossy())),
            None => format!("ledger {words}"),
        }
    }

    /// The same from words as a program takes them, with the clock that was set.
    pub(super) fn command_of(&self, verb: &str, words: &[String]) -> String {
        let now = self.global.now.as_ref().map(|now| flag("now", now)).unwrap_or_default();
        let words: Vec<String> = words.iter().chain(&now).map(|word| quoted(word)).collect();
        self.command(&format!("{verb} {}", words.join(" ")))
    }

    /// `@57`, an instant, or a day.
    pub(super) fn known(&self, words: &str) -> Result<Known, Complaint> {
        if let Some(number) = words.strip_prefix('@') {
            let number = number.parse().ok().filter(|&number: &u64| number > 0);
            let refused = || Complaint::usage(format!("`{words}` is no record number: {KNOWN}"));
            return number.map(Known::Record).ok_or_else(refused);
        }
        match words.parse::<Instant>() {
            Ok(instant) => Ok(Known::Instant(instant)),
            Err(_) => self.day(words).map(Known::Day).map_err(|mut complaint| {
                for item in &mut complaint.items {
                    item.message = format!("{}; {KNOWN}", item.message);
                }
                complaint
            }),
        }
    }
}

fn told_of_mending(ledger: Ledger) -> Ledger {
    if let Some(wrong) = ledger.mended() {
        tell_of_mending(wrong);
    }
    ledger
}

pub(super) fn tell_of_mending(wrong: &str) {
    remark(&format!("warning: {wrong}; it was rebuilt from the log, nothing recorded is lost"));
}

/// The ledger that a file names.
fn of(found: Option<&Found>) -> Option<PathBuf> {
    found.and_then(|found| found.config.file.clone()).map(inside)
}

/// The path, or the `.ledger` in it where only that is a ledger.
fn inside(path: PathBuf) -> PathBuf {
    let inside = path.join(".ledger");
    if is_ledger(&path) || !is_ledger(&inside) { path } else { inside }
}

pub(super) fn is_ledger(directory: &Path) -> bool {
    directory.join("ledger.json").is_file()
}

fn no_ledger() -> Complaint {
    let message = "no ledger here: no `.ledger` directory in this directory or above it";
    let item = Item::new("missing-ledger", message).help("init").help("demo my-demo");
    Complaint::new(Exit::Unusable, item)
}

/// A point of knowledge as the command line takes it; empty for everything recorded.
pub(super) fn words_of(known: Known) -> String {
    match known {
        Known::All => String::new(),
        Known::Day(day) => day.to_string(),
        Known::Instant(instant) => instant.to_string(),
        Known::Record(number) => format!("@{number}"),
    }
}

/// What `--now` says: an instant, or a day (its first instant).
fn now(words: &str) -> Result<Instant, Complaint> {
    if let Ok(instant) = words.parse() {
        return Ok(instant);
    }
    let day = words.parse().map_err(|refused| Complaint::date(&refused))?;
    Ok(Instant::start_of(day))
}
