//! What sled keeps beside its data and can do without: the page snapshots (`snap.*`), a shortcut
//! for opening, and the settings (`conf`), which are the same in every store.
//!
//! sled refuses to open a store where one of these is damaged. Nothing is lost with them, so they
//! are set aside, and sled makes them anew.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::LogError;
use crate::files;

const SETTINGS: &str = "conf";
const SNAPSHOT: &str = "snap.";
/// What comes before the name of a file that was set aside.
const DAMAGED: &str = "damaged.";

/// Renames what is damaged. Returns the new names.
pub(super) fn set_aside_damaged(store: &Path) -> Result<Vec<PathBuf>, LogError> {
    let mut moved = Vec::new();
    for path in files::list(store)? {
        if is_damaged(&path)? {
            let aside = free_name(store, files::name(&path));
            files::rename(&path, &aside)?;
            moved.push(aside);
        }
    }
    Ok(moved)
}

/// Settings end with a CRC-32 of what is before; snapshots with the content's length (8 bytes) and
/// a CRC-32 of the content. Numbers are little-endian.
fn is_damaged(path: &Path) -> Result<bool, LogError> {
    let after_content = match files::name(path) {
        SETTINGS => 0,
        name if name.starts_with(SNAPSHOT) => 8,
        _ => return Ok(false),
    };
    let bytes = fs::read(path).map_err(|error| LogError::io(path, error))?;
    let Some((rest, crc)) = bytes.split_last_chunk::<4>() else {
        return Ok(true);
    };
    let content = &rest[..rest.len().saturating_sub(after_content)];
    Ok(content.is_empty() || crc32fast::hash(content) != u32::from_le_bytes(*crc))
}

/// Whether a file of a store was set aside.
pub(super) fn is_set_aside(path: &Path) -> bool {
    files::name(path).starts_with(DAMAGED)
}

fn free_name(store: &Path, name: &str) -> PathBuf {
    let mut path = store.join(format!("{DAMAGED}{name}"));
    let mut count = 1;
    while path.exists() {
        count += 1;
        path = store.join(format!("{DAMAGED}{name}.{count}"));
    }
    path
}

/// How far sled's data reached when a snapshot was last made, those set aside included. The names
/// say so: a place in the data that only ever grows.
pub(super) fn promised_reach(store: &Path) -> Result<u64, LogError> {
    newest(store, |name| name.strip_prefix(DAMAGED).unwrap_or(name))
}

/// How far the data reaches by the snapshots in use.
pub(super) fn reach(store: &Path) -> Result<u64, LogError> {
    newest(store, |name| name)
}

fn newest(store: &Path, original: impl Fn(&str) -> &str) -> Result<u64, LogError> {
    let place = |path: &PathBuf| {
        let rest = original(files::name(path)).strip_prefix(SNAPSHOT)?;
        u64::from_str_radix(rest.split('.').next()?, 16).ok()
    };
    Ok(files::list(store)?.iter().filter_map(place).max().unwrap_or(0))
}
