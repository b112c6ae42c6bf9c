//! A measure at the end of a day of one world.

use super::stage::{Initial, PlanId};

/// What decides the rest of the story; two worlds with equal states have become the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The status, or what lies beneath the suspension.
    pub(super) beneath: Slot,
    /// The suspension over it.
    pub(super) over: Option<Slot>,
    /// Plans made that have neither taken effect nor gone, in the order of their ids.
    pub(super) pending: Vec<Pending>,
    /// Events that stand for a plan which only the due days will tell, in the order they came.
    pub(super) claims: Vec<Claim>,
    /// Attribute names and values, in the order of the names.
    pub(super) attributes: Vec<(u16, u16)>,
    /// What is looked out for on the way.
    pub(super) watch: Watch,
}

/// A status and whether anybody said that it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) status: u16,
    /// It rests on an event nobody has spoken of since its day, or on a plan that nothing can
    /// confirm any more.
    pub(super) in_doubt: bool,
    /// It rests on a plan, and the status seen has not changed since.
    pub(super) planned: Option<PlanId>,
}

/// A plan that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pending {
    pub(super) plan: PlanId,
    /// Made by or under the present suspension.
    pub(super) under: bool,
    /// The event that will stand for it though its day has passed.
    pub(super) held_by: Option<usize>,
}

/// Somebody stands for the earliest due of some plans; which one that is their due days tell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Claim {
    pub(super) by: Claimant,
    pub(super) plans: Vec<PlanId>,
}

/// Who stands for a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Claimant {
    /// An event that has come; which one, where that is to be noted.
    Event(Option<usize>),
    /// An event that was still to come when the plans were made, and settles their maker.
    Settler(usize),
    /// Such an event before one of the plans was cancelled: what others chose then, they chose
    /// besides it.
    Formerly,
}

/// What is looked out for: whether the plan a status rests on is confirmed, or whether an ended
/// status comes. Worlds in which it is not the same are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Watch {
    /// Nothing to watch, or confirmed.
    Off,
    /// Waiting for an event of the plan's act.
    Open(PlanId),
    /// The status changed first: never confirmed.
    Missed,
    /// Waiting for a change to an ended status.
    End,
    /// There was one.
    Ended,
}

impl Claimant {
    pub(super) fn is_event(self) -> bool {
        matches!(self, Self::Event(_))
    }
}

impl Slot {
    fn initial(status: u16) -> Self {
        Self { status, in_doubt: false, planned: None }
    }
}

impl Slot {
    /// The status seen has changed: what the plan gave can no longer be confirmed.
    fn seal(&mut self, but: Option<PlanId>) {
        if self.planned.is_some() && self.planned != but {
            self.in_doubt = true;
            self.planned = None;
        }
    }
}

impl State {
    pub(super) fn initial(initial: Initial) -> Self {
        Self {
            beneath: Slot::initial(initial.beneath),
            over: initial.over.map(Slot::initial),
            pending: Vec::new(),
            claims: Vec::new(),
            attributes: Vec::new(),
            watch: Watch::Off,
        }
    }

    /// The slot whose status is seen.
    pub(super) fn seen(&self) -> Slot {
        self.over.unwrap_or(self.beneath)
    }

    /// The status seen has changed, by a plan or not: no other plan can be confirmed any more.
    pub(super) fn seal(&mut self, by: Option<PlanId>) {
        self.beneath.seal(by);
        self.over.iter_mut().for_each(|over| over.seal(by));
        if matches!(self.watch, Watch::Open(_)) {
            self.watch = Watch::Missed;
        }
    }

    /// The status seen has changed, to an ended one or not.
    pub(super) fn note_end(&mut self, is_ended: bool) {
        if self.watch == Watch::End && is_ended {
            self.watch = Watch::Ended;
        }
    }

    /// An event of a plan's act, with the status seen unchanged since, says that the plan came.
    pub(super) fn confirm(&mut self, says: impl Fn(PlanId) -> bool) {
        for slot in self.over.iter_mut().chain([&mut self.beneath]) {
            slot.planned = slot.planned.filter(|&plan| !says(plan));
        }
        if matches!(self.watch, Watch::Open(plan) if says(plan)) {
            self.watch = Watch::Off;
        }
    }

    pub(super) fn pending(&self, plan: PlanId) -> Option<&Pending> {
        self.place(plan).ok().map(|place| &self.pending[place])
    }

    pub(super) fn add(&mut self, plan: PlanId, under: bool) {
        if let Err(place) = self.place(plan) {
            self.pending.insert(place, Pending { plan, under, held_by: None });
        }
    }

    pub(super) fn hold(&mut self, plan: PlanId, settler: usize) {
        if let Ok(place) = self.place(plan) {
            self.pending[place].held_by = Some(settler);
        }
    }

    pub(super) fn remove(&mut self, plan: PlanId) {
        if let Ok(place) = self.place(plan) {
            self.pending.remove(place);
        }
    }

    fn place(&self, plan: PlanId) -> Result<usize, usize> {
        self.pending.binary_search_by_key(&plan, |pending| pending.plan)
    }

    /// A suspension begins: every plan there was made before it, but those named.
    pub(super) fn begin_suspension(&mut self, made_by_it: impl Fn(PlanId) -> bool) {
        for pending in &mut self.pending {
            pending.under = made_by_it(pending.plan);
        }
    }

    pub(super) fn end_suspension(&mut self) {
        self.over = None;
        for pending in &mut self.pending {
            pending.under = false;
        }
    }

    pub(super) fn set(&mut self, name: u16, value: Option<u16>) {
        let place = self.attributes.binary_search_by_key(&name, |&(name, _)| name);
        match (place, value) {
            (Ok(place), Some(value)) => self.attributes[place].1 = value,
            (Ok(place), None) => drop(self.attributes.remove(place)),
            (Err(place), Some(value)) => self.attributes.insert(place, (name, value)),
            (Err(_), None) => {}
        }
    }

    /// Takes a plan out of claims.
    pub(super) fn disclaim(&mut self, plan: PlanId, of: impl Fn(&Claim) -> bool) {
        for claim in self.claims.iter_mut().filter(|claim| of(claim)) {
            claim.plans.retain(|&other| other != plan);
        }
    }

    /// Claims that decide nothing any more go: on no plan that waits, and of no use to others.
    pub(super) fn drop_idle_claims(&mut self) {
        let mut useful: Vec<PlanId> = Vec::new();
        let mut kept = Vec::with_capacity(self.claims.len());
        for claim in self.claims.drain(..).rev() {
            let waits = |plan: &PlanId| {
                self.pending.binary_search_by_key(plan, |pending| pending.plan).is_ok()
            };
            let keep = match claim.by {
                Claimant::Formerly => claim.plans.iter().any(|plan| useful.contains(plan)),
                Claimant::Event(_) | Claimant::Settler(_) => claim.plans.iter().any(waits),
            };
            if keep {
                useful.extend(&claim.plans);
                kept.push(claim);
            }
        }
        kept.reverse();
        self.claims = kept;
    }
}
