//! What a measure would have been if two events of a day had come in the other order: asked of many
//! pairs, in one walk.
//!
//! Both come on that day in every world, so the worlds are those there are, and up to the day
//! before they are as they are; only from there on they must be lived in both ways.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;
use super::stage::{self, Stage};
use super::sweep::Sweep;
use super::turn::{self, Turn};
use super::{Pair, Telling};
use crate::history::History;
use crate::time::Day;

/// What a measure without parts is at the end of a day, as it is and turned, for some pairs of
/// events with the days asked about. What cannot be told in this way is left out.
pub(super) fn turned(
    history: &History,
    leaf: usize,
    pairs: &BTreeMap<Pair, Day>,
) -> BTreeMap<Pair, [Outcome; 2]> {
    let telling = Telling::plain(history);
    let mut asked: Vec<Asked> = pairs
        .iter()
        .filter_map(|(&pair, &at)| {
            let day = turn::only_day(telling, pair.0)?;
            (day <= at).then(|| Asked { begin: day.before(), at, pair })
        })
        .collect();
    asked.sort_unstable();
    let scene = stage::scene(telling, &[leaf]);
    // Where no world is left, nothing that is said of the order of a day counts.
    let turns = !scene.inconsistent;
    let of_stages = scene.stages.iter().map(|stage| of_stage(stage, &asked, turns));
    of_stages.reduce(joined).unwrap_or_default()
}

/// Where both ways part: at the end of the day before theirs.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    begin: Day,
    at: Day,
    pair: Pair,
}

type Told = BTreeMap<Pair, [Outcome; 2]>;

fn of_stage(stage: &Stage, asked: &[Asked], turns: bool) -> Told {
    let stops: BTreeSet<Day> = asked.iter().flat_map(|asked| [asked.begin, asked.at]).collect();
    let mut sweep = Sweep::through(stage, &stops.into_iter().collect::<Vec<_>>());
    let mut told = Told::new();
    for Asked { begin, at, pair } in asked {
        if sweep.live_to(*begin).is_err() {
            break;
        }
        let turn = turns.then_some(Turn { earlier: pair.1, later: pair.0 });
        let both = lived(sweep.clone(), *at).zip(lived(sweep.turned(turn), *at));
        told.extend(both.map(|(one, other)| (*pair, [one, other])));
    }
    told
}

/// None where there are too many worlds, or what lies ahead of the day cannot be seen.
fn lived(mut sweep: Sweep<'_>, at: Day) -> Option<Outcome> {
    sweep.live_to(at).ok()?;
    let (outcome, saw_all) = sweep.outcome();
    saw_all.then_some(outcome)
}

/// What two stages tell together: their worlds are those of either.
fn joined(one: Told, mut other: Told) -> Told {
    let both = one.into_iter().filter_map(|(pair, [is, turned])| {
        let [other_is, other_turned] = other.remove(&pair)?;
        Some((pair, [is.or(other_is), turned.or(other_turned)]))
    });
    both.collect()
}
