//! Colours: few, legible on light and on dark, and none that says what no word or sign says too.

use anstyle::{AnsiColor, Style};

/// Whether there is colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Paint(pub(super) bool);

/// What is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Heading,
    Aside,
    Active,
    Suspended,
    Pending,
    Ended,
    Undetermined,
    Bad,
}

impl Tone {
    /// The tone of a standing, by its sign in either form.
    pub(super) fn of_sign(sign: &str) -> Self {
        match sign.trim_end_matches('~') {
            "●" | "*" => Self::Active,
            "◐" | "%" => Self::Suspended,
            "◌" | "+" => Self::Pending,
            "○" | "o" => Self::Ended,
            "?" => Self::Undetermined,
            _ => Self::Plain,
        }
    }

    /// The tone of a line by the word or sign it begins with, where that is no standing.
    pub(super) fn of_warning(word: &str) -> Self {
        match word {
            "!" | "BAD" => Self::Bad,
            "?" | "warning" => Self::Undetermined,
            _ => Self::Plain,
        }
    }

    fn style(self) -> Style {
        let color = |color: AnsiColor| color.on_default();
        match self {
            Self::Plain => Style::new(),
            Self::Heading | Self::Undetermined => Style::new().bold(),
            Self::Aside | Self::Ended => Style::new().dimmed(),
            Self::Active => color(AnsiColor::Green),
            Self::Suspended => color(AnsiColor::Magenta),
            Self::Pending => color(AnsiColor::Cyan),
            Self::Bad => color(AnsiColor::Red).bold(),
        }
    }
}

impl Paint {
    /// The text in a tone; as it is where there is no colour.
    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        let style = tone.style();
        if !self.0 || tone == Tone::Plain || text.trim().is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }

    /// An error with its first word painted, each on a line of its own.
    pub(super) fn errors(self, text: &str) -> String {
        let word = |line: &str| match line.strip_prefix("error:") {
            Some(rest) => self.paint(Tone::Bad, "error:") + rest,
            None => line.to_owned(),
        };
        text.split('\n').map(word).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_nothing_is_added() {
        assert_eq!(Paint(false).paint(Tone::Bad, "x"), "x");
        assert_eq!(Paint(false).errors("error: x"), "error: x");
    }

    #[test]
    fn only_the_word_error_is_red() {
        let red = Paint(true).errors("error: a\nhelp:  ledger log");
        assert_eq!(red, "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m a\nhelp:  ledger log");
    }

    #[test]
    fn both_forms_of_a_sign_have_one_tone() {
        for (utf8, ascii) in [("●", "*"), ("◐", "%"), ("◌", "+"), ("○", "o"), ("●~", "*~")]
        {
            assert_eq!(Tone::of_sign(utf8), Tone::of_sign(ascii));
            assert_ne!(Tone::of_sign(utf8), Tone::Plain);
        }
    }
}
