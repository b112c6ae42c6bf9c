//! The rows P1 to P9 of the table.

mod appends;
mod questions;
mod writing;

use std::time::Duration;

use clap::ValueEnum;

use super::contest::{Contestant, contest};
use super::place::Place;
use super::results::{self, Judged, Measured, Row, Target};

/// The size that others are held against, to see that nothing grows with the ledger.
pub const SMALL: u64 = 10_000;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Id {
    /// One measure.
    P1,
    /// All measures.
    P2,
    /// All measures, as they were known in the middle of the log.
    P3,
    /// Durable appends by eight writers in one process.
    P4,
    /// One append, a process.
    P5,
    /// Import.
    P6,
    /// The view again; everything verified.
    P7,
    /// Questions about spans of time, and the newest records.
    P8,
    /// Memory does not grow with the ledger.
    P9,
}

impl Id {
    pub fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    /// First what makes the ledger, so that it is made once; last what adds to it.
    pub fn in_order_of_running(rows: &[Self]) -> impl Iterator<Item = Self> + '_ {
        let order =
            [Self::P6, Self::P7, Self::P1, Self::P2, Self::P3, Self::P8, Self::P9, Self::P5];
        order.into_iter().chain([Self::P4]).filter(|id| rows.contains(id))
    }

    fn work(self) -> &'static str {
        match self {
            Self::P1 => "`state M --at D --json`, one measure",
            Self::P2 => "`state --at D --json`, all measures",
            Self::P3 => "the same, `--known` in the middle of the log",
            Self::P4 => "durable appends in one process, eight writers",
            Self::P5 => "`append`, a process",
            Self::P6 => "`import`",
            Self::P7 => "`rebuild`, `verify`",
            Self::P8 => "`log --limit 20`, `diff`, `timeline`, `agenda`",
            Self::P9 => "memory of a reader of one measure",
        }
    }
}

/// What rows are measured on.
pub struct Bench {
    /// The size in question.
    pub here: Place,
    /// The small size, which others are held against.
    pub small: Place,
    /// For how long a contest goes on.
    pub budget: Duration,
}

impl Bench {
    /// Measures one row.
    pub fn row(&self, id: Id) -> Row {
        let mut row = Row {
            id: format!("{id:?}"),
            work: id.work().to_owned(),
            events: self.here.size.events,
            taken: results::today(),
            measured: Vec::new(),
            judged: Vec::new(),
            notes: Vec::new(),
        };
        match id {
            Id::P1 => self.one_measure(&mut row),
            Id::P2 => self.all_measures(&mut row),
            Id::P3 => self.all_measures_known(&mut row),
            Id::P4 => self.eight_writers(&mut row),
            Id::P5 => self.one_append(&mut row),
            Id::P6 => self.import(&mut row),
            Id::P7 => self.whole_log(&mut row),
            Id::P8 => self.spans(&mut row),
            Id::P9 => self.memory(&mut row),
        }
        row
    }

    fn contest(&self, contestants: &[Contestant<'_>]) -> Vec<Measured> {
        contest(self.budget, contestants)
    }

    /// Whether there is a smaller ledger to hold this one against.
    fn is_larger(&self) -> bool {
        self.here.size.events > SMALL
    }
}

impl Row {
    /// Who was measured under a name.
    fn of(&self, who: &str) -> Option<&Measured> {
        self.measured.iter().find(|measured| measured.who == who)
    }

    /// Holds one that was measured against another, where both were.
    fn hold(&mut self, ours: &str, theirs: &str, target: Option<Target>) {
        self.hold_by(ours, theirs, |ours, theirs| ours.against(theirs, target));
    }

    fn hold_by(
        &mut self,
        ours: &str,
        theirs: &str,
        judged: impl Fn(&Measured, &Measured) -> Judged,
    ) {
        let judged = self.of(ours).zip(self.of(theirs)).map(|(a, b)| judged(a, b));
        self.judged.extend(judged);
    }
}
