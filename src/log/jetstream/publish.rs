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
    /// Nothing was written: the stream goes on, or has it already.
    Behind,
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
                Attempt::Behind if failed.is_some() && self.has(end, &items)? => {
                    self.last = end;
                    return Ok(());
                }
                Attempt::Stored(_) | Attempt::Behind => {
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
        self.outcome(self.send(last, items))
    }

    /// Hands a batch over that is to follow the message of number `last`, which may itself be on its
    /// way: the servers take one after the other, or refuse the second with the first.
    pub(in crate::log) fn send(&self, last: u64, items: &[Item]) -> Sent {
        self.send_with(last, items, &HeaderMap::new())
    }

    fn send_with(&self, last: u64, items: &[Item], more: &HeaderMap) -> Sent {
        let began = Instant::now();
        let each = EACH * u32::try_from(items.len()).unwrap_or(u32::MAX);
        let sending = async { timeout(ANSWER, self.hand_over(last, items, more)).await };
        let sent = self.wire.wait(sending).and_then(Result::ok);
        let answers = sent.unwrap_or_else(|| Err(self.wire.silent()));
        Sent { answers, began, within: ANSWER + each }
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
                    return Attempt::Behind;
                }
                (None, Some(number)) => return Attempt::Stored(number),
                (None, None) => Trouble::Silent("an answer that says nothing".to_owned()),
            },
            Err(trouble) => trouble,
        };
        match &trouble {
            Trouble::Said { code: WRONG_LAST | REPEATED, .. } => Attempt::Behind,
            Trouble::Said { code, .. } if passes(*code) || *code == INCOMPLETE => {
                Attempt::Silent(took, self.troubled(trouble))
            }
            Trouble::Said { .. } | Trouble::Denied(_) => Attempt::Refused(self.troubled(trouble)),
            Trouble::Silent(_) => Attempt::Silent(took, self.troubled(trouble)),
        }
    }

    /// Of several messages the first and the last are answered: what is wrong with the batch as a
    /// whole comes as an answer to the first, else the first answer is empty.
    async fn hand_over(
        &self,
        last: u64,
        items: &[Item],
        more: &HeaderMap,
    ) -> Result<Subscriber, Trouble> {
        let client = &self.wire.client;
        let inbox = client.new_inbox();
        // A name that was never used: that of an inbox.
        let batch = inbox.rsplit('.').next().unwrap_or_default().to_owned();
        let answers = client.subscribe(inbox.clone()).await.map_err(lost)?;
        let subject = self.address.subject();
        for (place, item) in items.iter().enumerate() {
            let (is_first, is_last) = (place == 0, place + 1 == items.len());
            let mut headers = if is_first { more.clone() } else { HeaderMap::new() };
            headers.insert(NAME, item.name.clone());
            if is_first {
                headers.insert(EXPECTED_LAST, last.to_string());
            }
            if items.len() > 1 {
                headers.insert(BATCH, batch.clone());
                headers.insert(PLACE, (place + 1).to_string());
            }
            if is_last && !is_first {
                headers.insert(COMMIT, "1");
            }
            let (subject, bytes) = (subject.clone(), item.bytes.clone().into());
            if is_first || is_last {
                let reply = inbox.clone();
                client.publish_with_reply_and_headers(subject, reply, headers, bytes).await
            } else {
                client.publish_with_headers(subject, headers, bytes).await
            }
            .map_err(unsent)?;
        }
        Ok(answers)
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
            match self.outcome(self.send_with(0, std::slice::from_ref(&item), &headers)) {
                Attempt::Stored(1) => return Ok(()),
                Attempt::Stored(_) | Attempt::Behind => {
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
