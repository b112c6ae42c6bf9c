//! The records of the view, read by a thread of their own beside those of the log.

use std::collections::VecDeque;
use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::super::ready;
use super::blame::Blame;
use super::examine::Taken;
use super::point::{Point, VIEW_WRONG};
use crate::proof::Frontier;
use crate::view::{Row, View, ViewError};

/// So many rows go from one thread to the other at once.
const ROWS: usize = 1_000;
/// So many of these may wait.
const WAITING: usize = 8;

/// Whether the tree that the view keeps is that of its rows; and what is wrong with the rest.
type Fit = (bool, Option<ViewError>);

/// The view, read beside the log.
pub(super) struct Beside<'s> {
    reader: Option<ScopedJoinHandle<'s, Result<Fit, ViewError>>>,
    rows: Receiver<Vec<Row>>,
    waiting: VecDeque<Row>,
    blame: Blame,
}

impl<'s> Beside<'s> {
    pub(super) fn start<'e>(scope: &'s Scope<'s, 'e>, directory: &Path, header: &[u8]) -> Self {
        let (sender, rows) = sync_channel(WAITING);
        let (directory, header): (PathBuf, Vec<u8>) = (directory.to_owned(), header.to_owned());
        let reader = scope.spawn(move || read(&directory, &header, sender));
        let (waiting, blame) = (VecDeque::new(), Blame::default());
        Self { reader: Some(reader), rows, waiting, blame }
    }

    /// Holds an entry of the log against the view.
    pub(super) fn hold(&mut self, position: u64, entry: &Taken<'_>) {
        let row = self.row(position);
        self.blame.hold(position, entry, row.as_ref());
    }

    /// Passes over what the log has lost.
    pub(super) fn lost(&mut self, from: u64, to: u64) {
        for position in from..=to {
            if self.row(position).is_none() && self.waiting.is_empty() {
                break;
            }
        }
    }

    /// The row of a record; those before it that nobody asked for are in no log.
    fn row(&mut self, position: u64) -> Option<Row> {
        loop {
            match self.waiting.front() {
                Some(row) if row.seq > position => return None,
                Some(row) if row.seq == position => return self.waiting.pop_front(),
                Some(_) => {
                    let row = self.waiting.pop_front()?;
                    self.blame.stray(row.seq);
                }
                None => self.waiting = self.rows.recv().ok()?.into(),
            }
        }
    }

    /// What is wrong with the view, or with the log by what the view says.
    pub(super) fn finish(mut self, end: u64) -> Result<Vec<Point>, ViewError> {
        let waiting = Vec::from(std::mem::take(&mut self.waiting));
        let mut beyond = None;
        for row in std::iter::once(waiting).chain(self.rows.iter()).flatten() {
            beyond = Some((beyond.map_or(row.seq, |(first, _)| first), row.seq));
        }
        let reader = self.reader.take().map(ScopedJoinHandle::join);
        let (fits, rest) = match reader {
            Some(Ok(read)) => read?,
            // The reader has said why on standard error.
            Some(Err(_)) | None => (false, None),
        };
        let mut points = self.blame.finish(end, beyond);
        if !fits && points.is_empty() {
            let says = "the tree that it keeps is not that of its records";
            points.push(Point::bad("view", says).so(VIEW_WRONG).help("rebuild"));
        }
        if let Some(error) = rest.filter(|_| points.is_empty()) {
            let point = Point::bad("view", error.to_string());
            points.push(point.so(VIEW_WRONG).help("rebuild"));
        }
        Ok(points)
    }
}

fn read(directory: &Path, header: &[u8], to: SyncSender<Vec<Row>>) -> Result<Fit, ViewError> {
    let view = View::to_read(directory, header)?;
    let mut batch = Vec::with_capacity(ROWS);
    let fits = view.rows(|row| {
        batch.push(row);
        if batch.len() < ROWS {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(ROWS));
        if to.send(full).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    // Who no longer listens does not want it.
    let _ = to.send(batch);
    drop(to);
    let derived = view.check_derived().and_then(|()| ready::check(&view));
    Ok((fits?, derived.err()))
}

/// A view by itself.
pub(super) struct Whole {
    pub(super) tree: Frontier,
    fits: bool,
    /// The first row that is wrong.
    wrong: Option<u64>,
    end: u64,
}

impl Whole {
    pub(super) fn of(view: &View) -> Result<Self, ViewError> {
        let (mut tree, mut wrong, mut next) = (Frontier::default(), None, 1);
        let fits = view.rows(|row| {
            if row.seq != next || !row.sound || !row.follows {
                wrong = wrong.or(Some(next));
            }
            tree.push(row.hash);
            next = row.seq + 1;
            ControlFlow::Continue(())
        })?;
        view.check()?;
        ready::check(view)?;
        Ok(Self { tree, fits, wrong, end: view.position() })
    }

    pub(super) fn is_sound(&self) -> bool {
        self.fits && self.wrong.is_none() && self.tree.size() == self.end
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wrong {
            Some(record) => write!(f, "@{record} in it is not as it was recorded, or is missing"),
            None => f.write_str("the tree that it keeps is not that of its records"),
        }
    }
}
