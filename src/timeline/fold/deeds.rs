//! What a deed does to the status, and the notes of what became of whom.

use super::super::stage::{Deed, Effect, PlanId};
use super::super::state::Slot;
use super::super::way::{Effected, Fate, Gone, Thing};
use super::{Doer, Run};

impl Run<'_> {
    pub(super) fn apply(&mut self, deed: &Deed, record: u64, doer: Doer) {
        let before = self.state.seen().status;
        let effected = self.effected(deed, doer);
        let slot = |status| match doer {
            Doer::Event { in_doubt, .. } => Slot { status, in_doubt, planned: None },
            Doer::Plan { plan, .. } => Slot { status, in_doubt: false, planned: Some(plan) },
        };
        match deed.effect {
            Effect::Keep => {}
            Effect::Uncover => self.uncover(record, doer),
            Effect::Suspend(status) => self.suspend(slot(status), record, doer),
            Effect::Become(status) if self.stays_beneath(deed, doer) => {
                self.state.beneath = slot(status);
            }
            Effect::Become(status) | Effect::End(status) => {
                self.become_(slot(status), record, doer);
            }
        }
        if self.state.seen().status != before {
            self.changed = Some(record);
            self.notes.changed = Some(doer.thing());
            self.state.seal(doer.plan());
            self.state.note_end(self.leaf.is_ended(&self.state));
        }
        self.note(doer.thing(), Fate::Came(effected));
        for &(name, value) in &deed.set {
            self.state.set(name, value);
        }
    }

    fn stays_beneath(&self, deed: &Deed, doer: Doer) -> bool {
        let planned_before = matches!(doer, Doer::Plan { made_before_suspension: true, .. });
        self.state.over.is_some() && (deed.continues || planned_before)
    }

    fn become_(&mut self, slot: Slot, record: u64, doer: Doer) {
        self.state.end_suspension();
        self.state.beneath = slot;
        self.gives(record, doer);
    }

    fn suspend(&mut self, slot: Slot, record: u64, doer: Doer) {
        if self.state.over.is_none() {
            let maker = doer.plan().map(|plan| plan.0);
            self.state.begin_suspension(|plan| Some(plan.0) == maker);
        }
        self.state.over = Some(slot);
        self.gives(record, doer);
    }

    fn uncover(&mut self, record: u64, doer: Doer) {
        if self.state.over.is_none() {
            return;
        }
        self.state.end_suspension();
        self.state.seal(None);
        match doer {
            Doer::Event { in_doubt, .. } => self.state.beneath.in_doubt |= in_doubt,
            Doer::Plan { plan, .. } => self.state.beneath.planned = Some(plan),
        }
        self.gives(record, doer);
    }

    /// The status seen is given, again or not.
    fn gives(&mut self, record: u64, doer: Doer) {
        self.gave = Some(record);
        self.notes.gave = Some(doer.thing());
    }

    // Notes

    /// What a deed is about to do to the status.
    fn effected(&self, deed: &Deed, doer: Doer) -> Effected {
        let seen = self.state.seen().status;
        match deed.effect {
            Effect::Keep => Effected::Nothing,
            Effect::Uncover if self.state.over.is_none() => Effected::NothingBeneath,
            Effect::Uncover => Effected::Uncovered,
            Effect::Become(_) if self.stays_beneath(deed, doer) => Effected::Beneath,
            Effect::Suspend(_) if self.state.over.is_none() => Effected::Suspended,
            Effect::Suspend(status) | Effect::Become(status) | Effect::End(status) => {
                if status == seen { Effected::Again } else { Effected::Changed }
            }
        }
    }

    pub(super) fn note(&mut self, thing: Thing, fate: Fate) {
        if self.today.noting {
            self.notes.fates.push((thing, fate));
        }
    }

    /// A plan goes without having taken effect.
    pub(super) fn goes(&mut self, plan: PlanId, how: Gone) {
        if self.today.noting && self.state.pending(plan).is_some() {
            let stands = self.notes.stands_for.filter(|&(stands_for, _)| stands_for == plan);
            let how = stands.map_or(how, |(_, event)| Gone::Replaced(Some(event)));
            self.notes.fates.push((Thing::plan(plan), Fate::Gone(how)));
        }
        self.state.remove(plan);
    }
}
