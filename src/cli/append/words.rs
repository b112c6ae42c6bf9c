//! A development as the words of a command line, and as fields by the names of the flags.

use super::Append;
use crate::cli::desk::Desk;
use crate::cli::safe::flag;

/// The flags that take no value.
pub(super) const BARE: [&str; 2] = ["expected", "denies"];

impl Append {
    /// What was said of the development, by the names of the flags, in the order of the help; the
    /// measure and the act first.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let Self { dates, relations, details, .. } = self;
        let mut fields = Vec::new();
        let mut one = |name, value: &Option<String>| {
            fields.extend(value.iter().map(|value| (name, value.clone())));
        };
        one("measure", &self.measure);
        one("act", &self.act);
        one("on", &dates.on);
        one("announced", &dates.announced);
        one("last-day", &dates.last_day);
        one("status", &details.status);
        one("instrument", &details.instrument);
        one("note", &details.note);
        one("key", &details.key);
        let lists = [
            ("then", &dates.then),
            ("set", &details.set),
            ("actor", &details.actor),
            ("cancels", &relations.cancels),
            ("settles", &relations.settles),
            ("after", &relations.after),
        ];
        for (name, values) in lists {
            fields.extend(values.iter().map(|value| (name, value.clone())));
        }
        fields.extend(relations.expected.then(|| ("expected", String::new())));
        fields.extend(self.sources.flags());
        fields
    }

    /// The words after `append`.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (name, value) in self.fields() {
            words.extend(match name {
                "measure" | "act" => vec![value],
                name => typed(name, &value),
            });
        }
        words.extend(self.allow_duplicate.then(|| "--allow-duplicate".to_owned()));
        words.extend(self.writing.words());
        words
    }

    /// The command line that records the same.
    pub(super) fn command(&self, desk: &Desk) -> String {
        desk.command_of("append", &self.words())
    }
}

/// A flag as it is typed.
fn typed(name: &str, value: &str) -> Vec<String> {
    if BARE.contains(&name) { vec![format!("--{name}")] } else { flag(name, value) }
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
