//! Where a ledger is: a directory, or a stream of a cluster with this node's copy of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::page::remark;
use super::surroundings::Surroundings;
use crate::ledger::{Ledger, LedgerError, Opening};
use crate::log::{self, Address, Credentials, LogError, Problem, Stream};

/// How long a cluster may take to answer before a question is answered from the copy.
const MOST_WAIT: Duration = Duration::from_secs(5);
/// How long a command that records waits for the cluster.
pub(super) const TO_RECORD: Duration = Duration::from_secs(30);
/// No secret is longer.
const MOST_SECRET: u64 = 1 << 16;

/// Where a ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In a directory.
    Directory(PathBuf),
    /// On a cluster.
    Stream(Address),
}

impl Place {
    /// What a path on a command line, in a variable or in a file means.
    pub(super) fn of(path: &Path) -> Result<Self, Complaint> {
        let text = path.to_string_lossy();
        if !Address::is_meant(&text) {
            return Ok(Self::Directory(path.to_owned()));
        }
        let address = text.parse().map_err(|refused: log::AddressRefused| {
            let item = Item::new("bad-address", refused.to_string());
            Complaint::new(Exit::Usage, item.help("help streams"))
        })?;
        Ok(Self::Stream(address))
    }
}

/// This node's copy of a stream.
pub(super) struct Node {
    /// Where the copy is.
    pub(super) directory: PathBuf,
    /// The connection; or why there is none.
    pub(super) stream: Result<Stream, String>,
}

impl Node {
    /// Finds this node's copy of a stream and brings it up to date, as far as the cluster answers
    /// and nobody else is at it; else it says how far the copy goes.
    pub(super) fn find(desk: &Desk, address: &Address) -> Result<Self, Complaint> {
        if desk.global.offline {
            let directory = local(desk, address)?;
            return Ok(Self { directory, stream: Err("--offline was asked for".to_owned()) });
        }
        let opening = desk.opening();
        let patience = opening.wait.clamp(Duration::from_secs(1), MOST_WAIT);
        match Self::reach(desk, address, patience) {
            Ok(node) => Ok(node),
            Err(LedgerError::Log(LogError::Cluster {
                problem: Problem::Unreachable,
                stream,
                says,
            })) => {
                let why = format!("{stream} does not answer: {says}");
                let directory = local(desk, address).map_err(|_| none_yet(&why))?;
                remark(&format!("warning: {why}; {}", how_far(&directory)));
                Ok(Self { directory, stream: Err(why) })
            }
            Err(error) => Err(error.into()),
        }
    }

    fn reach(desk: &Desk, address: &Address, patience: Duration) -> Result<Self, LedgerError> {
        let stream = connect(desk, address, patience)?;
        stream.standing()?;
        let directory = homes(&desk.surroundings)?.join(id(&stream)?);
        // Who reads waits for nobody: another that holds the copy brings it up to date. A copy that is
        // being made is waited for.
        let is_there = is_whole(&directory);
        let wait = if is_there { Duration::ZERO } else { desk.opening().wait };
        let opening = Opening { wait, ..desk.opening() };
        match Ledger::join(&directory, &stream, &opening) {
            Ok(_) => {}
            Err(LedgerError::Log(LogError::Locked { .. })) if is_whole(&directory) => {}
            Err(error) => return Err(error),
        }
        Ok(Self { directory, stream: Ok(stream) })
    }
}

fn is_whole(directory: &Path) -> bool {
    super::desk::is_ledger(directory)
}

/// Connects with the credentials that the surroundings give.
pub(super) fn connect(
    desk: &Desk,
    address: &Address,
    patience: Duration,
) -> Result<Stream, LedgerError> {
    let credentials = credentials(&desk.surroundings).map_err(|says| {
        let (problem, stream) = (Problem::Refused, address.to_string());
        LedgerError::Log(LogError::Cluster { problem, stream, says })
    })?;
    Ok(Stream::connect(address, &credentials, patience)?)
}

/// Where this node's copy of a stream is, or will be.
pub(super) fn directory_of(desk: &Desk, stream: &Stream) -> Result<PathBuf, LedgerError> {
    Ok(homes(&desk.surroundings)?.join(id(stream)?))
}

/// The id of the ledger in a stream.
fn id(stream: &Stream) -> Result<String, LedgerError> {
    let first = stream.first()?;
    let header: serde_json::Value = serde_json::from_slice(&first.header).unwrap_or_default();
    let id = header["id"].as_str().and_then(|id| id.parse::<uuid::Uuid>().ok());
    let none = || LedgerError::Header("message 1 of the stream is no header of a ledger".into());
    id.map(|id| id.to_string()).ok_or_else(none)
}

/// Where the copies of streams are: in the user's directory for data.
fn homes(around: &Surroundings) -> Result<PathBuf, LedgerError> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let said = around.variable("XDG_DATA_HOME").map(PathBuf::from).filter(absolute);
    let home = || around.variable("HOME").map(|home| Path::new(home).join(".local/share"));
    let found = said.or_else(home).ok_or_else(|| {
        let path = PathBuf::from("XDG_DATA_HOME and HOME, one of which must name a directory");
        LedgerError::Log(LogError::Missing { path })
    });
    Ok(found?.join("policy-ledger/streams"))
}

/// The copy that is here already of a stream by that name on one of these servers.
fn local(desk: &Desk, address: &Address) -> Result<PathBuf, Complaint> {
    let homes = homes(&desk.surroundings).map_err(|error| none_yet(&error.to_string()))?;
    let is_it = |known: &String| {
        known.parse::<Address>().is_ok_and(|known| {
            let is_common = |server: &String| known.servers().contains(server);
            known.name() == address.name() && address.servers().iter().any(is_common)
        })
    };
    let is_of = |directory: &PathBuf| {
        let copied = log::copied(directory).ok().flatten();
        copied.is_some_and(|it| is_it(&it.stream) || it.others.iter().any(is_it))
    };
    let found = fs::read_dir(&homes).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = found.filter(|path| is_whole(path) && is_of(path)).collect();
    found.sort();
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(none_yet(&format!("there is no copy of {address} here yet"))),
        (Some(_), false) => {
            let message = format!(
                "several copies here are of a stream {address}, one after the other: name the \
                 directory in {}",
                homes.display()
            );
            Err(Complaint::new(Exit::Unusable, Item::new("no-copy", message).help("doctor")))
        }
    }
}

fn none_yet(why: &str) -> Complaint {
    let message = format!("{why}; without a copy nothing can be answered");
    Complaint::new(Exit::Unusable, Item::new("no-copy", message).help("help streams"))
}

/// How far a copy goes, in a sentence.
fn how_far(directory: &Path) -> String {
    let point = Ledger::glance(directory).and_then(|it| it.standpoint(it.records()));
    match point.map(|point| (point.records, point.recorded_to)) {
        Ok((records, Some(to))) => {
            format!("this node's copy goes up to @{records}, recorded {to}")
        }
        Ok((_, None)) | Err(_) => "this node's copy is empty".to_owned(),
    }
}

/// Who connects, as variables say: secrets themselves, or the files that hold them.
fn credentials(around: &Surroundings) -> Result<Credentials, String> {
    let variable = |name: &str| around.variable(&format!("POLICY_LEDGER_NATS_{name}"));
    let path = |name: &str| variable(name).map(|path| around.directory.join(path));
    let file = |name: &str| {
        let read = |path: PathBuf| {
            let mut text = String::new();
            let opened = fs::File::open(&path);
            let read = opened.and_then(|file| {
                std::io::Read::read_to_string(
                    &mut std::io::Read::take(file, MOST_SECRET),
                    &mut text,
                )
            });
            let name = format!("POLICY_LEDGER_NATS_{name}");
            read.map_err(|error| format!("the file that {name} names: {error}"))?;
            Ok::<String, String>(text)
        };
        path(name).map(read).transpose()
    };
    let secret = |name: &str, in_file: &str| match variable(name) {
        Some(secret) => Ok(Some(secret.to_owned())),
        None => file(in_file).map(|text| text.map(|text| text.trim_end().to_owned())),
    };
    let user = match (variable("USER"), secret("PASSWORD", "PASSWORD_FILE")?) {
        (Some(user), password) => Some((user.to_owned(), password.unwrap_or_default())),
        (None, Some(_)) => {
            return Err("a password is given and no POLICY_LEDGER_NATS_USER".to_owned());
        }
        (None, None) => None,
    };
    let identity = match (path("CERT"), path("KEY")) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err("POLICY_LEDGER_NATS_CERT and _KEY go together".to_owned()),
    };
    let token = secret("TOKEN", "TOKEN_FILE")?;
    Ok(Credentials { user, token, creds: file("CREDS")?, ca: path("CA"), identity })
}

/// A cluster that is needed and does not answer.
pub(super) fn unreachable(address: &Address, why: &str) -> Complaint {
    let message = format!("recording needs {address}: {why}");
    Complaint::new(Exit::Unusable, Item::new("unreachable", message).help("state --offline"))
}
