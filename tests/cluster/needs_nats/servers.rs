//! Three servers of one cluster, on loopback, which are gone when the test is.

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

/// One server of a cluster.
pub struct Server {
    wrapper: Option<Child>,
    home: PathBuf,
    pub port: u16,
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

/// Ports that nobody listens on.
fn ports(many: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..many).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

impl Server {
    fn start(home: &Path, port: u16) -> Self {
        let mut server = Self { wrapper: None, home: home.to_owned(), port };
        server.run();
        server
    }

    /// Starts it, or starts it again with what it has on disk.
    pub fn run(&mut self) {
        drop(self.wrapper.take().map(|mut wrapper| wrapper.kill()));
        let log = fs::File::create(self.home.join("wrapper.log")).unwrap();
        let wrapper = Command::new("sh")
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
        assert!(Path::new(SERVER).is_file(), "no server: scripts/install-test-tools brings it");
        let home = tempfile::tempdir().unwrap();
        let ports = ports(6);
        let routes: Vec<String> =
            ports[3..].iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        let start = |index: usize| {
            let place = home.path().join(format!("n{index}"));
            fs::create_dir(&place).unwrap();
            let (listen, at, routes) = (ports[index], place.display(), routes.join(","));
            let cluster = ports[3 + index];
            let configuration = format!(
                "listen: 127.0.0.1:{listen}\nserver_name: n{index}\n\
                 pid_file: \"{at}/pid\"\nlog_file: \"{at}/log\"\n\
                 jetstream {{ store_dir: \"{at}/store\", sync_interval: always, \
                 max_file_store: 1GB }}\n\
                 cluster {{ name: c, listen: 127.0.0.1:{cluster}, routes: [{routes}] }}\n{more}\n"
            );
            fs::write(place.join("server.conf"), configuration).unwrap();
            Server::start(&place, ports[index])
        };
        let servers = (0..3).map(start).collect();
        Self { _home: home, servers }
    }

    /// The address of a stream on all servers.
    pub fn address(&self, name: &str) -> String {
        let servers: Vec<String> =
            self.servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
        format!("nats://{}/{name}", servers.join(","))
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
        let mut socket = TcpStream::connect(("127.0.0.1", self.servers[0].port)).unwrap();
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
