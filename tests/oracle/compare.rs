//! Where the kernel and the oracle disagree, and the least history on which they do.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use super::Answer;
use super::examples::brief;
use super::generate::{self, Case};
use super::history::{History, Ledger};
use super::random::Random;
use super::reply;

/// What is compared with the oracle: the answer for a measure at the end of a day.
pub type Kernel = fn(&[Value], &str, &str) -> Answer;

/// A question that the two answer differently.
struct Disagreement {
    measure: String,
    at: String,
    oracle: Answer,
    /// None if the kernel panicked.
    kernel: Option<Answer>,
}

/// Compares the answers on the cases of `runs` seeds from `first` on; panics with the least
/// history at the first disagreement.
pub fn with_oracle(kernel: Kernel, first: u64, runs: u64) {
    for seed in first..first + runs {
        let case = generate::case(seed);
        let agree = disagreement(kernel, &case).is_none();
        assert!(agree, "{}", report(kernel, seed, &shrink(kernel, case)));
    }
}

fn disagreement(kernel: Kernel, case: &Case) -> Option<Disagreement> {
    let answers = super::answers(&case.records, &case.probes);
    answers.into_iter().find_map(|((measure, at), oracle)| {
        let ask = || kernel(&case.records, &measure, &at);
        let kernel = catch_unwind(AssertUnwindSafe(ask)).ok();
        let same = kernel.as_ref() == Some(&oracle);
        (!same).then_some(Disagreement { measure, at, oracle, kernel })
    })
}

/// Leaves out whatever can be left out while a disagreement stays.
fn shrink(kernel: Kernel, mut case: Case) -> Case {
    while let Some(less) = smaller(&case)
        .into_iter()
        .find(|less| generate::is_valid(&less.records) && disagreement(kernel, less).is_some())
    {
        case = less;
    }
    case
}

fn report(kernel: Kernel, seed: u64, case: &Case) -> String {
    let found = disagreement(kernel, case).expect("shrinking keeps a disagreement");
    let mut text = format!("seed {seed}: {} at {}\n", found.measure, found.at);
    for (index, record) in case.records.iter().enumerate() {
        writeln!(text, "  @{} {record}", index + 1).expect("text grows");
    }
    writeln!(text, "oracle: {}", brief(&found.oracle)).expect("text grows");
    let kernel = found.kernel.as_ref().map_or("a panic".to_owned(), brief);
    writeln!(text, "kernel: {kernel}").expect("text grows");
    writeln!(text, "oracle in full: {:?}", found.oracle).expect("text grows");
    writeln!(text, "kernel in full: {:?}", found.kernel).expect("text grows");
    text
}

/// The case without one record, one element or one field.
fn smaller(case: &Case) -> Vec<Case> {
    let with = |records| Case { records, probes: case.probes.clone() };
    let mut less = Vec::new();
    if case.probes.len() > 1 {
        let one = |probe: &String| Case { probes: vec![probe.clone()], ..case.clone() };
        less.extend(case.probes.iter().map(one));
    }
    for (index, record) in case.records.iter().enumerate() {
        less.push(with(without(&case.records, index)));
        for simpler in simpler(record) {
            let mut records = case.records.clone();
            records[index] = simpler;
            less.push(with(records));
        }
    }
    less
}

/// The records without one and without all that is about it.
fn without(records: &[Value], index: usize) -> Vec<Value> {
    let mut gone: BTreeSet<&str> = name(&records[index]).into_iter().collect();
    let about = |record: &Value, gone: &BTreeSet<&str>| {
        let fields = ["of", "measure", "part_of"].map(|field| record[field].as_str());
        fields.into_iter().flatten().any(|other| gone.contains(other))
    };
    while let Some(next) = records.iter().find(|record| {
        about(record, &gone) && name(record).is_some_and(|name| !gone.contains(name))
    }) {
        gone.extend(name(next));
    }
    let kept = records.iter().filter(|r| name(r).is_none_or(|name| !gone.contains(name)));
    let mut kept: Vec<Value> = kept.cloned().collect();
    for record in &mut kept {
        for field in ["after", "cancels", "settles"] {
            if let Some(refs) = record.get_mut(field).and_then(Value::as_array_mut) {
                refs.retain(|key| key.as_str().is_none_or(|key| !gone.contains(key)));
            }
        }
    }
    kept
}

/// The key, or the id of a measure.
fn name(record: &Value) -> Option<&str> {
    let field = if record["record"] == "measure" { "measure" } else { "key" };
    record[field].as_str()
}

/// The record with one field, or one thing within a field, less.
fn simpler(record: &Value) -> Vec<Value> {
    let optional = [
        "then",
        "after",
        "cancels",
        "settles",
        "sources",
        "set",
        "announced",
        "modality",
        "initial",
        "published",
        "stance",
        "says",
        "effective",
    ];
    let mut all = Vec::new();
    match record {
        Value::Object(fields) => {
            let is_event = fields.contains_key("measure");
            for (field, value) in fields {
                let needed = is_event && field == "effective";
                if optional.contains(&field.as_str()) && !needed && !value.is_null() {
                    let mut less = fields.clone();
                    less.remove(field);
                    all.push(less.into());
                }
                for simpler in simpler(value) {
                    let mut less = fields.clone();
                    less.insert(field.clone(), simpler);
                    all.push(less.into());
                }
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                let mut less = items.clone();
                less.remove(place);
                all.push(less.into());
                for simpler in simpler(item) {
                    let mut less = items.clone();
                    less[place] = simpler;
                    all.push(less.into());
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

/// Records the same history in several orders and compares the kernel's answers; histories in
/// which the record order decides within a day are passed over. Returns how many were compared.
pub fn orders(kernel: Kernel, first: u64, runs: u64) -> u64 {
    let mut compared = 0;
    for seed in first..first + runs {
        let case = generate::case(seed);
        if record_order_decides(&case.records) {
            continue;
        }
        compared += 1;
        let mut random = Random::new(!seed);
        let told = named_answers(kernel, &case);
        for _ in 0..3 {
            let records = reordered(&case.records, &mut random);
            let other = Case { records, probes: case.probes.clone() };
            let same = named_answers(kernel, &other) == told;
            assert!(same, "{}", order_report(kernel, seed, &case, &other));
        }
    }
    compared
}

/// Every measure and day with the answer and the names of the records in its `because`.
type Named = Vec<(String, String, Answer, BTreeSet<String>)>;

fn named_answers(kernel: Kernel, case: &Case) -> Named {
    let measures = case.records.iter().filter(|record| record["record"] == "measure");
    let mut ids: Vec<&str> = measures.filter_map(|measure| measure["measure"].as_str()).collect();
    ids.sort_unstable();
    let names = |numbers: &BTreeSet<u64>| {
        let record = |number: &u64| {
            let index = usize::try_from(*number).expect("a small number") - 1;
            name(&case.records[index]).expect("every record has a name").to_owned()
        };
        numbers.iter().map(record).collect()
    };
    let mut all = Vec::new();
    for (id, at) in ids.iter().flat_map(|id| case.probes.iter().map(move |at| (id, at))) {
        let mut answer = kernel(&case.records, id, at);
        let because = names(&std::mem::take(&mut answer.because));
        all.push(((*id).to_owned(), at.clone(), answer, because));
    }
    all
}

fn order_report(kernel: Kernel, seed: u64, case: &Case, other: &Case) -> String {
    let mut text = format!("seed {seed}: the order of recording changes the answers\n");
    for case in [case, other] {
        for (index, record) in case.records.iter().enumerate() {
            writeln!(text, "  @{} {record}", index + 1).expect("text grows");
        }
        for (measure, at, answer, because) in named_answers(kernel, case) {
            let answer = brief(&answer);
            writeln!(text, "{measure} at {at}: {answer} because {because:?}").expect("text grows");
        }
    }
    text
}

/// The records in a random order in which each comes after what it is about; amendments,
/// settlements, sources and retractions keep their order, for it has a meaning.
fn reordered(records: &[Value], random: &mut Random) -> Vec<Value> {
    let mut left: Vec<&Value> = records.iter().collect();
    let mut order: Vec<Value> = Vec::new();
    while !left.is_empty() {
        let ready: Vec<usize> = (0..left.len()).filter(|place| is_ready(&left, *place)).collect();
        order.push(left.remove(*random.pick(&ready)).clone());
    }
    order
}

fn is_ready(left: &[&Value], place: usize) -> bool {
    let record = left[place];
    let is_left = |field: &str| {
        let other = record[field].as_str();
        left.iter().enumerate().any(|(at, r)| at != place && other.is_some() && name(r) == other)
    };
    let is_later = |record: &Value| record["of"].is_string();
    let first = !is_later(record) || !left[..place].iter().any(|other| is_later(other));
    first && !["measure", "part_of", "of"].into_iter().any(is_left)
}

/// True if two events, or plans of two events, with one place in the order of acts may fall on
/// one day, however the history is told. (Also true for some that other rules tell apart.)
fn record_order_decides(records: &[Value]) -> bool {
    let ledger = Ledger::read(records);
    let mut tellings = reply::other_tellings(&ledger);
    tellings.push(ledger);
    tellings.iter().any(|told| reply::groups(told).iter().any(|(history, _)| has_tie(history)))
}

fn has_tie(history: &History) -> bool {
    let event_tie = |one: usize, two: usize| {
        let (one, two) = (&history.events[one], &history.events[two]);
        one.deed.act == two.deed.act && !one.effective.excludes(&two.effective)
    };
    let plan_tie = |one: usize, two: usize| {
        let dated = |event: usize| {
            history.events[event].plans.iter().filter_map(|plan| Some((plan, plan.due.as_ref()?)))
        };
        dated(one).any(|(plan, due)| {
            dated(two).any(|(other, its)| plan.deed.act == other.deed.act && !due.excludes(its))
        })
    };
    let count = history.events.len();
    let mut pairs = (0..count).flat_map(|one| (0..one).map(move |two| (one, two)));
    pairs.any(|(one, two)| event_tie(one, two) || plan_tie(one, two))
}
