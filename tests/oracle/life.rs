//! One measure without parts, lived through one possible world, day by day.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::day::Day;
use super::history::{Deed, History};
use super::kind::{Act, To};
use super::world::World;

/// Everything that happened to a measure, in order.
#[derive(Debug)]
pub struct Life {
    /// The status before all.
    pub initial: String,
    /// Events and plans, in the order in which they took effect.
    pub moments: Vec<Moment>,
}

/// An event or plan taking effect, and how things stood after it.
#[derive(Debug, Clone)]
pub struct Moment {
    pub day: Day,
    pub by: Cause,
    /// True if it set or kept the visible status.
    pub gave: bool,
    /// The visible status after it.
    pub status: String,
    /// The moments on which the visible status rests.
    pub rests_on: Vec<usize>,
    pub attributes: BTreeMap<String, Value>,
}

/// What took effect: an event, or a plan by its maker and its place in the maker's `then`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Event(usize),
    Plan(usize, usize),
}

impl Cause {
    /// The event, or the maker of the plan.
    pub fn event(self) -> usize {
        match self {
            Cause::Event(event) | Cause::Plan(event, _) => event,
        }
    }
}

/// A plan that is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pending {
    maker: usize,
    place: usize,
    due: Day,
    /// Number of the moment in which it was made.
    made: usize,
}

/// A status and the moments on which it rests.
#[derive(Debug, Clone)]
struct Hold {
    status: String,
    rests_on: Vec<usize>,
}

/// A suspension that lies over the status beneath.
#[derive(Debug, Clone)]
struct Suspension {
    top: Hold,
    /// Number of the moment that laid its first layer, and that moment's event or maker;
    /// none for an initial suspension.
    laid: Option<(usize, usize)>,
}

#[derive(Debug, Clone)]
struct State {
    beneath: Hold,
    suspension: Option<Suspension>,
    attributes: BTreeMap<String, Value>,
    pending: Vec<Pending>,
    /// Settlers (with the maker) for whom a plan was kept back when it came due.
    owed: Vec<(usize, usize)>,
    moments: Vec<Moment>,
    /// Plans that took effect today.
    taken: Vec<Pending>,
    /// Withheld plans whose turn has come today.
    passed: Vec<Pending>,
}

impl State {
    fn visible(&self) -> &Hold {
        self.suspension.as_ref().map_or(&self.beneath, |suspension| &suspension.top)
    }
}

/// What stays the same while one measure is lived through one world.
struct Walk<'a> {
    history: &'a History,
    world: &'a World,
    /// All events in the order of the world.
    order: &'a [usize],
    leaf: usize,
}

/// Lives the measure `leaf`, which has no parts, through the world.
pub fn live(history: &History, world: &World, order: &[usize], leaf: usize) -> Life {
    let walk = Walk { history, world, order, leaf };
    let mut state = walk.beginning();
    let initial = state.visible().status.clone();
    for day in walk.days() {
        state = walk.day(&state, day);
    }
    Life { initial, moments: state.moments }
}

impl Walk<'_> {
    /// An initial suspension lies over the kind's initial status.
    fn beginning(&self) -> State {
        let hold = |status: String| Hold { status, rests_on: Vec::new() };
        let kind = &self.history.measures[self.leaf].kind;
        let (initial, _) = self.history.initial(self.leaf);
        let suspended = kind.standing(&initial) == "suspended";
        let beneath = if suspended { kind.initial.clone() } else { initial.clone() };
        State {
            beneath: hold(beneath),
            suspension: suspended.then(|| Suspension { top: hold(initial), laid: None }),
            attributes: BTreeMap::new(),
            pending: Vec::new(),
            owed: Vec::new(),
            moments: Vec::new(),
            taken: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// Every day on which something may happen.
    fn days(&self) -> BTreeSet<Day> {
        let due = self.world.due.iter().flatten().flatten();
        self.world.happened.iter().chain(due).copied().collect()
    }

    /// Lives the day again and again, each time withholding the plans that an event of the day
    /// was found to reach, until no event reaches a plan that took effect.
    fn day(&self, before: &State, day: Day) -> State {
        let mut withheld = Vec::new();
        loop {
            match self.try_day(before.clone(), day, &withheld) {
                Ok(after) => return after,
                Err(reached) => withheld.extend(reached),
            }
        }
    }

    fn try_day(&self, mut now: State, day: Day, held: &[Pending]) -> Result<State, Vec<Pending>> {
        now.taken.clear();
        now.passed.clear();
        let start = self.order.iter().position(|event| self.world.happened[*event] >= day);
        let start = start.unwrap_or(self.order.len());
        let due = now.pending.iter().filter(|plan| plan.due == day).copied().collect();
        self.come_due(&mut now, due, held, start);
        for (at, event) in self.order.iter().enumerate().skip(start) {
            if self.world.happened[*event] == day {
                self.event(&mut now, *event, held, at + 1)?;
            }
        }
        now.pending.retain(|plan| plan.due > day);
        Ok(now)
    }

    /// Plans take effect in the kind's order of acts, then record order, then place; unless they
    /// are withheld, or a settler of their maker is still to come (`next` on in the order).
    fn come_due(&self, now: &mut State, mut due: Vec<Pending>, held: &[Pending], next: usize) {
        let events = &self.history.events;
        let act = |plan: &Pending| events[plan.maker].plans[plan.place].deed.act;
        due.sort_by_key(|plan| (act(plan), events[plan.maker].seq, plan.place));
        for plan in due {
            if !now.pending.contains(&plan) {
                continue;
            }
            if held.contains(&plan) {
                now.passed.push(plan);
                continue;
            }
            let reserved = self.reserved(now, next);
            now.pending.retain(|other| *other != plan);
            if let Some((_, settler)) = reserved.iter().find(|(other, _)| *other == plan) {
                now.owed.push((*settler, plan.maker));
            } else {
                now.taken.push(plan);
                self.take_effect(now, plan);
            }
        }
    }

    /// A plan cancels what its act would, except its siblings and what came before it today.
    fn take_effect(&self, now: &mut State, plan: Pending) {
        let act = self.history.plan_act(plan.maker, plan.place);
        let passed = now.passed.clone();
        now.pending.retain(|other| {
            other.maker == plan.maker || passed.contains(other) || !self.act_cancels(act, *other)
        });
        let made_before = now.suspension.as_ref().and_then(|suspension| suspension.laid);
        let made_before =
            made_before.is_some_and(|(laid, by)| plan.made < laid && plan.maker != by);
        let deed = &self.history.events[plan.maker].plans[plan.place].deed;
        self.give(now, plan.due, Cause::Plan(plan.maker, plan.place), deed, made_before);
    }

    /// Any event of the world; one that reaches plans which took effect today is an error.
    fn event(
        &self,
        now: &mut State,
        event: usize,
        held: &[Pending],
        next: usize,
    ) -> Result<(), Vec<Pending>> {
        let reached = self.reached(now, event, next);
        let undone = now.taken.iter().filter(|plan| reached.contains(plan));
        let undone: Vec<Pending> = undone.copied().collect();
        if !undone.is_empty() {
            return Err(undone);
        }
        now.pending.retain(|plan| !reached.contains(plan));
        if self.history.acts_on(event, self.leaf) {
            let made = now.moments.len();
            let deed = &self.history.events[event].deed;
            let day = self.world.happened[event];
            self.give(now, day, Cause::Event(event), deed, false);
            self.plan(now, event, made, held, next);
        }
        Ok(())
    }

    /// The event's own plans become pending; those due today come right after it.
    fn plan(&self, now: &mut State, maker: usize, made: usize, held: &[Pending], next: usize) {
        let day = self.world.happened[maker];
        let dated = self.world.due[maker].iter().enumerate();
        let dated = dated.filter_map(|(place, due)| due.map(|due| (place, due)));
        // Only where constraints are set aside can a plan lie before its maker: it has no effect.
        let ahead = dated.filter(|(_, due)| *due >= day);
        let own: Vec<Pending> =
            ahead.map(|(place, due)| Pending { maker, place, due, made }).collect();
        now.pending.extend(&own);
        let today = own.into_iter().filter(|plan| plan.due == day).collect();
        self.come_due(now, today, held, next);
    }

    /// The plans that an event cancels or stands for, of those pending or taken today.
    fn reached(&self, now: &State, event: usize, next: usize) -> Vec<Pending> {
        let open: Vec<Pending> = now.pending.iter().chain(&now.taken).copied().collect();
        let cancelled = open.iter().copied().filter(|plan| self.cancels(event, *plan));
        self.stands_for(now, &open, event, next).into_iter().chain(cancelled).collect()
    }

    fn cancels(&self, event: usize, plan: Pending) -> bool {
        let named = self.history.events[event].cancels.contains(&plan.maker);
        let acts = self.history.acts_on(event, self.leaf);
        named && self.history.reaches(event, self.leaf)
            || acts && self.act_cancels(self.history.act(event), plan)
    }

    /// By the kind's list, or because the act ends the measure.
    fn act_cancels(&self, act: &Act, plan: Pending) -> bool {
        let kind = &self.history.measures[self.leaf].kind;
        let ends = matches!(&act.to, To::Status(status) if kind.standing(status) == "ended");
        ends || act.cancels.contains(&self.history.plan_act(plan.maker, plan.place).word)
    }

    fn stands_for(&self, now: &State, open: &[Pending], event: usize, next: usize) -> Vec<Pending> {
        let settles = &self.history.events[event].settles;
        if self.history.events[event].is_settler {
            return settles.iter().flat_map(|maker| self.owes(now, open, event, *maker)).collect();
        }
        if !self.history.acts_on(event, self.leaf) {
            return Vec::new();
        }
        let reserved = self.reserved(now, next);
        let free = |plan: &Pending| reserved.iter().all(|(other, _)| other != plan);
        let matching = |plan: &Pending| self.history.matches(event, plan.maker, plan.place);
        self.earliest(open.iter().copied().filter(|plan| free(plan) && matching(plan)))
    }

    /// The earliest due of some plans.
    fn earliest(&self, plans: impl Iterator<Item = Pending>) -> Vec<Pending> {
        let seq = |plan: &Pending| self.history.events[plan.maker].seq;
        plans.min_by_key(|plan| (plan.due, seq(plan), plan.place)).into_iter().collect()
    }

    /// The plans of `maker`, of those in `open`, for which its settler stands.
    fn owes(&self, now: &State, open: &[Pending], settler: usize, maker: usize) -> Vec<Pending> {
        if !self.history.reaches(settler, self.leaf) {
            return Vec::new();
        }
        let own = open.iter().copied().filter(|plan| plan.maker == maker);
        let matching = |place: usize| self.history.matches(settler, maker, place);
        if !(0..self.history.events[maker].plans.len()).any(matching) {
            return own.collect();
        }
        if now.owed.contains(&(settler, maker)) {
            return Vec::new();
        }
        self.earliest(own.filter(|plan| matching(plan.place)))
    }

    /// Pending plans for which a settler that is still to come will stand.
    fn reserved(&self, now: &State, next: usize) -> Vec<(Pending, usize)> {
        let mut left = now.pending.clone();
        let mut reserved = Vec::new();
        for settler in self.order.iter().skip(next) {
            for maker in &self.history.events[*settler].settles {
                let plans = self.owes(now, &left, *settler, *maker);
                left.retain(|plan| !plans.contains(plan));
                reserved.extend(plans.into_iter().map(|plan| (plan, *settler)));
            }
        }
        reserved
    }

    /// Status and attributes after a deed, and the moment's entry.
    fn give(&self, now: &mut State, day: Day, by: Cause, deed: &Deed, made_before: bool) {
        let gave = self.give_status(now, by, deed, made_before);
        let set = deed.set.iter().map(|(name, value)| (name.clone(), value.clone()));
        now.attributes.extend(set);
        let Hold { status, rests_on } = now.visible().clone();
        let attributes = now.attributes.clone();
        now.moments.push(Moment { day, by, gave, status, rests_on, attributes });
    }

    /// True if it set or kept the visible status.
    fn give_status(&self, now: &mut State, by: Cause, deed: &Deed, made_before: bool) -> bool {
        let moment = now.moments.len();
        let kind = &self.history.measures[self.leaf].kind;
        let act = &kind.acts[deed.act];
        let status = match &act.to {
            To::Stays => return false,
            To::Previous => {
                let resumes = now.suspension.take().is_some();
                now.beneath.rests_on.extend(resumes.then_some(moment));
                return resumes;
            }
            To::Status(status) => status.clone(),
            To::Said => deed.status.clone(),
        };
        let standing = kind.standing(&status).to_owned();
        let hold = Hold { status, rests_on: vec![moment] };
        let only_beneath = act.continues || made_before && standing != "ended";
        match &mut now.suspension {
            Some(suspension) if standing == "suspended" => suspension.top = hold,
            None if standing == "suspended" => {
                let laid = Some((moment, by.event()));
                now.suspension = Some(Suspension { top: hold, laid });
            }
            Some(_) if only_beneath => {
                now.beneath = hold;
                return false;
            }
            Some(_) | None => {
                now.suspension = None;
                now.beneath = hold;
            }
        }
        true
    }
}
