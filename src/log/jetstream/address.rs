//! Where a stream is: `nats://host:4222,host2,host3/NAME`.

use std::fmt;
use std::str::FromStr;

/// The port of NATS where none is said.
const PORT: &str = "4222";
/// The longest name.
const MOST_NAME: usize = 64;

/// The address of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    tls: bool,
    /// Each with its port.
    servers: Vec<String>,
    name: String,
}

/// Why a text is no address of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRefused(String);

impl fmt::Display for AddressRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AddressRefused {}

impl Address {
    /// Whether a text is meant as the address of a stream.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("nats://") || text.starts_with("tls://")
    }

    /// The stream's name in its cluster.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The servers, each with its port.
    #[must_use]
    pub fn servers(&self) -> &[String] {
        &self.servers
    }

    /// The subject that its messages are published to.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("ledger.{}", self.name)
    }

    /// Whether every connection is encrypted.
    #[must_use]
    pub fn tls(&self) -> bool {
        self.tls
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "tls" } else { "nats" };
        write!(f, "{scheme}://{}/{}", self.servers.join(","), self.name)
    }
}

impl FromStr for Address {
    type Err = AddressRefused;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |what: &str| Err(AddressRefused(what.to_owned()));
        let (tls, rest) = match (text.strip_prefix("nats://"), text.strip_prefix("tls://")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return refused("an address begins with nats:// or tls://"),
        };
        // What may be a password is not repeated.
        if rest.contains('@') {
            return refused(
                "an address holds no user and no password: put them into \
                 POLICY_LEDGER_NATS_USER and POLICY_LEDGER_NATS_PASSWORD_FILE, or a credentials \
                 file into POLICY_LEDGER_NATS_CREDS",
            );
        }
        let Some((servers, name)) = rest.split_once('/') else {
            return refused("the address has no stream: nats://HOST:4222/NAME");
        };
        if !is_name(name) {
            return refused(
                "the name of a stream has 1 to 64 letters A to Z or a to z, digits, `-` and `_`",
            );
        }
        let servers: Option<Vec<String>> = servers.split(',').map(server).collect();
        match servers {
            Some(servers) => Ok(Self { tls, servers, name: name.to_owned() }),
            None => refused("expected servers with or without ports, separated by commas"),
        }
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MOST_NAME).contains(&name.len()) && name.chars().all(is_part)
}

/// A server with its port.
fn server(text: &str) -> Option<String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (text, PORT),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_six = bare.is_some_and(|it| it.parse::<std::net::Ipv6Addr>().is_ok());
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_';
    let is_host = is_six || (!host.is_empty() && host.chars().all(is_part));
    let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
    (is_host && is_port).then(|| format!("{host}:{port}"))
}
