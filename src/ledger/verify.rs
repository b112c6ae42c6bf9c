//! Has the store been altered? Every entry of the log is read and held against its number, the
//! entry before it, the tree, and the view.
//!
//! Nothing is kept in memory but the ids (32 bytes a record). Log and view are read at the same
//! time, each by a thread of its own.

mod beside;
mod blame;
mod examine;
mod point;

use std::num::NonZeroU64;
use std::path::Path;

use super::{Header, LedgerError, Opening, Standpoint, State};
use crate::log::{self, Log, LogError};
use crate::proof::{Frontier, Hash};
use crate::time::Instant;
use crate::view::{View, ViewError};
use beside::{Beside, Whole};
use examine::Examiner;
pub use point::Point;

/// A head that was written down elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Over how many records; over all where none is said.
    pub size: Option<u64>,
    /// The root.
    pub root: Hash,
    /// Where it comes from, as it is told: the check's name.
    pub check: &'static str,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The ledger as the entries that were read have it; none where no whole tree could be read.
    pub standpoint: Option<Standpoint>,
    /// Every check with what it found, several times where several things are wrong.
    pub points: Vec<Point>,
}

impl Verdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.points.iter().all(|point| point.state != State::Bad)
    }
}

/// What the entries were found to be.
struct Read {
    tree: Option<Frontier>,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// Reads the whole store of the ledger in a directory. Its lock is taken: nobody writes meanwhile,
/// and whoever asks is not kept waiting.
///
/// That something was altered is no error but found in the verdict; an error says that it could not
/// be looked at.
pub fn verify(
    directory: &Path,
    opening: &Opening,
    expected: &[Expected],
) -> Result<Verdict, LedgerError> {
    let header = log::read_header(directory)?;
    let log = match log::open(directory, opening.access()) {
        Ok(log) => log,
        Err(error @ LogError::Damaged { .. }) => {
            return Ok(without_log(directory, &header, &error));
        }
        Err(error) => return Err(error.into()),
    };
    let mut points = vec![of_header(&header)];
    points.extend(of_stream(directory));
    let sizes: Vec<u64> = expected.iter().filter_map(|it| it.size).collect();
    let mut examiner = Examiner::new(&header, sizes);
    let view = std::thread::scope(|scope| {
        let mut beside = Beside::start(scope, directory, &header);
        read_log(log.as_ref(), opening, &mut examiner, &mut beside);
        beside.finish(log.position().map_or(0, NonZeroU64::get))
    });
    let (found, read) = examiner.finish();
    points.extend(found);
    points.extend(set_aside(log.as_ref()));
    points.extend(expected.iter().map(|it| it.hold(&read)));
    points.extend(of_view(view, read.tree(), directory, &header));
    blame::name_measures(&mut points, directory, &header);
    Ok(Verdict { standpoint: standpoint(&header, &read.read()), points })
}

/// Reads the view alone, without the log and without a lock.
pub fn verify_view(directory: &Path, expected: &[Expected]) -> Result<Verdict, LedgerError> {
    let header = log::read_header(directory)?;
    let mut points = vec![of_header(&header)];
    let says = "not looked at: only the view was asked for";
    points.push(Point::warning("log", says));
    let view = View::to_read(directory, &header)?;
    let (point, tree) = alone(&view);
    points.push(point);
    for it in expected {
        let size = it.size.unwrap_or(view.position());
        let root = (size <= view.position()).then(|| view.head(size)).transpose()?;
        points.push(it.held(size, root));
    }
    let read = Read {
        tree,
        first: (view.position() > 0).then(|| view.recorded(1)).transpose()?,
        last: view.last_recorded(),
    };
    Ok(Verdict { standpoint: standpoint(&header, &read), points })
}

/// Every entry that can be read, whatever is wrong with those between.
fn read_log(log: &dyn Log, opening: &Opening, examiner: &mut Examiner, beside: &mut Beside) {
    let end = log.position().map_or(0, NonZeroU64::get);
    let mut from = Some(NonZeroU64::MIN).filter(|_| end > 0);
    while let Some(start) = from.take() {
        let mut next = start;
        for item in log.entries(start) {
            match item {
                Ok((position, bytes)) => {
                    let entry = examiner.take(position.get(), &bytes);
                    beside.hold(position.get(), &entry);
                    next = position.saturating_add(1);
                }
                Err(error) => {
                    from = log.resume(next.saturating_add(1));
                    let to = from.map_or(end, |there| there.get() - 1);
                    examiner.lost(next.get(), to, &error);
                    beside.lost(next.get(), to);
                }
            }
            if next.get() % 1000 == 0 && next.get() < end {
                tell(opening, next.get(), end);
            }
        }
    }
    tell(opening, end, end);
}

fn tell(opening: &Opening, done: u64, of: u64) {
    if let Some(progress) = opening.progress {
        progress(done, of);
    }
}

fn of_header(bytes: &[u8]) -> Point {
    match Header::from_bytes(bytes) {
        Ok(header) => Point::good("header", format!("ledger {}", header.id)),
        Err(error) => Point::bad("header", error.to_string())
            .so("which ledger this is cannot be said, and no question is answered"),
    }
}

/// What the stream holds beside records: somebody wrote it who is no writer of this ledger.
fn of_stream(directory: &Path) -> Vec<Point> {
    let copied = match log::copied(directory) {
        Ok(None) => return Vec::new(),
        Ok(Some(copied)) => copied,
        Err(error) => return vec![Point::bad("stream", error.to_string())],
    };
    if copied.skipped.is_empty() {
        let says = format!("a copy of {}: every message of it is a record", copied.stream);
        return vec![Point::good("stream", says)];
    }
    let so = "no record is lost or altered by it, and every node passes it over alike; somebody \
              wrote it with rights to the stream";
    copied.skipped.iter().map(|skip| Point::bad("stream", skip.told()).so(so)).collect()
}

fn set_aside(log: &dyn Log) -> Option<Point> {
    let files = log.set_aside();
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        Point::warning("log", format!("set aside as damaged, nothing recorded is lost: {names}"))
    })
}

/// A log that cannot be opened: what the view still has.
fn without_log(directory: &Path, header: &[u8], error: &LogError) -> Verdict {
    let mut points = vec![of_header(header)];
    let so = "nothing can be recorded; what is read comes from the view";
    points.push(Point::bad("log", error.to_string()).so(so).help("export -o rescued.jsonl"));
    match View::to_read(directory, header) {
        Ok(view) => points.push(alone(&view).0),
        Err(error) => points.push(Point::bad("view", error.to_string()).so("no answer can be had")),
    }
    Verdict { standpoint: None, points }
}

/// What can be said of a view by itself, and its tree where it is whole.
fn alone(view: &View) -> (Point, Option<Frontier>) {
    let whole = Whole::of(view);
    let says = match &whole {
        Ok(whole) if whole.is_sound() => {
            let head = whole.tree.root();
            let records = whole.tree.size();
            let says = format!("{records} records, each carries the hash before it; head {head}");
            return (Point::good("view", says), Some(whole.tree.clone()));
        }
        Ok(whole) => whole.to_string(),
        Err(error) => error.to_string(),
    };
    (Point::bad("view", says).so(point::VIEW_WRONG).help("rebuild"), None)
}

/// The view against the log.
fn of_view(
    view: Result<Vec<Point>, ViewError>,
    tree: Option<&Frontier>,
    directory: &Path,
    header: &[u8],
) -> Vec<Point> {
    let mut points = match view {
        Ok(points) => points,
        Err(ViewError::Missing) => {
            let says = "there is none; the next question makes it from the log";
            return vec![Point::warning("view", says)];
        }
        Err(error) => {
            let point = Point::bad("view", error.to_string());
            return vec![point.so(point::VIEW_WRONG).help("rebuild")];
        }
    };
    if points.iter().any(|point| point.state == State::Bad) {
        return points;
    }
    let opened = View::to_read(directory, header);
    let checked = opened.and_then(|view| Ok((view.head(view.position())?, view)));
    match (checked, tree) {
        (Err(error), _) => {
            let point = Point::bad("view", error.to_string());
            points.push(point.so(point::VIEW_WRONG).help("rebuild"));
        }
        (Ok((head, view)), Some(tree)) if view.position() == tree.size() => {
            if head != tree.root() {
                let says = format!("its head is {head}, that of the log {}", tree.root());
                points.push(Point::bad("view", says).so(point::VIEW_WRONG).help("rebuild"));
            }
        }
        (Ok(_), _) => {}
    }
    if points.iter().all(|point| point.state != State::Bad) {
        points.insert(0, Point::good("view", "every record in it is that of the log"));
    }
    points
}

fn standpoint(header: &[u8], read: &Read) -> Option<Standpoint> {
    let (header, tree) = (Header::from_bytes(header).ok()?, read.tree.as_ref()?);
    Some(Standpoint {
        id: header.id,
        records: tree.size(),
        head: tree.root().to_string(),
        recorded_from: read.first,
        recorded_to: read.last,
        clock: header.clock,
    })
}

impl Expected {
    fn hold(&self, read: &examine::Done) -> Point {
        match self.size {
            None => {
                let tree = read.tree();
                self.held(tree.map_or(0, Frontier::size), tree.map(Frontier::root))
            }
            Some(size) => self.held(size, read.root(size)),
        }
    }

    /// Holds it against the root over so many records; none where there are not so many, or not
    /// all can be read.
    fn held(&self, size: u64, root: Option<Hash>) -> Point {
        let over = match (size, root) {
            (0, None) => "over all records".to_owned(),
            (0, Some(_)) => "over no records".to_owned(),
            _ => format!("over records 1 to {size}"),
        };
        let wrong = |says: String| {
            let so = "this is another ledger than the one with that head, or it was altered since, \
                      or has lost records";
            Point::bad(self.check, says).so(so)
        };
        match root {
            Some(root) if root == self.root => {
                Point::good(self.check, format!("the head {over} is {root}, as expected"))
            }
            Some(root) => wrong(format!("the head {over} is {root}, expected was {}", self.root)),
            None => {
                let why = "there are not so many, or not all can be read";
                wrong(format!("there is no head {over}: {why}"))
            }
        }
    }
}
