//! What the process finds around it: its directory, its command line, its variables.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use super::Global;
use super::config::{Color, Configs};
use super::paint::Paint;
use super::screen::Screen;

/// What counts besides: the locale, the user, the terminal, where files and programs are.
const VARIABLES: [&str; 16] = [
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "USER",
    "LOGNAME",
    "COLUMNS",
    "TERM",
    "NO_COLOR",
    "CLICOLOR",
    "PAGER",
    "VISUAL",
    "EDITOR",
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
];

/// What the process finds around it; read once, at the start.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    pub(super) directory: PathBuf,
    pub(super) command: String,
    /// The words of the command line, the program first.
    pub(super) words: Vec<String>,
    /// The variables that begin with `POLICY_LEDGER_`, and those of [`VARIABLES`].
    variables: BTreeMap<String, String>,
}

impl Surroundings {
    pub(super) fn of_process(words: &[OsString]) -> Self {
        let wanted = |name: &str| name.starts_with("POLICY_LEDGER_") || VARIABLES.contains(&name);
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| wanted(name))
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()));
        let command: Vec<String> =
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        Self {
            directory: std::env::current_dir().unwrap_or_default(),
            command: command.join(" "),
            words: command,
            variables: variables.collect(),
        }
    }

    /// A variable that is set and not empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.set(name).filter(|value| !value.is_empty())
    }

    /// A variable that is set.
    pub(super) fn set(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// What the variables of other programs, too, say against colour.
    pub(super) fn colorless(&self) -> Option<Color> {
        let refused = self.variable("NO_COLOR").is_some() || self.variable("CLICOLOR") == Some("0");
        refused.then_some(Color::Never)
    }

    /// Whether there is a program of that name.
    pub(super) fn has_program(&self, name: &str) -> bool {
        let paths = self.variable("PATH").unwrap_or_default();
        std::env::split_paths(paths).any(|folder| folder.join(name).is_file())
    }

    /// Whether errors are in colour, also where the words cannot be parsed.
    pub(super) fn errors(&self, words: &[OsString]) -> Paint {
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let says = |when: &str| {
            let pair = words.windows(2).any(|pair| pair[0] == "--color" && pair[1] == when);
            pair || words.iter().any(|word| word.strip_prefix("--color=") == Some(when))
        };
        let never = says("never").then_some(Color::Never);
        let color = never.or_else(|| says("always").then_some(Color::Always));
        let global = Global { color, ..Global::default() };
        let configs = Configs::find(self).unwrap_or_default();
        Screen { global: &global, around: self, configs: &configs }.errors()
    }

    /// Whether the words ask for JSON, also where they cannot be parsed.
    #[allow(clippy::unused_self, reason = "the words belong to the surroundings")]
    pub(super) fn words_ask_for_json(&self, words: &[OsString]) -> bool {
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let pair = words.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
        pair || words.iter().any(|word| word == "--json" || word == "--format=json")
    }

    /// Whether the locale can show more than ASCII.
    pub(super) fn is_utf8(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.variable(name));
        let upper = locale.unwrap_or("C.UTF-8").to_ascii_uppercase();
        upper.contains("UTF-8") || upper.contains("UTF8")
    }
}
