//! The kernel: what follows for one measure from its events, in every possible world.
//!
//! A *world* assigns one day to every uncertain date, inside its window and within what `after`,
//! `cancels` and plans say about order. The answer to "status of M on D" is the set of statuses M
//! has on D over all worlds (`docs/model.md`). The kernel is pure: records as they stand
//! ([`History`]) go in, an [`Outcome`] comes out.
//!
//! | room | does |
//! |---|---|
//! | `graph` | which dates are connected, and what their constraints leave of each window |
//! | `stage` | everything one evaluation needs, prepared: dates, deeds, who reaches which measure |
//! | `state` | a measure at the end of a day: statuses, pending plans, claims on them |
//! | `fold` | lives one day of one world for one measure |
//! | `sweep` | lives all worlds at once, merging those that have become the same |
//! | `choice` | what can fall on one day |
//! | `alike` | events of which it makes no difference which is which |
//! | `reach` | every reachable status, where there are too many worlds |
//! | `trace` | what is remembered of the way: since when, because of which records |
//! | `course` | a measure on every day, in one walk |
//! | `days` | a measure on several days, in one walk |
//! | `supposed` | a measure if an uncertain date fell on a day, for many dates in one walk |
//! | `pins` | dates that are supposed to fall on a day, and which worlds have that |
//! | `turned` | a measure if two events of a day came in the other order, for many in one walk |
//! | `without` | a measure without an event or a plan, for many of them in one walk |
//! | `joint` | several measures in the same worlds |
//! | `whole` | joins the parts of a whole |
//! | `diary` | what is noted on the way, a page for each day of each world |
//! | `way` | what became of every event and plan, where an answer is explained |
//! | `turn` | whose turn it is on one day |
//! | `passage` | what happened on the way: what events found, ends, plans nobody confirmed |

mod alike;
mod choice;
mod course;
mod days;
mod diary;
mod fold;
mod graph;
mod joint;
mod outcome;
mod passage;
mod pins;
mod reach;
mod stage;
mod state;
mod supposed;
mod sweep;
mod trace;
mod turn;
mod turned;
mod way;
mod whole;
mod without;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use crate::history::{History, Standing};
use crate::time::Day;

pub use course::Stop;
pub use outcome::{Ended, Found, Outcome, PendingPlan, Since, Supposed};
pub use way::{Effected, Fate, Gone, Thing, Way, ways};

/// Two events of one day, the one recorded first first.
pub type Pair = (usize, usize);

/// The status of a whole whose parts differ.
pub const MIXED: &str = "mixed";

/// How many states an exact evaluation may visit before the answer becomes approximate.
pub const MOST_STATES: usize = 1_000_000;

/// One event told in another way, for the question what would follow then.
#[derive(Debug, Clone)]
pub struct Retold {
    /// The event.
    pub event: usize,
    /// How it is told.
    pub standing: Standing,
}

/// The events an evaluation looks at: a history, one event of it perhaps told in another way.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'h> {
    /// The records as they stand.
    pub history: &'h History,
    /// The event told in another way.
    pub retold: Option<&'h Retold>,
}

impl<'h> Telling<'h> {
    /// The history as it stands.
    #[must_use]
    pub fn plain(history: &'h History) -> Self {
        Self { history, retold: None }
    }

    pub(crate) fn event(&self, event: usize) -> &'h Standing {
        match self.retold {
            Some(retold) if retold.event == event => &retold.standing,
            Some(_) | None => &self.history.events()[event],
        }
    }
}

/// What a measure was at the end of day `at`, over all worlds.
#[must_use]
pub fn outcome(telling: Telling<'_>, measure: usize, at: Day) -> Outcome {
    outcomes(telling, measure, &BTreeSet::from([at])).remove(&at).unwrap_or_default()
}

/// The same at the end of each of several days, in one walk where there are not too many worlds.
#[must_use]
pub fn outcomes(
    telling: Telling<'_>,
    measure: usize,
    days: &BTreeSet<Day>,
) -> BTreeMap<Day, Outcome> {
    days::outcomes(telling, measure, days)
}

/// The plans that wait for a measure without parts at the end of each of several days, in any world,
/// in one walk; none for a day that it cannot tell: that is asked with [`outcome()`].
#[must_use]
pub fn waiting(
    telling: Telling<'_>,
    leaf: usize,
    days: &BTreeSet<Day>,
) -> BTreeMap<Day, Option<BTreeSet<PendingPlan>>> {
    days::waiting(telling, leaf, days)
}

/// What a measure without parts would have been at the ends of some days if an event had not
/// happened, or had not planned something: for each of several, in one walk, in other `words`. What
/// one walk cannot tell is left out: that is asked with [`outcomes()`], told in another way.
#[must_use]
pub fn without<T>(
    history: &History,
    leaf: usize,
    things: &BTreeMap<Thing, BTreeSet<Day>>,
    words: impl Fn(Outcome) -> T,
) -> BTreeMap<Thing, BTreeMap<Day, T>> {
    without::without(history, leaf, things, words)
}

/// Every event whose change could change an answer about the measure: those of its whole and of
/// the parts of that, those that reach them from elsewhere, all that is connected with these, and
/// what any of them settles.
#[must_use]
pub fn touching(telling: Telling<'_>, measure: usize) -> BTreeSet<usize> {
    let family = telling.history.family(measure);
    let events = family.iter().flat_map(|&member| stage::cast(telling, member).into_keys());
    with_connected(telling, events)
}

/// Every event that counts and could change an answer about the measure as things stand: those that
/// reach it or one of its parts, all that is connected with these, and what any of them settles.
#[must_use]
pub fn reaching(telling: Telling<'_>, measure: usize) -> BTreeSet<usize> {
    let leaves = telling.history.innermost(measure).into_iter();
    with_connected(telling, leaves.flat_map(|leaf| stage::cast(telling, leaf).into_keys()))
}

fn with_connected(telling: Telling<'_>, events: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let mut events = graph::connected(telling, &events.collect());
    let settled: Vec<usize> =
        events.iter().flat_map(|&event| telling.event(event).settles.iter().copied()).collect();
    events.extend(settled);
    events
}

/// The events said to come before one, by its `after` and `cancels`, or by theirs; those that do
/// not count left out.
#[must_use]
pub fn said_earlier(telling: Telling<'_>, event: usize) -> BTreeSet<usize> {
    graph::said_earlier(telling, event)
}

/// Whether any world is left for a measure, so that its records do not contradict one another.
#[must_use]
pub fn has_worlds(telling: Telling<'_>, measure: usize) -> bool {
    let leaves = telling.history.innermost(measure);
    leaves.iter().all(|&leaf| !stage::scene(telling, &[leaf]).inconsistent)
}

/// What each event that acts on a measure without parts can have found, as far as its act says in
/// which statuses it makes sense; by the event's index. Nothing where no world is left.
#[must_use]
pub fn found(telling: Telling<'_>, leaf: usize) -> BTreeMap<usize, Found> {
    passage::found(telling, leaf)
}

/// Whether a measure came to an ended status on a later day than `after` and by the end of `by`.
/// A whole has come to an end when all of its innermost parts have.
#[must_use]
pub fn ended(telling: Telling<'_>, measure: usize, after: Day, by: Day) -> Ended {
    passage::ended(telling, &telling.history.innermost(measure), after, by)
}

/// The plans that gave a measure (or a part of it) its status at the end of a day, in any world,
/// with no event that confirms them.
#[must_use]
pub fn unconfirmed_plans(telling: Telling<'_>, measure: usize, at: Day) -> BTreeSet<PendingPlan> {
    let leaves = telling.history.innermost(measure);
    leaves.iter().flat_map(|&leaf| passage::unconfirmed_plans(telling, leaf, at)).collect()
}

/// Pairs of events that act on a measure without parts, certainly on one day, and of which only
/// record order tells which came first; that one first.
#[must_use]
pub fn by_record_alone(telling: Telling<'_>, leaf: usize) -> Vec<Pair> {
    turn::by_record_alone(telling, leaf)
}

/// What a measure without parts is at the end of a day: as it is, and if two events of which only
/// record order tells which came first ([`by_record_alone`]) came in the other order. For many such
/// pairs, each with a day no earlier than theirs, in one walk. What one walk cannot tell is left
/// out: that is asked with [`outcome()`], told in another way.
#[must_use]
pub fn turned(
    history: &History,
    leaf: usize,
    pairs: &BTreeMap<Pair, Day>,
) -> BTreeMap<Pair, [Outcome; 2]> {
    turned::turned(history, leaf, pairs)
}

/// What a measure would be at the end of the day `at` if an event or a plan of an uncertain date
/// came on a day: for each of several, each with some days, in one walk; none where no world has
/// it on that day. What one walk cannot tell is left out: that is asked with [`outcome()`], told in
/// another way.
#[must_use]
pub fn supposed(
    history: &History,
    measure: usize,
    at: Day,
    things: &BTreeMap<Thing, BTreeSet<Day>>,
) -> BTreeMap<Thing, BTreeMap<Day, Option<Supposed>>> {
    supposed::supposed(history, measure, at, things)
}

/// The day of the first of some events: the earliest and the latest it can be, over all worlds;
/// days just outside the calendar where open.
pub(crate) fn first_of(telling: Telling<'_>, events: &BTreeSet<usize>) -> Option<(Day, Day)> {
    graph::first_of(telling, events)
}

/// A measure without parts from the first day of the calendar to the last, as far as one walk
/// through time tells; the days `moments` are among its stops. None where there is no world, or
/// very many: then a day is asked with [`outcome()`].
#[must_use]
pub fn course(telling: Telling<'_>, leaf: usize, moments: &BTreeSet<Day>) -> Option<Vec<Stop>> {
    course::course(telling, leaf, moments)
}
