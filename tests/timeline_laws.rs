//! Laws of the timeline, on random histories, on histories made by hand and on the public record:
//!
//! - bands say of every day what `state` says of it, and no two neighbours say the same;
//! - the status on a day is the one of the last row up to it, where dates are exact;
//! - what becomes of a plan is what the oracle says becomes of it.

use std::collections::BTreeSet;

use policy_ledger::answer::{self, Fate, Filter, Moment, Row, Span, bands, moments, rows};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::oracle::{self, examples, generate};

/// How many random histories each law is held against.
const RUNS: u64 = 250;

/// The records of a history; none where one would be refused.
fn entries(records: &[Value]) -> Option<Vec<Entry>> {
    (1..).zip(records).map(entry).collect()
}

fn entry((seq, value): (u64, &Value)) -> Option<Entry> {
    let draft = record::read(value.as_object()?).ok()?;
    Some(Entry {
        seq,
        id: Uuid::from_u128(u128::from(seq)),
        recorded: Instant::start_of(Day::FIRST),
        by: None,
        key: draft.key,
        record: draft.record,
    })
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Every day from one to another, both inclusive.
fn days(from: Day, to: Day) -> impl Iterator<Item = Day> {
    (0..=to.days_since(from)).map(move |days| from.plus(days).unwrap())
}

fn row(history: &History, measure: usize, at: Day) -> Row {
    let filter = Filter { measures: vec![measure], ..Filter::default() };
    rows(history, &filter, at).remove(0)
}

/// All that a band says of a day.
type Said =
    (String, String, String, bool, BTreeSet<String>, Vec<(String, usize)>, Vec<&'static str>);

fn said(row: Row) -> Said {
    let parts = row.parts.into_iter().collect();
    (row.status, row.label, row.standing, row.certain, row.possible, parts, row.flags)
}

/// Compares the bands with `state` on every day of a range.
fn check_bands(history: &History, from: Day, to: Day, about: &str) {
    for measure in 0..history.measures().len() {
        if history.measures()[measure].retracted {
            continue;
        }
        let bands = bands(history, measure, from, to);
        let id = history.measures()[measure].id();
        assert_eq!(bands.first().map(|band| band.from), Some(from), "{about}: {id}");
        assert_eq!(bands.last().map(|band| band.to), Some(to), "{about}: {id}");
        for pair in bands.windows(2) {
            assert_eq!(pair[0].to.plus(1), Some(pair[1].from), "{about}: {id}");
            assert_ne!(pair[0].held, pair[1].held, "{about}: {id} from {}", pair[1].from);
        }
        for band in &bands {
            let held = band.held.clone();
            let parts = held.parts.into_iter().collect();
            let band_says = (
                held.status,
                held.label,
                held.standing,
                held.certain,
                held.possible,
                parts,
                held.flags,
            );
            for at in days(band.from, band.to) {
                let state_says = said(row(history, measure, at));
                assert_eq!(band_says, state_says, "{about}: {id} on {at}");
            }
        }
    }
}

#[test]
fn bands_say_of_every_day_what_state_says() {
    for seed in 0..RUNS {
        let case = generate::case(seed);
        let history = History::of(&entries(&case.records).unwrap(), None);
        check_bands(&history, day("2020-02-20"), day("2020-03-12"), &format!("seed {seed}"));
    }
}

/// The same history with ten days for each: long windows, in which not every day is asked.
fn stretched(records: &[Value]) -> Vec<Value> {
    let begin = day("2020-02-20");
    let mut text = json!(records).to_string();
    for date in days(begin, day("2020-03-20")) {
        let later = begin.plus(date.days_since(begin) * 10).unwrap();
        text = text.replace(&date.to_string(), &format!("<{later}>"));
    }
    serde_json::from_str(&text.replace(['<', '>'], "")).unwrap()
}

#[test]
fn bands_are_exact_where_windows_are_long() {
    let mut checked = 0;
    for seed in 0..RUNS / 4 {
        let records = stretched(&generate::case(seed).records);
        let Some(entries) = entries(&records) else { continue };
        let history = History::of(&entries, None);
        check_bands(&history, day("2020-02-20"), day("2020-09-01"), &format!("seed {seed}"));
        checked += 1;
    }
    assert!(checked > RUNS / 8, "{checked}");
}

fn agreement(events: &[Value]) -> Vec<Value> {
    let measure = json!({"record": "measure", "measure": "m", "kind": "agreement", "title": "M"});
    std::iter::once(measure).chain(events.iter().cloned()).collect()
}

#[test]
fn one_day_that_differs_near_the_end_of_a_window_is_not_missed() {
    // The plan of 10 February is confirmed by the event of March unless the notice comes first. On
    // one day the event does: so with the last day of March alone left, nothing is in doubt.
    let event = |act: &str, effective: &str| json!({"record": "event", "measure": "m", "act": act, "effective": effective});
    let mut signed = event("signed", "2020-01-01");
    signed["then"] = json!([{"act": "entered-into-force", "effective": "2020-02-10"}]);
    let march = event("entered-into-force", "2020-03");
    let records = agreement(&[signed, march, event("termination-notified", "2020-03")]);
    let history = History::of(&entries(&records).unwrap(), None);
    let (from, to) = (day("2020-01-30"), day("2020-05-01"));
    check_bands(&history, from, to, "by hand");
    let bands = bands(&history, 0, from, to);
    let bands = bands.iter().map(|band| (band.from.to_string(), band.held.flags.len()));
    let expected = [("2020-01-30", 0), ("2020-02-10", 1), ("2020-03-01", 1), ("2020-03-30", 0)];
    let expected = expected.map(|(from, flags)| (from.to_owned(), flags));
    assert_eq!(bands.collect::<Vec<_>>(), expected);
}

#[test]
fn bands_of_the_public_record_are_exact() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/public-record.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let records: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let history = History::of(&entries(&records).unwrap(), None);
    check_bands(&history, day("2019-06-20"), day("2020-01-10"), "public record");
    check_bands(&history, day("2020-05-25"), day("2020-09-05"), "public record");
    check_bands(&history, day("2023-02-25"), day("2023-05-10"), "public record");
}

#[test]
fn a_range_of_one_day_and_a_range_that_is_none() {
    let history = History::of(&entries(&agreement(&[])).unwrap(), None);
    let one = bands(&history, 0, day("2020-01-01"), day("2020-01-01"));
    assert_eq!((one.len(), one[0].from, one[0].to), (1, one[0].to, day("2020-01-01")));
    assert_eq!(bands(&history, 0, day("2020-01-02"), day("2020-01-01")), []);
    let all = bands(&history, 0, Day::FIRST, Day::LAST);
    assert_eq!(
        (all[0].from, all[0].to, all[0].held.status.as_str()),
        (Day::FIRST, Day::LAST, "none")
    );
}

/// Whether every date of the records that can matter to a status is one day.
fn is_exact(history: &History) -> bool {
    history.events().iter().all(|standing| {
        let due = standing.event.then.iter().filter_map(|plan| plan.effective.as_ref());
        due.chain([&standing.event.effective]).all(|window| window.certain().is_some())
    })
}

/// The status a row tells of a measure, if it tells one.
fn status_of(moment: &Moment, measure: &str) -> Option<String> {
    if moment.measure == measure {
        return moment.status.clone();
    }
    let also = moment.also.iter().find(|also| also.measure == measure);
    also.map(|also| also.status.clone())
}

#[test]
fn state_is_the_last_row_of_the_timeline() {
    let mut checked = 0;
    for seed in 0..RUNS * 3 {
        let case = generate::case(seed);
        let entries = entries(&case.records).unwrap();
        let history = History::of(&entries, None);
        if !is_exact(&history) {
            continue;
        }
        let rows = moments(&history, &entries, &Span::default());
        let (from, to) = (day("2020-02-20"), day("2020-03-20"));
        for measure in (0..history.measures().len()).filter(|&m| !history.measures()[m].retracted) {
            let id = history.measures()[measure].id();
            let before = row(&history, measure, from).status;
            for at in days(from, to) {
                let up_to = |moment: &&Moment| moment.status_on.is_some_and(|on| on <= at);
                let last =
                    rows.iter().filter(up_to).filter_map(|row| status_of(row, id)).next_back();
                let told = last.unwrap_or_else(|| before.clone());
                assert_eq!(told, row(&history, measure, at).status, "seed {seed}: {id} on {at}");
                checked += 1;
            }
        }
    }
    assert!(checked > 5_000, "{checked}");
}

/// Marks one plan, so that the oracle tells whether it took effect.
fn marked(records: &[Value], index: usize, place: usize) -> Vec<Value> {
    let mut records = records.to_vec();
    records[index]["then"][place]["set"]["mark"] = json!(true);
    records
}

/// What the oracle says becomes of a plan of `measure`, which has no parts.
fn by_oracle(records: &[Value], measure: &str) -> (bool, bool) {
    let answer = oracle::answer(records, measure, "2020-12-31");
    let certain = answer.attributes.contains_key("mark");
    (certain || answer.possible_attributes.contains("mark"), certain)
}

#[test]
fn plans_become_what_the_oracle_says() {
    let mut seen = BTreeSet::new();
    for seed in 0..RUNS * 2 {
        let case = generate::case(seed);
        if case.records.iter().any(|record| record["set"]["then"].is_array()) {
            continue;
        }
        let entries = entries(&case.records).unwrap();
        let history = History::of(&entries, None);
        let leaves = (0..history.measures().len()).filter(|&m| {
            let tracked = &history.measures()[m];
            tracked.parts.is_empty() && !tracked.retracted
        });
        for leaf in leaves {
            let filter = Filter { measures: vec![leaf], ..Filter::default() };
            let rows = moments(&history, &entries, &Span { filter, ..Span::default() });
            let id = history.measures()[leaf].id();
            for row in &rows {
                let Some(planned) = row.planned.as_ref().filter(|_| row.effective.is_some()) else {
                    continue;
                };
                // A plan that falls on no day of the year asked about is not told apart.
                if row.effective.as_ref().unwrap().latest.is_none() {
                    continue;
                }
                let index = usize::try_from(row.record).unwrap() - 1;
                let told = by_oracle(&marked(&case.records, index, planned.place), id);
                let kernel = match planned.fate {
                    Fate::TakesEffect => (true, true),
                    Fate::Undetermined => (true, false),
                    Fate::Cancelled | Fate::Replaced | Fate::Settled | Fate::Gone => (false, false),
                    Fate::Partly | Fate::Waiting => panic!("seed {seed}: {row:?}"),
                };
                assert_eq!(kernel, told, "seed {seed}: {id} {row:?}");
                let inconsistent = answer::rows(&history, &Filter::default(), Day::LAST)
                    .iter()
                    .any(|row| row.flags.contains(&"inconsistent"));
                let taken = !planned.by.is_empty();
                assert!(kernel.0 || taken || inconsistent, "seed {seed}: nothing took {row:?}");
                seen.insert(planned.fate);
            }
        }
    }
    let fates =
        [Fate::TakesEffect, Fate::Cancelled, Fate::Replaced, Fate::Settled, Fate::Undetermined];
    assert!(fates.iter().all(|fate| seen.contains(fate)), "{seen:?}");
}

#[test]
fn the_examples_have_their_bands() {
    for example in examples::all() {
        let Some(entries) = entries(&example.records) else { continue };
        let history = History::of(&entries, None);
        let probes = example.answers.iter().map(|(_, at, _)| day(at));
        let (Some(first), Some(last)) = (probes.clone().min(), probes.max()) else { continue };
        let last = last.plus(3).unwrap().min(first.plus(120).unwrap());
        check_bands(&history, first.plus(-3).unwrap(), last, example.name);
    }
}
