//! A text that somebody edits in an editor: a file that stays until its work is done.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::asking::not_recorded;
use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;

/// So many names are tried for a new file.
const MOST_NAMES: u32 = 100;

/// A file to be edited.
pub(super) struct FormFile {
    path: PathBuf,
    /// Whether it was made here, and so may be removed here.
    own: bool,
}

impl FormFile {
    /// A new file with a text, where temporary files are; only its owner can read it.
    pub(super) fn new(what: &str, text: &str) -> Result<Self, Complaint> {
        let folder = std::env::temp_dir();
        let process = std::process::id();
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for number in 0..MOST_NAMES {
            let path = folder.join(format!("ledger-{what}-{process}-{number}.txt"));
            match create(&path, text) {
                Ok(()) => return Ok(Self { path, own: true }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(Complaint::file(&path, &error)),
            }
        }
        Err(Complaint::file(&folder, &last))
    }

    /// A file that is there; it is never removed.
    pub(super) fn of(directory: &Path, path: &Path) -> Result<Self, Complaint> {
        let path = directory.join(path);
        fs::metadata(&path).map_err(|error| Complaint::file(&path, &error))?;
        Ok(Self { path, own: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn text(&self) -> Result<String, Complaint> {
        fs::read_to_string(&self.path).map_err(|error| Complaint::file(&self.path, &error))
    }

    /// Whether anything stands in it besides remarks and fields without a value.
    pub(super) fn has_text(&self) -> bool {
        let Ok(bytes) = fs::read(&self.path) else { return true };
        let text = String::from_utf8_lossy(&bytes);
        text.lines()
            .map(str::trim)
            .any(|line| !line.is_empty() && !line.starts_with('#') && !line.ends_with(':'))
    }

    /// Removes it, if it was made here.
    pub(super) fn discard(&self) {
        if self.own {
            // A file that is left over does no harm.
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Opens it in the editor and waits for its end.
    pub(super) fn edit(&self, desk: &Desk, at_terminal: bool) -> Result<(), Complaint> {
        let named = ["VISUAL", "EDITOR"].iter().find_map(|name| desk.surroundings.variable(name));
        let editor = named.or(at_terminal.then_some("vi")).ok_or_else(no_editor)?;
        // The variable may hold flags as well, as a shell reads them.
        let status = Command::new("sh")
            .args(["-c", &format!("{editor} \"$@\""), editor])
            .arg(&self.path)
            .status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(not_recorded(&format!("the editor `{editor}` ended with {status}"))),
            Err(error) => {
                let message = format!("the editor `{editor}` cannot be started: {error}");
                Err(Complaint::new(Exit::Unusable, Item::new("file", message)))
            }
        }
    }
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn no_editor() -> Complaint {
    let message = "no editor is named: set VISUAL or EDITOR";
    Complaint::new(Exit::Usage, Item::new("usage", message).help("help environment"))
}
