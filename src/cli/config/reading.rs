//! One file, key by key; every problem with its line.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Color, Config, Item, Pager, width};
use crate::log::Address;
use crate::nearest::nearest;

/// No file of settings is larger.
const MOST_BYTES: u64 = 1024 * 1024;

/// What can be set.
const KEYS: [&str; 6] = ["file", "by", "color", "pager", "width", "wait"];

/// A value, or what was expected.
type Taken<T> = Result<Option<T>, &'static str>;

/// What the file sets, and what is wrong with it.
pub(super) fn read(path: &Path, of_user: bool) -> (Config, Vec<Item>) {
    let shown = path.display().to_string();
    let mut text = String::new();
    let file = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    if let Err(error) = file {
        let item = Item::new("bad-config", format!("`{shown}`: {error}"));
        return (Config::default(), vec![item.help("help config")]);
    }
    let folder = path.parent().unwrap_or(path);
    let mut reader = Reader { shown, text: &text, folder, of_user, problems: Vec::new() };
    let config = reader.config();
    (config, reader.problems)
}

struct Reader<'t> {
    shown: String,
    text: &'t str,
    /// Where the file is; a path in it begins there.
    folder: &'t Path,
    /// Whether the file is the user's own, not one that came with a project.
    of_user: bool,
    problems: Vec<Item>,
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, message: String, guesses: Vec<String>) {
        let line = self.text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1;
        let mut item = Item::new("bad-config", message).guesses(guesses).help("help config");
        item.at = Some((self.shown.clone(), line));
        self.problems.push(item);
    }

    fn config(&mut self) -> Config {
        let mut config = Config::default();
        let table = match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.problem(at, format!("this is no TOML: {}", error.message()), Vec::new());
                return config;
            }
        };
        let mut pairs: Vec<_> = table.iter().collect();
        pairs.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in pairs {
            self.pair(key.get_ref(), key.span().start, value, &mut config);
        }
        config
    }

    fn pair(&mut self, key: &str, at: usize, value: &Spanned<DeValue<'_>>, config: &mut Config) {
        let value = value.get_ref();
        let taken = match key {
            "file" => self.file(value).map(|file| config.file = file),
            "by" => text(value).map(|text| config.by = text.map(str::to_owned)),
            "color" => color(value).map(|color| config.color = color),
            "pager" => self.pager(value).map(|pager| config.pager = pager),
            "width" => columns(value).map(|width| config.width = width),
            "wait" => seconds(value).map(|seconds| config.wait = seconds),
            _ => {
                let guesses = nearest(key, KEYS).into_iter().map(str::to_owned).collect();
                let message = format!("no setting `{key}`: expected {}", KEYS.join(", "));
                self.problem(at, message, guesses);
                return;
            }
        };
        if let Err(expected) = taken {
            self.problem(at, format!("`{key}`: expected {expected}"), Vec::new());
        }
    }

    /// A file that came with a project must not send our credentials to its cluster.
    fn file(&self, value: &DeValue<'_>) -> Taken<PathBuf> {
        match text(value)? {
            Some(text) if Address::is_meant(text) && self.of_user => Ok(Some(text.into())),
            Some(text) if Address::is_meant(text) => {
                Err("a directory; a cluster can be named in your own file only")
            }
            text => Ok(text.map(|text| self.folder.join(text))),
        }
    }

    /// A file that came with a project must not make us run its commands.
    fn pager(&self, value: &DeValue<'_>) -> Taken<Pager> {
        match (value.as_bool(), value.as_str()) {
            (Some(false), _) => Ok(Some(Pager::Never)),
            (Some(true), _) => Ok(Some(Pager::Usual)),
            (None, Some(command)) if self.of_user && !command.trim().is_empty() => {
                Ok(Some(Pager::Command(command.to_owned())))
            }
            (None, _) if self.of_user => Err("true, false or a command line"),
            (None, _) => Err("true or false; a command line can be set in your own file only"),
        }
    }
}

fn text<'v>(value: &'v DeValue<'_>) -> Taken<&'v str> {
    let text = value.as_str().filter(|text| !text.trim().is_empty());
    text.map(Some).ok_or("a text that is not empty, in quotes")
}

fn color(value: &DeValue<'_>) -> Taken<Color> {
    match value.as_str() {
        Some("auto") => Ok(Some(Color::Auto)),
        Some("always") => Ok(Some(Color::Always)),
        Some("never") => Ok(Some(Color::Never)),
        Some(_) | None => Err("\"auto\", \"always\" or \"never\""),
    }
}

fn columns(value: &DeValue<'_>) -> Taken<usize> {
    let number = number(value).and_then(|number| width(&number.to_string()).ok());
    number.map(Some).ok_or("a number from 30 to 1000, or 0 for no limit")
}

fn seconds(value: &DeValue<'_>) -> Taken<u64> {
    number(value).map(Some).ok_or("a number of seconds, 0 or more")
}

fn number(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn read_text(text: &str, of_user: bool) -> (Config, Vec<(usize, String)>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.toml");
        std::fs::write(&path, text).unwrap();
        let (mut config, problems) = read(&path, of_user);
        let base = folder.path().to_path_buf();
        let inside = |file: PathBuf| file.strip_prefix(&base).map_or(file.clone(), PathBuf::from);
        config.file = config.file.map(inside);
        let problem = |item: Item| (item.at.unwrap().1, item.message);
        (config, problems.into_iter().map(problem).collect())
    }

    #[test]
    fn every_key_is_read() {
        let text = "# ours\nfile = \"a/b\"\nby = \"me\"\ncolor = \"never\"\npager = \"most\"\n\
                    width = 100\nwait = 0x1E\n";
        let (config, problems) = read_text(text, true);
        assert_eq!(problems, []);
        let expected = Config {
            file: Some(PathBuf::from("a/b")),
            by: Some("me".to_owned()),
            color: Some(Color::Never),
            pager: Some(Pager::Command("most".to_owned())),
            width: Some(100),
            wait: Some(30),
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn every_problem_is_said_with_its_line() {
        let text = "colour = \"never\"\nwidth = 5\nby = \"\"\n\nwait = -1\ncolor = true\nnow = 1\n";
        let (config, problems) = read_text(text, true);
        assert_eq!(config, Config::default());
        let lines: Vec<usize> = problems.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 3, 5, 6, 7], "{problems:?}");
        assert!(problems[5].1.contains("no setting `now`"), "{problems:?}");
        let (_, problems) = read_text("by = \"me\"\nby\n", true);
        assert_eq!(problems[0].0, 2, "{problems:?}");
    }

    #[test]
    fn a_project_names_no_command_to_run() {
        let (config, problems) = read_text("pager = \"touch x\"", false);
        assert_eq!((config.pager, problems.len()), (None, 1));
        assert_eq!(read_text("pager = false", false).0.pager, Some(Pager::Never));
    }

    #[test]
    fn a_project_names_no_cluster_to_send_a_password_to() {
        for text in ["file = \"nats://a/x\"", "file = \"tls://a/x\""] {
            let (config, problems) = read_text(text, false);
            assert_eq!((config.file, problems.len()), (None, 1), "{text}");
            let (config, problems) = read_text(text, true);
            assert_eq!((config.file.is_some(), problems), (true, Vec::new()), "{text}");
        }
    }
}
