//! Answers that were written down, for tests.

use super::{Asking, Stopped};

/// Somebody who answers by a list, and then is gone.
#[derive(Debug, Default)]
pub(in crate::cli) struct Script {
    answers: Vec<String>,
    /// All that was said and asked, with the answers.
    pub(in crate::cli) heard: String,
}

impl Script {
    /// The answers, a line each.
    pub(in crate::cli) fn of(lines: &[&str]) -> Self {
        let answers = lines.iter().rev().map(|&line| line.to_owned()).collect();
        Self { answers, heard: String::new() }
    }

    /// Whether every answer was asked for.
    pub(in crate::cli) fn is_over(&self) -> bool {
        self.answers.is_empty()
    }
}

impl Asking for Script {
    fn say(&mut self, text: &str) {
        self.heard.push_str(text);
    }

    fn line(&mut self, question: &str, _: &[String]) -> Result<String, Stopped> {
        let answer = self.answers.pop().ok_or(Stopped::Ended)?;
        for part in [question, ": ", &answer, "\n"] {
            self.heard.push_str(part);
        }
        Ok(answer)
    }
}
