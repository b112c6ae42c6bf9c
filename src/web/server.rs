//! The server: sockets, limits, what was asked, and the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HOST,
    IF_NONE_MATCH, LOCATION, WWW_AUTHENTICATE,
};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64ct::{Base64, Encoding as _};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower_http::compression::CompressionLayer;

use super::guard::{Guard, is_loopback};
use super::notice::{Left, Notice};
use super::receive;
use super::reply::{HEADERS, Reply};
use super::site::Site;
use crate::log::LogError;
use crate::proof::Hash;

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Serving {
    /// The name or address it listens on.
    pub host: String,
    /// The port; 0 for one that is free.
    pub port: u16,
    /// What everybody who asks has to know; needed where others than this machine can reach it.
    pub token: Option<String>,
    /// What everybody who records has to know; nobody can record where there is none.
    pub write_token: Option<String>,
    /// What it grants.
    pub limits: Limits,
}

/// What a server grants.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait to be taken.
    pub connections: usize,
    /// Questions that are worked on at a time; more wait their turn.
    pub questions: usize,
    /// How long a question may take, waiting included.
    pub question: Duration,
    /// How long a client may take to send what it asks.
    pub asking: Duration,
    /// How long a connection may last: one that is not read from is not kept for ever.
    pub connection: Duration,
    /// How long what was begun may take to end when the server is stopped.
    pub ending: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            connections: 256,
            questions: 2 * cores,
            question: Duration::from_secs(30),
            asking: Duration::from_secs(10),
            connection: Duration::from_mins(10),
            ending: Duration::from_secs(10),
        }
    }
}

/// Why there is no server.
#[derive(Debug)]
pub enum WebError {
    /// Nothing can listen there.
    Listen(String, std::io::Error),
    /// Others could reach it, and no token is set.
    Open(String),
    /// The machine does not give what a server needs.
    Machine(std::io::Error),
    /// The note for commands on this machine cannot be left in the ledger's directory.
    Notice(LogError),
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Listen(place, error) => write!(f, "cannot listen on {place}: {error}"),
            Self::Open(host) => {
                write!(f, "`{host}` can be reached from other machines: a token is needed")
            }
            Self::Machine(error) => write!(f, "cannot start a server: {error}"),
            Self::Notice(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WebError {}

/// The longest path with its query.
const MOST_TARGET: usize = 8 * 1024;

/// What the handlers share.
pub(super) struct Shared {
    pub(super) site: Site,
    pub(super) guard: Guard,
    token: Option<String>,
    pub(super) write_token: Option<String>,
    turns: Semaphore,
    pub(super) limits: Limits,
}

/// Serves a site until the process is told to end (ctrl-C, or SIGTERM on Unix), then lets what was
/// begun come to its end. `ready` hears where it listens.
pub fn serve(
    site: Site,
    serving: &Serving,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), WebError> {
    if !is_loopback(&serving.host) && serving.token.is_none() {
        return Err(WebError::Open(serving.host.clone()));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(serving.limits.questions)
        .enable_all()
        .build()
        .map_err(WebError::Machine)?;
    let served = runtime.block_on(listen(site, serving, ready));
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn listen(
    site: Site,
    serving: &Serving,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), WebError> {
    let place = format!("{}:{}", serving.host, serving.port);
    let failed = |error| WebError::Listen(place.clone(), error);
    let bound = TcpListener::bind((serving.host.as_str(), serving.port)).await;
    let listener = bound.map_err(failed)?;
    let local = listener.local_addr().map_err(failed)?;
    let shared = Arc::new(Shared {
        site,
        guard: Guard::of(&serving.host, local.port()),
        token: serving.token.clone().filter(|_| !is_loopback(&serving.host)),
        write_token: serving.write_token.clone(),
        turns: Semaphore::new(serving.limits.questions),
        limits: serving.limits,
    });
    let left = leave_notice(&shared, local)?;
    let ready_first = tokio::spawn(keep_first_page(Arc::clone(&shared)));
    let router = Router::new().fallback(handle).with_state(shared).layer(CompressionLayer::new());
    ready(local);
    take(&listener, router, serving.limits).await;
    ready_first.abort();
    drop(left);
    Ok(())
}

/// How often it is looked whether something was recorded; the first page is made when nothing more
/// was for as long.
const LOOKS: Duration = Duration::from_secs(1);

/// Works out the first page before anybody asks for it: it asks about every measure.
async fn keep_first_page(shared: Arc<Shared>) {
    let (mut before, mut kept) = (None, None);
    loop {
        let now = shared.site.point();
        if now.is_some() && now == before && now != kept {
            kept = now.clone();
            drop(work(&shared, |site| site.reply("/")).await);
        }
        before = now;
        sleep(LOOKS).await;
    }
}

/// Tells commands on this machine where they can record.
fn leave_notice(shared: &Shared, local: SocketAddr) -> Result<Option<Left>, WebError> {
    let Some(token) = shared.write_token.clone() else { return Ok(None) };
    let notice = Notice { pid: std::process::id(), address: local.to_string(), token };
    notice.leave(&shared.site.directory).map(Some).map_err(WebError::Notice)
}

/// Takes connections until the process is told to end.
async fn take(listener: &TcpListener, router: Router, limits: Limits) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut end = std::pin::pin!(told_to_end());
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let stream = tokio::select! {
            taken = listener.accept() => taken,
            () = &mut end => break,
        };
        // A client that is gone again, or too many open files: the next one may do.
        let Ok((stream, _)) = stream else {
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        let connection = graceful.watch(connection(stream, router.clone(), limits));
        tokio::spawn(async move {
            // A client that breaks off is no concern of ours.
            let _ = timeout(limits.connection, connection).await;
            drop(place);
        });
    }
    tracing::info!("ending");
    let _ = timeout(limits.ending, graceful.shutdown()).await;
}

fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
) -> hyper::server::conn::http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.asking)
        .max_headers(64)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}

/// Waits for ctrl-C, and on Unix for SIGTERM.
async fn told_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// Answers one request, and says so.
async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let started = std::time::Instant::now();
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let reply = match check(&shared, &parts, &target) {
        Err(refused) => *refused,
        Ok(()) if parts.method == Method::POST => {
            receive::receive(&shared, &parts.headers, &target, body).await
        }
        Ok(()) => {
            let target = target.clone();
            work(&shared, move |site| site.reply(&target)).await
        }
    };
    let (status, bytes) = (reply.status, reply.body.len());
    let response = response(reply, parts.headers.get(IF_NONE_MATCH));
    tracing::info!(
        method = %parts.method,
        target = %crate::export::safe(&target),
        status,
        bytes,
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Whether a request may be looked at.
fn check(shared: &Shared, request: &Parts, target: &str) -> Result<(), Box<Reply>> {
    let headers = &request.headers;
    let refuse =
        |status, code: &str, message: &str| Err(Box::new(Reply::refused(status, code, message)));
    // A whole address as the target names the host, too: both have to be ours.
    let whole = request.uri.authority().map(Authority::as_str);
    let hosts = [host_of(headers), whole.or(host_of(headers))];
    if !hosts.into_iter().all(|host| shared.guard.is_named(host)) {
        return refuse(421, "wrong-host", "this server is called by another name");
    }
    let writes = request.method == Method::POST && shared.write_token.is_some();
    if !writes && ![Method::GET, Method::HEAD].contains(&request.method) {
        return refuse(405, "read-only", "this server is read-only: GET or HEAD");
    }
    if target.len() > MOST_TARGET {
        return refuse(414, "too-long", "the address is too long");
    }
    if let Some(token) = &shared.token
        && !knows(headers, token)
    {
        return refuse(401, "no-token", "the token of this server is needed, as a password");
    }
    Ok(())
}

fn host_of(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(HOST).iter();
    let first = hosts.next()?.to_str().ok()?;
    hosts.next().is_none().then_some(first)
}

/// Whether a request has the token: as a bearer's, or as the password of any user.
pub(super) fn knows(headers: &HeaderMap, token: &str) -> bool {
    let said = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bearer = said.strip_prefix("Bearer ").map(str::to_owned);
    let basic = said.strip_prefix("Basic ").and_then(|basic| {
        let decoded = String::from_utf8(Base64::decode_vec(basic).ok()?).ok()?;
        Some(decoded.split_once(':')?.1.to_owned())
    });
    is_token(&bearer.or(basic).unwrap_or_default(), token)
}

/// Whether a word is the token; how long that takes tells nothing of it.
pub(super) fn is_token(word: &str, token: &str) -> bool {
    word.as_bytes().ct_eq(token.as_bytes()).into()
}

/// Lets a thread of its own work on something, when it is its turn; what takes too long is not waited
/// for.
pub(super) async fn work(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Site) -> Reply + Send + 'static,
) -> Reply {
    worked(shared, work).await.unwrap_or_else(|refused| *refused)
}

/// The same, for any outcome.
pub(super) async fn worked<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Site) -> T + Send + 'static,
) -> Result<T, Box<Reply>> {
    let refused = |status, code, message| Err(Box::new(Reply::refused(status, code, message)));
    let worked = timeout(shared.limits.question, async {
        let turn = shared.turns.acquire().await;
        let shared = Arc::clone(shared);
        let done = tokio::task::spawn_blocking(move || work(&shared.site)).await;
        drop(turn);
        done
    });
    match worked.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) => refused(500, "fault", "this is a fault of the program: please report it"),
        Err(_) => refused(503, "too-slow", "this took too long: ask about fewer measures"),
    }
}

fn response(reply: Reply, seen: Option<&HeaderValue>) -> Response {
    let tag = tag(&reply.body);
    let unchanged =
        reply.status == 200 && seen.is_some_and(|seen| seen.as_bytes() == tag.as_bytes());
    let status = if unchanged { 304 } else { reply.status };
    let body = if unchanged { Body::empty() } else { Body::from(reply.body) };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(reply.cache));
    headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (ETAG, tag)));
    let disposition = reply.file.map(|name| format!("inline; filename=\"{name}\""));
    let disposition = disposition.and_then(|words| HeaderValue::from_str(&words).ok());
    headers.extend(disposition.map(|words| (CONTENT_DISPOSITION, words)));
    let location = reply.location.and_then(|address| HeaderValue::from_str(&address).ok());
    headers.extend(location.map(|address| (LOCATION, address)));
    match status {
        401 => {
            let basic = HeaderValue::from_static("Basic realm=\"ledger\", charset=\"UTF-8\"");
            headers.insert(WWW_AUTHENTICATE, basic);
        }
        405 => drop(headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"))),
        _ => {}
    }
    response
}

/// The tag of a body, by which a browser can ask whether it is still the same. Weak: the same body
/// may be sent compressed.
fn tag(body: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(body).into();
    format!("W/\"{}\"", &Hash::from(hash).to_string()[..24])
}
