//! An error as people and programs see it: one plain sentence, the nearest guesses, help that can
//! be pasted, and the exit code.

use std::io::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::{Value, json};

use super::paint::Paint;
use super::safe::{quoted, safe};
use crate::ledger::LedgerError;
use crate::log::LogError;
use crate::record::Refusal;
use crate::time::DateRefused;
use crate::view::ViewError;

/// The exit codes (`docs/errors.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The command line cannot be understood.
    Usage = 2,
    /// A value to be recorded is refused; nothing was recorded.
    Refused = 3,
    /// No such measure, record, kind or key.
    Missing = 4,
    /// The ledger cannot be used.
    Unusable = 5,
    /// The store was altered.
    Integrity = 6,
}

/// One or several things that are wrong.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) exit: Exit,
    pub(super) items: Vec<Item>,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The stable code (`docs/errors.md`).
    pub(super) code: String,
    pub(super) message: String,
    pub(super) guesses: Vec<String>,
    /// Command lines; `ledger` is put before them.
    pub(super) help: Vec<String>,
    /// The file and line it is about.
    pub(super) at: Option<(String, usize)>,
}

impl Item {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        let (guesses, help) = (Vec::new(), Vec::new());
        Self { code: code.to_owned(), message: message.into(), guesses, help, at: None }
    }

    pub(super) fn help(mut self, command: impl Into<String>) -> Self {
        self.help.push(command.into());
        self
    }

    pub(super) fn guesses(mut self, guesses: Vec<String>) -> Self {
        self.guesses = guesses;
        self
    }

    fn to_json(&self) -> Value {
        let at = self.at.as_ref().map(|(file, line)| json!({"file": file, "line": line}));
        let mut help: Vec<String> =
            self.guesses.iter().map(|guess| format!("did you mean `{guess}`?")).collect();
        help.extend(self.help.iter().map(|command| format!("ledger {command}")));
        json!({"code": self.code, "message": self.message, "help": help, "at": at})
    }

    fn to_text(&self) -> String {
        let place = self.at.as_ref().map(|(file, line)| format!("{}:{line}: ", safe(file)));
        let mut lines =
            vec![format!("error: {}{}", place.unwrap_or_default(), safe(&self.message))];
        if !self.guesses.is_empty() {
            let guesses: Vec<String> =
                self.guesses.iter().map(|guess| format!("`{}`", safe(guess))).collect();
            lines.push(format!("       did you mean {}?", guesses.join(" or ")));
        }
        lines.extend(self.help.iter().map(|command| format!("help:  ledger {}", safe(command))));
        lines.join("\n")
    }
}

impl From<Refusal> for Item {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, message, guesses, help } = refusal;
        Self { code: code.as_str().to_owned(), message, guesses, help, at: None }
    }
}

impl Complaint {
    pub(super) fn new(exit: Exit, item: Item) -> Self {
        Self { exit, items: vec![item] }
    }

    /// What cannot be understood on the command line.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, Item::new("usage", message))
    }

    /// A date in a question.
    pub(super) fn date(refused: &DateRefused) -> Self {
        let item = Item::new("bad-date", refused.to_string()).help("help dates");
        Self::new(Exit::Usage, item)
    }

    /// A file that cannot be read or written.
    pub(super) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let what = if error.kind() == std::io::ErrorKind::NotFound {
            "there is no such file".to_owned()
        } else {
            error.to_string()
        };
        let message = format!("`{}`: {what}", path.display());
        Self::new(Exit::Unusable, Item::new("file", message))
    }

    pub(super) fn from_clap(error: &clap::Error, verb: Option<&str>) -> Self {
        if let Some(complaint) = unknown_command(error) {
            return complaint;
        }
        let text = error.render().to_string();
        let sentence = text.lines().next().unwrap_or("").trim_start_matches("error: ").to_owned();
        let word = |kind| match error.get(kind) {
            Some(ContextValue::String(word)) => vec![word.clone()],
            Some(ContextValue::Strings(words)) => words.clone(),
            _ => Vec::new(),
        };
        let unknown = word(ContextKind::InvalidArg).join(" ");
        if unknown.starts_with("--as-of") {
            let message = "`--as-of` could mean two things: `--at` is a day in the world, `--known` \
                           what this ledger knew by a day";
            return Self::new(Exit::Usage, Item::new("as-of", message).help("help known"));
        }
        let mut guesses = word(ContextKind::SuggestedArg);
        guesses.extend(word(ContextKind::SuggestedSubcommand));
        guesses.truncate(3);
        if error.kind() == ErrorKind::UnknownArgument {
            guesses.extend(other_day(&unknown, verb));
        }
        let more = if error.kind() == ErrorKind::MissingRequiredArgument {
            word(ContextKind::InvalidArg).join(", ")
        } else {
            one_of(&word(ContextKind::ValidValue))
        };
        let message = format!("{sentence} {more}").trim().to_owned();
        let message = if message.is_empty() { "no command given".to_owned() } else { message };
        let help = verb.map_or("--help".to_owned(), |verb| format!("help {verb}"));
        let item = Item::new("usage", message).guesses(guesses).help(help);
        Self::new(Exit::Usage, item)
    }

    /// The same with help that names the ledger the command named.
    pub(super) fn about(mut self, file: Option<&std::path::Path>) -> Self {
        let Some(file) = file else { return self };
        let name = quoted(&file.to_string_lossy());
        for help in self.items.iter_mut().flat_map(|item| &mut item.help) {
            let elsewhere = ["help", "-", "init", "demo"];
            if !elsewhere.iter().any(|word| help.starts_with(word)) {
                *help = format!("-f {name} {help}");
            }
        }
        self
    }

    /// Prints to stderr and gives the exit code.
    pub(super) fn print(&self, as_json: bool, paint: Paint) -> u8 {
        let text = if as_json { self.to_json() } else { paint.errors(&self.to_text()) };
        // Nothing can be done where stderr is closed.
        let _ = writeln!(std::io::stderr(), "{text}");
        self.exit as u8
    }

    fn to_json(&self) -> String {
        let first = self.items.first().map(Item::to_json);
        let mut object = json!({"ok": false, "error": first});
        if self.items.len() > 1 {
            object["problems"] = self.items.iter().map(Item::to_json).collect();
        }
        object.to_string()
    }

    pub(super) fn to_text(&self) -> String {
        self.items.iter().map(Item::to_text).collect::<Vec<_>>().join("\n")
    }
}

/// The values that there are, where there are some.
fn one_of(values: &[String]) -> String {
    if values.is_empty() { String::new() } else { format!("(one of {})", values.join(", ")) }
}

/// The flag for a day of a verb that calls it otherwise.
fn other_day(flag: &str, verb: Option<&str>) -> Option<String> {
    let own = match verb? {
        "agenda" | "check" => "--on",
        "state" | "explain" | "why" => "--at",
        _ => return None,
    };
    let is_day = ["--at", "--on"].iter().any(|day| flag.starts_with(day));
    is_day.then(|| own.to_owned())
}

/// Commands of versions to come.
const TO_COME: [&str; 2] = ["serve", "migrate"];

/// A command that is not there, or not yet.
fn unknown_command(error: &clap::Error) -> Option<Complaint> {
    let named = error.get(ContextKind::InvalidSubcommand);
    let Some(ContextValue::String(word)) = named else { return None };
    let guesses = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(words)) => words.iter().take(3).cloned().collect(),
        Some(ContextValue::String(word)) => vec![word.clone()],
        _ => Vec::new(),
    };
    let item = if TO_COME.contains(&word.as_str()) {
        Item::new("usage", format!("this version does not have `{word}` yet"))
    } else {
        Item::new("usage", format!("no command `{word}`")).guesses(guesses)
    };
    Some(Complaint::new(Exit::Usage, item.help("help")))
}

impl Complaint {
    /// The same with a command that helps, where nothing in it names one.
    pub(super) fn or_some_help(mut self, command: &str) -> Self {
        let is_helpful = |item: &Item| !item.help.is_empty();
        if !self.items.iter().any(is_helpful)
            && let Some(last) = self.items.last_mut()
        {
            last.help.push(command.to_owned());
        }
        self
    }

    /// The same with a command that helps, wherever none is named yet.
    pub(super) fn or_help(mut self, command: &str) -> Self {
        for item in self.items.iter_mut().filter(|item| item.help.is_empty()) {
            item.help.push(command.to_owned());
        }
        self
    }

    fn view(error: &ViewError, message: String) -> Self {
        let code = match error {
            ViewError::Missing | ViewError::Damaged { .. } => "view-damaged",
            ViewError::DiskFull => "disk-full",
            ViewError::Denied { .. } => "denied",
            ViewError::Entry(..) | ViewError::Chain(_) | ViewError::Failed { .. } => {
                "view-unusable"
            }
        };
        let mut item = Item::new(code, message).help("doctor");
        if error.is_mended_by_rebuild() {
            item = item.help("rebuild");
        }
        Self::new(Exit::Unusable, item)
    }
}

impl From<LedgerError> for Complaint {
    fn from(error: LedgerError) -> Self {
        let message = error.to_string();
        match error {
            LedgerError::Refused(refused) => Self {
                exit: Exit::Refused,
                items: refused.into_iter().map(|(_, refusal)| Item::from(refusal)).collect(),
            },
            LedgerError::Log(error) => Self::from(error),
            LedgerError::Header(_) | LedgerError::Entry(..) => {
                Self::new(Exit::Unusable, Item::new("damaged", message).help("doctor"))
            }
            LedgerError::View(error) => Self::view(&error, message),
            LedgerError::Unseen { .. } => {
                Self::new(Exit::Unusable, Item::new("not-seen-yet", message).help("rebuild"))
            }
            LedgerError::Group(_) | LedgerError::Closed => {
                Self::new(Exit::Unusable, Item::new("ledger-unusable", message).help("doctor"))
            }
            LedgerError::ReadOnly => {
                Self::new(Exit::Unusable, Item::new("denied", message).help("doctor"))
            }
            LedgerError::Chain(_) => {
                Self::new(Exit::Integrity, Item::new("altered", message).help("doctor"))
            }
            LedgerError::ClockBehind { .. } => {
                let message = format!("{message}; add `--accept-clock` to record all the same");
                Self::new(Exit::Unusable, Item::new("clock-behind", message).help("doctor"))
            }
            LedgerError::NoRecord(..) => {
                Self::new(Exit::Missing, Item::new("unknown-record-number", message).help("log"))
            }
        }
    }
}

/// A path in a command line.
fn shown(path: &std::path::Path) -> String {
    quoted(&path.to_string_lossy())
}

impl From<LogError> for Complaint {
    fn from(error: LogError) -> Self {
        let message = error.to_string();
        let use_it = error.path().map(|path| format!("-f {} state", shown(path)));
        let inside = error.path().map(|path| format!("init {}", shown(&path.join(".ledger"))));
        let (code, help) = match error {
            LogError::Missing { .. } => ("missing-ledger", Some("demo my-demo")),
            LogError::NotADirectory { .. } | LogError::NotALedger { .. } => {
                ("not-a-ledger", Some("init my-ledger"))
            }
            LogError::AlreadyALedger { .. } => ("already-a-ledger", use_it.as_deref()),
            LogError::NotEmpty { .. } => ("not-empty", inside.as_deref()),
            LogError::Locked { .. } => ("locked", Some("doctor")),
            LogError::Newer { .. } => ("newer-format", Some("--version")),
            LogError::Damaged { .. } => ("damaged", Some("doctor")),
            LogError::DiskFull { .. } => ("disk-full", Some("doctor")),
            LogError::Denied { .. } => ("denied", Some("doctor")),
            LogError::Io { .. }
            | LogError::EntryTooLarge { .. }
            | LogError::BatchEmpty
            | LogError::BatchTooLarge { .. }
            | LogError::Conflict { .. }
            | LogError::Poisoned => ("ledger-unusable", Some("doctor")),
        };
        let mut item = Item::new(code, message);
        item.help.extend(help.map(str::to_owned));
        Self::new(Exit::Unusable, item)
    }
}
