//! Lives all worlds at once, from the first day to the day asked for.
//!
//! The days are cut into stretches in which the same windows are open. A certain date makes a
//! stretch of one day. In a longer stretch only the order of what falls in it matters, and how many
//! days it needs. Worlds that have become the same (the same states, the same dates past) are
//! merged; so an ordinary history is walked once, and each uncertain date costs only while its
//! window is open.

mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::MOST_STATES;
use super::choice::Choice;
use super::diary::Diary;
use super::fold::{Evening, Met, Today, live};
use super::pins::{Missed, Pins};
use super::stage::{DateId, Leaf, Stage};
use super::state::State;
use super::trace::{Run, Trace};
use super::turn::Turn;
use super::way::{Became, Path, Thing};
use super::worlds::Worlds;
use crate::kind::Standing as Reading;
use crate::time::Day;

pub(super) use seen::{leaf_outcome, since};

/// Worlds that have become the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    /// One for each measure of the stage.
    pub(super) states: Vec<State>,
    /// The dates that are past though their window is still open, in order.
    done: Vec<DateId>,
    /// How many days of the present stretch are used, where that can matter.
    used: u32,
}

/// What the worlds remember: of each measure, and of all together.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) leaves: Vec<Trace>,
    pub(super) whole: Run,
    used: u32,
    /// The last pages on what events found; none where nobody asked.
    pub(super) met: Option<BTreeSet<usize>>,
    /// Which of the pins none of the worlds has; none where nothing is supposed.
    pub(super) missed: Option<Missed>,
}

/// More states than [`MOST_STATES`].
pub(super) struct TooMany;

/// The worlds of a stage on their way through time.
#[derive(Clone)]
pub(super) struct Sweep<'s> {
    stage: &'s Stage,
    pub(super) worlds: Worlds,
    /// Dates in the order their windows open, from the first that has not opened.
    opening: Rc<[DateId]>,
    opened: usize,
    open: Vec<DateId>,
    cuts: Rc<[Day]>,
    cut: usize,
    visited: usize,
    /// What became of every event and plan on each day lived, where that is to be noted.
    pub(super) diary: Option<Diary<Became>>,
    /// What events found on each day lived, where that is asked.
    pub(super) meetings: Diary<Met>,
    /// What is lived without, as though it had not been.
    without: Option<Thing>,
    /// Two events that come in the other order than they do.
    turned: Option<Turn>,
    /// Dates that are supposed to fall on a day.
    pins: Option<Rc<Pins>>,
}

/// A stretch of days, both ends included.
#[derive(Clone, Copy)]
struct Stretch {
    first: Day,
    last: Day,
}

impl Stretch {
    fn is_one_day(self) -> bool {
        self.first == self.last
    }

    /// How many days it has; "many" where an end is open.
    fn days(self) -> u32 {
        u32::try_from(self.last.days_since(self.first) + 1).unwrap_or(u32::MAX)
    }

    /// The day `used` days into it.
    fn day(self, used: u32) -> Day {
        if self.first.written().is_none() {
            return self.first;
        }
        (0..used).fold(self.first, |day, _| day.after())
    }
}

impl<'s> Sweep<'s> {
    /// The worlds before the first day, to be lived to the end of the day asked for.
    pub(super) fn new(stage: &'s Stage, asked: Day) -> Self {
        Self::through(stage, &[asked])
    }

    /// The same, with stops at the ends of several days.
    pub(super) fn through(stage: &'s Stage, stops: &[Day]) -> Self {
        let mut opening: Vec<DateId> = (0..stage.dates.len()).collect();
        opening.sort_by_key(|&id| stage.dates[id].first);
        let dates = stage.dates.iter();
        let mut cuts: BTreeSet<Day> = dates.flat_map(|d| [d.first, d.last.after()]).collect();
        cuts.extend(&stage.doubts);
        cuts.extend(stops.iter().map(|stop| stop.after()));
        let states = stage.leaves.iter().map(|leaf| State::initial(leaf.initial)).collect();
        let world = World { states, done: Vec::new(), used: 0 };
        let leaf = |leaf: &Leaf| Trace {
            gave: leaf.initial.record.into_iter().collect(),
            run: Run::initial(leaf.initial.record),
            path: None,
        };
        let leaves = stage.leaves.iter().map(leaf).collect();
        let memory = Memory { leaves, whole: Run::initial(None), used: 0, met: None, missed: None };
        Self {
            stage,
            worlds: Worlds::of(world, memory),
            opening: opening.into(),
            opened: 0,
            open: Vec::new(),
            cuts: cuts.into_iter().collect(),
            cut: 0,
            visited: 0,
            diary: None,
            meetings: Diary::default(),
            without: None,
            turned: None,
            pins: None,
        }
    }

    /// The same, and what becomes of every event and plan is noted.
    pub(super) fn noting(stage: &'s Stage, asked: Day) -> Self {
        let mut sweep = Self::new(stage, asked);
        for memory in sweep.worlds.memories_mut() {
            memory.leaves.iter_mut().for_each(|trace| trace.path = Some(Box::new(Path::default())));
        }
        Self { diary: Some(Diary::default()), ..sweep }
    }

    /// The worlds before the first day without some dates, which can be let in.
    pub(super) fn but(stage: &'s Stage, apart: &[(DateId, usize)]) -> Self {
        let sweep = Self::through(stage, &[]);
        let is_in = |id: &DateId| !apart.iter().any(|(other, _)| other == id);
        let opening: Rc<[DateId]> = sweep.opening.iter().copied().filter(is_in).collect();
        Self { opening, ..sweep }
    }

    /// The same worlds with a date let in whose window opens on the next day.
    pub(super) fn joined_by(&self, date: DateId) -> Self {
        let mut sweep = self.clone();
        sweep.open.push(date);
        sweep
    }

    /// The worlds before the first day, with the pins that each misses.
    pub(super) fn pinned(stage: &'s Stage, pins: &Rc<Pins>, asked: Day) -> Self {
        let mut sweep = Self::through(stage, &pins.stops(asked));
        sweep.worlds.memories_mut().for_each(|memory| memory.missed = Some(Missed::default()));
        Self { pins: Some(Rc::clone(pins)), ..sweep }
    }

    /// The same worlds, from here on with two events of a day to come in the other order.
    pub(super) fn turned(&self, turned: Option<Turn>) -> Self {
        Self { turned, ..self.clone() }
    }

    /// The same worlds, from here on without an event or a plan that no other date hangs on and that
    /// has done nothing so far.
    pub(super) fn without(&self, thing: Thing) -> Self {
        let mut left = Self { without: Some(thing), ..self.clone() };
        if let Some(place) = thing.place {
            for (mut world, memory) in left.worlds.take() {
                world.states.iter_mut().for_each(|state| state.remove((thing.event, place)));
                left.worlds.add(world, memory);
            }
        }
        left
    }

    /// Lives on to the end of a day that is the end of a stretch.
    pub(super) fn live_to(&mut self, end: Day) -> Result<(), TooMany> {
        while self.cut < self.cuts.len() && self.cuts[self.cut] <= end {
            self.live_stretch()?;
        }
        Ok(())
    }

    fn live_stretch(&mut self) -> Result<(), TooMany> {
        let first = self.cuts[self.cut];
        let last = self.cuts.get(self.cut + 1).map_or(Day::OPEN_END, |next| next.before());
        self.cut += 1;
        let stretch = Stretch { first, last };
        self.open_windows(first);
        if self.open.is_empty() {
            return Ok(());
        }
        if stretch.is_one_day() {
            self.live_one_day(stretch)?;
        } else {
            self.live_many_days(stretch)?;
        }
        self.close_windows(stretch);
        Ok(())
    }

    fn open_windows(&mut self, first: Day) {
        let dates = &self.stage.dates;
        while let Some(&id) = self.opening.get(self.opened).filter(|&&id| dates[id].first <= first)
        {
            self.open.push(id);
            self.opened += 1;
        }
    }

    /// Ends the stretch: what had to fall in it has, and every bound is a day again.
    fn close_windows(&mut self, stretch: Stretch) {
        let closes = |id: &DateId| self.stage.dates[*id].last <= stretch.last;
        let close = |world: &mut World, memory: &mut Memory| {
            world.done.retain(|id| !closes(id));
            world.used = 0;
            memory.used = 0;
            memory.runs().for_each(|run| run.stretch_ends(stretch.last));
        };
        if let Some((world, memory)) = self.worlds.only() {
            close(world, memory);
        } else {
            for (mut world, mut memory) in self.worlds.take() {
                close(&mut world, &mut memory);
                self.worlds.add(world, memory);
            }
        }
        self.open.retain(|id| !closes(id));
    }

    fn live_one_day(&mut self, stretch: Stretch) -> Result<(), TooMany> {
        for (world, memory) in self.worlds.take() {
            let mut memory = Some(memory);
            let mut choices = self.choices(&world, stretch)?.into_iter().peekable();
            while let Some(falling) = choices.next() {
                let memory = if choices.peek().is_some() { memory.clone() } else { memory.take() };
                let Some(memory) = memory else { break };
                let (world, memory) = self.live_day(&world, memory, &falling, stretch);
                if self.is_complete(&world, stretch) {
                    self.worlds.add(world, memory);
                }
            }
        }
        Ok(())
    }

    /// Day by day, each with at least one date; worlds with fewer dates past go first, so that all
    /// ways to a state are known before it is lived on.
    fn live_many_days(&mut self, stretch: Stretch) -> Result<(), TooMany> {
        let mut waiting: BTreeMap<usize, Worlds> = BTreeMap::new();
        for (world, memory) in self.worlds.take() {
            waiting.entry(world.done.len()).or_default().add(world, memory);
        }
        while let Some((_, mut layer)) = waiting.pop_first() {
            for (world, memory) in layer.take() {
                for falling in self.choices(&world, stretch)? {
                    if falling.is_empty() {
                        continue;
                    }
                    let memory = memory.clone();
                    let (world, memory) = self.live_day(&world, memory, &falling, stretch);
                    waiting.entry(world.done.len()).or_default().add(world, memory);
                }
                if self.is_complete(&world, stretch) {
                    self.worlds.add(World { used: 0, ..world }, memory);
                }
            }
        }
        Ok(())
    }

    /// Whether all that must fall by the end of the stretch is past.
    fn is_complete(&self, world: &World, stretch: Stretch) -> bool {
        let due = self.open.iter().filter(|&&id| self.stage.dates[id].last <= stretch.last);
        due.into_iter().all(|id| world.done.contains(id))
    }

    /// Every set of dates that can fall on the next day of the stretch.
    fn choices(&mut self, world: &World, stretch: Stretch) -> Result<Vec<Vec<DateId>>, TooMany> {
        if !stretch.is_one_day() && world.used >= stretch.days() {
            return Ok(Vec::new());
        }
        let left = self.open.iter().copied().filter(|id| !world.done.contains(id));
        let must = |id: &DateId| stretch.is_one_day() && self.stage.dates[*id].last == stretch.last;
        let (fixed, free): (Vec<DateId>, Vec<DateId>) = left.partition(must);
        let past =
            |id: DateId| self.stage.dates[id].last < stretch.first || world.done.contains(&id);
        let choice = Choice { stage: self.stage, fixed, free, past: &past };
        let sets = choice.sets(MOST_STATES - self.visited).ok_or(TooMany)?;
        self.visited += sets.len();
        Ok(sets)
    }

    fn live_day(
        &mut self,
        world: &World,
        mut memory: Memory,
        falling: &[DateId],
        stretch: Stretch,
    ) -> (World, Memory) {
        let stage = self.stage;
        let past = |id: DateId| stage.dates[id].last < stretch.first || world.done.contains(&id);
        let today = Today {
            dates: &stage.dates,
            falling,
            past: &past,
            day: stretch.last,
            noting: self.diary.is_some(),
            without: self.without,
            turned: self.turned.as_ref(),
        };
        let day = stretch.day(memory.used);
        memory.runs().for_each(Run::another_day);
        memory.used += 1;
        let mut states = Vec::with_capacity(world.states.len());
        for ((leaf, state), trace) in stage.leaves.iter().zip(&world.states).zip(&mut memory.leaves)
        {
            let evening = live(leaf, state, &today);
            trace.note(stage, &evening, state.seen().status, day, &mut self.diary);
            if let Some(met) = &mut memory.met {
                self.meetings.write(&evening.met, met);
            }
            states.push(evening.state);
        }
        self.note_whole(&world.states, &states, &mut memory, day);
        if let (Some(pins), Some(missed)) = (&self.pins, &mut memory.missed) {
            pins.note_day(stretch.last, falling, missed);
        }
        let mut done: Vec<DateId> = world.done.iter().chain(falling).copied().collect();
        done.sort_unstable();
        let scarce = self.open.len() > stretch.days() as usize;
        let used = if scarce { memory.used } else { 0 };
        (World { states, done, used }, memory)
    }

    /// Begins a run of the whole where what all parts share has changed.
    fn note_whole(&self, before: &[State], after: &[State], memory: &mut Memory, day: Day) {
        if self.stage.leaves.len() > 1 && self.shared(before) != self.shared(after) {
            memory.whole = Run::beginning(day, BTreeSet::new());
        }
    }

    /// The status that all measures of the stage share, if they do.
    pub(super) fn shared(&self, states: &[State]) -> Option<&str> {
        let mut statuses =
            self.stage.leaves.iter().zip(states).map(|(leaf, state)| leaf.seen(state));
        let first = statuses.next()?;
        statuses.all(|status| status == first).then_some(first)
    }
}

impl Leaf {
    /// The status seen.
    pub(super) fn seen(&self, state: &State) -> &str {
        &self.words.statuses[usize::from(state.seen().status)]
    }

    /// Whether that is an ended one.
    pub(super) fn is_ended(&self, state: &State) -> bool {
        self.kind.standing_of(self.seen(state)) == Reading::Ended
    }
}

impl World {
    /// Whether a date is past though its window is still open.
    pub(super) fn is_past(&self, date: DateId) -> bool {
        self.done.contains(&date)
    }
}

impl Memory {
    fn runs(&mut self) -> impl Iterator<Item = &mut Run> {
        self.leaves.iter_mut().map(|trace| &mut trace.run).chain([&mut self.whole])
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (own, other) in self.leaves.iter_mut().zip(&other.leaves) {
            own.merge(other);
        }
        self.whole.merge(&other.whole);
        if let (Some(own), Some(other)) = (&mut self.met, &other.met) {
            own.extend(other);
        }
        if let (Some(own), Some(other)) = (&mut self.missed, &other.missed) {
            own.merge(other);
        }
        self.used = self.used.min(other.used);
    }
}

impl Trace {
    /// Notes the end of a day on which dates fell and that began with a status.
    fn note(
        &mut self,
        stage: &Stage,
        evening: &Evening,
        before: u16,
        day: Day,
        diary: &mut Option<Diary<Became>>,
    ) {
        if let Some(record) = evening.gave {
            self.gave = stage.any_of(record);
        }
        if evening.state.seen().status != before {
            let began = evening.changed.map(|record| stage.any_of(record));
            self.run = Run::beginning(day, began.unwrap_or_default());
        }
        if let (Some(path), Some(diary)) = (&mut self.path, diary) {
            path.note_day(diary, &evening.notes, evening.state.seen().status != before);
        }
    }
}

impl super::stage::Initial {
    /// The status seen.
    pub(super) fn seen(&self) -> u16 {
        self.over.unwrap_or(self.beneath)
    }
}
