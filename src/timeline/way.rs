//! What became of every event and plan on the way to a day: asked where an answer is explained.
//!
//! The kernel itself tells, while it lives the worlds, so nothing here decides anything: a fate is
//! in the way if it is the thing's fate in some world.

use std::collections::{BTreeMap, BTreeSet};

use super::diary::Diary;
use super::fold::Notes;
use super::stage::{Deed, Leaf, PlanId, Stage};
use super::sweep::{Sweep, World};
use super::{Telling, stage};
use crate::time::Day;

/// What can come to a measure: an event, or a plan that an event made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thing {
    /// The event, or the maker of the plan, as an index into the history's events.
    pub event: usize,
    /// The plan's place in the maker's `then`, from 0; none for the event itself.
    pub place: Option<usize>,
}

/// What became of a thing by the end of the day asked about, in some world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It came, and did this to the status.
    Came(Effected),
    /// The event, or the maker of the plan, is still to come.
    ToCome,
    /// A plan that waits.
    Pending,
    /// A plan whose day is past, and for which this event to come stands.
    Held(usize),
    /// A plan that went without having taken effect.
    Gone(Gone),
}

/// What something that came did to the status of the measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effected {
    /// It gave another status.
    Changed,
    /// It gave the status that there was.
    Again,
    /// It laid a suspension over the status.
    Suspended,
    /// It uncovered the status beneath a suspension.
    Uncovered,
    /// It would have, but there was no suspension.
    NothingBeneath,
    /// It changed what is beneath the suspension, or gave that again.
    Beneath,
    /// Its act changes no status.
    Nothing,
}

/// Why a plan went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gone {
    /// This event names its maker in `cancels`.
    Named(usize),
    /// The kind says that the act of this thing cancels the plan's.
    ByKind(Thing),
    /// This thing ended the measure.
    ByEnd(Thing),
    /// An event came in its place: which one, as far as that can be told.
    Replaced(Option<usize>),
    /// This event, which settles its maker, stands for it.
    Settled(usize),
    /// It had no date, and this thing brought its act, or a date for it.
    Dated(Thing),
    /// It was kept back on its day for an event of that day, which then did not reach it.
    Withheld,
    /// Its day came before its maker's (records that contradict one another).
    BeforeMaker,
}

/// The way of one measure without parts to a day, over all worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// Every fate that each event and each plan has in some world. Events that cannot change
    /// anything are not among them.
    pub fates: BTreeMap<Thing, BTreeSet<Fate>>,
    /// What began the run of the status, in any world.
    pub began: BTreeSet<Thing>,
    /// What last gave the status, in any world.
    pub gave: BTreeSet<Thing>,
    /// Too many worlds to tell: nothing else is filled in.
    pub approximate: bool,
}

/// What became of whom.
pub(super) type Became = (Thing, Fate);

/// The way to a state, by the last pages of the diary on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Path {
    pages: BTreeSet<usize>,
    began: BTreeSet<Thing>,
    gave: BTreeSet<Thing>,
}

impl Path {
    /// Adds what one day tells; a changed status begins a run.
    pub(super) fn note_day(&mut self, diary: &mut Diary<Became>, notes: &Notes, changed: bool) {
        diary.write(&notes.fates, &mut self.pages);
        if let Some(thing) = notes.gave {
            self.gave = BTreeSet::from([thing]);
        }
        if changed {
            self.began = notes.changed.into_iter().collect();
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.pages.extend(&other.pages);
        self.began.extend(&other.began);
        self.gave.extend(&other.gave);
    }
}

impl Thing {
    pub(super) fn event(event: usize) -> Self {
        Self { event, place: None }
    }

    pub(super) fn plan((event, place): PlanId) -> Self {
        Self { event, place: Some(place) }
    }
}

impl Gone {
    /// How a deed takes the plans away that it reaches by its act.
    pub(super) fn by_act(deed: &Deed, by: Thing) -> Self {
        if deed.ends() { Self::ByEnd(by) } else { Self::ByKind(by) }
    }
}

impl Way {
    fn note(&mut self, thing: Thing, fate: Fate) {
        self.fates.entry(thing).or_default().insert(fate);
    }

    fn merge(&mut self, other: &Self) {
        for (&thing, fates) in &other.fates {
            self.fates.entry(thing).or_default().extend(fates);
        }
        self.began.extend(&other.began);
        self.gave.extend(&other.gave);
        self.approximate |= other.approximate;
    }

    /// Adds what the end of a world tells: who is still to come, and which plans wait.
    fn note_end(&mut self, leaf: &Leaf, world: &World, past: impl Fn(usize) -> bool) {
        for (&event, role) in &leaf.roles {
            if past(role.date) {
                continue;
            }
            self.note(Thing::event(event), Fate::ToCome);
            for place in 0..role.plans.len() {
                self.note(Thing::plan((event, place)), Fate::ToCome);
            }
        }
        for pending in &world.states[0].pending {
            let fate = pending.held_by.map_or(Fate::Pending, Fate::Held);
            self.note(Thing::plan(pending.plan), fate);
        }
    }

    /// What is noted of one of several alike events holds for each of them.
    fn share(&mut self, stage: &Stage, leaf: &Leaf) {
        let records: BTreeMap<u64, Thing> =
            leaf.roles.iter().map(|(&event, role)| (role.record, Thing::event(event))).collect();
        let groups: BTreeSet<&BTreeSet<u64>> = stage.alike.values().collect();
        for group in groups {
            let members: Vec<Thing> =
                group.iter().filter_map(|record| records.get(record).copied()).collect();
            let fates: BTreeSet<Fate> = members
                .iter()
                .filter_map(|thing| self.fates.get(thing))
                .flatten()
                .copied()
                .collect();
            for &member in &members {
                self.fates.insert(member, fates.clone());
            }
            for set in [&mut self.began, &mut self.gave] {
                if members.iter().any(|member| set.contains(member)) {
                    set.extend(&members);
                }
            }
        }
    }
}

/// The way of each innermost part of a measure (of itself, where it has none) to the end of a day.
#[must_use]
pub fn ways(telling: Telling<'_>, measure: usize, at: Day) -> BTreeMap<usize, Way> {
    let leaves = telling.history.innermost(measure).into_iter();
    leaves.map(|leaf| (leaf, of_leaf(telling, leaf, at))).collect()
}

fn of_leaf(telling: Telling<'_>, measure: usize, at: Day) -> Way {
    let mut way = Way::default();
    for stage in &stage::scene(telling, &[measure]).stages {
        match of_stage(stage, at) {
            Some(of_stage) => way.merge(&of_stage),
            None => return Way { approximate: true, ..Way::default() },
        }
    }
    way
}

/// `None` where there are too many worlds.
fn of_stage(stage: &Stage, at: Day) -> Option<Way> {
    if stage.approximate {
        return None;
    }
    let mut sweep = Sweep::noting(stage, at);
    sweep.live_to(at).ok()?;
    let leaf = &stage.leaves[0];
    let (mut way, mut last) = (Way::default(), BTreeSet::new());
    for (world, memory) in sweep.worlds.iter() {
        if let Some(path) = &memory.leaves[0].path {
            last.extend(&path.pages);
            way.began.extend(&path.began);
            way.gave.extend(&path.gave);
        }
        way.note_end(leaf, world, |date| world.is_past(date) || stage.dates[date].last <= at);
    }
    let diary = sweep.diary.unwrap_or_default();
    diary.until(last).into_iter().for_each(|(thing, fate)| way.note(thing, fate));
    way.share(stage, leaf);
    Some(way)
}
