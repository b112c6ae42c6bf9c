//! A browser without a window, led over its driver's own protocol (`WebDriver` of the W3C).

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::server::Server;
use super::super::wire::exchange;
use crate::house::House;

/// Keys, as the protocol writes them.
pub(super) const TAB: char = '\u{e004}';
pub(super) const ENTER: char = '\u{e007}';
pub(super) const LEFT: char = '\u{e012}';
pub(super) const RIGHT: char = '\u{e014}';
pub(super) const SHIFT: char = '\u{e008}';

/// A browser that shows the pages of the worked example.
pub(super) struct Browser {
    pub(super) server: Server,
    driver: Child,
    address: SocketAddr,
    session: String,
    home: TempDir,
}

/// Starts a driver, and tells on which port it listens; none where it does not come up.
fn start(home: &Path) -> Option<(Child, u16)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
    let port = said.find_map(|line| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse().ok()
    });
    if port.is_none() {
        driver.wait().unwrap();
    }
    port.map(|port| (driver, port))
}

impl Browser {
    pub(super) fn open() -> Self {
        Self::on(Server::on(House::demo()))
    }

    /// The same on another server.
    pub(super) fn on(server: Server) -> Self {
        let home = tempfile::tempdir().unwrap();
        // The port that the driver picks can be taken before it listens.
        let (driver, port) = (0..3).find_map(|_| start(home.path())).expect("a driver");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut browser = Self { server, driver, address, session: String::new(), home };
        let profile = browser.home.path().join("profile");
        let arguments = [
            "--headless=new".to_owned(),
            // As root and in containers there is no sandbox; the pages are our own.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", profile.display()),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        // On a busy machine a browser does not always come up at once.
        let made = (0..3).find_map(|_| browser.try_ask("POST", "/session", &wanted).ok());
        let made = made.unwrap_or_else(|| browser.ask("POST", "/session", &wanted));
        browser.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        browser
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body).unwrap_or_else(|answer| panic!("{path}: {answer}"))
    }

    /// The same, with what the driver refuses apart.
    #[track_caller]
    fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let (host, body) = (self.address, body.to_string());
        let length = body.len();
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let heard = exchange(self.address, text.as_bytes()).unwrap();
        let answer = heard.json();
        if heard.status == 200 { Ok(answer["value"].clone()) } else { Err(answer) }
    }

    #[track_caller]
    fn tell(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{path}", self.session), body)
    }

    /// Goes to a path of the server.
    #[track_caller]
    pub(super) fn go(&self, path: &str) {
        self.tell("/url", &json!({"url": format!("http://{}{path}", self.server.address)}));
    }

    pub(super) fn back(&self) {
        self.tell("/back", &json!({}));
    }

    /// What a script returns.
    #[track_caller]
    pub(super) fn run(&self, script: &str) -> Value {
        self.tell("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// What a script hands to its last argument.
    #[track_caller]
    pub(super) fn run_later(&self, script: &str, argument: &Value) -> Value {
        self.tell("/execute/async", &json!({"script": script, "args": [argument]}))
    }

    /// What an expression is, as words.
    #[track_caller]
    pub(super) fn text(&self, expression: &str) -> String {
        let value = self.run(&format!("return String({expression})"));
        value.as_str().unwrap().to_owned()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(super) fn wait(&self, expression: &str) {
        let begun = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != json!(true) {
            let here = self.text("location.href + ' ' + document.activeElement?.id");
            assert!(begun.elapsed() < Duration::from_secs(15), "not so: {expression}, at {here}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Presses keys one after another.
    #[track_caller]
    pub(super) fn press(&self, keys: impl IntoIterator<Item = char>) {
        let actions: Vec<Value> = keys
            .into_iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|act| json!({"type": act, "value": key})))
            .collect();
        self.tell(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]}),
        );
    }

    /// Presses a key while another one is held.
    pub(super) fn press_with(&self, held: char, key: char) {
        let act = |act: &str, key: char| json!({"type": act, "value": key});
        let actions =
            [act("keyDown", held), act("keyDown", key), act("keyUp", key), act("keyUp", held)];
        self.tell(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]}),
        );
    }

    /// A command of Chromium's own protocol.
    pub(super) fn chrome(&self, command: &str, parameters: &Value) -> Value {
        let (path, body) = (
            format!("{}/goog/cdp/execute", self.session),
            json!({"cmd": command, "params": parameters}),
        );
        // On a busy machine a browser sometimes does not print or draw at once.
        let done = (0..3).find_map(|_| self.try_ask("POST", &path, &body).ok());
        done.unwrap_or_else(|| self.ask("POST", &path, &body))
    }

    /// The size of the window, and what the user wants: light or dark.
    pub(super) fn look(&self, width: u32, scheme: &str) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.chrome("Emulation.setDeviceMetricsOverride", &size);
        let wanted = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.chrome("Emulation.setEmulatedMedia", &wanted);
    }

    /// What was logged since the last time: `browser` for the console, `performance` for what was
    /// fetched.
    pub(super) fn logged(&self, log: &str) -> Vec<Value> {
        self.tell("/se/log", &json!({"type": log})).as_array().unwrap().clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let text = format!(
            "DELETE {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.session, self.address
        );
        // Ends the browser; without its driver it would stay.
        let _ = exchange(self.address, text.as_bytes());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
