//! Text of a record where it is shown: nothing in it may act there.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with control characters and characters that turn the writing direction written out as
/// `\u{…}`. Line breaks and tabs become spaces.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| acts(c) || is_space(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_space(c) {
            out.push(' ');
        } else if acts(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_space(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
}

/// Whether a character does something to a terminal, or to the order of what is shown.
#[must_use]
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(safe("\u{1b}[31mred\u{202e}x\ny"), "\\u{1b}[31mred\\u{202e}x y");
        assert!(matches!(safe("GSOMIA (韓日)"), Cow::Borrowed(_)));
    }
}
