//! Two queues of two nodes on one stream: what each is told is what became of it, also where the
//! other was faster.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use policy_ledger::admission::{Decision, Same};
use policy_ledger::ledger::{LedgerError, Outcome, Queue, Request};
use policy_ledger::record::{Code, Entry};
use policy_ledger::time::{Clock, Instant, SystemClock};
use serde_json::{Value, json};

use super::office::found;
use super::servers::shared;
use crate::ledgers::{draft, event};

/// How many threads each node has.
const THREADS: usize = 4;
/// How often each of them records.
const TIMES: usize = 12;

fn request(said: &[Value], same: Same) -> Request {
    Request { drafts: said.iter().map(draft).collect(), by: None, same }
}

fn measure(id: &str, title: &str) -> Value {
    json!({"record": "measure", "measure": id, "kind": "plain", "title": title})
}

/// What a request is known by: the key of its first event, or its measure.
fn name(said: &[Value]) -> String {
    let name = said[0].get("key").unwrap_or(&said[0]["measure"]);
    name.as_str().unwrap().to_owned()
}

/// What a thread of a node records: an event of its own, several, one that the same thread of the
/// other node records as well, or a measure that the other declares, too, with another title.
fn wanted(node: usize, thread: usize, time: usize) -> Request {
    let number = (time * THREADS + thread) * 10;
    let own = (node + 1) * 100_000 + number;
    let about = format!("m{thread}");
    let event = |number: usize| event(&about, number as u64);
    match time % 4 {
        0 => request(&[event(own)], Same::New),
        1 => request(&[event(own), event(own + 1), event(own + 2)], Same::New),
        2 => request(&[event(number)], Same::Already),
        _ => request(&[measure(&format!("d{number}"), &format!("of {node}"))], Same::New),
    }
}

/// Whether a refusal is for nothing but what somebody else has taken.
fn is_taken(outcome: &Outcome) -> bool {
    matches!(outcome, Err(LedgerError::Refused(why))
        if why.iter().all(|(_, refusal)| refusal.code == Code::Taken))
}

/// That what was told to be recorded is: as it was told, and where.
#[track_caller]
fn is_true(outcome: &[Decision], entries: &[Entry]) {
    for decision in outcome {
        if let Decision::New(told) = decision {
            assert_eq!(entries[usize::try_from(told.seq).unwrap() - 1], **told);
        }
    }
}

#[test]
fn what_two_nodes_queue_is_recorded_once_and_told_truly() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "queues", home.path());
    let before = office.all().0.len();
    let nodes = [office.open(), office.other(home.path().join("other")).open()];
    let queues = nodes.map(|ledger| Queue::of(ledger, SystemClock));
    let start = Barrier::new(2 * THREADS);
    let told = Mutex::new(BTreeMap::<(usize, usize), Vec<Outcome>>::new());
    thread::scope(|scope| {
        for (node, queue) in queues.iter().enumerate() {
            for thread in 0..THREADS {
                let (start, told) = (&start, &told);
                scope.spawn(move || {
                    start.wait();
                    for time in 0..TIMES {
                        let outcome = queue.append(wanted(node, thread, time));
                        told.lock().unwrap().entry((thread, time)).or_default().push(outcome);
                    }
                });
            }
        }
    });
    let [one, other] = queues.map(|queue| queue.close().unwrap());
    drop((one, other));
    let (entries, point) = office.all();
    assert_eq!(office.other(home.path().join("third")).all(), (entries.clone(), point));
    let mut records = 0;
    for ((thread, time), outcomes) in told.into_inner().unwrap() {
        let [one, other] = &outcomes[..] else { panic!("{outcomes:?}") };
        for outcome in outcomes.iter().flatten() {
            is_true(outcome, &entries);
        }
        match (time % 4, one, other) {
            (0, Ok(_), Ok(_)) => records += 2,
            (1, Ok(_), Ok(_)) => records += 6,
            // One of the two is told where what the other has recorded is.
            (2, Ok(one), Ok(other)) => {
                let ((Decision::New(entry), Decision::Already(number))
                | (Decision::Already(number), Decision::New(entry))) = (&one[0], &other[0])
                else {
                    panic!("{outcomes:?}")
                };
                assert_eq!(entry.seq, *number);
                records += 1;
            }
            (3, Ok(_), refused) | (3, refused, Ok(_)) => {
                assert!(is_taken(refused), "thread {thread}: {refused:?}");
                records += 1;
            }
            _ => panic!("thread {thread}, time {time}: {outcomes:?}"),
        }
    }
    assert_eq!(entries.len(), before + records, "nothing else is recorded");
}

type Work = Box<dyn FnOnce() + Send>;

/// A clock at which something happens, once, before it tells the time: a decision was begun, and
/// nothing is written yet.
#[derive(Clone, Default)]
struct Eventful(Arc<Mutex<Option<Work>>>);

impl Eventful {
    fn next(&self, work: impl FnOnce() + Send + 'static) {
        *self.0.lock().unwrap() = Some(Box::new(work));
    }
}

impl Clock for Eventful {
    fn now(&self) -> Instant {
        let work = self.0.lock().unwrap().take();
        if let Some(work) = work {
            work();
        }
        SystemClock.now()
    }
}

#[test]
fn what_becomes_refused_on_a_second_look_takes_nothing_of_its_group_with_it() {
    let cluster = shared();
    let home = tempfile::tempdir().unwrap();
    let office = found(&cluster, "second-look", home.path());
    let other = office.other(home.path().join("other"));
    let clock = Eventful::default();
    let queue = Queue::of(office.open(), clock.clone());

    // The first is being decided, so that the others wait, and are one group then.
    let ((reached, is_reached), (go_on, may_go_on)) = (mpsc::channel(), mpsc::channel::<()>());
    clock.next(move || {
        reached.send(()).unwrap();
        may_go_on.recv().unwrap();
    });
    let (tell, told) = mpsc::channel::<(String, Outcome)>();
    let post = |said: &[Value], same, then: Work| {
        let (tell, name) = (tell.clone(), name(said));
        let reply = move |outcome| {
            then();
            tell.send((name, outcome)).unwrap();
        };
        queue.post(request(said, same), reply).unwrap();
    };
    // While the group is decided, the other node records.
    let meanwhile = move || {
        other.append([measure("both", "there"), event("m1", 2)]);
    };
    let next = clock.clone();
    post(&[event("m0", 1)], Same::New, Box::new(move || next.next(meanwhile)));
    is_reached.recv().unwrap();
    let nothing = || Box::new(|| ()) as Work;
    post(&[event("m1", 2)], Same::Already, nothing());
    post(&[measure("both", "here")], Same::New, nothing());
    post(&[event("m2", 3), event("m3", 4)], Same::New, nothing());
    go_on.send(()).unwrap();
    let told: BTreeMap<String, Outcome> = (0..4).map(|_| told.recv().unwrap()).collect();
    drop(queue);

    // Ten measures were there; the first is @11, the other node's are @12 and @13.
    let (entries, point) = office.all();
    let new = |name: &str| match told[name].as_ref().unwrap().as_slice() {
        [Decision::New(first), ..] => first.seq,
        decisions => panic!("{name}: {decisions:?}"),
    };
    assert_eq!((new("e1"), new("e3"), entries.len()), (11, 14, 15));
    assert!(
        matches!(told["e2"].as_ref().unwrap()[..], [Decision::Already(13)]),
        "{:?}",
        told["e2"]
    );
    assert!(is_taken(&told["both"]), "{:?}", told["both"]);
    for outcome in told.values().flatten() {
        is_true(outcome, &entries);
    }
    assert_eq!(office.other(home.path().join("third")).all(), (entries, point));
}
