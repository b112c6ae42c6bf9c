//! One event: where, what, when, and who says so.

use std::fmt::Write as _;

use super::{DAYS, Dice, SEED, Size, day, measure, of_percent};

/// The acts and the status that each gives, whatever was before.
const ACTS: [(&str, &str); 6] = [
    ("imposed", "in-force"),
    ("eased", "in-force-eased"),
    ("tightened", "in-force"),
    ("suspended", "suspended"),
    ("reimposed", "in-force"),
    ("lifted", "lifted"),
];

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its place among the events, from 0.
    pub number: u64,
    /// The number of its measure.
    pub measure: u64,
    /// What happened.
    pub act: &'static str,
    /// The status that gives.
    pub status: &'static str,
    /// The day it had its effect, counted from 2000-01-01.
    pub day: u64,
    /// Whether only the month of that is known.
    pub is_uncertain: bool,
    /// Whether it says that it will end by itself.
    pub is_planned: bool,
    /// The source, as JSON.
    pub source: String,
}

impl Event {
    /// The event of a place.
    pub fn of(size: Size, number: u64) -> Self {
        let mut dice = Dice::new(SEED).at(number);
        let measure = size.measure_of(&mut dice);
        let day = dice.below(DAYS);
        let (act, status) = ACTS[usize::try_from(dice.below(6)).unwrap_or(0)];
        let is_uncertain = of_percent(&mut dice, 5);
        let is_planned = of_percent(&mut dice, 5);
        let source = source(number, day, &mut dice);
        Self { number, measure, act, status, day, is_uncertain, is_planned, source }
    }

    pub fn line(&self) -> String {
        let Self { number, act, source, .. } = self;
        let id = measure(self.measure);
        let mut effective = day(self.day);
        if self.is_uncertain {
            effective.truncate("2000-01".len());
        }
        let then = if self.is_planned {
            format!(r#","then":[{{"act":"expired","effective":"{}"}}]"#, day(self.day + 400))
        } else {
            String::new()
        };
        format!(
            r#"{{"record":"event","key":"e{number}","measure":"{id}","act":"{act}","effective":"{effective}"{then},"sources":[{source}]}}"#
        )
    }

    pub(super) fn plain(&self) -> String {
        let Self { number, act, status, source, .. } = self;
        let (id, effective) = (measure(self.measure), day(self.day));
        format!("event\t{number}\t{id}\t{effective}\t{act}\t{status}\t{source}")
    }
}

/// Some 300 bytes.
fn source(number: u64, published: u64, dice: &mut Dice) -> String {
    let mut path = String::new();
    for _ in 0..11 {
        let _ = write!(path, "{:016x}-", dice.next());
    }
    let published = day(published);
    format!(
        r#"{{"publisher":"Gazette","title":"Notice {number}","url":"https://example.org/{path}","published":"{published}"}}"#
    )
}
