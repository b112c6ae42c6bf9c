//! The view gives what a replay of every record gives, however it came to be where it is.

mod portions;

use std::collections::{BTreeMap, BTreeSet};

use policy_ledger::admission::Ready;
use policy_ledger::admission::{self, Decision, Existing, Refused, Rules, Same, Simulated};
use policy_ledger::answer::{self, Filter};
use policy_ledger::codec;
use policy_ledger::history::{History, Names};
use policy_ledger::ledger::{ClockKind, Ledger, LedgerError, Loaded, Making, Recorded, Writer};
use policy_ledger::log::{MAX_BATCH_ENTRIES, MemoryLog};
use policy_ledger::proof::{Frontier, Hash, leaf};
use policy_ledger::record::{Draft, Entry, Mentions, Record, Reference};
use policy_ledger::time::{Day, FixedClock, Instant, SystemClock};
use policy_ledger::view::View;
use serde_json::Value;

use crate::ledgers::random::{Random, Writing};
use crate::ledgers::{self, Place, draft};

/// Random ledgers in each test.
const RUNS: u64 = 60;
/// Batches offered to each.
const BATCHES: u64 = 45;

fn now(batch: u64) -> Instant {
    format!("2021-01-{:02}T00:00:{:02}Z", 1 + batch / 30, batch % 30).parse().unwrap()
}

fn making() -> Making {
    let id = uuid::Uuid::from_u128(7);
    Making { clock: ClockKind::Simulated, fixed: Some((id, now(0))) }
}

/// An empty ledger in memory with a simulated clock.
fn empty() -> Ledger {
    let header = format!(
        r#"{{"format":1,"id":"{}","clock":"simulated","created":"{}"}}"#,
        uuid::Uuid::from_u128(7),
        now(0)
    );
    Ledger::of(Box::new(MemoryLog::create(header.as_bytes()).unwrap())).unwrap()
}

/// What admission decides over every record there is.
fn decided_by_all(
    ledger: &Ledger,
    drafts: Vec<Draft>,
    writer: &Writer<'_>,
) -> Result<Vec<Decision>, Vec<Refused>> {
    let entries = ledger.entries().unwrap();
    let seed = ledger.previous(ledger.records() as u64 + 1).unwrap();
    let rules = Rules {
        now: writer.clock.now(),
        simulated: Simulated::At,
        by: None,
        same: writer.same,
        batch: MAX_BATCH_ENTRIES,
        seed,
    };
    let keys: Vec<String> = Names::of(&entries).keys().map(str::to_owned).collect();
    let ids: Vec<String> = entries.iter().filter_map(given_id).collect();
    let existing = Existing {
        last: entries.last().map(|entry| (entry.seq, entry.recorded)),
        entries,
        measure_ids: &|| ids.clone(),
        keys: &|| keys.clone(),
    };
    admission::admit(existing, drafts, &rules)
}

/// The id or alias that a record gives a measure.
fn given_id(entry: &Entry) -> Option<String> {
    match &entry.record {
        Record::Measure(measure) => Some(measure.measure.clone()),
        Record::Alias(alias) => Some(alias.measure.clone()),
        Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Review(_) => None,
    }
}

/// Offers a batch: the ledger must decide as admission over all records does.
fn offer(ledger: &mut Ledger, batch: &[Value], writer: &Writer<'_>) -> bool {
    let drafts: Vec<Draft> = batch.iter().map(draft).collect();
    let expected = decided_by_all(ledger, drafts.clone(), writer);
    let found = match ledger.append(drafts, writer) {
        Ok(decisions) => Ok(decisions),
        Err(LedgerError::Refused(refused)) => Err(refused),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(found, expected, "{batch:#?}");
    found.is_ok()
}

/// A random ledger, and how many of its batches were refused.
fn random_ledger(random: &mut Random) -> (Ledger, u64) {
    let (mut ledger, mut refused) = (empty(), 0);
    let mut writing = Writing::new(random);
    for number in 1..=BATCHES {
        let batch = writing.batch();
        let same = *writing.random.pick(&[
            Same::Already,
            Same::Already,
            Same::New,
            Same::NewUnlessDuplicate,
        ]);
        let clock = FixedClock(now(number));
        let writer = Writer { clock_is_set: true, same, ..Writer::of(&clock) };
        if offer(&mut ledger, &batch, &writer) {
            writing.recorded(batch, ledger.records());
        } else {
            refused += 1;
        }
    }
    (ledger, refused)
}

#[test]
fn admission_through_the_view_decides_as_over_all_records() {
    let (mut records, mut refused) = (0, 0);
    for seed in 0..RUNS {
        let (ledger, no) = random_ledger(&mut Random::new(seed));
        records += ledger.records() as u64;
        refused += no;
    }
    // Both must be common, or nothing is shown.
    assert!(records > RUNS * 30, "only {records} records");
    assert!(refused > RUNS * 5, "only {refused} batches refused");
}

/// What becomes of a batch that is loaded as a long input; none in doubt.
fn loaded(ledger: &mut Ledger, drafts: Vec<Draft>, writer: &Writer<'_>) -> Option<Vec<Recorded>> {
    let mut recorded = Vec::new();
    let mut drafts = drafts.into_iter().map(Ready::of);
    let mut told = |input, what| {
        assert_eq!(input, 0);
        recorded.push(what);
    };
    let sure = ledger.load(&mut || Ok(drafts.next()), writer, &mut told).unwrap();
    (sure == Loaded::All).then_some(recorded)
}

/// Loads a batch: where the ledger is sure, it must record what admission over all records says.
/// Gives whether it was, and whether the batch could be recorded.
fn load(ledger: &mut Ledger, batch: &[Value], writer: &Writer<'_>) -> (bool, bool) {
    let drafts: Vec<Draft> = batch.iter().map(draft).collect();
    let expected = decided_by_all(ledger, drafts.clone(), writer);
    let before = ledger.records();
    let Some(found) = loaded(ledger, drafts.clone(), writer) else {
        assert_eq!(ledger.records(), before, "in doubt nothing is written");
        let appended = ledger.append(drafts, writer);
        assert_eq!(appended.is_ok(), expected.is_ok(), "{batch:#?}");
        return (false, expected.is_ok());
    };
    let expected = expected.unwrap_or_else(|refused| panic!("{refused:?}\n{batch:#?}"));
    let places: Vec<Recorded> = expected.iter().map(Recorded::from).collect();
    assert_eq!(found, places, "{batch:#?}");
    let new = expected.into_iter().filter_map(|decision| match decision {
        Decision::New(entry) => Some(*entry),
        Decision::Already(_) => None,
    });
    let added: Vec<Entry> = ledger.entries().unwrap().split_off(before);
    assert_eq!(added, new.collect::<Vec<_>>(), "{batch:#?}");
    (true, true)
}

#[test]
fn a_long_input_is_recorded_as_over_all_records_or_in_doubt() {
    let (mut sure, mut doubtful, mut refused) = (0, 0, 0);
    for seed in 10_000..10_000 + 2 * RUNS {
        let (mut ledger, mut random) = (empty(), Random::new(seed));
        let mut writing = Writing::new(&mut random);
        for number in 1..=BATCHES {
            // Several batches as one input, so that corrections meet what they correct.
            let several = 1 + writing.random.below(2);
            let batch: Vec<Value> = (0..several).flat_map(|_| writing.batch()).collect();
            let same = *writing.random.pick(&[Same::Already, Same::Already, Same::New]);
            let clock = FixedClock(now(number));
            let writer = Writer { clock_is_set: true, same, ..Writer::of(&clock) };
            match load(&mut ledger, &batch, &writer) {
                (true, _) => sure += 1,
                (false, true) => doubtful += 1,
                (false, false) => {
                    refused += 1;
                    continue;
                }
            }
            writing.recorded(batch, ledger.records());
        }
        let stored = stored(&ledger);
        let mut at_once = View::in_memory(&header(&ledger)).unwrap();
        at_once.follow(&stored).unwrap();
        at_once.commit().unwrap();
        at_once.check().unwrap();
    }
    // All three must be common, or nothing is shown.
    println!("{sure} sure, {doubtful} in doubt, {refused} refused");
    assert!(sure > 20 * RUNS, "only {sure} sure, {doubtful} in doubt");
    assert!(refused > 5 * RUNS, "only {refused} refused");
}

/// Every measure id and alias that a ledger has ever had.
fn measures(ledger: &Ledger) -> BTreeSet<String> {
    ledger.measure_ids().unwrap().into_iter().map(|(id, _)| id).collect()
}

/// All that can be said of one measure.
fn told(entries: &[Entry], known: u64, public: Option<Day>, id: &str, at: Day) -> String {
    let counting = entries.partition_point(|entry| entry.seq <= known);
    let history = History::of(&entries[..counting], public);
    let Some(measure) = history.measure(id) else {
        return format!("no {id}, {:?}", history.declared(id).is_some());
    };
    let filter = Filter { measures: vec![measure], ..Filter::default() };
    let tracked = &history.measures()[measure];
    let events = tracked.events.iter().map(|&event| {
        let standing = &history.events()[event];
        let retracted = history.is_retracted(standing.record);
        (standing.record, retracted, &standing.event, &standing.corrected_by, &standing.sides)
    });
    let events: Vec<_> = events.collect();
    let (aliases, reviewed) = (&tracked.aliases, tracked.reviewed_through);
    format!("{:?} {events:?} {aliases:?} {reviewed:?}", answer::rows(&history, &filter, at))
}

fn random_day(random: &mut Random) -> Day {
    format!("2020-{:02}-{:02}", random.between(2, 4), random.between(1, 28)).parse().unwrap()
}

#[test]
fn a_cluster_answers_as_all_records_do() {
    for seed in 1_000..1_000 + RUNS {
        let mut random = Random::new(seed);
        let ledger = random_ledger(&mut random).0;
        let all = ledger.entries().unwrap();
        for id in measures(&ledger) {
            let some = ledger.about(&Mentions::measures([&id])).unwrap();
            for _ in 0..3 {
                let known = 1 + random.below(all.len()) as u64;
                let public = random.chance(40).then(|| random_day(&mut random));
                let at = random_day(&mut random);
                let [from_some, from_all] =
                    [&some, &all].map(|entries| told(entries, known, public, &id, at));
                assert_eq!(from_some, from_all, "seed {seed}: {id} at {at}, @{known}, {public:?}");
            }
        }
    }
}

#[test]
fn a_question_needs_few_of_many_records() {
    // Otherwise the other tests would hold for clusters that are everything.
    let (mut some, mut all) = (0, 0);
    for seed in 1_000..1_020 {
        let ledger = random_ledger(&mut Random::new(seed)).0;
        for id in measures(&ledger) {
            some += ledger.about(&Mentions::measures([&id])).unwrap().len();
            all += ledger.records();
        }
    }
    assert!(some * 2 < all, "{some} of {all}");
}

/// The root over all of some leaves, one pushed after another.
fn root(leaves: &[Hash]) -> String {
    let mut frontier = Frontier::default();
    for &leaf in leaves {
        frontier.push(leaf);
    }
    frontier.root().to_string()
}

/// Stored bytes as a log has them, each with the hash of the one before.
fn stored(ledger: &Ledger) -> Vec<Vec<u8>> {
    let entries = ledger.entries().unwrap();
    let bytes = entries.iter().map(|entry| {
        let previous = ledger.previous(entry.seq).unwrap();
        let bytes = codec::encode(entry, &previous).unwrap();
        assert_eq!(leaf(&bytes), ledger.hash(entry.seq).unwrap());
        bytes
    });
    bytes.collect()
}

fn header(ledger: &Ledger) -> Vec<u8> {
    serde_json::to_vec(ledger.header()).unwrap()
}

/// Everything that a view tells, in words.
fn dump(view: &View) -> String {
    let mut said = BTreeMap::new();
    for (id, _) in view.measure_ids().unwrap() {
        let found = view.about(&Mentions::measures([&id])).unwrap();
        said.insert(id, found.iter().map(|entry| entry.seq).collect::<Vec<_>>());
    }
    let heads: Vec<String> =
        (0..=view.position()).map(|size| view.head(size).unwrap().to_string()).collect();
    let (ids, keys) = (view.measure_ids().unwrap(), view.keys().unwrap());
    let entries = view.entries().unwrap();
    format!("{said:?}\n{heads:?}\n{ids:?}\n{keys:?}\n{entries:?}")
}

#[test]
fn it_does_not_matter_in_what_steps_a_view_has_followed() {
    for seed in 2_000..2_000 + RUNS {
        let mut random = Random::new(seed);
        let ledger = random_ledger(&mut random).0;
        let (header, stored) = (header(&ledger), stored(&ledger));
        let mut at_once = View::in_memory(&header).unwrap();
        at_once.follow(&stored).unwrap();
        at_once.commit().unwrap();
        at_once.check().unwrap();
        let mut in_steps = View::in_memory(&header).unwrap();
        let mut rest = &stored[..];
        while !rest.is_empty() {
            // A step may end between a reference and what it names.
            let (step, after) = rest.split_at(rest.len().min(1 + random.below(4)));
            in_steps.follow(step).unwrap();
            if random.chance(10) {
                in_steps.roll_back();
                continue;
            }
            in_steps.commit().unwrap();
            rest = after;
        }
        in_steps.check().unwrap();
        assert_eq!(dump(&at_once), dump(&in_steps), "seed {seed}");
    }
}

#[test]
fn every_point_on_the_way_answers_as_the_records_so_far() {
    for seed in 3_000..3_000 + RUNS / 4 {
        let mut random = Random::new(seed);
        let ledger = random_ledger(&mut random).0;
        let all = ledger.entries().unwrap();
        let mut view = View::in_memory(&header(&ledger)).unwrap();
        for (known, bytes) in (1_u64..).zip(stored(&ledger)) {
            view.follow(&[bytes]).unwrap();
            view.commit().unwrap();
            let at = random_day(&mut random);
            for (id, _) in view.measure_ids().unwrap() {
                let some = view.about(&Mentions::measures([&id])).unwrap();
                assert_eq!(
                    told(&some, known, None, &id, at),
                    told(&all, known, None, &id, at),
                    "seed {seed}: {id} at {at}, @{known}"
                );
            }
        }
    }
}

#[test]
fn references_resolve_as_over_all_records() {
    for seed in 4_000..4_000 + RUNS {
        let mut random = Random::new(seed);
        let ledger = random_ledger(&mut random).0;
        let entries = ledger.entries().unwrap();
        let words =
            ["0abc", "0abc0000", "0abc1111", "0def", "0fff", "0eee", "k1", "k2", "k7", "@3"];
        for words in words {
            let reference = Reference::parse(words).unwrap();
            for known in [entries.len(), 1 + random.below(entries.len())] {
                let expected = Names::of(&entries[..known]).resolve(&reference);
                let found = ledger.resolve(&reference, known).unwrap();
                assert_eq!(found, expected, "seed {seed}: {words} of {known}");
            }
        }
    }
}

#[test]
fn the_head_is_the_root_over_the_leaves_at_every_size() {
    let place = Place::with_measures(3);
    let said = |numbers: std::ops::Range<u64>| numbers.map(|n| ledgers::event("m1", n));
    place.append(said(1..130));
    place.append(said(130..131));
    place.append(said(131..300));
    let ledger = place.open();
    let records = ledger.records();
    let leaves: Vec<Hash> = (1..=records as u64).map(|n| ledger.hash(n).unwrap()).collect();
    for size in 0..=records {
        assert_eq!(ledger.standpoint(size).unwrap().head, root(&leaves[..size]), "of {size}");
    }
}

#[test]
fn a_rebuilt_view_tells_what_the_followed_one_told() {
    for seed in 5_000..5_004 {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("l");
        let mut ledger = Ledger::create(&directory, &making(), &SystemClock).unwrap();
        let mut random = Random::new(seed);
        let mut writing = Writing::new(&mut random);
        for number in 1..=BATCHES {
            let clock = FixedClock(now(number));
            let writer = Writer { clock_is_set: true, ..Writer::of(&clock) };
            let batch = writing.batch();
            // What is refused leaves the view as it was.
            if ledger.append(batch.iter().map(draft).collect(), &writer).is_ok() {
                writing.recorded(batch, ledger.records());
            }
        }
        let header = header(&ledger);
        drop(ledger);
        let followed = View::to_read(&directory, &header).unwrap();
        followed.check().unwrap();
        let before = dump(&followed);
        drop(followed);
        let records = Ledger::rebuild(&directory, &ledgers::patient("rebuild")).unwrap();
        let rebuilt = View::to_read(&directory, &header).unwrap();
        rebuilt.check().unwrap();
        assert_eq!(records, rebuilt.position());
        assert!(dump(&rebuilt) == before, "seed {seed}");
    }
}
