//! JSON Lines taken apart: a line at a time, and none kept that is too long.

use std::io::{self, BufRead, Read as _};

use super::{Code, Draft, Refusal, parse_object, read};

/// The longest line that is read, in bytes, its end not counted.
pub const MOST_LINE_BYTES: usize = 1024 * 1024;

/// Reads the next line; `None` at the end, `false` where it was too long and is passed over.
pub fn next_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let most = MOST_LINE_BYTES + 1;
    let read = (&mut *input).take(most as u64).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(None);
    }
    if read < most || line.ends_with(b"\n") {
        return Ok(Some(true));
    }
    line.clear();
    pass_over(input)?;
    Ok(Some(false))
}

/// Reads to the end of the line without keeping it.
fn pass_over(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        let end = held.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(held.len(), |end| end + 1);
        let done = held.is_empty() || end.is_some();
        input.consume(used);
        if done {
            return Ok(());
        }
    }
}

/// The first line of an input without the mark with which some programs begin a file.
#[must_use]
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads one line as a draft, naming every problem it has.
pub fn read_line(bytes: &[u8]) -> Result<Draft, Vec<Refusal>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![Refusal::new(Code::BadJson, "the line is not UTF-8")]);
    };
    let object = parse_object(text.trim_end_matches(['\n', '\r'])).map_err(|refusal| {
        // Which line it is, is known better by who reads them.
        let message = refusal.message.replace(" at line 1 column ", " at column ");
        vec![Refusal { message, ..refusal }]
    })?;
    read(&object)
}
