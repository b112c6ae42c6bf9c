//! Which answers have which forms, told before anything is done.

use super::complaint::{Complaint, Exit, Item};
use super::{Format, Verb};

/// Refuses a form that a command does not have, and a workbook on a terminal.
pub(super) fn check(verb: &Verb, format: Format, terminal: bool) -> Result<(), Complaint> {
    let (has, of) = match format {
        Format::Ics => (matches!(verb, Verb::Agenda(_)), "agenda --format ics"),
        Format::Atom => (matches!(verb, Verb::Log(_)), "log --format atom"),
        Format::Svg => (matches!(verb, Verb::Timeline(_)), "timeline --format svg"),
        Format::Xlsx if terminal => {
            let message = "a workbook is no text for a terminal: write it to a file, \
                           -o FILE.xlsx, or to a pipe";
            return Err(Complaint::usage(message));
        }
        Format::Text | Format::Json | Format::Jsonl | Format::Csv | Format::Md | Format::Xlsx => {
            return Ok(());
        }
    };
    if has {
        return Ok(());
    }
    let word = format!("{format:?}").to_lowercase();
    let message = format!("this command has no form `{word}`: only `{of}` has");
    Err(Complaint::new(Exit::Usage, Item::new("usage", message).help(of)))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::Cli;
    use super::*;

    #[test]
    fn a_terminal_gets_no_workbook_but_every_text() {
        let cli = Cli::try_parse_from(["ledger", "agenda"]).unwrap();
        for (format, terminal, is_refused) in [
            (Format::Xlsx, true, true),
            (Format::Xlsx, false, false),
            (Format::Ics, true, false),
            (Format::Csv, true, false),
            (Format::Svg, false, true),
        ] {
            assert_eq!(check(&cli.verb, format, terminal).is_err(), is_refused, "{format:?}");
        }
    }
}
