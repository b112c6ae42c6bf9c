//! What is done with the text of a place, and the value tables that it is looked up in.

use super::super::dates::{day_after, same};
use super::super::party::party;
use super::super::pattern::Form;
use super::super::problem::{Fault, Problem, shown};
use super::super::rules::Rules;
use super::super::slug::slug;
use super::Made;

/// What is done with the text of a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    /// As a part of an id.
    Slug,
    Lower,
    Upper,
    /// Several texts, apart at each of these.
    Split(String),
    /// What stands before the first of these.
    Before(String),
    /// What stands behind the first of these; nothing where there is none.
    After(String),
    /// This where there is nothing.
    Or(String),
    /// What a value table says.
    Table(String),
    /// The code of a party.
    Party,
    /// A date as the ledger writes it, in the forms of the rules or in this one.
    Date(Option<Form>),
    /// The day after a date.
    NextDay,
}

/// The words of filters.
const FILTERS: [&str; 11] = [
    "slug", "lower", "upper", "split", "before", "after", "or", "table", "party", "date",
    "next-day",
];

impl Filter {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (word, argument) = match text.split_once(':') {
            Some((word, argument)) => (word.trim(), Some(argument)),
            None => (text.trim(), None),
        };
        let given = argument.map(str::trim).filter(|given| !given.is_empty());
        let needed = || given.ok_or_else(|| format!("`{word}` needs something: `{word}:…`"));
        // White space can be what separates.
        let separator = || match (given, argument) {
            (Some("pipe"), _) => Ok("|".to_owned()),
            (Some("newline"), _) => Ok("\n".to_owned()),
            (Some("space"), _) => Ok(" ".to_owned()),
            (Some(text), _) => Ok(text.to_owned()),
            (None, _) => Err(format!(
                "`{word}` needs a separator: `{word}:;`, `{word}:newline`, `{word}:pipe`, \
                 `{word}:space`"
            )),
        };
        let filter = match word {
            "slug" => Self::Slug,
            "lower" => Self::Lower,
            "upper" => Self::Upper,
            "split" => Self::Split(separator()?),
            "before" => Self::Before(separator()?),
            "after" => Self::After(separator()?),
            "or" => Self::Or(needed()?.to_owned()),
            "table" => Self::Table(needed()?.to_owned()),
            "party" => Self::Party,
            "date" => Self::Date(given.map(Form::named).transpose()?),
            "next-day" => Self::NextDay,
            _ => {
                let guesses = crate::nearest::nearest(word, FILTERS);
                let meant = guesses.first().map(|it| format!("; did you mean `{it}`?"));
                let all = FILTERS.join(", ");
                let meant = meant.unwrap_or_default();
                return Err(format!("no filter `{word}`{meant} There are {all}"));
            }
        };
        let takes = matches!(
            filter,
            Self::Split(_)
                | Self::Before(_)
                | Self::After(_)
                | Self::Or(_)
                | Self::Table(_)
                | Self::Date(_)
        );
        match given {
            Some(_) if !takes => Err(format!("`{word}` takes nothing behind a `:`")),
            Some(_) | None => Ok(filter),
        }
    }

    /// The form of dates it reads, if it names one.
    pub(super) fn form(&self) -> Option<&Form> {
        match self {
            Self::Date(form) => form.as_ref(),
            Self::Slug
            | Self::Lower
            | Self::Upper
            | Self::Split(_)
            | Self::Before(_)
            | Self::After(_)
            | Self::Or(_)
            | Self::Table(_)
            | Self::Party
            | Self::NextDay => None,
        }
    }

    pub(super) fn applied(&self, texts: Vec<String>, rules: &Rules) -> Result<Made, Problem> {
        let mut made = Vec::with_capacity(texts.len());
        for text in texts {
            match self {
                Self::Slug => made.push(slugged(&text)?),
                Self::Lower => made.push(text.to_lowercase()),
                Self::Upper => made.push(text.to_uppercase()),
                Self::Split(at) => made.extend(split(&text, at)),
                Self::Before(at) => {
                    let before = text.split_once(at.as_str()).map_or(&*text, |(before, _)| before);
                    made.push(before.trim().to_owned());
                }
                Self::After(at) => {
                    let after = text.split_once(at.as_str()).map_or("", |(_, after)| after);
                    made.push(after.trim().to_owned());
                }
                Self::Or(other) if text.is_empty() => made.push(other.clone()),
                Self::Or(_) => made.push(text),
                Self::Table(name) => match rules.word(name, &text)? {
                    Some(word) => made.push(word),
                    None => return Ok(Made::LeftOut),
                },
                Self::Party => made.push(code(&text, rules)?),
                Self::Date(form) => {
                    let dates = &rules.dates;
                    let date = match form {
                        Some(form) => dates.read_as(&text, std::slice::from_ref(form)),
                        None => dates.read(&text),
                    };
                    made.push(date.map_err(|problem| *problem)?.unwrap_or_default());
                }
                Self::NextDay => made.push(next_day(&text, rules)?),
            }
        }
        Ok(Made::Texts(made))
    }
}

fn slugged(text: &str) -> Result<String, Problem> {
    let made = slug(text);
    if made.is_empty() && !text.is_empty() {
        let message = format!(
            "{} has no letter a to z and no digit that an id can have: map it in a value table, or \
             use another column",
            shown(text)
        );
        return Err(Problem::new(Fault::BadValue, message));
    }
    Ok(made)
}

fn split(text: &str, at: &str) -> Vec<String> {
    let pieces = text.split(at).map(str::trim).filter(|piece| !piece.is_empty());
    let pieces: Vec<String> = pieces.map(str::to_owned).collect();
    if pieces.is_empty() { vec![String::new()] } else { pieces }
}

/// The code of a party: as the rules map it, else as it is known.
fn code(text: &str, rules: &Rules) -> Result<String, Problem> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let table = rules.tables.get("parties");
    let mapped = table.and_then(|table| table.find(text)).flatten();
    if let Some(code) = mapped.map(str::to_owned).or_else(|| party(text)) {
        return Ok(code);
    }
    let message = format!(
        "{} is no country by a code or name of its own (ISO 3166): map it under [tables.parties]",
        shown(text)
    );
    let known = table.map(|table| table.words()).unwrap_or_default();
    Err(Problem::new(Fault::UnmappedWord, message).guessing(text, known))
}

fn next_day(text: &str, rules: &Rules) -> Result<String, Problem> {
    let Some(date) = rules.dates.read(text).map_err(|problem| *problem)? else {
        return Ok(String::new());
    };
    let after = date.parse().ok().and_then(|window| day_after(&window));
    after.ok_or_else(|| {
        let message = format!("{}: there is no day after it", shown(text));
        Problem::new(Fault::BadDate, message)
    })
}

impl Rules {
    /// The word that a value table gives for another; none where it says that nothing is to be made
    /// of it.
    fn word(&self, table: &str, text: &str) -> Result<Option<String>, Problem> {
        let Some(words) = self.tables.get(table) else {
            let message = format!("no value table `{table}` in the rules");
            return Err(Problem::new(Fault::BadRules, message));
        };
        match words.find(text) {
            Some(word) => Ok(word.map(str::to_owned)),
            // Nothing stays nothing, unless the table says otherwise.
            None if text.is_empty() => Ok(Some(String::new())),
            None => {
                let message = format!("{} is not in [tables.{table}]", shown(text));
                Err(Problem::new(Fault::UnmappedWord, message).guessing(text, words.words()))
            }
        }
    }
}

/// Words and what they become; none for nothing at all.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::import) struct WordTable {
    pub(in crate::import) entries: Vec<(String, Option<String>)>,
}

impl WordTable {
    /// What a text becomes, none for nothing at all; case and white space do not count.
    #[allow(clippy::option_option, reason = "a word that becomes nothing is in the table")]
    pub(in crate::import) fn find(&self, text: &str) -> Option<Option<&str>> {
        let mut entries = self.entries.iter();
        let exact = entries.find(|(word, _)| word == text);
        let found = exact.or_else(|| self.entries.iter().find(|(word, _)| same(word, text)));
        found.map(|(_, made)| made.as_deref())
    }

    pub(in crate::import) fn words(&self) -> Vec<&str> {
        self.entries.iter().map(|(word, _)| word.as_str()).collect()
    }
}
