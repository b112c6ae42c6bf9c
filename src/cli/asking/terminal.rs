//! The terminal of this process, line by line, with editing and completion where it can do that.

use std::io::{self, Write as _};

use rustyline::completion::Completer;
use rustyline::config::Behavior;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Context, Editor, Helper};

use super::{Asking, Stopped, say_on_stderr};
use crate::cli::complaint::Complaint;
use crate::cli::desk::Desk;

/// A person at the terminal of this process.
pub(in crate::cli) enum Terminal {
    /// Lines can be edited; Ctrl-C is an answer.
    Editing(Box<Editor<Offers, MemHistory>>),
    /// A terminal that only shows lines (`TERM=dumb`): they are read as they come. Ctrl-C ends the
    /// process there, and nothing was recorded.
    Plain,
}

/// The words that Tab completes.
#[derive(Debug, Default)]
pub(in crate::cli) struct Offers(Vec<String>);

impl Terminal {
    pub(in crate::cli) fn open(desk: &Desk) -> Result<Self, Complaint> {
        if matches!(desk.surroundings.variable("TERM"), Some("dumb" | "cons25" | "emacs")) {
            return Ok(Self::Plain);
        }
        // Standard output is for answers: questions go to the terminal itself.
        let config = Config::builder().behavior(Behavior::PreferTerm).build();
        let editor = Editor::with_history(config, MemHistory::new());
        let mut editor = editor.map_err(|error| Stopped::Failed(error.to_string()))?;
        editor.set_helper(Some(Offers::default()));
        Ok(Self::Editing(Box::new(editor)))
    }
}

impl Asking for Terminal {
    fn say(&mut self, text: &str) {
        say_on_stderr(text);
    }

    fn line(&mut self, question: &str, offers: &[String]) -> Result<String, Stopped> {
        let prompt = format!("{question}: ");
        let line = match self {
            Self::Plain => plain(&prompt)?,
            Self::Editing(editor) => {
                editor.set_helper(Some(Offers(offers.to_vec())));
                editor.readline(&prompt).map_err(|error| stopped(&error))?
            }
        };
        Ok(line.trim().to_owned())
    }
}

fn plain(prompt: &str) -> Result<String, Stopped> {
    // Nothing can be done where stderr is closed.
    let _ = write!(io::stderr(), "{prompt}");
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) => Err(Stopped::Ended),
        Ok(_) => Ok(line),
        Err(error) => Err(Stopped::Failed(error.to_string())),
    }
}

fn stopped(error: &ReadlineError) -> Stopped {
    if matches!(error, ReadlineError::Interrupted) {
        return Stopped::Interrupted;
    }
    if matches!(error, ReadlineError::Eof) {
        return Stopped::Ended;
    }
    Stopped::Failed(error.to_string())
}

impl Completer for Offers {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let begun = line.get(..at).unwrap_or(line);
        let fits = self.0.iter().filter(|offer| offer.starts_with(begun));
        Ok((0, fits.cloned().collect()))
    }
}

impl Hinter for Offers {
    type Hint = String;
}

impl Highlighter for Offers {}
impl Validator for Offers {}
impl Helper for Offers {}
