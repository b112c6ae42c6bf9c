//! `ledger serve`: the pages and the answers for programs, on this machine.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;

use tracing_subscriber::fmt::format::FmtSpan;
use uuid::Uuid;

use super::complaint::{Complaint, Exit, Item};
use super::desk::{Desk, tell_of_mending};
use super::page::Page;
use crate::admission::Same;
use crate::ask::Asker as _;
use crate::ledger::Queue;
use crate::time::{FixedClock, SystemClock};
use crate::web::{Kept, Limits, Serving, Site, WebError, Writing, serve};

/// Where nobody said otherwise.
const PORT: u16 = 8017;

/// The pages: the ledger to look at, and its answers for programs, on this machine alone.
///
/// Nothing can be recorded through them without `--write`. Ctrl-C ends it.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Open the first page in the browser.
    #[arg(long)]
    open: bool,
    /// The port; 0 for one that is free.
    #[arg(long, value_name = "N", default_value_t = PORT)]
    port: u16,
    /// The name or address to listen on; another than this machine's own needs `--token-file`.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Let visitors record who know the token that is printed. Meanwhile other commands on this
    /// machine record through this server.
    #[arg(long)]
    write: bool,
    /// A file with the token: to record, and where others than this machine can ask, to ask.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Answer this path once, as /state.json?at=2020-01-01, and end: no server, no port.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["open", "host", "token_file", "write"])]
    get: Option<String>,
    /// How what was asked is written to standard error [default: text on a terminal, else json].
    #[arg(long, value_enum, value_name = "FORM")]
    log: Option<LogForm>,
}

/// How what was asked is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum LogForm {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
    /// Not at all.
    None,
}

impl Serve {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let mut site = site(desk)?;
        if let Some(path) = &self.get {
            return get(&site, path);
        }
        let token = self.token()?;
        // A ledger that cannot be read is said at once, not to the first visitor.
        drop(site.open()?);
        let write_token = self.write.then(|| token.clone().unwrap_or_else(random_token));
        if self.write {
            site.writing = Some(writing(desk)?);
        }
        self.log();
        let (host, limits) = (self.host.clone(), Limits::default());
        let serving =
            Serving { host, port: self.port, token, write_token: write_token.clone(), limits };
        let ready = |local| self.ready(local, write_token.as_deref());
        serve(site, &serving, ready).map_err(|error| no_server(&error))?;
        Ok(Page::default())
    }

    /// Says where the pages are, and shows them.
    fn ready(&self, local: SocketAddr, write_token: Option<&str>) {
        let address = format!("http://{local}/");
        // Nothing can be done where stdout is closed.
        let _ = writeln!(io::stdout(), "The pages are at {address}  (ctrl-C ends it)");
        // What stands after `#` a browser keeps to itself.
        let append = write_token.map(|token| format!("{address}append#token={token}"));
        if let Some(append) = &append {
            let _ = writeln!(io::stdout(), "Record at {append}");
        }
        let _ = io::stdout().flush();
        let address = append.unwrap_or(address);
        if self.open && open::that_detached(&address).is_err() {
            super::page::remark("warning: no browser could be opened; the address is above");
        }
    }

    fn token(&self) -> Result<Option<String>, Complaint> {
        let Some(path) = &self.token_file else { return Ok(None) };
        let text = std::fs::read_to_string(path).map_err(|error| Complaint::file(path, &error))?;
        let token = text.trim();
        if token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!(
                "`{}` has no token: one line of at least 16 letters, digits and signs is wanted",
                path.display()
            );
            return Err(Complaint::usage(message));
        }
        Ok(Some(token.to_owned()))
    }

    /// Sets up where is written what was asked.
    fn log(&self) {
        let terminal = io::stderr().is_terminal();
        let usual = if terminal { LogForm::Text } else { LogForm::Json };
        let form = self.log.unwrap_or(usual);
        let plain = tracing_subscriber::fmt()
            .with_writer(io::stderr)
            .with_target(false)
            .with_span_events(FmtSpan::NONE);
        // There is one already only where a program has called us twice.
        let _ = match form {
            LogForm::Text => plain.with_ansi(false).try_init(),
            LogForm::Json => plain.json().flatten_event(true).try_init(),
            LogForm::None => Ok(()),
        };
    }
}

/// The ledger as the pages show it.
pub(super) fn site(desk: &Desk) -> Result<Site, Complaint> {
    Ok(Site {
        directory: desk.directory()?,
        opening: desk.opening(),
        name: desk.global.file.clone(),
        now: desk.clock_is_set().then(|| desk.now()),
        told: tell_of_mending,
        mending: Mutex::default(),
        writing: None,
        kept: Kept::default(),
    })
}

/// The ledger as it is written to by visitors.
fn writing(desk: &Desk) -> Result<Writing, Complaint> {
    let ledger = desk.ledger()?;
    // A clock set by hand is refused where the ledger's own counts.
    desk.writer(&ledger, None, Same::New, false)?;
    let clock = desk.clock_is_set().then(|| desk.now());
    let queue = match clock {
        Some(instant) => Queue::of(ledger, FixedClock(instant)),
        None => Queue::of(ledger, SystemClock),
    };
    Ok(Writing { queue, by: desk.by(None), clock })
}

/// A token that nobody can guess: 122 random bits.
fn random_token() -> String {
    Uuid::new_v4().simple().to_string()
}

/// One answer, without a server.
fn get(site: &Site, path: &str) -> Result<Page, Complaint> {
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let reply = site.try_reply(&path)?;
    let text = String::from_utf8(reply.body)
        .map_err(|_| Complaint::usage(format!("`{path}` is no text: ask a server for it")))?;
    Ok(Page { text, as_is: true, ..Page::default() })
}

fn no_server(error: &WebError) -> Complaint {
    let message = error.to_string();
    let item = match error {
        WebError::Open(_) => Item::new("usage", message).help("help serve"),
        WebError::Listen(..) => Item::new("no-server", message).help("help serve"),
        WebError::Machine(_) => Item::new("no-server", message).help("doctor"),
        WebError::Notice(_) => Item::new("denied", message).help("doctor"),
    };
    let exit = if matches!(error, WebError::Open(_)) { Exit::Usage } else { Exit::Unusable };
    Complaint::new(exit, item)
}
