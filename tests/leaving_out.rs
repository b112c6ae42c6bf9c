//! One walk for many questions, against as many walks of one question each: several days at once
//! are as each asked alone; a deed left out on the way is as one left out of the records; and the
//! causes of a change are those of their definition, in which every deed is left out of the records
//! in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use policy_ledger::answer::{self, Filter, Sort};
use policy_ledger::history::{History, Side, Standing};
use policy_ledger::record::{self, Entry};
use policy_ledger::time::{Day, Instant, Window};
use policy_ledger::timeline::{self, Outcome, PendingPlan, Retold, Telling, Thing};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::oracle::generate;
use crate::oracle::random::Random;

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

fn first_day() -> Day {
    "2020-02-20".parse().unwrap()
}

/// Every day on which something of a history can happen, and a few around them.
fn days(of: i64) -> BTreeSet<Day> {
    (0..of).map(|days| first_day().plus(days).unwrap()).collect()
}

/// A measure as large ones are: many events of which nothing is said but what they do, some on an
/// uncertain day, some with a plan, some amended, and now and then one that says more.
fn busy(seed: u64) -> Vec<Value> {
    let mut random = Random::new(seed);
    // Few acts, so that events meet the plans with theirs.
    let mut acts = ["imposed", "eased", "tightened", "suspended", "reimposed", "lifted", "expired"];
    random.shuffle(&mut acts);
    let (acts, planned) = (&acts[..4], &acts[..2]);
    let mut records = vec![
        json!({"record": "measure", "measure": "m", "kind": "licensing-requirement", "title": "M"}),
    ];
    let said = random.between(6, 14);
    for number in 0..said {
        let day = random.between(0, 30);
        let date = |days: i64| first_day().plus(days).unwrap().to_string();
        let window = |from: i64, to: i64| format!("[{}..{}]", date(from), date(to));
        let mut event = json!({"record": "event", "key": format!("e{number}"), "measure": "m",
            "act": random.pick(acts), "effective": date(day),
            "sources": [{"publisher": "G", "published": date(day + random.between(-3, 1))}]});
        if number % 4 == 1 {
            event["effective"] = json!(window(day, day + random.between(1, 9)));
        }
        if random.chance(45) {
            let due = day + random.between(0, 12);
            let due = if random.chance(20) { window(due, due + 3) } else { date(due + 9) };
            event["then"] = json!([{"act": random.pick(planned), "effective": due}]);
        } else if random.chance(10) {
            event["then"] = json!([{"act": random.pick(planned)}]);
        }
        if random.chance(20) {
            event["set"] = json!({"rate": random.between(1, 3)});
        }
        if number > 0 && random.chance(6) {
            event["after"] = json!([format!("e{}", random.between(0, number - 1))]);
        }
        records.push(event);
    }
    records
}

fn histories() -> impl Iterator<Item = (u64, History)> {
    let small = (0..runs()).map(|seed| (seed, history(&generate::case(seed).records)));
    let busy = (0..runs() / 2).map(|seed| (seed, busy(seed)));
    let valid = busy.filter(|(_, records)| generate::is_valid(records));
    small.chain(valid.map(|(seed, records)| (seed, history(&records))))
}

/// What is compared of an answer: all of it, with the values of an attribute in any order.
fn compared(mut outcome: Outcome) -> Outcome {
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
    outcome.attributes.values_mut().for_each(|values| values.sort_by_key(text));
    outcome
}

#[test]
fn several_days_are_as_each_asked_alone() {
    let mut random = Random::new(1);
    for (seed, history) in histories() {
        let mut asked = days(45);
        let few = random.chance(50);
        asked.retain(|_| !few || random.chance(30));
        for measure in 0..history.measures().len() {
            let telling = Telling::plain(&history);
            let together = timeline::outcomes(telling, measure, &asked);
            assert!(together.keys().eq(&asked), "seed {seed}");
            for (day, outcome) in together {
                let alone = timeline::outcome(telling, measure, day);
                assert_eq!(compared(outcome), compared(alone), "seed {seed}: {measure} on {day}");
            }
        }
    }
}

#[test]
fn days_that_one_walk_cannot_tell_are_asked_alone() {
    let mut records = vec![
        json!({"record": "measure", "measure": "m", "kind": "licensing-requirement", "title": "M"}),
    ];
    let acts = ["imposed", "eased", "tightened", "suspended", "reimposed"];
    records.extend((0..9).map(|number| {
        json!({"record": "event", "key": format!("e{number}"), "measure": "m",
            "act": acts[number % 5], "effective": "2020-03", "set": {"rate": number}})
    }));
    let history = history(&records);
    let day = |text: &str| text.parse::<Day>().unwrap();
    let asked =
        ["2020-02-29", "2020-03-08", "2020-03-16", "2020-03-20", "2020-03-24", "2020-04-01"];
    let asked: BTreeSet<Day> = asked.into_iter().map(day).collect();
    let telling = Telling::plain(&history);
    for (day, outcome) in timeline::outcomes(telling, 0, &asked) {
        assert!(!outcome.approximate, "{day}");
        let alone = timeline::outcome(telling, 0, day);
        assert_eq!(compared(outcome), compared(alone), "{day}");
    }
}

// A deed left out

/// An event that did not happen, or without one of its plans.
fn left_out(standing: &Standing, place: Option<usize>) -> Standing {
    let mut left = standing.clone();
    match place {
        Some(place) => drop(Arc::make_mut(&mut left.event).then.remove(place)),
        None => left.denied = true,
    }
    left
}

fn outcome_without(history: &History, thing: Thing, measure: usize, at: Day) -> Outcome {
    let standing = left_out(&history.events()[thing.event], thing.place);
    let retold = Retold { event: thing.event, standing };
    timeline::outcome(Telling { history, retold: Some(&retold) }, measure, at)
}

/// Every event that counts, and every plan of one that has a date.
fn things(history: &History) -> Vec<Thing> {
    let events = history.events().iter().enumerate().filter(|(_, standing)| standing.counts());
    let things = events.flat_map(|(event, standing)| {
        let plans = standing.event.then.iter().enumerate();
        let dated = plans.filter(|(_, plan)| plan.effective.is_some());
        let places = std::iter::once(None).chain(dated.map(|(place, _)| Some(place)));
        places.map(move |place| Thing { event, place })
    });
    things.collect()
}

/// What a change shows in.
fn shown(outcome: Outcome) -> SaidOf {
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let attributes = outcome.attributes.iter();
    let attributes = attributes
        .map(|(name, values)| (name.clone(), values.iter().map(text).collect()))
        .filter(|(_, values): &(String, BTreeSet<String>)| values.iter().any(|v| !v.is_empty()))
        .collect();
    (outcome.possible, attributes, outcome.unconfirmed)
}

/// The plans of other events that wait. (Its own have other places where one of them is left out.)
fn waiting(outcome: &Outcome, without: Thing) -> Vec<PendingPlan> {
    outcome.pending.iter().filter(|plan| plan.event != without.event).copied().collect()
}

#[test]
fn a_deed_left_out_on_the_way_is_as_one_left_out_of_the_records() {
    let mut told = (0, 0);
    let mut random = Random::new(2);
    for (seed, history) in histories() {
        let leaves = (0..history.measures().len()).filter(|&m| history.innermost(m) == [m]);
        for leaf in leaves {
            let mut some_days = |thing: Thing| {
                let mut asked = days(45);
                let (from, few) = (random.between(0, 40), random.chance(60));
                asked.retain(|day| {
                    let after = day.days_since(first_day());
                    after >= from && (!few || after <= from + 1)
                });
                (thing, asked)
            };
            let things: BTreeMap<Thing, BTreeSet<Day>> =
                things(&history).into_iter().map(&mut some_days).collect();
            let without = timeline::without(&history, leaf, &things, |outcome| outcome);
            for (thing, on) in without {
                assert!(on.keys().eq(&things[&thing]), "seed {seed}");
                for (day, outcome) in on {
                    let alone = outcome_without(&history, thing, leaf, day);
                    let about = format!("seed {seed}: {leaf} without {thing:?} on {day}");
                    assert_eq!(waiting(&outcome, thing), waiting(&alone, thing), "{about}");
                    assert_eq!(shown(outcome), shown(alone), "{about}");
                }
                let count = if thing.place.is_some() { &mut told.1 } else { &mut told.0 };
                *count += 1;
            }
        }
    }
    assert!(told.0 > 500 && told.1 > 100, "the walk tells of too few: {told:?}");
}

// Causes

type SaidOf = (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>, bool);

/// The definition of the causes of a change on a day, each question asked alone.
struct Definition<'h> {
    history: &'h History,
    measure: usize,
    day: Day,
}

impl Definition<'_> {
    fn told(&self, without: Option<Thing>) -> [Vec<SaidOf>; 2] {
        let mut asked = self.history.innermost(self.measure);
        if asked != [self.measure] {
            asked.push(self.measure);
        }
        [self.day.plus(-1).unwrap(), self.day].map(|at| {
            let on = |&measure: &usize| match without {
                Some(thing) => shown(outcome_without(self.history, thing, measure, at)),
                None => shown(timeline::outcome(Telling::plain(self.history), measure, at)),
            };
            asked.iter().map(on).collect()
        })
    }

    fn deeds(&self) -> Vec<Thing> {
        let touching = timeline::touching(Telling::plain(self.history), self.measure);
        let falls = |window: &Window| {
            let open = (window.earliest(), window.latest());
            open.0.is_none_or(|first| first <= self.day)
                && open.1.is_none_or(|last| self.day <= last)
        };
        let can_fall = |thing: &Thing| {
            let standing = &self.history.events()[thing.event];
            let open = standing.sides.all.iter().filter(|side| side.contests());
            let told = open.filter_map(|side| side.source.says.effective.as_ref());
            match thing.place {
                Some(place) => standing.event.then[place].effective.as_ref().is_some_and(falls),
                None => told.chain([&standing.event.effective]).any(falls),
            }
        };
        let deeds = things(self.history).into_iter();
        deeds.filter(|thing| touching.contains(&thing.event)).filter(can_fall).collect()
    }

    /// The deeds, and whether it is only what sources say otherwise that turned the answer.
    fn causes(&self) -> (BTreeSet<Thing>, bool) {
        let (deeds, told) = (self.deeds(), self.told(None));
        let contested = told[0] == told[1];
        let found: BTreeSet<Thing> = if contested {
            let sides = |thing: &&Thing| &self.history.events()[thing.event].sides.all;
            let is =
                |thing: &&Thing| thing.place.is_none() && sides(thing).iter().any(Side::contests);
            deeds.iter().filter(is).copied().collect()
        } else {
            let without = deeds.iter().map(|&deed| (deed, self.told(Some(deed))));
            let without: Vec<(Thing, [Vec<SaidOf>; 2])> = without.collect();
            let turns =
                |[was, is]: &[Vec<SaidOf>; 2]| was == is || *was == told[0] && *is != told[1];
            let found = without.iter().filter(|(_, said)| turns(said));
            let found: BTreeSet<Thing> = found.map(|&(deed, _)| deed).collect();
            let others = || without.iter().filter(|(_, said)| said[1] != told[1]);
            if found.is_empty() { others().map(|&(deed, _)| deed).collect() } else { found }
        };
        (if found.is_empty() { deeds.into_iter().collect() } else { found }, contested)
    }

    /// Each cause as its record, the act, and its sort.
    fn expected(&self) -> Vec<(u64, String, Sort)> {
        let (causes, contested) = self.causes();
        let told = causes.into_iter().map(|thing| {
            let standing = &self.history.events()[thing.event];
            let plan = thing.place.map(|place| standing.event.then[place].act.clone());
            let sort = match thing.place {
                Some(_) => Sort::Planned,
                None if contested => Sort::Contested,
                None => Sort::Event,
            };
            (standing.record, plan.unwrap_or_else(|| standing.event.act.clone()), sort)
        });
        let mut told: Vec<(u64, String, Sort)> = told.collect();
        told.sort();
        told
    }
}

#[test]
fn causes_are_those_of_their_definition() {
    let (mut steps, mut shared) = (0, 0);
    for (seed, history) in histories() {
        let (from, to) = (first_day(), first_day().plus(44).unwrap());
        for change in answer::world(&history, &Filter::default(), from, to) {
            let measure = history.measure(&change.measure).unwrap();
            for step in &change.steps {
                let day = step.on.unwrap();
                let of_day = change.cause.iter().filter(|cause| cause.on == Some(day));
                let mut found: Vec<(u64, String, Sort)> =
                    of_day.map(|c| (c.number, c.act.clone().unwrap(), c.cause)).collect();
                found.sort();
                let expected = Definition { history: &history, measure, day }.expected();
                assert_eq!(found, expected, "seed {seed}: {} on {day}", change.measure);
                steps += 1;
                shared += usize::from(found.len() > 1);
            }
        }
    }
    assert!(steps > 1000 && shared > 100, "too few steps: {steps}, {shared} with several causes");
}
