//! The connection: one thread of its own keeps it alive, and callers wait for it.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::{
    Client, ConnectErrorKind, ConnectOptions, Event, Message, Request, RequestErrorKind,
    ServerError,
};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::{Address, Credentials};

/// How long a server may take to answer. A frozen one never does.
pub(super) const ANSWER: Duration = Duration::from_millis(2_500);
/// How often a silent connection is tried; after two tries without an answer another is made.
const PING: Duration = Duration::from_secs(1);
/// How long making a connection to one server may take.
const CONNECT: Duration = Duration::from_secs(2);
/// The pause before something is tried again.
pub(super) const NAP: Duration = Duration::from_millis(150);

/// What it means that nobody answers a question at once.
pub(super) const NO_LEADER: &str = "no server of the cluster leads the stream";

/// The servers' codes for what passes: no leader now, not ready, too busy.
const PASSING: [u64; 6] = [10_008, 10_158, 10_164, 10_023, 10_077, 10_167];

/// Why something was not done.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// No answer, with what is known of why.
    Silent(String),
    /// The server's own words.
    Said { code: u64, says: String },
    /// Who connects may not do this.
    Denied(String),
}

/// A connection.
pub(super) struct Wire {
    /// None once it is dropped.
    runtime: Option<Runtime>,
    pub(super) client: Client,
    /// What the server complained of last: a denied permission is told no other way.
    trouble: Arc<Mutex<Option<String>>>,
    stop: Arc<Stop>,
}

#[derive(Default)]
struct Stop {
    is_asked: AtomicBool,
    notify: Notify,
}

impl Wire {
    pub(super) fn connect(
        address: &Address,
        credentials: &Credentials,
        patience: Duration,
    ) -> Result<Self, Trouble> {
        let silent = |error: std::io::Error| Trouble::Silent(error.to_string());
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(silent)?;
        let trouble = Arc::<Mutex<Option<String>>>::default();
        let connecting = async {
            loop {
                // A file that says who connects cannot be read, or holds something else.
                let options = options(address, credentials, &trouble)
                    .map_err(|error| Trouble::Denied(error.to_string()))?;
                let error = match options.connect(address.servers().to_vec()).await {
                    Ok(client) => return Ok(client),
                    Err(error) => error,
                };
                match error.kind() {
                    ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                        return Err(Trouble::Denied(error.to_string()));
                    }
                    ConnectErrorKind::Tls => return Err(Trouble::Denied(error.to_string())),
                    ConnectErrorKind::Io if is_of_certificates(&error.to_string()) => {
                        return Err(Trouble::Denied(error.to_string()));
                    }
                    ConnectErrorKind::ServerParse => {
                        return Err(Trouble::Silent(error.to_string()));
                    }
                    ConnectErrorKind::Dns
                    | ConnectErrorKind::TimedOut
                    | ConnectErrorKind::Io
                    | ConnectErrorKind::MaxReconnects => {
                        tell(&trouble, error.to_string());
                        sleep(NAP).await;
                    }
                }
            }
        };
        let connected = runtime.block_on(async { timeout(patience.max(NAP), connecting).await });
        let client = connected.unwrap_or_else(|_| {
            Err(Trouble::Silent(told(&trouble).unwrap_or_else(|| "no answer".to_owned())))
        });
        tell_nothing(&trouble);
        Ok(Self { client: client?, runtime: Some(runtime), trouble, stop: Arc::default() })
    }

    /// Waits for what is to be done.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.runtime.as_ref().map(|runtime| runtime.block_on(work))
    }

    /// The version of the server that is connected.
    pub(super) fn version(&self) -> String {
        self.client.server_info().version
    }

    /// What is wrong where no answer came.
    pub(super) fn silent(&self) -> Trouble {
        match told(&self.trouble) {
            Some(says) if says.to_ascii_lowercase().contains("permission") => Trouble::Denied(says),
            Some(says) => Trouble::Silent(says),
            None => Trouble::Silent("no answer".to_owned()),
        }
    }

    /// Asks, on and on while what hinders may pass.
    pub(super) fn ask(
        &self,
        subject: &str,
        question: &Value,
        patience: Duration,
    ) -> Result<Value, Trouble> {
        tell_nothing(&self.trouble);
        let last = Mutex::new(None);
        let asking = async {
            loop {
                let trouble = match self.once(subject, question.to_string().into()).await {
                    Ok(answer) => match said(&answer) {
                        None => return Ok(answer),
                        Some(trouble) => trouble,
                    },
                    Err(trouble) => trouble,
                };
                match &trouble {
                    Trouble::Said { code, .. } if !passes(*code) => return Err(trouble),
                    Trouble::Denied(_) => return Err(trouble),
                    Trouble::Said { .. } | Trouble::Silent(_) => {}
                }
                *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
                sleep(NAP).await;
            }
        };
        let asked = self.wait(async { timeout(patience.max(NAP), asking).await });
        asked.and_then(Result::ok).unwrap_or_else(|| {
            let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
            Err(last.unwrap_or_else(|| self.silent()))
        })
    }

    /// Asks once.
    pub(super) async fn once(&self, subject: &str, payload: Vec<u8>) -> Result<Value, Trouble> {
        let request = Request::new().payload(payload.into()).timeout(Some(ANSWER));
        match self.client.send_request(subject.to_owned(), request).await {
            Ok(Message { payload, .. }) => Ok(serde_json::from_slice(&payload).unwrap_or_default()),
            Err(error) => match error.kind() {
                RequestErrorKind::TimedOut => Err(self.silent()),
                RequestErrorKind::NoResponders => Err(Trouble::Silent(NO_LEADER.to_owned())),
                RequestErrorKind::Other => Err(Trouble::Silent(error.to_string())),
                RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                    Err(Trouble::Said { code: 0, says: error.to_string() })
                }
            },
        }
    }

    /// From now on the signals that end a program only end its waiting.
    pub(super) fn stop_on_signals(&self) -> std::io::Result<()> {
        let stop = Arc::clone(&self.stop);
        self.wait(async move {
            #[cfg(unix)]
            {
                use tokio::signal::unix::{SignalKind, signal};
                for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
                    let mut signal = signal(kind)?;
                    let stop = Arc::clone(&stop);
                    tokio::spawn(async move {
                        signal.recv().await;
                        stop.ask();
                    });
                }
            }
            #[cfg(not(unix))]
            tokio::spawn(async move {
                if tokio::signal::ctrl_c().await.is_ok() {
                    stop.ask();
                }
            });
            Ok(())
        })
        .unwrap_or(Ok(()))
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_asked.load(Ordering::SeqCst)
    }

    /// Is done when a signal came.
    pub(super) async fn stopped(&self) {
        let notified = self.stop.notify.notified();
        if !self.is_stopped() {
            notified.await;
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Nobody waits for the thread: it may be dropped where no one may wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Stop {
    fn ask(&self) {
        self.is_asked.store(true, Ordering::SeqCst);
        self.notify.notify_waiters();
    }
}

/// Whether what a server said may be over soon.
pub(super) fn passes(code: u64) -> bool {
    PASSING.contains(&code)
}

/// The trouble that an answer speaks of.
pub(super) fn said(answer: &Value) -> Option<Trouble> {
    let error = answer.get("error")?;
    let code = error["err_code"].as_u64().unwrap_or(0);
    let says = error["description"].as_str().unwrap_or("refused").to_owned();
    // "Unavailable", whatever the reason, passes.
    let code = if error["code"].as_u64() == Some(503) { PASSING[0] } else { code };
    Some(Trouble::Said { code, says })
}

/// Whether one of the two does not take the other's certificate.
fn is_of_certificates(says: &str) -> bool {
    says.contains("fatal alert") || says.contains("peer certificate")
}

fn told(trouble: &Mutex<Option<String>>) -> Option<String> {
    trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn tell(trouble: &Mutex<Option<String>>, says: String) {
    *trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(says);
}

fn tell_nothing(trouble: &Mutex<Option<String>>) {
    *trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

fn options(
    address: &Address,
    credentials: &Credentials,
    trouble: &Arc<Mutex<Option<String>>>,
) -> std::io::Result<ConnectOptions> {
    let trouble = Arc::clone(trouble);
    let mut options = ConnectOptions::new()
        .name("policy-ledger")
        .ping_interval(PING)
        .connection_timeout(CONNECT)
        .request_timeout(Some(ANSWER))
        .require_tls(address.tls())
        .event_callback(move |event| {
            if let Event::ServerError(error) = event {
                let says = match error {
                    ServerError::AuthorizationViolation => "authorization violation".to_owned(),
                    ServerError::SlowConsumer(_) => "too slow".to_owned(),
                    ServerError::Other(says) => says,
                };
                tell(&trouble, says);
            }
            async {}
        });
    if let Some((user, password)) = &credentials.user {
        options = options.user_and_password(user.clone(), password.clone());
    }
    if let Some(token) = &credentials.token {
        options = options.token(token.clone());
    }
    if let Some(creds) = &credentials.creds {
        options = options.credentials(creds)?;
    }
    if let Some(ca) = &credentials.ca {
        options = options.add_root_certificates(ca.clone());
    }
    if let Some((certificate, key)) = &credentials.identity {
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    Ok(options)
}
