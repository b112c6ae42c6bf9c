//! The command that asks a question again and gets the same answer.

use clap::CommandFactory as _;
use serde_json::Value;

use super::Cli;
use super::desk::Desk;
use super::safe::quoted;
use crate::ask::Asker;
use crate::time::{Day, day_in_words};

/// Flags with a value, and without, that say where and how an answer is written, or which copy of
/// a ledger is asked: not what.
const VALUED: [&str; 7] =
    ["--file", "--format", "--output", "--now", "--wait", "--width", "--color"];
const PLAIN: [&str; 3] = ["--json", "--csv", "--no-pager"];

/// The command of this answer: its question with the records that there were, and with its today
/// where that counts. It works in any copy of the ledger.
pub(super) fn command(desk: &Desk, answer: &Value) -> String {
    let mut words = question(&desk.surroundings.words);
    let records = answer["ledger"]["records"].as_u64().unwrap_or_default();
    let learned = is_said(&words, "--learned");
    if learned {
        end_at(&mut words, records);
    } else if records > 0 && takes_known(&words) && !is_said(&words, "--known") {
        words.extend(["--known".to_owned(), format!("@{records}")]);
    }
    let today = desk.today();
    if answer["query"]["now"].is_string() || words.iter().any(|word| is_relative(word, today)) {
        words.extend(["--now".to_owned(), today.to_string()]);
    }
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("ledger {}", words.join(" "))
}

/// The words without those that do not belong to the question.
fn question(words: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        if word == "--" {
            kept.push(word.clone());
            kept.extend(words.by_ref().cloned());
        } else if VALUED.contains(&word.as_str()) || word == "-f" || word == "-o" {
            words.next();
        } else if !is_of_form(word) {
            kept.push(word.clone());
        }
    }
    kept
}

/// Whether it is a whole flag of that sort: `--json`, `--format=csv`, `-oFILE`.
fn is_of_form(word: &str) -> bool {
    let with_value = |flag: &str| word.strip_prefix(flag).is_some_and(|it| it.starts_with('='));
    let short = (word.starts_with("-f") || word.starts_with("-o")) && !word.starts_with("--");
    PLAIN.contains(&word) || VALUED.iter().any(|flag| with_value(flag)) || short
}

fn is_said(words: &[String], flag: &str) -> bool {
    let with_value = |word: &String| word.strip_prefix(flag).is_some_and(|it| it.starts_with('='));
    words.iter().any(|word| word == flag || with_value(word))
}

/// Whether the command that the words begin with takes `--known`.
fn takes_known(words: &[String]) -> bool {
    let mut command = &Cli::command();
    for word in words {
        let Some(inner) = command.find_subcommand(word) else { continue };
        command = inner;
    }
    command.get_arguments().any(|argument| argument.get_long() == Some("known"))
}

/// `--learned K1..` without its end goes on for ever: it ends at the last record.
fn end_at(words: &mut [String], records: u64) {
    for place in 0..words.len() {
        let value = words[place] == "--learned" && words.get(place + 1).is_some();
        let at = if value { place + 1 } else { place };
        let is_value = value || words[place].starts_with("--learned=");
        if is_value && words[at].ends_with("..") {
            words[at].extend(["@", &records.to_string()]);
        }
    }
}

/// Whether a word, its value or an end of its range is another day on another day.
fn is_relative(word: &str, today: Day) -> bool {
    let Some(other) = today.plus(-1) else { return false };
    let moves = |words: &str| {
        let read = |today| day_in_words(words, today).ok();
        read(today).is_some() && read(today) != read(other)
    };
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    moves(word) || moves(value) || value.split("..").any(moves)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn what_is_not_of_the_question_goes() {
        let line = "ledger -f x state m -oa.xlsx --at 2020-01-01 --format xlsx --format=csv --csv \
                    --width 3 --kind agreement --file=y -- -f";
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            question(&words(&line)).join(" "),
            "state m --at 2020-01-01 --kind agreement -- -f"
        );
    }

    #[test]
    fn an_open_end_is_closed_and_a_moving_day_is_known() {
        for (line, ended) in [
            ("diff --learned @1.. m", "diff --learned @1..@9 m"),
            ("diff --learned=@1..", "diff --learned=@1..@9"),
            ("diff --learned @1..@3", "diff --learned @1..@3"),
        ] {
            let mut words = words(line);
            end_at(&mut words, 9);
            assert_eq!(words.join(" "), ended);
        }
        let today = "2020-05-05".parse().unwrap();
        for (word, moves) in [
            ("yesterday", true),
            ("--at=-3d", true),
            ("2019-01-01..today", true),
            ("2019-01-01", false),
            ("kr-jp.gsomia", false),
            ("--at", false),
        ] {
            assert_eq!(is_relative(word, today), moves, "{word}");
        }
    }
}
