//! Replies that were given already. The same question to the same ledger on the same day has the same
//! answer, so it need not be worked out twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use super::reply::Reply;
use crate::log;
use crate::time::Day;
use crate::view::View;

/// The most bytes that are kept.
const MOST_BYTES: usize = 48 * 1024 * 1024;
/// The most bytes of a reply that is kept.
const MOST_OF_ONE: usize = 8 * 1024 * 1024;

/// What an answer depends on besides the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    /// The header of the ledger, byte for byte.
    header: Vec<u8>,
    /// The last record that was acknowledged as being in the view.
    records: u64,
    today: Day,
}

impl Point {
    /// How the ledger in a directory is now; none where that cannot be told. It is looked at before
    /// an answer is worked out: the answer has these records, or later ones.
    pub(super) fn of(directory: &std::path::Path, today: Day) -> Option<Self> {
        let records = View::acknowledged(directory).ok().filter(|records| *records > 0)?;
        Some(Self { header: log::read_header(directory).ok()?, records, today })
    }
}

/// Replies by what was asked, as of one point; those asked for longest ago go first.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Replies>);

#[derive(Debug, Default)]
struct Replies {
    point: Option<Point>,
    by_target: HashMap<String, (u64, Reply)>,
    /// Which was asked for when.
    asked: BTreeMap<u64, String>,
    times: u64,
    bytes: usize,
}

impl Kept {
    /// What was replied to a question at this point.
    pub(super) fn find(&self, point: &Point, target: &str) -> Option<Reply> {
        // A thread that failed while it held this has left a copy that may be incomplete.
        let mut kept = self.0.lock().ok()?;
        if kept.point.as_ref() != Some(point) {
            return None;
        }
        let (before, reply) = kept.by_target.get(target).cloned()?;
        kept.asked.remove(&before);
        kept.note(target, reply.clone());
        Some(reply)
    }

    /// Keeps a reply that was worked out from this point on.
    pub(super) fn keep(&self, point: Point, target: &str, reply: &Reply) {
        let Ok(mut kept) = self.0.lock() else { return };
        if reply.status != 200 || reply.body.len() > MOST_OF_ONE {
            return;
        }
        if kept.point.as_ref() != Some(&point) {
            // Of two that are worked out at a time the later may be the earlier point: it goes with
            // the next question.
            *kept = Replies { point: Some(point), ..Replies::default() };
        }
        if kept.by_target.contains_key(target) {
            return;
        }
        kept.bytes += reply.body.len() + target.len();
        kept.note(target, reply.clone());
        kept.make_room();
    }
}

impl Replies {
    fn note(&mut self, target: &str, reply: Reply) {
        self.times += 1;
        self.asked.insert(self.times, target.to_owned());
        self.by_target.insert(target.to_owned(), (self.times, reply));
    }

    fn make_room(&mut self) {
        while self.bytes > MOST_BYTES {
            let Some((_, target)) = self.asked.pop_first() else { return };
            let gone = self.by_target.remove(&target);
            let bytes = gone.map_or(0, |(_, reply)| reply.body.len());
            self.bytes = self.bytes.saturating_sub(bytes + target.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(records: u64) -> Point {
        Point { header: b"{}".to_vec(), records, today: Day::FIRST }
    }

    fn reply(bytes: usize) -> Reply {
        Reply::of("text/plain", vec![b'x'; bytes])
    }

    #[test]
    fn a_reply_holds_for_its_point_alone() {
        let kept = Kept::default();
        kept.keep(point(7), "/state", &reply(10));
        assert_eq!(kept.find(&point(7), "/state").unwrap().body.len(), 10);
        assert!(kept.find(&point(7), "/log").is_none());
        assert!(kept.find(&point(8), "/state").is_none());
        kept.keep(point(8), "/state", &reply(11));
        assert!(kept.find(&point(7), "/state").is_none());
        kept.keep(point(8), "/wrong", &reply(1).with_status(404));
        assert!(kept.find(&point(8), "/wrong").is_none());
    }

    #[test]
    fn what_was_asked_for_longest_ago_goes_first() {
        let kept = Kept::default();
        let each = MOST_OF_ONE - 100;
        for number in 0..6 {
            kept.keep(point(1), &format!("/{number}"), &reply(each));
            assert!(kept.find(&point(1), "/0").is_some(), "it is asked for again and again");
        }
        assert!(kept.find(&point(1), "/1").is_some());
        kept.keep(point(1), "/more", &reply(each));
        let there = |name: &str| kept.find(&point(1), name).is_some();
        assert!(!there("/2") && there("/0") && there("/1") && there("/more"));
        let bytes = kept.0.lock().unwrap().bytes;
        assert!(bytes <= MOST_BYTES && bytes > MOST_BYTES - 2 * each);
        kept.keep(point(1), "/huge", &reply(MOST_OF_ONE + 1));
        assert!(!there("/huge"));
    }
}
