//! Rows with their checksums.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::ViewError;
use crate::proof::Hash;

/// The CRC-32 over a table's name and the values of a row, each with its length before it.
pub(super) fn checksum(table: &str, values: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for value in std::iter::once(&table.as_bytes()).chain(values) {
        hasher.update(&(value.len() as u64).to_be_bytes());
        hasher.update(value);
    }
    hasher.finalize()
}

/// The same for rows of numbers.
pub(super) fn checksum_of(table: &str, numbers: &[u64]) -> u32 {
    let bytes: Vec<[u8; 8]> = numbers.iter().map(|number| number.to_be_bytes()).collect();
    checksum(table, &bytes.iter().map(<[u8; 8]>::as_slice).collect::<Vec<_>>())
}

/// Refuses a row that is not as it was written.
pub(super) fn expect(sound: bool, what: impl FnOnce() -> String) -> Result<(), ViewError> {
    if sound { Ok(()) } else { Err(ViewError::damaged(format!("is damaged: {}", what()))) }
}

/// A number as SQLite has it. Numbers of records stay far below 2⁶³.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number in a column.
pub(super) fn number(row: &Row<'_>, column: usize) -> Result<u64, ViewError> {
    u64::try_from(row.get::<_, i64>(column)?)
        .map_err(|_| ViewError::damaged("is damaged: a number below zero"))
}

/// A hash in a column.
pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<Hash, ViewError> {
    let bytes: Vec<u8> = row.get(column)?;
    let bytes = <[u8; 32]>::try_from(bytes);
    bytes.map(Hash::from).map_err(|_| ViewError::damaged("is damaged: a hash of another length"))
}

/// A value of the table `meta`, which must be there.
pub(super) fn meta(connection: &Connection, name: &str) -> Result<Vec<u8>, ViewError> {
    let mut select = connection.prepare_cached("SELECT value, crc FROM meta WHERE name = ?1")?;
    let found = select.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (value, crc): (Vec<u8>, u32) =
        found.ok_or_else(|| ViewError::damaged(format!("is damaged: `{name}` is missing")))?;
    expect(crc == checksum("meta", &[name.as_bytes(), &value]), || format!("`{name}`"))?;
    Ok(value)
}

/// Sets a value of the table `meta`.
pub(super) fn set_meta(connection: &Connection, name: &str, value: &[u8]) -> Result<(), ViewError> {
    let crc = checksum("meta", &[name.as_bytes(), value]);
    let mut insert = connection.prepare_cached("REPLACE INTO meta VALUES(?1, ?2, ?3)")?;
    insert.execute(params![name, value, crc])?;
    Ok(())
}
