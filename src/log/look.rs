//! Looks at the stores of a log without opening them, which would write to them: whether every
//! record can still be found in the data. `docs/format.md` has the form of the data.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::LogError;
use super::store::{SLED_SEGMENT_BYTES, missing, open_data};
use super::undo::part_header;

const PART_HEADER_BYTES: usize = 20;
/// What every entry begins with; no text in an entry can, since JSON has no such byte.
const ENTRY: &[u8] = b"\x01{\"seq\":";
/// Fewer bytes than this hold no message.
const LEAST_MESSAGE_BYTES: usize = 32;

/// Finds every record from `first` to `last` in a store.
pub(super) fn look(store: &Path, first: u64, last: u64) -> Result<(), LogError> {
    let path = store.join("db");
    let mut data = open_data(&path, false)?;
    let count = usize::try_from((last + 1).saturating_sub(first)).unwrap_or(0);
    let mut found = vec![false; count];
    loop {
        let part = next_part(&mut data).map_err(|error| LogError::io(&path, error))?;
        if part.is_empty() {
            break;
        }
        for seq in entries(&part) {
            let place = usize::try_from(seq.wrapping_sub(first)).unwrap_or(usize::MAX);
            if let Some(found) = found.get_mut(place) {
                *found = true;
            }
        }
    }
    match found.iter().position(|found| !found) {
        None => Ok(()),
        Some(place) => Err(missing(store, first + place as u64)),
    }
}

fn next_part(data: &mut File) -> io::Result<Vec<u8>> {
    let mut part = Vec::new();
    data.take(SLED_SEGMENT_BYTES as u64).read_to_end(&mut part)?;
    Ok(part)
}

/// The numbers of the entries in a part whose checksums hold.
fn entries(part: &[u8]) -> Vec<u64> {
    let mut numbers = Vec::new();
    let Some((header, mut rest)) = part.split_first_chunk::<PART_HEADER_BYTES>() else {
        return numbers;
    };
    if part_header(header).is_none() {
        return numbers;
    }
    while let Some((body, after)) = message(rest) {
        numbers.extend(numbers_in(body));
        rest = after;
    }
    numbers
}

/// The next message's body and what follows it; none where no sound one begins.
fn message(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.len() < LEAST_MESSAGE_BYTES {
        return None;
    }
    let (crc, after_crc) = bytes.split_first_chunk::<4>()?;
    let (&kind, rest) = after_crc.split_first()?;
    if kind == 0 {
        return None;
    }
    let (length, rest) = varint(rest)?;
    let (_, rest) = varint(rest)?;
    let (_, rest) = varint(rest)?;
    let header = &after_crc[..after_crc.len() - rest.len()];
    let (body, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(body);
    hasher.update(header);
    (!hasher.finalize() == u32::from_le_bytes(*crc)).then_some((body, after))
}

/// A number as sled writes it, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let byte = |at: usize| rest.get(at).copied().map(u64::from);
    match first {
        0..=240 => Some((u64::from(first), rest)),
        241..=248 => Some((240 + 256 * (u64::from(first) - 241) + byte(0)?, rest.get(1..)?)),
        249 => Some((2_288 + 256 * byte(0)? + byte(1)?, rest.get(2..)?)),
        250..=255 => {
            let (number, rest) = rest.split_at_checked(usize::from(first) - 247)?;
            let mut eight = [0; 8];
            eight[..number.len()].copy_from_slice(number);
            Some((u64::from_le_bytes(eight), rest))
        }
    }
}

fn numbers_in(body: &[u8]) -> impl Iterator<Item = u64> {
    let begins = body.windows(ENTRY.len()).enumerate().filter(|(_, window)| *window == ENTRY);
    begins.filter_map(|(at, _)| {
        let digits = body[at + ENTRY.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        let text: String = digits.map(|&byte| char::from(byte)).collect();
        text.parse().ok()
    })
}
