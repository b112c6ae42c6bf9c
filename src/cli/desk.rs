//! Where a verb works: the options, the surroundings of the process, the ledger it is about.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::complaint::{Complaint, Exit, Item};
use super::config::{Configs, Found};
use super::page::remark;
use super::place::{Node, Place, TO_RECORD, connect, unreachable};
use super::progress::show_progress;
use super::safe::{flag, quoted};
use super::screen::Screen;
use super::surroundings::Surroundings;
use super::{Format, Global};
use crate::admission::Same;
use crate::ask::Asker;
use crate::ledger::{Ledger, Opening, Writer};
use crate::log::{Address, Stream};
use crate::time::{Clock, FixedClock, Instant, SystemClock};
use crate::view::ViewError;

/// A verb's place of work.
pub(super) struct Desk {
    pub(super) global: Global,
    pub(super) surroundings: Surroundings,
    pub(super) configs: Configs,
    clock: Box<dyn Clock>,
    clock_is_set: bool,
    /// This node's copy of a stream, where the command is about one and has found it.
    node: OnceCell<Node>,
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
        let (clock_is_set, node) = (fixed.is_some(), OnceCell::new());
        Ok(Self { global, surroundings, configs, clock, clock_is_set, node })
    }

    /// Whether somebody said what the present instant is.
    pub(super) fn clock_is_set(&self) -> bool {
        self.clock_is_set
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
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
        if self.global.output.is_none() || self.global.format.is_some() {
            return Ok(self.global.format.unwrap_or(Format::Text));
        }
        match self.ending() {
            Some("json") => Ok(Format::Json),
            Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
            Some("csv") => Ok(Format::Csv),
            Some("md") => Ok(Format::Md),
            Some("xlsx") => Ok(Format::Xlsx),
            Some("ics") => Ok(Format::Ics),
            Some("atom") => Ok(Format::Atom),
            Some("svg") => Ok(Format::Svg),
            Some("txt" | "toml" | "tlog-proof" | "checkpoint") | None => Ok(Format::Text),
            Some(other) => {
                let message = format!(
                    "no form is known for `.{other}`: use .txt, .json, .jsonl, .csv, .md, .xlsx, .ics, \
                     .atom or .svg, or --format"
                );
                Err(Complaint::usage(message))
            }
        }
    }

    /// The output file's ending, where it tells the form.
    pub(super) fn ending(&self) -> Option<&str> {
        let said = self.global.json || self.global.csv || self.global.format.is_some();
        let path = self.global.output.as_ref().filter(|_| !said)?;
        path.extension().and_then(|ending| ending.to_str())
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

    /// Where the ledger is that this command is about.
    pub(super) fn place(&self) -> Result<Place, Complaint> {
        let named = self.global.file.clone();
        let variable = || self.surroundings.variable("POLICY_LEDGER_FILE").map(PathBuf::from);
        if let Some(path) = named.or_else(variable) {
            return Place::of(&path);
        }
        if let Some(found) = self.upward() {
            return Ok(Place::Directory(found));
        }
        let found = self.configs.user.as_ref().and_then(|found| found.config.file.clone());
        found.map_or_else(|| Err(no_ledger()), |path| Place::of(&path))
    }

    /// The directory of the ledger this command is about; of a stream, that of this node's copy.
    pub(super) fn directory(&self) -> Result<PathBuf, Complaint> {
        match self.place()? {
            Place::Directory(path) => Ok(inside(path)),
            Place::Stream(address) => Ok(self.node(&address)?.directory.clone()),
        }
    }

    /// This node's copy of a stream; found once.
    fn node(&self, address: &Address) -> Result<&Node, Complaint> {
        if let Some(node) = self.node.get() {
            return Ok(node);
        }
        let node = Node::find(self, address)?;
        Ok(self.node.get_or_init(|| node))
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
        let ledger = match self.place()? {
            Place::Directory(path) => Ledger::open(&inside(path), &self.opening())?,
            Place::Stream(address) => self.joined(&address)?,
        };
        for file in ledger.set_aside() {
            remark(&format!(
                "warning: a damaged file was set aside, nothing recorded is lost: {}",
                file.display()
            ));
        }
        Ok(told_of_mending(ledger))
    }

    /// The stream that the command is about; why there is no connection; none where it is about a
    /// directory.
    pub(super) fn stream(&self) -> Result<Option<&Result<Stream, String>>, Complaint> {
        match self.place()? {
            Place::Directory(_) => Ok(None),
            Place::Stream(address) => Ok(Some(&self.node(&address)?.stream)),
        }
    }

    /// Opens this node's copy of a stream to record in the stream.
    fn joined(&self, address: &Address) -> Result<Ledger, Complaint> {
        let node = self.node(address)?;
        let stream = match &node.stream {
            Ok(stream) => stream.with_patience(self.to_record()),
            Err(why) if self.global.offline => return Err(unreachable(address, why)),
            // Where a leader is being chosen that passes.
            Err(_) => connect(self, address, self.to_record())?,
        };
        Ok(Ledger::join(&node.directory, &stream, &self.opening())?)
    }

    /// How long the cluster is waited for where something is to be recorded.
    fn to_record(&self) -> Duration {
        let said = self.global.wait.or_else(|| self.configs.say(|config| config.wait));
        said.map_or(TO_RECORD, |seconds| Duration::from_secs(seconds.clamp(1, 86_400)))
    }

    pub(super) fn opening(&self) -> Opening {
        let said = self.global.wait.or_else(|| self.configs.say(|config| config.wait));
        let wait = Duration::from_secs(said.unwrap_or(5).min(86_400));
        let command = self.surroundings.command.clone();
        Opening { command, wait, progress: Some(show_progress) }
    }

    /// The same from words as a program takes them, with the clock that was set.
    pub(super) fn command_of(&self, verb: &str, words: &[String]) -> String {
        let now = self.global.now.as_ref().map(|now| flag("now", now)).unwrap_or_default();
        let words: Vec<String> = words.iter().chain(&now).map(|word| quoted(word)).collect();
        self.command(&format!("{verb} {}", words.join(" ")))
    }
}

impl Asker for Desk {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn open(&self) -> Result<Ledger, Complaint> {
        Ok(told_of_mending(Ledger::read(&self.directory()?, &self.opening())?))
    }

    fn mend(&self, wrong: &ViewError) -> Result<Ledger, Complaint> {
        tell_of_mending(&wrong.to_string());
        Ledger::rebuild(&self.directory()?, &self.opening())?;
        self.open()
    }

    fn caution(&self) -> Option<String> {
        let why = self.node.get()?.stream.as_ref().err()?;
        Some(format!("others may have recorded more than this node's copy has: {why}"))
    }

    /// It names the ledger where this command did.
    fn command(&self, words: &str) -> String {
        match &self.global.file {
            Some(path) => format!("ledger -f {} {words}", quoted(&path.to_string_lossy())),
            None => format!("ledger {words}"),
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

/// What `--now` says: an instant, or a day (its first instant).
fn now(words: &str) -> Result<Instant, Complaint> {
    if let Ok(instant) = words.parse() {
        return Ok(instant);
    }
    let day = words.parse().map_err(|refused| Complaint::date(&refused))?;
    Ok(Instant::start_of(day))
}
