//! Lives one day of one world for one measure.
//!
//! Planned consequences take effect at the start of their day, one due on its maker's own day right
//! after its maker; then the events, by `after`, `cancels`, instants, the kind's order of acts and
//! record order. An event may still cancel or replace a plan of the same day that has taken effect:
//! then the day is lived again from its start with that plan withheld.

mod deeds;

use super::stage::{DateId, Deed, Leaf, PlanId, PlanRole, Role};
use super::state::{Claim, Claimant, State};
use super::turn::{Turn, next};
use super::way::{Effected, Fate, Gone, Thing};
use super::{graph::Date, stage::Dated};
use crate::time::Day;

/// One day: what happens on it, and what had happened before.
pub(super) struct Today<'t> {
    pub(super) dates: &'t [Dated],
    /// The dates that fall on this day.
    pub(super) falling: &'t [DateId],
    /// Whether a date fell on an earlier day.
    pub(super) past: &'t dyn Fn(DateId) -> bool,
    /// A day no earlier than this one on which the same events are in doubt.
    pub(super) day: Day,
    /// Whether to note what became of every event and plan.
    pub(super) noting: bool,
    /// An event that does not happen, or a plan that is not made, though its date may fall.
    pub(super) without: Option<Thing>,
    /// Two events that come in the other order, where both come today.
    pub(super) turned: Option<&'t Turn>,
}

/// The end of a day.
pub(super) struct Evening {
    pub(super) state: State,
    /// The record that last gave the status seen, if one did.
    pub(super) gave: Option<u64>,
    /// The record that last changed it, if one did.
    pub(super) changed: Option<u64>,
    /// What became of whom, where that is to be noted.
    pub(super) notes: Notes,
    /// What each event of the day found.
    pub(super) met: Vec<Met>,
}

/// What became of events and plans on one day.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) fates: Vec<(Thing, Fate)>,
    /// Who last gave the status seen.
    pub(super) gave: Option<Thing>,
    /// Who last changed it.
    pub(super) changed: Option<Thing>,
    /// The plan in whose place the event that happens now has come.
    stands_for: Option<(PlanId, usize)>,
}

/// An event and the status seen when it came; none where a plan with its act gave that, so that it
/// only says that the plan came.
pub(super) type Met = (usize, Option<u16>);

/// Lives the day from the state at its start.
pub(super) fn live(leaf: &Leaf, start: &State, today: &Today<'_>) -> Evening {
    let mut withheld = Vec::new();
    loop {
        let mut run = Run::new(leaf, start.clone(), today, &withheld);
        match run.live() {
            Ok(()) => {
                let Run { state, gave, changed, notes, met, .. } = run;
                return Evening { state, gave, changed, notes, met };
            }
            Err(Withhold(plan)) => withheld.push(plan),
        }
    }
}

/// A plan took effect today that an event of today reaches.
struct Withhold(PlanId);

struct Run<'r> {
    leaf: &'r Leaf,
    state: State,
    today: &'r Today<'r>,
    withheld: &'r [PlanId],
    taken_effect: Vec<PlanId>,
    /// Withheld plans whose turn has passed: plans that come later do not undo them.
    passed_over: Vec<PlanId>,
    happened: Vec<usize>,
    gave: Option<u64>,
    changed: Option<u64>,
    notes: Notes,
    met: Vec<Met>,
}

/// Who does a deed.
#[derive(Clone, Copy)]
enum Doer {
    Event { event: usize, in_doubt: bool },
    Plan { plan: PlanId, made_before_suspension: bool },
}

impl Doer {
    fn plan(self) -> Option<PlanId> {
        match self {
            Self::Plan { plan, .. } => Some(plan),
            Self::Event { .. } => None,
        }
    }

    fn thing(self) -> Thing {
        match self {
            Self::Event { event, .. } => Thing::event(event),
            Self::Plan { plan, .. } => Thing::plan(plan),
        }
    }
}

impl<'r> Run<'r> {
    fn new(leaf: &'r Leaf, state: State, today: &'r Today<'r>, withheld: &'r [PlanId]) -> Self {
        let (taken_effect, happened) = (Vec::new(), Vec::new());
        Self {
            leaf,
            state,
            today,
            withheld,
            taken_effect,
            passed_over: Vec::new(),
            happened,
            gave: None,
            changed: None,
            notes: Notes::default(),
            met: Vec::new(),
        }
    }

    fn live(&mut self) -> Result<(), Withhold> {
        for plan in self.due_now(|maker, run| (run.today.past)(run.leaf.roles[&maker].date)) {
            self.come_due(plan);
        }
        let mut left = self.events_today();
        while let Some(event) = next(self.leaf, &mut left, self.today.turned) {
            self.happen(event)?;
            for plan in self.due_now(|maker, _| maker == event) {
                self.come_due(plan);
            }
        }
        for &plan in self.withheld {
            self.goes(plan, Gone::Withheld);
        }
        self.state.drop_idle_claims();
        Ok(())
    }

    /// The events of today in the kind's order of acts, then in record order.
    fn events_today(&self) -> Vec<usize> {
        let events = self.today.falling.iter().filter_map(|&id| match self.today.dates[id].date {
            Date::Event(event) if self.happens(event) => Some(event),
            Date::Event(_) | Date::Plan(..) => None,
        });
        let mut events: Vec<usize> = events.collect();
        events.sort_by_key(|&event| (self.role(event).deed.order, self.role(event).record));
        events
    }

    fn happens(&self, event: usize) -> bool {
        self.today.without != Some(Thing::event(event)) && self.leaf.roles.contains_key(&event)
    }

    /// The plans due today of makers that fit, in the order they take effect.
    fn due_now(&self, of: impl Fn(usize, &Self) -> bool) -> Vec<PlanId> {
        let plans = self.today.falling.iter().filter_map(|&id| match self.today.dates[id].date {
            Date::Plan(maker, place) if self.acts(maker) => Some((maker, place)),
            Date::Plan(..) | Date::Event(_) => None,
        });
        let mut plans: Vec<PlanId> = plans.filter(|&(maker, _)| of(maker, self)).collect();
        plans.sort_by_key(|&plan| (self.deed(plan).order, self.seniority(plan)));
        plans
    }

    fn acts(&self, event: usize) -> bool {
        self.leaf.roles.get(&event).is_some_and(|role| role.acts)
    }

    fn role(&self, event: usize) -> &'r Role {
        &self.leaf.roles[&event]
    }

    fn deed(&self, (maker, place): PlanId) -> &'r Deed {
        &self.role(maker).plans[place].deed
    }

    fn due(&self, (maker, place): PlanId) -> Option<&'r Dated> {
        self.role(maker).plans[place].due.map(|id| &self.today.dates[id])
    }

    fn is_due_today(&self, (maker, place): PlanId) -> bool {
        let due = self.role(maker).plans[place].due;
        due.is_some_and(|id| self.today.falling.contains(&id))
    }

    /// Breaks ties between plans: the maker's record order, then the place in `then`.
    fn seniority(&self, (maker, place): PlanId) -> (u64, usize) {
        (self.role(maker).record, place)
    }

    /// Whether an event has happened: on an earlier day, or earlier today.
    fn is_past(&self, event: usize) -> bool {
        self.happened.contains(&event) || (self.today.past)(self.role(event).date)
    }

    // Plans

    fn come_due(&mut self, plan: PlanId) {
        let claimed = self.claim_due(plan);
        self.state.disclaim(plan, |_| true);
        if claimed {
            return;
        }
        if self.withheld.contains(&plan) {
            self.passed_over.push(plan);
        } else {
            self.take_effect(plan);
        }
    }

    /// Whether somebody stands for a plan that comes due; the first who claims it, in the order in
    /// which they came.
    fn claim_due(&mut self, plan: PlanId) -> bool {
        while let Some(place) = self.state.claims.iter().position(|c| c.plans.contains(&plan)) {
            match self.state.claims.remove(place).by {
                Claimant::Formerly => self.state.disclaim(plan, |c| c.by.is_event()),
                Claimant::Settler(settler) if !self.is_past(settler) => {
                    self.state.hold(plan, settler);
                    return true;
                }
                Claimant::Settler(settler) => {
                    self.goes(plan, Gone::Settled(settler));
                    return true;
                }
                Claimant::Event(who) => {
                    self.goes(plan, Gone::Replaced(who));
                    return true;
                }
            }
        }
        false
    }

    fn take_effect(&mut self, plan: PlanId) {
        let Some(pending) = self.state.pending(plan).copied() else {
            return;
        };
        self.state.remove(plan);
        self.taken_effect.push(plan);
        let deed = self.deed(plan);
        let reached = self.reached_by_act(deed, |other| other.0 != plan.0);
        for other in reached {
            if self.state.pending(other).is_some() && !self.passed_over.contains(&other) {
                self.cancel(other, Gone::by_act(deed, Thing::plan(plan)));
            }
        }
        self.drop_undated(deed, Thing::plan(plan), |other| other != plan);
        let made_before_suspension = self.state.over.is_some() && !pending.under;
        self.apply(deed, self.role(plan.0).record, Doer::Plan { plan, made_before_suspension });
    }

    /// The pending plans that an act cancels, those of today that took effect among them.
    fn reached_by_act(&self, deed: &Deed, but: impl Fn(PlanId) -> bool) -> Vec<PlanId> {
        let reached = |&plan: &PlanId| {
            but(plan) && (deed.ends() || deed.cancels.contains(&self.deed(plan).act))
        };
        self.reachable().into_iter().filter(reached).collect()
    }

    /// Plans made and due today or later.
    fn reachable(&self) -> Vec<PlanId> {
        let waiting = self.state.pending.iter().filter(|pending| pending.held_by.is_none());
        waiting.map(|pending| pending.plan).chain(self.taken_effect.iter().copied()).collect()
    }

    /// Takes a waiting plan away; an event that was to settle it takes the next.
    fn cancel(&mut self, plan: PlanId, how: Gone) {
        self.goes(plan, how);
        let claims = std::mem::take(&mut self.state.claims);
        for mut claim in claims {
            let to_come = match claim.by {
                Claimant::Settler(settler) => !self.is_past(settler),
                Claimant::Event(_) | Claimant::Formerly => false,
            };
            if to_come && claim.plans.contains(&plan) {
                let plans = claim.plans.clone();
                self.state.claims.push(Claim { by: Claimant::Formerly, plans });
                claim.plans.retain(|&other| other != plan);
            }
            self.state.claims.push(claim);
        }
    }

    /// The same for a plan that may have taken effect today.
    fn reach(&mut self, plan: PlanId, how: Gone) -> Result<(), Withhold> {
        if self.taken_effect.contains(&plan) {
            return Err(Withhold(plan));
        }
        self.cancel(plan, how);
        Ok(())
    }

    /// Undated plans of an act go when it comes.
    fn drop_undated(&mut self, deed: &Deed, by: Thing, but: impl Fn(PlanId) -> bool) {
        let goes =
            |&plan: &PlanId| self.due(plan).is_none() && but(plan) && self.deed(plan).is_like(deed);
        let waiting = self.state.pending.iter().map(|pending| pending.plan);
        for plan in waiting.filter(goes).collect::<Vec<_>>() {
            self.goes(plan, Gone::Dated(by));
        }
    }

    // Events

    fn happen(&mut self, event: usize) -> Result<(), Withhold> {
        let role = self.role(event);
        let own = Thing::event(event);
        self.happened.push(event);
        self.notes.stands_for = None;
        self.settle(event);
        if role.acts {
            self.note_met(event);
        }
        if role.acts && !role.is_settler {
            self.replace(event, role)?;
        }
        let named: Vec<PlanId> =
            self.reachable().into_iter().filter(|plan| role.cancels.contains(&plan.0)).collect();
        for plan in named {
            self.reach(plan, Gone::Named(event))?;
        }
        if role.acts {
            for plan in self.reached_by_act(&role.deed, |_| true) {
                self.reach(plan, Gone::by_act(&role.deed, own))?;
            }
            self.drop_undated(&role.deed, own, |_| true);
            self.confirm(role);
            let in_doubt = role.told.is_some_and(|told| self.today.day > told);
            self.apply(&role.deed, role.record, Doer::Event { event, in_doubt });
            self.make_plans(event);
        } else {
            self.note(own, Fate::Came(Effected::Nothing));
        }
        self.resolve();
        Ok(())
    }

    fn note_met(&mut self, event: usize) {
        let seen = self.state.seen();
        let deed = &self.role(event).deed;
        let planned = seen.planned.is_some_and(|plan| self.deed(plan).is_like(deed));
        self.met.push((event, (!planned).then_some(seen.status)));
    }

    /// The event stands for the plans whose day passed while it was still to come.
    fn settle(&mut self, event: usize) {
        let held = self.state.pending.iter().filter(|pending| pending.held_by == Some(event));
        for plan in held.map(|pending| pending.plan).collect::<Vec<_>>() {
            self.goes(plan, Gone::Settled(event));
        }
    }

    /// The event stands for the earliest due of the pending plans with its act.
    fn replace(&mut self, event: usize, role: &Role) -> Result<(), Withhold> {
        let fits =
            |plan: &PlanId| self.due(*plan).is_some() && self.deed(*plan).is_like(&role.deed);
        let mut plans: Vec<PlanId> = self.reachable().into_iter().filter(fits).collect();
        plans.sort_unstable();
        let today = plans.iter().copied().filter(|&plan| self.is_due_today(plan));
        if let Some(plan) = today.min_by_key(|&plan| self.seniority(plan)) {
            if self.taken_effect.contains(&plan) {
                return Err(Withhold(plan));
            }
            self.goes(plan, Gone::Replaced(Some(event)));
            self.state.disclaim(plan, |_| true);
        } else if !plans.is_empty() {
            // Who claims makes no difference to what follows: told apart only where it is noted.
            let who = self.today.noting.then_some(event);
            self.state.claims.push(Claim { by: Claimant::Event(who), plans });
            let stands_for = self.known_first(self.state.claims.len() - 1);
            self.notes.stands_for = stands_for.map(|plan| (plan, event));
        }
        Ok(())
    }

    fn confirm(&mut self, role: &Role) {
        let leaf = self.leaf;
        if !role.is_settler {
            let deed = |(maker, place): PlanId| &leaf.roles[&maker].plans[place].deed;
            self.state.confirm(|plan| deed(plan).is_like(&role.deed));
        }
    }

    fn make_plans(&mut self, event: usize) {
        let role = self.role(event);
        let under = self.state.over.is_some();
        let without = self.today.without;
        let made = |&(place, _): &(usize, &PlanRole)| without != Some(Thing::plan((event, place)));
        for (place, plan) in role.plans.iter().enumerate().filter(made) {
            if plan.due.is_none_or(|due| !(self.today.past)(due)) {
                self.state.add((event, place), under);
            } else {
                self.note(Thing::plan((event, place)), Fate::Gone(Gone::BeforeMaker));
            }
            if plan.due.is_some() {
                let by = Thing::plan((event, place));
                self.drop_undated(&plan.deed, by, |other| other.0 != event);
            }
        }
        for &settler in self.leaf.settlers.get(&event).into_iter().flatten() {
            if !self.is_past(settler) {
                self.reserve(event, settler);
            }
        }
    }

    /// An event to come stands for the maker's plan with its act, or for all if there is none.
    fn reserve(&mut self, maker: usize, settler: usize) {
        let deed = &self.role(settler).deed;
        let plans = &self.role(maker).plans;
        let like = |place: &usize| plans[*place].deed.is_like(deed);
        let dated = |place: &usize| {
            self.state.pending((maker, *place)).is_some() && plans[*place].due.is_some()
        };
        let with_act: Vec<usize> = (0..plans.len()).filter(like).collect();
        let ids = |places: Vec<usize>| places.into_iter().map(|place| (maker, place)).collect();
        if with_act.is_empty() {
            let all = (0..plans.len()).filter(dated).map(|place| vec![(maker, place)]);
            let claims = all.map(|plans| Claim { by: Claimant::Settler(settler), plans });
            let claims: Vec<Claim> = claims.collect();
            self.state.claims.extend(claims);
            return;
        }
        let plans: Vec<PlanId> = ids(with_act.into_iter().filter(dated).collect());
        if !plans.is_empty() {
            self.state.claims.push(Claim { by: Claimant::Settler(settler), plans });
        }
    }

    /// Settles the claims whose earliest due plan is known now.
    fn resolve(&mut self) {
        let mut place = 0;
        while place < self.state.claims.len() {
            match self.known_first(place) {
                Some(plan) => self.take_known(place, plan),
                None => place += 1,
            }
        }
        self.state.drop_idle_claims();
    }

    /// The plan that a claim is on in every world, if that is so and the claim can be settled.
    fn known_first(&self, place: usize) -> Option<PlanId> {
        let (earlier, from) = self.state.claims.split_at(place);
        let claim = &from[0];
        let waits = match claim.by {
            Claimant::Settler(settler) => !self.is_past(settler),
            Claimant::Event(_) | Claimant::Formerly => false,
        };
        let open = |plan: &PlanId| earlier.iter().any(|claim| claim.plans.contains(plan));
        let settled = !waits && !claim.plans.iter().any(open);
        settled.then(|| self.surely_first(&claim.plans)).flatten()
    }

    fn take_known(&mut self, place: usize, plan: PlanId) {
        match self.state.claims.remove(place).by {
            Claimant::Formerly => self.state.disclaim(plan, |claim| claim.by.is_event()),
            Claimant::Event(who) => self.taken(plan, Gone::Replaced(who)),
            Claimant::Settler(settler) => self.taken(plan, Gone::Settled(settler)),
        }
    }

    fn taken(&mut self, plan: PlanId, how: Gone) {
        self.goes(plan, how);
        self.state.disclaim(plan, |_| true);
    }

    /// The plan that is the earliest due in every world.
    fn surely_first(&self, plans: &[PlanId]) -> Option<PlanId> {
        let window = |plan: PlanId| self.due(plan).map(|due| (due.first, due.last));
        plans.iter().copied().find(|&plan| {
            plans.iter().filter(|&&other| other != plan).all(|&other| {
                let (Some((_, last)), Some((first, _))) = (window(plan), window(other)) else {
                    return false;
                };
                last < first || last == first && self.seniority(plan) < self.seniority(other)
            })
        })
    }
}
