//! Recording through a server on this machine that holds the ledger.

use std::io;
use std::path::Path;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::notice::Notice;
use super::writing::MOST_RECORDS;
use crate::ask::{Complaint, Exit, Item};

/// How long a server may take to record what it is sent.
const PATIENCE: Duration = Duration::from_mins(5);
/// The most bytes of an answer.
const MOST_ANSWER: usize = 256 * 1024 * 1024;

/// A server that records for others.
#[derive(Debug)]
pub(crate) struct Client(Notice);

impl Client {
    /// The server that holds a ledger and writes to it; none where nobody does, or it is no server.
    pub(crate) fn of(directory: &Path) -> Option<Self> {
        Notice::of(directory).map(Self)
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.0.pid
    }

    /// Sends records to be recorded, and gives the answer. What was sent once may be sent again where
    /// every record has an id or a key: it is then recorded once.
    pub(crate) fn send(&self, body: &Value) -> Result<Value, Complaint> {
        let body = body.to_string();
        if body.len() > MOST_RECORDS {
            return Err(self.too_much());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| self.unreached(&error))?;
        let (status, bytes) = runtime.block_on(self.exchange(body))?;
        let answer: Value = serde_json::from_slice(&bytes)
            .map_err(|error| self.lost(&io::Error::new(io::ErrorKind::InvalidData, error)))?;
        if status == 200 { Ok(answer) } else { Err(refused(status, &answer)) }
    }

    async fn exchange(&self, body: String) -> Result<(u16, Vec<u8>), Complaint> {
        let stream = TcpStream::connect(&self.0.address).await;
        let stream = stream.map_err(|error| self.unreached(&error))?;
        let answered = timeout(PATIENCE, self.ask(stream, body)).await;
        let late = || io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
        answered.unwrap_or_else(|_| Err(late())).map_err(|error| self.lost(&error))
    }

    async fn ask(&self, stream: TcpStream, body: String) -> io::Result<(u16, Vec<u8>)> {
        let Notice { address, token, .. } = &self.0;
        let (mut sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let connection = tokio::spawn(connection);
        let request = Request::post("/records.json")
            .header(HOST, address)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .map_err(io::Error::other)?;
        let response = sender.send_request(request).await.map_err(io::Error::other)?;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(Body::new(body), MOST_ANSWER).await.map_err(io::Error::other)?;
        connection.abort();
        Ok((parts.status.as_u16(), bytes.into()))
    }

    /// What is sent is more than a server takes at once.
    fn too_much(&self) -> Complaint {
        let pid = self.pid();
        let message = format!(
            "process {pid} (`ledger serve --write`) holds the ledger, and takes at most \
             {MOST_RECORDS} bytes of records at once: end it first (kill {pid}), or import in parts"
        );
        Complaint::new(Exit::Unusable, Item::new("locked", message).help("doctor"))
    }

    /// The server was not asked.
    fn unreached(&self, error: &io::Error) -> Complaint {
        let Notice { pid, address, .. } = &self.0;
        let message = format!(
            "process {pid} (`ledger serve --write`) holds the ledger, but cannot be reached at \
             {address} ({error}): nothing was recorded"
        );
        Complaint::new(Exit::Unusable, Item::new("locked", message).help("doctor"))
    }

    /// The server did not say of every record what became of it.
    pub(crate) fn unclear(&self) -> Complaint {
        let what = "it did not say of every record what became of it";
        self.lost(&io::Error::new(io::ErrorKind::InvalidData, what))
    }

    /// The server did not answer.
    fn lost(&self, error: &io::Error) -> Complaint {
        let pid = self.pid();
        let message = format!(
            "process {pid} (`ledger serve --write`) holds the ledger and did not answer as it should ({error}): \
             whether it recorded this is not known; look at the log before it is recorded again"
        );
        let item = Item::new("not-known", message).help("log --limit 5").help("doctor");
        Complaint::new(Exit::Unusable, item)
    }
}

/// What the server says is wrong, as if it were wrong here.
fn refused(status: u16, answer: &Value) -> Complaint {
    let exit = match status {
        400 => Exit::Usage,
        404 => Exit::Missing,
        422 => Exit::Refused,
        _ => Exit::Unusable,
    };
    let items = match answer["problems"].as_array() {
        Some(problems) => problems.iter().map(item).collect(),
        None => vec![item(&answer["error"])],
    };
    Complaint { exit, items }
}

fn item(told: &Value) -> Item {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let mut item = Item::new(&text("code"), text("message"));
    for line in told["help"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        match (line.strip_prefix("ledger "), line.strip_prefix("did you mean `")) {
            (Some(command), _) => item.help.push(command.to_owned()),
            (None, Some(guess)) => item.guesses.push(guess.trim_end_matches("`?").to_owned()),
            (None, None) => {}
        }
    }
    item
}
