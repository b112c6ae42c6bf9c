//! `ledger help`: the overview, a verb's long help, or a topic.

use clap::{Command, CommandFactory as _};
use serde_json::{Value, json};

use super::Cli;
use super::complaint::{Complaint, Exit, Item};
use super::page::Page;
use crate::nearest::nearest;

/// The topics: word, title, text.
const TOPICS: [(&str, &str, &str); 11] = [
    ("dates", "how dates are written, in questions and in records", include_str!("help/dates.txt")),
    ("known", "three times, and why one date can have two answers", include_str!("help/known.txt")),
    ("sources", "evidence, and what happens where it disagrees", include_str!("help/sources.txt")),
    ("forms", "several developments in the editor: append --edit", include_str!("help/forms.txt")),
    ("formats", "text, JSON, CSV, Markdown", include_str!("help/formats.txt")),
    ("sheets", "spreadsheets in: import --map, import --suggest", include_str!("help/sheets.txt")),
    ("proofs", "heads, checkpoints, proofs, citations", include_str!("help/proofs.txt")),
    ("exit-codes", "what the exit code says", include_str!("help/exit-codes.txt")),
    ("environment", "variables, and how the ledger is found", include_str!("help/environment.txt")),
    ("config", "files that set what is usual", include_str!("help/config.txt")),
    ("streams", "one ledger for many offices, on a cluster", include_str!("help/streams.txt")),
];

/// Explains a topic or a command.
#[derive(Debug, clap::Args)]
pub(super) struct Help {
    /// A topic, or a command: `dates`, `state`, `measure add`.
    #[arg(value_name = "TOPIC|COMMAND")]
    words: Vec<String>,
}

impl Help {
    pub(super) fn run(&self) -> Result<Page, Complaint> {
        let text = match self.words.as_slice() {
            [] => overview(),
            [word] if topic(word).is_some() => topic(word).unwrap_or_default().to_owned(),
            words => of_command(words)?,
        };
        let result = json!({"topic": self.words.join(" "), "text": text});
        let topics: Vec<Value> =
            TOPICS.iter().map(|(word, title, _)| json!({"topic": word, "title": title})).collect();
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/help/1",
            "topics": topics,
            "results": [result],
            "notes": [],
        });
        Ok(Page { text, json, ..Page::default() })
    }
}

fn topic(word: &str) -> Option<&'static str> {
    let found = TOPICS.iter().find(|(name, _, _)| *name == word);
    found.map(|(_, _, text)| *text)
}

/// The long help of the program, and the topics.
fn overview() -> String {
    let help = command().render_long_help().to_string();
    let topic = |(word, title, _): &(&str, &str, &str)| format!("  {word:12} {title}\n");
    let topics: Vec<String> = TOPICS.iter().map(topic).collect();
    format!("{help}\nTopics (ledger help TOPIC):\n{}", topics.concat())
}

/// The whole command line, its options handed down to every command.
fn command() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// The words of the topics.
pub(super) fn topics() -> impl Iterator<Item = String> {
    TOPICS.iter().map(|(word, _, _)| (*word).to_owned())
}

/// The commands.
pub(super) fn verbs() -> impl Iterator<Item = String> {
    let verbs: Vec<String> =
        Cli::command().get_subcommands().map(|it| it.get_name().to_owned()).collect();
    verbs.into_iter()
}

/// The long help of a command, or of a command of a command.
fn of_command(words: &[String]) -> Result<String, Complaint> {
    Ok(command_named(words)?.render_long_help().to_string())
}

/// The program, or a command of it, or a command of a command.
pub(super) fn command_named(words: &[String]) -> Result<Command, Complaint> {
    let mut command = command();
    for word in words {
        command = match command.find_subcommand(word) {
            Some(found) => found.clone(),
            None => return Err(unknown(&command, word)),
        };
    }
    Ok(command)
}

fn unknown(command: &Command, word: &str) -> Complaint {
    let verbs = command.get_subcommands().map(Command::get_name);
    let topics = TOPICS.iter().map(|(name, _, _)| *name);
    let top = command.get_name() == "ledger";
    let known: Vec<&str> = verbs.chain(topics.filter(|_| top)).collect();
    let guesses = nearest(word, known).into_iter().map(str::to_owned);
    let item = Item::new("unknown-topic", format!("no topic and no command `{word}`"));
    Complaint::new(Exit::Usage, item.guesses(guesses.collect()).help("help"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    /// An argument of a verb with the id of a global option would be taken for it.
    #[test]
    fn no_argument_is_named_like_a_global_option() {
        let program = Cli::command();
        let options = program.get_arguments();
        let global: Vec<&str> = options
            .filter(|option| option.is_global_set())
            .map(|option| option.get_id().as_str())
            .collect();
        assert!(global.contains(&"file"), "{global:?}");
        let mut waiting: Vec<&Command> = program.get_subcommands().collect();
        while let Some(command) = waiting.pop() {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                assert!(!global.contains(&id), "{}: `{id}`", command.get_name());
            }
            waiting.extend(command.get_subcommands());
        }
    }

    #[test]
    fn topics_are_short_lines() {
        for (word, _, text) in TOPICS {
            assert!(text.ends_with('\n'), "{word}");
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{word}: {line}");
            }
        }
    }
}
