//! `ledger man`: the manual page of the program or of a command, in roff.

use clap_mangen::Man as Manual;
use serde_json::json;

use super::complaint::{Complaint, Exit, Item};
use super::help;
use super::page::Page;

/// The manual page of the program, or of a command, in roff.
///
/// To read one: `ledger man state | man -l -`. To keep it where `man ledger-state` finds it:
/// `ledger man state -o ~/.local/share/man/man1/ledger-state.1 --format text`.
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// The command: `state`, `measure add` [default: the program itself].
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
}

impl Man {
    pub(super) fn run(&self) -> Result<Page, Complaint> {
        let command = help::command_named(&self.words)?;
        let words = std::iter::once("ledger").chain(self.words.iter().map(String::as_str));
        let name = words.collect::<Vec<_>>().join("-");
        let page = Manual::new(command.display_name(name.clone()));
        let page = page
            .title(name.to_uppercase())
            .manual("Policy ledger")
            .source(concat!("ledger ", env!("CARGO_PKG_VERSION")));
        let mut roff = Vec::new();
        page.render(&mut roff).map_err(|error| unwritten(&error))?;
        let text = String::from_utf8_lossy(&roff).into_owned();
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/man/1",
            "results": [{"page": name, "roff": text}],
            "notes": [],
        });
        Ok(Page { text, json, as_is: true, ..Page::default() })
    }
}

fn unwritten(error: &std::io::Error) -> Complaint {
    Complaint::new(Exit::Unusable, Item::new("file", format!("the page: {error}")))
}
