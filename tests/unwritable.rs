//! A ledger in a directory that cannot be written can be asked, and is left as it is.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::house::PUBLIC_RECORD;
use crate::ledgers::{beside, databases, listing};

/// Who asks where the tests run as the user whom no permission binds: nobody in particular.
const STRANGER: u32 = 65_534;

/// A copy of the program and a ledger, in a directory that anybody can enter and nobody can write.
struct Sealed {
    home: TempDir,
}

impl Sealed {
    /// What `before` does comes before nothing can be written any more.
    fn after(before: impl FnOnce(&Path)) -> Self {
        let sealed = Self { home: tempfile::tempdir().unwrap() };
        // By another process: a file that this one has open to write, while a test beside forks,
        // cannot be run.
        let mut copy = Command::new("cp");
        copy.arg(env!("CARGO_BIN_EXE_ledger")).arg(sealed.program());
        assert!(copy.status().unwrap().success());
        let directory = sealed.ledger();
        sealed.run_as_owner(&["init", "--simulated-clock", directory.to_str().unwrap()]);
        sealed.run_as_owner(&["-f", directory.to_str().unwrap(), "import", PUBLIC_RECORD]);
        before(&directory);
        sealed.permit(0o555, 0o444);
        sealed
    }

    fn program(&self) -> PathBuf {
        self.home.path().join("program")
    }

    fn ledger(&self) -> PathBuf {
        self.home.path().join("a ledger")
    }

    fn run_as_owner(&self, words: &[&str]) {
        let output = Command::new(self.program()).args(words).env_clear().output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn permit(&self, directories: u32, files: u32) {
        let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode));
        for path in listing(&self.ledger()).keys() {
            let mode = if path.is_dir() { directories } else { files };
            set(path, mode).unwrap();
            if is_root() {
                chown(path, Some(STRANGER), Some(STRANGER)).unwrap();
            }
        }
        set(&self.ledger(), directories).unwrap();
        set(&self.program(), 0o755).unwrap();
        set(self.home.path(), 0o755).unwrap();
    }

    fn ask(&self, words: &str) -> Output {
        let mut command = Command::new(self.program());
        command.arg("-f").arg(self.ledger()).args(words.split(' ')).env_clear();
        if is_root() {
            command.uid(STRANGER).gid(STRANGER);
        }
        command.output().unwrap()
    }

    /// Every question is answered as where all can be written, and nothing is changed by it.
    fn answers(&self, right: &[Output]) {
        let before = listing(&self.ledger());
        for (question, right) in QUESTIONS.iter().zip(right) {
            let found = self.ask(question);
            assert_eq!(text(&found), text(right), "{question}");
        }
        assert!(listing(&self.ledger()) == before, "something was written");
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.permit(0o755, 0o644);
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

const QUESTIONS: [&str; 6] = [
    "state --json kr-jp.gsomia --at 2020-01-01 --now 2024-01-01",
    "state --csv --at 2020-01-01",
    "log --json --now 2024-01-01",
    "show @57",
    "measure list",
    "export",
];

fn text(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The answers of one and the same ledger before and after it is sealed.
fn asked_before_and_after(leave: impl FnOnce(&Path)) {
    let mut right = Vec::new();
    let sealed = Sealed::after(|_| {});
    sealed.permit(0o755, 0o644);
    for question in QUESTIONS {
        right.push(sealed.ask(question));
    }
    assert!(right.iter().all(|it| it.status.success() && it.stderr.is_empty()), "{right:?}");
    leave(&sealed.ledger());
    sealed.permit(0o555, 0o444);
    sealed.answers(&right);
}

fn remove_beside(ledger: &Path) {
    let database = databases(ledger).pop().unwrap();
    for ending in ["-wal", "-shm"] {
        // Perhaps there is none.
        let _ = fs::remove_file(beside(&database, ending));
    }
}

#[test]
fn a_clean_ledger_can_be_asked() {
    asked_before_and_after(remove_beside);
}

#[test]
fn empty_files_that_a_reader_left_are_no_hindrance() {
    asked_before_and_after(|ledger| {
        let database = databases(ledger).pop().unwrap();
        fs::write(beside(&database, "-wal"), "").unwrap();
        fs::write(beside(&database, "-shm"), "").unwrap();
    });
    asked_before_and_after(|ledger| {
        remove_beside(ledger);
        fs::write(beside(&databases(ledger).pop().unwrap(), "-wal"), "").unwrap();
    });
    asked_before_and_after(|ledger| {
        remove_beside(ledger);
        fs::write(beside(&databases(ledger).pop().unwrap(), "-shm"), vec![0; 32_768]).unwrap();
    });
}

#[test]
fn a_log_that_was_acknowledged_further_is_no_hindrance() {
    // As after a writer was killed between log and view: nobody was told of what it wrote.
    asked_before_and_after(|ledger| {
        remove_beside(ledger);
        fs::write(ledger.join("end"), "00000000000000000300\n").unwrap();
    });
}

#[test]
fn a_view_that_is_missing_or_damaged_is_refused_with_help() {
    let damages: [fn(&Path); 2] = [
        |ledger| fs::remove_dir_all(ledger.join("view-2")).unwrap(),
        |ledger| fs::write(databases(ledger).pop().unwrap(), "no database").unwrap(),
    ];
    for damage in damages {
        let sealed = Sealed::after(|ledger| {
            remove_beside(ledger);
            damage(ledger);
        });
        let before = listing(&sealed.ledger());
        for question in QUESTIONS {
            let (code, out, err) = text(&sealed.ask(question));
            assert_eq!((code, out.as_str()), (Some(5), ""), "{question}: {err}");
            assert!(err.contains("help") && err.contains("rebuild"), "{question}: {err}");
        }
        assert!(listing(&sealed.ledger()) == before, "something was written");
    }
}

#[test]
fn recording_is_refused_and_changes_nothing() {
    let sealed = Sealed::after(|_| {});
    let before = listing(&sealed.ledger());
    for words in ["review kr-jp.gsomia --through 2024-01-01", "rebuild"] {
        let (code, _, err) = text(&sealed.ask(words));
        assert_eq!(code, Some(5), "{words}: {err}");
        assert!(err.contains("no permission"), "{words}: {err}");
        assert!(err.contains("help:"), "{words}: {err}");
    }
    assert!(listing(&sealed.ledger()) == before, "something was written");
}

#[test]
fn doctor_looks_at_what_cannot_be_written() {
    let sealed = Sealed::after(remove_beside);
    let before = listing(&sealed.ledger());
    let (code, out, err) = text(&sealed.ask("doctor"));
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(listing(&sealed.ledger()) == before, "something was written");
}
