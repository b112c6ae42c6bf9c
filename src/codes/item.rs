//! Items: goods by their codes in the Harmonized System of the World Customs Organization.
//!
//! A code means something only with its edition: the system is revised every five years or so, and
//! headings are moved, split and taken away. So an item is written `HS2017:8486.20`; a code alone
//! (`8486`) is kept as it was written, and `check` says that its edition is missing.

/// The editions in force since 1 January of these years, by which they are called.
pub const HS_EDITIONS: [u16; 8] = [1988, 1996, 2002, 2007, 2012, 2017, 2022, 2028];

/// A code of the Harmonized System.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HsCode {
    /// The edition; none where it is not named.
    pub edition: Option<u16>,
    /// Two digits (a chapter), four (a heading), six (a subheading), or more where a country goes
    /// further; without points and spaces.
    pub digits: String,
}

/// Why a text that looks like a code is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongCode {
    /// The edition is none of [`HS_EDITIONS`].
    Edition,
    /// No chapter, heading or subheading has so many digits, or such a chapter.
    Digits,
}

/// Reads `HS2017:8486.20`, `HS 8486` or `8486.20`; none for anything that is no code.
#[must_use]
pub fn hs_code(text: &str) -> Option<Result<HsCode, WrongCode>> {
    let text = text.trim();
    let named = text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("hs"));
    let (edition, digits) = match (named, text.split_once(':')) {
        (true, Some((edition, digits))) => (Some(edition[2..].trim()), digits),
        (true, None) => (None, &text[2..]),
        (false, Some(_)) => return None,
        (false, None) => (None, text),
    };
    let digits = digits.trim();
    let is_code = |byte: u8| byte.is_ascii_digit() || b". ".contains(&byte);
    let bare = digits.bytes().all(is_code) && digits.starts_with(|c: char| c.is_ascii_digit());
    if !bare || !named && !is_written_as_code(digits) {
        return None;
    }
    Some(code(edition, digits))
}

/// A number that stands by itself is a code only where it is written as one: 4, 6, 8 or 10 digits.
fn is_written_as_code(digits: &str) -> bool {
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    !digits.contains(' ') && matches!(count, 4 | 6 | 8 | 10)
}

fn code(edition: Option<&str>, digits: &str) -> Result<HsCode, WrongCode> {
    let year = |text: &str| text.parse().ok().filter(|year| HS_EDITIONS.contains(year));
    let edition = match edition {
        Some(text) => Some(year(text).ok_or(WrongCode::Edition)?),
        None => None,
    };
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    // Chapter 77 is kept free; 98 and 99 are left to countries.
    let chapter = digits.get(..2).and_then(|chapter| chapter.parse::<u8>().ok());
    let known = chapter.is_some_and(|chapter| (1..=99).contains(&chapter) && chapter != 77);
    let length = matches!(digits.len(), 2 | 4 | 6 | 8 | 10);
    if known && length { Ok(HsCode { edition, digits }) } else { Err(WrongCode::Digits) }
}

impl HsCode {
    /// Whether this covers another: it is the same, or what the other is a part of, in the same
    /// edition where both name one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let same = self.edition.zip(other.edition).is_none_or(|(one, another)| one == another);
        same && other.digits.starts_with(&self.digits)
    }
}

/// Whether an item that is listed is asked for: the same text, or a code under the one asked for.
#[must_use]
pub fn is_item_under(asked: &str, listed: &str) -> bool {
    let (asked_code, listed_code) = (hs_code(asked), hs_code(listed));
    let covered = || Some(asked_code?.ok()?.covers(&listed_code?.ok()?));
    asked.eq_ignore_ascii_case(listed) || covered().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(edition: Option<u16>, digits: &str) -> HsCode {
        HsCode { edition, digits: digits.to_owned() }
    }

    #[test]
    fn codes_are_read_with_and_without_their_edition() {
        assert_eq!(hs_code("HS2017:8486.20"), Some(Ok(known(Some(2017), "848620"))));
        assert_eq!(hs_code("hs 2022: 2811.11"), Some(Ok(known(Some(2022), "281111"))));
        assert_eq!(hs_code("HS 84"), Some(Ok(known(None, "84"))));
        assert_eq!(hs_code("8486"), Some(Ok(known(None, "8486"))));
        assert_eq!(hs_code("3920.99.5000"), Some(Ok(known(None, "3920995000"))));
    }

    #[test]
    fn what_looks_like_a_code_and_is_none_is_told_apart() {
        assert_eq!(hs_code("HS2016:8486"), Some(Err(WrongCode::Edition)));
        assert_eq!(hs_code("HS:8486"), Some(Err(WrongCode::Edition)));
        assert_eq!(hs_code("HS 848"), Some(Err(WrongCode::Digits)));
        assert_eq!(hs_code("7701.11"), Some(Err(WrongCode::Digits)));
        assert_eq!(hs_code("0001"), Some(Err(WrongCode::Digits)));
        for text in [
            "",
            "hydrogen fluoride",
            "HSBC",
            "84",
            "84 86",
            "CAS 7664-39-3",
            "3A001",
            "5G",
            "hs",
            "12345",
        ] {
            assert_eq!(hs_code(text), None, "{text}");
        }
    }

    #[test]
    fn a_heading_covers_its_subheadings_in_its_edition() {
        assert!(is_item_under("8486", "HS2017:8486.20"));
        assert!(is_item_under("HS2017:84", "HS2017:8486.20"));
        assert!(!is_item_under("HS2022:8486", "HS2017:8486.20"));
        assert!(!is_item_under("848620", "8486"));
        assert!(is_item_under("Photoresist", "photoresist"));
        assert!(!is_item_under("photo", "photoresist"));
    }
}
