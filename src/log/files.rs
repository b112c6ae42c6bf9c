//! Files and directories that only their owner can read, and that are on disk when a call returns.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::LogError;

/// Opens a file for reading and writing, making it if need be, for its owner only.
pub(super) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a directory for its owner only, durably.
pub(super) fn create_directory(path: &Path) -> Result<(), LogError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| LogError::io(path, error))?;
    sync_parent(path)
}

/// Makes a directory and those above it that are missing, durably.
pub(super) fn create_directories(path: &Path) -> Result<(), LogError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_directories(parent)?;
    }
    create_directory(path)
}

/// Writes a file as a whole: whoever looks sees all of it or none, also after a crash.
pub(super) fn write_whole(path: &Path, scratch: &Path, bytes: &[u8]) -> Result<(), LogError> {
    let written = open_private(scratch).and_then(|mut file| {
        file.set_len(0)?;
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| LogError::io(scratch, error))?;
    rename(scratch, path)
}

/// Renames within a file system, durably.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), LogError> {
    fs::rename(from, to).map_err(|error| LogError::io(to, error))?;
    sync_parent(to)
}

/// Puts a directory with all files and directories in it on disk.
pub(super) fn sync_tree(directory: &Path) -> Result<(), LogError> {
    for path in list(directory)? {
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            sync(&path)?;
        }
    }
    sync(directory)
}

/// The paths in a directory, sorted.
pub(super) fn list(directory: &Path) -> Result<Vec<std::path::PathBuf>, LogError> {
    let read = fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
    let mut paths = read.map_err(|error| LogError::io(directory, error))?;
    paths.sort();
    Ok(paths)
}

/// The last part of a path, if it is text.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

fn sync_parent(path: &Path) -> Result<(), LogError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        Some(_) => sync(Path::new(".")),
        None => Ok(()),
    }
}

fn sync(path: &Path) -> Result<(), LogError> {
    // Only Unix opens directories as files; elsewhere the file system keeps its own order.
    if cfg!(not(unix)) && path.is_dir() {
        return Ok(());
    }
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| LogError::io(path, error))
}
