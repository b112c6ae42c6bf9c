//! Possible worlds: every assignment of one day to every uncertain date.

use super::day::{Day, Window};
use super::history::History;

/// One possible world.
#[derive(Debug)]
pub struct World {
    /// The day of each event.
    pub happened: Vec<Day>,
    /// The due day of each dated plan of each event.
    pub due: Vec<Vec<Option<Day>>>,
}

/// First and last of all days that any date or question names.
pub fn named_days(history: &History, probes: &[Day]) -> (Day, Day) {
    let bounds = windows(history).flat_map(|window| [window.earliest, window.latest]);
    let spoken = history.events.iter().map(|event| event.last_word.filter(|d| *d > Day::MIN));
    let days: Vec<Day> = bounds.chain(spoken).flatten().chain(probes.iter().copied()).collect();
    let first = days.iter().min().copied().unwrap_or(0);
    (first, days.iter().max().copied().unwrap_or(0))
}

fn windows(history: &History) -> impl Iterator<Item = &Window> {
    history.events.iter().flat_map(|event| {
        let plans = event.plans.iter().filter_map(|plan| plan.due.as_ref());
        std::iter::once(&event.effective).chain(plans)
    })
}

/// The possible days of every date, in the order of [`windows`].
/// An open end reaches past all named days by more days than there are uncertain dates: only the
/// order of days counts, so that further days would tell nothing new.
fn choices(history: &History, probes: &[Day]) -> Vec<Vec<Day>> {
    let (first, last) = named_days(history, probes);
    let uncertain = windows(history).filter(|window| window.earliest != window.latest).count();
    let margin = Day::try_from(uncertain).expect("a small number") + 1;
    windows(history).map(|window| window.days(first - margin, last + margin)).collect()
}

/// How many assignments there are.
pub fn count(history: &History, probes: &[Day]) -> usize {
    choices(history, probes).iter().map(Vec::len).product()
}

/// All assignments, whether or not they keep the constraints.
pub fn assignments(history: &History, probes: &[Day]) -> Vec<World> {
    let choices = choices(history, probes);
    let total: usize = choices.iter().map(Vec::len).product();
    (0..total).map(|index| pick(history, &choices, index)).collect()
}

/// The assignment number `index`: a number written in mixed radix.
fn pick(history: &History, choices: &[Vec<Day>], mut index: usize) -> World {
    let mut choices = choices.iter();
    let mut next = || {
        let days = choices.next().expect("one list a date");
        let day = days[index % days.len()];
        index /= days.len();
        day
    };
    let mut world = World { happened: Vec::new(), due: Vec::new() };
    for event in &history.events {
        world.happened.push(next());
        let due = event.plans.iter().map(|plan| plan.due.as_ref().map(|_| next()));
        world.due.push(due.collect());
    }
    world
}

/// True if the world keeps every constraint: `after`, maker before plan, and `cancels`.
pub fn keeps_constraints(history: &History, world: &World) -> bool {
    history.events.iter().enumerate().all(|(place, event)| {
        let day = world.happened[place];
        let not_before = |other: &usize| world.happened[*other] <= day;
        let still_due = |other: &usize| {
            let due = &world.due[*other];
            due.is_empty() || due.iter().any(|due| due.is_none_or(|due| due >= day))
        };
        event.after.iter().all(not_before)
            && event.cancels.iter().all(|other| not_before(other) && still_due(other))
            && world.due[place].iter().flatten().all(|due| *due >= day)
    })
}

/// The events that take part in a leaf's days, in the order of the world. Without constraints
/// neither `after` nor `cancels` say anything about the order within a day.
pub fn order(history: &History, world: &World, constrained: bool, leaf: usize) -> Vec<usize> {
    let mut left: Vec<usize> =
        (0..history.events.len()).filter(|e| history.takes_part(*e, leaf)).collect();
    left.sort_by_key(|e| (world.happened[*e], history.place_on(*e, leaf), history.events[*e].seq));
    let mut order = Vec::new();
    while let Some(first) = left.first() {
        let day = world.happened[*first];
        let today = left.iter().take_while(|e| world.happened[**e] == day);
        let today: Vec<usize> = today.copied().collect();
        let behind =
            |e: usize| today.iter().any(|other| is_behind(history, e, *other, constrained));
        let next = today.iter().copied().find(|e| !behind(*e)).unwrap_or(today[0]);
        left.retain(|e| *e != next);
        order.push(next);
    }
    order
}

/// True if the event comes after the other one of the same day.
fn is_behind(history: &History, event: usize, other: usize, constrained: bool) -> bool {
    let (one, two) = (&history.events[event], &history.events[other]);
    let instants = one.effective.instant.zip(two.effective.instant);
    let said = || said_earlier(history, event).contains(&other);
    event != other && (constrained && said() || instants.is_some_and(|(a, b)| a > b))
}

/// The events said to come before one, by its `after` and `cancels`, or by theirs.
fn said_earlier(history: &History, event: usize) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut next = vec![event];
    while let Some(event) = next.pop() {
        let one = &history.events[event];
        for other in one.after.iter().chain(&one.cancels) {
            if !found.contains(other) {
                found.push(*other);
                next.push(*other);
            }
        }
    }
    found
}
