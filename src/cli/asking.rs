//! Questions to a person at a terminal: a line is asked for, a line is given.

mod choose;
#[cfg(test)]
mod script;
mod terminal;

use std::io::{self, IsTerminal as _, Write as _};

use super::Format;
use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::safe::safe;

pub(super) use choose::{Choice, choose};
#[cfg(test)]
pub(super) use script::Script;
pub(super) use terminal::Terminal;

/// Somebody who can be asked.
pub(super) trait Asking {
    /// Says something; lines end with a line break.
    fn say(&mut self, text: &str);

    /// Asks for one line, without the spaces around it. `offers` are the words that Tab completes.
    fn line(&mut self, question: &str, offers: &[String]) -> Result<String, Stopped>;
}

/// Why no further line comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Ctrl-C.
    Interrupted,
    /// The end of the input (Ctrl-D).
    Ended,
    /// The terminal cannot be read.
    Failed(String),
}

impl Stopped {
    /// Nothing was recorded, and why.
    pub(super) fn complaint(&self) -> Complaint {
        match self {
            Self::Interrupted => not_recorded("interrupted"),
            Self::Ended => not_recorded("the input ended"),
            Self::Failed(error) => {
                let message = format!("the terminal cannot be read: {error}; nothing was recorded");
                Complaint::new(Exit::Unusable, Item::new("file", message))
            }
        }
    }
}

impl From<Stopped> for Complaint {
    fn from(stopped: Stopped) -> Self {
        stopped.complaint()
    }
}

/// Somebody did not go on.
pub(super) fn not_recorded(why: &str) -> Complaint {
    Complaint::new(Exit::Usage, Item::new("stopped", format!("{why}: nothing was recorded")))
}

/// Whether questions can be asked: a person reads what is said and can answer it.
pub(super) fn can_ask(desk: &Desk) -> bool {
    let is_text = desk.format().is_ok_and(|format| format == Format::Text);
    is_text && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Lines on stderr; what a record says in them cannot act on the terminal.
fn say_on_stderr(text: &str) {
    for line in text.split_inclusive('\n') {
        // Nothing can be done where stderr is closed.
        let _ = writeln!(io::stderr(), "{}", safe(line.trim_end_matches('\n')));
    }
}

/// Asks until the words are taken; `take` says what is wrong with them. An empty line is none.
pub(super) fn until<T>(
    asking: &mut dyn Asking,
    question: &str,
    mut take: impl FnMut(&str) -> Result<T, String>,
) -> Result<Option<T>, Stopped> {
    loop {
        let words = asking.line(question, &[])?;
        if words.is_empty() {
            return Ok(None);
        }
        match take(&words) {
            Ok(taken) => return Ok(Some(taken)),
            Err(wrong) => asking.say(&format!("  {wrong}\n")),
        }
    }
}

/// Asks for a word that may be left out.
pub(super) fn optional(asking: &mut dyn Asking, question: &str) -> Result<Option<String>, Stopped> {
    let words = asking.line(question, &[])?;
    Ok(Some(words).filter(|words| !words.is_empty()))
}

/// Asks for one of some letters, the default (an empty line) first.
pub(super) fn letter(
    asking: &mut dyn Asking,
    question: &str,
    letters: &[char],
) -> Result<char, Stopped> {
    loop {
        let words = asking.line(question, &[])?.to_lowercase();
        let Some(first) = words.chars().next() else {
            return Ok(letters.first().copied().unwrap_or('n'));
        };
        if letters.contains(&first) {
            return Ok(first);
        }
        let letters: Vec<String> = letters.iter().map(|letter| format!("`{letter}`")).collect();
        asking.say(&format!("  `{words}`: answer {}\n", letters.join(" or ")));
    }
}
