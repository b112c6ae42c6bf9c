//! What a ledger keeps ready is what the kernel says of its records now: after every batch of
//! random ledgers, however they are written, in groups, with kinds that change, interrupted.

use policy_ledger::admission::Same;
use policy_ledger::answer::{Filter, Row, Span, moments, rows, world};
use policy_ledger::history::History;
use policy_ledger::ledger::{Ledger, Making, Queue, Request, Writer};
use policy_ledger::time::{Day, FixedClock, Instant, SystemClock};
use serde_json::{Value, json};

use crate::ledgers::random::{Random, Writing};
use crate::ledgers::{Place, draft, event, measure};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The rows of all measures as the kernel gives them.
fn asked(ledger: &Ledger, filter: &Filter, at: Day) -> Vec<Row> {
    rows(&History::of(&ledger.entries().unwrap(), None), filter, at)
}

/// The same from what is ready; none where it is not used.
fn kept(ledger: &Ledger, filter: &Filter, at: Day) -> Option<Vec<Row>> {
    let mut kept = Vec::new();
    ledger.ready_rows(filter, at, |_, row| kept.push(row)).unwrap().then_some(kept)
}

/// Compares, and gives whether there was anything to compare.
fn compare(ledger: &Ledger, at: Day, about: &str) -> bool {
    let all = asked(ledger, &Filter::default(), at);
    for row in &all {
        if let Some(ready) = ledger.ready_row(&row.measure, at).unwrap() {
            assert_eq!(ready, *row, "{about}: {} on {at}", row.measure);
        }
    }
    let filters = [
        Filter::default(),
        Filter { standing: Some("active".to_owned()), ..Filter::default() },
        Filter { under: Some("m".to_owned()), ..Filter::default() },
        Filter { kind: all.first().map(|row| row.kind.clone()), ..Filter::default() },
    ];
    let mut compared = false;
    for filter in filters {
        if let Some(kept) = kept(ledger, &filter, at) {
            assert_eq!(kept, asked(ledger, &filter, at), "{about}: on {at}");
            compared = true;
        }
    }
    compared
}

/// A writer whose clock stands at the start of a day.
fn write(ledger: &mut Ledger, number: i64, batch: &[Value], same: Same) -> bool {
    let now = Instant::start_of(day("2024-01-01").plus(number).unwrap());
    let clock = FixedClock(now);
    let writer = Writer { clock_is_set: true, same, ..Writer::of(&clock) };
    ledger.append(batch.iter().map(draft).collect(), &writer).is_ok()
}

#[test]
fn after_every_batch_what_is_ready_is_what_the_kernel_says() {
    let days = ["2018-06-01", "2019-08-01", "2019-08-15", "2020-01-01", "2024-01-01"].map(day);
    let (mut compared, mut batches) = (0, 0);
    for seed in 0..30 {
        let home = tempfile::tempdir().unwrap();
        let making = Making { clock: policy_ledger::ledger::ClockKind::Simulated, fixed: None };
        let mut ledger = Ledger::create(&home.path().join("l"), &making, &SystemClock).unwrap();
        let mut random = Random::new(seed);
        let mut writing = Writing::new(&mut random);
        for number in 0..25 {
            let batch = writing.batch();
            if write(&mut ledger, number, &batch, Same::New) {
                writing.recorded(batch, ledger.records());
            }
            let at = *writing.random.pick(&days);
            compared += usize::from(compare(&ledger, at, &format!("seed {seed}, batch {number}")));
            let to = at.plus(i64::try_from(seed).unwrap() * 7).unwrap();
            compare_between(&ledger, at, to, &format!("seed {seed}, batch {number}"));
            batches += 1;
        }
    }
    assert!(compared * 10 > batches * 9, "{compared} of {batches}");
}

/// What changes and what happens between two days is found where the ledger says to look.
fn compare_between(ledger: &Ledger, from: Day, to: Day, about: &str) -> bool {
    let (changing, happening) = (ledger.changing(from, to), ledger.happening(from, to));
    let (Some(changing), Some(happening)) = (changing.unwrap(), happening.unwrap()) else {
        return false;
    };
    let all = History::of(&ledger.entries().unwrap(), None);
    let part = History::of(&ledger.of_clusters(&changing).unwrap(), None);
    let everything = Filter::default();
    let changes = |history: &History| world(history, &everything, from, to);
    assert_eq!(changes(&part), changes(&all), "{about}: {from} to {to}");
    let span = Span { filter: everything.clone(), from: Some(from), to: Some(to), all: false };
    let (entries, some) = (ledger.entries().unwrap(), ledger.of_clusters(&happening).unwrap());
    let part = moments(&History::of(&some, None), &some, &span);
    assert_eq!(part, moments(&all, &entries, &span), "{about}: {from} to {to}");
    true
}

#[test]
fn groups_of_many_writers_are_ready_when_they_pause() {
    let place = Place::with_measures(8);
    let queue = Queue::of(place.open(), SystemClock);
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let queue = &queue;
            scope.spawn(move || {
                for number in 0..30 {
                    let event = event(&format!("m{writer}"), writer * 1_000 + number);
                    let drafts = vec![draft(&event)];
                    queue.append(Request { drafts, by: None, same: Same::New }).unwrap();
                }
            });
        }
    });
    let at = day("2021-01-01");
    // While nothing has been made ready of the newest, they are asked of the kernel.
    assert!(compare(&place.read(), at, "at once"));
    let ledger = queue.close().unwrap();
    assert!(compare(&ledger, at, "closed"));
    for number in 0..8 {
        assert!(ledger.ready_row(&format!("m{number}"), at).unwrap().is_some());
    }
}

#[test]
fn a_kind_that_changes_changes_what_is_ready() {
    let place = Place::new();
    let kind = |label: &str| {
        json!({"record": "kind", "kind": "quota", "definition": {"initial": "none",
            "statuses": {"none": {"label": "none", "standing": "none"},
                "open": {"label": label, "standing": "active"}},
            "acts": {"opened": {"to": "open"}}}})
    };
    let measure = json!({"record": "measure", "measure": "q", "kind": "quota"});
    let opened =
        json!({"record": "event", "measure": "q", "act": "opened", "effective": "2020-01-01"});
    place.append([kind("open"), measure, opened]);
    let at = day("2021-01-01");
    let label = || place.read().ready_row("q", at).unwrap().unwrap().label;
    assert_eq!(label(), "open");
    place.append([kind("open for some")]);
    assert_eq!(label(), "open for some");
    assert!(compare(&place.read(), at, "after the kind"));
}

#[test]
fn a_long_import_and_what_follows_are_ready() {
    let place = Place::with_measures(3);
    place.append((0..2_500).map(|number| event(&format!("m{}", number % 3), number)));
    place.append([measure(3), event("m3", 9_999)]);
    let ledger = place.read();
    let at = day("2021-01-01");
    assert!(compare(&ledger, at, "after the import"));
    assert_eq!(ledger.ready_row("m3", at).unwrap().unwrap().status, "s9999");
    ledger.entry(1).unwrap().unwrap();
    place.view_to_read().check().unwrap();
}
