//! The forms of names: measure ids, words, keys.

/// Whether a text is kebab-case: `[a-z0-9]+` parts joined by single hyphens, at most 100 bytes.
/// Kinds, acts, statuses and reasons are such words.
#[must_use]
pub fn is_word(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= 100 && text.split('-').all(part)
}

/// Whether a text is a measure id: `[a-z0-9-]+` parts joined by dots, at most 200 bytes.
#[must_use]
pub fn is_measure_id(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.len() <= 200 && text.split('.').all(|part| !part.is_empty() && part.bytes().all(allowed))
}

/// Whether a text is a key: 1 to 200 printable characters without spaces, not written like a
/// record number (`@12`).
#[must_use]
pub fn is_key(text: &str) -> bool {
    let printable = |c: char| !c.is_control() && !c.is_whitespace() && !is_invisible(c);
    let count = text.chars().count();
    (1..=200).contains(&count) && text.chars().all(printable) && !text.starts_with('@')
}

/// Characters that print nothing or turn the direction of what follows.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_forms() {
        assert!(is_word("in-force") && is_word("2plus2"));
        assert!(!is_word("") && !is_word("In-force") && !is_word("a--b") && !is_word("-a"));
        assert!(is_measure_id("kr-jp.gsomia") && is_measure_id("ipef"));
        assert!(!is_measure_id("kr..jp") && !is_measure_id("KR.jp") && !is_measure_id("a b"));
        assert!(is_key("gsomia-notice-2019") && is_key("注記"));
        assert!(!is_key("@12") && !is_key("a b") && !is_key("") && !is_key("a\u{202e}b"));
        assert!(!is_key(&"x".repeat(201)) && is_key(&"x".repeat(200)));
    }
}
