//! Writing to a stream: with what its last message must be, all of a batch or nothing.

use std::time::Duration;

use async_nats::HeaderMap;
use serde_json::Value;

use super::wire::{ANSWER, NAP, Trouble, passes, said};
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

impl Stream {
    /// Tries once to write a batch after the message of number `last`.
    pub(in crate::log) fn publish(&self, last: u64, items: &[Item]) -> Attempt {
        let answer = self.wire.wait(async {
            match items {
                [one] => self.one(last, one, HeaderMap::new()).await,
                _ => self.batch(last, items).await,
            }
        });
        let silent = || Err(self.wire.silent());
        self.attempt(answer.unwrap_or_else(silent))
    }

    fn attempt(&self, answer: Result<Value, Trouble>) -> Attempt {
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
                Attempt::Silent(NAP, self.troubled(trouble))
            }
            Trouble::Said { .. } | Trouble::Denied(_) => Attempt::Refused(self.troubled(trouble)),
            Trouble::Silent(says) if says.contains("leads") => {
                Attempt::Silent(NAP, self.troubled(trouble))
            }
            Trouble::Silent(_) => Attempt::Silent(ANSWER, self.troubled(trouble)),
        }
    }

    async fn one(&self, last: u64, item: &Item, mut headers: HeaderMap) -> Result<Value, Trouble> {
        headers.insert(EXPECTED_LAST, last.to_string());
        headers.insert(NAME, item.name.clone());
        self.wire.once(&self.address.subject(), item.bytes.clone(), Some(headers)).await
    }

    /// Every message but the last goes without an answer; a refusal of the first comes as an
    /// answer to it, of any other as one to the last.
    async fn batch(&self, last: u64, items: &[Item]) -> Result<Value, Trouble> {
        let client = &self.wire.client;
        let subject = self.address.subject();
        // A name that was never used: that of an inbox.
        let batch = client.new_inbox().rsplit('.').next().unwrap_or_default().to_owned();
        let headers = |place: usize, item: &Item| {
            let mut headers = HeaderMap::new();
            headers.insert(BATCH, batch.clone());
            headers.insert(PLACE, (place + 1).to_string());
            headers.insert(NAME, item.name.clone());
            if place == 0 {
                headers.insert(EXPECTED_LAST, last.to_string());
            }
            headers
        };
        let [before @ .., end] = items else { return Ok(Value::Null) };
        for (place, item) in before.iter().enumerate() {
            let (headers, bytes) = (headers(place, item), item.bytes.clone());
            if place == 0 {
                let answer = self.wire.once(&subject, bytes, Some(headers)).await?;
                if said(&answer).is_some() {
                    return Ok(answer);
                }
                continue;
            }
            let sent = client.publish_with_headers(subject.clone(), headers, bytes.into()).await;
            sent.map_err(|error| Trouble::Silent(error.to_string()))?;
        }
        let mut headers = headers(before.len(), end);
        headers.insert(COMMIT, "1");
        self.wire.once(&subject, end.bytes.clone(), Some(headers)).await
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
            let tried = self.wire.wait(self.one(0, &item, headers));
            match self.attempt(tried.unwrap_or_else(|| Err(self.wire.silent()))) {
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
