//! What is sent: who may send, how much, and on to the writer.
//!
//! A browser sends forms for other people's pages, too. So a form must say that it is from one of our
//! own pages (`Origin`), and have the token, which those pages do not know; what a program sends must
//! be JSON, which no form is, and have the token.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::address::{Address, Route};
use super::reply::Reply;
use super::server::{Shared, is_token, knows, worked};
use super::writing::{After, Sent, kind, most, token};
use crate::ledger::{LedgerError, Request};

/// Takes what was sent, and says what became of it.
pub(super) async fn receive(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    target: &str,
    body: Body,
) -> Reply {
    match taken(shared, headers, target, body).await {
        Ok(reply) => reply,
        Err(refused) => *refused,
    }
}

async fn taken(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    target: &str,
    body: Body,
) -> Result<Reply, Box<Reply>> {
    let address = Address::read(target).map_err(|wrong| Box::new(Reply::complaint(&wrong)))?;
    let most = most(&address.route).map_or_else(|| refused(405, "read-only", READ_ONLY), Ok)?;
    let is_program = address.route == Route::Records;
    check_origin(shared, headers, is_program)?;
    if !is_of(headers, kind(&address.route)) {
        let message = format!("what is sent here has the type {}", kind(&address.route));
        return refused(415, "wrong-type", &message);
    }
    let write_token = shared.write_token.clone().unwrap_or_default();
    let known = knows(headers, &write_token);
    if is_program && !known {
        return refused(401, "no-token", "the token of this server is needed, as a bearer's");
    }
    let body = read(shared, body, most).await?;
    let known = known || token(&body).is_some_and(|word| is_token(&word, &write_token));
    let sent = worked(shared, move |site| site.sent(&address, &body, known)).await?;
    match sent {
        Sent::Answered(reply) => Ok(reply),
        Sent::Wanted(request, after) => Ok(recorded(shared, *request, after).await),
    }
}

const READ_ONLY: &str = "nothing is recorded here: send to /append or /records.json";

fn refused<T>(status: u16, code: &str, message: &str) -> Result<T, Box<Reply>> {
    Err(Box::new(Reply::refused(status, code, message)))
}

/// Refuses what another page has a browser send. A program need not say where it is from.
fn check_origin(shared: &Shared, headers: &HeaderMap, is_program: bool) -> Result<(), Box<Reply>> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next();
    let is_own = origin.and_then(|it| it.to_str().ok()).is_some_and(|it| shared.guard.is_own(it));
    let may = origins.next().is_none() && (is_own || origin.is_none() && is_program);
    let message = "this was sent from another page: only those of this server may";
    if may { Ok(()) } else { refused(403, "wrong-origin", message) }
}

/// Whether the body has a type; its parameters do not count.
fn is_of(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind)
}

/// All that is sent, unless it is too much or comes too slowly.
async fn read(shared: &Shared, body: Body, most: usize) -> Result<Vec<u8>, Box<Reply>> {
    match timeout(shared.limits.asking, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(_)) => {
            let message = format!("at most {most} bytes can be sent at once");
            refused(413, "too-large", &message)
        }
        Err(_) => refused(408, "too-slow", "what was sent came too slowly"),
    }
}

/// Hands a request to the writer. Whoever waits keeps no thread: many can, and are one group.
async fn recorded(shared: &Arc<Shared>, request: Request, after: After) -> Reply {
    let (reply, outcome) = oneshot::channel();
    let posted = match &shared.site.writing {
        Some(writing) => writing.queue.post(request, move |outcome| drop(reply.send(outcome))),
        None => Err(LedgerError::ReadOnly),
    };
    let outcome = match posted {
        // However long it takes: what was handed over may be recorded.
        Ok(()) => outcome.await.unwrap_or(Err(LedgerError::Closed)),
        Err(error) => Err(error),
    };
    let is_recorded = outcome.is_ok();
    match worked(shared, move |site| site.after(after, outcome)).await {
        Err(_) if is_recorded => Reply::refused(503, "not-told", NOT_TOLD),
        answered => answered.unwrap_or_else(|refused| *refused),
    }
}

const NOT_TOLD: &str =
    "it was recorded; what it changes could not be worked out in time: see the log";
