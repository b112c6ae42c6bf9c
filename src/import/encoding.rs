//! The encodings that tables come in: bytes to text with the place of every byte that does not fit,
//! and back again.

use std::fmt;

use encoding_rs::{EUC_KR, SHIFT_JIS, WINDOWS_1252};

/// How the text of a file is written down in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// Windows-1252, what Western European Windows writes.
    Windows1252,
    /// Shift-JIS, as Windows writes it in Japan.
    ShiftJis,
    /// EUC-KR, as Windows writes it in Korea (code page 949).
    EucKr,
}

impl Encoding {
    /// Every encoding, in the order in which they are named.
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252, Self::ShiftJis, Self::EucKr];

    /// Its name in rules and flags.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::ShiftJis => "shift-jis",
            Self::EucKr => "euc-kr",
        }
    }

    /// The encoding of a name; case, `_` and a missing hyphen do not count.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let bare = |text: &str| text.replace(['-', '_', ' '], "").to_ascii_lowercase();
        let name = bare(name);
        let other = match name.as_str() {
            "sjis" | "cp932" | "windows31j" => Some(Self::ShiftJis),
            "cp949" | "uhc" => Some(Self::EucKr),
            "cp1252" | "latin1" | "iso88591" => Some(Self::Windows1252),
            _ => None,
        };
        other.or_else(|| Self::ALL.into_iter().find(|encoding| bare(encoding.as_str()) == name))
    }

    /// What the first bytes of a file say, and how many bytes say it.
    pub(super) fn of_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some((Self::Utf8, 3)),
            [0xff, 0xfe, ..] => Some((Self::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    /// The mark that a file in this encoding can begin with.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[0xef, 0xbb, 0xbf],
            Self::Utf16Le => &[0xff, 0xfe],
            Self::Utf16Be => &[0xfe, 0xff],
            Self::Windows1252 | Self::ShiftJis | Self::EucKr => &[],
        }
    }

    /// The text, with a replacement where bytes do not fit, and the lines (from 1) that have some.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, Vec<usize>) {
        match self {
            Self::Utf16Le => units(bytes, u16::from_le_bytes),
            Self::Utf16Be => units(bytes, u16::from_be_bytes),
            Self::Utf8 | Self::Windows1252 | Self::ShiftJis | Self::EucKr => self.lines(bytes),
        }
    }

    /// No byte of a longer character of these encodings is a line feed.
    fn lines(self, bytes: &[u8]) -> (String, Vec<usize>) {
        let mut text = String::with_capacity(bytes.len());
        let mut bad = Vec::new();
        for (place, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
            if !self.line(line, &mut text) {
                bad.push(place + 1);
            }
        }
        (text, bad)
    }

    /// Adds a line to a text; false where bytes do not fit.
    fn line(self, line: &[u8], text: &mut String) -> bool {
        let table = match self {
            Self::Windows1252 => WINDOWS_1252,
            Self::ShiftJis => SHIFT_JIS,
            Self::EucKr => EUC_KR,
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => {
                let read = String::from_utf8_lossy(line);
                text.push_str(&read);
                return std::str::from_utf8(line).is_ok();
            }
        };
        let (read, bad) = table.decode_without_bom_handling(line);
        text.push_str(&read);
        // Bytes that mean nothing in Windows-1252 come out as control characters.
        !bad && !read.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}'))
    }

    /// The bytes of a text; what the encoding does not have becomes `&#NUMBER;`.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        let table = match self {
            Self::Utf8 => return text.as_bytes().to_vec(),
            Self::Utf16Le => return text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => return text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Windows1252 => WINDOWS_1252,
            Self::ShiftJis => SHIFT_JIS,
            Self::EucKr => EUC_KR,
        };
        table.encode(text).0.into_owned()
    }

    /// What bytes that are no UTF-8 may be instead, the likeliest first.
    pub(super) fn guesses(bytes: &[u8]) -> Vec<Self> {
        let is_wide = |byte: &&u8| **byte == 0;
        let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(is_wide).count();
        let mut guesses = Vec::new();
        for (encoding, from) in [(Self::Utf16Le, 1), (Self::Utf16Be, 0)] {
            // Every second byte of what is mostly ASCII.
            if zeros(from) * 3 > bytes.len() {
                guesses.push(encoding);
            }
        }
        let mut scripts = [
            (Self::ShiftJis.share(bytes, is_japanese), Self::ShiftJis),
            (Self::EucKr.share(bytes, is_hangul), Self::EucKr),
        ];
        scripts.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
        guesses.extend(scripts.iter().filter(|(share, _)| *share > 40).map(|(_, it)| *it));
        if Self::Windows1252.decode(bytes).1.is_empty() {
            guesses.push(Self::Windows1252);
        }
        guesses
    }

    /// How many of a hundred letters beyond ASCII are such letters; none where bytes do not fit.
    fn share(self, bytes: &[u8], of: impl Fn(char) -> bool) -> usize {
        let (text, bad) = self.decode(bytes);
        let others = text.chars().filter(|c| !c.is_ascii()).count();
        let letters = text.chars().filter(|&c| of(c)).count();
        if bad.is_empty() { letters * 100 / others.max(1) } else { 0 }
    }
}

/// Kana, kanji and their signs; not the narrow kana that other encodings look like.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text of pairs of bytes.
fn units(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(bytes.len() / 2);
    let (mut line, mut bad) = (1, Vec::new());
    let pairs = bytes.chunks_exact(2);
    let is_odd = !pairs.remainder().is_empty();
    let units = pairs.filter_map(|pair| Some(unit([*pair.first()?, *pair.last()?])));
    for read in char::decode_utf16(units) {
        text.push(read.as_ref().map_or(char::REPLACEMENT_CHARACTER, |&c| c));
        match read {
            Ok('\n') => line += 1,
            Ok(_) => {}
            Err(_) => bad.push(line),
        }
    }
    if is_odd {
        text.push(char::REPLACEMENT_CHARACTER);
        bad.push(line);
    }
    bad.dedup();
    (text, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let texts = [
            (Encoding::Utf8, "한국, 日本\n"),
            (Encoding::Utf16Le, "한국, 日本\n𝄞"),
            (Encoding::Utf16Be, "한국, 日本\n"),
            (Encoding::Windows1252, "Côte d’Ivoire – 5 €\n"),
            (Encoding::ShiftJis, "輸出管理の見直し\n"),
            (Encoding::EucKr, "수출규제 철회\n"),
        ];
        for (encoding, text) in texts {
            let bytes = encoding.encode(text);
            assert_eq!(encoding.decode(&bytes), (text.to_owned(), vec![]), "{encoding}");
            assert_eq!(Encoding::named(encoding.as_str()), Some(encoding));
        }
    }

    #[test]
    fn bytes_that_do_not_fit_have_their_line() {
        assert_eq!(Encoding::Utf8.decode(b"a\n\xff\nb\n\xc3").1, [2, 4]);
        assert_eq!(Encoding::ShiftJis.decode(b"a\n\x81\n").1, [2]);
        assert_eq!(Encoding::EucKr.decode(b"\xff\n").1, [1]);
        assert_eq!(Encoding::Windows1252.decode(b"a\n\x81\n").1, [2]);
        assert_eq!(Encoding::Utf16Le.decode(b"a\0\n\0\x00\xd8b\0\n").1, [2]);
    }

    #[test]
    fn guesses_are_by_the_letters_of_the_language() {
        let japanese = Encoding::ShiftJis.encode("輸出管理の見直しについて");
        assert_eq!(Encoding::guesses(&japanese)[0], Encoding::ShiftJis);
        let korean = Encoding::EucKr.encode("수출규제 철회에 관하여");
        assert_eq!(Encoding::guesses(&korean)[0], Encoding::EucKr);
        let controls = std::fs::read("fixtures/sources/japan-korea-sjis.csv").unwrap();
        assert_eq!(Encoding::guesses(&controls), [Encoding::ShiftJis]);
        let french = Encoding::Windows1252.encode("Mesures levées à l’été");
        assert_eq!(Encoding::guesses(&french)[0], Encoding::Windows1252);
    }
}
