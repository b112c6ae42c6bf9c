//! Long inputs: lines are read here, made into drafts by several threads, and taken in their order.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, Scope};

use super::input::{Again, Input};
use crate::admission::{Doubt, Ready};
use crate::cli::lines::{next_line, without_bom};
use crate::cli::progress::show_read;
use crate::record::{self, Draft};

/// Lines that go to a thread at once.
const CHUNK_LINES: usize = 512;

/// Chunks that wait for each thread.
const WAITING: usize = 2;

/// Lines of one input, one after another.
struct Chunk {
    bytes: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
    input: usize,
}

type Drafts = Result<Vec<Ready>, Doubt>;

/// Inputs that are being read.
pub(super) struct Reading<'i> {
    /// Each with whether its first line was read.
    inputs: Vec<(BufReader<&'i mut Box<dyn Again>>, bool)>,
    /// Which of them is read now.
    input: usize,
    threads: Vec<(SyncSender<Chunk>, Receiver<Drafts>)>,
    sent: usize,
    received: usize,
    ready: VecDeque<Ready>,
    /// How many drafts were given.
    pub(super) given: u64,
    /// What went wrong with a file.
    pub(super) failed: Option<io::Error>,
    /// Whether any draft says when it was recorded.
    pub(super) timed: bool,
}

impl<'i> Reading<'i> {
    pub(super) fn of<'s>(inputs: &'i mut [Input], scope: &'s Scope<'s, '_>) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from).min(8);
        let worker = |_| {
            let (sender, chunks) = mpsc::sync_channel::<Chunk>(WAITING);
            let (results, receiver) = mpsc::sync_channel::<Drafts>(WAITING);
            scope.spawn(move || {
                // Who no longer takes what was read does not want the rest.
                let _ = chunks.into_iter().try_for_each(|chunk| results.send(drafts(&chunk)));
            });
            (sender, receiver)
        };
        let inputs = inputs.iter_mut().map(|input| (BufReader::new(&mut input.content), false));
        Self {
            inputs: inputs.collect(),
            input: 0,
            threads: (0..cores).map(worker).collect(),
            sent: 0,
            received: 0,
            ready: VecDeque::new(),
            given: 0,
            failed: None,
            timed: false,
        }
    }

    /// The next draft; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Ready>, Doubt> {
        while self.ready.is_empty() {
            if !self.more()? {
                return Ok(None);
            }
        }
        let next = self.ready.pop_front();
        self.given += 1;
        show_read(self.given);
        self.timed |= next.as_ref().is_some_and(Ready::says_when);
        Ok(next)
    }

    /// Sends lines as far as the threads take them, and takes what is ready next; false at the end.
    fn more(&mut self) -> Result<bool, Doubt> {
        while self.sent - self.received < self.threads.len() * WAITING {
            let Some(chunk) = self.chunk()? else { break };
            let thread = &self.threads[self.sent % self.threads.len()].0;
            thread.send(chunk).map_err(|_| Doubt)?;
            self.sent += 1;
        }
        if self.sent == self.received {
            return Ok(false);
        }
        let ready = self.threads[self.received % self.threads.len()].1.recv();
        self.received += 1;
        self.ready.extend(ready.map_err(|_| Doubt)??);
        Ok(true)
    }

    fn chunk(&mut self) -> Result<Option<Chunk>, Doubt> {
        while let Some((input, begun)) = self.inputs.get_mut(self.input) {
            self.input += 1;
            let read = read_chunk(input, self.input, begun);
            let chunk = read.map_err(|error| self.failed = Some(error)).map_err(|()| Doubt)??;
            if chunk.ends.is_empty() {
                continue;
            }
            self.input -= 1;
            return Ok(Some(chunk));
        }
        Ok(None)
    }
}

/// The next lines of an input; none at its end.
fn read_chunk(
    input: &mut dyn BufRead,
    number: usize,
    begun: &mut bool,
) -> io::Result<Result<Chunk, Doubt>> {
    let mut chunk = Chunk { bytes: Vec::new(), ends: Vec::new(), input: number };
    let mut line = Vec::new();
    while chunk.ends.len() < CHUNK_LINES {
        match next_line(input, &mut line)? {
            None => break,
            Some(false) => return Ok(Err(Doubt)),
            Some(true) => {
                let bare = if *begun { &line } else { without_bom(&line) };
                *begun = true;
                chunk.bytes.extend_from_slice(bare);
                chunk.ends.push(chunk.bytes.len());
            }
        }
    }
    Ok(Ok(chunk))
}

/// The drafts of some lines, unless something is wrong with one.
fn drafts(chunk: &Chunk) -> Drafts {
    let mut begin = 0;
    let mut drafts = Vec::with_capacity(chunk.ends.len());
    for &end in &chunk.ends {
        let line = chunk.bytes[begin..end].trim_ascii();
        begin = end;
        if line.is_empty() {
            continue;
        }
        let text = std::str::from_utf8(line).map_err(|_| Doubt)?;
        let object = record::parse_object(text).map_err(|_| Doubt)?;
        let draft = record::read(&object).map_err(|_| Doubt)?;
        drafts.push(Ready::of(Draft { input: chunk.input, ..draft }));
    }
    Ok(drafts)
}
