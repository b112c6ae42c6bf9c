//! Servers of one cluster, on loopback or each in a network of its own, which are gone when the test
//! is.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use policy_ledger::log::{Address, Credentials, LogError, Problem, Standing, Stream};
use serde_json::Value;
use tempfile::TempDir;

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools/nats-server");

/// Starts a server and kills it when its input ends: with the test, however that ends.
const WRAPPER: &str = r#""$0" -c "$1" & cat >/dev/null; kill -9 $! 2>/dev/null; wait"#;

/// Where a server listens.
pub struct Spot {
    /// The network that it is in; that of the test where none is said.
    pub network: Option<PathBuf>,
    pub host: String,
    /// For clients.
    pub port: u16,
    /// For the other servers.
    pub route: u16,
}

/// One server of a cluster.
pub struct Server {
    wrapper: Option<Child>,
    home: PathBuf,
    pub spot: Spot,
}

/// Servers that know of each other.
pub struct Cluster {
    _home: TempDir,
    pub servers: Vec<Server>,
}

/// One cluster for all tests that break nothing in it.
static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// The cluster that tests share; it ends with the last of them.
pub fn shared() -> Arc<Cluster> {
    let mut shared = SHARED.lock().unwrap();
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(Cluster::start(""));
    *shared = Arc::downgrade(&cluster);
    cluster
}

/// Places on loopback, at ports that nobody listens on.
fn spots(many: usize) -> Vec<Spot> {
    let listener = |_| TcpListener::bind("127.0.0.1:0").unwrap();
    let listeners: Vec<_> = (0..2 * many).map(listener).collect();
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let spot = |pair: &[TcpListener]| {
        let (port, route) = (port(&pair[0]), port(&pair[1]));
        Spot { network: None, host: "127.0.0.1".to_owned(), port, route }
    };
    listeners.chunks(2).map(spot).collect()
}

/// A program, in another network where one is said.
pub fn program(network: Option<&Path>, program: impl AsRef<OsStr>) -> Command {
    let Some(network) = network else { return Command::new(program) };
    let mut command = Command::new("nsenter");
    command.arg(format!("--net={}", network.display())).arg(program);
    command
}

impl Spot {
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// What a server at this place is told, `more` besides; `all` are the places of its cluster.
    fn configuration(&self, index: usize, home: &Path, all: &[Self], more: &str) -> String {
        let (listen, at, host) = (self.address(), home.display(), &self.host);
        let mut told = format!(
            "listen: {listen}\nserver_name: n{index}\n\
             pid_file: \"{at}/pid\"\nlog_file: \"{at}/log\"\n\
             jetstream {{ store_dir: \"{at}/store\", sync_interval: always, \
             max_file_store: 1GB }}\n{more}\n"
        );
        if all.len() > 1 {
            let route = |spot: &Self| format!("nats://{}:{}", spot.host, spot.route);
            let routes = all.iter().map(route).collect::<Vec<_>>().join(",");
            let listen = format!("{host}:{}", self.route);
            let cluster = format!("cluster {{ name: c, listen: {listen}, routes: [{routes}] }}\n");
            told.push_str(&cluster);
        }
        told
    }
}

impl Server {
    /// Starts it, or starts it again with what it has on disk.
    pub fn run(&mut self) {
        drop(self.wrapper.take().map(|mut wrapper| wrapper.kill()));
        let log = fs::File::create(self.home.join("wrapper.log")).unwrap();
        let wrapper = program(self.spot.network.as_deref(), "sh")
            .args(["-c", WRAPPER, SERVER])
            .arg(self.home.join("server.conf"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        self.wrapper = Some(wrapper.expect("a shell"));
    }

    /// Its process, as soon as it has said so.
    fn pid(&self) -> u32 {
        let start = Instant::now();
        loop {
            let said = fs::read_to_string(self.home.join("pid")).unwrap_or_default();
            match said.trim().parse() {
                Ok(pid) => return pid,
                Err(_) => assert!(start.elapsed() < Duration::from_secs(20), "no server"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Sends its process a signal.
    pub fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("sh").args(["-c", "kill -$0 $1", signal, &pid]).status();
        assert!(sent.unwrap().success(), "{signal} to {pid}");
    }

    /// Kills it without a warning, and waits until it is gone.
    pub fn kill(&mut self) {
        if let Some(mut wrapper) = self.wrapper.take() {
            // Its input ends, so it kills the server and ends.
            drop(wrapper.stdin.take());
            wrapper.wait().unwrap();
            let _ = fs::remove_file(self.home.join("pid"));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Cluster {
    /// Three servers that put every message on disk before they acknowledge it. `more` goes into
    /// the configuration of each.
    pub fn start(more: &str) -> Self {
        Self::at(spots(3), more)
    }

    /// One server alone.
    pub fn alone(more: &str) -> Self {
        Self::at(spots(1), more)
    }

    /// Servers at these places.
    pub fn at(spots: Vec<Spot>, more: &str) -> Self {
        assert!(Path::new(SERVER).is_file(), "no server: scripts/install-test-tools brings it");
        let home = tempfile::tempdir().unwrap();
        for (index, spot) in spots.iter().enumerate() {
            let place = home.path().join(format!("n{index}"));
            fs::create_dir(&place).unwrap();
            let told = spot.configuration(index, &place, &spots, more);
            fs::write(place.join("server.conf"), told).unwrap();
        }
        let start = |(index, spot): (usize, Spot)| {
            let place = home.path().join(format!("n{index}"));
            let mut server = Server { wrapper: None, home: place, spot };
            server.run();
            server
        };
        let servers = spots.into_iter().enumerate().map(start).collect();
        Self { _home: home, servers }
    }

    /// The address of a stream on all servers.
    pub fn address(&self, name: &str) -> String {
        let servers: Vec<String> =
            self.servers.iter().map(|server| server.spot.address()).collect();
        format!("nats://{}/{name}", servers.join(","))
    }

    /// The place of the server that leads a stream.
    pub fn leader(&self, name: &str) -> usize {
        let stream = self.stream(name);
        let mut leader = String::new();
        patiently(|| {
            let standing = stream.standing()?;
            leader.clone_from(&standing.leader);
            // While they choose none, nobody is named.
            let says = "nobody leads".to_owned();
            let none =
                LogError::Cluster { problem: Problem::Unreachable, stream: name.to_owned(), says };
            if leader.is_empty() { Err(none) } else { Ok(standing) }
        });
        leader.strip_prefix('n').and_then(|place| place.parse().ok()).unwrap()
    }

    /// Sends the processes of all servers a signal.
    pub fn signal(&self, signal: &str) {
        self.servers.iter().for_each(|server| server.signal(signal));
    }

    /// A connection to a stream.
    pub fn stream(&self, name: &str) -> Stream {
        connect(&self.address(name))
    }

    /// Makes a stream, as soon as the servers have found each other.
    pub fn create(&self, name: &str, header: &[u8]) -> Stream {
        let stream = self.stream(name);
        patiently(|| stream.create(header, None, 3));
        stream
    }
}

impl Cluster {
    /// What the servers answer to a question of somebody with every right.
    pub fn ask(&self, subject: &str, question: &Value) -> Value {
        let mut socket = TcpStream::connect(self.servers[0].spot.address()).unwrap();
        let mut lines = BufReader::new(socket.try_clone().unwrap());
        let question = question.to_string();
        let (connect, many) = (r#"{"verbose":false,"pedantic":false}"#, question.len());
        let words = format!(
            "CONNECT {connect}\r\nSUB answer 1\r\nPUB {subject} answer {many}\r\n{question}\r\n"
        );
        socket.write_all(words.as_bytes()).unwrap();
        let mut line = String::new();
        while !line.starts_with("MSG") {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "no answer to {subject}");
        }
        line.clear();
        lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// Connects, as soon as a server listens.
pub fn connect(address: &str) -> Stream {
    let address: Address = address.parse().unwrap();
    Stream::connect(&address, &Credentials::default(), Duration::from_secs(30)).unwrap()
}

/// Tries on and on, for servers that were just started have to find each other.
pub fn patiently(mut work: impl FnMut() -> Result<Standing, LogError>) -> Standing {
    let start = Instant::now();
    loop {
        match work() {
            Ok(standing) => return standing,
            Err(LogError::Cluster { problem: Problem::Refused | Problem::Unreachable, .. })
                if start.elapsed() < Duration::from_secs(40) =>
            {
                std::thread::sleep(Duration::from_millis(200));
            }
            Err(error) => panic!("{error}"),
        }
    }
}
