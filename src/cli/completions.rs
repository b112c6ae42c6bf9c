//! `ledger completions`: what a shell needs to complete commands.

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde_json::json;

use super::Cli;
use super::complaint::Complaint;
use super::page::Page;

/// The completion script of a shell.
///
/// For bash: `ledger completions bash > ~/.local/share/bash-completion/completions/ledger`
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Page, Complaint> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "ledger", &mut script);
        let text = String::from_utf8(script)
            .map_err(|_| Complaint::usage("the script of this shell is no text"))?;
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/completions/1",
            "results": [{"shell": self.shell.to_string(), "script": text}],
            "notes": [],
        });
        Ok(Page { text, json, ..Page::default() })
    }
}
