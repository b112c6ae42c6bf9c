//! The server: sockets, limits, what was asked, and the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HOST,
    IF_NONE_MATCH, WWW_AUTHENTICATE,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
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

use super::guard::{Guard, Refused, is_loopback};
use super::reply::{HEADERS, Reply};
use super::site::Site;
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
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Listen(place, error) => write!(f, "cannot listen on {place}: {error}"),
            Self::Open(host) => {
                write!(f, "`{host}` can be reached from other machines: a token is needed")
            }
            Self::Machine(error) => write!(f, "cannot start a server: {error}"),
        }
    }
}

impl std::error::Error for WebError {}

/// The longest path with its query.
const MOST_TARGET: usize = 8 * 1024;

/// What the handlers share.
struct Shared {
    site: Site,
    guard: Guard,
    token: Option<String>,
    turns: Semaphore,
    limits: Limits,
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
        turns: Semaphore::new(serving.limits.questions),
        limits: serving.limits,
    });
    let router = Router::new().fallback(handle).with_state(shared).layer(CompressionLayer::new());
    ready(local);
    take(&listener, router, serving.limits).await;
    Ok(())
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
    let method = request.method().clone();
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let seen = request.headers().get(IF_NONE_MATCH).cloned();
    let reply = match check(&shared, &request, &target) {
        Ok(()) => answer(&shared, target.clone()).await,
        Err(refused) => *refused,
    };
    let (status, bytes) = (reply.status, reply.body.len());
    let response = response(reply, seen.as_ref());
    tracing::info!(
        method = %method,
        target = %crate::export::safe(&target),
        status,
        bytes,
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// Whether a request may be looked at.
fn check(shared: &Shared, request: &Request, target: &str) -> Result<(), Box<Reply>> {
    let headers = request.headers();
    let refuse =
        |status, code: &str, message: &str| Err(Box::new(Reply::refused(status, code, message)));
    // A whole address as the target names the host, too: both have to be ours.
    let whole = request.uri().authority().map(Authority::as_str);
    let hosts = [host_of(headers), whole.or(host_of(headers))];
    let method = request.method().as_str();
    match hosts.into_iter().try_for_each(|host| shared.guard.check(method, host)) {
        Err(Refused::Host) => {
            return refuse(421, "wrong-host", "this server is called by another name");
        }
        Err(Refused::Method) => {
            return refuse(405, "read-only", "this server is read-only: GET or HEAD");
        }
        Ok(()) => {}
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
fn knows(headers: &HeaderMap, token: &str) -> bool {
    let said = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bearer = said.strip_prefix("Bearer ").map(str::to_owned);
    let basic = said.strip_prefix("Basic ").and_then(|basic| {
        let decoded = String::from_utf8(Base64::decode_vec(basic).ok()?).ok()?;
        Some(decoded.split_once(':')?.1.to_owned())
    });
    let told = bearer.or(basic).unwrap_or_default();
    told.as_bytes().ct_eq(token.as_bytes()).into()
}

/// The answer, when it is its turn; what takes too long is not waited for.
async fn answer(shared: &Arc<Shared>, target: String) -> Reply {
    let worked = timeout(shared.limits.question, async {
        let turn = shared.turns.acquire().await;
        let shared = Arc::clone(shared);
        let reply = tokio::task::spawn_blocking(move || shared.site.reply(&target)).await;
        drop(turn);
        reply
    });
    match worked.await {
        Ok(Ok(reply)) => reply,
        Ok(Err(_)) => {
            Reply::refused(500, "fault", "this is a fault of the program: please report it")
        }
        Err(_) => Reply::refused(503, "too-slow", "this took too long: ask about fewer measures"),
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
