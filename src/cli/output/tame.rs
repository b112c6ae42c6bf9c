//! Data on a terminal: what would act there is written as JSON escapes it. In a file or a pipe data
//! stays as it is.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::cli::safe::acts;

/// Writes on, with what acts on a terminal escaped.
pub(super) struct Tame<W: Write> {
    out: W,
    /// The beginning of a character, or of the end of a line, whose rest is still to come.
    begun: Vec<u8>,
}

impl<W: Write> Tame<W> {
    pub(super) fn to(out: W) -> Self {
        Self { out, begun: Vec::new() }
    }
}

impl<W: Write> Write for Tame<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        let mut whole = match std::str::from_utf8(&self.begun) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        // What follows tells whether it ends a line.
        whole -= usize::from(self.begun[..whole].ends_with(b"\r"));
        let rest = self.begun.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut self.begun, rest)).unwrap_or_default();
        self.out.write_all(tamed(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let begun = String::from_utf8(std::mem::take(&mut self.begun)).unwrap_or_default();
        self.out.write_all(tamed(&begun).as_bytes())?;
        self.out.flush()
    }
}

fn tamed(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let sets = matches!(c, '\n' | '\t') || c == '\r' && characters.peek() == Some(&'\n');
        if acts(c) && !sets {
            // All of them are in the first plane, so four digits are enough. A String takes all.
            let _ = write!(tamed, "\\u{:04x}", u32::from(c));
        } else {
            tamed.push(c);
        }
    }
    tamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_escaped_wherever_it_is_cut() {
        let text = "{\"a\":\"x\u{9b}31m\u{202e}y\u{7f} 日本 😀\"}\n\r\n,\r,\t";
        let expected = "{\"a\":\"x\\u009b31m\\u202ey\\u007f 日本 😀\"}\n\r\n,\\u000d,\t";
        for size in 1..8 {
            let mut tame = Tame::to(Vec::new());
            for part in text.as_bytes().chunks(size) {
                tame.write_all(part).unwrap();
            }
            tame.flush().unwrap();
            assert_eq!(String::from_utf8(tame.out).unwrap(), expected, "{size}");
        }
    }
}
