//! `tests/transcripts`: every verb as one sees it, on terminals of several widths, in pipes, with
//! nothing recorded, and with files that set what is usual.
//!
//! `POLICY_LEDGER_TRANSCRIPTS=write cargo test --test all transcripts::` writes down what is printed
//! now.
#![cfg(unix)]

use crate::transcript;

#[test]
fn every_verb_on_the_worked_example() {
    transcript::check("tests/transcripts/verbs.md", 25);
}

#[test]
fn every_verb_on_an_empty_ledger() {
    transcript::check("tests/transcripts/empty.md", 25);
}

#[test]
fn pipes_locales_and_closed_streams() {
    transcript::check("tests/transcripts/pipes.md", 8);
}

#[test]
fn the_forms_of_an_answer() {
    transcript::check("tests/transcripts/forms.md", 8);
}

#[test]
fn what_the_files_set() {
    transcript::check("tests/transcripts/config.md", 8);
}

/// `script` gives a program a terminal.
mod needs_script {
    use super::transcript;

    #[test]
    fn a_narrow_terminal() {
        transcript::check("tests/transcripts/40-columns.md", 35);
    }

    #[test]
    fn a_wide_terminal() {
        transcript::check("tests/transcripts/200-columns.md", 35);
    }

    #[test]
    fn colours() {
        transcript::check("tests/transcripts/colour.md", 6);
    }

    #[test]
    fn the_pager() {
        transcript::check("tests/transcripts/pager.md", 6);
    }
}
