//! The files that set what is usual: one for a project, found upward, and one for the user.

mod reading;

use std::path::{Path, PathBuf};

use super::complaint::{Complaint, Exit, Item};
use super::surroundings::Surroundings;

/// The project's file, in this directory or above it.
pub(super) const PROJECT: &str = "policy-ledger.toml";
/// The user's file, in the directory for configuration.
const USER: &str = "policy-ledger/config.toml";

/// When there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal that can show it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What long texts are read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pager {
    /// Nothing.
    Never,
    /// What the surroundings say, else the usual program.
    Usual,
    /// A command line.
    Command(String),
}

/// What one file sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Config {
    pub(super) file: Option<PathBuf>,
    pub(super) by: Option<String>,
    pub(super) color: Option<Color>,
    pub(super) pager: Option<Pager>,
    /// The columns of a terminal that are used; 0 for no limit.
    pub(super) width: Option<usize>,
    /// Seconds.
    pub(super) wait: Option<u64>,
}

/// A file that is there, with what it sets.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) config: Config,
}

/// The files that are there; what the project says goes before what the user says.
#[derive(Debug, Clone, Default)]
pub(super) struct Configs {
    pub(super) project: Option<Found>,
    pub(super) user: Option<Found>,
}

impl Configs {
    /// Finds and reads the files; everything that is wrong with them is one complaint.
    pub(super) fn find(around: &Surroundings) -> Result<Self, Complaint> {
        let above = around.directory.ancestors().map(|directory| directory.join(PROJECT));
        let project = above.into_iter().find(|path| path.is_file());
        let user = user_file(around).filter(|path| path.is_file());
        let mut problems = Vec::new();
        let mut read = |path: Option<PathBuf>, of_user: bool| {
            let path = path?;
            let (config, wrong) = reading::read(&path, of_user);
            problems.extend(wrong);
            Some(Found { path, config })
        };
        let found = Self { project: read(project, false), user: read(user, true) };
        let exit = Exit::Usage;
        if problems.is_empty() { Ok(found) } else { Err(Complaint { exit, items: problems }) }
    }

    /// What the first file says that says something.
    pub(super) fn say<'c, T>(&'c self, of: impl Fn(&'c Config) -> Option<T>) -> Option<T> {
        let files = [&self.project, &self.user];
        files.into_iter().flatten().find_map(|found| of(&found.config))
    }

    /// The files in use, the one that goes first before the other.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let files = [&self.project, &self.user];
        files.into_iter().flatten().map(|found| found.path.as_path())
    }
}

/// Where the user's file is, if there is one.
fn user_file(around: &Surroundings) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let said = around.variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(absolute);
    let home = || around.variable("HOME").map(|home| Path::new(home).join(".config"));
    said.or_else(home).map(|directory| directory.join(USER))
}

/// A number of columns: 0 for no limit, else what a drawing needs at least.
pub(super) fn width(words: &str) -> Result<usize, String> {
    let number = words.parse().ok();
    let number = number.filter(|number| *number == 0 || (30..=1000).contains(number));
    number.ok_or_else(|| "expected 30 to 1000, or 0 for no limit".to_owned())
}
