//! What stands for a text where only sameness matters.

use super::hashed;
use crate::codec;
use crate::record::{Draft, Record};

/// A text, by half of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Mark([u8; 16]);

impl Mark {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(hashed(bytes))
    }

    /// What a record says; the revision of a built-in kind is the ledger's own remark.
    pub(super) fn of_record(record: &Record) -> Self {
        let bare = match record {
            Record::Measure(measure) if measure.revision.is_some() => {
                let mut bare = measure.clone();
                bare.revision = None;
                Some(Record::Measure(bare))
            }
            Record::Kind(kind) if kind.revision.is_some() => {
                let mut bare = kind.clone();
                bare.revision = None;
                Some(Record::Kind(bare))
            }
            Record::Measure(_)
            | Record::Kind(_)
            | Record::Event(_)
            | Record::Amendment(_)
            | Record::Retraction(_)
            | Record::Source(_)
            | Record::Settlement(_)
            | Record::Alias(_)
            | Record::Review(_) => None,
        };
        bare.map_or_else(|| Self::of(&codec::said(record)), |bare| Self::of(&codec::said(&bare)))
    }
}

/// A draft that is ready to be taken. Making one needs nothing of the ledger, so several threads
/// can.
#[derive(Debug)]
pub struct Ready {
    pub(super) draft: Draft,
    pub(super) mark: Mark,
    /// What it says, as it is written down.
    pub(super) said: Vec<u8>,
}

impl Ready {
    /// Which of several inputs the draft came from.
    #[must_use]
    pub fn input(&self) -> usize {
        self.draft.input
    }

    /// Whether the draft says when it was recorded.
    #[must_use]
    pub fn says_when(&self) -> bool {
        self.draft.recorded.is_some()
    }

    /// Makes a draft ready.
    #[must_use]
    pub fn of(draft: Draft) -> Self {
        let said = codec::said(&draft.record);
        let mark = match &draft.record {
            Record::Measure(_) | Record::Kind(_) => Mark::of_record(&draft.record),
            Record::Event(_)
            | Record::Amendment(_)
            | Record::Retraction(_)
            | Record::Source(_)
            | Record::Settlement(_)
            | Record::Alias(_)
            | Record::Review(_) => Mark::of(&said),
        };
        Self { draft, mark, said }
    }
}
