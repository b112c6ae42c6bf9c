//! What a program that uses the library sees of the command line: the one function that runs it.

use std::fs;
use std::path::{Path, PathBuf};

/// The sources of the verbs.
fn sources(of: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(of).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// `tests/tidy.rs` holds flags to the verbs (`clap` is named nowhere else). Here nothing of the verbs
/// leaves them, so that no type of `clap` is in what the library offers: whatever is `pub` there, and
/// not only within the crate, is told.
#[test]
fn nothing_of_the_verbs_is_offered_but_running_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = sources(&source.join("cli"));
    files.push(source.join("cli.rs"));
    assert!(files.len() > 60, "{} files", files.len());
    let mut offered = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().map(str::trim);
        offered.extend(lines.filter(|line| line.starts_with("pub ")).map(str::to_owned));
    }
    assert_eq!(offered, ["pub fn main() -> ExitCode {"]);
}
