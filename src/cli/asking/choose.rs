//! A choice from a list: by number, by word, or by a part of either side.

use super::{Asking, Stopped};
use crate::nearest::nearest;

/// The longest list that is shown at once.
const MOST_SHOWN: usize = 30;

/// One thing that can be chosen.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Choice {
    /// What is chosen; typing it chooses it.
    pub(in crate::cli) word: String,
    /// What is said of it; a part of it finds it too.
    pub(in crate::cli) says: String,
}

impl Choice {
    pub(in crate::cli) fn new(word: impl Into<String>, says: impl Into<String>) -> Self {
        Self { word: word.into(), says: says.into() }
    }

    /// Whether the word or what is said of it has all of these words (in small letters) in it.
    fn has(&self, words: &str) -> bool {
        let own = format!("{} {}", self.word, self.says).to_lowercase();
        words.split_whitespace().all(|part| own.contains(part))
    }
}

/// Asks which; `none` where an empty line chooses nothing. Gives the place in the list.
///
/// A list of at most `most` is shown before the first question.
pub(in crate::cli) fn choose(
    asking: &mut dyn Asking,
    question: &str,
    choices: &[Choice],
    most: usize,
    none: bool,
) -> Result<Option<usize>, Stopped> {
    let offers: Vec<String> = choices.iter().map(|choice| choice.word.clone()).collect();
    let all: Vec<usize> = (0..choices.len()).collect();
    let mut shown: Vec<usize> = Vec::new();
    if choices.len() <= most {
        shown = show(asking, choices, &all);
    }
    loop {
        let words = asking.line(question, &offers)?;
        if words.is_empty() {
            if none {
                return Ok(None);
            }
            shown = show(asking, choices, &all);
            continue;
        }
        match find(choices, &shown, &words).as_slice() {
            [] => asking.say(&nothing(choices, &words)),
            &[one] => {
                if choices[one].word != words {
                    asking.say(&format!("  {}\n", choices[one].word));
                }
                return Ok(Some(one));
            }
            several => shown = show(asking, choices, several),
        }
    }
}

/// The choices that words mean: a number of the list shown, the word itself, or a part.
fn find(choices: &[Choice], shown: &[usize], words: &str) -> Vec<usize> {
    let number = words.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(&one) = number.and_then(|place| shown.get(place)) {
        return vec![one];
    }
    let is_it = |choice: &Choice| choice.word.eq_ignore_ascii_case(words);
    if let Some(one) = choices.iter().position(is_it) {
        return vec![one];
    }
    let found = |has: &dyn Fn(&Choice) -> bool| -> Vec<usize> {
        let places = choices.iter().enumerate();
        places.filter(|(_, choice)| has(choice)).map(|(place, _)| place).collect()
    };
    let lower = words.to_lowercase();
    let by_word = found(&|choice| choice.word.to_lowercase().contains(&lower));
    if by_word.is_empty() { found(&|choice| choice.has(&lower)) } else { by_word }
}

fn show(asking: &mut dyn Asking, choices: &[Choice], places: &[usize]) -> Vec<usize> {
    let shown: Vec<usize> = places.iter().copied().take(MOST_SHOWN).collect();
    let widths =
        shown.iter().map(|&place| unicode_width::UnicodeWidthStr::width(&*choices[place].word));
    let width = widths.max().unwrap_or(0);
    let mut text = String::new();
    for (at, &place) in shown.iter().enumerate() {
        let Choice { word, says } = &choices[place];
        let room = width.saturating_sub(unicode_width::UnicodeWidthStr::width(&**word));
        let line = format!("  {:>2} {word}{}  {says}", at + 1, " ".repeat(room));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if places.len() > shown.len() {
        let more = places.len() - shown.len();
        text = format!("{text}  … and {more} more: type a part of the one you mean\n");
    }
    asking.say(&text);
    shown
}

fn nothing(choices: &[Choice], words: &str) -> String {
    let names = choices.iter().map(|choice| choice.word.as_str());
    let parts = names.clone().flat_map(|name| name.split('.'));
    let mut near = nearest(words, names.chain(parts));
    near.dedup();
    let near: Vec<String> = near.into_iter().map(|word| format!("`{word}`")).collect();
    let near = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    };
    format!("  nothing here has `{words}`{near}\n")
}

#[cfg(test)]
mod tests {
    use super::super::Script;
    use super::*;

    fn choices() -> Vec<Choice> {
        vec![
            Choice::new("kr-jp.gsomia", "military information pact"),
            Choice::new("jp.white-list.kr", "Korea on Japan's white list"),
            Choice::new("kr.white-list.jp", "Japan on Korea's white list"),
        ]
    }

    fn chosen(lines: &[&str]) -> (Option<usize>, String) {
        let mut script = Script::of(lines);
        let place = choose(&mut script, "Which", &choices(), 0, false).ok().flatten();
        assert!(script.is_over(), "{}", script.heard);
        (place, script.heard)
    }

    #[test]
    fn a_part_of_the_word_or_of_the_title_is_enough() {
        assert_eq!(chosen(&["pact"]).0, Some(0));
        assert_eq!(chosen(&["KR-JP.GSOMIA"]).0, Some(0));
        assert_eq!(chosen(&["white korea's"]).0, Some(2));
    }

    #[test]
    fn several_are_listed_and_a_number_takes_one_of_the_list() {
        let (place, heard) = chosen(&["white", "2"]);
        assert_eq!(place, Some(2));
        assert!(heard.contains("\n   2 kr.white-list.jp  Japan on Korea's"), "{heard}");
        assert!(!heard.contains("gsomia"), "{heard}");
    }

    #[test]
    fn what_is_nowhere_is_asked_again_with_a_guess() {
        let (place, heard) = chosen(&["gsoima", "3", "", "1"]);
        assert_eq!(place, Some(0));
        assert!(heard.contains("did you mean `gsomia`?"), "{heard}");
        assert!(heard.contains("nothing here has `3`"), "no list was shown yet: {heard}");
    }
}
