//! Seeded ledgers of any size, as they grow in practice: some twenty events a measure, a few
//! measures with very many, corrections, uncertain dates, plans, and sources of some 300 bytes.

use std::fmt::Write as _;
use std::io::{self, Write};

/// Measures that get 10,000 events each, once the ledger is large enough for one of them.
const LARGE: u64 = 10_000;

/// What is written.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// How many events.
    pub events: u64,
}

impl Size {
    /// How many measures: one for twenty events.
    pub fn measures(self) -> u64 {
        (self.events / 20).max(1)
    }

    /// One measure in this many events has very many.
    fn large_measures(self) -> u64 {
        self.events / 200_000
    }
}

/// A small generator of numbers (`SplitMix64`): the same on every machine, for ever.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
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

    /// Whether one of `of` hundred chances falls.
    fn percent(&mut self, of: u64) -> bool {
        self.below(100) < of
    }
}

const ACTS: [(&str, &str); 7] = [
    ("imposed", "in-force"),
    ("eased", "in-force-eased"),
    ("tightened", "in-force"),
    ("suspended", "suspended"),
    ("reimposed", "in-force"),
    ("lifted", "lifted"),
    ("expanded", "in-force"),
];

/// The id of a measure.
pub fn measure(number: u64) -> String {
    format!("b{:02}.m{number}", number % 97)
}

/// A day, `number` days after 2000-01-01.
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

/// Days over which events are spread.
pub const DAYS: u64 = 9000;

/// One event as the peers get it: what is certain of it.
pub struct Plain {
    pub measure: u64,
    pub effective: String,
    pub act: &'static str,
    pub status: &'static str,
    pub source: String,
}

/// Writes a ledger as JSON Lines; `plain` is told each event for the peers.
pub fn write(
    size: Size,
    seed: u64,
    out: &mut impl Write,
    mut plain: impl FnMut(Plain) -> io::Result<()>,
) -> io::Result<()> {
    let mut dice = Dice::new(seed);
    for number in 0..size.measures() {
        let id = measure(number);
        writeln!(
            out,
            r#"{{"record":"measure","measure":"{id}","kind":"licensing-requirement","title":"Measure {number}","parties":["JP","KR"],"tags":["bench"]}}"#
        )?;
    }
    let mut days = Vec::new();
    let mut spread = Spread { size, left: LARGE, large: 0 };
    for number in 0..size.events {
        let about = spread.measure(&mut dice);
        let event = event(&mut dice, about);
        writeln!(out, "{}", event.line(number, &mut dice))?;
        days.push(event.day);
        correct(&mut dice, &days, out)?;
        plain(event.plain)?;
    }
    Ok(())
}

/// Which measure the next event is about.
struct Spread {
    size: Size,
    left: u64,
    large: u64,
}

impl Spread {
    fn measure(&mut self, dice: &mut Dice) -> u64 {
        let every = self.size.events / (self.size.large_measures() * LARGE).max(1);
        if self.large < self.size.large_measures() && dice.below(every) == 0 {
            self.left -= 1;
            let measure = self.large;
            if self.left == 0 {
                (self.left, self.large) = (LARGE, self.large + 1);
            }
            return measure;
        }
        dice.below(self.size.measures())
    }
}

struct Event {
    plain: Plain,
    day: u64,
}

fn event(dice: &mut Dice, measure: u64) -> Event {
    let day_number = dice.below(DAYS);
    let (act, status) = ACTS[usize::try_from(dice.below(7)).unwrap_or(0)];
    let effective = day(day_number);
    let mut source = String::new();
    for _ in 0..12 {
        let _ = write!(source, "{:016x}-", dice.next());
    }
    Event { plain: Plain { measure, effective, act, status, source }, day: day_number }
}

impl Event {
    fn line(&self, number: u64, dice: &mut Dice) -> String {
        let Plain { measure: of, effective, act, source, .. } = &self.plain;
        let id = measure(*of);
        let date = if dice.percent(5) { effective[..7].to_owned() } else { effective.clone() };
        let then = if dice.percent(5) {
            format!(r#","then":[{{"act":"expired","effective":"{}"}}]"#, day(self.day + 400))
        } else {
            String::new()
        };
        format!(
            r#"{{"record":"event","key":"e{number}","measure":"{id}","act":"{act}","effective":"{date}"{then},"sources":[{{"publisher":"Gazette","title":"Notice {number}","url":"https://example.org/{source}","published":"{effective}"}}]}}"#
        )
    }
}

/// Of a hundred events three are amended and one is retracted.
fn correct(dice: &mut Dice, days: &[u64], out: &mut impl Write) -> io::Result<()> {
    let of = dice.below(days.len() as u64);
    match dice.below(100) {
        0..3 => {
            let before = usize::try_from(of).ok().and_then(|of| days.get(of)).copied();
            let date = day(before.unwrap_or_default() + dice.below(30));
            writeln!(
                out,
                r#"{{"record":"amendment","of":"e{of}","set":{{"effective":"{date}"}},"because":"better-source"}}"#
            )
        }
        3 => writeln!(
            out,
            r#"{{"record":"retraction","of":"e{of}","because":"entered-by-mistake"}}"#
        ),
        _ => Ok(()),
    }
}
