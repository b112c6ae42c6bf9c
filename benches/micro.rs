//! The small steps that all answers and all records are made of, one at a time.
//!
//! ```text
//! cargo bench --bench micro            # all
//! cargo bench --bench micro -- codec   # those with a word in their name
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on stops")]
#![allow(unreachable_pub, reason = "the door of a benchmark's module is not that of the crate")]

#[allow(dead_code, reason = "the other benchmark uses the rest")]
mod data;

use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use policy_ledger::answer::{self, Filter};
use policy_ledger::codec;
use policy_ledger::history::History;
use policy_ledger::ledger::{Ledger, Writer};
use policy_ledger::log::MemoryLog;
use policy_ledger::proof::{self, Frontier, Hash};
use policy_ledger::record::{self, Draft, Entry};
use policy_ledger::time::{Day, SystemClock, Window};
use policy_ledger::timeline::{self, Telling};

use data::Size;

fn main() {
    divan::main();
}

const HEADER: &str = r#"{"format":1,"id":"0197c3a0-0000-4000-8000-000000000000","clock":"machine","created":"2026-01-01T00:00:00Z"}"#;

/// The ledger of 2,000 events, in memory.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let log = MemoryLog::create(HEADER.as_bytes()).unwrap();
    let mut ledger = Ledger::of(Box::new(log)).unwrap();
    let drafts = Size { events: 2_000 }.said().map(|said| draft(&said.line()));
    ledger.append(drafts.collect(), &Writer::of(&SystemClock)).unwrap();
    ledger.entries().unwrap()
});

static HISTORY: LazyLock<History> = LazyLock::new(|| History::of(&ENTRIES, None));

/// One event, as it is stored.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| codec::encode(event(), &hash()).unwrap());

const AT: &str = "2019-12-31";

fn draft(line: &str) -> Draft {
    record::read(&record::parse_object(line).unwrap()).unwrap()
}

fn event() -> &'static Entry {
    ENTRIES.iter().find(|entry| entry.record.kind() == "event").unwrap()
}

fn hash() -> Hash {
    proof::leaf(b"the entry before")
}

fn at() -> Day {
    AT.parse().unwrap()
}

/// What is written down and read.
mod coding {
    use super::{BYTES, Bencher, BytesCount, Size, black_box, codec, draft, event, hash};

    #[divan::bench]
    fn encode_an_event(bencher: Bencher<'_, '_>) {
        let (entry, prev) = (event(), hash());
        let bytes = BytesCount::of_slice(&**BYTES);
        bencher.counter(bytes).bench(|| codec::encode(black_box(entry), &prev).unwrap());
    }

    #[divan::bench]
    fn decode_an_event(bencher: Bencher<'_, '_>) {
        let bytes = BytesCount::of_slice(&**BYTES);
        bencher.counter(bytes).bench(|| codec::decode(black_box(&BYTES)).unwrap());
    }

    #[divan::bench]
    fn read_a_draft(bencher: Bencher<'_, '_>) {
        let said = Size { events: 1 }.said().nth(1).unwrap().line();
        bencher.counter(BytesCount::of_str(&said)).bench(|| draft(black_box(&said)));
    }
}

/// What is hashed and summed.
mod hashing {
    use super::{BYTES, Bencher, BytesCount, Frontier, ItemsCount, black_box, hash, proof};

    #[divan::bench]
    fn leaf_of_an_event(bencher: Bencher<'_, '_>) {
        let bytes = BytesCount::of_slice(&**BYTES);
        bencher.counter(bytes).bench(|| proof::leaf(black_box(&BYTES)));
    }

    #[divan::bench]
    fn tree_of_1_000_leaves(bencher: Bencher<'_, '_>) {
        let leaf = hash();
        bencher.counter(ItemsCount::new(1_000_u32)).bench(|| {
            let mut frontier = Frontier::default();
            (0..1_000).for_each(|_| frontier.push(black_box(leaf)));
            frontier.root()
        });
    }

    /// As the view sums its rows: each value with its length before it.
    #[divan::bench]
    fn checksum_of_a_row(bencher: Bencher<'_, '_>) {
        let leaf = hash();
        bencher.counter(BytesCount::of_slice(&**BYTES)).bench(|| {
            let mut hasher = crc32fast::Hasher::new();
            for value in [b"record".as_slice(), &[0; 8], leaf.as_bytes(), black_box(&BYTES)] {
                hasher.update(&(value.len() as u64).to_be_bytes());
                hasher.update(value);
            }
            hasher.finalize()
        });
    }
}

/// Windows of days.
mod windows {
    use super::{Bencher, Window, at, black_box};

    #[divan::bench(args = ["2019-07-04", "2019-07", "[2019-07-01..2019-08-10]~"])]
    fn read(text: &str) -> Window {
        black_box(text).parse().unwrap()
    }

    #[divan::bench]
    fn exclude(bencher: Bencher<'_, '_>) {
        let [a, b]: [Window; 2] = ["2019-07", "[2019-08-01..]"].map(|text| text.parse().unwrap());
        bencher.bench(|| black_box(&a).excludes(black_box(&b)));
    }

    #[divan::bench]
    fn a_day_as_text(bencher: Bencher<'_, '_>) {
        let day = at();
        bencher.bench(|| black_box(day).to_string());
    }
}

/// What follows for measures.
mod kernel {
    use super::{
        Bencher, ENTRIES, Filter, HISTORY, History, ItemsCount, Telling, answer, at, black_box,
        timeline,
    };

    #[divan::bench(sample_count = 20)]
    fn history_of_2_000_events(bencher: Bencher<'_, '_>) {
        bencher.counter(ItemsCount::new(ENTRIES.len())).bench(|| History::of(&ENTRIES, None));
    }

    /// Of some twenty events.
    #[divan::bench]
    fn outcome_of_the_first_measure(bencher: Bencher<'_, '_>) {
        outcome(bencher, 0);
    }

    /// The one with most open dates among the first hundred.
    #[divan::bench]
    fn outcome_of_the_most_uncertain_measure(bencher: Bencher<'_, '_>) {
        let measures = 0..100;
        outcome(bencher, measures.max_by_key(|&measure| open_dates(measure)).unwrap());
    }

    fn outcome(bencher: Bencher<'_, '_>, measure: usize) {
        let (telling, day) = (Telling::plain(&HISTORY), at());
        bencher.bench(|| timeline::outcome(black_box(telling), measure, day));
    }

    fn open_dates(measure: usize) -> usize {
        let events = &HISTORY.measures()[measure].events;
        events.iter().filter(|&&event| is_open(event)).count()
    }

    fn is_open(event: usize) -> bool {
        HISTORY.events()[event].event.effective.certain().is_none()
    }

    #[divan::bench(sample_count = 20)]
    fn state_of_all_100_measures(bencher: Bencher<'_, '_>) {
        let (filter, day) = (Filter::default(), at());
        let measures = ItemsCount::new(HISTORY.measures().len());
        bencher.counter(measures).bench(|| answer::rows(&HISTORY, black_box(&filter), day));
    }
}
