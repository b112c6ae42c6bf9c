//! An error on the command line: what clap did not understand, and how complaints are printed.

use std::io::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::paint::Paint;
use super::safe::{quoted, safe};
pub(super) use crate::ask::{Complaint, Exit, Item};

impl Complaint {
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
        let text = if as_json { self.to_json().to_string() } else { paint.errors(&self.to_text()) };
        // Nothing can be done where stderr is closed.
        let _ = writeln!(std::io::stderr(), "{text}");
        self.exit as u8
    }

    pub(super) fn to_text(&self) -> String {
        self.items.iter().map(text_of).collect::<Vec<_>>().join("\n")
    }
}

/// An item as people read it.
fn text_of(item: &Item) -> String {
    let place = item.at.as_ref().map(|(file, line)| format!("{}:{line}: ", safe(file)));
    let mut lines = vec![format!("error: {}{}", place.unwrap_or_default(), safe(&item.message))];
    if !item.guesses.is_empty() {
        let guesses: Vec<String> =
            item.guesses.iter().map(|guess| format!("`{}`", safe(guess))).collect();
        lines.push(format!("       did you mean {}?", guesses.join(" or ")));
    }
    lines.extend(item.help.iter().map(|command| format!("help:  ledger {}", safe(command))));
    lines.join("\n")
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

/// A command that is not there.
fn unknown_command(error: &clap::Error) -> Option<Complaint> {
    let named = error.get(ContextKind::InvalidSubcommand);
    let Some(ContextValue::String(word)) = named else { return None };
    let guesses = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(words)) => words.iter().take(3).cloned().collect(),
        Some(ContextValue::String(word)) => vec![word.clone()],
        _ => Vec::new(),
    };
    let item = Item::new("usage", format!("no command `{word}`")).guesses(guesses);
    Some(Complaint::new(Exit::Usage, item.help("help")))
}
