//! Long lines on several, cut at spaces; a word that is too long stays whole, so that an address
//! can be followed and a command pasted.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Whether a line is a command line to be pasted, or ends in one: `Why?  ledger explain …`.
pub(super) fn is_command(line: &str) -> bool {
    let after = line.split_once([':', '?']).map_or("", |(_, rest)| rest);
    [line, after].iter().any(|text| text.trim_start().starts_with("ledger "))
}

/// A line as lines of at most `width` columns. What goes on stands below where its text began.
pub(super) fn fold(line: &str, width: Option<usize>) -> Vec<Cow<'_, str>> {
    let Some(width) = width.filter(|&width| columns(line) > width && !is_command(line)) else {
        return vec![Cow::Borrowed(line)];
    };
    let hang = " ".repeat(hanging(line, width));
    let own = line.len() - line.trim_start_matches(' ').len();
    let mut lines = vec![line[..own].to_owned()];
    let mut is_begun = false;
    for (spaces, word) in words(&line[own..]) {
        let Some(last) = lines.last_mut() else { continue };
        let fits_below = hang.len() + columns(word) <= width;
        if is_begun && fits_below && columns(last) + spaces + columns(word) > width {
            lines.push(format!("{hang}{word}"));
        } else {
            *last += &" ".repeat(if is_begun { spaces } else { 0 });
            *last += word;
        }
        is_begun = true;
    }
    lines.into_iter().map(Cow::Owned).collect()
}

/// The words with how many spaces stand before each.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut spaces = 0;
    text.split(' ').filter_map(move |word| {
        if word.is_empty() {
            spaces += 1;
            return None;
        }
        let before = std::mem::take(&mut spaces) + 1;
        Some((before, word))
    })
}

/// Where a line goes on: below its last column, if that leaves half of the width, else a little
/// further in than it began.
fn hanging(line: &str, width: usize) -> usize {
    let own = line.len() - line.trim_start_matches(' ').len();
    let text = &line[own..];
    let column = text.match_indices("  ").map(|(at, _)| {
        let gap = text[at..].len() - text[at..].trim_start_matches(' ').len();
        own + columns(&text[..at]) + gap
    });
    let column = column.filter(|&column| column <= width / 2).max();
    column.unwrap_or(if own == 0 { 2 } else { own + 2 }).min(width / 2)
}

/// The text cut to a width, with a mark where something is missing.
pub(super) fn cut_to<'t>(text: &'t str, width: usize, mark: &str) -> Cow<'t, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(columns(mark));
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken <= room
    };
    let kept: String = text.chars().take_while(fits).collect();
    Cow::Owned(kept.trim_end().to_owned() + mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_below_its_text() {
        let line = "  effective  2019-07-04 is the day of effect";
        assert_eq!(
            fold(line, Some(30)),
            ["  effective  2019-07-04 is the", "             day of effect"]
        );
        assert_eq!(fold("one two three", Some(8)), ["one two", "  three"]);
        assert_eq!(fold(line, None), [line]);
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        let url = "https://example.org/a/very/long/address";
        assert_eq!(fold(&format!("    {url}"), Some(20)), [format!("    {url}")]);
        assert_eq!(
            fold(&format!("see {url} there"), Some(20)),
            [format!("see {url}"), "  there".to_owned()]
        );
    }

    #[test]
    fn a_wide_character_is_never_halved() {
        assert_eq!(cut_to("韓国の件", 6, "…"), "韓国…");
        assert_eq!(cut_to("韓国の件", 8, "…"), "韓国の件");
        assert_eq!(cut_to("e\u{301}te\u{301} x", 4, "…"), "e\u{301}te\u{301}…");
    }

    #[test]
    fn a_command_is_known_by_its_first_word() {
        for line in ["Why?  ledger explain x", "Undo: ledger retract @1", "  ledger state"] {
            assert!(is_command(line), "{line}");
        }
        for line in ["note: ledgers are kept", "a ledger of ours: it grows", "error: no ledger"] {
            assert!(!is_command(line), "{line}");
        }
    }
}
