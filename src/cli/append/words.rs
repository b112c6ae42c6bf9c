//! A development as the words of a command line, and as fields by the names of the flags.

use super::Append;
use crate::cli::desk::Desk;

impl Append {
    /// What was said of the development, by the names of the flags, in the order of the help; the
    /// measure and the act first.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        self.event().flags()
    }

    /// The words after `append`.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = self.event().words();
        words.extend(self.allow_duplicate.then(|| "--allow-duplicate".to_owned()));
        words.extend(self.writing.words());
        words
    }

    /// The command line that records the same.
    pub(super) fn command(&self, desk: &Desk) -> String {
        desk.command_of("append", &self.words())
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn parsed(words: &[String]) -> Append {
        let command = Append::augment_args(clap::Command::new("append").no_binary_name(true));
        let matches = command.try_get_matches_from(words).unwrap();
        Append::from_arg_matches(&matches).unwrap()
    }

    #[test]
    fn the_words_of_a_development_say_the_same_again() {
        let words = [
            "x.y",
            "imposed",
            "--on",
            "-3d",
            "--announced",
            "2020-01",
            "--then",
            "ended=2021-01-01",
            "--last-day",
            "2020-12-31",
            "--cancels",
            "@3",
            "--settles",
            "@4",
            "--settles",
            "k",
            "--after",
            "@2",
            "--expected",
            "--set",
            "rate=25%",
            "--set",
            "a=",
            "--status",
            "none",
            "--actor",
            "XX",
            "--note=-it's a \"note\"\nof two lines",
            "--instrument",
            "Act 1",
            "--key",
            "k1",
            "-s",
            "https://example.org/a?b=c&d",
            "--publisher",
            "P",
            "--denies",
            "-s",
            "Letter",
            "--source-date",
            "2020-01-02",
            "--source-title",
            "T",
            "--quote",
            "Q",
            "--lang",
            "en",
            "--says",
            "act=ended",
            "--allow-duplicate",
            "--by",
            "me",
            "--accept-clock",
        ];
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let first = parsed(&words);
        let again = parsed(&first.words());
        assert_eq!(first.fields(), again.fields());
        assert_eq!(first.words(), again.words());
        assert_eq!(first.fields().len(), 27, "{:?}", first.fields());
        assert!(first.words().contains(&"--allow-duplicate".to_owned()));
    }
}
