//! The real material, replayed: every probe a careful analyst answered.

use std::fs;
use std::path::Path;

use policy_ledger::answer::{self, Filter, Row};
use policy_ledger::history::History;
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant};
use uuid::Uuid;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn entries(name: &str) -> Vec<Entry> {
    let text = fixture(name);
    let drafts = text.lines().enumerate().map(|(line, text)| {
        let object = record::parse_object(text).unwrap();
        record::read(&object).unwrap_or_else(|problems| panic!("{name}:{}: {problems:?}", line + 1))
    });
    let entry = |(number, draft): (u64, record::Draft)| Entry {
        seq: number,
        id: Uuid::from_u128(u128::from(number)),
        recorded: draft.recorded.unwrap_or(Instant::start_of(Day::FIRST)),
        by: None,
        key: draft.key,
        record: draft.record,
    };
    (1..).zip(drafts).map(entry).collect()
}

fn row(history: &History, measure: &str, at: Day) -> Row {
    let measures = vec![history.measure(measure).unwrap_or_else(|| panic!("no {measure}"))];
    answer::rows(history, &Filter { measures, ..Filter::default() }, at).remove(0)
}

struct Probe {
    line: String,
    measure: String,
    at: Day,
    accepted: Vec<String>,
    last: String,
}

fn probes(name: &str) -> Vec<Probe> {
    let text = fixture(name);
    let probes = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let accepted = [cells[2]].into_iter().chain(cells[3].split(';'));
        Probe {
            line: line.to_owned(),
            measure: cells[0].to_owned(),
            at: cells[1].parse().unwrap(),
            accepted: accepted.filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            last: cells[4].to_owned(),
        }
    });
    probes.collect()
}

#[test]
fn the_public_record_answers_every_probe() {
    let history = History::of(&entries("public-record.jsonl"), None);
    let probes = probes("probes-public-record.tsv");
    assert_eq!(probes.len(), 168);
    let mut wrong = Vec::new();
    for probe in probes {
        let row = row(&history, &probe.measure, probe.at);
        let pending = row.pending.iter().any(|pending| pending.act == probe.last);
        if !probe.accepted.contains(&row.status) || pending == probe.last.is_empty() {
            wrong.push(format!("{} => {} {:?}", probe.line, row.status, row.pending));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_articles_answer_every_probe() {
    let history = History::of(&entries("articles.jsonl"), None);
    let probes = probes("probes-articles-only.tsv");
    assert_eq!(probes.len(), 28);
    let mut wrong = Vec::new();
    for probe in probes {
        let row = row(&history, &probe.measure, probe.at);
        let flagged = probe.last.is_empty() || row.flags.contains(&&*probe.last);
        if !probe.accepted.contains(&row.status) || !flagged {
            wrong.push(format!("{} => {} {:?}", probe.line, row.status, row.flags));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same entries with the events in another order among themselves.
fn reordered(entries: &[Entry], seed: u64) -> Vec<Entry> {
    let is_event = |entry: &&Entry| entry.record.kind() == "event";
    let mut events: Vec<Entry> = entries.iter().filter(is_event).cloned().collect();
    let mut state = seed;
    let mut below = |end: usize| {
        // splitmix64 (Steele, Lea, Flood 2014)
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    };
    for last in (1..events.len()).rev() {
        events.swap(last, below(last + 1));
    }
    let mut events = events.into_iter();
    let next = |entry: &Entry| match entry.record.kind() {
        "event" => events.next().unwrap(),
        _ => entry.clone(),
    };
    let entries = entries.iter().map(next).collect::<Vec<_>>();
    (1..).zip(entries).map(|(seq, entry)| Entry { seq, ..entry }).collect()
}

#[test]
fn a_thousand_orders_of_recording_give_the_same_answers() {
    let measures: Vec<Entry> = entries("public-record.jsonl");
    let (mut declared, rest): (Vec<Entry>, Vec<Entry>) =
        measures.into_iter().partition(|entry| entry.record.kind() == "measure");
    declared.extend(rest);
    let days = ["2019-07-10", "2019-08-10", "2019-11-23", "2020-07-01", "2023-03-22", "2023-08-01"];
    let answers = |entries: &[Entry]| {
        let history = History::of(entries, None);
        let rows = |day: &str| answer::rows(&history, &Filter::default(), day.parse().unwrap());
        let said = |row: Row| (row.measure, row.possible, row.since, row.flags);
        days.map(|day| rows(day).into_iter().map(said).collect::<Vec<_>>())
    };
    let numbered: Vec<Entry> =
        (1..).zip(declared).map(|(seq, entry)| Entry { seq, ..entry }).collect();
    let first = answers(&numbered);
    for seed in 0..1_000 {
        assert_eq!(answers(&reordered(&numbered, seed)), first, "seed {seed}");
    }
}
