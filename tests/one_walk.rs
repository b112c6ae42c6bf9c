//! What one walk tells of many suppositions, against as many walks of one each: an uncertain date
//! that falls on a day is as one recorded for that day, and two events of a day turned round are as
//! two of which `after` says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::oracle::generate;
use crate::oracle::random::Random;
use policy_ledger::history::{History, Standing};
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant, Window};
use policy_ledger::timeline::{self, Outcome, Pair, Retold, Telling, Thing};
use serde_json::{Value, json};
use uuid::Uuid;

fn runs() -> u64 {
    std::env::var("POLICY_LEDGER_ORACLE_RUNS").map_or(500, |runs| runs.parse().unwrap())
}

fn history(records: &[Value]) -> History {
    let entry = |(seq, value): (u64, &Value)| {
        let draft = record::read(value.as_object().unwrap());
        let draft = draft.unwrap_or_else(|problems| panic!("{value}: {problems:?}"));
        let (id, recorded) = (Uuid::from_u128(seq.into()), Instant::start_of(Day::FIRST));
        Entry { seq, id, recorded, by: None, key: draft.key, record: draft.record }
    };
    History::of(&(1..).zip(records).map(entry).collect::<Vec<_>>(), None)
}

fn day(after: i64) -> Day {
    "2020-02-20".parse::<Day>().unwrap().plus(after).unwrap()
}

/// Many events on few days: several with one act on one day, several in one window, and now and
/// then one that says something of another.
struct Crowd {
    random: Random,
    measures: &'static [&'static str],
    acts: [&'static str; 7],
}

impl Crowd {
    fn records(seed: u64) -> Vec<Value> {
        let mut random = Random::new(seed);
        let measures: &[&str] =
            if random.chance(40) { &["m", "m.a", "m.b", "m.c"] } else { &["m"] };
        let mut acts =
            ["imposed", "eased", "tightened", "suspended", "resumed", "reimposed", "lifted"];
        random.shuffle(&mut acts);
        let mut crowd = Self { random, measures, acts };
        let declared = measures.iter().map(|id| {
            let whole = (*id != "m").then_some("m");
            json!({"record": "measure", "measure": id, "kind": "licensing-requirement",
                "title": id, "part_of": whole})
        });
        let mut records: Vec<Value> = declared.collect();
        let events = crowd.random.between(4, 10);
        records.extend((0..events).map(|number| crowd.event(number)));
        records
    }

    fn event(&mut self, number: i64) -> Value {
        let random = &mut self.random;
        let start = random.between(0, 5);
        let mut event = json!({"record": "event", "key": format!("e{number}"),
            "measure": random.pick(self.measures), "act": random.pick(&self.acts[..3]),
            "effective": day(start).to_string()});
        if random.chance(35) {
            let windows = [(0, 3), (0, 3), (2, 5), (4, 9)];
            let &(first, last) = random.pick(&windows);
            event["effective"] = json!(format!("[{}..{}]", day(first), day(last)));
        } else if random.chance(10) {
            event["effective"] = json!(format!("{}T0{start}:00+09:00", day(start)));
        }
        if random.chance(30) {
            let due = random.between(start, 9);
            let date = day(due).to_string();
            let window = format!("[{}..{}]", day(start), day(due + 1));
            let date = if random.chance(40) { window } else { date };
            event["then"] = json!([{"act": random.pick(&self.acts[..4]), "effective": date}]);
        }
        if random.chance(25) {
            event["set"] = json!({"rate": random.between(1, 2)});
        }
        if number > 0 && random.chance(14) {
            let other = format!("e{}", random.between(0, number - 1));
            event[if random.chance(60) { "after" } else { "cancels" }] = json!([other]);
        }
        event
    }
}

fn histories() -> impl Iterator<Item = (u64, History)> {
    let small = (0..runs()).map(|seed| (seed, generate::case(seed).records));
    let crowded = (0..runs()).map(|seed| (seed, Crowd::records(seed)));
    let valid = small.chain(crowded.filter(|(_, records)| generate::is_valid(records)));
    valid.map(|(seed, records)| (seed, history(&records)))
}

/// The values an attribute can have, in any order; one that is never there is none.
fn values(outcome: &BTreeMap<String, Vec<Option<Value>>>) -> BTreeMap<String, BTreeSet<String>> {
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let named = outcome.iter();
    let named = named.map(|(name, values)| (name.clone(), values.iter().map(text).collect()));
    named.filter(|(_, v): &(String, BTreeSet<String>)| v.iter().any(|v| !v.is_empty())).collect()
}

fn retold(history: &History, retold: &Retold, measure: usize, at: Day) -> Outcome {
    timeline::outcome(Telling { history, retold: Some(retold) }, measure, at)
}

// A date that falls on a day

fn window(history: &History, thing: Thing) -> Option<&Window> {
    let event = &history.events()[thing.event].event;
    match thing.place {
        Some(place) => event.then[place].effective.as_ref(),
        None => Some(&event.effective),
    }
}

/// The events and plans whose day is not certain.
fn uncertain(history: &History, measure: usize) -> Vec<Thing> {
    let events = timeline::reaching(Telling::plain(history), measure).into_iter();
    let things = events.filter(|&event| history.events()[event].counts()).flat_map(|event| {
        let plans = 0..history.events()[event].event.then.len();
        std::iter::once(None).chain(plans.map(Some)).map(move |place| Thing { event, place })
    });
    let open = |thing: &Thing| window(history, *thing).is_some_and(|it| it.certain().is_none());
    things.filter(open).collect()
}

/// The ends of the window, the day asked about and the one after it, and one more.
fn days_of(window: &Window, at: Day, random: &mut Random) -> BTreeSet<Day> {
    let (first, last) = (window.earliest(), window.latest());
    let days = [first, last, Some(at), at.plus(1), Some(day(random.between(-2, 12)))];
    let can = |day: &Day| first.is_none_or(|f| f <= *day) && last.is_none_or(|l| *day <= l);
    days.into_iter().flatten().filter(can).collect()
}

type Said = (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>);

/// What is answered where the record says that day; none where that contradicts the others.
fn recorded_for(
    history: &History,
    measure: usize,
    at: Day,
    thing: Thing,
    day: Day,
) -> Option<Said> {
    let mut standing: Standing = history.events()[thing.event].clone();
    let event = Arc::make_mut(&mut standing.event);
    match thing.place {
        Some(place) => event.then[place].effective = Some(Window::from(day)),
        None => event.effective = Window::from(day),
    }
    let outcome = retold(history, &Retold { event: thing.event, standing }, measure, at);
    let already = timeline::outcome(Telling::plain(history), measure, at).inconsistent;
    let can = already || !outcome.inconsistent;
    can.then(|| (outcome.possible, values(&outcome.attributes)))
}

#[test]
fn a_date_that_falls_on_a_day_is_as_one_recorded_for_it() {
    let mut random = Random::new(1);
    let (mut of_parts, mut of_wholes, mut others, mut never) = (0, 0, 0_u64, 0);
    for (seed, history) in histories() {
        for measure in 0..history.measures().len() {
            let at = day(random.between(-1, 12));
            let things = uncertain(&history, measure).into_iter();
            let things: BTreeMap<Thing, BTreeSet<Day>> = things
                .map(|it| (it, days_of(window(&history, it).unwrap(), at, &mut random)))
                .collect();
            let told = timeline::supposed(&history, measure, at, &things);
            others += (things.len() - told.len()) as u64;
            for (thing, on) in told {
                assert!(on.keys().eq(&things[&thing]), "seed {seed}");
                for (day, supposed) in on {
                    let about = format!("seed {seed}: {measure} at {at}, {thing:?} on {day}");
                    let said = supposed.map(|it| (it.possible, values(&it.attributes)));
                    assert_eq!(said, recorded_for(&history, measure, at, thing, day), "{about}");
                    never += u64::from(said.is_none());
                    let is_whole = history.innermost(measure) != [measure];
                    *(if is_whole { &mut of_wholes } else { &mut of_parts }) += 1;
                }
            }
        }
    }
    let (told, runs) = (of_parts + of_wholes, runs());
    let enough = of_parts > 3 * runs && of_wholes > runs && never * 20 > runs;
    assert!(enough, "{of_parts} of parts, {of_wholes} of wholes, {never} never");
    assert!(others * 4 < told, "{others} dates must be asked one by one, beside {told} answers");
}

#[test]
fn dates_of_more_worlds_than_one_walk_visits_are_left_to_be_asked_alone() {
    let mut records = vec![
        json!({"record": "measure", "measure": "m", "kind": "licensing-requirement", "title": "M"}),
    ];
    let acts = ["imposed", "eased", "tightened", "suspended", "reimposed"];
    records.extend((0..30).map(|number| {
        json!({"record": "event", "measure": "m", "act": acts[number % 5], "effective": "2020-03",
            "set": {"rate": number}})
    }));
    let history = history(&records);
    let at: Day = "2020-03-16".parse().unwrap();
    let things = uncertain(&history, 0).into_iter().map(|thing| (thing, BTreeSet::from([at])));
    let things: BTreeMap<Thing, BTreeSet<Day>> = things.collect();
    assert_eq!(things.len(), 30);
    assert!(timeline::supposed(&history, 0, at, &things).is_empty());
}

// Two events turned round

#[test]
fn events_turned_round_are_as_if_after_said_so() {
    let (mut pairs, mut others, mut differing) = (0, 0, 0);
    for (seed, history) in histories() {
        let leaves = (0..history.measures().len()).filter(|&m| history.innermost(m) == [m]);
        for leaf in leaves {
            let last = |event: usize| {
                history.events()[event].event.effective.latest().unwrap_or(Day::LAST)
            };
            let asked = timeline::by_record_alone(Telling::plain(&history), leaf).into_iter();
            let asked: BTreeMap<Pair, Day> = asked.map(|pair| (pair, last(pair.0))).collect();
            let told = timeline::turned(&history, leaf, &asked);
            others += asked.len() - told.len();
            for ((first, second), [is, turned]) in told {
                let at = asked[&(first, second)];
                let mut standing = history.events()[first].clone();
                standing.after.push(second);
                let said = retold(&history, &Retold { event: first, standing }, leaf, at);
                let plain = timeline::outcome(Telling::plain(&history), leaf, at);
                let about = format!("seed {seed}: {leaf}, {first} and {second} at {at}");
                let shown = |it: &Outcome| {
                    (it.possible.clone(), values(&it.attributes), it.pending.clone())
                };
                assert_eq!(shown(&is), shown(&plain), "{about}");
                assert_eq!(shown(&turned), shown(&said), "{about}");
                assert_eq!(is.attributes != turned.attributes, plain.attributes != said.attributes);
                pairs += 1;
                differing += u64::from(shown(&is) != shown(&turned));
            }
        }
    }
    let enough = pairs * 2 > runs() && differing * 20 > runs();
    assert!(enough, "{pairs} pairs, of which {differing} differ");
    assert_eq!(others, 0, "one walk tells of all pairs of a small history");
}
