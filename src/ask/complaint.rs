//! What is wrong with a question, or with what it is put to: one plain sentence, the nearest guesses,
//! help that can be pasted, and the exit code.

use serde_json::{Value, json};

use crate::ledger::LedgerError;
use crate::log::{LogError, Problem};
use crate::proof::quoted;
use crate::record::Refusal;
use crate::time::DateRefused;
use crate::view::ViewError;

/// The exit codes (`docs/errors.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
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
pub(crate) struct Complaint {
    pub(crate) exit: Exit,
    pub(crate) items: Vec<Item>,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The stable code (`docs/errors.md`).
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) guesses: Vec<String>,
    /// Command lines; `ledger` is put before them.
    pub(crate) help: Vec<String>,
    /// The file and line it is about.
    pub(crate) at: Option<(String, usize)>,
}

impl Item {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        let (guesses, help) = (Vec::new(), Vec::new());
        Self { code: code.to_owned(), message: message.into(), guesses, help, at: None }
    }

    pub(crate) fn help(mut self, command: impl Into<String>) -> Self {
        self.help.push(command.into());
        self
    }

    pub(crate) fn guesses(mut self, guesses: Vec<String>) -> Self {
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
}

impl From<Refusal> for Item {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, message, guesses, help } = refusal;
        Self { code: code.as_str().to_owned(), message, guesses, help, at: None }
    }
}

impl Complaint {
    pub(crate) fn new(exit: Exit, item: Item) -> Self {
        Self { exit, items: vec![item] }
    }

    /// What cannot be understood on the command line.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, Item::new("usage", message))
    }

    /// A date in a question.
    pub(crate) fn date(refused: &DateRefused) -> Self {
        let item = Item::new("bad-date", refused.to_string()).help("help dates");
        Self::new(Exit::Usage, item)
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let what = if error.kind() == std::io::ErrorKind::NotFound {
            "there is no such file".to_owned()
        } else {
            error.to_string()
        };
        let message = format!("`{}`: {what}", path.display());
        Self::new(Exit::Unusable, Item::new("file", message))
    }

    /// The error as programs read it (`docs/errors.md`).
    pub(crate) fn to_json(&self) -> Value {
        let first = self.items.first().map(Item::to_json);
        let mut object = json!({"ok": false, "error": first});
        if self.items.len() > 1 {
            object["problems"] = self.items.iter().map(Item::to_json).collect();
        }
        object
    }
}

impl Complaint {
    /// The same with a command that helps, where nothing in it names one.
    pub(crate) fn or_some_help(mut self, command: &str) -> Self {
        let is_helpful = |item: &Item| !item.help.is_empty();
        if !self.items.iter().any(is_helpful)
            && let Some(last) = self.items.last_mut()
        {
            last.help.push(command.to_owned());
        }
        self
    }

    /// The same with a command that helps, wherever none is named yet.
    pub(crate) fn or_help(mut self, command: &str) -> Self {
        for item in self.items.iter_mut().filter(|item| item.help.is_empty()) {
            item.help.push(command.to_owned());
        }
        self
    }

    /// What is wrong with a cluster, or with the stream in it.
    fn cluster(problem: Problem, message: String) -> Self {
        let (exit, code, help) = match problem {
            Problem::Unreachable => (Exit::Unusable, "unreachable", "state --offline"),
            Problem::NoStream => (Exit::Unusable, "no-stream", "help streams"),
            Problem::Refused => (Exit::Unusable, "stream-refuses", "help streams"),
            Problem::Unsafe => (Exit::Unusable, "unsafe-stream", "help streams"),
            Problem::NotKnown => (Exit::Unusable, "not-known", "log --limit 5"),
            Problem::NotTaken => (Exit::Unusable, "not-taken", "doctor"),
            Problem::Altered => (Exit::Integrity, "stream-altered", "verify --offline"),
        };
        Self::new(exit, Item::new(code, message).help(help))
    }

    fn unusable(message: String) -> Self {
        Self::new(Exit::Unusable, Item::new("ledger-unusable", message).help("doctor"))
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
            // What hindered all of a group is said to each of it.
            LedgerError::Group(error) => match &*error {
                LedgerError::Log(error) => Self::from(error),
                LedgerError::View(error) => Self::view(error, message),
                LedgerError::Refused(_)
                | LedgerError::Header(_)
                | LedgerError::Entry(..)
                | LedgerError::Chain(_)
                | LedgerError::Unseen { .. }
                | LedgerError::ReadOnly
                | LedgerError::Group(_)
                | LedgerError::Closed
                | LedgerError::ClockBehind { .. }
                | LedgerError::NoRecord(..) => Self::unusable(message),
            },
            LedgerError::Closed => Self::unusable(message),
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
        Self::from(&error)
    }
}

impl From<&LogError> for Complaint {
    fn from(error: &LogError) -> Self {
        let message = error.to_string();
        let use_it = error.path().map(|path| format!("-f {} state", shown(path)));
        let inside = error.path().map(|path| format!("init {}", shown(&path.join(".ledger"))));
        if let LogError::Cluster { problem, .. } = error {
            return Self::cluster(*problem, message);
        }
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
            LogError::Copy { .. } => ("copy", Some("help streams")),
            LogError::Conflict { .. } => ("conflict", Some("log --limit 5")),
            LogError::Io { .. }
            | LogError::Cluster { .. }
            | LogError::EntryTooLarge { .. }
            | LogError::BatchEmpty
            | LogError::BatchTooLarge { .. }
            | LogError::Poisoned => ("ledger-unusable", Some("doctor")),
        };
        let mut item = Item::new(code, message);
        item.help.extend(help.map(str::to_owned));
        Self::new(Exit::Unusable, item)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::log::Expect;

    #[test]
    fn what_hindered_a_group_has_the_code_it_has_alone() {
        let cluster = |problem| LogError::Cluster {
            problem,
            stream: "nats://a:4222/x".to_owned(),
            says: "no answer".to_owned(),
        };
        let conflict = || LogError::Conflict { expected: Expect::Empty, found: None };
        let disk = || LogError::DiskFull { path: "log".into() };
        let errors: [(&str, &dyn Fn() -> LogError); 4] = [
            ("not-known", &|| cluster(Problem::NotKnown)),
            ("unreachable", &|| cluster(Problem::Unreachable)),
            ("conflict", &conflict),
            ("disk-full", &disk),
        ];
        for (code, error) in errors {
            let alone = Complaint::from(LedgerError::Log(error()));
            let group = LedgerError::Group(Arc::new(LedgerError::Log(error())));
            let group = Complaint::from(group);
            assert_eq!(group.items[0].code, code);
            assert_eq!((group.exit, group.to_json()), (alone.exit, alone.to_json()));
        }
    }
}
