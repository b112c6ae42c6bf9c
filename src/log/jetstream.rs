//! A stream of a NATS `JetStream` cluster: numbered messages that several servers keep, with a
//! compare-and-append. Message 1 is a ledger's header, every later one claims to be an entry.
//!
//! The protocol is spoken here in its own words (requests and their JSON), so that every answer of
//! a server is seen as it is. Nothing here waits longer than it says.

mod address;
mod configuration;
mod credentials;
mod publish;
mod read;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use super::LogError;
pub use address::{Address, AddressRefused};
pub use credentials::Credentials;
pub use publish::Writing;
pub(super) use publish::{Attempt, Item, Sent, Staged};
use read::Reader;
pub(super) use read::{Received, Until};
use wire::{Trouble, Wire};

/// The header of message 1 that says how many records were moved in, and their head.
const MOVED: &str = "Ledger-Moved";

/// What went wrong with a cluster, or with the stream in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It does not answer.
    Unreachable,
    /// It has no such stream.
    NoStream,
    /// It does not let this be done.
    Refused,
    /// The stream's settings could lose entries.
    Unsafe,
    /// It did not answer while something was being recorded: that is there, or not.
    NotKnown,
    /// The stream is not what it was.
    Altered,
    /// What was written is passed over by every node; nothing was recorded.
    NotTaken,
}

/// Records that were moved into a stream when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// How many.
    pub records: u64,
    /// Their head, in hexadecimal.
    pub head: String,
}

/// What a stream says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The number of its last message; 0 where there is none.
    pub last: u64,
    /// How many servers keep each message.
    pub replicas: u64,
    /// The name of the server that leads it; empty where there is no cluster.
    pub leader: String,
    /// Whether the leader has lately heard of most of the servers: one that is cut off from them
    /// answers for a while as if it led still.
    pub leads: bool,
    /// The version of the server that was asked.
    pub version: String,
    /// What is worth knowing and no reason to refuse.
    pub warnings: Vec<String>,
}

/// The first message of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// The ledger's header.
    pub header: Vec<u8>,
    /// What was moved in when the stream was made.
    pub moved: Option<Moved>,
}

/// A connection to one stream. Clones share the connection and read each for itself.
pub struct Stream {
    address: Address,
    wire: Arc<Wire>,
    reader: Option<Reader>,
    patience: Duration,
}

impl Clone for Stream {
    fn clone(&self) -> Self {
        let (address, wire) = (self.address.clone(), Arc::clone(&self.wire));
        Self { address, wire, reader: None, patience: self.patience }
    }
}

impl Stream {
    /// Connects to the cluster; `patience` is how long it may take, and later any question.
    pub fn connect(
        address: &Address,
        credentials: &Credentials,
        patience: Duration,
    ) -> Result<Self, LogError> {
        let wire = Wire::connect(address, credentials, patience);
        let wire = Arc::new(wire.map_err(|trouble| troubled(address, trouble))?);
        Ok(Self { address: address.clone(), wire, reader: None, patience })
    }

    /// The same connection, with another time that a question may take.
    #[must_use]
    pub fn with_patience(&self, patience: Duration) -> Self {
        Self { patience, ..self.clone() }
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Makes the stream, with its first message; what is there already with the same first message
    /// is taken as made.
    pub fn create(
        &self,
        header: &[u8],
        moved: Option<&Moved>,
        replicas: u64,
    ) -> Result<Standing, LogError> {
        if let Some(says) = configuration::too_old(&self.wire.version()) {
            return Err(self.problem(Problem::Unsafe, says));
        }
        let config = configuration::wanted(&self.address, replicas);
        match self.ask(&format!("STREAM.CREATE.{}", self.address.name()), &config) {
            Ok(_) => {}
            // There is one of that name with other settings: what is wrong with them is told.
            Err(Trouble::Said { code: configuration::IN_USE, .. }) => drop(self.standing()?),
            Err(trouble) => return Err(self.troubled(trouble)),
        }
        self.publish_first(header, moved)?;
        self.standing()
    }

    /// Whether there is a stream of that name.
    pub fn exists(&self) -> Result<bool, LogError> {
        match self.info() {
            Ok(_) => Ok(true),
            Err(Trouble::Said { code: configuration::NOT_FOUND, .. }) => Ok(false),
            Err(trouble) => Err(self.troubled(trouble)),
        }
    }

    /// What the stream says of itself; one that could lose entries is refused, and so is a server
    /// that is too old.
    pub fn standing(&self) -> Result<Standing, LogError> {
        let version = self.wire.version();
        let info = self.info().map_err(|trouble| self.troubled(trouble))?;
        let wrong = configuration::wrong(&info, &self.address, &version);
        if !wrong.is_empty() {
            return Err(self.problem(Problem::Unsafe, wrong.join("; ")));
        }
        Ok(Standing {
            last: info["state"]["last_seq"].as_u64().unwrap_or(0),
            replicas: info["config"]["num_replicas"].as_u64().unwrap_or(1),
            leader: info["cluster"]["leader"].as_str().unwrap_or_default().to_owned(),
            leads: configuration::leads(&info["cluster"]),
            warnings: configuration::warnings(&info, &version),
            version,
        })
    }

    /// The first message.
    pub fn first(&self) -> Result<First, LogError> {
        let (header, headers) = self.message(1)?;
        let words = headers.lines().find_map(|line| line.strip_prefix(MOVED)?.strip_prefix(": "));
        let moved = words.and_then(|words| {
            let (records, head) = words.trim().split_once(' ')?;
            Some(Moved { records: records.parse().ok()?, head: head.to_owned() })
        });
        Ok(First { header, moved })
    }

    /// A message as it lies there, with its headers as text.
    pub fn message(&self, number: u64) -> Result<(Vec<u8>, String), LogError> {
        let words = format!("STREAM.MSG.GET.{}", self.address.name());
        let found = match self.ask(&words, &json!({"seq": number})) {
            Ok(found) => found,
            Err(Trouble::Said { code: configuration::NO_MESSAGE, .. }) => {
                let says = format!("its message {number} is not there");
                return Err(self.problem(Problem::Altered, says));
            }
            Err(trouble) => return Err(self.troubled(trouble)),
        };
        let text = |key: &str| {
            let encoded = found["message"][key].as_str().unwrap_or_default();
            Base64::decode_vec(encoded).unwrap_or_default()
        };
        Ok((text("data"), String::from_utf8_lossy(&text("hdrs")).into_owned()))
    }

    fn info(&self) -> Result<Value, Trouble> {
        self.ask(&format!("STREAM.INFO.{}", self.address.name()), &json!({}))
    }

    /// Asks the cluster's leader, on and on while it may be busy choosing one.
    fn ask(&self, words: &str, question: &Value) -> Result<Value, Trouble> {
        self.wire.ask(&format!("$JS.API.{words}"), question, self.patience)
    }

    fn troubled(&self, trouble: Trouble) -> LogError {
        troubled(&self.address, trouble)
    }

    pub(super) fn problem(&self, problem: Problem, says: impl Into<String>) -> LogError {
        LogError::Cluster { problem, stream: self.address.to_string(), says: says.into() }
    }

    /// From now on SIGINT and SIGTERM end every wait for messages, and nothing else.
    pub fn stop_on_signals(&self) -> Result<(), LogError> {
        let done = self.wire.stop_on_signals();
        done.map_err(|error| LogError::io(std::path::Path::new("signals"), error))
    }

    /// Whether a signal came.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.wire.is_stopped()
    }

    /// Waits until there is a message of this number, a signal comes, or the time is over; tells
    /// whether there is one.
    pub fn wait_for(&mut self, number: u64, time: Duration) -> Result<bool, LogError> {
        Ok(!self.read(number, 1, Until::Over(time))?.is_empty())
    }
}

fn troubled(address: &Address, trouble: Trouble) -> LogError {
    let (problem, says) = match trouble {
        Trouble::Silent(says) => (Problem::Unreachable, says),
        Trouble::Said { code: configuration::NOT_FOUND, .. } => (Problem::NoStream, String::new()),
        Trouble::Said { code, says } if wire::passes(code) => (Problem::Unreachable, says),
        Trouble::Said { code, says } => (Problem::Refused, format!("{says} ({code})")),
        Trouble::Denied(says) => (Problem::Refused, says),
    };
    LogError::Cluster { problem, stream: address.to_string(), says }
}
