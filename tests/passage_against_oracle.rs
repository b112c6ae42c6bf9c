//! What the kernel says of the way to a day, against brute force: what events find, and ends.
//!
//! `POLICY_LEDGER_ORACLE_RUNS` sets how many histories (1,000 unless given),
//! `POLICY_LEDGER_ORACLE_SEED` the first seed.

use std::collections::BTreeSet;

use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant};
use policy_ledger::timeline::{self, Ended, Telling};
use serde_json::Value;
use uuid::Uuid;

use crate::oracle::generate;
use crate::oracle::passage::{self, Lives};

fn history(records: &[Value]) -> History {
    let entry = |(seq, value): (u64, &Value)| {
        let draft = record::read(value.as_object().unwrap()).unwrap();
        let (id, recorded) = (Uuid::from_u128(u128::from(seq)), Instant::start_of(Day::FIRST));
        Entry { seq, id, recorded, by: None, key: draft.key, record: draft.record }
    };
    History::of(&(1..).zip(records).map(entry).collect::<Vec<_>>(), None)
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

fn seeds() -> std::ops::Range<u64> {
    let first = number("POLICY_LEDGER_ORACLE_SEED", 0);
    first..first + number("POLICY_LEDGER_ORACLE_RUNS", 1_000)
}

#[test]
fn what_events_find_and_whether_an_end_comes_is_as_in_the_oracle() {
    let (mut found, mut ends) = (0, [0; 3]);
    for seed in seeds() {
        let case = generate::case(seed);
        let history = history(&case.records);
        for lives in passage::all(&case.records, &case.probes) {
            found += compare_found(seed, &history, &lives);
            for after in &case.probes {
                for by in case.probes.iter().filter(|by| *by > after) {
                    ends[compare_ended(seed, &history, &lives, after, by) as usize] += 1;
                }
            }
        }
    }
    assert!(found > 100, "{found} events were compared");
    assert!(ends.iter().all(|&count| count > 10), "{ends:?} of no, perhaps and surely");
}

/// Compares what each event found, and gives the number of events.
fn compare_found(seed: u64, history: &History, lives: &Lives) -> usize {
    let leaf = history.measure(&lives.measure).unwrap();
    let telling = Telling::plain(history);
    assert_eq!(timeline::has_worlds(telling, leaf), !lives.inconsistent, "seed {seed}");
    let found = timeline::found(telling, leaf);
    if lives.inconsistent {
        assert!(found.is_empty());
        return 0;
    }
    let before = lives.before();
    for (event, found) in &found {
        let standing = &history.events()[*event];
        let none = BTreeSet::new();
        let lived = before.get(&standing.record).unwrap_or(&none);
        let what = format!("seed {seed}: {} before @{}", lives.measure, standing.record);
        // Of a status that a plan of the same act gave, only that is told.
        let same =
            if found.planned { found.statuses.is_subset(lived) } else { found.statuses == *lived };
        assert!(same, "{what}: {found:?}, lived: {lived:?}");
    }
    let kind = &history.measures()[leaf].kind;
    let choosy = before.keys().filter(|&&record| {
        let event = &history.events()[history.event_of(record).unwrap()].event;
        kind.act(&event.act).is_some_and(|act| !act.from.is_empty())
    });
    assert_eq!(choosy.count(), found.len(), "seed {seed}: {}", lives.measure);
    found.len()
}

fn compare_ended(seed: u64, history: &History, lives: &Lives, after: &str, by: &str) -> Ended {
    let leaf = history.measure(&lives.measure).unwrap();
    let day = |text: &str| text.parse().unwrap();
    let ended = timeline::ended(Telling::plain(history), leaf, day(after), day(by));
    let lived = match lives.ended(after, by) {
        (_, true) => Ended::Surely,
        (true, false) => Ended::Perhaps,
        (false, false) => Ended::No,
    };
    assert_eq!(ended, lived, "seed {seed}: {} after {after} by {by}", lives.measure);
    ended
}

#[test]
fn a_plan_that_nobody_confirms_makes_the_answer_unconfirmed() {
    let mut plans = 0;
    for seed in seeds() {
        let case = generate::case(seed);
        let history = history(&case.records);
        let telling = Telling::plain(&history);
        for (measure, tracked) in history.measures().iter().enumerate() {
            for at in &case.probes {
                let at = at.parse().unwrap();
                let found = timeline::unconfirmed_plans(telling, measure, at);
                let unconfirmed = timeline::outcome(telling, measure, at).unconfirmed;
                assert!(unconfirmed || found.is_empty(), "seed {seed}: {} {at}", tracked.id());
                plans += found.len();
            }
        }
    }
    assert!(plans > 100, "{plans} plans were unconfirmed");
}
