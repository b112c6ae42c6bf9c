//! Seeded ledgers of any size, as they grow in practice: some twenty events a measure, a few
//! measures with very many, corrections, uncertain dates, plans, and sources of some 300 bytes.
//!
//! What is said is a function of the seed and its place alone, so that ten million events need no
//! memory and any of them can be looked up.

mod dice;
mod event;

use dice::of_percent;
pub use dice::{DAYS, Dice, day};
pub use event::Event;

/// Raised whenever the same size and seed give other data, so that older data are not taken for
/// these.
pub const GENERATION: u32 = 3;

/// Every ledger is of this seed.
pub const SEED: u64 = 20_190_701;

/// How many events a measure has that has very many, about.
const LARGE: u64 = 10_000;

/// How large a ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How many events.
    pub events: u64,
}

impl Size {
    /// How many measures: one for twenty events.
    pub fn measures(self) -> u64 {
        (self.events / 20).max(1)
    }

    /// How many of them have very many events: the first ones.
    pub fn large_measures(self) -> u64 {
        self.events / 200_000
    }

    /// All that is said in a ledger of this size, in the order in which it is recorded.
    pub fn said(self) -> impl Iterator<Item = Said> {
        let measures = (0..self.measures()).map(Said::Measure);
        let events = (0..self.events).flat_map(move |number| {
            [Some(Said::Event(Event::of(self, number))), correction(self, number)]
        });
        measures.chain(events.flatten())
    }

    /// How many records that makes.
    pub fn records(self) -> u64 {
        let corrected = (0..self.events).filter(|&number| correction(self, number).is_some());
        self.measures() + self.events + corrected.count() as u64
    }

    /// Which measure an event is about.
    fn measure_of(self, dice: &mut Dice) -> u64 {
        let large = self.large_measures();
        if large > 0 && dice.below(self.events / (large * LARGE)) == 0 {
            return dice.below(large);
        }
        dice.below(self.measures())
    }
}

/// One record, as it is said.
#[derive(Debug, Clone)]
pub enum Said {
    /// A measure is declared.
    Measure(u64),
    /// Something happened.
    Event(Event),
    /// An event had its effect on another day than was said.
    Amended {
        /// The number of the event.
        of: u64,
        /// The day.
        effective: String,
    },
    /// An event was entered by mistake.
    Retracted {
        /// Its number.
        of: u64,
    },
}

/// After an event, in three cases of a hundred, an earlier one is amended, in one retracted.
fn correction(size: Size, number: u64) -> Option<Said> {
    let mut dice = Dice::new(SEED ^ 0xc0).at(number);
    let (case, of) = (dice.below(100), dice.below(number + 1));
    match case {
        0..3 => {
            let moved = Event::of(size, of).day + dice.below(30);
            Some(Said::Amended { of, effective: day(moved) })
        }
        3 => Some(Said::Retracted { of }),
        _ => None,
    }
}

impl Said {
    /// The record as a line of JSON Lines, without its end.
    pub fn line(&self) -> String {
        match self {
            Self::Measure(number) => format!(
                r#"{{"record":"measure","measure":"{}","kind":"licensing-requirement","title":"Measure {number}","parties":["JP","KR"],"tags":["bench"]}}"#,
                measure(*number)
            ),
            Self::Event(event) => event.line(),
            Self::Amended { of, effective } => format!(
                r#"{{"record":"amendment","of":"e{of}","set":{{"effective":"{effective}"}},"because":"better-source"}}"#
            ),
            Self::Retracted { of } => {
                format!(r#"{{"record":"retraction","of":"e{of}","because":"entered-by-mistake"}}"#)
            }
        }
    }

    /// The record as the peers get it, what is certain of it: its sort and its fields, with tabs
    /// between them.
    pub fn plain(&self) -> String {
        match self {
            Self::Measure(number) => format!("measure\t{}\tMeasure {number}", measure(*number)),
            Self::Event(event) => event.plain(),
            Self::Amended { of, effective } => format!("amended\t{of}\t{effective}"),
            Self::Retracted { of } => format!("retracted\t{of}"),
        }
    }
}

/// The id of a measure.
pub fn measure(number: u64) -> String {
    format!("b{:02}.m{number}", number % 97)
}
