//! Where log and view differ: which of the two was altered, and which answers that concerns.

use std::collections::BTreeSet;
use std::path::Path;

use super::examine::Taken;
use super::point::{Point, VIEW_WRONG, records};
use crate::ledger::State;
use crate::record::Record;
use crate::view::{Row, View};

/// More stretches than these are counted, and not told one by one.
const MOST_STRETCHES: usize = 200;
/// Of so many records the measures are looked up.
const MOST_LOOKED_UP: u64 = 20;
/// So many measures are named.
const MOST_MEASURES: usize = 20;

/// Records in a row that are other ones in the view.
struct Stretch {
    from: u64,
    to: u64,
    /// Whether the chain of the log breaks in it or right after it.
    log_breaks: bool,
    /// The same of the view.
    view_breaks: bool,
    how: How,
}

/// How a record differs in the view.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// The view does not have it.
    Missing,
    /// The bytes are those of the log, but not what the view says of them.
    Described,
    /// The bytes are others.
    Other,
}

/// Collects where log and view differ.
#[derive(Default)]
pub(super) struct Blame {
    open: Option<Stretch>,
    done: Vec<Stretch>,
    more: usize,
    strays: Vec<u64>,
    /// The last record that the view has.
    seen: u64,
}

impl Blame {
    /// An entry of the log, and the row that the view has of it.
    pub(super) fn hold(&mut self, position: u64, entry: &Taken<'_>, row: Option<&Row>) {
        if row.is_some() {
            self.seen = position;
        }
        let how = match row {
            None => Some(How::Missing),
            Some(row) if row.hash != entry.hash => Some(How::Other),
            Some(row) if row.sound && entry.recorded == Some(row.recorded.as_str()) => None,
            Some(_) => Some(How::Described),
        };
        let log_breaks = !entry.follows;
        let view_breaks = row.is_some_and(|row| !row.follows);
        if let Some(open) = &mut self.open {
            open.log_breaks |= log_breaks;
            open.view_breaks |= view_breaks;
        }
        let Some(how) = how else { return self.close() };
        match &mut self.open {
            Some(open) if open.how == how => open.to = position,
            _ => {
                self.close();
                let (from, to) = (position, position);
                self.open = Some(Stretch { from, to, log_breaks, view_breaks, how });
            }
        }
    }

    /// A row of the view that nothing in the log stands beside.
    pub(super) fn stray(&mut self, seq: u64) {
        if self.strays.len() < MOST_STRETCHES {
            self.strays.push(seq);
        }
    }

    fn close(&mut self) {
        let Some(stretch) = self.open.take() else { return };
        if self.done.len() < MOST_STRETCHES { self.done.push(stretch) } else { self.more += 1 }
    }

    /// What it comes to. The log ends with record `end`; `beyond` are the first and the last row of
    /// the view after it.
    pub(super) fn finish(mut self, end: u64, beyond: Option<(u64, u64)>) -> Vec<Point> {
        self.close();
        let seen = self.seen;
        let mut points: Vec<Point> =
            self.done.iter().map(|stretch| stretch.point(seen, end)).collect();
        if self.more > 0 {
            let says = format!("{} more places where it differs are not listed", self.more);
            points.push(Point::bad("view", says).so(VIEW_WRONG).help("rebuild"));
        }
        for seq in self.strays {
            let says = format!("@{seq} is in it, and not in the log");
            points.push(Point::bad("view", says).about(seq, seq).so(VIEW_WRONG).help("rebuild"));
        }
        points.extend(beyond.map(|(from, to)| lost_end(from, to, end)));
        points
    }
}

fn lost_end(from: u64, to: u64, end: u64) -> Point {
    let says = format!("the log ends with @{end}; the view has {} besides", records(from, to));
    let so = "the log has lost its end, or the view was forged; the next command that records \
              would make the view anew without these records: save them first";
    Point::bad("log", says).about(from, to).so(so).help("export -o rescued.jsonl")
}

impl Stretch {
    fn point(&self, seen: u64, end: u64) -> Point {
        let these = records(self.from, self.to);
        let view = |says: String| Point::bad("view", says).so(VIEW_WRONG).help("rebuild");
        let point = if self.how == How::Missing && self.from > seen && self.to == end {
            let says =
                format!("{these} are not in it yet; the next command brings it up to the log");
            Point::warning("view", says)
        } else if self.how == How::Missing {
            view(format!("{these} is missing in it"))
        } else if self.how == How::Described {
            view(format!("what its row says of {these} does not fit the record: it was altered"))
        } else {
            match (self.log_breaks, self.view_breaks) {
                (false, true) => {
                    view(format!("{these} was altered in it: the log's chain is whole"))
                }
                (true, false) => altered_log(&these),
                (true, true) => {
                    view(format!("{these}: log and view differ, and both were altered"))
                }
                (false, false) => two_histories(&these),
            }
        };
        point.about(self.from, self.to)
    }
}

fn altered_log(these: &str) -> Point {
    let says = format!("{these} was altered in the log: the view still has what was chained");
    let so = "answers come from the view and are as recorded, but must not be rebuilt from this \
              log; restore it from a backup, or `export` what the view has";
    Point::bad("log", says).so(so).help("export -o rescued.jsonl")
}

fn two_histories(these: &str) -> Point {
    let says = format!("{these}: log and view differ, and the chain of each is whole");
    let so = "one of the two was replaced as a whole; only a head from elsewhere says which \
              (`verify --expect`, `verify --checkpoint`), and until then no answer that rests on \
              these records can be trusted";
    Point::bad("view", says).so(so)
}

/// Adds the measures whose answers hang together with what is wrong, as far as the view has them.
pub(super) fn name_measures(points: &mut [Point], directory: &Path, header: &[u8]) {
    if points.iter().all(|point| point.state != State::Bad) {
        return;
    }
    let Ok(view) = View::to_read(directory, header) else { return };
    for point in points.iter_mut().filter(|point| point.state == State::Bad) {
        let (Some(from), Some(to)) = (point.record, point.through) else { continue };
        let to = to.min(view.position()).min(from.saturating_add(MOST_LOOKED_UP - 1));
        let records: BTreeSet<u64> = (from..=to).collect();
        let mut measures: BTreeSet<String> = BTreeSet::new();
        for entry in view.with(&records).unwrap_or_default() {
            if let Record::Measure(measure) = entry.record {
                measures.insert(measure.measure);
            }
        }
        point.measures = measures.into_iter().take(MOST_MEASURES).collect();
    }
}
