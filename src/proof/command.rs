//! A command as a text: its words quoted as a shell takes them, and read again.

/// A word as a shell takes it whole.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A flag with its value, as words; a value that begins with `-` would be taken for another flag.
#[must_use]
pub fn flag(name: &str, value: &str) -> Vec<String> {
    if value.starts_with('-') {
        return vec![format!("--{name}={value}")];
    }
    vec![format!("--{name}"), value.to_owned()]
}

/// The same as [`quoted`] where lines may be folded and a dash may stand for two hyphens: neither a second space
/// nor a dash follows a space. A shell takes it for the same word.
pub(super) fn steadily(word: &str) -> String {
    let mut text = String::new();
    for c in quoted(word).chars() {
        if text.ends_with(' ') && matches!(c, ' ' | '\u{2013}' | '\u{2014}') {
            text.extend(["'\\", c.encode_utf8(&mut [0; 4]), "'"]);
        } else {
            text.push(c);
        }
    }
    text
}

/// The words of a command as a shell has them, quoted as we quote.
pub(super) fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut inside, mut begun) = (Vec::new(), String::new(), false, false);
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match c {
            '\'' => (inside, begun) = (!inside, true),
            '\\' if !inside => word.extend(rest.next()),
            ' ' if !inside => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_as_it_was() {
        for word in
            ["", "plain", "it's", "a  b", " a ", "Japan – Korea", "x — – y", "a\\ b", "輸出　管理"]
        {
            assert_eq!(split(&quoted(word)), [word], "{word}");
            let steadily = steadily(word);
            assert_eq!(split(&steadily), [word], "{steadily}");
            assert!(!["  ", " –", " —"].iter().any(|it| steadily.contains(it)), "{steadily}");
        }
    }
}
