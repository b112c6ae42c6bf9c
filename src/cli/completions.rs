//! `ledger completions`: what a shell needs to complete commands.

use clap_complete::Shell;
use clap_complete::env::Shells;
use serde_json::json;

use super::complaint::{Complaint, Exit, Item};
use super::page::Page;
use super::suggest::VARIABLE;

/// The completion script of a shell; it asks this program, so it knows the ledger that one is in.
///
/// For bash: `ledger completions bash > ~/.local/share/bash-completion/completions/ledger`, or
/// `source <(ledger completions bash)` in `~/.bashrc`; for zsh the same in `~/.zshrc`; for fish:
/// `ledger completions fish > ~/.config/fish/completions/ledger.fish`.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Page, Complaint> {
        let name = self.shell.to_string();
        let text = script(&name).map_err(|error| {
            Complaint::new(Exit::Unusable, Item::new("file", format!("the script: {error}")))
        })?;
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/completions/1",
            "results": [{"shell": name, "script": text}],
            "notes": [],
        });
        Ok(Page { as_is: true, text, json, ..Page::default() })
    }
}

/// The script by which a shell asks this program.
fn script(shell: &str) -> std::io::Result<String> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let shell = shells.completer(shell).ok_or_else(|| std::io::Error::other("no such shell"))?;
    shell.write_registration(VARIABLE, "ledger", "ledger", "ledger", &mut script)?;
    String::from_utf8(script).map_err(std::io::Error::other)
}
