//! Which answers have which forms, told before anything is done.

use super::complaint::{Complaint, Exit, Item};
use super::{Format, Verb};

/// Refuses a form that a command does not have, and a workbook on a terminal. `ending`: that of the
/// file that is written, where it tells the form.
pub(super) fn check(
    verb: &Verb,
    format: Format,
    ending: Option<&str>,
    terminal: bool,
) -> Result<(), Complaint> {
    if ending == Some("toml") && !matches!(verb, Verb::Import(import) if import.suggests()) {
        let message = "no form is known for `.toml`: only `import --suggest` writes rules";
        let item = Item::new("usage", message).help("help import");
        return Err(Complaint::new(Exit::Usage, item));
    }
    let (has, of) = match format {
        Format::Ics => (matches!(verb, Verb::Agenda(_)), "agenda --format ics"),
        Format::Atom => (matches!(verb, Verb::Log(_)), "log --format atom"),
        Format::Svg => (matches!(verb, Verb::Timeline(_)), "timeline --format svg"),
        Format::Site => (matches!(verb, Verb::Export(_)), "export --format site -o DIR"),
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
            let refused = check(&cli.verb, format, None, terminal).is_err();
            assert_eq!(refused, is_refused, "{format:?}");
        }
    }
}
