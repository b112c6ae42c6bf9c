//! What the answer is shown on: how wide, in colour or not, read with what.
//!
//! Flags go before variables, variables before the project's file, that before the user's.

use std::io::IsTerminal as _;

use super::Global;
use super::config::{Color, Configs, Pager};
use super::paint::Paint;
use super::sheet::Sheet;
use super::surroundings::Surroundings;

/// What decides how an answer is shown.
pub(super) struct Screen<'d> {
    pub(super) global: &'d Global,
    pub(super) around: &'d Surroundings,
    pub(super) configs: &'d Configs,
}

impl Screen<'_> {
    /// Whether the answer goes to a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        self.global.output.is_none() && std::io::stdout().is_terminal()
    }

    /// How a text is set.
    pub(super) fn sheet(&self) -> Sheet {
        let cut = if self.around.is_utf8() { "…" } else { "..." };
        let paint = self.paint(self.is_terminal());
        Sheet { width: self.width().filter(|&width| width > 0), paint, cut }
    }

    /// Whether errors are in colour.
    pub(super) fn errors(&self) -> Paint {
        self.paint(std::io::stderr().is_terminal())
    }

    fn paint(&self, terminal: bool) -> Paint {
        let said = self.global.color.or_else(|| self.around.colorless());
        let said = said.or_else(|| self.configs.say(|config| config.color));
        Paint(match said.unwrap_or(Color::Auto) {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !self.is_dumb(),
        })
    }

    fn is_dumb(&self) -> bool {
        self.around.variable("TERM") == Some("dumb")
    }

    /// How many columns a text may have: without a terminal only what was asked for counts.
    fn width(&self) -> Option<usize> {
        let terminal = self.is_terminal();
        let usual = || self.columns().or_else(|| size().map(|(columns, _)| columns));
        self.global.width.or_else(|| usual().filter(|_| terminal))
    }

    /// What the surroundings or a file say.
    fn columns(&self) -> Option<usize> {
        let said = self.around.variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let said = said.filter(|&columns| columns > 0);
        said.or_else(|| self.configs.say(|config| config.width).filter(|_| self.is_terminal()))
    }

    /// How many columns a drawing has: as many as a text may have, else 80 on a terminal and 100
    /// elsewhere.
    pub(super) fn drawing(&self) -> usize {
        let terminal = self.is_terminal();
        let said = self.global.width.filter(|&width| width > 0).or_else(|| self.columns());
        let usual = if terminal { size().map_or(80, |(columns, _)| columns) } else { 100 };
        said.filter(|&width| width > 0).unwrap_or(usual).clamp(30, 1000)
    }

    /// The command line a long text is read with, if any.
    pub(super) fn pager(&self) -> Option<String> {
        if self.global.no_pager || !self.is_terminal() || self.is_dumb() {
            return None;
        }
        let set = ["POLICY_LEDGER_PAGER", "PAGER"].map(|name| self.around.set(name));
        if let Some(command) = set.into_iter().flatten().next() {
            return Some(command.to_owned()).filter(|command| !command.trim().is_empty());
        }
        match self.configs.say(|config| config.pager.clone()) {
            Some(Pager::Never) => None,
            Some(Pager::Command(command)) => Some(command),
            Some(Pager::Usual) | None => {
                self.around.has_program("less").then(|| "less -FRX".to_owned())
            }
        }
    }
}

/// Whether a text has more lines than the terminal shows at once, with one for the next command.
pub(super) fn is_too_long(text: &str) -> bool {
    let Some((columns, rows)) = size() else { return false };
    let lines = text.lines().map(|line| super::sheet::seen(line).div_ceil(columns).max(1));
    lines.sum::<usize>() >= rows
}

/// The columns and rows of the terminal, where it knows them.
fn size() -> Option<(usize, usize)> {
    let (width, height) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some((usize::from(width.0), usize::from(height.0))).filter(|&(c, r)| c > 0 && r > 0)
}
