//! What a measure would be if an uncertain date fell on a day: asked of many dates and days, in one
//! walk for each group of parts that share dates.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::graph::Date;
use super::outcome::Supposed;
use super::pins::{Pin, Pins};
use super::stage::{self, Stage};
use super::sweep::{Memory, Sweep, World};
use super::way::Thing;
use super::whole::{self, Group};
use super::{Telling, joint};
use crate::history::History;
use crate::time::Day;

/// What a measure is at the end of a day if each of some things came on each of some days; none
/// where it cannot come then. What cannot be told in this way is left out.
pub(super) fn supposed(
    history: &History,
    measure: usize,
    at: Day,
    things: &BTreeMap<Thing, BTreeSet<Day>>,
) -> BTreeMap<Thing, BTreeMap<Day, Option<Supposed>>> {
    let telling = Telling::plain(history);
    let leaves = history.innermost(measure);
    let is_whole = leaves.len() > 1;
    let groups = if is_whole { whole::groups(telling, &leaves) } else { vec![leaves] };
    let pins: BTreeSet<Pin> = things
        .iter()
        .flat_map(|(&thing, days)| days.iter().map(move |&day| (date_of(thing), day)))
        .collect();
    let lived: Option<Vec<Lived>> =
        groups.iter().map(|measures| Lived::of(telling, measures, at, &pins)).collect();
    let Some(lived) = lived else { return BTreeMap::new() };
    let told = things.iter().filter_map(|(&thing, days)| {
        let place = place_of(history, &lived, is_whole, thing)?;
        let on = |&day: &Day| (day, told(&lived, place, (date_of(thing), day)));
        Some((thing, days.iter().map(on).collect()))
    });
    told.collect()
}

fn date_of(thing: Thing) -> Date {
    thing.place.map_or(Date::Event(thing.event), |place| Date::Plan(thing.event, place))
}

/// Which group of parts a date is one of; none of them where nothing depends on it.
#[derive(Clone, Copy)]
enum Place {
    In(usize),
    Nowhere,
}

/// None where something of other groups, or outside of all, may depend on the date.
fn place_of(history: &History, lived: &[Lived], is_whole: bool, thing: Thing) -> Option<Place> {
    let date = date_of(thing);
    let mut groups = lived.iter().enumerate().filter(|(_, group)| group.dates.contains(&date));
    let apart = || is_apart(history, thing.event);
    if let Some((place, group)) = groups.next() {
        let told = !group.untold.contains(&date) && (!is_whole || apart());
        told.then_some(Place::In(place))
    } else {
        let plans_nothing = history.events()[thing.event].event.then.is_empty();
        (thing.place.is_none() && plans_nothing && apart()).then_some(Place::Nowhere)
    }
}

/// Whether nothing is said of the order of an event and others that count.
fn is_apart(history: &History, event: usize) -> bool {
    let counts = |&other: &usize| history.events()[other].counts();
    let standing = &history.events()[event];
    let said = standing.after.iter().chain(&standing.cancels);
    !said.chain(history.referring_to(event)).any(counts)
}

fn told(lived: &[Lived], place: Place, pin: Pin) -> Option<Supposed> {
    let groups = lived.iter().enumerate().map(|(number, group)| match place {
        Place::In(own) if own == number => group.pinned.get(&pin).map(|told| &**told),
        Place::In(_) | Place::Nowhere => Some(&group.plain),
    });
    let groups: Option<Vec<&Group>> = groups.collect();
    let outcome = whole::join(&groups?);
    Some(Supposed { possible: outcome.possible, attributes: outcome.attributes })
}

/// A group of parts at the end of the day.
struct Lived {
    plain: Group,
    /// With a date pinned to a day, where there is such a world.
    pinned: BTreeMap<Pin, Rc<Group>>,
    /// The dates of its stages.
    dates: BTreeSet<Date>,
    /// Those of them of which this cannot tell; those that not every stage has are among them.
    untold: BTreeSet<Date>,
}

impl Lived {
    /// None where there are too many worlds.
    fn of(telling: Telling<'_>, measures: &[usize], at: Day, pins: &BTreeSet<Pin>) -> Option<Self> {
        let stages = stage::scene(telling, measures).stages;
        let lived = stages.iter().map(|stage| Self::of_stage(stage, at, pins));
        lived.reduce(|one, other| Some(one?.or(other?))).flatten()
    }

    fn of_stage(stage: &Stage, at: Day, pins: &BTreeSet<Pin>) -> Option<Self> {
        let pins = Rc::new(Pins::of(stage, pins));
        let mut sweep = Sweep::pinned(stage, &pins, at);
        sweep.live_to(at).ok()?;
        let on_place = |place: usize| {
            let has = |world: &World, memory: &Memory| {
                let missed = memory.missed.as_ref();
                missed.is_none_or(|missed| pins.has(place, world, missed, at))
            };
            let worlds = || sweep.worlds.iter().filter(|(world, memory)| has(world, memory));
            let any = worlds().next().is_some();
            any.then(|| Rc::new(Group::from(joint::on_day(stage, &sweep, worlds()))))
        };
        let places: Vec<Option<Rc<Group>>> = (0..pins.len()).map(on_place).collect();
        let pinned = pins.each().filter_map(|(pin, place)| Some((pin, places[place].clone()?)));
        Some(Self {
            plain: Group::from(joint::on_day(stage, &sweep, sweep.worlds.iter())),
            pinned: pinned.collect(),
            dates: stage.dates.iter().map(|dated| dated.date).collect(),
            untold: pins.untold.clone(),
        })
    }

    /// The worlds of both.
    fn or(mut self, other: Self) -> Self {
        let lacking = self.dates.symmetric_difference(&other.dates).copied();
        self.untold.extend(lacking.chain(other.untold));
        self.dates.extend(other.dates);
        self.plain = self.plain.or(other.plain);
        for (pin, group) in other.pinned {
            let joined = match self.pinned.remove(&pin) {
                Some(own) => Rc::new(Rc::unwrap_or_clone(own).or(Rc::unwrap_or_clone(group))),
                None => group,
            };
            self.pinned.insert(pin, joined);
        }
        self
    }
}
