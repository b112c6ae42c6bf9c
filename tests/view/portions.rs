//! Portions of a ledger, asked one by one, answer as all records do.

use policy_ledger::answer::{self, Change, Days, Filter, Learning};
use policy_ledger::history::History;
use policy_ledger::ledger::Portions;
use policy_ledger::record::Entry;
use policy_ledger::time::Day;

use super::{RUNS, random_day, random_ledger};
use crate::ledgers::random::Random;

/// What questions over all measures find, each row with what it is sorted by.
struct Asked {
    days: [Day; 2],
    known: u64,
    public: Option<Day>,
}

impl Asked {
    /// The rows of each question, each with its key; and how many events were not public.
    fn find(&self, entries: &[Entry]) -> (Vec<Vec<(String, String)>>, usize) {
        let known = &entries[..entries.partition_point(|entry| entry.seq <= self.known)];
        let history = &History::of(known, self.public);
        let (all, [from, to]) = (Filter::default(), self.days);
        let declared =
            |id: &str| numbered(history.measures()[history.declared(id).unwrap()].record);
        let days = Days { on: to, back: from, ahead: Day::LAST };
        let learning =
            Learning { from: self.known / 2, to: self.known, since: from, public: self.public };
        let changes = |changes: Vec<Change>| -> Vec<(String, String)> {
            changes.iter().map(|change| (declared(&change.measure), told_as(change))).collect()
        };
        let rows = answer::rows(history, &all, to);
        let due = answer::agenda(history, &all, days, true);
        let conflicts = answer::conflicts(history, known, &[], true);
        let findings = answer::check(history, known, &all, to);
        let found = vec![
            rows.iter().map(|row| (declared(&row.measure), told_as(row))).collect(),
            due.iter().map(|due| (String::new(), told_as(due))).collect(),
            conflicts.iter().map(|it| (numbered(it.record), told_as(it))).collect(),
            findings.iter().map(|it| (String::new(), told_as(it))).collect(),
            changes(answer::world(history, &all, from, to)),
            changes(answer::learned(entries, history, &all, learning, to)),
        ];
        (found, history.not_public())
    }
}

fn numbered(record: u64) -> String {
    format!("{record:9}")
}

fn told_as(row: &impl serde::Serialize) -> String {
    serde_json::to_string(row).unwrap()
}

#[test]
fn portions_answer_as_all_records_do() {
    let (mut asked_of, mut rows, mut left_out) = (0, 0, 0);
    for seed in 3_000..3_000 + RUNS / 2 {
        let mut random = Random::new(seed);
        let ledger = random_ledger(&mut random).0;
        let all = ledger.entries().unwrap();
        for size in [1, 7, 30] {
            let asked = Asked {
                days: [random_day(&mut random), random_day(&mut random)],
                known: 1 + random.below(all.len()) as u64,
                public: random.chance(40).then(|| random_day(&mut random)),
            };
            let (whole, not_public) = asked.find(&all);
            let parts = ledger.each(&Portions::all(size), |entries| asked.find(entries)).unwrap();
            assert_eq!(parts.iter().map(|(_, count)| count).sum::<usize>(), not_public);
            for (question, whole) in whole.iter().enumerate() {
                let of_parts = parts.iter().flat_map(|(found, _)| found[question].clone());
                let mut of_parts: Vec<_> = of_parts.collect();
                let mut whole = whole.clone();
                // Those that the question sorts by more than a record are sorted here by all.
                if whole.iter().all(|(key, _)| key.is_empty()) {
                    whole.sort();
                    of_parts.sort();
                }
                of_parts.sort_by(|(one, _), (other, _)| one.cmp(other));
                assert_eq!(of_parts, whole, "seed {seed}, portions of {size}, question {question}");
                rows += whole.len();
            }
            asked_of += parts.len();
            left_out += not_public;
        }
    }
    assert!(asked_of > 250 && rows > 1_000 && left_out > 50, "{asked_of} {rows} {left_out}");
}
