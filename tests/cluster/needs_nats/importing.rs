//! Long inputs into a ledger in which others record meanwhile.

use std::cell::Cell;

use policy_ledger::admission::{Ready, Same};
use policy_ledger::ledger::{Loaded, Recorded, Writer};
use policy_ledger::record::Draft;
use policy_ledger::time::SystemClock;

use super::office::{Office, found};
use super::program::Desk;
use super::servers::shared;
use crate::ledgers::{draft, event, numbers};

/// More than several batches.
const MANY: u64 = 4_500;

fn input() -> Vec<Draft> {
    (1..=MANY).map(|number| draft(&event(&format!("m{}", number % 10), number))).collect()
}

/// Loads an input; `now` is called each time that some of it is recorded.
fn load(office: &Office, now: &dyn Fn(usize)) -> (Loaded, Vec<Recorded>) {
    let mut recorded = Vec::new();
    let mut drafts = input().into_iter().map(Ready::of);
    let writer = Writer { same: Same::Already, progress: Some(now), ..Writer::of(&SystemClock) };
    let mut told = |_, what| recorded.push(what);
    let loaded = office.open().load(&mut || Ok(drafts.next()), &writer, &mut told).unwrap();
    (loaded, recorded)
}

#[test]
fn an_input_that_is_overtaken_is_recorded_once_when_it_is_fed_again() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "fed-again", home.path());
    let other = office.other(home.path().join("other"));
    let times = Cell::new(0);
    let overtake = |_| {
        times.set(times.get() + 1);
        if times.get() == 2 {
            other.append([event("m1", 900_001)]);
        }
    };
    let (loaded, _) = load(&office, &overtake);
    let Loaded::Overtaken(recorded) = loaded else { panic!("{loaded:?}") };
    // Ten measures come first; the third batch waits for the second to be recorded.
    assert_eq!(recorded, 11..2_011);
    assert_eq!(office.all().0.len(), 2_011);

    let (loaded, told) = load(&office, &|_| ());
    assert_eq!(loaded, Loaded::All);
    let already = told.iter().filter(|it| matches!(it, Recorded::Already(_))).count();
    assert_eq!((already, told.len() as u64), (2_000, MANY));
    let (entries, point) = office.all();
    let mut all = numbers(&entries);
    all.sort_unstable();
    assert_eq!(all, (1..=MANY).chain([900_001]).collect::<Vec<_>>());
    assert_eq!(other.all().1, point);
}

#[test]
fn a_long_file_and_single_records_of_another_office_are_all_recorded() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    drop(found(&cluster, "long-file", home.path()));
    let address = cluster.address("long-file");
    let (one, other) = (Desk::at(&address), Desk::at(&address));
    let line = |number| event(&format!("m{}", number % 10), number).to_string() + "\n";
    let lines: String = (1..=12_000).map(line).collect();
    assert!(lines.len() > 1 << 20, "an input is long from a mebibyte on");
    let file = one.file("long.jsonl", &lines);
    let imported = std::thread::scope(|scope| {
        let importing = scope.spawn(|| one.ledger(&format!("--json import {file}")).fine());
        for number in 1..=6 {
            other
                .ledger(&format!("append m{number} set --status overtaken --on 2021-06-01"))
                .fine();
        }
        importing.join().unwrap()
    });
    let row = &imported.json()["results"][0];
    assert_eq!((&row["new"], &row["already"]), (&12_000.into(), &0.into()), "{row}");
    let ends = [&one, &other].map(|desk| {
        let state = desk.ledger("state --json").fine().json();
        desk.ledger("verify").fine();
        state["ledger"].clone()
    });
    assert_eq!(ends[0], ends[1]);
    assert_eq!(ends[0]["records"], 10 + 12_000 + 6);
}
