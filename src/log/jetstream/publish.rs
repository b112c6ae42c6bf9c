//! Writing to a stream: with what its last message must be, all of a batch or nothing.

use std::time::{Duration, Instant};

use async_nats::client::{PublishError, PublishErrorKind};
use async_nats::{HeaderMap, StatusCode, Subscriber};
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::time::timeout;

use super::wire::{ANSWER, NAP, NO_LEADER, Trouble, passes, said};
use super::{MOVED, Moved, Problem, Stream};
use crate::log::LogError;

const EXPECTED_LAST: &str = "Nats-Expected-Last-Sequence";
const NAME: &str = "Nats-Msg-Id";
const BATCH: &str = "Nats-Batch-Id";
const PLACE: &str = "Nats-Batch-Sequence";
const COMMIT: &str = "Nats-Batch-Commit";

/// The server's code: the stream does not end where the writer believes.
const WRONG_LAST: u64 = 10_071;
/// The server's code: a message of the batch was published before.
const REPEATED: u64 = 10_201;
/// The server's code: it has not seen all of the batch, or no longer knows of it.
const INCOMPLETE: u64 = 10_176;

/// How much longer an answer may take for each message of a batch: two waits for a slow disk.
const EACH: Duration = Duration::from_millis(4);

/// How often the first message of a stream is tried.
const TRIES: u32 = 12;

/// What is to be one message, with the name that tells a repetition from another.
pub(in crate::log) struct Item {
    pub(in crate::log) name: String,
    pub(in crate::log) bytes: Vec<u8>,
}

/// What became of one try.
pub(in crate::log) enum Attempt {
    /// It is in the stream; its last message has this number.
    Stored(u64),
    /// Nothing was written: the stream goes on.
    Behind,
    /// Nothing was written: a message of one of these names was taken before.
    Repeated,
    /// Nobody knows; with how long that took.
    Silent(Duration, LogError),
    /// The server refuses it.
    Refused(LogError),
}

/// Writing to a stream that nobody else writes to.
pub struct Writing<'s> {
    stream: &'s Stream,
    /// The number of its last message.
    last: u64,
}

impl<'s> Writing<'s> {
    /// Goes on after a message.
    #[must_use]
    pub fn after(stream: &'s Stream, last: u64) -> Self {
        Self { stream, last }
    }

    /// Writes a batch of bytes, each with its name: all of them, or none. Where somebody else wrote
    /// it is refused.
    pub fn write(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), LogError> {
        let items: Vec<Item> =
            batch.into_iter().map(|(name, bytes)| Item { name, bytes }).collect();
        let end = self.last + items.len() as u64;
        let mut failed = None;
        for _ in 0..TRIES {
            match self.stream.publish(self.last, &items) {
                Attempt::Stored(last) if last == end => {
                    self.last = last;
                    return Ok(());
                }
                // Only what was tried before is there twice.
                Attempt::Behind | Attempt::Repeated
                    if failed.is_some() && self.has(end, &items)? =>
                {
                    self.last = end;
                    return Ok(());
                }
                Attempt::Stored(_) | Attempt::Behind | Attempt::Repeated => {
                    let says = "somebody else writes to it";
                    return Err(self.stream.problem(Problem::Refused, says));
                }
                Attempt::Refused(error) => return Err(error),
                Attempt::Silent(_, error) => {
                    failed = Some(error);
                    self.stream.nap();
                }
            }
        }
        let nothing = || self.stream.problem(Problem::Unreachable, "no answer");
        Err(failed.unwrap_or_else(nothing))
    }

    /// Whether the stream ends with a batch.
    fn has(&self, end: u64, items: &[Item]) -> Result<bool, LogError> {
        let Some(last) = items.last() else { return Ok(false) };
        let is_end = self.stream.standing()?.last == end;
        Ok(is_end && self.stream.message(end)?.0 == last.bytes)
    }
}

/// A batch that the server has all of but its last message: none of it counts before that.
pub(in crate::log) struct Staged {
    answers: Result<Subscriber, Trouble>,
    /// The last message, with its headers.
    last: Option<(HeaderMap, Vec<u8>)>,
    inbox: String,
    many: u32,
}

/// A batch that was handed to the connection; what becomes of it is not known yet.
pub(in crate::log) struct Sent {
    answers: Result<Subscriber, Trouble>,
    began: Instant,
    /// How long the answer may take.
    within: Duration,
}

impl Stream {
    /// Tries once to write a batch after the message of number `last`.
    pub(in crate::log) fn publish(&self, last: u64, items: &[Item]) -> Attempt {
        self.outcome(self.commit(self.stage(last, items)))
    }

    /// Hands over a batch that is to follow the message of number `last`, but for its last message.
    pub(in crate::log) fn stage(&self, last: u64, items: &[Item]) -> Staged {
        self.stage_with(last, items, &HeaderMap::new())
    }

    fn stage_with(&self, last: u64, items: &[Item], more: &HeaderMap) -> Staged {
        let inbox = self.wire.client.new_inbox();
        let mut messages = messages(&inbox, last, items, more);
        let end = messages.pop();
        let staging = async { timeout(ANSWER, self.hand_over(&inbox, messages)).await };
        let staged = self.wire.wait(staging).and_then(Result::ok);
        let answers = staged.unwrap_or_else(|| Err(self.wire.silent()));
        let many = u32::try_from(items.len()).unwrap_or(u32::MAX);
        Staged { answers, last: end, inbox, many }
    }

    /// Hands over the last message of a batch, with which it counts.
    pub(in crate::log) fn commit(&self, staged: Staged) -> Sent {
        let Staged { answers, last, inbox, many } = staged;
        let (began, within) = (Instant::now(), ANSWER + EACH * many);
        let answers = answers.and_then(|answers| {
            let Some((headers, bytes)) = last else { return Ok(answers) };
            let committing = async { timeout(ANSWER, self.one(inbox, headers, bytes)).await };
            let committed = self.wire.wait(committing).and_then(Result::ok);
            committed.unwrap_or_else(|| Err(self.wire.silent())).map(|()| answers)
        });
        Sent { answers, began, within }
    }

    /// Waits for what becomes of a batch.
    pub(in crate::log) fn outcome(&self, sent: Sent) -> Attempt {
        let Sent { answers, began, within } = sent;
        let answer = answers.and_then(|mut answers| {
            let waiting = async { timeout(within, answer(&mut answers)).await };
            let answered = self.wire.wait(waiting).and_then(Result::ok);
            answered.unwrap_or_else(|| Err(self.wire.silent()))
        });
        self.attempt(answer, began.elapsed().max(NAP))
    }

    fn attempt(&self, answer: Result<Value, Trouble>, took: Duration) -> Attempt {
        let trouble = match answer {
            Ok(answer) => match (said(&answer), answer["seq"].as_u64()) {
                (Some(trouble), _) => trouble,
                (None, Some(_)) if answer["duplicate"].as_bool() == Some(true) => {
                    return Attempt::Repeated;
                }
                (None, Some(number)) => return Attempt::Stored(number),
                (None, None) => Trouble::Silent("an answer that says nothing".to_owned()),
            },
            Err(trouble) => trouble,
        };
        match &trouble {
            Trouble::Said { code: WRONG_LAST, .. } => Attempt::Behind,
            Trouble::Said { code: REPEATED, .. } => Attempt::Repeated,
            Trouble::Said { code, .. } if passes(*code) || *code == INCOMPLETE => {
                Attempt::Silent(took, self.troubled(trouble))
            }
            Trouble::Said { .. } | Trouble::Denied(_) => Attempt::Refused(self.troubled(trouble)),
            Trouble::Silent(_) => Attempt::Silent(took, self.troubled(trouble)),
        }
    }

    /// What is wrong with a batch as a whole comes as an answer to its first message, else the first
    /// answer is empty.
    async fn hand_over(
        &self,
        inbox: &str,
        messages: Vec<(HeaderMap, Vec<u8>)>,
    ) -> Result<Subscriber, Trouble> {
        let client = &self.wire.client;
        let answers = client.subscribe(inbox.to_owned()).await.map_err(lost)?;
        for (place, (headers, bytes)) in messages.into_iter().enumerate() {
            if place == 0 {
                self.one(inbox.to_owned(), headers, bytes).await?;
            } else {
                let subject = self.address.subject();
                let sent = client.publish_with_headers(subject, headers, bytes.into()).await;
                sent.map_err(unsent)?;
            }
        }
        Ok(answers)
    }

    /// Hands over a message that is to be answered.
    async fn one(&self, inbox: String, headers: HeaderMap, bytes: Vec<u8>) -> Result<(), Trouble> {
        let subject = self.address.subject();
        let client = &self.wire.client;
        let sent = client.publish_with_reply_and_headers(subject, inbox, headers, bytes.into());
        sent.await.map_err(unsent)
    }

    /// Writes the first message, or finds that it is there.
    pub(super) fn publish_first(
        &self,
        header: &[u8],
        moved: Option<&Moved>,
    ) -> Result<(), LogError> {
        let item = Item { name: "header".to_owned(), bytes: header.to_vec() };
        let mut failed = None;
        for _ in 0..TRIES {
            let mut headers = HeaderMap::new();
            if let Some(Moved { records, head }) = moved {
                headers.insert(MOVED, format!("{records} {head}"));
            }
            let staged = self.stage_with(0, std::slice::from_ref(&item), &headers);
            match self.outcome(self.commit(staged)) {
                Attempt::Stored(1) => return Ok(()),
                Attempt::Stored(_) | Attempt::Behind | Attempt::Repeated => {
                    return self.hold_first(header, moved);
                }
                Attempt::Refused(error) => return Err(error),
                Attempt::Silent(_, error) => {
                    failed = Some(error);
                    self.nap();
                }
            }
        }
        let nothing = || self.problem(Problem::Unreachable, "no answer");
        Err(failed.unwrap_or_else(nothing))
    }

    /// The first message must be that of this ledger.
    fn hold_first(&self, header: &[u8], moved: Option<&Moved>) -> Result<(), LogError> {
        let first = self.first()?;
        if first.header == header && first.moved.as_ref() == moved {
            return Ok(());
        }
        Err(self.problem(Problem::Refused, "there is a ledger in this stream already"))
    }

    /// A pause before something is tried again.
    #[allow(clippy::unused_self, reason = "it is the stream that needs the pause")]
    pub(in crate::log) fn nap(&self) {
        std::thread::sleep(NAP);
    }
}

/// The messages of a batch after the one of number `last`, with their headers; `more` goes with the
/// first. A single message is no batch to the server.
fn messages(inbox: &str, last: u64, items: &[Item], more: &HeaderMap) -> Vec<(HeaderMap, Vec<u8>)> {
    // A name that was never used: that of an inbox.
    let batch = inbox.rsplit('.').next().unwrap_or_default();
    let message = |(place, item): (usize, &Item)| {
        let (is_first, is_last) = (place == 0, place + 1 == items.len());
        let mut headers = if is_first { more.clone() } else { HeaderMap::new() };
        headers.insert(NAME, item.name.clone());
        if is_first {
            headers.insert(EXPECTED_LAST, last.to_string());
        }
        if items.len() > 1 {
            headers.insert(BATCH, batch);
            headers.insert(PLACE, (place + 1).to_string());
        }
        if is_last && !is_first {
            headers.insert(COMMIT, "1");
        }
        (headers, item.bytes.clone())
    };
    items.iter().enumerate().map(message).collect()
}

/// The answer that says something.
async fn answer(answers: &mut Subscriber) -> Result<Value, Trouble> {
    while let Some(message) = answers.next().await {
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return Err(Trouble::Silent(NO_LEADER.to_owned()));
        }
        if !message.payload.is_empty() {
            return Ok(serde_json::from_slice(&message.payload).unwrap_or_default());
        }
    }
    Err(Trouble::Silent("the connection was lost".to_owned()))
}

fn lost(error: impl std::fmt::Display) -> Trouble {
    Trouble::Silent(error.to_string())
}

fn unsent(error: PublishError) -> Trouble {
    match error.kind() {
        PublishErrorKind::Send => lost(error),
        PublishErrorKind::MaxPayloadExceeded | PublishErrorKind::InvalidSubject => {
            Trouble::Said { code: 0, says: error.to_string() }
        }
    }
}
