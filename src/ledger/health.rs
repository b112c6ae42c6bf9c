//! What state a ledger is in, and what to do. Nothing is changed by looking.

use std::path::{Path, PathBuf};

use super::{Header, ready};
use crate::log::{self, Held, LogError, Skip};
use crate::view::{self, View};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What: `directory`, `header`, `stream`, `lock`, `log`, `view`, `ready`, `leftovers`, `disk`; the
    /// program adds `settings`.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// In a sentence.
    pub says: String,
    /// What to do, as a command without the program's name, where there is something to do.
    pub help: Option<&'static str>,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Good,
    /// Worth knowing; the ledger can be used.
    Warning,
    /// The ledger cannot be used, or not all of it.
    Bad,
}

impl Finding {
    fn good(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, state: State::Good, says: says.into(), help: None }
    }

    fn warning(check: &'static str, says: impl Into<String>, help: Option<&'static str>) -> Self {
        Self { check, state: State::Warning, says: says.into(), help }
    }

    fn bad(check: &'static str, says: impl Into<String>, help: Option<&'static str>) -> Self {
        Self { check, state: State::Bad, says: says.into(), help }
    }
}

/// More messages that are no records are counted, and not told one by one.
const MOST_SKIPS: usize = 20;

/// Looks at the ledger in a directory. `mounts` is the system's table of mounted file systems, in
/// the form of `/proc/self/mounts`, where there is one.
#[must_use]
pub fn health(directory: &Path, mounts: &str) -> Vec<Finding> {
    let bytes = match log::read_header(directory) {
        Ok(bytes) => bytes,
        Err(error @ (LogError::Missing { .. } | LogError::NotALedger { .. })) => {
            return vec![Finding::bad("directory", error.to_string(), Some("init"))];
        }
        Err(error) => return vec![Finding::bad("header", error.to_string(), None)],
    };
    let mut findings = vec![Finding::good("directory", directory.display().to_string())];
    findings.extend(disk(directory, mounts));
    findings.push(header(&bytes));
    findings.extend(copy(directory));
    let held = log::held(directory);
    let is_free = matches!(held, Ok(Held::Free));
    findings.push(lock(held));
    findings.push(log_told(directory, is_free));
    findings.extend(view(directory, &bytes, is_free));
    findings.extend(leftovers(directory));
    findings
}

fn header(bytes: &[u8]) -> Finding {
    match Header::from_bytes(bytes) {
        Ok(header) => {
            let clock = match header.clock {
                super::ClockKind::Machine => "the machine's",
                super::ClockKind::Simulated => "simulated",
            };
            let (id, format, created) = (header.id, header.format, header.created.day());
            Finding::good("header", format!("{id}, format {format}, clock {clock}, made {created}"))
        }
        Err(error) => Finding::bad("header", error.to_string(), None),
    }
}

/// Of which stream it is a copy, and what of that is no record.
fn copy(directory: &Path) -> Vec<Finding> {
    let copied = match log::copied(directory) {
        Ok(Some(copied)) => copied,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![Finding::bad("stream", error.to_string(), None)],
    };
    let mut findings = vec![Finding::good("stream", format!("a copy of {}", copied.stream))];
    let told = |skip: &Skip| {
        Finding::warning("stream", format!("{}; it begins {}", skip.told(), skip.begins), None)
    };
    findings.extend(copied.skipped.iter().take(MOST_SKIPS).map(told));
    if let Some(more) = copied.skipped.len().checked_sub(MOST_SKIPS).filter(|more| *more > 0) {
        let says = format!("{more} more messages are no records: skipped.jsonl has them all");
        findings.push(Finding::warning("stream", says, None));
    }
    findings
}

fn lock(held: Result<Held, LogError>) -> Finding {
    match held {
        Ok(Held::Free) => Finding::good("lock", "free: nobody is writing"),
        Ok(Held::By(Some(holder))) => Finding::good("lock", format!("held by {holder}")),
        Ok(Held::By(None)) => {
            Finding::good("lock", "held by a process that has not said who it is")
        }
        Err(error) => Finding::bad("lock", error.to_string(), None),
    }
}

/// What can be said of the log without opening it, which would write to it.
fn log_told(directory: &Path, is_free: bool) -> Finding {
    let looked = if is_free { log::look(directory) } else { Ok(()) };
    let segments = looked.and_then(|()| log::segments(directory));
    match (segments, log::told_end(directory)) {
        (Ok(segments), Ok(end)) => {
            let bytes: u64 = segments.iter().map(|segment| segment.bytes).sum();
            let many = if segments.len() == 1 { "segment" } else { "segments" };
            let (count, size) = (segments.len(), megabytes(bytes));
            Finding::good("log", format!("{end} records acknowledged, {count} {many}, {size}"))
        }
        // The view may still have every record.
        (Err(error), _) | (_, Err(error)) => {
            Finding::bad("log", error.to_string(), Some("export -o rescued.jsonl"))
        }
    }
}

fn view(directory: &Path, header: &[u8], is_free: bool) -> Vec<Finding> {
    let found = View::to_read(directory, header);
    let looked = found.and_then(|found| {
        found.check()?;
        let why_not = ready::why_not(&found)?;
        Ok((found, why_not))
    });
    match looked {
        Ok((found, why_not)) => {
            let unready = why_not.map(|why| not_ready(&why));
            [followed(directory, &found, is_free)].into_iter().chain(unready).collect()
        }
        Err(error) => vec![Finding::bad("view", error.to_string(), Some("rebuild"))],
    }
}

fn not_ready(why: &str) -> Finding {
    let says = format!(
        "answers worked out beforehand are not used, since {why}: what is asked over all measures \
         takes longer"
    );
    Finding::warning("ready", says, Some("rebuild"))
}

/// How far the view has followed the log.
fn followed(directory: &Path, found: &View, is_free: bool) -> Finding {
    let position = found.position();
    let place = found.path().map(|path| path.display().to_string()).unwrap_or_default();
    let behind = log::told_end(directory).unwrap_or(0).saturating_sub(position);
    let says = format!("{position} records, every row sound, layout {}: {place}", view::LAYOUT);
    match behind {
        0 => Finding::good("view", says),
        behind if is_free => {
            let says = format!("{says}; {behind} records behind the log");
            Finding::warning("view", says, Some("rebuild"))
        }
        behind => Finding::good("view", format!("{says}; {behind} records are on their way")),
    }
}

/// Files that are not needed any more, or were set aside because they were damaged.
fn leftovers(directory: &Path) -> Vec<Finding> {
    let aside = log::set_aside_in(directory).unwrap_or_default();
    let list = |paths: &[PathBuf]| {
        paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    };
    let mut findings = Vec::new();
    if !aside.is_empty() {
        let says = format!("set aside as damaged, nothing recorded is lost: {}", list(&aside));
        findings.push(Finding::warning("leftovers", says, None));
    }
    let other = view::other_layouts(directory);
    if !other.is_empty() {
        let says =
            format!("views of other versions, removed by the next rebuild: {}", list(&other));
        findings.push(Finding::good("leftovers", says));
    }
    findings
}

/// File systems over a network: their locks cannot be relied on, and no view can be shared there.
const OVER_A_NETWORK: [&str; 12] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "fuse.sshfs",
    "ncpfs",
    "fuse.glusterfs",
];

fn disk(directory: &Path, mounts: &str) -> Option<Finding> {
    let kind =
        file_system(directory, mounts).filter(|kind| OVER_A_NETWORK.contains(&kind.as_str()))?;
    let says = format!(
        "on a file system over a network ({kind}): its locks may not keep two writers apart, and \
         a power cut there may lose what was acknowledged; keep the ledger on a local disk"
    );
    Some(Finding::warning("disk", says, None))
}

/// Warns where a directory is on a file system over a network.
#[must_use]
pub fn warning_of_disk(directory: &Path, mounts: &str) -> Option<String> {
    disk(directory, mounts).map(|finding| finding.says)
}

/// The type of the file system that a directory is on: that of the innermost mount above it.
fn file_system(directory: &Path, mounts: &str) -> Option<String> {
    let directory = std::fs::canonicalize(directory).ok()?;
    let mount = |line: &str| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let place = fields.next()?.replace("\\040", " ");
        let kind = fields.next()?;
        directory.starts_with(&place).then(|| (place.len(), kind.to_owned()))
    };
    // Of several at one place the last covers the others.
    mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 20);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_tells_the_file_system() {
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().canonicalize().unwrap();
        let mounts = format!("a / ext4 rw 0 0\nb {} nfs4 rw 0 0\n", inner.display());
        assert_eq!(file_system(directory.path(), &mounts).as_deref(), Some("nfs4"));
        assert_eq!(file_system(Path::new("/"), &mounts).as_deref(), Some("ext4"));
        let warning = disk(directory.path(), &mounts).unwrap();
        assert_eq!((warning.check, warning.state), ("disk", State::Warning));
        assert_eq!(disk(Path::new("/"), &mounts), None);
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(megabytes(0), "0.0 MiB");
        assert_eq!(megabytes(1), "0.1 MiB");
        assert_eq!(megabytes(8 << 20), "8.0 MiB");
    }
}
