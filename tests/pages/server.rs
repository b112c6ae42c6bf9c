//! A server on a ledger, ended with the test.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use super::wire::{Heard, Line};
use crate::house::House;

/// A server, and the ledger that it shows.
pub(super) struct Server {
    pub(super) house: House,
    pub(super) address: SocketAddr,
    pub(super) child: Child,
}

impl Server {
    /// A server on a ledger.
    pub(super) fn on(house: House) -> Self {
        Self::with(house, &["--log", "none"])
    }

    /// The same with these flags.
    pub(super) fn with(house: House, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ledger"))
            .args(["serve", "--port", "0"])
            .args(flags)
            .current_dir(house.path("."))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(if flags.contains(&"none") { Stdio::inherit() } else { Stdio::piped() })
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.split_once("http://").and_then(|(_, rest)| rest.split('/').next());
        let address = address.and_then(|it| it.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            panic!("no address in {first:?}: {:?}", child.wait_with_output());
        };
        Self { house, address, child }
    }

    /// A server that records on a ledger.
    pub(super) fn that_writes(house: House) -> Self {
        Self::with(house, &["--write", "--log", "none"])
    }

    /// The token, as the server left it for commands on this machine.
    pub(super) fn token(&self) -> String {
        let notice = std::fs::read(self.house.path(".ledger/writer.json")).unwrap();
        let notice: serde_json::Value = serde_json::from_slice(&notice).unwrap();
        notice["token"].as_str().unwrap().to_owned()
    }

    /// Sends the form as one of the server's own pages would.
    #[track_caller]
    pub(super) fn fill(&self, fields: &[(&str, &str)]) -> Heard {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let origin = format!("Origin: http://{}\r\n", self.address);
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.line().post("/append", &format!("{origin}{kind}"), body.as_bytes())
    }

    /// Sends records as a program would.
    #[track_caller]
    pub(super) fn send(&self, body: &serde_json::Value) -> Heard {
        let token = format!("Authorization: Bearer {}\r\n", self.token());
        let kind = "Content-Type: application/json\r\n";
        let body = body.to_string();
        self.line().post("/records.json", &format!("{token}{kind}"), body.as_bytes())
    }

    /// A new connection to it.
    pub(super) fn line(&self) -> Line {
        Line::to(self.address)
    }

    /// One answer, on a connection of its own.
    #[track_caller]
    pub(super) fn get(&self, target: &str) -> Heard {
        self.line().get(target)
    }

    /// Waits until it has ended by itself.
    pub(super) fn wait(&mut self) {
        assert!(self.child.wait().unwrap().success());
    }

    /// Sends a signal: `TERM`, `INT`.
    pub(super) fn signal(&self, name: &str) {
        let words = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &words]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A ledger of the worked example to be asked by several tests, none of which writes.
pub(super) static DEMO: LazyLock<House> = LazyLock::new(House::demo);
