//! Numbers by chance, the same on every machine, and days from numbers.

/// A small generator of numbers (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for one place.
    pub fn at(mut self, place: u64) -> Self {
        let salt = self.next();
        Self(Self(place ^ salt).next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

/// Whether one of so many cases of a hundred is there.
pub(super) fn of_percent(dice: &mut Dice, percent: u64) -> bool {
    dice.below(100) < percent
}

/// Days over which events are spread, from 2000-01-01.
pub const DAYS: u64 = 9000;

/// A day, so many days after 2000-01-01.
pub fn day(number: u64) -> String {
    // Civil days from a count, after Hinnant's algorithm.
    let z = number + 10_957 + 719_468;
    let era = z / 146_097;
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
