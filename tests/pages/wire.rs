//! HTTP as it goes over the wire: what a browser would never send can be sent, too.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long to wait for an answer before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    /// The names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    /// The only header of this name.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter().filter(|(other, _)| other == name);
        let first = all.next().map(|(_, value)| value.as_str());
        assert_eq!(all.next(), None, "{name} is there twice");
        first
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }
}

/// A connection.
pub(crate) struct Line {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Line {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream: BufReader::new(stream), address }
    }

    /// Sends bytes as they are. The other side may have hung up.
    pub(crate) fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Asks as a browser would, and leaves the connection open.
    #[track_caller]
    pub(crate) fn get(&mut self, target: &str) -> Heard {
        self.ask("GET", target, "")
    }

    /// The same with another method and more headers (each with its end of line).
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, target: &str, headers: &str) -> Heard {
        let host = self.address;
        self.say(format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").as_bytes())
            .unwrap();
        self.hear(method == "HEAD").unwrap_or_else(|error| panic!("{target}: {error}"))
    }

    /// Sends a body with these headers (each with its end of line).
    #[track_caller]
    pub(crate) fn post(&mut self, target: &str, headers: &str, body: &[u8]) -> Heard {
        let length = format!("{headers}Content-Length: {}\r\n", body.len());
        let host = self.address;
        let head = format!("POST {target} HTTP/1.1\r\nHost: {host}\r\n{length}\r\n");
        // It may be refused before all of it is sent.
        let _ = self.say(&[head.as_bytes(), body].concat());
        self.hear(false).unwrap_or_else(|error| panic!("{target}: {error}"))
    }

    /// The next answer.
    pub(crate) fn hear(&mut self, without_body: bool) -> io::Result<Heard> {
        let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "the line is dead");
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status: u16 = status.ok_or_else(broken)?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut heard = Heard { status, headers, body: Vec::new() };
        let bodiless = without_body || status == 304;
        if bodiless {
            return Ok(heard);
        }
        if heard.header("transfer-encoding") == Some("chunked") {
            heard.body = self.chunks()?;
        } else if let Some(length) = heard.header("content-length") {
            heard.body = vec![0; length.parse().unwrap()];
            self.stream.read_exact(&mut heard.body)?;
        } else {
            self.stream.read_to_end(&mut heard.body)?;
        }
        Ok(heard)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line()?, 16).unwrap();
            let mut chunk = vec![0; length];
            self.stream.read_exact(&mut chunk)?;
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
            body.extend(chunk);
        }
    }

    /// Whether the other side has hung up, or does so before patience ends.
    pub(crate) fn is_cut(&mut self) -> bool {
        match self.stream.read(&mut [0; 64]) {
            Ok(0) => true,
            Ok(_) => false,
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }
}

/// One answer on a connection of its own to these bytes.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> io::Result<Heard> {
    let mut line = Line::to(address);
    // It may be refused before all of it is sent.
    let _ = line.say(bytes);
    line.hear(false)
}
