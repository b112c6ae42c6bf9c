//! Reading a stream in order, without a gap: a consumer of one's own that is made anew wherever
//! anything is out of order or nothing comes.

use std::time::Duration;

use async_nats::{Message, StatusCode, Subscriber};
use futures_util::future::{Either, select};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::json;
use tokio::time::timeout;

use super::Stream;
use super::configuration::NOT_FOUND;
use super::wire::{NAP, Trouble, passes};
use crate::log::LogError;

/// How long the cluster keeps a consumer that nobody asks, in nanoseconds.
const IDLE: u64 = 5 * 1_000_000_000;
/// How long a message that is there may take to come.
const COMING: Duration = Duration::from_secs(2);
/// How long making a consumer may take.
const MAKING: Duration = Duration::from_millis(1_250);
/// How many times a reading is begun anew.
const TRIES: u32 = 24;

/// A message that was read.
pub(in crate::log) struct Received {
    /// Its number in the stream.
    pub(in crate::log) number: u64,
    /// When the server took it, in nanoseconds since 1970.
    pub(in crate::log) published: i64,
    /// The name it was published under.
    pub(in crate::log) name: Option<String>,
    pub(in crate::log) bytes: Vec<u8>,
}

/// What ends a reading.
#[derive(Clone, Copy)]
pub(in crate::log) enum Until {
    /// This message was read; it is there.
    Message(u64),
    /// The time is over, or a signal came.
    Over(Duration),
}

/// A consumer, and where it stands.
pub(super) struct Reader {
    name: String,
    inbox: Subscriber,
    /// Where answers go.
    reply: String,
    /// The number of the next message.
    next: u64,
}

impl Stream {
    /// The messages from one on: at most `most`, and none after the one that ends the reading.
    pub(in crate::log) fn read(
        &mut self,
        from: u64,
        most: u64,
        until: Until,
    ) -> Result<Vec<Received>, LogError> {
        let mut failed = None;
        for _ in 0..TRIES {
            let known = self.reader.take().filter(|reader| reader.next == from);
            let is_new = known.is_none();
            let mut reader = match known.map_or_else(|| self.begin(from), Ok) {
                Ok(reader) => reader,
                Err(trouble) if may_pass(&trouble) => {
                    failed = Some(self.troubled(trouble));
                    self.nap();
                    continue;
                }
                Err(trouble) => return Err(self.troubled(trouble)),
            };
            let wire = std::sync::Arc::clone(&self.wire);
            let stream = self.address.name().to_owned();
            let stopped = async {
                match until {
                    Until::Over(_) => wire.stopped().await,
                    Until::Message(_) => std::future::pending().await,
                }
            };
            let pulling = reader.pull(&wire.client, &stream, most, until, stopped);
            let (read, whole) = wire.wait(pulling).unwrap_or_default();
            if whole {
                self.reader = Some(reader);
            }
            let is_over = matches!(until, Until::Over(_)) && (whole || self.is_stopped());
            if (!read.is_empty() || is_over) && !self.has_gap(from, &read)? {
                return Ok(read);
            }
            // A consumer that nobody asked for a while is gone, which is no trouble.
            if is_new || whole {
                self.nap();
            }
        }
        Err(failed.unwrap_or_else(|| self.troubled(self.wire.silent())))
    }

    /// Whether a message is missing. Where the leader does not have it either it is gone for good.
    fn has_gap(&mut self, from: u64, read: &[Received]) -> Result<bool, LogError> {
        let mut numbers = (from..).zip(read);
        let Some((number, _)) = numbers.find(|(number, message)| *number != message.number) else {
            return Ok(false);
        };
        self.reader = None;
        self.message(number).map(|_| true)
    }

    fn begin(&self, from: u64) -> Result<Reader, Trouble> {
        let client = &self.wire.client;
        let reply = client.new_inbox();
        let name = reply.rsplit('.').next().unwrap_or_default().to_owned();
        let subscribed = self.wire.wait(client.subscribe(reply.clone()));
        let inbox = match subscribed {
            Some(Ok(inbox)) => inbox,
            Some(Err(error)) => return Err(Trouble::Silent(error.to_string())),
            None => return Err(self.wire.silent()),
        };
        let stream = self.address.name();
        let question = json!({
            "stream_name": stream,
            "action": "create",
            "config": {
                "name": name,
                "deliver_policy": "by_start_sequence",
                "opt_start_seq": from,
                "ack_policy": "none",
                "replay_policy": "instant",
                "mem_storage": true,
                "num_replicas": 1,
                "inactive_threshold": IDLE,
            },
        });
        // Where the server that is to keep it does not answer, another name may go to another.
        let brisk = self.with_patience(MAKING.min(self.patience));
        brisk.ask(&format!("CONSUMER.CREATE.{stream}.{name}"), &question)?;
        Ok(Reader { name, inbox, reply, next: from })
    }
}

impl Reader {
    /// Asks for messages, and takes them as they come. Tells, too, whether all is in order.
    async fn pull(
        &mut self,
        client: &async_nats::Client,
        stream: &str,
        most: u64,
        until: Until,
        stopped: impl Future<Output = ()>,
    ) -> (Vec<Received>, bool) {
        let (wanted, expires) = match until {
            Until::Message(last) => (most.min((last + 1).saturating_sub(self.next)), COMING),
            Until::Over(time) => (most, time.max(NAP)),
        };
        let nanos = u64::try_from(expires.as_nanos()).unwrap_or(u64::MAX);
        let question = json!({"batch": wanted, "expires": nanos}).to_string();
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{}", self.name);
        let reply = self.reply.clone();
        if client.publish_with_reply(subject, reply, question.into()).await.is_err() {
            return (Vec::new(), false);
        }
        let mut read = Vec::new();
        let mut stopped = std::pin::pin!(stopped);
        let mut within = expires + COMING;
        while (read.len() as u64) < wanted {
            // What came already needs no timer.
            let message = if let Some(message) = self.inbox.next().now_or_never() {
                message
            } else {
                let next = Box::pin(timeout(within, self.inbox.next()));
                match select(next, stopped.as_mut()).await {
                    Either::Left((Ok(message), _)) => message,
                    Either::Left((Err(_), _)) | Either::Right(_) => None,
                }
            };
            let Some(message) = message else { return (read, false) };
            let Some(found) = received(&message) else {
                // The time is over; or the consumer is gone.
                let over = [StatusCode::TIMEOUT, StatusCode::NOT_FOUND];
                return (read, message.status.is_some_and(|it| over.contains(&it)));
            };
            self.next = found.number + 1;
            read.push(found);
            // Whoever waits for news has it; the others come at once, or with the next.
            within = COMING;
        }
        (read, true)
    }
}

/// Whether a consumer may be had if it is asked for again: a stream that is there has no leader now.
fn may_pass(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Silent(_) => true,
        Trouble::Said { code, .. } => passes(*code) || *code == NOT_FOUND,
        Trouble::Denied(_) => false,
    }
}

/// A message of the stream; none where it is only word of one.
fn received(message: &Message) -> Option<Received> {
    if message.status.is_some() {
        return None;
    }
    let place = message.reply.as_ref().map(ToString::to_string)?;
    let words: Vec<&str> = place.split('.').collect();
    // `$JS.ACK.<stream>.<consumer>.<tries>.<number>.<place>.<time>.<left>`; with the domain and the
    // account before the stream where there are more words.
    let first = match words.len() {
        9 => 5,
        11.. => 7,
        _ => return None,
    };
    let number = words.get(first)?.parse().ok()?;
    let published = words.get(first + 2)?.parse().ok()?;
    let name = message.headers.as_ref().and_then(|it| it.get("Nats-Msg-Id"));
    let name = name.map(|name| name.as_str().to_owned());
    Some(Received { number, published, name, bytes: message.payload.to_vec() })
}
