//! Questions that have one right answer each, put to a view that may be damaged.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::path::Path;

use policy_ledger::answer::{self, Filter};
use policy_ledger::history::History;
use policy_ledger::ledger::{Ledger, LedgerError, Writer};
use policy_ledger::log::{self, Access, Expect, Log as _, MAX_BATCH_ENTRIES, MemoryLog};
use policy_ledger::record::{Entry, Mentions, Reference};
use policy_ledger::time::SystemClock;
use policy_ledger::view::{View, ViewError};
use serde_json::{Value, json};

use crate::ledgers::random::Random;
use crate::ledgers::{self, Place, draft, event, measure};

/// What is asked.
type Question = Box<dyn Fn(&View) -> Result<String, ViewError>>;

/// Questions with their right answers.
pub(crate) struct Questions(Vec<(Question, String)>);

fn rows(entries: &[Entry], filter: impl Fn(&History) -> Option<usize>) -> String {
    let history = History::of(entries, None);
    let filter = Filter { measures: filter(&history).into_iter().collect(), ..Filter::default() };
    format!("{:?}", answer::rows(&history, &filter, "2020-06-01".parse().unwrap()))
}

/// As `state M` asks, and what it says where the measure is not found.
fn about(id: String) -> Question {
    Box::new(move |view| {
        let entries = view.about(&Mentions::measures([&id]))?;
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
        Ok(format!("{numbers:?} {}", rows(&entries, |history| history.measure(&id))))
    })
}

fn asking<T: std::fmt::Debug>(ask: impl Fn(&View) -> Result<T, ViewError> + 'static) -> Question {
    Box::new(move |view| Ok(format!("{:?}", ask(view)?)))
}

fn all(ids: Vec<String>, records: u64) -> Vec<Question> {
    let mut questions: Vec<Question> = ids.into_iter().map(about).collect();
    for number in [0, 1, records / 3, records - 1, records] {
        questions.push(asking(move |view| view.head(number)));
        questions.push(asking(move |view| view.entry(number.max(1))));
        questions.push(asking(move |view| view.previous(number.max(1))));
    }
    for words in ["e7", "e30", "none", "abcd", "abcd00", "0abc", "@3"] {
        let reference = Reference::parse(words).unwrap();
        let mentions = Mentions::default().and_records([&words.to_owned()]);
        questions.push(asking(move |view| view.resolve(&reference, view.position())));
        questions.push(asking(move |view| view.about(&mentions)));
    }
    questions.push(asking(View::entries));
    questions.push(asking(View::measure_ids));
    questions.push(asking(View::keys));
    questions.push(asking(|view| view.measure("m99")));
    questions.push(asking(|view| view.made_by("2020-01-01T00:00:00Z".parse().unwrap())));
    questions.push(asking(|view| view.made_by("2999-01-01T00:00:00Z".parse().unwrap())));
    questions.push(asking(|view| Ok((view.position(), view.last_hash(), view.last_recorded()))));
    questions
}

impl Questions {
    /// Asks a sound view.
    pub(crate) fn to(place: &Place) -> Self {
        let view = place.view_to_read();
        let mut ids: Vec<String> =
            view.measure_ids().unwrap().into_iter().map(|(id, _)| id).collect();
        ids.push("m99".to_owned());
        let asked = all(ids, view.position()).into_iter();
        Self(asked.map(|ask| (view_of(&ask, &view), ask)).map(|(a, q)| (q, a)).collect())
    }

    /// The same without touching the files of the view itself.
    pub(crate) fn to_copy_of(place: &Place) -> Self {
        let copy = Place::new();
        std::fs::remove_dir_all(copy.ledger()).unwrap();
        ledgers::copy(&place.ledger(), &copy.ledger());
        Self::to(&copy)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many are answered right, and how many refused; no other answer is given.
    pub(crate) fn ask(&self, directory: &Path, header: &[u8]) -> (usize, usize) {
        let view = match View::to_read(directory, header) {
            Ok(view) => view,
            Err(error) => {
                can_be_told(&error);
                return (0, self.len());
            }
        };
        let mut right = 0;
        for (number, (ask, answer)) in self.0.iter().enumerate() {
            match ask(&view) {
                Ok(found) if found == *answer => right += 1,
                Ok(found) => {
                    // The message says where to look; the whole would be very long.
                    assert_eq!(short(&found), short(answer), "question {number}");
                    panic!("question {number} has another answer");
                }
                Err(error) => can_be_told(&error),
            }
        }
        (right, self.len() - right)
    }
}

fn view_of(ask: &Question, view: &View) -> String {
    ask(view).unwrap()
}

fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

/// What is refused is the view's damage: never the log's, which is sound.
fn can_be_told(error: &ViewError) {
    let told = matches!(error, ViewError::Damaged { .. } | ViewError::Missing)
        || matches!(error, ViewError::Failed { .. });
    assert!(told, "{error:?}");
}

/// A ledger with everything that a view keeps: several batches, ids that begin alike, other names,
/// a kind, parts, and references that wait for what has not come.
pub(crate) struct Room {
    pub(crate) place: Place,
    offers: Vec<Offer>,
    expected: Vec<String>,
}

/// Drafts that are offered together.
type Offer = Vec<Value>;

impl Room {
    pub(crate) fn of(records: u64) -> Self {
        let place = Place::with_measures(12);
        place.append(furniture());
        let mut random = Random::new(records);
        for from in (1..records).step_by(40) {
            let about = |random: &mut Random| format!("m{}", random.below(12));
            place.append((from..records.min(from + 40)).map(|n| event(&about(&mut random), n)));
        }
        let mut room = Self { place, offers: offers(), expected: Vec::new() };
        room.expected = room
            .offers
            .iter()
            .map(|offer| decided(&mut room.in_memory(), offer).unwrap())
            .collect();
        room
    }

    /// The same ledger with its log in memory.
    fn memory_log(&self) -> MemoryLog {
        let access = Access { command: "test", wait: std::time::Duration::from_secs(5) };
        let stored = log::open(&self.place.ledger(), access).unwrap();
        let mut log = MemoryLog::create(stored.header()).unwrap();
        let all: Vec<_> = stored.entries(NonZeroU64::MIN).map(|it| it.unwrap().1).collect();
        for batch in all.chunks(MAX_BATCH_ENTRIES) {
            log.append(Expect::from(log.position()), batch).unwrap();
        }
        log
    }

    fn in_memory(&self) -> Ledger {
        Ledger::of(Box::new(self.memory_log())).unwrap()
    }

    /// Whether damage was noticed where drafts are offered to the damaged view; where it was not,
    /// they are decided as they should be.
    pub(crate) fn decides_as_before(&self, what: &str) -> bool {
        let log = Box::new(self.memory_log());
        let mut ledger = Ledger::following(&self.place.ledger(), log, None).unwrap();
        let mut noticed = ledger.mended().is_some();
        for (offer, expected) in self.offers.iter().zip(&self.expected) {
            match decided(&mut ledger, offer) {
                Ok(found) => assert_eq!(found, *expected, "{what}: {offer:?}"),
                Err(LedgerError::View(error)) if error.is_mended_by_rebuild() => noticed = true,
                Err(other) => panic!("{what}: {other}"),
            }
        }
        noticed
    }
}

/// What becomes of drafts, without what differs from run to run.
fn decided(ledger: &mut Ledger, offer: &Offer) -> Result<String, LedgerError> {
    let drafts = offer.iter().map(draft).collect();
    match ledger.preview(drafts, &Writer::of(&SystemClock)) {
        Ok(decisions) => {
            let kinds = decisions.iter().map(|decision| match decision {
                policy_ledger::admission::Decision::New(entry) => format!("new {}", entry.seq),
                policy_ledger::admission::Decision::Already(seq) => format!("already {seq}"),
            });
            Ok(kinds.collect::<Vec<_>>().join(", "))
        }
        Err(LedgerError::Refused(refused)) => {
            let codes: BTreeSet<String> = refused
                .iter()
                .map(|(place, refusal)| format!("{place} {:?}", refusal.code))
                .collect();
            Ok(format!("{codes:?}"))
        }
        Err(other) => Err(other),
    }
}

fn with_id(mut record: Value, id: &str) -> Value {
    record["id"] = id.into();
    record
}

fn furniture() -> Vec<Value> {
    let kind = json!({"record": "kind", "kind": "own", "definition": {
        "initial": "shut", "statuses": {"shut": {"standing": "none"}, "open": {"standing": "active"}},
        "acts": {"opened": {"to": "open"}}}});
    let own = json!({"record": "measure", "measure": "m20", "kind": "own"});
    let opened = json!({"record": "event", "measure": "m20", "act": "opened",
        "effective": "2020-01-05", "key": "e100001"});
    let part = json!({"record": "measure", "measure": "m21", "kind": "plain", "part_of": "m3"});
    let alias = json!({"record": "alias", "measure": "m22", "of": "m4"});
    let ids = ["abcd0000-0000-7000-8000-000000000001", "abcd1111-0000-7000-8000-000000000002"];
    let alike = ids.map(|id| with_id(event("m5", id[4..8].parse::<u64>().unwrap() + 200_000), id));
    let mut all = vec![kind, own, opened, part, alias];
    all.extend(alike);
    all
}

/// Drafts whose fate hangs on what a view may have lost.
fn offers() -> Vec<Offer> {
    let retracts = |of: &str| json!({"record": "retraction", "of": of, "because": "entered-by-mistake", "reason": "r"});
    let mut other = event("m1", 7);
    other["status"] = "other".into();
    vec![
        vec![event("m1", 300_000)],
        vec![other],
        vec![measure(5)],
        vec![json!({"record": "measure", "measure": "m22", "kind": "plain"})],
        vec![event("m99", 300_001)],
        vec![retracts("e30")],
        vec![retracts("abcd")],
        vec![retracts("abcd00")],
        vec![retracts("e999999")],
        vec![with_id(event("m2", 300_002), "abcd0000-0000-7000-8000-000000000001")],
        vec![json!({"record": "event", "measure": "m20", "act": "opened",
            "effective": "2020-01-06", "key": "e300003"})],
    ]
}
