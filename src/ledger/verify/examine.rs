//! The entries of a log, one after another: numbers, chain, times, ids, tree.

use std::collections::BTreeMap;

use super::point::{Point, records};
use super::{Header, Read};
use crate::codec::Envelope;
use crate::ledger::ClockKind;
use crate::log::{LogError, MAX_BATCH_ENTRIES};
use crate::proof::{Frontier, Hash, leaf};
use crate::time::Instant;

/// More things of one sort are counted, and not told one by one.
const MOST_POINTS: usize = 200;

/// What was read of an entry.
pub(super) struct Taken<'b> {
    /// The hash of its bytes.
    pub(super) hash: Hash,
    /// When it was recorded, as it is written; none where it is no entry.
    pub(super) recorded: Option<&'b str>,
    /// Whether it carries the hash of the entry before. True where that cannot be told.
    pub(super) follows: bool,
}

/// Holds entries against the ones before them.
pub(super) struct Examiner {
    machine: bool,
    /// The hash that the next entry must carry; none after one that is lost.
    before: Option<Hash>,
    /// None once an entry is lost: no root can be computed any more.
    tree: Option<Frontier>,
    /// The sizes whose roots are wanted, with those that are known.
    roots: BTreeMap<u64, Option<Hash>>,
    first: Option<Instant>,
    last: Option<(String, Instant)>,
    /// How many records share the last time.
    shared: usize,
    ids: Vec<(u128, u64)>,
    found: Found,
    count: u64,
}

/// What is wrong, by check.
#[derive(Default)]
struct Found(BTreeMap<&'static str, (Vec<Point>, usize)>);

impl Found {
    fn add(&mut self, point: Point) {
        let (points, more) = self.0.entry(point.check).or_default();
        if points.len() < MOST_POINTS { points.push(point) } else { *more += 1 }
    }

    /// The points of a check, or that it is as it should be.
    fn take(&mut self, check: &'static str, good: impl Into<String>) -> Vec<Point> {
        let Some((mut points, more)) = self.0.remove(check) else {
            return vec![Point::good(check, good)];
        };
        if more > 0 {
            points.push(Point::bad(check, format!("{more} more of this sort are not listed")));
        }
        points
    }
}

/// All that was read.
pub(super) struct Done {
    read: Read,
    roots: BTreeMap<u64, Option<Hash>>,
}

impl Done {
    pub(super) fn read(self) -> Read {
        self.read
    }

    pub(super) fn tree(&self) -> Option<&Frontier> {
        self.read.tree.as_ref()
    }

    /// The root over the first records; none where it was not asked for or cannot be computed.
    pub(super) fn root(&self, size: u64) -> Option<Hash> {
        self.roots.get(&size).copied().flatten()
    }
}

impl Examiner {
    pub(super) fn new(header: &[u8], sizes: impl IntoIterator<Item = u64>) -> Self {
        let mut roots: BTreeMap<u64, Option<Hash>> =
            sizes.into_iter().map(|size| (size, None)).collect();
        if let Some(none) = roots.get_mut(&0) {
            *none = Some(Frontier::default().root());
        }
        let machine = Header::from_bytes(header).is_ok_and(|it| it.clock == ClockKind::Machine);
        Self {
            machine,
            before: Some(leaf(header)),
            tree: Some(Frontier::default()),
            roots,
            first: None,
            last: None,
            shared: 0,
            ids: Vec::new(),
            found: Found::default(),
            count: 0,
        }
    }

    /// The entry at a position.
    pub(super) fn take<'b>(&mut self, position: u64, bytes: &'b [u8]) -> Taken<'b> {
        let hash = leaf(bytes);
        self.count += 1;
        self.grow(hash);
        let before = self.before.replace(hash);
        let envelope = match Envelope::of(bytes) {
            Ok(envelope) => envelope,
            Err(unreadable) => {
                let says = format!("@{position} {unreadable}");
                self.found.add(lost_entry(says, position));
                return Taken { hash, recorded: None, follows: false };
            }
        };
        if envelope.seq != position {
            let says = format!("at the place of @{position} lies the record @{}", envelope.seq);
            self.found.add(lost_entry(says, position));
        }
        self.ids.push((envelope.id.as_u128(), position));
        let follows = before.is_none_or(|before| before == envelope.prev);
        if !follows {
            self.found.add(broken(position));
        }
        self.time(position, &envelope);
        Taken { hash, recorded: Some(envelope.recorded), follows }
    }

    /// Entries that cannot be read.
    pub(super) fn lost(&mut self, from: u64, to: u64, error: &LogError) {
        let says = format!("{} cannot be read: {error}", records(from, to));
        let so = "they are lost to the log; what the view still has of them, `export` saves";
        let point = Point::bad("log", says).about(from, to).so(so);
        self.found.add(point.help("export -o rescued.jsonl"));
        self.before = None;
        self.tree = None;
    }

    fn grow(&mut self, hash: Hash) {
        let Some(tree) = &mut self.tree else { return };
        tree.push(hash);
        if let Some(root) = self.roots.get_mut(&tree.size()) {
            *root = Some(tree.root());
        }
    }

    /// Times never go back, and a batch has one of its own.
    fn time(&mut self, position: u64, envelope: &Envelope) {
        if let Some((text, _)) = &self.last
            && text == envelope.recorded
        {
            self.shared += 1;
            if self.machine && self.shared == MAX_BATCH_ENTRIES + 1 {
                let says = format!(
                    "more than {MAX_BATCH_ENTRIES} records up to @{position} have one recorded \
                     time, {}: no batch is so large",
                    envelope.recorded
                );
                self.found.add(untimely(says, position));
            }
            return;
        }
        self.shared = 1;
        let Ok(recorded) = envelope.recorded() else {
            let says =
                format!("the recorded time of @{position}, `{}`, is none", envelope.recorded);
            self.found.add(untimely(says, position));
            return;
        };
        if let Some((_, last)) = &self.last
            && recorded < *last
        {
            let says = format!("@{position} was recorded at {recorded}, before the one before it");
            self.found.add(untimely(says, position));
        }
        self.first = self.first.or(Some(recorded));
        self.last = Some((envelope.recorded.to_owned(), recorded));
    }

    /// Ids that two records have.
    fn repeated(&mut self) {
        self.ids.sort_unstable();
        for pair in self.ids.windows(2) {
            let [(one, first), (other, second)] = *pair else { continue };
            if one == other {
                let id = uuid::Uuid::from_u128(one);
                let says = format!("@{first} and @{second} have one id, {id}");
                let so = "whatever names it can mean either";
                self.found.add(Point::bad("entry", says).about(second, second).so(so));
            }
        }
    }

    /// Every check with what it found, and what was read.
    pub(super) fn finish(mut self) -> (Vec<Point>, Done) {
        self.repeated();
        let count = self.count;
        let mut points = self.found.take("log", format!("{count} records, numbered without gaps"));
        points.extend(self.found.take("entry", "each has its number and an id of its own"));
        points.extend(self.found.take("chain", "each carries the hash of the one before it"));
        points.extend(self.found.take("time", "recorded times never go back"));
        points.push(match &self.tree {
            Some(tree) => Point::good("tree", format!("head {}", tree.root())),
            None => Point::bad("tree", "no head can be computed: not every entry can be read"),
        });
        let last = self.last.map(|(_, instant)| instant);
        let read = Read { tree: self.tree, first: self.first, last };
        (points, Done { read, roots: self.roots })
    }
}

fn lost_entry(says: String, position: u64) -> Point {
    let so = "a rebuild of the view is refused; restore the log from a backup";
    Point::bad("entry", says).about(position, position).so(so)
}

fn broken(position: u64) -> Point {
    let (says, first) = match position - 1 {
        0 => ("@1 does not carry the hash of the header: one of the two was altered".into(), 1),
        before => (
            format!("@{position} does not carry the hash of @{before}: one of the two was altered"),
            before,
        ),
    };
    let so = "a rebuild of the view is refused; no head from here on is that of what was recorded";
    Point::bad("chain", says).about(first, position).so(so)
}

fn untimely(says: String, position: u64) -> Point {
    let so = "answers with `--known` around that time cannot be trusted";
    Point::bad("time", says).about(position, position).so(so)
}
