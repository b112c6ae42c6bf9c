//! Text in XML: nothing in it can end a text or an attribute, or is forbidden there.

use std::fmt::Write as _;

/// The text as it stands between tags or in an attribute with double quotes. Characters that XML
/// 1.0 cannot hold are written out as `\u{…}`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // An attribute would make a space of them, a parser a line end of a lone CR.
            '\t' | '\n' | '\r' => write_to(&mut out, format_args!("&#{};", u32::from(c))),
            _ if is_forbidden(c) => write_to(&mut out, format_args!("\\u{{{:x}}}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// The text with characters that XML 1.0 cannot hold written out, and nothing else changed.
pub(super) fn holdable(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(is_forbidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_forbidden(c) {
            write_to(&mut out, format_args!("\\u{{{:x}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out.into()
}

fn write_to(out: &mut String, said: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(said);
}

fn is_forbidden(c: char) -> bool {
    let is_control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    is_control || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let text = "<a href=\"x\" b='y'>&amp;\u{1}\u{ffff}\u{85}\r\n韓]]>";
        let expected = "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;\\u{1}\\u{ffff}\\u{85}\
                        &#13;&#10;韓]]&gt;";
        assert_eq!(escaped(text), expected);
        assert_eq!(holdable("a\u{0}b\n"), "a\\u{0}b\n");
    }
}
