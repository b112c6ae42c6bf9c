//! A file that is written beside its place and gets its name when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::{FileError, name, sync_parent};

/// A new file for its owner only, under another name until it is published; removed if it never is.
#[derive(Debug)]
pub(crate) struct Beside {
    target: PathBuf,
    scratch: PathBuf,
    file: BufWriter<File>,
}

impl Beside {
    /// Begins a file that is to have this name; there may be none of that name yet.
    pub(crate) fn begin(target: &Path) -> Result<Self, FileError> {
        refuse_taken(target)?;
        // Nobody else's: a name that is there, a link included, is not opened.
        let scratch =
            target.with_file_name(format!(".{}.{}.part", name(target), std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&scratch).map_err(FileError::at(&scratch))?;
        Ok(Self { target: target.to_owned(), scratch, file: BufWriter::new(file) })
    }

    /// Writes on.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.file.write_all(bytes).map_err(FileError::at(&self.target))
    }

    /// Gives the file its name, durably; a file that has the name by now keeps it.
    pub(crate) fn publish(mut self) -> Result<(), FileError> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written.map_err(FileError::at(&self.target))?;
        match fs::hard_link(&self.scratch, &self.target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(FileError { path: self.target.clone(), source: error });
            }
            // Some file systems have no second names; there a rename must do.
            Err(_) => {
                refuse_taken(&self.target)?;
                fs::rename(&self.scratch, &self.target).map_err(FileError::at(&self.target))?;
            }
            Ok(()) => {}
        }
        // The second name goes before the directory is synced, so that both changes are durable.
        let _ = fs::remove_file(&self.scratch);
        sync_parent(&self.target)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Nothing is left of a file that has its name.
        let _ = fs::remove_file(&self.scratch);
    }
}

/// A link that leads nowhere takes a name as well.
fn refuse_taken(target: &Path) -> Result<(), FileError> {
    if fs::symlink_metadata(target).is_err() {
        return Ok(());
    }
    Err(FileError { path: target.to_owned(), source: io::ErrorKind::AlreadyExists.into() })
}
