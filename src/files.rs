//! Files and directories that only their owner can read, and that are on disk when a call returns.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

mod beside;
mod witness;

pub(crate) use beside::Beside;
pub(crate) use witness::Witness;

/// What the file system would not do, and to which path.
#[derive(Debug)]
pub(crate) struct FileError {
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

impl FileError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

/// The bytes of a file that is small where all is well: no more than `most` of them, whatever it is
/// that bears the name.
pub(crate) fn read_small(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file for reading and writing, making it if need be, for its owner only.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a directory for its owner only, durably.
pub(crate) fn create_directory(path: &Path) -> Result<(), FileError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(FileError::at(path))?;
    sync_parent(path)
}

/// Makes a directory and those above it that are missing, durably.
pub(crate) fn create_directories(path: &Path) -> Result<(), FileError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_directories(parent)?;
    }
    match create_directory(path) {
        // Somebody else was faster.
        Err(_) if path.is_dir() => Ok(()),
        made => made,
    }
}

/// Writes a file as a whole: whoever looks sees all of it or none, also after a crash.
pub(crate) fn write_whole(path: &Path, scratch: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let written = open_private(scratch).and_then(|mut file| {
        file.set_len(0)?;
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(FileError::at(scratch))?;
    rename(scratch, path)
}

/// Renames within a file system, durably.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    fs::rename(from, to).map_err(FileError::at(to))?;
    sync_parent(to)
}

/// Puts a directory with all files and directories in it on disk.
pub(crate) fn sync_tree(directory: &Path) -> Result<(), FileError> {
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
pub(crate) fn list(directory: &Path) -> Result<Vec<PathBuf>, FileError> {
    let read = fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>());
    let mut paths = read.map_err(FileError::at(directory))?;
    paths.sort();
    Ok(paths)
}

/// The last part of a path, if it is text.
pub(crate) fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

fn sync_parent(path: &Path) -> Result<(), FileError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync(parent),
        Some(_) => sync(Path::new(".")),
        None => Ok(()),
    }
}

/// Puts a file or a directory's names on disk.
pub(crate) fn sync(path: &Path) -> Result<(), FileError> {
    // Only Unix opens directories as files; elsewhere the file system keeps its own order.
    if cfg!(not(unix)) && path.is_dir() {
        return Ok(());
    }
    File::open(path).and_then(|file| file.sync_all()).map_err(FileError::at(path))
}
