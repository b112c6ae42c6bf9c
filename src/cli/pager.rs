//! A long text on a terminal is read with the user's pager.
//!
//! The pager takes this process's place. Were it a child, an interrupt from the keyboard would
//! end us and leave two programs at one terminal.

/// What the shell runs: the pager; where there is no such program, the text alone; then our code.
#[cfg(unix)]
const SCRIPT: &str = "trap : INT; sh -c \"$1\"; case $? in 126|127) cat;; esac; exit \"$2\"";

/// Reads the text with a pager and ends with the exit code; comes back where that cannot be done.
#[cfg(unix)]
pub(super) fn page(command: &str, text: &str, exit: u8) {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    let Ok(input) = held(text) else { return };
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT, "ledger", command, &exit.to_string()]).stdin(input);
    if std::env::var_os("LESS").is_none() {
        // Colours as they are; no paging of what fits; the text stays on the screen.
        shell.env("LESS", "FRX");
    }
    // It only comes back where there is no shell; then the text is printed as if there was no pager.
    let _ = shell.exec();
}

/// Elsewhere a pager is not known to behave.
#[cfg(not(unix))]
pub(super) fn page(_command: &str, _text: &str, _exit: u8) {}

/// The text as a file that has no name any more.
#[cfg(unix)]
fn held(text: &str) -> std::io::Result<std::fs::File> {
    use std::fs::{self, OpenOptions};
    use std::io::{Seek as _, Write as _};
    use std::os::unix::fs::OpenOptionsExt as _;

    let name = format!("ledger-{}.page", uuid::Uuid::new_v4());
    let path = std::env::temp_dir().join(name);
    let mut options = OpenOptions::new();
    let mut file = options.read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}
